// What is kept of a moment in which something went badly wrong.

#include <doctest/doctest.h>

#include <filesystem>

#include <nlohmann/json.hpp>

#include "engine/config/engine_config_writer.h"
#include "engine/incidents/incident_keeper.h"
#include "engine/incidents/journal_window.h"
#include "journaled_core.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

orders::Timestamp at(orders::Duration since) {
  return orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000) + since;
}

EngineConfig desk_config() {
  EngineConfig config = small_config();
  config.by_name.strategy_instruments.resize(1);
  config.incidents.before = 5s;
  config.incidents.after = 2s;
  config.incidents.keep = 3;
  return config;
}

void control(CoreHarness& engine, ControlCommand::Kind kind) {
  ControlCommand command;
  command.kind = kind;
  engine.core.on_control(command, engine.now());
}

/// A keeper without a thread, of an engine whose halts the test counts.
struct Kept {
  explicit Kept(JournalDisk* journal = nullptr, const std::string& folder = "")
      : config(desk_config()),
        logger(config.log, registry, [](std::string_view) {}),
        keeper(folder, {.config = config,
                        .registry = registry,
                        .logger = logger,
                        .log = log,
                        .views =
                            [] {
                              return IncidentViews{
                                  .status = "{\"a\":1}", .risk = {}, .positions = {}, .orders = {}};
                            },
                        .halts = [this] { return halts; },
                        .halt_reason = [] { return std::string{"operator"}; },
                        .history = nullptr,
                        .journal = journal}) {}

  json newest() {
    const auto list = keeper.store().list();
    REQUIRE(!list.empty());
    return json::parse(*keeper.store().read(list.front().id));
  }

  EngineConfig config;
  monitoring::Registry registry;
  monitoring::Logger logger;
  LogTail log;
  std::uint64_t halts = 0;
  IncidentKeeper keeper;
};

struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path =
      (std::filesystem::temp_directory_path() / ("vigil-incidents-" + std::to_string(::getpid()))).string();
};

}  // namespace

TEST_CASE("the log's tail keeps the last lines up to its bound, and fatal ones apart") {
  LogTail tail(100);
  for (int i = 0; i < 50; ++i) {
    tail.add(monitoring::LogLevel::Info, "line " + std::to_string(100 + i), at(std::chrono::seconds{i}));
  }
  const auto lines = tail.between(at(0s), at(100s));
  CHECK(lines.size() == 12);  // of 8 bytes each
  CHECK(lines.back() == "line 149");
  CHECK(tail.between(at(47s), at(48s)) == std::vector<std::string>{"line 147", "line 148"});
  CHECK(tail.take_fatal().empty());
  tail.add(monitoring::LogLevel::Fatal, "the end", at(60s));
  REQUIRE(tail.take_fatal().size() == 1);
  CHECK(tail.take_fatal().empty());
}

TEST_CASE("ids sort by time, and nothing else is taken for one") {
  const IncidentTrigger trigger{.kind = IncidentTrigger::Kind::Halt, .time = at(1500ms)};
  CHECK(incident_id(trigger) == "20231114T221321.500Z-halt");
  CHECK(is_incident_id("20231114T221321.500Z-halt"));
  for (const char* text :
       {"", "halt", "../../etc/passwd", "20231114T221321.500Z-", "20231114T221321.500Z-../x",
        "20231114T221321.500Z-Halt", "20231114T221321.500Z"}) {
    CHECK_FALSE(is_incident_id(text));
  }
}

TEST_CASE("a halt opens an incident; what happens until its end is part of it, what happens later another") {
  Kept kept;
  kept.keeper.turn(at(10s));
  CHECK(kept.keeper.store().list().empty());
  kept.log.add(monitoring::LogLevel::Warn, R"({"message":"before"})", at(8s));
  kept.log.add(monitoring::LogLevel::Warn, R"({"message":"long before"})", at(4s));
  kept.halts = 1;
  kept.keeper.turn(at(10s));
  kept.keeper.trigger(
      {.kind = IncidentTrigger::Kind::Alert, .time = at(11s), .what = "Loss{priority=\"P0\"}"});
  kept.log.add(monitoring::LogLevel::Fatal, R"({"message":"fatal"})", at(11s));
  kept.keeper.turn(at(11s));
  CHECK(kept.keeper.store().list().empty());
  kept.keeper.turn(at(12s));
  REQUIRE(kept.keeper.store().list().size() == 1);
  const json bundle = kept.newest();
  CHECK(bundle["id"] == "20231114T221330.000Z-halt");
  REQUIRE(bundle["triggers"].size() == 3);
  CHECK(bundle["triggers"][0]["kind"] == "halt");
  CHECK(bundle["triggers"][0]["what"] == "operator");
  CHECK(bundle["log"].size() == 2);
  CHECK(bundle["log"][0]["message"] == "before");
  CHECK(bundle["views"]["status"]["a"] == 1);
  CHECK(bundle["views"]["risk"].is_null());
  CHECK(bundle["state"].is_null());
  CHECK(bundle["notes"].size() == 2);  // neither journal nor history

  kept.halts = 2;
  kept.keeper.turn(at(60s));
  kept.keeper.close(at(61s));  // the engine ends
  CHECK(kept.keeper.store().list().size() == 2);
  CHECK(kept.newest()["to"] == orders::nanoseconds_of(at(61s)));
}

