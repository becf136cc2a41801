// What a core is can be written down, and another goes on from there as if it were the first.

#include <doctest/doctest.h>

#include "engine/journal/snapshot.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/snapshot_keeper.h"
#include "engine/journal/solitary_core.h"
#include "journaled_core.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

namespace {

std::string written_down(const Core& core, const monitoring::Registry& registry) {
  return make_snapshot(
      {{}, core.now(), {.clock = StageClock::Mode::Manual, .version = "", .configuration = ""}}, core,
      registry);
}

/// Strategies that trade, slices, retries, refusals, a kill switch now and then.
EngineConfig busy_config() {
  EngineConfig config = watched_config();
  config.limits.max_repeated_executions = 10;
  config.limits.collar_period = 10s;
  config.strategies[0].kind = StrategyKind::Momentum;
  config.strategies[0].window = 5;
  config.strategies[0].entry_threshold_bp = 1;
  config.strategies[0].cooldown = 50ms;
  return config;
}

/// A core brought to record `until` by its journal alone.
std::unique_ptr<SolitaryCore> played(MemoryDisk& disk, const EngineConfig& config, std::uint64_t until) {
  auto core = std::make_unique<SolitaryCore>(config, StageClock::Mode::Manual, nullptr);
  std::string error;
  static_cast<void>(read_journal(disk, {}, [&](const RecordView& record) {
    if (record.header.sequence > until) return false;
    error = core->play(record);
    return error.empty();
  }));
  REQUIRE(error == "");
  return core;
}

void play_on(MemoryDisk& disk, SolitaryCore& core, std::uint64_t from) {
  std::string error;
  static_cast<void>(read_journal(disk, {}, [&](const RecordView& record) {
    if (record.header.sequence >= from) error = core.play(record);
    return error.empty();
  }));
  CHECK(error == "");
}

}  // namespace

TEST_CASE("a core restored from any point of a session comes to the same end, to the last byte") {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    const EngineConfig config = busy_config();
    Journaled journaled(config);
    Session session(journaled.live, seed);
    for (int i = 0; i < 400; ++i) session.step();
    journaled.write();
    const std::uint64_t last = journaled.live.core.tape().next_sequence() - 1;
    const auto whole = played(journaled.disk, config, last);
    const std::string end = written_down(whole->core(), whole->registry());

    Random random(seed);
    const std::uint64_t at = 1 + random.below(last);
    CAPTURE(at);
    const auto before = played(journaled.disk, config, at);
    const std::string bytes = written_down(before->core(), before->registry());
    Snapshot snapshot;
    REQUIRE(read_snapshot(bytes, snapshot) == "");
    SolitaryCore restored(config, StageClock::Mode::Manual, nullptr);
    REQUIRE(restored.begin_at(snapshot) == "");
    const bool is_same = written_down(restored.core(), restored.registry()) == bytes;  // too long to be shown
    CHECK(is_same);
    play_on(journaled.disk, restored, at + 1);
    CHECK(restored.core().state_hash() == whole->core().state_hash());
    const bool ends_alike = written_down(restored.core(), restored.registry()) == end;
    CHECK(ends_alike);
  }
}

TEST_CASE("what is written of the live core is what is written of one that played its journal") {
  Journaled journaled(busy_config());
  Session session(journaled.live, 77);
  for (int i = 0; i < 300; ++i) session.step();
  journaled.write();
  CoreHarness again(busy_config());
  REQUIRE(play(journaled.disk, again) == "");
  const bool is_same =
      written_down(journaled.live.core, journaled.live.registry) == written_down(again.core, again.registry);
  CHECK(is_same);
}

TEST_CASE("a snapshot with any byte changed or missing is told from a good one") {
  Journaled journaled(watched_config());
  Session session(journaled.live, 3);
  for (int i = 0; i < 50; ++i) session.step();
  const std::string bytes = written_down(journaled.live.core, journaled.live.registry);
  Snapshot snapshot;
  REQUIRE(read_snapshot(bytes, snapshot) == "");
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    std::string damaged = bytes;
    damaged[i < 120 ? static_cast<std::size_t>(i) : random.below(bytes.size())] ^=
        static_cast<char>(1U << random.below(8));
    CHECK(read_snapshot(damaged, snapshot) != "");
    CHECK(read_snapshot(std::string_view{bytes}.substr(0, random.below(bytes.size())), snapshot) != "");
  }
}

TEST_CASE("a snapshot does not go into an engine of fewer instruments") {
  Journaled journaled(watched_config());
  Session session(journaled.live, 3);
  for (int i = 0; i < 50; ++i) session.step();
  const std::string bytes = written_down(journaled.live.core, journaled.live.registry);
  Snapshot snapshot;
  REQUIRE(read_snapshot(bytes, snapshot) == "");
  EngineConfig fewer = watched_config();
  fewer.instruments.pop_back();
  SolitaryCore core(fewer, StageClock::Mode::Manual, nullptr);
  CHECK(core.begin_at(snapshot).find("does not fit the configuration") != std::string::npos);
}
