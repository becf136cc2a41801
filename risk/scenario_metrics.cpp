#include "risk/scenario_metrics.h"

namespace vigil::risk {

void ScenarioMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition : {&metric::kVar, &metric::kCvar, &metric::kStressPnl, &metric::kScenarios}) {
    registry.declare(*definition);
  }
}

ScenarioMetrics::ScenarioMetrics(monitoring::Registry& registry, std::span<const std::string> accounts,
                                 const ScenarioConfig& config,
                                 const std::vector<std::string>& confidence_words, const std::string& horizon)
    : confidences_(config.scenarios == 0 ? 0 : config.confidences.size()), stresses_(config.stress.size()) {
  declare(registry);
  for (const std::string& account : accounts) {
    for (std::size_t c = 0; c < confidences_; ++c) {
      losses_.push_back({registry.gauge(metric::kVar, {account, confidence_words[c], horizon}),
                         registry.gauge(metric::kCvar, {account, confidence_words[c], horizon})});
    }
    for (const StressScenario& stress : config.stress) {
      stress_.push_back(registry.gauge(metric::kStressPnl, {account, stress.name}));
    }
  }
  scenarios_ = registry.gauge(metric::kScenarios, {}, 0);
}

void ScenarioMetrics::publish(ScenarioBook& book, orders::AccountId account, double rate) noexcept {
  const std::size_t a = orders::index(account);
  for (std::size_t c = 0; c < confidences_; ++c) {
    Loss& series = losses_[a * confidences_ + c];
    const auto loss = book.loss(account, c);
    if (loss && rate > 0) {
      series.var.set(loss->var * rate);
      series.cvar.set(loss->cvar * rate);
    } else {
      series.var.clear();
      series.cvar.clear();
    }
  }
  for (std::size_t s = 0; s < stresses_; ++s) {
    monitoring::Gauge& gauge = stress_[a * stresses_ + s];
    if (rate > 0) {
      gauge.set(book.stress(account, s) * rate);
    } else {
      gauge.clear();
    }
  }
}

}  // namespace vigil::risk
