#include "monitoring/api/registry_json.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "monitoring/api/api_json.h"
#include "monitoring/log/json_line.h"
#include "monitoring/metrics/series_set.h"
#include "monitoring/store/plain_source.h"
#include "monitoring/store/series_lines.h"

namespace vigil::monitoring {

std::string metadata_json(const Registry& registry, std::string_view metric,
                          std::optional<std::size_t> limit) {
  std::string out{'{'};
  std::size_t shown = 0;
  for (const ShownFamily& family : registry.families()) {
    const MetricDefinition& definition = *family.definition;
    if (!metric.empty() && definition.name != metric) continue;
    if (limit && shown >= *limit) break;
    if (shown++ > 0) out += ',';
    append_json_string(out, definition.name);
    out += R"(:[{"type":)";
    append_json_string(out,
                       to_string(definition.type == MetricType::Info ? MetricType::Gauge : definition.type));
    out += R"(,"help":)";
    append_json_string(out, definition.help);
    out += R"(,"unit":)";
    append_json_string(out, definition.unit == "1" ? "" : definition.unit);
    out += "}]";
  }
  return out + '}';
}

std::string exemplars_json(const Registry& registry, std::span<const std::vector<LabelMatcher>> selectors,
                           SampleRange range) {
  std::string out{'['};
  for (const ShownFamily& family : registry.families()) {
    if (!family.definition->exemplars || !is_histogram(*family.set)) continue;
    for (std::uint32_t number = 0; number < family.set->size(); ++number) {
      const ExemplarSlot* const slots = family.set->exemplars(number);
      if (slots == nullptr) continue;
      const std::vector<Labels> lines = line_labels(*family.definition, *family.set, number);
      for (std::size_t bucket = 0; bucket < family.set->layout().buckets(); ++bucket) {
        const auto latest = slots[bucket].read();
        if (!latest) continue;
        const SampleTime time = std::chrono::duration_cast<std::chrono::milliseconds>(latest->time).count();
        const bool is_wanted =
            time >= range.from && time <= range.to && std::ranges::any_of(selectors, [&](const auto& each) {
              return matches_all(each, lines[bucket]);
            });
        if (!is_wanted) continue;
        if (out.size() > 1) out += ',';
        out += R"({"seriesLabels":)";
        append_labels(out, lines[bucket]);
        out += fmt::format(R"(,"exemplars":[{{"labels":{{"trace_id":"{:016x}{:016x}"}},"value":")",
                           latest->trace.high, latest->trace.low);
        append_number(out, latest->value);
        out += R"(","timestamp":)";
        append_time(out, time);
        out += "}]}";
      }
    }
  }
  return out + ']';
}

}  // namespace vigil::monitoring
