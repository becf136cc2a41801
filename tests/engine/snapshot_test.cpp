// What a core is can be written down, and another goes on from there as if it were the first.

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "engine/commands/journal_commands.h"
#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/journal/recovery.h"
#include "engine/journal/snapshot.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/snapshot_keeper.h"
#include "engine/journal/solitary_core.h"
#include "journaled_core.h"
#include "monitoring/store/crc32c.h"

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

namespace {

/// A session whose journal has segments of its own size, and who follows it.
struct Followed {
  /// `said`: what the journal says it was written under.
  explicit Followed(std::uint64_t seed, const EngineConfig& said = with_short_segments())
      : config(with_short_segments()),
        journaled(config, 1, as_configured(said)),
        session(journaled.live, seed),
        metrics(registry),
        keeper(journaled.disk, config, journaled.live.logger, metrics) {}

  static std::string as_configured(EngineConfig config) {
    config.journal = {};
    return show_config(config);
  }
  static EngineConfig with_short_segments() {
    EngineConfig config = busy_config();
    config.by_name.instrument_limits = {{"ACME", config.limits.instruments[0]}};
    config.by_name.account_limits = {{"main", config.limits.accounts[0]}};
    config.by_name.strategy_instruments = {{}, {"OTHER"}};
    config.by_name.model_instruments = {{"OTHER"}, {"OTHER"}};
    config.exemplars = true;  // as the test's registries have them
    config = read_engine_config(as_configured(config), "test");
    REQUIRE(config.limits.instruments[0].max_position == Quantity{500});
    config.journal.segment_bytes = 64U << 10U;
    config.journal.snapshot_every = 1;
    config.journal.retention = {};
    return config;
  }
  void go_on(int steps) {
    for (int i = 0; i < steps; ++i) session.step();
    journaled.write();
  }
  bool turn() { return keeper.turn(journaled.writer.current_segment(), journaled.live.time); }
  std::uint64_t failures(SnapshotFailure reason) {
    const auto name = kSnapshotFailureNames[static_cast<std::size_t>(reason)];
    return registry.counter(metric::kSnapshotFailures, {name}).value();
  }

  EngineConfig config;
  Journaled journaled;
  Session session;
  monitoring::Registry registry;
  SnapshotMetrics metrics;
  SnapshotKeeper keeper;
};

/// A journal where commands find it.
struct JournalOnDisk {
  explicit JournalOnDisk(MemoryDisk& disk) {
    std::filesystem::create_directories(path);
    for (const std::string& name : disk.list()) {
      std::ofstream(std::filesystem::path(path) / name, std::ios::binary) << disk.read(name);
    }
  }
  ~JournalOnDisk() { std::filesystem::remove_all(path); }
  JournalOnDisk(const JournalOnDisk&) = delete;
  JournalOnDisk& operator=(const JournalOnDisk&) = delete;

  /// What `run` writes to standard output.
  template <typename Run>
  static std::string printed_by(const Run& run) {
    const std::ostringstream text;
    std::streambuf* const before = std::cout.rdbuf(text.rdbuf());
    run();
    std::cout.rdbuf(before);
    return text.str();
  }

  std::string path =
      (std::filesystem::temp_directory_path() / ("vigil-snapshots-" + std::to_string(::getpid()))).string();
};

void no_damage(const std::string& name, const std::string& error) {
  FAIL(name, ": ", error);
}

}  // namespace

TEST_CASE("the keeper follows a segment behind, and each of its snapshots is the engine as it was there") {
  Followed followed(5);
  MemoryDisk& disk = followed.journaled.disk;
  CHECK_FALSE(followed.turn());
  while (snapshots_of(disk).size() < 3) {
    followed.go_on(20);
    while (followed.turn()) continue;
  }
  CHECK(followed.keeper.error() == "");
  std::vector<std::uint64_t> boundaries;
  for (const std::string& name : segments_of(disk)) boundaries.push_back(number_of(name) - 1);
  for (const std::uint64_t at : snapshots_of(disk)) {
    CAPTURE(at);
    CHECK(std::ranges::count(boundaries, at) == 1);
    const auto loaded = newest_snapshot(disk, at, no_damage);
    REQUIRE(loaded != nullptr);
    CHECK(loaded->snapshot.sequence() == at);
    SolitaryCore restored(followed.config, StageClock::Mode::Manual, nullptr);
    REQUIRE(restored.begin_at(loaded->snapshot) == "");
    const auto core = played(disk, followed.config, at);
    const bool is_same =
        written_down(restored.core(), restored.registry()) == written_down(core->core(), core->registry());
    CHECK(is_same);
  }
  CHECK(followed.registry.counter(metric::kSnapshots, {}).value() == snapshots_of(disk).size());
}

