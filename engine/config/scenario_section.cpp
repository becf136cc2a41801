#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMostStress = 50;

void read_shocks(const YamlValue& symbols, EngineConfig& config,
                 std::vector<std::pair<std::string, double>>& out) {
  const std::string must =
      must_be_one("an instrument", names_of(config.instruments, &orders::Instrument::symbol));
  for (const YamlValue::Entry& entry : symbols.entries()) {
    double shock = 0;
    read_real(entry.value, shock, -0.99, 100);
    if (!entry.value.given()) continue;
    const bool known =
        place_of(config.instruments, &orders::Instrument::symbol, entry.name) < config.instruments.size();
    if (!known && (!config.define_from_feed || !is_name(entry.name))) {
      entry.value.refuse(must, shown_text(entry.name));
      continue;
    }
    if (!known) {
      config.by_name.expected.push_back(
          {ConfigByName::Expected::Kind::Instrument, entry.name, entry.value.where()});
    }
    out.emplace_back(entry.name, shock);
  }
}

}  // namespace

void read_scenarios(const YamlValue& scenarios, EngineConfig& config) {
  risk::ScenarioConfig& out = config.scenarios;
  read_duration(scenarios["interval"], out.interval, std::chrono::seconds{1}, std::chrono::hours{24});
  read_count(scenarios["count"], out.scenarios, 0, 2000);
  if (const YamlValue confidences = scenarios["confidences"]; confidences.given()) {
    out.confidences.clear();
    for (const YamlValue& element : confidences.elements()) {
      double confidence = 0;
      read_real(element, confidence, 0.5, 0.9999);
      if (std::ranges::find(out.confidences, confidence) != out.confidences.end()) {
        element.refuse("be named once");
        continue;
      }
      out.confidences.push_back(confidence);
    }
    if (out.confidences.empty() || out.confidences.size() > 8) confidences.refuse("have 1 to 8 entries");
  }
  for (const YamlValue& entry : scenarios["stress"].elements()) {
    risk::StressScenario stress;
    read_name(entry["name"], stress.name);
    if (!accept_name(entry["name"], out.stress, &risk::StressScenario::name, stress.name, kMostStress))
      return;
    read_real(entry["all"], stress.all, -0.99, 100);
    read_shocks(entry["symbols"], config, config.by_name.stress_shocks.emplace_back());
    out.stress.push_back(std::move(stress));
  }
}

}  // namespace vigil::engine
