#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "allocations.h"
#include "engine/signals/signal_bridge.h"
#include "signal_models.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::testing;
using namespace std::chrono_literals;

namespace {

constexpr orders::InstrumentId kShare{0};
constexpr orders::InstrumentId kOther{1};
constexpr std::array kTrainingBounds{1.0, 10.0, 100.0};

std::vector<orders::Instrument> two_instruments() {
  std::vector<orders::Instrument> instruments(2);
  instruments[0].id = kShare;
  instruments[0].symbol = "ACME";
  instruments[1].id = kOther;
  instruments[1].symbol = "BOLT";
  return instruments;
}

/// A bridge over files in a folder of its own, with a clock that a test turns.
struct Desk {
  explicit Desk(std::vector<ModelConfig> configs, SignalConfig given = {})
      : models(std::move(configs)), settings(std::move(given)) {
    for (ModelConfig& model : models) model.file = folder.path(model.file);
  }
  SignalBridge& start() {
    bridge = std::make_unique<SignalBridge>(
        SignalBridge::Wiring{models, settings, instruments, kTrainingBounds}, registry, [this] {
          clock += 1us;
          return clock;
        });
    return *bridge;
  }
  /// Bid 9999, ask so that the mid is 10000 and the spread 2 basis points; sizes for the imbalance.
  std::span<const Signal> quote(double imbalance, std::int64_t mid = 10'000,
                                orders::InstrumentId instrument = kShare) {
    now += 100ms;
    orders::Quote quote;
    quote.time = now;
    quote.bid = orders::Price{mid - 1};
    quote.ask = orders::Price{mid + 1};
    quote.bid_size = orders::Quantity{static_cast<std::int64_t>(std::lround(500 * (1 + imbalance)))};
    quote.ask_size = orders::Quantity{static_cast<std::int64_t>(std::lround(500 * (1 - imbalance)))};
    return bridge->on_quote(instrument, quote, {now, clock});
  }
  double errors(ModelError error, std::string_view model = "test") {
    return static_cast<double>(registry.counter(metric::kInferenceErrors, {to_string(error), model}).value());
  }
  double gauge(const monitoring::MetricDefinition& definition,
               std::initializer_list<std::string_view> labels) {
    return registry.gauge(definition, labels).value();
  }

  TemporaryDirectory folder;
  std::vector<ModelConfig> models;
  SignalConfig settings;
  std::vector<orders::Instrument> instruments = two_instruments();
  monitoring::Registry registry;
  orders::Duration clock = 1s;
  orders::Timestamp now = orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000);
  std::unique_ptr<SignalBridge> bridge;
};

ModelConfig model_config(std::string name = "test", std::vector<orders::InstrumentId> instruments = {}) {
  return {.name = name, .file = name + ".json", .instruments = std::move(instruments)};
}

/// z = 0.5 + 4 (imbalance - 0.1) - (spread - 3) / 2 with a spread of 2: 0.6 + 4 imbalance.
double up_at(double imbalance) {
  return 1 / (1 + std::exp(-(0.6 + 4 * imbalance)));
}

}  // namespace

