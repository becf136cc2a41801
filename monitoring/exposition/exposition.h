#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "monitoring/exposition/format.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// The families of several collectables, sorted by name. Families of one name become one, as every format
/// demands; one whose type differs from that of the first is left out and counted.
struct CollectedFamilies {
  std::vector<prometheus::MetricFamily> families;
  std::size_t type_conflicts = 0;
};
[[nodiscard]] CollectedFamilies collect(std::span<const prometheus::Collectable* const> sources);

/// Writes what a scrape shows of a registry and of foreign collectables. Reads the registry's cells in place,
/// without its lock and without a copy: no writer waits for a scrape. A histogram's `_count` is the sum of
/// its buckets as they were read.
class Exposition {
 public:
  /// All outlive the exposition; `others` are readable from any thread.
  explicit Exposition(const Registry& registry, std::vector<const prometheus::Collectable*> others = {});

  /// Appends to `out`. `names`: show only families of these names, or with samples of these names ("x_total",
  /// "x_bucket"); none: all. Gives the number of foreign families left out because a family of the same name
  /// had another type. Any thread.
  std::size_t write(ExpositionFormat format, std::span<const std::string> names, std::string& out) const;

 private:
  const Registry& registry_;
  std::vector<const prometheus::Collectable*> others_;
};

}  // namespace vigil::monitoring
