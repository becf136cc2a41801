#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/signals/features.h"
#include "orders/time.h"

namespace vigil::engine {

enum class ModelKind : std::uint8_t { Linear, XGBoost };

/// Logistic regression over standardised features: the log-odds of the mid going up are
/// intercept + sum of weight * (x - mean) / scale. One of each a feature, see LinearModel.
struct LinearTerms {
  double intercept = 0;
  std::vector<double> weights;
  std::vector<double> means;
  std::vector<double> scales;  ///< positive
};

/// A file that XGBoost has written, JSON or UBJSON.
struct BoosterFile {
  std::string file;    ///< relative to the description's folder
  std::string sha256;  ///< 64 hexadecimal digits in lower case
};

/// How a feature's values fell into bins in training: bin i holds edges[i-1] < x <= edges[i].
struct FeatureDistribution {
  std::vector<double> edges;   ///< ascending, at least one
  std::vector<double> shares;  ///< one more than edges; their sum is 1
};

/// Of data that was not trained on.
inline constexpr std::array<std::string_view, 3> kScoreTypes{"accuracy", "auc", "log_loss"};

/// What a model's file says of it; docs/SIGNALS.md describes the file.
struct ModelDescription {
  std::string name;
  std::string version;
  ModelKind kind = ModelKind::Linear;
  std::vector<Feature> features;  ///< in the order of the model's inputs
  orders::Duration horizon{};     ///< the label: whether the mid is above today's after so long
  double buy = 0.5;               ///< from this probability of going up on
  double sell = 0.5;              ///< up to this
  double medium = 0.5;            ///< confidence, the probability of the likelier direction, from here on
  double high = 0.5;
  LinearTerms linear;                             ///< of a linear model
  BoosterFile booster;                            ///< of one of XGBoost
  std::vector<FeatureDistribution> distribution;  ///< by place in features
  std::vector<double> importance;                 ///< likewise: shares of mean absolute contributions
  double training_seconds = 0;
  std::uint64_t training_samples = 0;
  std::array<std::optional<double>, kScoreTypes.size()> scores;  ///< by kScoreTypes
};

/// Reads a description; `name` stands for the file in messages. Throws ConfigError with all that is wrong:
/// "FILE:LINE: key: must ..., was ...". Whether the numbers of inputs agree is left to who makes the model.
[[nodiscard]] ModelDescription read_model_file(std::string_view text, const std::string& name);

}  // namespace vigil::engine
