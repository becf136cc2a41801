#include "monitoring/store/recorded_history.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/block_writer.h"
#include "monitoring/store/compaction.h"
#include "monitoring/store/history_error.h"
#include "tests/monitoring/history_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

HistoryConfig config_of(const HistoryFolder& folder) {
  HistoryConfig config;
  config.folder = folder.path();
  return config;
}

/// Names, times of change and contents of all there is in a folder.
using Contents = std::set<std::tuple<std::string, std::filesystem::file_time_type, std::string>>;
Contents contents_of(const std::string& folder) {
  Contents contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::string bytes;
    if (entry.is_regular_file()) bytes.assign(std::istreambuf_iterator<char>(file), {});
    contents.emplace(entry.path().string(), entry.last_write_time(), bytes);
  }
  return contents;
}

std::string refusal(const std::string& folder) {
  try {
    const RecordedHistory history(folder);
  } catch (const HistoryError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a recording is read as the history that makes it gives it, at any moment") {
  CHECK(rc::check("by columns and ranges, in blocks, log and roll-ups", [] {
    const HistoryFolder folder;
    HistoryConfig config = config_of(folder);
    config.minute_retention = std::chrono::hours{48};
    auto fixture = std::make_unique<HistoryFixture>(config);
    std::map<std::string, double> values{{"a", 1}};
    SampleTime time = kMidnight + *rc::gen::inRange<SampleTime>(0, 1'000'000);
    const SampleTime begin = time;
    const auto steps = *rc::gen::inRange(1, 12);
    for (int step = 0; step < steps; ++step) {
      const std::string name(1, static_cast<char>('a' + *rc::gen::inRange(0, 3)));
      if (*rc::gen::arbitrary<bool>()) {
        values[name] = *rc::gen::inRange(0, 1000) / 8.0;
      } else {
        values.erase(name);
      }
      const auto interval = *rc::gen::element<SampleTime>(1000, 1000, 20'000, 600'000);
      for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
        fixture->turn(time, values);
        for (auto& [of, value] : values) value += 0.25;
        time += interval;
        if (interval > 1000) fixture->history.work();
      }
      if (*rc::gen::inRange(0, 4) == 0) {
        fixture->history.flush();
        fixture.reset();
        fixture = std::make_unique<HistoryFixture>(config);
      }
    }
    fixture->history.flush();

    const RecordedHistory recorded(folder.path());
    RC_ASSERT(recorded.damage().empty());
    RC_ASSERT(recorded.raw_from() == fixture->history.raw_from());
    for (const std::string name : {"a", "b", "c"}) {
      const auto all = read(fixture->history, name);
      RC_ASSERT(is_same(read(recorded, name), all));
      for (const Sample& sample : all) {
        RC_ASSERT(sample.time >= recorded.range().from && sample.time <= recorded.range().to);
      }
      const SampleRange range{.from = begin + *rc::gen::inRange<SampleTime>(0, time - begin),
                              .to = begin + *rc::gen::inRange<SampleTime>(0, time - begin)};
      for (const RollUpColumn column : {RollUpColumn::Minimum, RollUpColumn::Sum, RollUpColumn::Count}) {
        RC_ASSERT(is_same(read(recorded, name, range, column), read(fixture->history, name, range, column)));
      }
    }
    RC_ASSERT(recorded.label_values("__name__", {}, {}) == fixture->history.label_values("__name__", {}, {}));
    RC_ASSERT(recorded.label_names({}, {}) == fixture->history.label_names({}, {}));
  }));
}

TEST_CASE("every moment of a history that records is one to look at it, without gap or repetition") {
  const HistoryFolder folder;
  HistoryFixture fixture(config_of(folder));
  for (int i = 0; i < 4000; ++i) {
    fixture.turn(kMidnight + i * 1000, {{"a", i}});
    if (i % 7 == 0) fixture.history.work();
    if (i % 61 != 0) continue;
    fixture.history.flush();
    const RecordedHistory recorded(folder.path());
    const auto samples = read(recorded, "a", {.from = kMidnight + (i - 3000) * 1000});
    REQUIRE(static_cast<int>(samples.size()) == std::min(i + 1, 3001));
    CHECK(samples.back().value == i);
  }
}

