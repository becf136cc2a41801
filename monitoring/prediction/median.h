#pragma once

#include <span>

namespace vigil::monitoring {

/// The middle value, of an even number the mean of the two in the middle. Puts the values into another order.
/// There is at least one, and none is NaN.
[[nodiscard]] double median(std::span<double> values);

}  // namespace vigil::monitoring
