#include "orders/order_status.h"

#include <array>

namespace vigil::orders {
namespace {

using Kind = Transition::Kind;

constexpr Transition to(OrderStatus status) noexcept {
  return {Kind::To, status};
}
constexpr Transition adopt(OrderStatus status) noexcept {
  return {Kind::Adopt, status};
}

constexpr Transition kNo{};
constexpr Transition kStay{Kind::Stay, {}};
constexpr Transition kBack{Kind::Restore, {}};
constexpr Transition kFill{Kind::Fill, {}};
constexpr Transition kLate{Kind::LateFill, {}};
constexpr Transition kDenied = to(OrderStatus::Denied);
constexpr Transition kSubmitted = to(OrderStatus::Submitted);
constexpr Transition kAccepted = to(OrderStatus::Accepted);
constexpr Transition kRejected = to(OrderStatus::Rejected);
constexpr Transition kTriggered = to(OrderStatus::Triggered);
constexpr Transition kPendUpd = to(OrderStatus::PendingUpdate);
constexpr Transition kPendCxl = to(OrderStatus::PendingCancel);
constexpr Transition kCanceled = to(OrderStatus::Canceled);
constexpr Transition kExpired = to(OrderStatus::Expired);

using Row = std::array<Transition, kOrderEventCount>;

// Rows and columns in the order of the enumerations.
// clang-format off
constexpr std::array<Row, kOrderStatusCount> kTransitions{{
    //                Deny     Submit      Accept     Reject     Trigger     RequestUpdate RequestCancel Update RejectUpdate RejectCancel Cancel     Expire    Fill
    /*Initialized*/  {kDenied, kSubmitted, adopt(OrderStatus::Accepted), adopt(OrderStatus::Rejected), adopt(OrderStatus::Triggered),
                                                                          kNo,          kNo,          kNo,   kNo,         kNo,         adopt(OrderStatus::Canceled), adopt(OrderStatus::Expired), kNo},
    /*Denied*/       {kNo,     kNo,        kNo,       kNo,       kNo,        kNo,          kNo,          kNo,   kNo,         kNo,         kNo,       kNo,      kNo},
    /*Submitted*/    {kNo,     kNo,        kAccepted, kRejected, kNo,        kPendUpd,     kPendCxl,     kStay, kNo,         kNo,         kCanceled, kNo,      kFill},
    /*Accepted*/     {kNo,     kNo,        kNo,       kRejected, kTriggered, kPendUpd,     kPendCxl,     kStay, kNo,         kNo,         kCanceled, kExpired, kFill},
    /*Rejected*/     {kNo,     kNo,        kNo,       kNo,       kNo,        kNo,          kNo,          kNo,   kNo,         kNo,         kNo,       kNo,      kNo},
    /*Triggered*/    {kNo,     kNo,        kNo,       kRejected, kNo,        kPendUpd,     kPendCxl,     kStay, kNo,         kNo,         kCanceled, kExpired, kFill},
    /*Partially..*/  {kNo,     kNo,        kNo,       kNo,       kNo,        kPendUpd,     kPendCxl,     kStay, kNo,         kNo,         kCanceled, kExpired, kFill},
    /*PendingUpd.*/  {kNo,     kNo,        kAccepted, kRejected, kTriggered, kPendUpd,     kPendCxl,     kBack, kBack,       kNo,         kCanceled, kExpired, kFill},
    /*PendingCxl*/   {kNo,     kNo,        kAccepted, kRejected, kNo,        kNo,          kNo,          kNo,   kNo,         kBack,       kCanceled, kExpired, kFill},
    /*Canceled*/     {kNo,     kNo,        kNo,       kNo,       kNo,        kNo,          kNo,          kNo,   kNo,         kNo,         kNo,       kNo,      kLate},
    /*Expired*/      {kNo,     kNo,        kNo,       kNo,       kNo,        kNo,          kNo,          kNo,   kNo,         kNo,         kNo,       kNo,      kLate},
    /*Filled*/       {kNo,     kNo,        kNo,       kNo,       kNo,        kNo,          kNo,          kNo,   kNo,         kNo,         kNo,       kNo,      kNo},
}};
// clang-format on

constexpr std::array<std::string_view, kOrderStatusCount> kStatusWords{
    "Initialized",     "Denied",        "Submitted",     "Accepted", "Rejected", "Triggered",
    "PartiallyFilled", "PendingUpdate", "PendingCancel", "Canceled", "Expired",  "Filled"};

constexpr std::array<std::string_view, kOrderEventCount> kEventWords{
    "Deny",   "Submit",       "Accept",       "Reject", "Trigger", "RequestUpdate", "RequestCancel",
    "Update", "RejectUpdate", "RejectCancel", "Cancel", "Expire",  "Fill"};

}  // namespace

Transition transition(OrderStatus from, OrderEvent event) noexcept {
  return kTransitions[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
}

std::string_view to_string(OrderStatus status) noexcept {
  return kStatusWords[static_cast<std::size_t>(status)];
}
std::string_view to_string(OrderEvent event) noexcept {
  return kEventWords[static_cast<std::size_t>(event)];
}

}  // namespace vigil::orders
