#include "engine/signals/model_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/config/config_values.h"
#include "engine/config/value_text.h"
#include "engine/config/yaml.h"

namespace vigil::engine {
namespace {

constexpr std::array<std::pair<std::string_view, ModelKind>, 2> kKindWords{
    {{"linear", ModelKind::Linear}, {"xgboost", ModelKind::XGBoost}}};
constexpr std::size_t kMostNumbers = 200;
constexpr double kAnyNumber = std::numeric_limits<double>::max();

void read_required_real(const YamlValue& value, double& out, double from, double to) {
  if (!value.given()) return value.require();
  read_real(value, out, from, to);
}

std::vector<double> read_numbers(const YamlValue& list, double from, double to) {
  std::vector<double> numbers;
  if (!list.given()) {
    list.require();
    return numbers;
  }
  const std::vector<YamlValue> elements = list.elements();
  if (elements.size() > kMostNumbers) {
    list.refuse("have at most " + std::to_string(kMostNumbers) + " numbers", std::to_string(elements.size()));
    return numbers;
  }
  for (const YamlValue& element : elements) {
    double number = std::max(from, 0.0);
    read_real(element, number, from, to);
    numbers.push_back(number);
  }
  return numbers;
}

std::vector<Feature> read_features(const YamlValue& list) {
  std::vector<Feature> features;
  if (!list.given()) list.require();
  for (const YamlValue& element : list.elements()) {
    constexpr std::string_view kMust = "be a feature that docs/SIGNALS.md lists";
    const std::string* const text = element.scalar(kMust);
    if (text == nullptr) continue;
    const auto feature = parse_feature(*text);
    if (!feature) {
      element.refuse(kMust);
    } else if (std::find(features.begin(), features.end(), *feature) != features.end()) {
      element.refuse("be named once");
    } else {
      features.push_back(*feature);
    }
  }
  if (list.given() && list.elements().empty()) list.refuse("name at least one feature", "an empty list");
  return features;
}

void read_thresholds(const YamlValue& root, ModelDescription& out) {
  const YamlValue thresholds = root["thresholds"];
  out.buy = 1;
  out.sell = 0;
  read_required_real(thresholds["buy"], out.buy, 0.5, 1);
  read_required_real(thresholds["sell"], out.sell, 0, 0.5);
  if (out.sell >= out.buy) thresholds["sell"].refuse("be below buy (" + real_text(out.buy) + ")");
  const YamlValue confidence = root["confidence"];
  read_required_real(confidence["medium"], out.medium, 0.5, 1);
  out.high = 1;
  read_required_real(confidence["high"], out.high, 0.5, 1);
  if (out.high < out.medium) {
    confidence["high"].refuse("be at least medium (" + real_text(out.medium) + ")");
  }
}

void read_linear(const YamlValue& linear, LinearTerms& out) {
  read_required_real(linear["intercept"], out.intercept, -kAnyNumber, kAnyNumber);
  out.weights = read_numbers(linear["weights"], -kAnyNumber, kAnyNumber);
  out.means = read_numbers(linear["means"], -kAnyNumber, kAnyNumber);
  out.scales = read_numbers(linear["scales"], std::numeric_limits<double>::min(), kAnyNumber);
}

void read_booster(const YamlValue& booster, BoosterFile& out) {
  const YamlValue file = booster["file"];
  if (!file.given()) file.require();
  read_text(file, out.file);
  if (file.holds("")) file.refuse("be the path of a file");
  const YamlValue hash = booster["sha256"];
  if (!hash.given()) hash.require();
  read_text(hash, out.sha256);
  const bool is_hash =
      out.sha256.size() == 64 && out.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hash.given() && !is_hash) hash.refuse("be 64 hexadecimal digits in lower case");
}

void read_distribution(const YamlValue& entry, FeatureDistribution& out) {
  if (!entry.given()) return entry.require();
  const YamlValue edges = entry["edges"];
  if (!edges.given()) edges.require();
  read_bounds(edges, out.edges);
  const YamlValue list = entry["shares"];
  out.shares = read_numbers(list, 0, 1);
  if (out.edges.empty() || out.shares.empty()) return;
  if (out.shares.size() != out.edges.size() + 1) {
    list.refuse("have one number more than edges (" + std::to_string(out.edges.size() + 1) + ")",
                std::to_string(out.shares.size()));
    return;
  }
  constexpr double kRounding = 1e-6;
  const double sum = std::accumulate(out.shares.begin(), out.shares.end(), 0.0);
  if (std::abs(sum - 1) > kRounding) list.refuse("have the sum 1", real_text(sum));
}

void read_training(const YamlValue& training, ModelDescription& out) {
  constexpr double kLongest = 366.0 * 24 * 3600;
  read_required_real(training["seconds"], out.training_seconds, 0, kLongest);
  const YamlValue samples = training["samples"];
  if (!samples.given()) samples.require();
  read_whole(samples, out.training_samples, 1, std::numeric_limits<std::uint64_t>::max());
  const YamlValue scores = training["scores"];
  for (std::size_t i = 0; i < kScoreTypes.size(); ++i) {
    const YamlValue score = scores[kScoreTypes[i]];
    if (!score.given()) continue;
    double value = 0;
    read_real(score, value, 0, kAnyNumber);
    out.scores[i] = value;
  }
}

void read_format(const YamlValue& format) {
  if (!format.given()) return format.require();
  std::uint64_t version = 1;
  read_whole(format, version, 1, 1);
}

/// Free for whoever trains: version words may be dates, hashes, numbers.
void read_version(const YamlValue& value, std::string& out) {
  constexpr std::string_view kMust = "be a version: 1 to 40 letters, digits or . _ - / :";
  if (!value.given()) return value.require();
  const std::string* const text = value.scalar(kMust);
  if (text == nullptr) return;
  if (!is_name(*text)) return value.refuse(kMust);
  out = *text;
}

ModelDescription read_all(const YamlValue& root) {
  ModelDescription model;
  read_format(root["format"]);
  read_name(root["name"], model.name);
  read_version(root["version"], model.version);
  if (!root["kind"].given()) root["kind"].require();
  read_choice(root["kind"], model.kind, kKindWords);
  model.features = read_features(root["features"]);
  if (!root["label"].given()) root["label"].require();
  std::uint8_t label = 0;
  read_choice(root["label"], label, std::array<Choice<std::uint8_t>, 1>{{{"mid_sign", 0}}});
  if (!root["horizon"].given()) root["horizon"].require();
  read_duration(root["horizon"], model.horizon, std::chrono::milliseconds{1}, std::chrono::hours{24});
  read_thresholds(root, model);
  // What is of the other kind is then an unknown key.
  if (model.kind == ModelKind::Linear) {
    read_linear(root["linear"], model.linear);
  } else {
    read_booster(root["xgboost"], model.booster);
  }
  const YamlValue distribution = root["distribution"];
  const YamlValue importance = root["importance"];
  for (const Feature feature : model.features) {
    read_distribution(distribution[to_string(feature)], model.distribution.emplace_back());
    read_required_real(importance[to_string(feature)], model.importance.emplace_back(), 0, 1);
  }
  read_training(root["training"], model);
  return model;
}

}  // namespace

ModelDescription read_model_file(std::string_view text, const std::string& name) {
  YamlDocument document(text, name);
  if (!document.readable()) throw ConfigError(document.messages());
  ModelDescription model = read_all(document.root());
  document.refuse_unknown_keys();
  std::vector<std::string> messages = document.messages();
  if (!messages.empty()) throw ConfigError(std::move(messages));
  return model;
}

}  // namespace vigil::engine
