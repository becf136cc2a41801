#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::risk {

/// Limits of one instrument; an absent one is not checked.
struct InstrumentLimits {
  std::optional<orders::Quantity> max_order_quantity;
  std::optional<orders::Money> max_order_notional;       ///< in the account's base currency
  std::optional<orders::Quantity> max_position;          ///< |Q| with working orders at their worst
  std::optional<std::uint32_t> max_price_deviation_bp;   ///< per order, against the reference, basis points
  std::optional<std::uint32_t> max_period_deviation_bp;  ///< against the reference's range over collar_period

  bool operator==(const InstrumentLimits&) const = default;
};

/// Limits of one account, money in its base currency.
struct AccountLimits {
  std::optional<orders::Money> max_gross_exposure;
  std::optional<orders::Money> max_net_exposure;
  std::optional<orders::Money> max_day_loss;      ///< positive; the day's P&L below minus this halts
  std::optional<orders::Ratio> max_drawdown;      ///< 0.05 = 5 % of the peak
  std::optional<orders::Ratio> max_margin_usage;  ///< margin used (with the order) over equity
  std::optional<std::uint32_t> max_open_orders;
  std::optional<std::uint32_t> max_open_positions;
  std::optional<std::uint32_t> max_messages_per_second;

  bool operator==(const AccountLimits&) const = default;
};

struct BreakerLimits {
  std::uint32_t failures_to_open = 5;  ///< consecutive
  orders::Duration open_for = std::chrono::seconds{10};
  std::uint32_t successes_to_close = 2;  ///< in the half-open state

  bool operator==(const BreakerLimits&) const = default;
};

/// Everything that the pre-trade checks compare with. Where a table of limits is shorter than the
/// ids that exist, the rest has no limit.
struct Limits {
  std::vector<InstrumentLimits> instruments;                            ///< by InstrumentId
  std::vector<AccountLimits> accounts;                                  ///< by AccountId
  std::vector<std::optional<std::uint32_t>> venue_messages_per_second;  ///< by VenueId
  /// permissions[strategy][account]; an empty table permits everything, any other only what is set in it.
  std::vector<std::vector<bool>> permissions;
  orders::Duration stale_reference_after = std::chrono::seconds{5};
  /// False: a market order passes without a reference, unless a collar or a limit in money needs one.
  bool market_order_needs_reference = true;
  orders::Duration collar_period = std::chrono::minutes{1};
  orders::Duration duplicate_window = std::chrono::milliseconds{0};  ///< zero = off
  /// Fills of one strategy in one instrument on one side, at most this many in the window; 0 = off.
  std::uint32_t max_repeated_executions = 0;
  orders::Duration repeated_executions_window = std::chrono::seconds{1};
  BreakerLimits breaker;
  bool cancel_on_halt = true;

  bool operator==(const Limits&) const = default;
};

/// The limits of one instrument, account or venue; none where the table ends before it.
[[nodiscard]] inline const InstrumentLimits& limits_of(const Limits& limits,
                                                       orders::InstrumentId id) noexcept {
  static constexpr InstrumentLimits kNone{};
  return index(id) < limits.instruments.size() ? limits.instruments[index(id)] : kNone;
}
[[nodiscard]] inline const AccountLimits& limits_of(const Limits& limits, orders::AccountId id) noexcept {
  static constexpr AccountLimits kNone{};
  return index(id) < limits.accounts.size() ? limits.accounts[index(id)] : kNone;
}
[[nodiscard]] inline std::optional<std::uint32_t> message_limit(const Limits& limits,
                                                                orders::VenueId id) noexcept {
  if (index(id) >= limits.venue_messages_per_second.size()) return std::nullopt;
  return limits.venue_messages_per_second[index(id)];
}
[[nodiscard]] inline bool permitted(const Limits& limits, orders::StrategyId strategy,
                                    orders::AccountId account) noexcept {
  if (limits.permissions.empty()) return true;
  if (index(strategy) >= limits.permissions.size()) return false;
  const auto& row = limits.permissions[index(strategy)];
  return index(account) < row.size() && row[index(account)];
}

}  // namespace vigil::risk
