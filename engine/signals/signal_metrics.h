#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/signals/features.h"
#include "engine/signals/model.h"
#include "engine/signals/signal.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

namespace metric {

using monitoring::MetricDefinition;
using monitoring::MetricType;

inline constexpr std::array<std::string_view, 1> kModelLabels{"model_name"};
inline constexpr std::array<std::string_view, 3> kModelInfoLabels{"model_name", "model_version",
                                                                  "input_features_count"};
inline constexpr std::array<std::string_view, 1> kFeatureSetLabels{"feature_set"};
inline constexpr std::array<std::string_view, 2> kSignalLatencyLabels{"symbol", "signal_type"};
inline constexpr std::array<std::string_view, 3> kSignalLabels{"signal_type", "symbol", "confidence_bucket"};
inline constexpr std::array<std::string_view, 2> kIndicatorLabels{"symbol", "indicator"};
inline constexpr std::array<std::string_view, 2> kModelErrorLabels{"error_type", "model_name"};

inline constexpr std::array kInferenceBounds{1e-05, 2.5e-05, 5e-05, 1e-04, 2.5e-04, 5e-04, 1e-03, 5e-03};
inline constexpr std::array kFeatureBounds{5e-06, 1e-05, 2.5e-05, 5e-05, 1e-04, 2.5e-04, 5e-04, 2.5e-03};
inline constexpr std::array kSignalBounds{5e-05, 1e-04, 2.5e-04, 5e-04, 1e-03, 2.5e-03, 5e-03, 1e-02, 5e-02};

inline constexpr MetricDefinition kInferenceLatency{"signal_bridge_inference_latency_seconds",
                                                    MetricType::Histogram,
                                                    "seconds",
                                                    "Time a model takes to give a probability, or to fail.",
                                                    kModelLabels,
                                                    kInferenceBounds};
inline constexpr MetricDefinition kModelInfo{
    "signal_bridge_model_info", MetricType::Gauge, "1",
    "1 for each model that gives signals; absent while it is not loaded or switched off.", kModelInfoLabels};
inline constexpr MetricDefinition kFeatureComputation{
    "signal_bridge_feature_computation_seconds",
    MetricType::Histogram,
    "seconds",
    "Time to bring all features of an instrument up to date with a quote.",
    kFeatureSetLabels,
    kFeatureBounds};
inline constexpr MetricDefinition kSignalGeneration{
    "signal_bridge_signal_generation_latency_seconds",           MetricType::Histogram, "seconds",
    "From the engine receiving a quote to a signal made of it.", kSignalLatencyLabels,  kSignalBounds};
inline constexpr MetricDefinition kSignalsGenerated{
    "signal_bridge_signals_generated_total", MetricType::Counter, "1",
    "Signals by what they say and how sure the model is.", kSignalLabels};
inline constexpr MetricDefinition kIndicatorValue{
    "signal_bridge_indicator_value", MetricType::Gauge, "indicator",
    "Last value of a feature, in its unit; absent while it is not known.", kIndicatorLabels};
inline constexpr MetricDefinition kInferenceErrors{
    "signal_bridge_inference_errors_total", MetricType::Counter, "1",
    "Models that could not be loaded (model_load_failure, input_shape_mismatch) and times that one gave no "
    "number (runtime_error). No signal comes of any of them.",
    kModelErrorLabels};

}  // namespace metric

/// Everything published about signals and the models' work, its series made beforehand. The bridge's thread
/// only.
class SignalMetrics {
 public:
  /// What `feature_set` says of the one set there is.
  static constexpr std::string_view kFeatureSet = "quotes";

  /// `symbols`: of the instruments that models look at, by place.
  SignalMetrics(monitoring::Registry& registry, const std::vector<std::string>& symbols,
                const std::vector<std::string>& models, std::vector<Feature> indicators);
  static void declare(monitoring::Registry& registry);

  void features_took(orders::Duration took) noexcept { feature_computation_.observe(took); }
  void inference_took(std::size_t model, orders::Duration took) noexcept { inference_[model].observe(took); }
  void failed(std::size_t model, ModelError error) noexcept {
    errors_[model][static_cast<std::size_t>(error)].add();
  }
  void generated(std::size_t symbol, const Signal& signal, orders::Duration latency) noexcept {
    const auto type = static_cast<std::size_t>(signal.type);
    symbols_[symbol].latency[type].observe(latency);
    symbols_[symbol].generated[type][static_cast<std::size_t>(signal.confidence)].add();
  }
  void indicate(std::size_t symbol, const FeatureValues& values) noexcept;

 private:
  struct Symbol {
    std::array<monitoring::Histogram, kSignalTypeNames.size()> latency;
    std::array<std::array<monitoring::Counter, kConfidenceNames.size()>, kSignalTypeNames.size()> generated;
    std::vector<monitoring::Gauge> indicators;
  };

  monitoring::Histogram feature_computation_;
  std::vector<monitoring::Histogram> inference_;
  std::vector<std::array<monitoring::Counter, kModelErrorNames.size()>> errors_;
  std::vector<Symbol> symbols_;
  std::vector<Feature> indicators_;
};

}  // namespace vigil::engine
