#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {

void read_history(const YamlValue& history, MonitorConfig& out) {
  using std::chrono::hours;
  read_boolean(history["enabled"], out.history_enabled);
  read_duration(history["interval"], out.sample_interval, std::chrono::milliseconds{100},
                std::chrono::minutes{1});
  if (const YamlValue peaks = history["peaks"]; peaks.given()) {
    out.peaks.clear();
    for (const YamlValue& element : peaks.elements()) {
      std::string name;
      read_text(element, name);
      if (name.empty()) element.refuse("be the name of a gauge");
      if (!name.empty()) out.peaks.push_back(std::move(name));
    }
  }
  read_duration(history["raw_retention"], out.history.raw_retention, std::chrono::minutes{10});
  // Minutes become hours a day at a time.
  read_duration(history["minute_retention"], out.history.minute_retention, hours{24});
  read_duration(history["hour_retention"], out.history.hour_retention, hours{24});
  read_count(history["series"], out.history.max_series, 1000, 10'000'000);
  read_count(history["disk_limit"], out.history.max_bytes, 1ULL << 20U, 1ULL << 46U);
  read_count(history["memory_limit"], out.history.max_memory_bytes, 1ULL << 20U, 1ULL << 40U);
}

void read_rules(const YamlValue& rules, RulesConfig& out) {
  const YamlValue files = rules["files"];
  if (files.given()) out.built_in = false;
  for (const YamlValue& element : files.elements()) {
    if (element.holds(kBuiltIn)) {
      out.built_in = true;
      continue;
    }
    std::string path;
    read_text(element, path);
    if (path.empty()) element.refuse("be the path of a rule file");
    if (!path.empty()) out.files.push_back(std::move(path));
  }
  read_boolean(rules["watch"], out.watch);
  read_duration(rules["evaluation_interval"], out.evaluation_interval, std::chrono::milliseconds{100});
  const YamlValue url = rules["external_url"];
  if (!url.holds(kNone)) read_text(url, out.external_url);
}

void read_slo(const YamlValue& slo, SloConfig& out) {
  read_boolean(slo["built_in"], out.built_in);
  for (const YamlValue& element : slo["files"].elements()) {
    std::string path;
    read_text(element, path);
    if (path.empty()) element.refuse("be the path of a file of objectives");
    if (!path.empty()) out.files.push_back(std::move(path));
  }
}

}  // namespace vigil::engine
