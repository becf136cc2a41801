#include "monitoring/watches/gauge_directory.h"

#include <algorithm>
#include <utility>

#include "monitoring/store/series_lines.h"

namespace vigil::monitoring {

namespace {

bool is_watchable(const MetricDefinition& definition) noexcept {
  return definition.type == MetricType::Gauge || definition.type == MetricType::Info;
}

}  // namespace

MetricKinds kinds_of(const std::vector<MetricDefinition>& definitions) {
  std::map<std::string, MetricKind, std::less<>> kinds;
  for (const MetricDefinition& definition : definitions) {
    kinds[std::string{definition.name}] = is_watchable(definition) ? MetricKind::Gauge : MetricKind::Other;
  }
  return [kinds = std::move(kinds)](std::string_view name) {
    const auto found = kinds.find(name);
    return found == kinds.end() ? MetricKind::Unknown : found->second;
  };
}

MetricKinds kinds_without(MetricKinds kinds, std::set<std::string, std::less<>> recorded) {
  return [kinds = std::move(kinds), recorded = std::move(recorded)](std::string_view name) {
    return recorded.contains(name) ? MetricKind::Unknown : kinds(name);
  };
}

std::size_t watchable_series(const Registry& registry) {
  std::size_t sum = 0;
  for (const auto& [definition, set] : registry.families()) {
    if (is_watchable(*definition)) sum += set->size();
  }
  return sum;
}

GaugeDirectory::GaugeDirectory(Registry& registry) : registry_(registry) {
  for (ShownFamily& family : registry.families()) families_.emplace(family.definition->name, family);
}

std::vector<DirectorySeries> GaugeDirectory::select(const promql::VectorSelector& selector) {
  std::vector<DirectorySeries> found;
  const auto family = families_.find(selector.name);
  if (family == families_.end()) return found;
  const auto& [definition, set] = family->second;
  for (std::uint32_t number = 0; number < set->size(); ++number) {
    const std::vector<Labels> lines = line_labels(*definition, *set, number);
    for (std::size_t line = 0; line < lines.size(); ++line) {
      const bool fits = std::ranges::all_of(
          selector.matchers, [&](const LabelMatcher& matcher) { return matcher.matches(lines[line]); });
      if (!fits) continue;
      DirectorySeries& series = found.emplace_back();
      series.labels = lines[line];
      if (set->kind() == CellKind::Info) continue;
      series.gauge = number_of(family->second, number);
      if (set->kind() == CellKind::State) series.state = static_cast<double>(line);
    }
  }
  return found;
}

std::uint32_t GaugeDirectory::number_of(const ShownFamily& family, std::uint32_t series) {
  GaugeWatch& gauge = registry_.watch(family.definition->name, series);
  const auto [entry, is_new] = numbers_.try_emplace(&gauge, static_cast<std::uint32_t>(gauges_.size()));
  if (is_new) gauges_.push_back(&gauge);
  return entry->second;
}

}  // namespace vigil::monitoring
