#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/feed/directory.h"
#include "engine/feed/feed.h"
#include "engine/feed/feed_error.h"

namespace vigil::engine {

/// What a pass over a quotes or trades file finds out about its instruments and venues. An instrument that
/// the configuration does not have is quoted in USD; its tick size is the finest decimal written in the
/// file's prices, its lot size the finest in its sizes (0.01 and 1 where the file has none). Where several
/// files name such an instrument the finest of all holds.
class CsvDiscovery {
 public:
  explicit CsvDiscovery(Directory& directory) : directory_(directory) {}

  /// The names of one row, defined where they are new; false and the fault where that is not wanted.
  [[nodiscard]] bool see_names(std::string_view venue, std::string_view symbol, LineFault& fault);
  /// Numbers of the row whose names were seen last, as written; empty ones are passed over.
  void see_price(std::string_view text);
  void see_size(std::string_view text);
  /// Sets the tick and lot sizes.
  void finish();

 private:
  /// An instrument whose increments are inferred. Decimals -1: no number seen.
  struct Inferred {
    orders::InstrumentId id;
    bool is_new;
    int price_decimals = -1;
    int size_decimals = -1;
  };
  [[nodiscard]] bool see_venue(std::string_view name, LineFault& fault);
  [[nodiscard]] bool see_symbol(std::string_view symbol, LineFault& fault);

  Directory& directory_;
  std::vector<Inferred> inferred_;
  std::unordered_map<std::string, std::size_t> places_;  ///< in inferred_, by symbol
  std::string symbol_;                                   ///< of the row seen last
  Inferred* current_ = nullptr;  ///< of the row seen last; null where the configuration knows it
};

/// Hands every line behind the header to `see`, which answers false and a fault for a broken one: thrown as a
/// FeedError or passed over. The file is read a second time later, so a pipe is refused.
void for_each_csv_line(const std::string& path, std::string_view header, OnBadLine on_bad_line,
                       const std::function<bool(std::string_view line, LineFault& fault)>& see);

}  // namespace vigil::engine
