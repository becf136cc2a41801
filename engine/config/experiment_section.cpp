#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMostExperiments = 50;

void read_variants(const YamlValue& variants, const EngineConfig& config, ExperimentConfig& out) {
  const std::string must = must_be_one("a strategy", names_of(config.strategies, &StrategyConfig::name));
  for (const YamlValue& element : variants.elements()) {
    const std::string* const text = element.scalar(must);
    if (text == nullptr) continue;
    const std::size_t place = place_of(config.strategies, &StrategyConfig::name, *text);
    if (place == config.strategies.size()) {
      element.refuse(must);
      continue;
    }
    if (config.strategies[place].kind == StrategyKind::Manual) {
      element.refuse("be a strategy that decides by itself, not a manual one");
      continue;
    }
    const auto strategy = static_cast<orders::StrategyId>(place);
    const auto has = [strategy](const ExperimentConfig& experiment) {
      return std::ranges::find(experiment.variants, strategy) != experiment.variants.end();
    };
    if (has(out) || std::ranges::any_of(config.experiments, has)) {
      element.refuse("be in one experiment, once");
      continue;
    }
    out.variants.push_back(strategy);
  }
  if (variants.elements().size() < 2) variants.refuse("name two strategies or more", "fewer");
}

}  // namespace

void read_experiments(const YamlValue& list, EngineConfig& config) {
  for (const YamlValue& entry : list.elements()) {
    ExperimentConfig experiment;
    read_name(entry["name"], experiment.name);
    if (!accept_name(entry["name"], config.experiments, &ExperimentConfig::name, experiment.name,
                     kMostExperiments)) {
      return;
    }
    read_variants(entry["variants"], config, experiment);
    read_duration(entry["slot"], experiment.slot, std::chrono::milliseconds{100}, std::chrono::hours{24 * 7});
    config.experiments.push_back(std::move(experiment));
  }
}

}  // namespace vigil::engine
