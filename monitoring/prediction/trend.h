#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// A window is cut into so many blocks of equal length.
inline constexpr std::size_t kTrendBlocks = 8;
/// A slope counts when it is so many times its standard error. With the seven slopes between eight blocks
/// that is one false alarm in a thousand (Student's t with 6 degrees of freedom, both sides), on a random
/// walk too.
inline constexpr double kSignificantErrors = 6;

/// Where a series goes, as far as one window shows.
struct Trend {
  double level;        ///< at the end of the window: the median of the last block
  double slope;        ///< per second
  double slope_error;  ///< standard error of the slope, not negative
  double lag;          ///< seconds from what `level` is the value of (the median of the block's times) to the
                       ///< window's end

  /// Whether it goes anywhere: a slope that noise alone would hardly make.
  [[nodiscard]] bool is_significant() const noexcept;
  /// The value so many seconds after the window's end if it goes on: along the line where that is
  /// significant, else what it is now.
  [[nodiscard]] double value_after(double seconds) const noexcept;
};

/// The line of least squares through the medians of the blocks, so that single outliers do not turn it.
///
/// The slope's error is that of the mean of the slopes between neighbouring blocks. It holds for a random
/// walk with a drift, whose steps are what is independent, and asks more than need be of a line with noise
/// upon it. Where the residuals are such noise (from 60 samples on, their first autocorrelation below 3 /
/// sqrt(n)), the usual standard error of least squares holds, times sqrt(pi / 2) because medians are less
/// efficient than means; then the smaller of the two is taken. A jump, a ramp that began in the middle of the
/// window, and one that ended a quarter before its end are no line: look at shorter windows, too.
///
/// `samples`: the oldest first. NaN and infinite values, and what lies outside the window, are left out; none
/// if a block of the window is without a sample.
[[nodiscard]] std::optional<Trend> fit_trend(std::span<const Sample> samples, SampleRange window);

/// Seconds from the window's end until the line reaches the limit from below; 0 when it is there already.
/// None when the trend is not significant or does not rise.
[[nodiscard]] std::optional<double> seconds_to_reach(const Trend& trend, double limit) noexcept;

}  // namespace vigil::monitoring
