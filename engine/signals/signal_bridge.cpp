#include "engine/signals/signal_bridge.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

Signal judged_signal(const ModelDescription& model, double probability) noexcept {
  Signal signal;
  signal.probability = probability;
  if (probability >= model.buy) {
    signal.type = SignalType::Buy;
  } else if (probability <= model.sell) {
    signal.type = SignalType::Sell;
  }
  const double likelier = std::max(probability, 1 - probability);
  if (likelier >= model.high) {
    signal.confidence = Confidence::High;
  } else if (likelier >= model.medium) {
    signal.confidence = Confidence::Medium;
  }
  return signal;
}

}  // namespace

SignalBridge::Running::Running(LoadedModel from, const SignalConfig& settings)
    : loaded(std::move(from)),
      drift(loaded.description.distribution, settings.drift_window, settings.drift_least),
      importance(loaded.description.features.size()),
      accuracy(loaded.description.horizon, settings.pending_predictions, settings.accuracy_windows),
      inputs(loaded.description.features.size()),
      contributions(inputs.size()) {
  samples.reserve(kMostSamples * inputs.size());
}

SignalBridge::SignalBridge(const Wiring& wiring, monitoring::Registry& registry, Clock clock)
    : settings_(wiring.settings), clock_(std::move(clock)) {
  declare(registry);
  std::vector<std::string> windows;
  for (const orders::Duration window : settings_.accuracy_windows) windows.push_back(duration_text(window));
  std::vector<std::string> names;
  for (const ModelConfig& config : wiring.models) {
    names.push_back(config.name);
    models_.push_back(
        {config, ModelMetrics(registry, config.name, windows, wiring.training_bounds), nullptr, {}});
  }
  watch(wiring.instruments);
  std::vector<std::string> symbols;
  for (const Watched& each : watched_) symbols.push_back(wiring.instruments[orders::index(each.id)].symbol);
  metrics_.emplace(registry, symbols, names, settings_.indicators);
  signals_.reserve(models_.size());
  reload();
}

void SignalBridge::declare(monitoring::Registry& registry) {
  SignalMetrics::declare(registry);
  ModelMetrics::declare(registry);
}

void SignalBridge::watch(const std::vector<orders::Instrument>& instruments) {
  places_.assign(instruments.size(), kNoPlace);
  for (const orders::Instrument& instrument : instruments) {
    Watched watched;
    watched.id = instrument.id;
    for (std::size_t model = 0; model < models_.size(); ++model) {
      const auto& listed = models_[model].config.instruments;
      if (listed.empty() || std::find(listed.begin(), listed.end(), instrument.id) != listed.end()) {
        watched.models.push_back(model);
      }
    }
    if (watched.models.empty()) continue;
    places_[orders::index(instrument.id)] = watched_.size();
    watched_.push_back(std::move(watched));
  }
}

void SignalBridge::reload() noexcept {
  for (std::size_t model = 0; model < models_.size(); ++model) {
    try {
      load(model);
    } catch (const ModelFault& fault) {
      refuse(model, fault.kind(), fault.what());
    } catch (const std::exception& error) {
      refuse(model, ModelError::LoadFailure, error.what());
    }
  }
}

void SignalBridge::load(std::size_t model) {
  Slot& slot = models_[model];
  LoadedModel loaded = load_model(slot.config.file);
  if (loaded.description.name != slot.config.name) {
    throw ModelFault(ModelError::LoadFailure, slot.config.file + ": name: must be " + slot.config.name +
                                                  ", as the configuration calls the model, was " +
                                                  loaded.description.name);
  }
  if (slot.running && slot.running->loaded.sha256 == loaded.sha256) return;
  auto running = std::make_unique<Running>(std::move(loaded), settings_);
  if (slot.running) slot.metrics.not_judged(NotJudged::ModelOff, slot.running->accuracy.waiting());
  slot.metrics.loaded(running->loaded.description);
  slot.running = std::move(running);
  slot.reason.clear();
}

void SignalBridge::refuse(std::size_t model, ModelError error, std::string_view why) noexcept {
  metrics_->failed(model, error);
  switch_off(model, why);
}

void SignalBridge::switch_off(std::size_t model, std::string_view why) noexcept {
  Slot& slot = models_[model];
  try {
    slot.reason = why;
  } catch (const std::exception&) {
    slot.reason.clear();  // no memory for the text: off all the same
  }
  if (slot.running) slot.metrics.not_judged(NotJudged::ModelOff, slot.running->accuracy.waiting());
  slot.running.reset();
  slot.metrics.off();
}

std::span<const Signal> SignalBridge::on_quote(orders::InstrumentId instrument, const orders::Quote& quote,
                                               orders::EventTime received) noexcept {
  signals_.clear();
  const std::size_t place = places_[orders::index(instrument)];
  if (place == kNoPlace) return signals_;
  Watched& watched = watched_[place];
  // By the mid before this quote: it was in force until now.
  for (const std::size_t model : watched.models) judge(model, quote.time);

  const orders::Duration begin = clock_();
  const FeatureValues* const values = watched.features.take(quote);
  if (values == nullptr) return signals_;
  metrics_->features_took(clock_() - begin);
  metrics_->indicate(place, *values);
  for (const std::size_t model : watched.models) {
    Running* const running = models_[model].running.get();
    if (running != nullptr && gather(*running, *values)) ask(model, watched, place, quote.time, received);
  }
  return signals_;
}

