#include "monitoring/store/series_lines.h"

#include <cmath>
#include <span>
#include <string>
#include <string_view>

#include "monitoring/exposition/bound_text.h"

namespace vigil::monitoring {

bool is_histogram(const SeriesSet& set) noexcept {
  return set.kind() == CellKind::Buckets || set.kind() == CellKind::SharedBuckets;
}

std::size_t line_count(const MetricDefinition& definition, const SeriesSet& set) {
  if (is_histogram(set)) return set.layout().buckets() + 2;
  return set.kind() == CellKind::State ? definition.states.size() : 1;
}

std::vector<Labels> line_labels(const MetricDefinition& definition, const SeriesSet& set,
                                std::uint32_t number) {
  const std::vector<std::string> values = set.table().values(number);
  std::vector<Label> labels;
  for (std::size_t i = 0; i < values.size(); ++i) labels.push_back({definition.labels[i], values[i]});
  const auto line = [&](const std::string& name, std::string_view label = "", std::string_view value = "") {
    std::vector<Label> all = labels;
    all.push_back({kMetricNameLabel, name});
    if (!label.empty()) all.push_back({label, value});
    return Labels{all};
  };
  const std::string name{definition.name};
  std::vector<Labels> lines;
  if (set.kind() == CellKind::State) {
    for (const std::string_view state : definition.states) {
      lines.push_back(line(name, definition.labels.back(), state));
    }
  } else if (is_histogram(set)) {
    const std::span<const double> bounds = set.layout().bounds();
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
      const double bound = i < bounds.size() ? bounds[i] : HUGE_VAL;
      lines.push_back(line(name + "_bucket", "le", bound_text(bound, TextDialect::Prometheus)));
    }
    lines.push_back(line(name + "_sum"));
    lines.push_back(line(name + "_count"));
  } else {
    lines.push_back(line(name));
  }
  return lines;
}

}  // namespace vigil::monitoring
