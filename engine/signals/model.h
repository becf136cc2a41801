#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vigil::engine {

/// How a model can fail: its files cannot be used, its number of inputs is not that of its features, or it
/// gives no number when asked.
enum class ModelError : std::uint8_t { LoadFailure, ShapeMismatch, Runtime };
inline constexpr std::array<std::string_view, 3> kModelErrorNames{"model_load_failure",
                                                                  "input_shape_mismatch", "runtime_error"};
[[nodiscard]] constexpr std::string_view to_string(ModelError error) noexcept {
  return kModelErrorNames[static_cast<std::size_t>(error)];
}

/// Why there is no model: "FILE: key: must ..., was ...".
class ModelFault : public std::runtime_error {
 public:
  ModelFault(ModelError kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  [[nodiscard]] ModelError kind() const noexcept { return kind_; }

 private:
  ModelError kind_;
};

/// Tells from features how likely the mid is to go up. As many inputs as the model's description has
/// features, all finite, in its order. One thread at a time.
class Model {
 public:
  virtual ~Model() = default;
  /// The probability of going up, 0 to 1. Nothing: there is none; error() says why.
  [[nodiscard]] virtual std::optional<double> predict(std::span<const double> inputs) noexcept = 0;
  /// What each input added to the log-odds of this prediction; `out` is as long as `inputs`. False: it cannot
  /// be said; error() says why.
  [[nodiscard]] virtual bool contributions(std::span<const double> inputs,
                                           std::span<double> out) noexcept = 0;
  /// Why the last call gave nothing. Valid until the next call.
  [[nodiscard]] virtual const char* error() const noexcept = 0;
};

}  // namespace vigil::engine
