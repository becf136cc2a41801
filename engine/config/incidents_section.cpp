#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {

void read_incidents(const YamlValue& incidents, IncidentConfig& out) {
  read_boolean(incidents["enabled"], out.enabled);
  read_duration(incidents["before"], out.before, std::chrono::seconds{1}, std::chrono::minutes{10});
  read_duration(incidents["after"], out.after, std::chrono::seconds{0}, std::chrono::minutes{10});
  read_count(incidents["most_events"], out.most_events, 1, 1'000'000);
  read_count(incidents["keep"], out.keep, 1, 10'000);
}

}  // namespace vigil::engine
