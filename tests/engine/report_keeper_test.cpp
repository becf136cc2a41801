#include "engine/reports/report_keeper.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    std::string form = (fs::temp_directory_path() / "vigil-reports-XXXXXX").string();
    REQUIRE(mkdtemp(form.data()) != nullptr);
    path = form;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path;
};

std::vector<std::string> days_of(const ReportStore& store) {
  std::vector<std::string> days;
  for (const ReportStore::Entry& entry : store.list()) days.push_back(entry.day);
  return days;
}

/// An engine and the keeper of its reports, whose thread does not run.
struct Kept {
  explicit Kept(const std::string& folder)
      : keeper(folder, {engine.config, engine.core.analysis(), engine.registry, engine.logger,
                        [](Json& report) { report["models"] = "as they are"; }}) {}
  void next_day() {
    engine.time += 24h;
    engine.quote("99.99", "100.01");
  }
  [[nodiscard]] std::uint64_t count(const char* outcome) {
    return engine.registry.counter(metric::kDailyReports, {outcome}).value();
  }

  CoreHarness engine;
  ReportKeeper keeper;
};

}  // namespace

TEST_CASE("a day is a date and nothing else") {
  CHECK(is_day("2026-01-31"));
  for (const char* const text :
       {"", "today", "2026-1-31", "2026-01-31 ", "../../etc1", "2026-01-3x", "2026/01/31"})
    CHECK_FALSE(is_day(text));
}

TEST_CASE("stored reports come back by their day, the newest first, and the oldest go") {
  const Folder folder;
  for (const std::string& where : {folder.path, std::string{}}) {
    ReportStore store(where, 2);
    CHECK(store.list().empty());
    store.add("2026-01-30", "{\"report\": {\"complete\": true}}", "<p>one</p>");
    store.add("2026-01-31", "{}", "<p>two</p>");
    store.add("2026-02-01", "{\"report\": {\"complete\": true}}", "<p>three</p>");
    CHECK(days_of(store) == std::vector<std::string>{"2026-02-01", "2026-01-31"});
    CHECK(store.list()[0].is_complete);
    CHECK_FALSE(store.list()[1].is_complete);
    CHECK(store.html("2026-02-01") == "<p>three</p>");
    CHECK(store.json("2026-01-31") == "{}");
    CHECK_FALSE(store.has("2026-01-30"));
    CHECK_FALSE(store.json("2026-01-30"));
    CHECK_FALSE(store.html("../lock"));
  }
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator{}) == 4);
}

TEST_CASE("a day that ended is written once") {
  const Folder folder;
  Kept kept(folder.path);
  kept.engine.quote("99.99", "100.01");
  kept.keeper.turn(kept.engine.time);
  CHECK(kept.keeper.store().list().empty());
  kept.next_day();
  kept.keeper.turn(kept.engine.time);
  kept.keeper.turn(kept.engine.time + 1s);
  CHECK(days_of(kept.keeper.store()) == std::vector<std::string>{"2023-11-14"});
  CHECK(kept.count("written") == 1);
  const Json report = Json::parse(*kept.keeper.store().json("2023-11-14"));
  CHECK(report["models"] == "as they are");
  CHECK(report["report"]["day"] == "2023-11-14");
  CHECK(kept.keeper.store().html("2023-11-14")->find("Daily report 2023-11-14") != std::string::npos);
}

TEST_CASE("a report that is there is not written again, whoever wrote it") {
  const Folder folder;
  std::ofstream(folder.path + "/2023-11-14.json") << "{\"mine\": 1}";
  Kept kept(folder.path);
  kept.engine.quote("99.99", "100.01");
  kept.next_day();
  kept.keeper.turn(kept.engine.time);
  CHECK(kept.keeper.store().json("2023-11-14") == "{\"mine\": 1}");
  CHECK(kept.count("written") == 0);
  CHECK(kept.count("failed") == 0);
}

TEST_CASE("a report that cannot be written is counted and tried again, and the days behind it wait for it") {
  const Folder folder;
  Kept kept(folder.path);
  const std::string obstacle = folder.path + "/2023-11-14.json.new";
  fs::create_directory(obstacle);
  kept.engine.quote("99.99", "100.01");
  kept.next_day();
  kept.next_day();
  const orders::Timestamp now = kept.engine.time;
  kept.keeper.turn(now);
  CHECK(kept.count("failed") == 1);
  CHECK(kept.keeper.store().list().empty());
  kept.keeper.turn(now + 9s);
  CHECK(kept.count("failed") == 1);
  kept.keeper.turn(now + 10s);
  CHECK(kept.count("failed") == 2);
  fs::remove(obstacle);
  kept.keeper.turn(now - 1h);  // the clock was set back
  CHECK(days_of(kept.keeper.store()) == std::vector<std::string>{"2023-11-15", "2023-11-14"});
  CHECK(kept.count("written") == 2);
}