TEST_CASE(
    "a snapshot does not take the room that the journal needs, and is tried again with the next segment") {
  Followed followed(6);
  MemoryDisk& disk = followed.journaled.disk;
  while (segments_of(disk).size() < 3) followed.go_on(20);
  disk.capacity = 4 * followed.config.journal.segment_bytes;  // less than a snapshot and two segments free
  while (followed.turn()) continue;
  CHECK(snapshots_of(disk).empty());
  CHECK(followed.failures(SnapshotFailure::Disk) > 0);
  CHECK(followed.keeper.error() == "");
  disk.capacity = UINT64_MAX;
  const std::size_t before = segments_of(disk).size();
  while (segments_of(disk).size() < before + 2) followed.go_on(20);
  while (followed.turn()) continue;
  CHECK(!snapshots_of(disk).empty());
}

TEST_CASE("a journal that does not lead to the state it says is found while the engine runs") {
  EngineConfig other = Followed::with_short_segments();
  other.by_name.instrument_limits["ACME"].max_position = Quantity{1};
  Followed followed(7, other);
  MemoryDisk& disk = followed.journaled.disk;
  while (segments_of(disk).size() < 2) followed.go_on(20);
  while (followed.turn()) continue;
  CHECK(followed.keeper.error().find("record ") != std::string::npos);
  CHECK(followed.failures(SnapshotFailure::Replay) == 1);
  CHECK(snapshots_of(disk).empty());
  CHECK_FALSE(followed.turn());
}

TEST_CASE("what is older than the retention goes, and what is left plays from its beginning") {
  Followed followed(8);
  followed.config.journal.retention = 20s;
  MemoryDisk& disk = followed.journaled.disk;
  for (int i = 0; i < 60; ++i) {
    followed.go_on(40);
    while (followed.turn()) continue;
  }
  REQUIRE(followed.keeper.error() == "");
  const std::uint64_t first = number_of(segments_of(disk).front());
  CHECK(first > 1);
  const std::vector<std::uint64_t> snapshots = snapshots_of(disk);
  REQUIRE(snapshots.size() >= 2);
  CHECK(snapshots.front() == first - 1);
  const auto loaded = newest_snapshot(disk, first - 1, no_damage);
  REQUIRE(loaded != nullptr);
  CHECK(followed.journaled.live.time - loaded->snapshot.last_time.wall >= 20s);
  SolitaryCore core(followed.config, StageClock::Mode::Manual, nullptr);
  REQUIRE(core.begin_at(loaded->snapshot) == "");
  play_on(disk, core, first);
  CHECK(core.core().state_hash() == followed.journaled.live.core.state_hash());

  const JournalOnDisk there(disk);
  const std::string printed = there.printed_by([&] {
    CHECK(verify_journal(there.path, "") == 0);
    CHECK(dump_journal({.folder = there.path, .to = {}, .type = {}}) == 0);
    CHECK(replay_journal({.folder = there.path,
                          .until = {},
                          .report = {},
                          .html = {},
                          .fills = {},
                          .orders_out = {},
                          .metrics = {}}) == 0);
  });
  CHECK(printed.find("\n{\"sequence\":" + std::to_string(first) + ",") != std::string::npos);
  CHECK(printed.find("every event did what it did then") != std::string::npos);
}

namespace {

/// As another version of the engine would have written it.
void change_version(std::string& snapshot) {
  snapshot[8] = 1;
  const std::uint32_t crc =
      monitoring::crc32c(std::string_view{snapshot}.substr(0, kSnapshotHeaderBytes - 4));
  std::memcpy(snapshot.data() + kSnapshotHeaderBytes - 4, &crc, sizeof crc);
}

}  // namespace