TEST_CASE("to look at a history changes nothing of it, whatever state it was left in") {
  const HistoryFolder folder;
  {
    HistoryFixture fixture(config_of(folder));
    for (int i = 0; i < 9000; ++i) {
      fixture.turn(kMidnight + i * 1000, {{"a", i}});
      if (i % 300 == 0) fixture.history.work();
    }
    fixture.history.flush();
  }
  // A crash: a block begun, one not yet removed that was merged, a log cut off.
  std::ofstream(folder.path() + "/raw-1-2.block.new") << "VIGIL";
  const auto left = file_sink(folder.path() + "/minute-" + std::to_string(kMidnight) + "-" +
                              std::to_string(kMidnight + kRawBlockSpan) + ".block");
  BlockWriter({.level = BlockLevel::Minute, .from = kMidnight, .to = kMidnight + kRawBlockSpan}, *left)
      .finish();
  static_cast<void>(left->finish());
  for (const auto& segment : std::filesystem::directory_iterator(folder.path() + "/wal")) {
    std::filesystem::resize_file(segment.path(), segment.file_size() - 1);
  }

  const Contents before = contents_of(folder.path());
  const RecordedHistory recorded(folder.path());
  CHECK(read(recorded, "a").back().value == 8998);
  REQUIRE(recorded.damage().size() == 1);
  CHECK(recorded.damage().front().find("/wal: ") != std::string::npos);
  CHECK(recorded.damage().front().ends_with("bytes behind the last whole record are left out"));
  CHECK(contents_of(folder.path()) == before);

  // What the owner makes of it is the same.
  const HistoryFixture owner(config_of(folder));
  CHECK(is_same(read(recorded, "a"), read(owner.history, "a")));
}

TEST_CASE("a block that is damaged is named, and its minutes answer for it") {
  const HistoryFolder folder;
  {
    HistoryFixture fixture(config_of(folder));
    for (int i = 0; i < 1300; ++i) fixture.turn(kMidnight + i * 1000, {{"a", i}});
    fixture.history.flush();
  }
  const std::string block = folder.path() + "/raw-" + std::to_string(kMidnight) + "-" +
                            std::to_string(kMidnight + kRawBlockSpan) + ".block";
  std::filesystem::resize_file(block, std::filesystem::file_size(block) - 1);
  const RecordedHistory recorded(folder.path());
  REQUIRE(recorded.damage().size() == 1);
  CHECK(recorded.damage().front().starts_with(block + ": must end like a block"));
  CHECK(read(recorded, "a").front().time == kMidnight + 59'000);
  CHECK(read(recorded, "a").back().time == kMidnight + 1'299'000);
}

TEST_CASE("what is no history is refused, and is not made one") {
  const HistoryFolder folder;
  CHECK(refusal(folder.path() + "/none").starts_with(folder.path() + "/none: cannot be listed: "));
  CHECK(refusal(folder.path()).starts_with(folder.path() + "/wal: cannot be listed: "));
  CHECK(std::filesystem::is_empty(folder.path()));
  std::filesystem::create_directory(folder.path() + "/wal");
  std::ofstream(folder.path() + "/wal/1.wal") << "something else altogether";
  CHECK(refusal(folder.path()).ends_with("1.wal: must be a write-ahead log of version 1"));
}

TEST_CASE("a history without samples is one") {
  const HistoryFolder folder;
  { const HistoryFixture fixture(config_of(folder)); }
  const RecordedHistory recorded(folder.path());
  CHECK(recorded.range().from > recorded.range().to);
  CHECK(recorded.select({}, {}).empty());
}

TEST_CASE("where all samples were too old to be kept, their minutes are read up to the log") {
  const HistoryFolder folder;
  {
    HistoryFixture fixture(config_of(folder));
    for (int i = 0; i < 600; ++i) fixture.turn(kMidnight + i * 1000, {{"a", i}});
    for (int i = 0; i < 5; ++i) fixture.turn(kMidnight + 2 * kHour + i * 1000, {{"a", i}});
    fixture.history.flush();
  }
  const RecordedHistory recorded(folder.path());
  CHECK(recorded.raw_from() == kMidnight + 2 * kHour);
  const auto samples = read(recorded, "a");
  REQUIRE(samples.size() == 15);
  CHECK(samples.front().time == kMidnight + 59'000);
  CHECK(samples.back().time == kMidnight + 2 * kHour + 4000);
}
