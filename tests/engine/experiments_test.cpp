#include "engine/signals/experiments.h"

#include <doctest/doctest.h>

#include <array>

#include "engine/signals/experiment_metrics.h"

using namespace vigil;
using namespace vigil::engine;
using orders::InstrumentId;
using orders::StrategyId;
using std::chrono::seconds;

namespace {

constexpr StrategyId kFirst{0}, kSecond{1}, kOutside{2}, kThird{3};

ExperimentConfig experiment(const char* name, std::vector<StrategyId> variants) {
  return {.name = name, .variants = std::move(variants), .slot = seconds{10}};
}

struct Trial {
  explicit Trial(std::vector<ExperimentConfig> config)
      : experiments(config, {"first", "second", "outside", "third"}, 4, registry) {}
  double assignments(const char* experiment, const char* variant) {
    return static_cast<double>(registry.counter(metric::kAssignments, {experiment, variant}).value());
  }
  monitoring::Registry registry;
  Experiments experiments;
};

orders::Timestamp at(std::int64_t second) {
  return orders::Timestamp{seconds{second}};
}

}  // namespace

TEST_CASE("at any time an instrument is one variant's, for a whole slot, and a stranger's always") {
  Trial trial({experiment("x", {kFirst, kSecond, kThird})});
  for (std::int64_t second = 0; second < 1000; ++second) {
    for (std::uint16_t i = 0; i < 4; ++i) {
      const InstrumentId instrument{i};
      int owners = 0;
      for (const StrategyId strategy : {kFirst, kSecond, kThird}) {
        const bool may = trial.experiments.may_trade(strategy, instrument, at(second));
        owners += static_cast<int>(may);
        CHECK(may == trial.experiments.may_trade(strategy, instrument, at(second / 10 * 10)));
      }
      CHECK(owners == 1);
      CHECK(trial.experiments.may_trade(kOutside, instrument, at(second)));
    }
  }
}

TEST_CASE("variants are drawn as often as each other, instruments apart") {
  Trial trial({experiment("x", {kFirst, kSecond})});
  int first = 0;
  int alike = 0;
  constexpr int kSlots = 10'000;
  for (int slot = 0; slot < kSlots; ++slot) {
    const bool one = trial.experiments.may_trade(kFirst, InstrumentId{0}, at(slot * 10));
    const bool other = trial.experiments.may_trade(kFirst, InstrumentId{1}, at(slot * 10));
    first += static_cast<int>(one);
    alike += static_cast<int>(one == other);
  }
  // Five standard deviations of a fair draw are 250.
  CHECK(std::abs(first - kSlots / 2) < 250);
  CHECK(std::abs(alike - kSlots / 2) < 250);
}

TEST_CASE("a slot is counted once, with its first quote, for whom it was given to") {
  Trial trial({experiment("x", {kFirst, kSecond})});
  int first = 0;
  for (std::int64_t second = 0; second < 100; ++second) {
    if (second % 10 == 3)
      first += static_cast<int>(trial.experiments.may_trade(kFirst, InstrumentId{2}, at(second)));
    if (second % 10 >= 3) trial.experiments.quoted(InstrumentId{2}, at(second));
  }
  CHECK(trial.assignments("x", "first") == first);
  CHECK(trial.assignments("x", "second") == 10 - first);
}

TEST_CASE("P&L is published for variants alone, and absent while it is not known") {
  Trial trial({experiment("x", {kFirst, kSecond})});
  trial.experiments.pnl(kFirst, 12.5);
  trial.experiments.pnl(kOutside, 99.0);
  monitoring::Gauge pnl = trial.registry.gauge(metric::kExperimentPnl, {"x", "first"});
  CHECK(pnl.value() == 12.5);
  trial.experiments.pnl(kFirst, std::nullopt);
  CHECK(monitoring::is_unset(pnl.value()));
}
