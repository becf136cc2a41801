#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include "allocations.h"
#include "engine/signals/linear_model.h"
#include "engine/signals/model_loader.h"
#include "engine/signals/xgboost_model.h"
#include "signal_models.h"

using namespace vigil::engine;
using namespace vigil::engine::testing;

namespace {

double logistic(double z) {
  return 1 / (1 + std::exp(-z));
}

/// What load_model says is wrong, with the folder taken out; the kind before it.
std::string fault_of(const TemporaryDirectory& folder, const std::string& path) {
  try {
    (void)load_model(path);
  } catch (const ModelFault& fault) {
    std::string text = fault.what();
    const std::string prefix = folder.path("");
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return std::string{to_string(fault.kind())} + ": " + text;
  }
  return "";
}

std::string fault_of(const std::string& description) {
  const TemporaryDirectory folder;
  return fault_of(folder, folder.write("test.json", description));
}

std::filesystem::path source_root() {
  return std::filesystem::path(__FILE__).parent_path() / ".." / "..";
}

}  // namespace

TEST_SUITE("signal models") {
  TEST_CASE("a description is read whole") {
    const ModelDescription model = read_model_file(linear_description(), "test.json");
    CHECK(model.name == "test");
    CHECK(model.version == "7");
    CHECK(model.kind == ModelKind::Linear);
    CHECK(model.features == std::vector{Feature::TouchImbalance, Feature::SpreadBp});
    CHECK(model.horizon == std::chrono::seconds{1});
    CHECK(model.buy == 0.6);
    CHECK(model.sell == 0.4);
    CHECK(model.medium == 0.6);
    CHECK(model.high == 0.75);
    CHECK(model.linear.weights == std::vector<double>{2, -1});
    CHECK(model.distribution[1].edges == std::vector<double>{2});
    CHECK(model.importance == std::vector<double>{0.8, 0.2});
    CHECK(model.training_seconds == 12.5);
    CHECK(model.training_samples == 1000);
    CHECK(model.scores == std::array{std::optional{0.625}, std::optional<double>{}, std::optional{0.65}});
  }

  TEST_CASE("a linear model gives the logistic of its sum, and its terms") {
    const TemporaryDirectory folder;
    const LoadedModel loaded = load_model(folder.write("test.json", linear_description()));
    // 0.5 + 2 * 0.2 / 0.5 - 1 * 1 / 2 = 0.8
    CHECK(*loaded.model->predict(std::vector{0.3, 4.0}) == doctest::Approx(logistic(0.8)).epsilon(1e-15));
    std::vector<double> parts(2);
    CHECK(loaded.model->contributions(std::vector{0.3, 4.0}, parts));
    CHECK(parts[0] == doctest::Approx(0.8));
    CHECK(parts[1] == doctest::Approx(-0.5));
    const std::vector inputs{0.3, 4.0};
    const std::size_t before = allocations();
    CHECK(loaded.model->predict(inputs).has_value());
    CHECK(loaded.model->contributions(inputs, parts));
    CHECK(allocations() == before);
  }

  TEST_CASE("a linear sum beyond all numbers is an error, not a probability") {
    LinearModel model({.intercept = 0, .weights = {1e308, 1e308}, .means = {0, 0}, .scales = {1, 1e-300}}, 2,
                      "f");
    std::vector<double> parts(2);
    CHECK_FALSE(model.predict(std::vector{2.0, 2.0}));
    CHECK(std::string{model.error()} == "the sum of the linear terms is not a finite number");
    CHECK_FALSE(model.contributions(std::vector{2.0, 2.0}, parts));
    CHECK(*model.predict(std::vector{0.0, 0.0}) == 0.5);
    CHECK(*model.predict(std::vector{1.0, 0.0}) == 1);
  }

  TEST_CASE("a stump gives the logistic of its leaf, and the input it splits on all of it") {
    const TemporaryDirectory folder;
    const LoadedModel loaded = load_model(write_xgboost(folder, bench::booster_json(stump(), 2)));
    CHECK(*loaded.model->predict(std::vector{0.2, 1.0}) == doctest::Approx(logistic(-1)).epsilon(1e-6));
    CHECK(*loaded.model->predict(std::vector{0.25, 1.0}) == doctest::Approx(logistic(2)).epsilon(1e-6));
    std::vector<double> parts(2);
    CHECK(loaded.model->contributions(std::vector{0.3, 1.0}, parts));
    CHECK(parts[0] == doctest::Approx(1.5));  // the leaf less the mean of both
    CHECK(parts[1] == 0);
  }

  TEST_CASE("trees give what walking them by hand gives") {
    rc::check([] {
      const auto seed = *rc::gen::arbitrary<std::uint64_t>();
      const auto depth = *rc::gen::inRange<std::size_t>(1, 5);
      const auto trees = bench::random_trees(*rc::gen::inRange<std::size_t>(1, 8), depth, 3, seed);
      const auto model = make_xgboost_model(bench::booster_json(trees, 3), {"a", "b", "c"}, "f");
      std::vector<double> inputs;
      for (int i = 0; i < 3; ++i) inputs.push_back(*rc::gen::inRange(-1000, 1001) / 1000.0);
      float score = 0;
      for (const bench::CompleteTree& tree : trees) {
        std::size_t node = 0;
        while (node < tree.splits.size()) {
          const auto& split = tree.splits[node];
          node = 2 * node + (static_cast<float>(inputs[split.input]) < split.bound ? 1 : 2);
        }
        score += tree.leaves[node - tree.splits.size()];
      }
      const auto found = model->predict(inputs);
      RC_ASSERT(found.has_value());
      RC_ASSERT(std::abs(*found - logistic(score)) < 1e-6);
    });
  }

  TEST_CASE("the shipped models give what the library's Python side gives") {
    const auto folder = source_root() / "configs" / "models";
    const auto check = [&](const char* name, std::initializer_list<std::pair<double, double>> points) {
      CAPTURE(name);
      const LoadedModel loaded = load_model((folder / (std::string{name} + ".json")).string());
      for (const auto& [at, wanted] : points) {
        // Each input at its training quantile of that bin edge.
        std::vector<double> inputs;
        for (const FeatureDistribution& each : loaded.description.distribution) {
          inputs.push_back(
              each.edges[static_cast<std::size_t>(at * static_cast<double>(each.edges.size() - 1))]);
        }
        const auto found = loaded.model->predict(inputs);
        REQUIRE(found.has_value());
        CHECK(*found == doctest::Approx(wanted).epsilon(1e-6));
      }
    };
    check("btcusdt-1s-linear", {{0, 0.18057393000123043},
                                {0.25, 0.26318749142389147},
                                {0.5, 0.44289641211970454},
                                {0.75, 0.66352407838443328},
                                {1, 0.79720147804153008}});
    check("btcusdt-1s-xgboost", {{0, 0.28077122569084167},
                                 {0.25, 0.11329073458909988},
                                 {0.5, 0.33114105463027954},
                                 {0.75, 0.79553365707397461},
                                 {1, 0.79664355516433716}});
  }

  TEST_CASE("a trees' output that is no number is an error") {
    const std::vector<bench::CompleteTree> trees{
        {.splits = {{.input = 0, .bound = 0}}, .leaves = {std::numeric_limits<float>::quiet_NaN(), 1}}};
    const auto model = make_xgboost_model(bench::booster_json(trees, 1), {"a"}, "f");
    CHECK_FALSE(model->predict(std::vector{-1.0}));
    CHECK(std::string{model->error()} == "XGBoost gave no probability");
    CHECK(model->predict(std::vector{1.0}));
    CHECK_FALSE(model->predict(std::vector{1e300}));
    CHECK(std::string{model->error()} == "an input is not a finite number in single precision");
  }

  TEST_CASE("a description that cannot be used says where and why") {
    const auto with = [](std::string_view part, std::string_view instead) {
      return fault_of(replaced(linear_description(), part, instead));
    };
    CHECK(with("\"format\": 1", "\"format\": 2") ==
          "model_load_failure: test.json:2: format: must be a whole number from 1 to 1, was 2");
    CHECK(with("\"linear\",\n", "\"forest\",\n") ==
          "model_load_failure: test.json:5: kind: must be one of linear, xgboost, was forest");
    CHECK(with("\"spread_bp\"],", "\"spread\"],") ==
          "model_load_failure: test.json:6: features[1]: must be a feature that docs/SIGNALS.md lists, was "
          "spread; test.json:14: distribution.spread_bp: must be a known key, was spread_bp; test.json:16: "
          "importance.spread_bp: must be a known key, was spread_bp");
    CHECK(with("\"sell\": 0.4", "\"sell\": 0.7") ==
          "model_load_failure: test.json:9: thresholds.sell: must be a number from 0 to 0.5, was 0.7");
    CHECK(with("\"high\": 0.75", "\"high\": 0.55") ==
          "model_load_failure: test.json:10: confidence.high: must be at least medium (0.6), was 0.55");
    CHECK(with("\"horizon\": \"1s\"", "\"horizon\": \"0s\"") ==
          "model_load_failure: test.json:8: horizon: must be a duration from 1ms to 24h, was 0s");
    CHECK(
        with("\"scales\": [0.5, 2]", "\"scales\": [0, 2]").find("linear.scales[0]: must be a number from") !=
        std::string::npos);
    CHECK(with("\"weights\": [2, -1]", "\"weights\": [2, nan]")
              .find("linear.weights[1]: must be a number from") != std::string::npos);
    CHECK(with("\"shares\": [0.5, 0.5]", "\"shares\": [0.5, 0.6]") ==
          "model_load_failure: test.json:14: distribution.spread_bp.shares: must have the sum 1, was 1.1");
    CHECK(with("\"shares\": [0.5, 0.5]", "\"shares\": [1]") ==
          "model_load_failure: test.json:14: distribution.spread_bp.shares: must have one number more than "
          "edges "
          "(2), was 1");
    CHECK(with("\"edges\": [2]", "\"edges\": []")
              .find("distribution.spread_bp.edges: must be a list of 1 to 200") != std::string::npos);
    CHECK(with(", \"spread_bp\": 0.2", "") ==
          "model_load_failure: test.json:16: importance.spread_bp: must be given, was missing");
    CHECK(with(" \"version\": \"7\",\n", "") ==
          "model_load_failure: test.json:1: version: must be given, was missing");
    CHECK(with("\"training\"", "\"trained\"").find("trained: must be a known key") != std::string::npos);
    CHECK(fault_of(linear_description().substr(0, 400)).starts_with("model_load_failure: test.json:"));
    CHECK(fault_of("").starts_with("model_load_failure: test.json:"));
  }

  TEST_CASE("a linear model without a term for each feature has the wrong shape") {
    for (const char* key : {"weights", "means", "scales"}) {
      std::string text = linear_description();
      const std::size_t at = text.find(std::string{"\""} + key + "\": [");
      const std::size_t end = text.find(']', at);
      text.insert(end, ", 1");
      CHECK(fault_of(text) == std::string{"input_shape_mismatch: test.json: linear."} + key +
                                  ": must have a number for each of the 2 features, has 3");
    }
  }

  TEST_CASE("a model's file that is missing, cut, another or none of XGBoost's is refused") {
    const std::string booster = bench::booster_json(stump(), 2);
    {
      const TemporaryDirectory folder;
      CHECK(fault_of(folder, folder.path("none.json")).starts_with("model_load_failure: none.json: "));
      CHECK(fault_of(folder, folder.write("test.json", xgboost_description(booster))) ==
            "model_load_failure: test.xgboost.json: cannot be read: No such file or directory");
    }
    const TemporaryDirectory folder;
    const std::string path = write_xgboost(folder, booster);
    CHECK(fault_of(folder, path).empty());
    for (const std::string& other : {booster.substr(0, booster.size() / 2), booster + " ", std::string{}}) {
      (void)folder.write("test.xgboost.json", other);
      CHECK(fault_of(folder, path)
                .starts_with("model_load_failure: test.xgboost.json: must be the file that test.json "
                             "describes, whose SHA-256 is "));
    }
    CHECK(fault_of(folder, write_xgboost(folder, "{\"learner\": 1}"))
              .starts_with("model_load_failure: test.xgboost.json: must be a model of XGBoost, is not: "));
    CHECK(fault_of(folder, write_xgboost(folder, booster.substr(0, booster.size() / 2)))
              .starts_with("model_load_failure: test.xgboost.json: must be a model of XGBoost, is not: "));
  }

  TEST_CASE("a model of other inputs or another objective is refused") {
    const TemporaryDirectory folder;
    CHECK(
        fault_of(folder, write_xgboost(folder, bench::booster_json(stump(), 3))) ==
        "input_shape_mismatch: test.xgboost.json: inputs: must be the 2 features of the description, are 3");
    CHECK(fault_of(folder, write_xgboost(folder, bench::booster_json(stump(), 2, "binary:logitraw"))) ==
          "model_load_failure: test.xgboost.json: objective: must be binary:logistic, was binary:logitraw");
    const std::string named = replaced(bench::booster_json(stump(), 2), "\"feature_names\":[]",
                                       "\"feature_names\":[\"spread_bp\",\"touch_imbalance\"]");
    CHECK(
        fault_of(folder, write_xgboost(folder, named)) ==
        "input_shape_mismatch: test.xgboost.json: inputs[0]: must be touch_imbalance, as the description has "
        "it, was spread_bp");
  }
}