TEST_CASE("more triggers than there is room for are counted, not kept") {
  Kept kept;
  for (int i = 0; i < 70; ++i)
    kept.keeper.trigger({.kind = IncidentTrigger::Kind::Alert, .time = at(1s), .what = ""});
  kept.keeper.turn(at(1s));
  kept.keeper.close(at(2s));
  const json bundle = kept.newest();
  CHECK(bundle["triggers"].size() == Incident::kMostTriggers);
  CHECK(kept.registry.shared_counter(metric::kIncidentTriggers, {"alert"}).value() == 70);
  CHECK(kept.registry.shared_counter(metric::kIncidentFailures, {}).value() == 6);
}

TEST_CASE("the oldest bundles go, in memory and in a folder") {
  const Folder folder;
  for (const std::string& path : {std::string{}, folder.path}) {
    Kept kept(nullptr, path);
    for (std::uint64_t i = 1; i <= 5; ++i) {
      kept.halts = i;
      kept.keeper.turn(at(std::chrono::seconds{i * 100}));
      kept.keeper.close(at(std::chrono::seconds{i * 100}));
    }
    const auto list = kept.keeper.store().list();
    REQUIRE(list.size() == 3);
    CHECK(list.front().id > list.back().id);
    CHECK(list.back().id == incident_id({.kind = IncidentTrigger::Kind::Halt, .time = at(300s)}));
    CHECK_FALSE(kept.keeper.store().read(incident_id({.time = at(100s)})).has_value());
    CHECK(kept.keeper.store().read(list.front().id)->size() == list.front().bytes);
  }
}

TEST_CASE("a bundle that cannot be written is counted") {
  Kept kept(nullptr, "/nowhere/at/all");
  kept.halts = 1;
  kept.keeper.turn(at(1s));
  kept.keeper.close(at(2s));
  CHECK(kept.keeper.store().list().empty());
  CHECK(kept.registry.shared_counter(metric::kIncidentFailures, {}).value() == 1);
}

TEST_CASE("the journal tells what the engine knew at the moment, and what came before and after") {
  Journaled journaled(desk_config(), 8, show_config(desk_config()));
  CoreHarness& engine = journaled.live;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("OLD", orders::Side::Buy, 10, "99"));
  engine.pass(20s);
  const orders::Timestamp from = engine.time;
  engine.quote("99.98", "100.02");
  engine.send(CoreHarness::order("ONE", orders::Side::Buy, 20, "100"));
  engine.pass(1s);
  control(engine, ControlCommand::Kind::Halt);
  const orders::Timestamp moment = engine.time;
  engine.pass(1s);
  control(engine, ControlCommand::Kind::Resume);
  engine.send(CoreHarness::order("TWO", orders::Side::Buy, 30, "100"));
  const orders::Timestamp to = engine.time;
  engine.pass(20s);
  engine.quote("99.97", "100.03");
  journaled.write();

  const JournalWindow window = read_window(journaled.disk, desk_config(), from, to, moment, 100);
  CHECK(window.notes.empty());
  CHECK(window.quotes.size() == 1);
  REQUIRE(window.events.size() == 4);
  CHECK(json::parse(window.events[0])["client_order_id"] == "ONE");
  CHECK(json::parse(window.events[1])["type"] == "control");
  const json state = json::parse(window.state);
  CHECK(state["trading_state"] == "halted");
  CHECK(state["halt_reason"] == "operator");
  CHECK(state["orders"].size() == 2);
  REQUIRE(window.traces.size() == 2);  // OLD had its last stage before
  CHECK(json::parse(window.traces[0])["client_order_id"] == "ONE");
  CHECK(json::parse(window.traces[1])["stages"].contains("sent"));

  const JournalWindow last = read_window(journaled.disk, desk_config(), from, to, moment, 2);
  CHECK(last.events.size() == 2);
  CHECK(last.events_left_out == 2);
}

TEST_CASE("a journal that cannot be read is noted in the bundle, which has the rest") {
  Journaled journaled(desk_config(), 8, show_config(desk_config()));
  journaled.live.quote("99.99", "100.01");
  journaled.write();
  for (const std::string& name : journaled.disk.list()) journaled.disk.bytes_of(name)[20] ^= 1;
  Kept kept(&journaled.disk);
  kept.halts = 1;
  kept.keeper.turn(at(1s));
  kept.keeper.close(at(2s));
  const json bundle = kept.newest();
  CHECK(bundle["events"].empty());
  const std::string note = bundle["notes"][0];
  CHECK(note.find("checksum is wrong") != std::string::npos);
}
