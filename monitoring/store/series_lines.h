#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/series_set.h"
#include "monitoring/store/labels.h"

namespace vigil::monitoring {

[[nodiscard]] bool is_histogram(const SeriesSet& set) noexcept;
/// How many lines of a scrape a series of the family has: a histogram has one for each bucket, then its sum
/// and its count, a state set one for each state.
[[nodiscard]] std::size_t line_count(const MetricDefinition& definition, const SeriesSet& set);
/// The labels of these lines, in their order.
[[nodiscard]] std::vector<Labels> line_labels(const MetricDefinition& definition, const SeriesSet& set,
                                              std::uint32_t number);

}  // namespace vigil::monitoring
