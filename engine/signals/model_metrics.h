#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/signals/model_figures.h"
#include "engine/signals/prediction_accuracy.h"
#include "engine/signals/signal_metrics.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

namespace metric {

inline constexpr std::array<std::string_view, 2> kPredictionLabels{"model_name", "outcome"};
inline constexpr std::array<std::string_view, 2> kNotJudgedLabels{"model_name", "reason"};
inline constexpr std::array<std::string_view, 2> kModelWindowLabels{"model_name", "window"};
inline constexpr std::array<std::string_view, 2> kModelFeatureLabels{"model_name", "feature"};
inline constexpr std::array<std::string_view, 2> kScoreLabels{"model_name", "score_type"};

inline constexpr MetricDefinition kPredictions{
    "ml_predictions_total", MetricType::Counter, "1",
    "Predictions: each counts as pending when it is made and, once its horizon has passed, as correct or "
    "incorrect.",
    kPredictionLabels};
inline constexpr MetricDefinition kPredictionsNotJudged{
    "ml_predictions_not_judged_total", MetricType::Counter, "1",
    "Pending predictions that became neither correct nor incorrect: the mid was unchanged, too many were "
    "pending, or the model was switched off or loaded anew.",
    kNotJudgedLabels};
inline constexpr MetricDefinition kPredictionAccuracy{
    "ml_prediction_accuracy_ratio", MetricType::Gauge, "ratio",
    "Share of correct predictions among the correct and incorrect ones of the window; absent without any.",
    kModelWindowLabels};
inline constexpr MetricDefinition kFeatureImportance{
    "ml_feature_importance", MetricType::Gauge, "1",
    "Share of a feature in the absolute contributions to the log-odds of recent predictions.",
    kModelFeatureLabels};
inline constexpr MetricDefinition kFeatureImportanceChange{
    "ml_feature_importance_change_ratio", MetricType::Gauge, "ratio",
    "Importance now over importance in training, less 1.", kModelFeatureLabels};
inline constexpr MetricDefinition kDataDrift{"ml_data_drift_score", MetricType::Gauge, "1",
                                             "Population stability index of a feature's recent values "
                                             "against those of training: sum of (a - e) ln(a / "
                                             "e).",
                                             kModelFeatureLabels};
inline constexpr MetricDefinition kTrainingDuration{
    "ml_training_duration_seconds", MetricType::Histogram, "seconds",
    "Time it took to train each model that was loaded, by its file.", kModelLabels};
inline constexpr MetricDefinition kTrainingScore{
    "ml_training_score", MetricType::Gauge, "1",
    "Score of the loaded model on data that it was not trained on, by its file.", kScoreLabels};

}  // namespace metric

/// Everything published about one model. What its files say of it comes and goes with them. The bridge's
/// thread only.
class ModelMetrics {
 public:
  /// `windows`: values of the label.
  ModelMetrics(monitoring::Registry& registry, std::string name, const std::vector<std::string>& windows,
               std::span<const double> training_bounds);
  /// The histogram's bounds come with its first series.
  static void declare(monitoring::Registry& registry);

  /// A model was loaded that was not before: takes its series. Locks and allocates.
  void loaded(const ModelDescription& description);
  /// It gives no signals any more: what is said of it leaves the scrape.
  void off() noexcept;

  void predicted() noexcept {
    ++counts_.predicted;
    pending_.add();
  }
  void judged(Outcome outcome) noexcept {
    if (outcome == Outcome::Unchanged) return not_judged(NotJudged::Unchanged, 1);
    const bool is_correct = outcome == Outcome::Correct;
    ++(is_correct ? counts_.correct : counts_.incorrect);
    outcomes_[is_correct ? 0 : 1].add();
  }
  void not_judged(NotJudged reason, std::uint64_t count) noexcept {
    counts_.not_judged[static_cast<std::size_t>(reason)] += count;
    not_judged_[static_cast<std::size_t>(reason)].add(count);
  }
  /// What was counted, with metrics or without.
  [[nodiscard]] const PredictionCounts& counts() const noexcept { return counts_; }
  void accuracy(std::size_t window, std::optional<double> share) noexcept { accuracy_[window].set(share); }
  /// Of a feature, by its place in the description; the baseline is that of training.
  void importance(std::size_t feature, std::optional<double> share, double baseline) noexcept;
  void drift(std::size_t feature, std::optional<double> score) noexcept {
    features_[feature].drift.set(score);
  }

 private:
  struct OfFeature {
    monitoring::Gauge importance;
    monitoring::Gauge change;
    monitoring::Gauge drift;
  };

  monitoring::Registry& registry_;
  std::string name_;
  PredictionCounts counts_;
  monitoring::Counter pending_;
  std::array<monitoring::Counter, 2> outcomes_;  ///< correct, incorrect
  std::array<monitoring::Counter, kNotJudgedNames.size()> not_judged_;
  std::vector<monitoring::Gauge> accuracy_;  ///< by window
  monitoring::Histogram training_duration_;
  std::array<monitoring::Gauge, kScoreTypes.size()> scores_;
  monitoring::Gauge info_;
  std::vector<OfFeature> features_;  ///< by place in the description
};

}  // namespace vigil::engine
