#include "engine/views/market_json.h"

#include "engine/config/value_text.h"

namespace vigil::engine {

Json correlations_json(const EngineConfig& config, const MarketStudy& study, orders::Timestamp now) {
  const risk::Correlations& correlations = study.correlations();
  Json symbols = Json::array();
  for (std::size_t i = 0; i < correlations.count(); ++i) symbols.push_back(config.instruments[i].symbol);
  Json rows = Json::array();
  for (std::size_t a = 0; a < correlations.count(); ++a) {
    Json row = Json::array();
    for (std::size_t b = 0; b < correlations.count(); ++b)
      row.push_back(number(correlations.coefficient(a, b)));
    rows.push_back(std::move(row));
  }
  const auto as_of = correlations.as_of();
  Json age(nullptr);
  if (as_of) age = std::chrono::duration<double>(now - *as_of).count();
  return {{"as_of", as_of ? Json(orders::nanoseconds_of(*as_of)) : Json(nullptr)},
          {"age_seconds", std::move(age)},
          {"interval", duration_text(study.correlation_config().interval)},
          {"half_life", duration_text(study.correlation_config().half_life)},
          {"symbols", std::move(symbols)},
          {"matrix", std::move(rows)}};
}

Json market_json(const EngineConfig& config, const MarketStudy& study) {
  const auto& windows = config.analysis.performance.windows;
  Json strategies = Json::array();
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    const auto strategy = static_cast<orders::StrategyId>(i);
    Json by_regime = Json::object();
    for (std::size_t state = 0; state < MarketStudy::kStates; ++state) {
      by_regime[std::string{MarketStudy::state_word(state)}] = study.regime_pnl(strategy, state);
    }
    Json rates = Json::object();
    for (std::size_t window = 0; window < windows.size(); ++window) {
      rates[duration_text(windows[window])] = number(study.alpha_rate(strategy, window));
    }
    strategies.push_back({{"strategy", config.strategies[i].name},
                          {"alpha", number(study.alpha(strategy))},
                          {"alpha_per_second", std::move(rates)},
                          {"pnl_by_regime", std::move(by_regime)}});
  }
  Json benchmark(nullptr);
  if (config.by_name.benchmark) benchmark = *config.by_name.benchmark;
  return {{"regime", MarketStudy::state_word(study.regime())},
          {"volatility_over_usual", number(study.regime_ratio())},
          {"benchmark", std::move(benchmark)},
          {"benchmark_growth", number(study.benchmark_growth())},
          {"strategies", std::move(strategies)}};
}

}  // namespace vigil::engine
