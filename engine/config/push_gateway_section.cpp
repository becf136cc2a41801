#include <stdexcept>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {
namespace {

void read_url(YamlValue value, monitoring::PushTarget& out) {
  std::string text{kNone};
  read_text(value, text);
  if (text == kNone) return;
  // Whoever wrote an @ may have written a password before it.
  if (text.find('@') != std::string::npos) value.hide();
  try {
    out = monitoring::parse_push_url(text);
  } catch (const std::runtime_error& error) {
    value.refuse(std::string{"be none or "} + error.what());
  }
}

void read_job(const YamlValue& value, std::string& out) {
  if (value.holds("")) return value.refuse("be a text of at least one character");
  read_text(value, out);
}

void read_grouping(const YamlValue& list, monitoring::PushGrouping& out) {
  for (const YamlValue& element : list.elements()) {
    std::string text;
    read_text(element, text);
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || !monitoring::is_grouping_label(name)) {
      element.refuse("be LABEL=VALUE with a label name other than job and __...");
      continue;
    }
    bool is_new = true;
    for (const auto& [other, value] : out) is_new = is_new && other != name;
    if (!is_new) {
      element.refuse("be a label of its own (an entry before has it)");
      continue;
    }
    out.emplace_back(name, text.substr(equals + 1));
  }
}

}  // namespace

void read_push_gateway(const YamlValue& push_gateway, monitoring::PushGatewayConfig& out) {
  read_url(push_gateway["url"], out.target);
  read_job(push_gateway["job"], out.job);
  read_grouping(push_gateway["grouping"], out.grouping);
  read_duration(push_gateway["interval"], out.interval, std::chrono::milliseconds{100});
  read_duration(push_gateway["timeout"], out.timeout, std::chrono::milliseconds{10}, std::chrono::minutes{1});
  read_boolean(push_gateway["delete_at_end"], out.delete_at_end);
}

}  // namespace vigil::engine
