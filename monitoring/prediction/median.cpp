#include "monitoring/prediction/median.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace vigil::monitoring {

double median(std::span<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace vigil::monitoring
