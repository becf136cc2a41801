#include "engine/signals/signal_metrics.h"

#include <cmath>
#include <utility>

namespace vigil::engine {

void SignalMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kInferenceLatency, &metric::kModelInfo, &metric::kFeatureComputation,
        &metric::kSignalGeneration, &metric::kSignalsGenerated, &metric::kIndicatorValue,
        &metric::kInferenceErrors}) {
    registry.declare(*definition);
  }
}

SignalMetrics::SignalMetrics(monitoring::Registry& registry, const std::vector<std::string>& symbols,
                             const std::vector<std::string>& models, std::vector<Feature> indicators)
    : symbols_(symbols.size()), indicators_(std::move(indicators)) {
  if (models.empty()) return;
  feature_computation_ = registry.histogram(metric::kFeatureComputation, {kFeatureSet});
  for (const std::string& model : models) {
    inference_.push_back(registry.histogram(metric::kInferenceLatency, {model}));
    auto& errors = errors_.emplace_back();
    for (std::size_t i = 0; i < errors.size(); ++i) {
      errors[i] = registry.counter(metric::kInferenceErrors, {kModelErrorNames[i], model});
    }
  }
  for (std::size_t place = 0; place < symbols.size(); ++place) {
    const std::string& name = symbols[place];
    Symbol& symbol = symbols_[place];
    for (std::size_t type = 0; type < kSignalTypeNames.size(); ++type) {
      symbol.latency[type] = registry.histogram(metric::kSignalGeneration, {name, kSignalTypeNames[type]});
      for (std::size_t confidence = 0; confidence < kConfidenceNames.size(); ++confidence) {
        symbol.generated[type][confidence] = registry.counter(
            metric::kSignalsGenerated, {kSignalTypeNames[type], name, kConfidenceNames[confidence]});
      }
    }
    for (const Feature indicator : indicators_) {
      symbol.indicators.push_back(registry.gauge(metric::kIndicatorValue, {name, to_string(indicator)}));
    }
  }
}

void SignalMetrics::indicate(std::size_t symbol, const FeatureValues& values) noexcept {
  for (std::size_t i = 0; i < indicators_.size(); ++i) {
    const double value = values[static_cast<std::size_t>(indicators_[i])];
    monitoring::Gauge& gauge = symbols_[symbol].indicators[i];
    if (std::isnan(value)) {
      gauge.clear();
    } else {
      gauge.set(value);
    }
  }
}

}  // namespace vigil::engine
