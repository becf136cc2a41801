#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace vigil::monitoring {

/// What is usual of a value.
struct Baseline {
  double center;  ///< the median
  double scale;   ///< as a standard deviation; positive
};

/// A difference below this is of no interest, however steady the value was.
struct ScaleFloor {
  double absolute = 0;  ///< in the value's unit; positive
  double relative = 0;  ///< part of the size of the median
};

/// The median, and as scale 1.4826 times the median of the absolute deviations from it (MAD), which for a
/// normal distribution is the standard deviation and does not notice up to half the values being outliers.
/// Where more than half the values are equal the MAD is 0: then 1.2533 times the mean of these deviations.
/// Both factors, and the use of the second, from Iglewicz and Hoaglin, How to Detect and Handle Outliers
/// (1993). Never less than the floor.
///
/// Leaves out what is not finite; none if fewer than `least` values are left, or if they are too large to be
/// subtracted. Puts the values into another order, and changes them.
[[nodiscard]] std::optional<Baseline> baseline_of(std::span<double> values, ScaleFloor floor,
                                                  std::size_t least);

/// How many scales the value is away from what is usual: the robust z-score |x - median| / scale.
[[nodiscard]] double robust_score(double value, const Baseline& usual) noexcept;

}  // namespace vigil::monitoring
