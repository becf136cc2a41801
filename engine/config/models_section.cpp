#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {
namespace {

void read_indicators(const YamlValue& list, std::vector<Feature>& out) {
  if (!list.given()) return;
  std::vector<Feature> features;
  for (const YamlValue& element : list.elements()) {
    std::vector<std::string> words;
    for (const std::string_view name : kFeatureNames) words.emplace_back(name);
    const auto chosen = choice_of(element, words);
    if (!chosen) continue;
    const auto feature = static_cast<Feature>(*chosen);
    if (std::find(features.begin(), features.end(), feature) != features.end()) {
      element.refuse("be named once");
      continue;
    }
    features.push_back(feature);
  }
  out = std::move(features);
}

void read_windows(const YamlValue& list, std::vector<orders::Duration>& out) {
  constexpr std::size_t kMostWindows = 8;
  if (!list.given()) return;
  const std::vector<YamlValue> elements = list.elements();
  if (elements.empty() || elements.size() > kMostWindows) {
    return list.refuse("be 1 to 8 durations", std::to_string(elements.size()));
  }
  std::vector<orders::Duration> windows;
  for (const YamlValue& element : elements) {
    orders::Duration window = std::chrono::minutes{1};
    read_duration(element, window, std::chrono::seconds{1});
    if (std::find(windows.begin(), windows.end(), window) != windows.end()) element.refuse("be named once");
    windows.push_back(window);
  }
  out = std::move(windows);
}

}  // namespace

void read_models(const YamlValue& list, EngineConfig& config) {
  for (const YamlValue& entry : list.elements()) {
    ModelConfig model;
    read_name(entry["name"], model.name);
    if (!accept_name(entry["name"], config.models, &ModelConfig::name, model.name, kMaxModels)) return;
    const YamlValue file = entry["file"];
    if (!file.given()) file.require();
    read_text(file, model.file);
    if (file.holds("")) file.refuse("be the path of a model's description");
    config.by_name.model_instruments.push_back(read_symbols(entry["instruments"], config));
    config.models.push_back(std::move(model));
  }
}

void read_signals(const YamlValue& signals, SignalConfig& out) {
  constexpr std::uint64_t kMost = 1'000'000;
  read_indicators(signals["indicators"], out.indicators);
  read_count(signals["errors_to_switch_off"], out.errors_to_switch_off, 1, kMost);
  read_count(signals["pending_predictions"], out.pending_predictions, 1, kMost);
  read_windows(signals["accuracy_windows"], out.accuracy_windows);
  read_count(signals["importance_one_in"], out.importance_one_in, 1, kMost);
  read_count(signals["drift_window"], out.drift_window, 1, kMost);
  read_count(signals["drift_least"], out.drift_least, 1, kMost);
  if (out.drift_least > out.drift_window) {
    signals["drift_least"].refuse("be at most drift_window (" + std::to_string(out.drift_window) + ")",
                                  std::to_string(out.drift_least));
  }
}

}  // namespace vigil::engine