bool SignalBridge::gather(Running& running, const FeatureValues& values) noexcept {
  const std::vector<Feature>& features = running.loaded.description.features;
  for (std::size_t i = 0; i < features.size(); ++i) {
    running.inputs[i] = values[static_cast<std::size_t>(features[i])];
    if (std::isnan(running.inputs[i])) return false;
  }
  return true;
}

void SignalBridge::ask(std::size_t model, const Watched& instrument, std::size_t place,
                       orders::Timestamp time, orders::EventTime received) noexcept {
  Slot& slot = models_[model];
  Running& running = *slot.running;
  running.drift.add(running.inputs);
  const orders::Duration begin = clock_();
  const std::optional<double> probability = running.loaded.model->predict(running.inputs);
  const orders::Duration end = clock_();
  metrics_->inference_took(model, end - begin);
  if (!probability) {
    metrics_->failed(model, ModelError::Runtime);
    if (++running.errors >= settings_.errors_to_switch_off) {
      switch_off(model, running.loaded.model->error());
    }
    return;
  }
  running.errors = 0;
  Signal signal = judged_signal(running.loaded.description, *probability);
  signal.instrument = instrument.id;
  signal.model = static_cast<std::uint16_t>(model);
  signal.quote_time = time;
  signals_.push_back(signal);
  metrics_->generated(place, signal, end - received.monotonic);

  slot.metrics.predicted();
  const bool up = *probability >= 0.5;
  if (!running.accuracy.predicted(instrument.id, up, instrument.features.twice_mid(), time)) {
    slot.metrics.not_judged(NotJudged::Overflow, 1);
  }
  if (running.until_sample == 0) {
    running.until_sample = settings_.importance_one_in;
    if (running.samples.size() < kMostSamples * running.inputs.size()) {
      running.samples.insert(running.samples.end(), running.inputs.begin(), running.inputs.end());
    }
  }
  --running.until_sample;
}

void SignalBridge::judge(std::size_t model, orders::Timestamp now) noexcept {
  Slot& slot = models_[model];
  if (!slot.running) return;
  slot.running->accuracy.judge_until(
      now,
      [this](orders::InstrumentId id) { return watched_[places_[orders::index(id)]].features.twice_mid(); },
      [&slot](Outcome outcome) { slot.metrics.judged(outcome); });
}

void SignalBridge::look_at_contributions(std::size_t model) noexcept {
  Running& running = *models_[model].running;
  const std::size_t inputs = running.inputs.size();
  for (std::size_t at = 0; at < running.samples.size(); at += inputs) {
    const std::span<const double> sample(&running.samples[at], inputs);
    if (running.loaded.model->contributions(sample, running.contributions)) {
      running.importance.add(running.contributions);
    } else {
      metrics_->failed(model, ModelError::Runtime);
    }
  }
  running.samples.clear();
}

void SignalBridge::on_time(orders::Timestamp now) noexcept {
  for (std::size_t model = 0; model < models_.size(); ++model) {
    judge(model, now);
    Slot& slot = models_[model];
    if (!slot.running) continue;
    Running& running = *slot.running;
    look_at_contributions(model);
    for (std::size_t window = 0; window < settings_.accuracy_windows.size(); ++window) {
      slot.metrics.accuracy(window, running.accuracy.share(window, now));
    }
    for (std::size_t i = 0; i < running.inputs.size(); ++i) {
      slot.metrics.importance(i, running.importance.share(i), running.loaded.description.importance[i]);
      slot.metrics.drift(i, running.drift.score(i));
    }
  }
}

monitoring::Verdict SignalBridge::state() const noexcept {
  const auto off =
      std::count_if(models_.begin(), models_.end(), [](const Slot& slot) { return !slot.running; });
  if (off == 0) return {};
  if (static_cast<std::size_t>(off) == models_.size()) {
    return {monitoring::HealthState::Unhealthy, "no model gives signals"};
  }
  return {monitoring::HealthState::Degraded, "a model gives no signals"};
}

SignalBridge::ModelStatus SignalBridge::status(std::size_t model) const noexcept {
  const Slot& slot = models_[model];
  const bool is_on = slot.running != nullptr;
  return {slot.config.name,
          is_on ? std::string_view{slot.running->loaded.description.version} : std::string_view{}, is_on,
          slot.reason};
}

std::vector<ModelFigures> SignalBridge::figures(orders::Timestamp now) {
  std::vector<ModelFigures> all;
  for (const Slot& slot : models_) {
    ModelFigures& model = all.emplace_back();
    model.name = slot.config.name;
    model.is_on = slot.running != nullptr;
    model.reason = slot.reason;
    model.predictions = slot.metrics.counts();
    if (!slot.running) continue;
    Running& running = *slot.running;
    model.description = running.loaded.description;
    for (std::size_t window = 0; window < settings_.accuracy_windows.size(); ++window) {
      model.accuracy.push_back(running.accuracy.share(window, now));
    }
    for (std::size_t i = 0; i < running.inputs.size(); ++i) {
      model.features.push_back({.feature = model.description.features[i],
                                .importance = running.importance.share(i),
                                .importance_in_training = model.description.importance[i],
                                .drift = running.drift.score(i)});
    }
  }
  return all;
}

}  // namespace vigil::engine
