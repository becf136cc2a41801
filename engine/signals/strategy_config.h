#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

enum class StrategyKind : std::uint8_t { Manual, Momentum, MeanReversion };

/// A strategy of the configuration. Manual has no code: its orders come from files and gateways.
struct StrategyConfig {
  std::string name;
  StrategyKind kind = StrategyKind::Manual;
  bool enabled = true;
  orders::AccountId account = orders::kNoAccount;
  /// What its returns are measured on, in the reporting currency; nothing: its account's initial capital,
  /// where that is in the reporting currency.
  std::optional<orders::Money> capital;
  std::vector<orders::InstrumentId> instruments;  ///< empty = all
  orders::Quantity order_quantity{1};             ///< rounded down to the instrument's lot
  orders::Quantity max_position{10};
  std::uint32_t window = 64;      ///< quotes looked back on
  double entry_threshold_bp = 2;  ///< move (momentum) or distance from the mean (reversion)
  orders::Duration cooldown = std::chrono::milliseconds{500};  ///< between orders in one instrument
  bool aggressive = true;  ///< cross the spread (IOC) or rest at the touch
};

}  // namespace vigil::engine
