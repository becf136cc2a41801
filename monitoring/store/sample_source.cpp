#include "monitoring/store/sample_source.h"

#include <set>

namespace vigil::monitoring {

SeriesValues StoredSeries::values(SampleRange range, RollUpColumn column, std::vector<Sample>& buffer) const {
  buffer.clear();
  read(range, column, buffer);
  std::erase_if(buffer, [](const Sample& sample) { return is_stale(sample.value); });
  return {.samples = buffer};
}

std::vector<std::string> label_names_of(std::span<const std::shared_ptr<const StoredSeries>> series) {
  std::set<std::string> names;
  for (const auto& each : series) {
    for (const Label label : each->labels()) names.emplace(label.name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> label_values_of(std::string_view name,
                                         std::span<const std::shared_ptr<const StoredSeries>> series) {
  std::set<std::string> values;
  for (const auto& each : series) {
    const std::string_view value = each->labels().value(name);
    if (!value.empty()) values.emplace(value);
  }
  return {values.begin(), values.end()};
}

}  // namespace vigil::monitoring
