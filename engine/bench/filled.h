#pragma once

#include <cstddef>

#include <prometheus/registry.h>

#include "monitoring/metrics/registry.h"

/// The same families, labels and values on either side, a thousand series a family.
namespace vigil::engine::bench {

void fill_counters(monitoring::Registry& registry, std::size_t series);
void fill_counters(prometheus::Registry& registry, std::size_t series);
/// Twelve buckets each, a few of them with observations.
void fill_histograms(monitoring::Registry& registry, std::size_t series);
void fill_histograms(prometheus::Registry& registry, std::size_t series);

}  // namespace vigil::engine::bench
