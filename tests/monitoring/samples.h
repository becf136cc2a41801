#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "monitoring/metrics/registry.h"

// How the tests of this folder look at what a registry would show a scrape.

namespace vigil::monitoring::test {

using Values = std::vector<std::string>;

inline std::optional<prometheus::MetricFamily> family(const Registry& registry, std::string_view name) {
  for (auto& family : registry.Collect()) {
    if (family.name == name) return family;
  }
  return std::nullopt;
}

inline std::optional<prometheus::ClientMetric> sample(const Registry& registry, std::string_view name,
                                                      const Values& values = {}) {
  const auto found = family(registry, name);
  if (!found) return std::nullopt;
  for (const auto& metric : found->metric) {
    Values labels;
    for (const auto& label : metric.label) labels.push_back(label.value);
    if (labels == values) return metric;
  }
  return std::nullopt;
}

/// The value of a counter; nullopt: no such series.
inline std::optional<double> counted(const Registry& registry, std::string_view name,
                                     const Values& values = {}) {
  const auto found = sample(registry, name, values);
  return found ? std::optional(found->counter.value) : std::nullopt;
}

/// The value of a gauge; nullopt: no such series.
inline std::optional<double> gauged(const Registry& registry, std::string_view name,
                                    const Values& values = {}) {
  const auto found = sample(registry, name, values);
  return found ? std::optional(found->gauge.value) : std::nullopt;
}

}  // namespace vigil::monitoring::test
