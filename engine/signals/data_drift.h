#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/signals/model_file.h"

namespace vigil::engine {

/// The population stability index of two distributions over the same bins: sum of (a - e) * ln(a / e), a and
/// e being the shares of a bin now and in training. A share below 0.0001 is taken for 0.0001 on either side,
/// so that an empty bin tells something and not infinity. 0: the same; from about 0.1 on a shift worth a
/// look, from 0.25 on another population.
[[nodiscard]] double stability_index(std::span<const double> expected,
                                     std::span<const std::uint32_t> counts) noexcept;

/// How far the last inputs of a model are from what it was trained on, for each input. One thread; no
/// allocation after construction.
class DataDrift {
 public:
  /// `window`: how many inputs are looked back on; `least`: with fewer there is no score.
  DataDrift(std::vector<FeatureDistribution> training, std::size_t window, std::size_t least);

  /// As many inputs as there are distributions.
  void add(std::span<const double> inputs) noexcept;
  /// Of an input, by its place. Costs a logarithm a bin.
  [[nodiscard]] std::optional<double> score(std::size_t input) const noexcept;

 private:
  std::vector<FeatureDistribution> training_;
  std::size_t least_;
  std::vector<std::vector<std::uint32_t>> counts_;  ///< [input][bin]
  std::vector<std::uint8_t> bins_;                  ///< [sample][input], a ring of the window
  std::size_t window_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;
};

}  // namespace vigil::engine
