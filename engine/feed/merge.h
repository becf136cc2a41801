#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/feed/file_feed.h"

namespace vigil::engine {

/// Several files as one feed: by time, then by the order the files were given in, then by line. The same
/// files in the same order always give the same stream.
class MergedFeed final : public Feed {
 public:
  /// Reads the first event of each file. Throws FeedError.
  explicit MergedFeed(std::vector<std::unique_ptr<FileFeed>> feeds);
  [[nodiscard]] std::optional<orders::MarketEvent> next() override;

  /// Of every file, in the order given.
  [[nodiscard]] std::vector<FeedStatistics> statistics() const;

 private:
  /// A feed's event that is to be delivered next.
  struct Head {
    orders::MarketEvent event;
    std::size_t feed;
  };
  static bool is_later(const Head& a, const Head& b) noexcept;
  void pull(std::size_t feed);

  std::vector<std::unique_ptr<FileFeed>> feeds_;
  std::vector<Head> heads_;  ///< a heap by is_later; at most one a feed
  /// The feed to be read on before anything else: an error in it must not swallow the event before.
  std::optional<std::size_t> delivered_;
};

}  // namespace vigil::engine
