#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/feed/directory.h"
#include "engine/feed/feed.h"
#include "engine/feed/feed_error.h"
#include "engine/feed/line_reader.h"
#include "orders/order.h"

namespace vigil::engine {

/// One row of an orders file, ready for the engine. A replace holds quantity 0 and no price where the file
/// leaves the column empty: what the order has stays.
struct OrdersCsvRow {
  orders::OrderRequest request;
  /// The venue column names none that is known; request.venue is then kNoVenue, which alone would mean that
  /// the router chooses. The engine denies such an order.
  bool venue_unknown = false;
  std::uint64_t line = 0;  ///< in the file, from 1
};

/// Orders, cancels and replaces as CSV:
///
///     ts,client_order_id,action,account,strategy,symbol,venue,side,type,time_in_force,quantity,limit_price,stop_price
///     1340285400500000000,a-1,new,main,manual,AAPL,NASDAQ,buy,limit,DAY,100,585.94,
///     1340285401000000000,a-1,replace,,,,,,,,200,,
///     1340285402000000000,a-1,cancel,,,,,,,,,,
///
/// The header is required exactly so. ts: nanoseconds since 1970, UTC, never going back; the time at which
/// the decision was made. client_order_id: 1 to 36 printable ASCII characters. action: new, cancel, replace.
/// An empty venue leaves the choice to the router. side: buy, sell. type: market, limit, stop, stop_limit.
/// time_in_force: DAY (also when empty), GTC, IOC, FOK, or GTD:<expiry, nanoseconds since 1970, UTC>.
///
/// new needs side, type and quantity; replace at least one of quantity, limit_price and stop_price, an empty
/// one staying as it is; cancel nothing more. Columns that a row does not need may be empty; what they hold
/// must be well formed.
///
/// Only what cannot be read is an error of the file. Names of accounts, strategies, symbols and venues that
/// are not known, missing or unwanted prices and quantities that make no sense are the engine's to deny, with
/// a reason.
class OrdersCsv {
 public:
  /// The directory must outlive this. Throws FeedError.
  OrdersCsv(const std::string& path, const Directory& directory, OnBadLine on_bad_line);

  /// The next row; nothing at the end. Throws FeedError on a broken row unless those are skipped.
  [[nodiscard]] std::optional<OrdersCsvRow> next();
  /// rows, bad_lines, first and last (of the rows); events counts the rows too.
  [[nodiscard]] const FeedStatistics& statistics() const noexcept { return statistics_; }

 private:
  static constexpr std::size_t kColumns = 13;

  [[nodiscard]] bool read_row(std::string_view line, OrdersCsvRow& row, LineFault& fault);
  [[nodiscard]] bool read_names(OrdersCsvRow& row, LineFault& fault) const;
  [[nodiscard]] bool read_words(orders::OrderRequest& request, LineFault& fault) const;
  [[nodiscard]] bool read_time_in_force(orders::OrderRequest& request, LineFault& fault) const;
  [[nodiscard]] bool read_terms(orders::OrderRequest& request, LineFault& fault) const;

  LineReader lines_;
  const Directory& directory_;
  OnBadLine on_bad_line_;
  FeedStatistics statistics_;
  std::array<std::string_view, kColumns> columns_;  ///< of the line being read
  orders::Timestamp last_time_{};
  bool ended_ = false;
};

}  // namespace vigil::engine