TEST_CASE("a journal is not cut at a snapshot of another version, which cannot be played from") {
  Followed followed(8);
  MemoryDisk& disk = followed.journaled.disk;
  const auto until_there_are = [&](std::size_t snapshots) {
    while (snapshots_of(disk).size() < snapshots) {
      followed.go_on(40);
      while (followed.turn()) continue;
    }
  };
  until_there_are(2);
  const std::vector<std::uint64_t> before = snapshots_of(disk);
  for (const std::uint64_t each : before) change_version(disk.bytes_of(snapshot_name(each)));
  CHECK(remove_older(disk, followed.journaled.live.time) == 0);
  const JournalOnDisk there(disk);
  const std::string printed = there.printed_by([&] { CHECK(verify_journal(there.path, "") == 0); });
  CHECK(printed.find("; 0 snapshots\n" + std::to_string(before.size()) +
                     " snapshots of another version, which this one does not read\n") != std::string::npos);

  until_there_are(4);
  CHECK(remove_older(disk, followed.journaled.live.time) > before.size());
  CHECK(snapshots_of(disk).front() > before.back());
  CHECK(number_of(segments_of(disk).front()) == snapshots_of(disk).front() + 1);
}

TEST_CASE("a damaged snapshot is passed over for the one before it") {
  Followed followed(9);
  MemoryDisk& disk = followed.journaled.disk;
  while (snapshots_of(disk).size() < 2) {
    followed.go_on(20);
    while (followed.turn()) continue;
  }
  const std::vector<std::uint64_t> snapshots = snapshots_of(disk);
  disk.bytes_of(snapshot_name(snapshots.back()))[200] ^= 1;
  std::vector<std::string> damaged;
  const auto loaded = newest_snapshot(
      disk, UINT64_MAX,
      [&](const std::string& name, const std::string& error) { damaged.push_back(name + ": " + error); });
  REQUIRE(loaded != nullptr);
  CHECK(loaded->snapshot.sequence() == snapshots[snapshots.size() - 2]);
  CHECK(damaged == std::vector<std::string>{snapshot_name(snapshots.back()) + ": the checksum is wrong"});
}

namespace {

RecoveryListener nobody_told() {
  return {.damaged_snapshot = no_damage, .metric_reset = [](const std::string&) {}};
}

}  // namespace

TEST_CASE("an engine whose parameters have changed takes over all there was, and its journal says so") {
  Followed followed(10);
  followed.go_on(200);
  MemoryDisk& disk = followed.journaled.disk;
  const Core& before = followed.journaled.live.core;

  EngineConfig changed = followed.config;
  changed.retry.max_attempts = 7;
  changed.strategies[0].window = 9;
  changed.venues[0].taker.notional_ratio = *orders::Ratio::parse("0.0002");
  CoreHarness next(changed);
  const Recovery recovery = recover_core(disk, changed, next.core, next.registry, nobody_told());
  CHECK(recovery.difference.find("then, ") != std::string::npos);
  CHECK(next.core.state_hash() == before.state_hash());
  CHECK(next.core.orders().live_count() == before.orders().live_count());
  CHECK(next.core.portfolio().account(kMain, next.time).cash ==
        before.portfolio().account(kMain, followed.journaled.live.time).cash);

  // It goes on; what it writes plays from the first run's beginning and from the second's.
  RecordRing ring(1);
  JournalWriter writer(ring, disk, followed.config.journal, nullptr);
  next.time = followed.journaled.live.time + 1s;
  writer.start(recovery.position,
               {.clock = StageClock::Mode::Manual,
                .version = "test",
                .configuration = Followed::as_configured(changed)},
               next.now());
  next.core.begin_run(next.now());
  next.core.start_journal(ring, writer.first_sequence(), 1);
  next.commands = followed.journaled.live.commands;
  Session session(next, 11);
  for (int i = 0; i < 200; ++i) session.step();
  writer.flush(next.now().monotonic);
  CoreHarness third(changed);
  const Recovery again = recover_core(disk, changed, third.core, third.registry, nobody_told());
  CHECK(again.difference.empty());
  CHECK(third.core.state_hash() == next.core.state_hash());
  const bool is_same = written_down(third.core, third.registry) == written_down(next.core, next.registry);
  CHECK(is_same);
}

TEST_CASE("an engine about other things does not take over, and says about which") {
  Followed followed(12);
  followed.go_on(50);
  EngineConfig other = followed.config;
  other.instruments[1].symbol = "ANOTHER";
  CoreHarness next(other);
  try {
    static_cast<void>(recover_core(followed.journaled.disk, other, next.core, next.registry, nobody_told()));
    FAIL("must throw");
  } catch (const JournalError& error) {
    const std::string what = error.what();
    CHECK(what.find("OTHER") != std::string::npos);
    CHECK(what.find("ANOTHER") != std::string::npos);
  }
}
