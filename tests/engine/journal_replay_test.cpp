// What a core did live it does again from its journal: the same orders, positions, refusals and metrics.

#include <doctest/doctest.h>

#include "journaled_core.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

TEST_CASE("any session comes out of its journal as it was, to the last metric") {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    Journaled journaled(watched_config());
    Session session(journaled.live, seed);
    for (int i = 0; i < 400; ++i) session.step();
    journaled.write();
    CoreHarness again(watched_config());
    REQUIRE(play(journaled.disk, again) == "");
    check_same(journaled.live, again);
  }
}

TEST_CASE("a core that was brought back goes on as one that was never away") {
  for (std::uint64_t seed = 100; seed < 108; ++seed) {
    CAPTURE(seed);
    Journaled journaled(watched_config());
    Session session(journaled.live, seed);
    for (int i = 0; i < 200; ++i) session.step();
    journaled.write();
    CoreHarness again(watched_config());
    REQUIRE(play(journaled.disk, again) == "");
    again.time = journaled.live.time;
    again.commands = journaled.live.commands;
    again.answer = journaled.live.answer;
    Session one(journaled.live, seed * 7);
    Session two(again, seed * 7);
    for (int i = 0; i < 200; ++i) {
      one.step();
      two.step();
    }
    check_same(journaled.live, again);
  }
}

TEST_CASE("played up to a record the engine knows what it knew then") {
  Journaled journaled(watched_config());
  Session session(journaled.live, 5);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> known;  // record, hash
  for (int i = 0; i < 300; ++i) {
    session.step();
    known.emplace_back(journaled.live.core.tape().next_sequence() - 1, journaled.live.core.state_hash());
  }
  journaled.write();
  for (std::size_t i = 0; i < known.size(); i += 37) {
    CoreHarness again(watched_config());
    REQUIRE(play(journaled.disk, again, known[i].first) == "");
    CHECK(again.core.state_hash() == known[i].second);
  }
}

TEST_CASE("an engine that decides otherwise is told at the first event after which the state differs") {
  Journaled journaled(watched_config());
  journaled.live.quote("99.99", "100.01");
  journaled.live.send(CoreHarness::order("A", orders::Side::Buy, 400, "100"));
  journaled.live.send(CoreHarness::order("B", orders::Side::Buy, 300, "100"));  // beyond the position limit
  journaled.write();
  EngineConfig other = watched_config();
  other.limits.instruments[0].max_position = Quantity{5000};
  CoreHarness again(other);
  const std::string error = play(journaled.disk, again);
  CHECK(error.find("record ") == 0);
  CHECK(error.find("the engine does something else than what was recorded") != std::string::npos);
}

TEST_CASE("what strategies asked for comes from the journal, and they go on where they were") {
  EngineConfig config = small_config();
  config.strategies[0].kind = StrategyKind::Momentum;
  config.strategies[0].window = 3;
  config.strategies[0].entry_threshold_bp = 1;
  config.strategies[0].order_quantity = Quantity{10};
  config.strategies[0].max_position = Quantity{1000};
  config.strategies[0].cooldown = 1ms;
  Journaled journaled(config);
  CoreHarness again(config);
  const auto trade = [](CoreHarness& engine, int from, int to) {
    for (int i = from; i < to; ++i) {
      engine.pass(10ms);
      const std::string bid = "100." + std::to_string(10 + i % 80);
      const std::string ask = "100." + std::to_string(11 + i % 80);
      engine.quote(bid.c_str(), ask.c_str());
      if (!engine.commands.empty() && i % 3 == 0) {
        engine.fill(engine.commands.back().order, 10, ask.c_str(), std::to_string(i).c_str());
      }
    }
  };
  trade(journaled.live, 0, 40);
  journaled.write();
  REQUIRE(journaled.live.commands.size() > 3);
  REQUIRE(play(journaled.disk, again) == "");
  CHECK(again.commands.empty());  // nothing is sent a second time
  check_same(journaled.live, again);
  again.time = journaled.live.time;
  again.commands = journaled.live.commands;
  trade(journaled.live, 40, 80);
  trade(again, 40, 80);
  check_same(journaled.live, again);
  CHECK(again.commands.size() == journaled.live.commands.size());
}

TEST_CASE("which alerts there are is known until they resolve, and no more of them than there is room for") {
  NotedAlerts alerts;
  const auto note = [](std::string_view name, AlertNote::State state, double value = 0) {
    AlertNote change;
    change.state = state;
    change.name = decltype(change.name)::truncated(name);
    change.value = value;
    return change;
  };
  const auto names = [&alerts] {
    std::string all;
    alerts.for_each([&all](const AlertNote& each) { all += std::string{each.name.view()} + ' '; });
    return all;
  };
  alerts.note(note("A", AlertNote::State::Resolved));
  CHECK(names() == "");
  alerts.note(note("A", AlertNote::State::Pending));
  alerts.note(note("B", AlertNote::State::Firing));
  alerts.note(note("A", AlertNote::State::Firing, 7));
  CHECK(names() == "B A ");
  alerts.note(note("B", AlertNote::State::Resolved));
  CHECK(names() == "A ");
  for (std::size_t i = 0; i < NotedAlerts::kMost; ++i)
    alerts.note(note(std::to_string(i), AlertNote::State::Firing));
  CHECK(names().substr(0, 4) == "0 1 ");
}
