#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/time.h"

namespace vigil::engine {

/// A fill by the names that both sides know it by.
struct NamedFill {
  std::string venue;
  std::string trade_id;
  std::string symbol;
  orders::Side side = orders::Side::Buy;
  orders::Quantity quantity{};
  orders::Price price{};
  std::string where;  ///< "fills.csv:7", or the order and when
};

/// Reads a drop copy: CSV, its columns named in the first line, of which venue, venue_trade_id, symbol, side,
/// quantity and price are needed and any others are passed over. Gzip is read directly. Throws FeedError for
/// a line that cannot be read.
[[nodiscard]] std::vector<NamedFill> read_drop_copy(const std::string& path);

struct FillsComparison {
  std::uint64_t agree = 0;
  std::vector<NamedFill> missing_here;   ///< in the drop copy only
  std::vector<NamedFill> missing_there;  ///< ours only
  struct Pair {
    NamedFill ours;
    NamedFill theirs;
  };
  std::vector<Pair> differ;  ///< the same trade of the same venue, with other data
  [[nodiscard]] bool all_agree() const noexcept {
    return missing_here.empty() && missing_there.empty() && differ.empty();
  }
};

/// By venue and its trade id; where an id came more than once, fills that are equal belong together.
[[nodiscard]] FillsComparison compare_fills(const std::vector<NamedFill>& ours,
                                            const std::vector<NamedFill>& theirs);
/// A line for each that does not agree, and one that sums up.
void print_comparison(std::ostream& out, const FillsComparison& comparison);

}  // namespace vigil::engine
