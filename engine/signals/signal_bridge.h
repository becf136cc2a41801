#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/signals/data_drift.h"
#include "engine/signals/feature_importance.h"
#include "engine/signals/features.h"
#include "engine/signals/model_figures.h"
#include "engine/signals/model_loader.h"
#include "engine/signals/model_metrics.h"
#include "engine/signals/prediction_accuracy.h"
#include "engine/signals/signal.h"
#include "engine/signals/signal_config.h"
#include "engine/signals/signal_metrics.h"
#include "monitoring/health/health_state.h"
#include "orders/instrument.h"

namespace vigil::engine {

/// Turns quotes into signals through models. A model that cannot be loaded, or that errs several times in a
/// row, gives no signals until it is loaded anew: never wrong ones. One thread at a time; nothing throws once
/// it is made. Linear models do not allocate; XGBoost does, inside its library.
class SignalBridge {
 public:
  /// Monotonic time, on the scale of EventTime::monotonic.
  using Clock = std::function<orders::Duration()>;
  struct Wiring {
    const std::vector<ModelConfig>& models;
    const SignalConfig& settings;
    const std::vector<orders::Instrument>& instruments;
    std::span<const double> training_bounds;  ///< of the histogram of training durations, seconds
  };

  /// Loads the models; those that cannot be are off, which status() explains.
  SignalBridge(const Wiring& wiring, monitoring::Registry& registry, Clock clock);
  static void declare(monitoring::Registry& registry);

  /// Whether a model looks at the instrument; on_quote has nothing to say of others.
  [[nodiscard]] bool watches(orders::InstrumentId instrument) const noexcept {
    return places_[orders::index(instrument)] != kNoPlace;
  }
  /// What the models say at a quote: none while their features are not known, or when all are off. Quotes of
  /// an instrument come in the order of their times. `received`: when the engine had the quote, for
  /// latencies. Valid until the next call.
  [[nodiscard]] std::span<const Signal> on_quote(orders::InstrumentId instrument, const orders::Quote& quote,
                                                 orders::EventTime received) noexcept;
  /// What can wait: judges predictions that came due before `now` without a quote since, looks at the
  /// contributions of some, and brings accuracy, importance and drift up to date. Call it about once a
  /// second, when all quotes before `now` have been handed over.
  void on_time(orders::Timestamp now) noexcept;
  /// Reads all models anew. One whose files have not changed goes on as it was, one that was switched off
  /// goes on again; one that cannot be read any more is off.
  void reload() noexcept;

  /// Unhealthy: no model is on. Degraded: some are not.
  [[nodiscard]] monitoring::Verdict state() const noexcept;

  struct ModelStatus {
    std::string_view name;
    std::string_view version;  ///< of the model that is on
    bool is_on = false;
    std::string_view reason;  ///< why it is off
  };
  [[nodiscard]] std::size_t models() const noexcept { return models_.size(); }
  /// Of a model, by its place in the configuration. Valid until the next call of anything else.
  [[nodiscard]] ModelStatus status(std::size_t model) const noexcept;
  /// Of all models, in the order of the configuration. Allocates.
  [[nodiscard]] std::vector<ModelFigures> figures(orders::Timestamp now);

 private:
  /// A model that is on, with what is kept of its work.
  struct Running {
    Running(LoadedModel from, const SignalConfig& settings);
    LoadedModel loaded;
    DataDrift drift;
    FeatureImportance importance;
    PredictionAccuracy accuracy;
    std::vector<double> inputs;  ///< of the current prediction
    /// Inputs of predictions whose contributions are to be looked at, one behind the other.
    std::vector<double> samples;
    std::vector<double> contributions;
    std::uint32_t until_sample = 0;
    std::uint32_t errors = 0;  ///< in a row
  };
  struct Slot {
    ModelConfig config;
    ModelMetrics metrics;
    std::unique_ptr<Running> running;  ///< none: off
    std::string reason;                ///< why
  };
  /// An instrument that models look at.
  struct Watched {
    orders::InstrumentId id = orders::kNoInstrument;
    QuoteFeatures features;
    std::vector<std::size_t> models;
  };
  static constexpr std::size_t kNoPlace = ~std::size_t{0};
  /// Samples that wait for on_time; further ones are left out.
  static constexpr std::size_t kMostSamples = 16;

  void watch(const std::vector<orders::Instrument>& instruments);
  void load(std::size_t model);
  void refuse(std::size_t model, ModelError error, std::string_view why) noexcept;
  void switch_off(std::size_t model, std::string_view why) noexcept;
  /// False: a feature that the model wants is not known.
  [[nodiscard]] static bool gather(Running& running, const FeatureValues& values) noexcept;
  void ask(std::size_t model, const Watched& instrument, std::size_t place, orders::Timestamp time,
           orders::EventTime received) noexcept;
  void judge(std::size_t model, orders::Timestamp now) noexcept;
  void look_at_contributions(std::size_t model) noexcept;

  SignalConfig settings_;
  Clock clock_;
  std::vector<std::size_t> places_;  ///< in watched_, by InstrumentId
  std::vector<Watched> watched_;
  std::vector<Slot> models_;
  std::optional<SignalMetrics> metrics_;
  std::vector<Signal> signals_;
};

}  // namespace vigil::engine
