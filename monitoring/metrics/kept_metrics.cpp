#include "monitoring/metrics/kept_metrics.h"

namespace vigil::monitoring {

const ShownFamily* KeptMetrics::find(std::string_view name) const noexcept {
  const auto found = std::ranges::lower_bound(
      families_, name, {}, [](const ShownFamily& family) { return family.definition->name; });
  return found != families_.end() && found->definition->name == name ? &*found : nullptr;
}

}  // namespace vigil::monitoring
