#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <string>

#include "engine/bench/cases.h"
#include "engine/bench/complete_trees.h"
#include "engine/bench/folder.h"
#include "engine/bench/timing.h"
#include "engine/random.h"
#include "engine/signals/signal_bridge.h"
#include "monitoring/http/digest.h"

namespace vigil::engine::bench {
namespace {

constexpr std::size_t kTrees = 100;
constexpr std::size_t kDepth = 4;

/// "[t,t,...]", one a feature.
std::string repeated(const char* text) {
  std::string list;
  for (std::size_t i = 0; i < kFeatures; ++i) list.append(i == 0 ? "[" : ",").append(text);
  return list + "]";
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

/// A description of a model of all features.
std::string description(std::string_view kind, const std::string& terms) {
  std::string features;
  std::string distribution;
  std::string importance;
  for (const std::string_view name : kFeatureNames) {
    const char* const comma = features.empty() ? "" : ",";
    features += fmt::format("{}\"{}\"", comma, name);
    distribution += fmt::format(
        R"({}"{}":{{"edges":[-4,-3,-2,-1,0,1,2,3,4],"shares":[0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1]}})",
        comma, name);
    importance += fmt::format(R"({}"{}":0.05)", comma, name);
  }
  return fmt::format(
      R"({{"format":1,"name":"bench","version":"1","kind":"{0}","features":[{1}],"label":"mid_sign",)"
      R"("horizon":"1s","thresholds":{{"buy":0.6,"sell":0.4}},"confidence":{{"medium":0.6,"high":0.75}},)"
      R"("{0}":{2},"distribution":{{{3}}},"importance":{{{4}}},"training":{{"seconds":1,"samples":1}}}})",
      kind, features, terms, distribution, importance);
}

/// A bridge with one model and one instrument, quoted a hundred times a second, its features known.
class SignalRig {
 public:
  explicit SignalRig(ModelKind kind) {
    const std::string path = folder_.path + "/bench.json";
    if (kind == ModelKind::Linear) {
      write(path,
            description("linear", fmt::format(R"({{"intercept":0,"weights":{},"means":{},"scales":{}}})",
                                              repeated("0.1"), repeated("0"), repeated("1"))));
    } else {
      const std::string booster = booster_json(random_trees(kTrees, kDepth, kFeatures, 1), kFeatures);
      write(folder_.path + "/bench.xgboost.json", booster);
      write(path, description("xgboost", fmt::format(R"({{"file":"bench.xgboost.json","sha256":"{}"}})",
                                                     monitoring::sha256_hex(booster))));
    }
    const std::vector<ModelConfig> models{{"bench", path, {}}};
    const SignalConfig settings;
    constexpr std::array kBounds{1.0};
    bridge_ = std::make_unique<SignalBridge>(SignalBridge::Wiring{models, settings, instruments_, kBounds},
                                             registry_, [] { return Clock::now().time_since_epoch(); });
    if (!bridge_->status(0).is_on) throw std::runtime_error(std::string{bridge_->status(0).reason});
    while (quote() == 0) {
    }
  }

  /// The number of signals that a quote leads to.
  std::size_t quote() {
    constexpr orders::Duration kInterval = std::chrono::milliseconds{10};
    constexpr std::int64_t kTick = 1'000'000;
    quote_.time += kInterval;
    bid_ += random_.from_one_to(3) - 2;
    quote_.bid = orders::Price::from_raw(bid_ * kTick);
    quote_.ask = orders::Price::from_raw((bid_ + random_.from_one_to(3)) * kTick);
    quote_.bid_size = orders::Quantity{random_.from_one_to(100)};
    quote_.ask_size = orders::Quantity{random_.from_one_to(100)};
    return bridge_->on_quote(orders::InstrumentId{0}, quote_, {quote_.time, Clock::now().time_since_epoch()})
        .size();
  }
  void tick() { bridge_->on_time(quote_.time); }

 private:
  static std::vector<orders::Instrument> instrument() {
    orders::Instrument one;
    one.id = orders::InstrumentId{0};
    one.symbol = "BENCH";
    return {one};
  }

  Folder folder_;
  monitoring::Registry registry_;
  std::vector<orders::Instrument> instruments_ = instrument();
  std::unique_ptr<SignalBridge> bridge_;
  Random random_{1};
  orders::Quote quote_;
  std::int64_t bid_ = 10'000;
};

Case inference_case(const char* name, ModelKind kind, std::size_t quotes) {
  const auto rig = std::make_shared<SignalRig>(kind);
  return {name, "ns", [rig, quotes](std::vector<double>& samples) {
            for (std::size_t i = 0; i < quotes; ++i) {
              samples.push_back(time_of([&] { keep(rig->quote()); }));
            }
            rig->tick();
          }};
}

}  // namespace

std::vector<Group> signal_groups(const Effort& effort) {
  Group group;
  group.cases.push_back(
      inference_case("signal_inference_linear/vigil", ModelKind::Linear, effort.operations / 400));
  group.cases.push_back(
      inference_case("signal_inference_xgboost/vigil", ModelKind::XGBoost, effort.operations / 1000));
  return {group};
}

}  // namespace vigil::engine::bench
