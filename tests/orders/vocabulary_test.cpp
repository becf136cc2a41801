#include <doctest/doctest.h>

#include <set>
#include <string>

#include "orders/enums.h"
#include "orders/execution_report.h"
#include "orders/fixed_string.h"
#include "orders/ids.h"
#include "orders/market.h"
#include "orders/order.h"
#include "orders/reasons.h"

namespace vigil::orders {
namespace {

/// All words of an enumeration; fails on an empty or repeated one.
template <typename Enum>
std::set<std::string> words(std::size_t count) {
  std::set<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string word{to_string(static_cast<Enum>(i))};
    CHECK_FALSE(word.empty());
    CHECK(all.insert(word).second);
  }
  return all;
}

bool is_label_word(const std::string& word) {
  return word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

TEST_CASE("every reason has a word of its own, fit for a label") {
  for (const std::string& word : words<DenyReason>(kDenyReasonCount)) CHECK(is_label_word(word));
  for (const std::string& word : words<RejectReason>(kRejectReasonCount)) CHECK(is_label_word(word));
  CHECK(to_string(DenyReason::None) == "none");
  CHECK(to_string(DenyReason::MaxOrderNotional) == "max_order_notional");
  CHECK(to_string(DenyReason::KillSwitch) == "kill_switch");
  CHECK(to_string(DenyReason::VenueCircuitOpen) == "venue_circuit_open");
  CHECK(to_string(DenyReason::OrderTableFull) == "order_table_full");
  CHECK(to_string(DenyReason::MissingConversionRate) == "missing_conversion_rate");
  CHECK(to_string(RejectReason::InsufficientFunds) == "insufficient_funds");
  CHECK(to_string(RejectReason::TooLate) == "too_late");
}

TEST_CASE("units, stages and report kinds have words of their own") {
  CHECK(words<Unit>(8).count("basis_points") == 1);
  CHECK(words<Stage>(kStageCount).count("first_fill") == 1);
  CHECK(to_string(Stage::Decided) == "decided");
  CHECK(to_string(Stage::Closed) == "closed");
  CHECK(words<ReportKind>(9).count("cancel_rejected") == 1);
  CHECK(to_string(ReportKind::Fill) == "fill");
  CHECK(to_string(ReportKind::Expired) == "expired");
}

TEST_CASE("words of sides, types and times in force are read back as they are written") {
  for (const Side side : {Side::Buy, Side::Sell}) CHECK(parse_side(to_string(side)) == side);
  for (int i = 0; i < 4; ++i) {
    const auto type = static_cast<OrderType>(i);
    CHECK(parse_order_type(to_string(type)) == type);
  }
  for (int i = 0; i < 5; ++i) {
    const auto tif = static_cast<TimeInForce>(i);
    CHECK(parse_time_in_force(to_string(tif)) == tif);
  }
  CHECK_FALSE(parse_side("BUY"));
  CHECK_FALSE(parse_order_type(""));
  CHECK_FALSE(parse_time_in_force("gtc"));
}

TEST_CASE("an id longer than its field is refused, not cut") {
  CHECK(ClientOrderId::from(std::string(36, 'x')));
  CHECK_FALSE(ClientOrderId::from(std::string(37, 'x')));
  CHECK(FixedString<4>::truncated("abcdef").view() == "abcd");
}

TEST_CASE("the average price is rounded half to even and counts overfills") {
  Order order;
  CHECK_FALSE(order.average_price());
  order.cum_quantity = Quantity{2};
  order.traded_value = Price::from_raw(3) * Quantity{1};
  CHECK(order.average_price() == Price::from_raw(2));  // 1.5
  order.traded_value = Price::from_raw(5) * Quantity{1};
  CHECK(order.average_price() == Price::from_raw(2));  // 2.5
  order.overfill_quantity = Quantity{3};
  order.traded_value = Price{10} * Quantity{2} + Price{20} * Quantity{3};
  CHECK(order.average_price() == Price{16});
}

TEST_CASE("the mid is rounded half to even and needs both sides") {
  Quote quote;
  quote.bid = Price::from_raw(1);
  CHECK_FALSE(quote.mid());
  quote.ask = Price::from_raw(2);
  CHECK(quote.mid() == Price::from_raw(2));
  quote.ask = Price::from_raw(4);
  CHECK(quote.mid() == Price::from_raw(2));
}

}  // namespace
}  // namespace vigil::orders
