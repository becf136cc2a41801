#include "engine/signals/model_metrics.h"

#include <utility>

namespace vigil::engine {

void ModelMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kPredictions, &metric::kPredictionsNotJudged, &metric::kPredictionAccuracy,
        &metric::kFeatureImportance, &metric::kFeatureImportanceChange, &metric::kDataDrift,
        &metric::kTrainingDuration, &metric::kTrainingScore}) {
    registry.declare(*definition);
  }
}

ModelMetrics::ModelMetrics(monitoring::Registry& registry, std::string name,
                           const std::vector<std::string>& windows, std::span<const double> training_bounds)
    : registry_(registry),
      name_(std::move(name)),
      pending_(registry.counter(metric::kPredictions, {name_, "pending"})),
      outcomes_{registry.counter(metric::kPredictions, {name_, "correct"}),
                registry.counter(metric::kPredictions, {name_, "incorrect"})} {
  for (std::size_t i = 0; i < kNotJudgedNames.size(); ++i) {
    not_judged_[i] = registry.counter(metric::kPredictionsNotJudged, {name_, kNotJudgedNames[i]});
  }
  for (const std::string& window : windows) {
    accuracy_.push_back(registry.gauge(metric::kPredictionAccuracy, {name_, window}));
  }
  const std::array<std::string_view, 1> labels{name_};
  training_duration_ = registry.histogram(metric::kTrainingDuration, labels, training_bounds);
  for (std::size_t i = 0; i < kScoreTypes.size(); ++i) {
    scores_[i] = registry.gauge(metric::kTrainingScore, {name_, kScoreTypes[i]});
  }
}

void ModelMetrics::loaded(const ModelDescription& description) {
  off();
  info_ = registry_.gauge(metric::kModelInfo,
                          {name_, description.version, std::to_string(description.features.size())}, 1);
  info_.set(1);
  features_.clear();
  for (const Feature feature : description.features) {
    const std::string_view word = to_string(feature);
    features_.push_back({registry_.gauge(metric::kFeatureImportance, {name_, word}),
                         registry_.gauge(metric::kFeatureImportanceChange, {name_, word}),
                         registry_.gauge(metric::kDataDrift, {name_, word})});
  }
  training_duration_.observe(description.training_seconds);
  for (std::size_t i = 0; i < scores_.size(); ++i) scores_[i].set(description.scores[i]);
}

void ModelMetrics::off() noexcept {
  info_.clear();
  for (OfFeature& each : features_) {
    each.importance.clear();
    each.change.clear();
    each.drift.clear();
  }
  for (monitoring::Gauge& gauge : scores_) gauge.clear();
  for (monitoring::Gauge& gauge : accuracy_) gauge.clear();
}

void ModelMetrics::importance(std::size_t feature, std::optional<double> share, double baseline) noexcept {
  features_[feature].importance.set(share);
  features_[feature].change.set(share && baseline > 0 ? std::optional{*share / baseline - 1} : std::nullopt);
}

}  // namespace vigil::engine
