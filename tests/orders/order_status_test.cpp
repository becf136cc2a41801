#include "orders/order_status.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace vigil::orders {
namespace {

using Kind = Transition::Kind;

// The table of the order life cycle once more, written the other way round: what each status allows, in
// words. "X" = to X; "fill" = PartiallyFilled or Filled; "back" = the status before the request; "stay";
// "late".
const std::map<std::string_view, std::map<std::string_view, std::string_view>> kExpected{
    {"Initialized",
     {{"Deny", "Denied"},
      {"Submit", "Submitted"},
      {"Accept", "found Accepted"},
      {"Reject", "found Rejected"},
      {"Cancel", "found Canceled"},
      {"Expire", "found Expired"},
      {"Trigger", "found Triggered"}}},
    {"Submitted",
     {{"Accept", "Accepted"},
      {"Reject", "Rejected"},
      {"Cancel", "Canceled"},
      {"Fill", "fill"},
      {"RequestUpdate", "PendingUpdate"},
      {"RequestCancel", "PendingCancel"},
      {"Update", "stay"}}},
    {"Accepted",
     {{"Reject", "Rejected"},
      {"RequestUpdate", "PendingUpdate"},
      {"RequestCancel", "PendingCancel"},
      {"Cancel", "Canceled"},
      {"Trigger", "Triggered"},
      {"Expire", "Expired"},
      {"Fill", "fill"},
      {"Update", "stay"}}},
    {"Triggered",
     {{"Reject", "Rejected"},
      {"RequestUpdate", "PendingUpdate"},
      {"RequestCancel", "PendingCancel"},
      {"Cancel", "Canceled"},
      {"Expire", "Expired"},
      {"Fill", "fill"},
      {"Update", "stay"}}},
    {"PartiallyFilled",
     {{"RequestUpdate", "PendingUpdate"},
      {"RequestCancel", "PendingCancel"},
      {"Cancel", "Canceled"},
      {"Expire", "Expired"},
      {"Fill", "fill"},
      {"Update", "stay"}}},
    {"PendingUpdate",
     {{"Accept", "Accepted"},
      {"Reject", "Rejected"},
      {"Cancel", "Canceled"},
      {"Expire", "Expired"},
      {"Trigger", "Triggered"},
      {"RequestUpdate", "PendingUpdate"},
      {"RequestCancel", "PendingCancel"},
      {"Fill", "fill"},
      {"Update", "back"},
      {"RejectUpdate", "back"}}},
    {"PendingCancel",
     {{"Cancel", "Canceled"},
      {"Accept", "Accepted"},
      {"Reject", "Rejected"},
      {"Expire", "Expired"},
      {"Fill", "fill"},
      {"RejectCancel", "back"}}},
    {"Canceled", {{"Fill", "late"}}},
    {"Expired", {{"Fill", "late"}}},
    {"Denied", {}},
    {"Rejected", {}},
    {"Filled", {}},
};

std::string describe(Transition t) {
  switch (t.kind) {
    case Kind::Illegal:
      return "none";
    case Kind::To:
      return std::string{to_string(t.to)};
    case Kind::Stay:
      return "stay";
    case Kind::Restore:
      return "back";
    case Kind::Fill:
      return "fill";
    case Kind::LateFill:
      return "late";
    case Kind::Adopt:
      return "found " + std::string{to_string(t.to)};
  }
  return "?";
}

TEST_CASE("every pair of status and event leads where the life cycle says") {
  REQUIRE(kExpected.size() == kOrderStatusCount);
  std::size_t legal = 0;
  for (std::size_t s = 0; s < kOrderStatusCount; ++s) {
    const auto status = static_cast<OrderStatus>(s);
    const auto& row = kExpected.at(to_string(status));
    for (std::size_t e = 0; e < kOrderEventCount; ++e) {
      const auto event = static_cast<OrderEvent>(e);
      CAPTURE(to_string(status));
      CAPTURE(to_string(event));
      const auto found = row.find(to_string(event));
      const std::string expected = found == row.end() ? "none" : std::string{found->second};
      CHECK(describe(transition(status, event)) == expected);
      if (expected != "none") ++legal;
    }
  }
  std::size_t listed = 0;
  for (const auto& [status, row] : kExpected) listed += row.size();
  CHECK(legal == listed);  // no word above is misspelt
}

TEST_CASE("an order is open until it is denied, rejected, canceled, expired or filled") {
  for (std::size_t s = 0; s < kOrderStatusCount; ++s) {
    const auto status = static_cast<OrderStatus>(s);
    CAPTURE(to_string(status));
    const bool closed = status == OrderStatus::Denied || status == OrderStatus::Rejected ||
                        status == OrderStatus::Canceled || status == OrderStatus::Expired ||
                        status == OrderStatus::Filled;
    CHECK(is_closed(status) == closed);
    CHECK(is_working(status) == (!closed && status != OrderStatus::Initialized));
  }
}

}  // namespace
}  // namespace vigil::orders
