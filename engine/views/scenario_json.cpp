#include "engine/views/scenario_json.h"

#include "engine/config/value_text.h"

namespace vigil::engine {

void copy_scenarios(const risk::ScenarioBook& book, std::size_t account_count, ScenarioFigures& out) {
  const risk::ScenarioConfig& config = book.config();
  out.count = book.count();
  out.as_of = book.as_of();
  out.losses.clear();
  out.stress.clear();
  for (std::size_t i = 0; i < account_count; ++i) {
    const auto account = static_cast<orders::AccountId>(i);
    for (std::size_t c = 0; c < config.confidences.size(); ++c) out.losses.push_back(book.loss(account, c));
    for (std::size_t s = 0; s < config.stress.size(); ++s) out.stress.push_back(book.stress(account, s));
  }
}

Json account_scenarios_json(const EngineConfig& config, const ScenarioFigures& figures, std::size_t account) {
  const auto& confidences = config.scenarios.confidences;
  const auto& stresses = config.scenarios.stress;
  Json losses = Json::object();
  for (std::size_t c = 0; c < confidences.size(); ++c) {
    const auto& loss = figures.losses[account * confidences.size() + c];
    losses[real_text(confidences[c])] = {{"var", loss ? Json(loss->var) : Json(nullptr)},
                                         {"cvar", loss ? Json(loss->cvar) : Json(nullptr)}};
  }
  Json stress = Json::object();
  for (std::size_t s = 0; s < stresses.size(); ++s) {
    stress[stresses[s].name] = figures.stress[account * stresses.size() + s];
  }
  return {{"value_at_risk", std::move(losses)}, {"stress", std::move(stress)}};
}

Json scenarios_json(const EngineConfig& config, const ScenarioFigures& figures) {
  return {{"count", figures.count},
          {"interval", duration_text(config.scenarios.interval)},
          {"as_of", figures.as_of ? Json(orders::nanoseconds_of(*figures.as_of)) : Json(nullptr)}};
}

}  // namespace vigil::engine
