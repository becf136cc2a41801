#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/signals/features.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

/// A model of the configuration.
struct ModelConfig {
  std::string name;                               ///< also what its file must call it
  std::string file;                               ///< its description, or "built-in"
  std::vector<orders::InstrumentId> instruments;  ///< empty = all
};

/// What holds for all models.
struct SignalConfig {
  /// Features whose last values are published for each instrument that a model looks at.
  std::vector<Feature> indicators = {Feature::SpreadBp, Feature::TouchImbalance, Feature::Volatility64Bp};
  std::uint32_t errors_to_switch_off = 5;     ///< in a row
  std::uint32_t pending_predictions = 16384;  ///< that can wait for their horizon, a model
  std::vector<orders::Duration> accuracy_windows = {std::chrono::minutes{5}, std::chrono::hours{1},
                                                    std::chrono::hours{24}};
  std::uint32_t importance_one_in = 100;  ///< predictions whose contributions are looked at
  std::uint32_t drift_window = 10'000;    ///< predictions that the drift is judged by
  std::uint32_t drift_least = 1000;       ///< with fewer there is no score
};

}  // namespace vigil::engine
