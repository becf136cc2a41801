#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::orders {

/// FIX OrdStatus words where FIX has one. Denied = refused here, before any venue; Rejected = refused by the
/// venue. The two are never mixed.
enum class OrderStatus : std::uint8_t {
  Initialized,
  Denied,
  Submitted,
  Accepted,
  Rejected,
  Triggered,
  PartiallyFilled,
  PendingUpdate,
  PendingCancel,
  Canceled,
  Expired,
  Filled,
};
inline constexpr std::size_t kOrderStatusCount = 12;

enum class OrderEvent : std::uint8_t {
  Deny,
  Submit,
  Accept,
  Reject,
  Trigger,
  RequestUpdate,  ///< a replace was sent
  RequestCancel,  ///< a cancel was sent
  Update,         ///< the venue confirmed a replace, or changed the order itself
  RejectUpdate,
  RejectCancel,
  Cancel,
  Expire,
  Fill,
};
inline constexpr std::size_t kOrderEventCount = 13;

/// Where an event leads.
struct Transition {
  enum class Kind : std::uint8_t {
    Illegal,   ///< changes nothing; counted by (from, event) and logged
    To,        ///< to the status `to`
    Stay,      ///< the status stays, the order's terms may change
    Restore,   ///< back to the status before the pending request
    Fill,      ///< PartiallyFilled while cum < quantity, else Filled
    LateFill,  ///< counted and the position updated; the order does not reopen
    Adopt,     ///< to `to`, only for an order found at the venue (reconciliation)
  };
  Kind kind = Kind::Illegal;
  OrderStatus to = OrderStatus::Initialized;  ///< for To and Adopt
};

/// The whole state machine (the table of the order life cycle): what `event` does to an order in `from`.
[[nodiscard]] Transition transition(OrderStatus from, OrderEvent event) noexcept;

/// True while the order can still trade at the venue or may be about to: Submitted, Accepted, Triggered,
/// PartiallyFilled, PendingUpdate, PendingCancel. Such an order counts as working in every exposure.
[[nodiscard]] constexpr bool is_working(OrderStatus status) noexcept {
  switch (status) {
    case OrderStatus::Submitted:
    case OrderStatus::Accepted:
    case OrderStatus::Triggered:
    case OrderStatus::PartiallyFilled:
    case OrderStatus::PendingUpdate:
    case OrderStatus::PendingCancel:
      return true;
    default:
      return false;
  }
}
/// Denied, Rejected, Canceled, Expired, Filled.
[[nodiscard]] constexpr bool is_closed(OrderStatus status) noexcept {
  return status != OrderStatus::Initialized && !is_working(status);
}

/// "Initialized", ..., as the enumerators are spelt.
[[nodiscard]] std::string_view to_string(OrderStatus status) noexcept;
[[nodiscard]] std::string_view to_string(OrderEvent event) noexcept;

}  // namespace vigil::orders