TEST_SUITE("signal bridge") {
  TEST_CASE("a quote becomes a signal by the model's thresholds, with its confidence") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json", linear_description());
    const SignalBridge& bridge = desk.start();
    CHECK(bridge.status(0).is_on);
    CHECK(bridge.status(0).version == "7");
    CHECK(bridge.state().state == monitoring::HealthState::Healthy);

    struct Wanted {
      double imbalance;
      SignalType type;
      Confidence confidence;
    };
    // Probabilities: 0.999, 0.646, 0.550, 0.354, 0.002.
    for (const Wanted& wanted :
         {Wanted{1, SignalType::Buy, Confidence::High}, Wanted{0, SignalType::Buy, Confidence::Medium},
          Wanted{-0.1, SignalType::Hold, Confidence::Low}, Wanted{-0.3, SignalType::Sell, Confidence::Medium},
          Wanted{-1, SignalType::Sell, Confidence::High}}) {
      CAPTURE(wanted.imbalance);
      const auto signals = desk.quote(wanted.imbalance);
      REQUIRE(signals.size() == 1);
      CHECK(signals[0].instrument == kShare);
      CHECK(signals[0].model == 0);
      CHECK(signals[0].type == wanted.type);
      CHECK(signals[0].confidence == wanted.confidence);
      CHECK(signals[0].probability == doctest::Approx(up_at(wanted.imbalance)));
      CHECK(signals[0].quote_time == desk.now);
    }
    const auto generated = [&](std::string_view type, std::string_view confidence) {
      return desk.registry.counter(metric::kSignalsGenerated, {type, "ACME", confidence}).value();
    };
    CHECK(generated("buy", "high") == 1);
    CHECK(generated("buy", "medium") == 1);
    CHECK(generated("hold", "low") == 1);
    CHECK(generated("sell", "medium") == 1);
    CHECK(generated("sell", "high") == 1);
    CHECK(generated("hold", "high") == 0);
  }

  TEST_CASE("each step's time is measured by the clock given") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json", linear_description());
    (void)desk.start();
    (void)desk.quote(1);  // reads the clock four times, a microsecond each
    const auto features = desk.registry.histogram(metric::kFeatureComputation, {"quotes"});
    CHECK(features.count() == 1);
    CHECK(features.sum() == doctest::Approx(1e-6));
    CHECK(desk.registry.histogram(metric::kInferenceLatency, {"test"}).sum() == doctest::Approx(1e-6));
    const auto whole = desk.registry.histogram(metric::kSignalGeneration, {"ACME", "buy"});
    CHECK(whole.count() == 1);
    CHECK(whole.sum() == doctest::Approx(4e-6));
  }

  TEST_CASE("models look at their instruments and at no others") {
    Desk desk({model_config("test", {kShare}), model_config("second")});
    (void)desk.folder.write("test.json", linear_description());
    (void)desk.folder.write("second.json",
                            replaced(linear_description(), "\"name\": \"test\"", "\"name\": \"second\""));
    const SignalBridge& bridge = desk.start();
    CHECK(bridge.watches(kShare));
    CHECK(bridge.watches(kOther));
    CHECK(desk.quote(1).size() == 2);
    const auto signals = desk.quote(1, 10'000, kOther);
    REQUIRE(signals.size() == 1);
    CHECK(signals[0].model == 1);
    CHECK(signals[0].instrument == kOther);

    Desk one({model_config("test", {kShare})});
    (void)one.folder.write("test.json", linear_description());
    CHECK_FALSE(one.start().watches(kOther));
    CHECK(one.quote(1, 10'000, kOther).empty());
  }

  TEST_CASE("there is no signal while a feature is not known") {
    Desk desk({model_config()});
    std::string text = linear_description();
    for (std::size_t at = text.find("spread_bp"); at != std::string::npos; at = text.find("spread_bp")) {
      text.replace(at, 9, "return_4_bp");
    }
    (void)desk.folder.write("test.json", text);
    (void)desk.start();
    for (int i = 0; i < 4; ++i) CHECK(desk.quote(1).empty());
    CHECK(desk.quote(1).size() == 1);
  }

  TEST_CASE("however a model is broken, it gives no signal and the right error is counted") {
    const std::string booster = bench::booster_json(stump(), 2);
    const auto broken = [](ModelError kind, const auto& write) {
      Desk desk({model_config()});
      write(desk.folder);
      const SignalBridge& bridge = desk.start();
      for (int i = 0; i < 20; ++i) {
        if (!desk.quote(1).empty()) return std::string{"a signal"};
      }
      if (bridge.status(0).is_on) return std::string{"on"};
      if (bridge.status(0).reason.empty()) return std::string{"no reason"};
      if (bridge.state().state != monitoring::HealthState::Unhealthy) return std::string{"not unhealthy"};
      const double expected = kind == ModelError::Runtime ? desk.settings.errors_to_switch_off : 1;
      for (const ModelError each :
           {ModelError::LoadFailure, ModelError::ShapeMismatch, ModelError::Runtime}) {
        if (desk.errors(each) != (each == kind ? expected : 0)) return std::string{to_string(each)};
      }
      return std::string{};
    };
    using Folder = const TemporaryDirectory&;
    const auto linear = [](std::string_view part, std::string_view with) {
      return
          [=](Folder folder) { (void)folder.write("test.json", replaced(linear_description(), part, with)); };
    };
    CHECK(broken(ModelError::LoadFailure, [](Folder) {}) == "");
    CHECK(broken(ModelError::LoadFailure, [](Folder folder) {
            (void)folder.write("test.json", linear_description().substr(0, 300));
          }) == "");
    CHECK(broken(ModelError::LoadFailure, linear("\"kind\": \"linear\"", "\"kind\": \"lstm\"")) == "");
    CHECK(broken(ModelError::LoadFailure, linear("[\"touch_imbalance\"", "[\"moon_phase\"")) == "");
    CHECK(broken(ModelError::LoadFailure, linear("\"name\": \"test\"", "\"name\": \"else\"")) == "");
    CHECK(broken(ModelError::ShapeMismatch, linear("[2, -1]", "[2]")) == "");
    CHECK(
        broken(ModelError::Runtime, linear("\"weights\": [2, -1], \"means\": [0.1, 3], \"scales\": [0.5, 2]",
                                           "\"weights\": [1e308, 1e308], \"means\": [0.1, 3], \"scales\": "
                                           "[1e-300, 1e-300]")) == "");
    CHECK(broken(ModelError::LoadFailure, [&](Folder folder) {
            (void)folder.write("test.json", xgboost_description(booster));
          }) == "");
    CHECK(broken(ModelError::LoadFailure, [&](Folder folder) {
            (void)write_xgboost(folder, booster);
            (void)folder.write("test.xgboost.json", booster.substr(0, 500));
          }) == "");
    CHECK(broken(ModelError::LoadFailure, [&](Folder folder) {
            (void)write_xgboost(folder, bench::booster_json(stump(), 2, "reg:squarederror"));
          }) == "");
    CHECK(broken(ModelError::ShapeMismatch,
                 [&](Folder folder) { (void)write_xgboost(folder, bench::booster_json(stump(), 3)); }) == "");
    CHECK(broken(ModelError::Runtime, [&](Folder folder) {
            std::vector<bench::CompleteTree> trees = stump();
            trees[0].leaves[1] = NAN;
            (void)write_xgboost(folder, bench::booster_json(trees, 2));
          }) == "");
  }

  TEST_CASE("an error gives no signal, and the next answer that is one does") {
    Desk desk({model_config()});
    std::vector<bench::CompleteTree> trees = stump();
    trees[0].leaves[1] = NAN;
    (void)write_xgboost(desk.folder, bench::booster_json(trees, 2));
    const SignalBridge& bridge = desk.start();
    for (int round = 0; round < 10; ++round) {
      for (std::uint32_t i = 1; i < desk.settings.errors_to_switch_off; ++i) CHECK(desk.quote(1).empty());
      CHECK(desk.quote(-1).size() == 1);
    }
    CHECK(bridge.status(0).is_on);
    for (std::uint32_t i = 0; i < desk.settings.errors_to_switch_off; ++i) CHECK(desk.quote(1).empty());
    CHECK_FALSE(bridge.status(0).is_on);
    CHECK(bridge.status(0).reason == "XGBoost gave no probability");
    CHECK(desk.quote(-1).empty());
    CHECK(desk.errors(ModelError::Runtime) == 45);
  }

  TEST_CASE("a file that calls itself otherwise than the configuration is another model's") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json",
                            replaced(linear_description(), "\"name\": \"test\"", "\"name\": \"else\""));
    CHECK(desk.start().status(0).reason ==
          desk.folder.path("test.json") +
              ": name: must be test, as the configuration calls the model, was else");
  }

  TEST_CASE("a model among others that cannot be loaded leaves the others alone") {
    Desk desk({model_config("test"), model_config("second")});
    (void)desk.folder.write("test.json", linear_description());
    const SignalBridge& bridge = desk.start();
    CHECK(bridge.state().state == monitoring::HealthState::Degraded);
    const auto signals = desk.quote(1);
    REQUIRE(signals.size() == 1);
    CHECK(signals[0].model == 0);
    CHECK(desk.errors(ModelError::LoadFailure, "second") == 1);
  }

  TEST_CASE("without models there are no signals and nothing is wrong") {
    Desk desk({});
    const SignalBridge& bridge = desk.start();
    CHECK(bridge.state().state == monitoring::HealthState::Healthy);
    CHECK_FALSE(bridge.watches(kShare));
    CHECK(desk.quote(1).empty());
  }

  TEST_CASE("reading anew takes up what changed, leaves alone what did not, and ends what broke") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json", linear_description());
    SignalBridge& bridge = desk.start();
    const auto info = [&](std::string_view version) {
      return desk.gauge(metric::kModelInfo, {"test", version, "2"});
    };
    CHECK(info("7") == 1);
    (void)desk.quote(1);
    bridge.reload();
    CHECK(bridge.status(0).is_on);
    const auto trained = desk.registry.histogram(metric::kTrainingDuration,
                                                 std::array<std::string_view, 1>{"test"}, kTrainingBounds);
    CHECK(trained.count() == 1);
    CHECK(trained.sum() == doctest::Approx(12.5));
    const auto model_off = desk.registry.counter(metric::kPredictionsNotJudged, {"test", "model_off"});
    CHECK(model_off.value() == 0);

    (void)desk.folder.write("test.json",
                            replaced(linear_description(), "\"version\": \"7\"", "\"version\": \"8\""));
    bridge.reload();
    CHECK(bridge.status(0).version == "8");
    CHECK(info("8") == 1);
    CHECK(std::isnan(info("7")));
    CHECK(trained.count() == 2);
    CHECK(model_off.value() == 1);  // the prediction that waited

    (void)desk.folder.write("test.json", "{");
    bridge.reload();
    CHECK_FALSE(bridge.status(0).is_on);
    CHECK(desk.quote(1).empty());
    CHECK(std::isnan(info("8")));
    CHECK(std::isnan(desk.gauge(metric::kTrainingScore, {"test", "accuracy"})));
    CHECK(desk.errors(ModelError::LoadFailure) == 1);

    (void)desk.folder.write("test.json", linear_description());
    bridge.reload();
    CHECK(desk.quote(1).size() == 1);
    CHECK(info("7") == 1);
    CHECK(desk.gauge(metric::kTrainingScore, {"test", "accuracy"}) == 0.625);
    CHECK(std::isnan(desk.gauge(metric::kTrainingScore, {"test", "auc"})));
  }

  TEST_CASE("predictions are judged when their second has passed") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json", linear_description());
    SignalBridge& bridge = desk.start();
    (void)desk.quote(1);          // up, and it goes up
    (void)desk.quote(-1);         // down: wrong
    (void)desk.quote(1, 10'001);  // up, and then it stays
    const auto outcome = [&](std::string_view word) {
      return desk.registry.counter(metric::kPredictions, {"test", word}).value();
    };
    CHECK(outcome("pending") == 3);
    bridge.on_time(desk.now + 500ms);
    CHECK(outcome("correct") == 0);
    CHECK(std::isnan(desk.gauge(metric::kPredictionAccuracy, {"test", "5m"})));
    bridge.on_time(desk.now + 2s);
    CHECK(outcome("correct") == 1);
    CHECK(outcome("incorrect") == 1);
    CHECK(desk.registry.counter(metric::kPredictionsNotJudged, {"test", "unchanged"}).value() == 1);
    CHECK(desk.gauge(metric::kPredictionAccuracy, {"test", "5m"}) == 0.5);
    CHECK(desk.gauge(metric::kPredictionAccuracy, {"test", "24h"}) == 0.5);
  }

  TEST_CASE("predictions beyond the bound are not judged, and counted") {
    SignalConfig settings;
    settings.pending_predictions = 2;
    Desk desk({model_config()}, settings);
    (void)desk.folder.write("test.json", linear_description());
    (void)desk.start();
    for (int i = 0; i < 5; ++i) (void)desk.quote(1);
    CHECK(desk.registry.counter(metric::kPredictionsNotJudged, {"test", "overflow"}).value() == 3);
  }

  TEST_CASE("shifted inputs raise the drift score of their feature") {
    SignalConfig settings;
    settings.drift_window = 400;
    settings.drift_least = 100;
    Desk desk({model_config()}, settings);
    (void)desk.folder.write("test.json", linear_description());
    SignalBridge& bridge = desk.start();
    const auto drift = [&] { return desk.gauge(metric::kDataDrift, {"test", "touch_imbalance"}); };
    for (int i = 0; i < 99; ++i) (void)desk.quote(-0.75 + 0.5 * (i % 4));
    bridge.on_time(desk.now);
    CHECK(std::isnan(drift()));
    for (int i = 99; i < 400; ++i) (void)desk.quote(-0.75 + 0.5 * (i % 4));
    bridge.on_time(desk.now);
    CHECK(drift() == doctest::Approx(0));
    for (int i = 0; i < 400; ++i) (void)desk.quote(0.25 + 0.5 * (i % 2));
    bridge.on_time(desk.now);
    CHECK(drift() > 0.25);
    // A spread of 2 in every quote, where training had halves.
    CHECK(desk.gauge(metric::kDataDrift, {"test", "spread_bp"}) ==
          doctest::Approx(0.5 * std::log(2.0) + (1e-4 - 0.5) * std::log(1e-4 / 0.5)));
  }

  TEST_CASE("importance is that of every so many predictions, and its change that against training") {
    SignalConfig settings;
    settings.importance_one_in = 3;
    Desk desk({model_config()}, settings);
    (void)desk.folder.write("test.json", linear_description());
    SignalBridge& bridge = desk.start();
    for (int i = 0; i < 90; ++i) {
      if (i == 87) CHECK(std::isnan(desk.gauge(metric::kFeatureImportance, {"test", "spread_bp"})));
      (void)desk.quote(0.35);
      bridge.on_time(desk.now);
    }
    // Terms: 2 * 0.25 / 0.5 = 1 and -(2 - 3) / 2 = 0.5.
    CHECK(desk.gauge(metric::kFeatureImportance, {"test", "touch_imbalance"}) == doctest::Approx(2.0 / 3));
    CHECK(desk.gauge(metric::kFeatureImportance, {"test", "spread_bp"}) == doctest::Approx(1.0 / 3));
    CHECK(desk.gauge(metric::kFeatureImportanceChange, {"test", "touch_imbalance"}) ==
          doctest::Approx(2.0 / 3 / 0.8 - 1));
    CHECK(desk.gauge(metric::kFeatureImportanceChange, {"test", "spread_bp"}) ==
          doctest::Approx(1.0 / 3 / 0.2 - 1));
  }

  TEST_CASE("the last values of the configured indicators are published") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json", linear_description());
    (void)desk.start();
    (void)desk.quote(0.5);
    CHECK(desk.gauge(metric::kIndicatorValue, {"ACME", "touch_imbalance"}) == doctest::Approx(0.5));
    CHECK(desk.gauge(metric::kIndicatorValue, {"ACME", "spread_bp"}) == doctest::Approx(2));
    CHECK(std::isnan(desk.gauge(metric::kIndicatorValue, {"ACME", "volatility_64_bp"})));
    CHECK(std::isnan(desk.gauge(metric::kIndicatorValue, {"BOLT", "spread_bp"})));
  }

  TEST_CASE("a linear model's signals allocate nothing") {
    Desk desk({model_config()});
    (void)desk.folder.write("test.json", linear_description());
    SignalBridge& bridge = desk.start();
    (void)desk.quote(1);
    const std::size_t before = allocations();
    for (int i = 0; i < 1000; ++i) {
      (void)desk.quote(0.5, 10'000 + i % 3);
      if (i % 100 == 0) bridge.on_time(desk.now);
    }
    CHECK(allocations() == before);
  }
}
