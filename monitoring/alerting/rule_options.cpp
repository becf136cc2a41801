#include "monitoring/alerting/rule_options.h"

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "monitoring/promql/number_text.h"

namespace vigil::monitoring {

namespace {

constexpr std::string_view kPrefix = "vigil_";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

void read_option(const YamlValue::Entry& entry, const std::string& text, RuleOptions& options) {
  const YamlValue& value = entry.value;
  if (entry.name == "vigil_exit_threshold") {
    options.exit_threshold = promql::parse_number(text);
    if (!options.exit_threshold || !std::isfinite(*options.exit_threshold)) value.refuse("be a number");
  } else if (entry.name == "vigil_no_data") {
    if (text == "clear") {
      options.no_data = NoDataPolicy::Clear;
    } else if (text == "hold") {
      options.no_data = NoDataPolicy::Hold;
    } else if (text == "fire") {
      options.no_data = NoDataPolicy::Fire;
    } else {
      value.refuse("be hold, fire or clear");
    }
  } else if (entry.name == "vigil_no_data_after") {
    const auto after = promql::parse_duration(text);
    if (after) options.no_data_after = *after;
    if (!after) value.refuse("be a duration such as 5m");
  } else if (entry.name == "vigil_minimum_samples") {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, options.minimum_samples);
    if (read.ec != std::errc{} || read.ptr != end) value.refuse("be a whole number");
  } else if (entry.name == "vigil_inhibited_by") {
    options.inhibited_by = split(text);
    for (const std::string& name : options.inhibited_by) {
      if (name.empty()) value.refuse("be names of alerts, with commas between them");
    }
  } else {
    value.refuse(
        "be a name of Vigil's (vigil_exit_threshold, vigil_no_data, vigil_no_data_after, "
        "vigil_minimum_samples, vigil_inhibited_by)",
        entry.name);
  }
}

}  // namespace

RuleOptions read_rule_options(const std::vector<YamlValue::Entry>& annotations) {
  RuleOptions options;
  for (const YamlValue::Entry& entry : annotations) {
    if (!entry.name.starts_with(kPrefix)) continue;
    if (const std::string* const text = entry.value.scalar("be a text")) read_option(entry, *text, options);
  }
  return options;
}

}  // namespace vigil::monitoring
