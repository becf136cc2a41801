#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/signals/signal.h"
#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

enum class StrategyKind : std::uint8_t { Manual, Momentum, MeanReversion, Model };

/// A strategy of the configuration. Manual has no code: its orders come from files and gateways. Model
/// follows the signals of a model.
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
  std::uint16_t model = 0;                                     ///< Model: its place in the configuration
  Confidence least_confidence = Confidence::Medium;            ///< Model: of a signal that it follows
  bool aggressive = true;  ///< cross the spread (IOC) or rest at the touch
};

}  // namespace vigil::engine
