// Journals of every format version there was are read and played: tests/engine/journals/vN-snapshotM holds
// what version N of the journal wrote, with snapshots of their version M. Raise a version and add its files;
// those that are there are never written anew.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core_harness.h"
#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/journal/journal_disk.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/journal_writer.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/solitary_core.h"
#include "engine/output/journal_json.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

namespace {

const std::string kJournals = VIGIL_JOURNALS;

std::string text_of(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

EngineConfig desk_config() {
  EngineConfig config = small_config();
  config.by_name.strategy_instruments.resize(1);
  config.by_name.instrument_limits["ACME"].max_position = Quantity{500};
  config.retry.max_attempts = 2;
  return read_engine_config(show_config(config), "journal_versions_test");
}

void control(CoreHarness& engine, ControlCommand::Kind kind, const risk::Limits* limits = nullptr) {
  ControlCommand command;
  command.kind = kind;
  command.limits = limits;
  command.scope.level = risk::KillScope::Level::Venue;
  command.scope.id = 1;
  command.venue = kVenueB;
  command.strategy = kManual;
  engine.core.on_control(command, engine.now());
}

void connect(CoreHarness& engine, bool connected) {
  VenueEvent event;
  event.kind = connected ? VenueEvent::Kind::Connected : VenueEvent::Kind::Disconnected;
  event.venue = kVenueB;
  engine.core.on_venue(event, engine.now());
}

void alert(CoreHarness& engine, AlertNote::State state) {
  AlertNote note;
  note.state = state;
  note.name = decltype(note.name)::truncated("TooMuch");
  note.labels = decltype(note.labels)::truncated(R"({symbol="ACME"})");
  note.value = 1.5;
  note.since = engine.time;
  engine.core.on_alert(note, engine.now());
}

/// One of everything that a journal can have.
void morning(CoreHarness& engine) {
  connect(engine, true);
  engine.quote("99.99", "100.01");
  engine.quote("49.99", "50.01", kOther, kVenueB);
  engine.trade("50.01", kOther, orders::Side::Sell, 5us);
  engine.send(CoreHarness::order("ONE", orders::Side::Buy, 100, "100"));
  engine.report(orders::ReportKind::Accepted, engine.find("ONE").id);
  engine.fill(engine.find("ONE").id, 40, "99.995", "T1", "0.25");
  engine.fill(engine.find("ONE").id, 40, "99.995", "T1", "0.25");  // again
  orders::OrderRequest replace;
  replace.action = orders::OrderRequest::Action::Replace;
  replace.client_order_id = engine.find("ONE").client_order_id;
  replace.terms.quantity = Quantity{80};
  replace.terms.limit_price = *Price::parse("99.98");
  engine.send(replace);
  engine.report(orders::ReportKind::Updated, engine.find("ONE").id);
  engine.send(CoreHarness::order("MUCH", orders::Side::Buy, 900, "100"));  // denied
  engine.send(CoreHarness::order("SPLIT", orders::Side::Sell, 30, "99.99", orders::kNoVenue));
  alert(engine, AlertNote::State::Firing);
  engine.core.on_signal({.instrument = kOther,
                         .model = 1,
                         .type = SignalType::Sell,
                         .confidence = Confidence::High,
                         .probability = 0.125,
                         .quote_time = engine.time},
                        engine.now());
  engine.pass(2s);
}

void afternoon(CoreHarness& engine) {
  control(engine, ControlCommand::Kind::EngageKillSwitch);
  engine.cancel("ONE");
  engine.report(orders::ReportKind::Canceled, engine.find("ONE").id);
  control(engine, ControlCommand::Kind::ReleaseKillSwitch);
  risk::Limits limits = engine.core.risk().limits();
  limits.duplicate_window = 1s;
  control(engine, ControlCommand::Kind::ReloadLimits, &limits);
  engine.answer = SendResult::Disconnected;
  engine.send(CoreHarness::order("LATER", orders::Side::Buy, 10, "99"));
  engine.pass(1s);
  control(engine, ControlCommand::Kind::Halt);
  alert(engine, AlertNote::State::Resolved);
  connect(engine, false);
  engine.pass(1s);
}

/// Every record but for what a version of the engine says of itself.
std::string records_in(JournalDisk& disk, const EngineConfig& config) {
  std::string lines;
  static_cast<void>(read_journal(disk, {.check_chain = true}, [&](const RecordView& record) {
    if (record.header.type != RecordType::RunStarted) lines += record_json(config, record) + '\n';
    return true;
  }));
  return lines;
}

/// The files of the present version, for who raises it.
void write_files(const std::string& folder) {
  std::filesystem::create_directories(folder);
  const auto disk = open_journal_folder(folder);
  CoreHarness engine(desk_config());
  RecordRing ring(1);
  JournalPosition position;
  const RunStart start{
      .clock = StageClock::Mode::Manual, .version = "1", .configuration = show_config(engine.config)};
  for (int run = 0; run < 2; ++run) {
    JournalWriter writer(ring, *disk, JournalConfig{}, nullptr);
    writer.start(position, start, engine.now());
    engine.core.begin_run(engine.now());
    engine.core.start_journal(ring, writer.first_sequence(), 2);
    run == 0 ? morning(engine) : afternoon(engine);
    engine.core.end_journal(engine.now());
    writer.flush(engine.now().monotonic);
    writer.close();
    const JournalReading reading = read_journal(*disk, {}, [](const RecordView&) { return true; });
    position = reading.position;
    if (run > 0) continue;
    const std::string bytes =
        make_snapshot({position, reading.last_time, start}, engine.core, engine.registry);
    REQUIRE(write_snapshot(*disk, position.next_sequence - 1, bytes, 0) == 0);
  }
  std::ofstream(folder + "/records.jsonl") << records_in(*disk, engine.config);
}

}  // namespace

TEST_CASE("journals of all versions are read, record by record, and lead to the state they say") {
  // By hand: VIGIL_WRITE_JOURNAL=FOLDER engine_test -tc="journals of all versions*"
  if (const char* const folder = std::getenv("VIGIL_WRITE_JOURNAL")) return write_files(folder);
  std::vector<std::filesystem::path> versions;
  for (const auto& each : std::filesystem::directory_iterator(kJournals)) versions.push_back(each.path());
  REQUIRE(versions.size() == 2);
  int with_readable_snapshots = 0;
  for (const std::filesystem::path& version : versions) {
    CAPTURE(version);
    const auto disk = open_journal_folder(version.string());
    const auto first = first_run_of(*disk);
    REQUIRE(first.has_value());
    const EngineConfig config = configuration_of(*first);
    const bool reads_alike = records_in(*disk, config) == text_of((version / "records.jsonl").string());
    CHECK(reads_alike);

    SolitaryCore whole(config, first->clock, nullptr);
    whole.core().begin_with(config.limits);
    std::string why_not;
    const auto loaded =
        newest_snapshot(*disk, UINT64_MAX, [&](const auto&, const auto& error) { why_not += error; });
    SolitaryCore restored(config, first->clock, nullptr);
    if (loaded != nullptr) {
      ++with_readable_snapshots;
      REQUIRE(restored.begin_at(loaded->snapshot) == "");
    } else {
      CHECK(
          why_not.starts_with("must be of format version " + std::to_string(kSnapshotVersion) + ", is of "));
    }
    std::string error;
    static_cast<void>(read_journal(*disk, {}, [&](const RecordView& record) {
      if (loaded != nullptr && record.header.sequence > loaded->snapshot.sequence()) {
        error += restored.play(record);
      }
      error += whole.play(record);
      return error.empty();
    }));
    CHECK(error == "");
    CHECK(whole.hashes_checked() > 10);
    const auto expect_evening = [](SolitaryCore& core) {
      CHECK(core.core().risk().trading_state() == risk::TradingState::Halted);
      CHECK(core.core().portfolio().position(kMain, kStock).quantity() == Quantity{40});
    };
    expect_evening(whole);
    if (loaded == nullptr) continue;
    CHECK(restored.core().state_hash() == whole.core().state_hash());
    expect_evening(restored);
  }
  CHECK(with_readable_snapshots == 1);
}
