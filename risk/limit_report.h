#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "orders/ids.h"
#include "orders/reasons.h"
#include "orders/time.h"
#include "risk/risk_metrics.h"

namespace vigil::risk {

struct RiskState;

/// How far one limit of an account is used, and by what.
struct LimitUse {
  LimitType type = LimitType::Position;
  orders::Measure limit;
  orders::Measure used;  ///< without a unit: not known, a mark or a rate is missing
  /// What uses most of it. None where nothing does, and for limits that no instrument uses more than another:
  /// open positions count one each, messages belong to the account.
  orders::InstrumentId contributor = orders::kNoInstrument;
  orders::Measure contribution;  ///< of the contributor

  /// Used over limit.
  [[nodiscard]] std::optional<double> utilization() const noexcept;
  /// Limit less used: negative beyond the limit. Without a unit: not known.
  [[nodiscard]] orders::Measure headroom() const noexcept;
};

/// The limits that an account has.
class LimitReport {
 public:
  [[nodiscard]] std::span<const LimitUse> uses() const& noexcept { return {uses_.data(), count_}; }
  void uses() const&& = delete;  // they would be gone before they could be looked at
  void add(const LimitUse& use) noexcept { uses_[count_++] = use; }

 private:
  std::array<LimitUse, kLimitTypeCount> uses_;
  std::size_t count_ = 0;
};

/// A loss in the account's base currency, and the instrument that brings most of it.
struct LossAtRisk {
  orders::Money loss{};
  orders::InstrumentId contributor = orders::kNoInstrument;
  orders::Money contribution{};
};

/// Exact, and counted anew from what the pre-trade checks judge by: the account's instruments are gone
/// through once for each limit. `at_risk`: the value at risk at the highest confidence.
[[nodiscard]] LimitReport limit_report(const RiskState& state, orders::AccountId account,
                                       const std::optional<LossAtRisk>& at_risk,
                                       orders::EventTime now) noexcept;

}  // namespace vigil::risk
