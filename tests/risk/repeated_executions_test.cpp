#include "risk/repeated_executions.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <tuple>
#include <vector>

using namespace vigil::orders;
using vigil::risk::RepeatedExecutions;
using namespace std::chrono_literals;

TEST_CASE("executions of one instrument and side are counted over the window") {
  RepeatedExecutions executions{2, 3};
  CHECK(executions.record(StrategyId{0}, InstrumentId{1}, Side::Buy, 10s, 1s) == 1);
  CHECK(executions.record(StrategyId{0}, InstrumentId{1}, Side::Buy, 10s + 500ms, 1s) == 2);
  CHECK(executions.record(StrategyId{0}, InstrumentId{1}, Side::Buy, 11s - 1ns, 1s) == 3);
  CHECK(executions.record(StrategyId{0}, InstrumentId{1}, Side::Buy, 11s, 1s) == 3);
}

TEST_CASE("other strategies, instruments and sides count apart") {
  RepeatedExecutions executions{2, 3};
  CHECK(executions.record(StrategyId{0}, InstrumentId{1}, Side::Buy, 10s, 1s) == 1);
  CHECK(executions.record(StrategyId{1}, InstrumentId{1}, Side::Buy, 10s, 1s) == 1);
  CHECK(executions.record(StrategyId{0}, InstrumentId{2}, Side::Buy, 10s, 1s) == 1);
  CHECK(executions.record(StrategyId{0}, InstrumentId{1}, Side::Sell, 10s, 1s) == 1);
}

TEST_CASE("a cleared strategy starts afresh") {
  RepeatedExecutions executions{1, 1};
  for (int i = 0; i < 5; ++i) executions.record(StrategyId{0}, InstrumentId{0}, Side::Buy, 10s, 1s);
  executions.clear(StrategyId{0});
  CHECK(executions.record(StrategyId{0}, InstrumentId{0}, Side::Buy, 10s, 1s) == 1);
}

TEST_CASE("beyond its capacity a strategy's oldest executions leave early and are counted") {
  RepeatedExecutions executions{1, 1};
  constexpr std::uint32_t kCapacity = RepeatedExecutions::kCapacity;
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < kCapacity + 10; ++i) {
    count = executions.record(StrategyId{0}, InstrumentId{0}, Side::Buy, 10s, 1s);
  }
  CHECK(count == kCapacity);
  CHECK(executions.forgotten_early() == 10);
}

TEST_CASE("counts equal those of a list of all executions") {
  CHECK(rc::check([] {
    RepeatedExecutions executions{2, 2};
    std::vector<std::tuple<int, int, int, Duration>> all;
    Duration now = 100s;
    const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(rc::gen::tuple(
        rc::gen::inRange(0, 500), rc::gen::inRange(0, 2), rc::gen::inRange(0, 2), rc::gen::inRange(0, 2)));
    for (const auto& step : steps) {
      const int strategy = std::get<1>(step);
      const int instrument = std::get<2>(step);
      const int side = std::get<3>(step);
      now += std::chrono::milliseconds{std::get<0>(step)};
      all.emplace_back(strategy, instrument, side, now);
      const auto expected = std::count_if(all.begin(), all.end(), [&](const auto& e) {
        return std::get<0>(e) == strategy && std::get<1>(e) == instrument && std::get<2>(e) == side &&
               std::get<3>(e) > now - 1s;
      });
      const auto got =
          executions.record(static_cast<StrategyId>(strategy), static_cast<InstrumentId>(instrument),
                            static_cast<Side>(side), now, 1s);
      RC_ASSERT(got == static_cast<std::uint32_t>(expected));
    }
  }));
}
