#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "monitoring/store/label_matcher.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// {"NAME":[{"type":...,"help":...,"unit":...}],...}: of that metric, if one is named, and of so many at
/// most.
[[nodiscard]] std::string metadata_json(const Registry& registry, std::string_view metric,
                                        std::optional<std::size_t> limit);
/// [{"seriesLabels":{...},"exemplars":[...]}]: the exemplars that buckets hold now, of series that match one
/// of the selectors, taken within the range.
[[nodiscard]] std::string exemplars_json(const Registry& registry,
                                         std::span<const std::vector<LabelMatcher>> selectors,
                                         SampleRange range);

}  // namespace vigil::monitoring
