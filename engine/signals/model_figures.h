#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/signals/model_file.h"

namespace vigil::engine {

/// Why a prediction was never judged.
enum class NotJudged : std::uint8_t { Unchanged, Overflow, ModelOff };
inline constexpr std::array<std::string_view, 3> kNotJudgedNames{"unchanged", "overflow", "model_off"};

/// Of a model since the start, however often it was loaded.
struct PredictionCounts {
  std::uint64_t predicted = 0;
  std::uint64_t correct = 0;
  std::uint64_t incorrect = 0;
  std::array<std::uint64_t, kNotJudgedNames.size()> not_judged{};
};

/// How a model does, for those who read.
struct ModelFigures {
  struct OfFeature {
    Feature feature{};
    std::optional<double> importance;  ///< share, 0 to 1
    double importance_in_training = 0;
    std::optional<double> drift;  ///< population stability index
  };
  std::string name;
  bool is_on = false;
  std::string reason;  ///< why it is off
  PredictionCounts predictions;
  // Of the one that is on.
  ModelDescription description;
  std::vector<std::optional<double>> accuracy;  ///< by window of the configuration
  std::vector<OfFeature> features;              ///< in the order of the model's inputs
};

}  // namespace vigil::engine
