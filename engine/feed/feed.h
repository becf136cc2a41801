#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orders/market.h"

namespace vigil::engine {

/// A source of market events in time order. Implementations: the file formats, the synthetic market, and the
/// merge of several.
class Feed {
 public:
  virtual ~Feed() = default;
  /// The next event, or nothing at the end. Times never go back within one feed: an event earlier than its
  /// predecessor is an error of its file. Throws FeedError on a broken line unless told to skip those.
  [[nodiscard]] virtual std::optional<orders::MarketEvent> next() = 0;
};

/// What was read from one file so far.
struct FeedStatistics {
  std::string path;
  std::string format;
  std::uint64_t rows = 0;       ///< lines read, header and broken ones apart
  std::uint64_t events = 0;     ///< events delivered
  std::uint64_t bad_lines = 0;  ///< skipped
  std::uint64_t crossed = 0;    ///< quotes with bid > ask
  std::uint64_t locked = 0;     ///< quotes with bid = ask
  std::uint64_t ignored =
      0;  ///< sound rows that say nothing of the top of the book (depth updates, snapshots)
  orders::Timestamp first{};  ///< of the first event
  orders::Timestamp last{};
};

/// What to do with a line that cannot be read: stop with an error (default) or count it and go on.
enum class OnBadLine : std::uint8_t { Fail, Skip };

}  // namespace vigil::engine
