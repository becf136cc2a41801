#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// The last values of something at equal steps of time: one for each step, the first that came within it. One
/// thread.
class RecentValues {
 public:
  /// `step` in ms.
  RecentValues(std::size_t count, SampleTime step);

  /// Steps that were passed over have none. A time before the last one, or so late that nothing is left,
  /// begins anew.
  void put(SampleTime time, double value);

  /// `count` values, the oldest first, NaN where there is none; the last is that of the newest step.
  [[nodiscard]] std::span<const double> values() const noexcept { return values_; }
  /// Those that there are, each with the time at which its step began; the oldest first.
  [[nodiscard]] std::vector<Sample> samples() const;

 private:
  SampleTime step_;
  std::optional<SampleTime> newest_;  ///< number of its step since 1970
  std::vector<double> values_;
};

}  // namespace vigil::monitoring
