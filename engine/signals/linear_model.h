#pragma once

#include <cstddef>

#include "engine/signals/model.h"
#include "engine/signals/model_file.h"

namespace vigil::engine {

/// Logistic regression over standardised features: 1 / (1 + exp(-z)), z = intercept + sum of
/// weight * (x - mean) / scale. Neither predictions nor contributions allocate.
class LinearModel final : public Model {
 public:
  /// `path` stands for the file in messages. Throws ModelFault unless there are `features` of each term.
  LinearModel(LinearTerms terms, std::size_t features, const std::string& path);

  [[nodiscard]] std::optional<double> predict(std::span<const double> inputs) noexcept override;
  [[nodiscard]] bool contributions(std::span<const double> inputs, std::span<double> out) noexcept override;
  [[nodiscard]] const char* error() const noexcept override { return error_; }

 private:
  [[nodiscard]] double term(std::span<const double> inputs, std::size_t i) const noexcept {
    return terms_.weights[i] * (inputs[i] - terms_.means[i]) / terms_.scales[i];
  }

  LinearTerms terms_;
  const char* error_ = "";
};

}  // namespace vigil::engine
