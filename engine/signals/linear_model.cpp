#include "engine/signals/linear_model.h"

#include <cassert>
#include <cmath>
#include <utility>

namespace vigil::engine {

LinearModel::LinearModel(LinearTerms terms, std::size_t features, const std::string& path)
    : terms_(std::move(terms)) {
  const auto check = [&](const char* key, std::size_t count) {
    if (count == features) return;
    throw ModelFault(ModelError::ShapeMismatch,
                     path + ": linear." + key + ": must have a number for each of the " +
                         std::to_string(features) + " features, has " + std::to_string(count));
  };
  check("weights", terms_.weights.size());
  check("means", terms_.means.size());
  check("scales", terms_.scales.size());
}

std::optional<double> LinearModel::predict(std::span<const double> inputs) noexcept {
  assert(inputs.size() == terms_.weights.size());
  double score = terms_.intercept;
  for (std::size_t i = 0; i < inputs.size(); ++i) score += term(inputs, i);
  if (!std::isfinite(score)) {
    error_ = "the sum of the linear terms is not a finite number";
    return std::nullopt;
  }
  return 1 / (1 + std::exp(-score));
}

bool LinearModel::contributions(std::span<const double> inputs, std::span<double> out) noexcept {
  assert(inputs.size() == terms_.weights.size() && out.size() == inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    out[i] = term(inputs, i);
    if (std::isfinite(out[i])) continue;
    error_ = "a linear term is not a finite number";
    return false;
  }
  return true;
}

}  // namespace vigil::engine
