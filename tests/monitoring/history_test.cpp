#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/block.h"
#include "monitoring/store/compaction.h"
#include "monitoring/store/history.h"
#include "monitoring/store/history_error.h"
#include "tests/monitoring/history_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

using Folder = HistoryFolder;
using Fixture = HistoryFixture;
constexpr SampleTime kStart = kMidnight;

std::size_t files(const std::string& folder, const std::string& beginning) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::count_if(begin(all), end(all), [&](const auto& entry) {
    return entry.path().filename().string().starts_with(beginning);
  }));
}

}  // namespace

TEST_CASE("what is recorded is read back, through blocks, crashes and restarts") {
  CHECK(rc::check("as plain vectors hold it", [] {
    const Folder folder;
    const bool on_disk = *rc::gen::arbitrary<bool>();
    HistoryConfig config;
    config.raw_retention = std::chrono::hours{240};
    if (on_disk) config.folder = folder.path();
    std::map<std::string, std::vector<Sample>> plain;
    std::map<std::string, double> values;
    std::set<std::string> alive;
    auto fixture = std::make_unique<Fixture>(config);
    SampleTime time = kStart + *rc::gen::inRange<SampleTime>(0, 1'000'000);
    const SampleTime begin = time;

    for (int step = 0; step < 30; ++step) {
      const std::string name(1, static_cast<char>('a' + *rc::gen::inRange(0, 5)));
      switch (*rc::gen::inRange(0, 6)) {
        case 0:
          values[name] = *rc::gen::inRange(0, 1000) / 8.0;
          break;
        case 1:
          values.erase(name);
          break;
        case 2:
          fixture->history.work();
          break;
        case 3: {
          if (!on_disk) break;
          // What is in no turn after a restart has not ended: who recorded it is gone.
          fixture->history.flush();
          fixture->cycle.reset();
          fixture = std::make_unique<Fixture>(config);
          alive.clear();
          RC_ASSERT(fixture->history.damaged_files().empty());
          break;
        }
        default:
          break;
      }
      const auto turns = *rc::gen::inRange(1, 200);
      for (int i = 0; i < turns; ++i) {
        fixture->turn(time, values);
        for (const std::string& known : alive) {
          if (!values.contains(known)) plain[known].push_back({.time = time, .value = kStaleMarker});
        }
        alive.clear();
        for (const auto& [of, value] : values) {
          plain[of].push_back({.time = time, .value = value});
          alive.insert(of);
        }
        time += *rc::gen::element<SampleTime>(1000, 1000, 1000, 1000, 1000, 12'345);
        if (!values.empty()) values.begin()->second += 1;
      }
      time += *rc::gen::element<SampleTime>(0, 0, 0, 3'000'000);
    }
    fixture->history.work();

    for (const std::string name : {"a", "b", "c", "d", "e"}) {
      const std::vector<Sample>& all = plain[name];
      RC_ASSERT(is_same(read(fixture->history, name), all));
      const SampleRange range{.from = begin + *rc::gen::inRange<SampleTime>(0, time - begin),
                              .to = begin + *rc::gen::inRange<SampleTime>(0, time - begin)};
      std::vector<Sample> within;
      std::ranges::copy_if(all, std::back_inserter(within), [&](const Sample& sample) {
        return sample.time >= range.from && sample.time <= range.to;
      });
      RC_ASSERT(is_same(read(fixture->history, name, range), within));
      const auto series = fixture->history.select(named(name), range);
      const auto last = series.empty() ? std::nullopt : series.front()->last(range);
      RC_ASSERT(last.has_value() == !within.empty());
      if (last) RC_ASSERT(is_same({*last}, {within.back()}));
    }
  }));
}

TEST_CASE("every sample is in the history once, whichever block it came to lie in") {
  const Folder folder;
  for (const std::string& path : {std::string{}, folder.path()}) {
    HistoryConfig config;
    config.folder = path;
    auto fixture = std::make_unique<Fixture>(config);
    std::vector<Sample> expected;
    for (int i = 0; i < 3000; ++i) {
      const SampleTime time = kStart + 7000 + i * 1000;
      fixture->turn(time, {{"up", i / 100}});
      expected.push_back({.time = time, .value = static_cast<double>(i / 100)});
      if (i % 100 == 0) fixture->history.work();
      if (i % 700 == 0 && !path.empty()) {
        fixture->history.flush();
        fixture = std::make_unique<Fixture>(config);
      }
    }
    fixture->history.work();
    CHECK(is_same(read(fixture->history, "up"), expected));
    CHECK(fixture->history.raw_from() == kStart);
    CHECK(fixture->metric("monitoring_history_blocks", "raw") == 5);
    CHECK(fixture->metric("monitoring_history_samples_dropped_total", "out_of_order") == 0);
  }
}

TEST_CASE("a series that is no longer recorded gets one stale marker, and may begin again") {
  Fixture fixture({});
  fixture.turn(kStart, {{"a", 1}, {"b", 1}});
  fixture.turn(kStart + 1000, {{"b", 1}});
  fixture.turn(kStart + 2000, {{"b", 1}});
  fixture.turn(kStart + 3000, {{"a", 2}, {"b", 1}});
  CHECK(
      is_same(read(fixture.history, "a"), {{kStart, 1}, {kStart + 1000, kStaleMarker}, {kStart + 3000, 2}}));
  CHECK(read(fixture.history, "b").size() == 4);
}

TEST_CASE("the ends of series survive a crash") {
  const Folder folder;
  HistoryConfig config;
  config.folder = folder.path();
  {
    Fixture fixture(config);
    fixture.turn(kStart, {{"a", 1}, {"b", 1}});
    fixture.turn(kStart + 1000, {{"b", 1}});
    fixture.turn(kStart + 2000, {{"a", 3}, {"b", 1}});
    fixture.history.flush();
  }
  Fixture fixture(config);
  CHECK(
      is_same(read(fixture.history, "a"), {{kStart, 1}, {kStart + 1000, kStaleMarker}, {kStart + 2000, 3}}));
  CHECK(is_same(read(fixture.history, "b"), {{kStart, 1}, {kStart + 1000, 1}, {kStart + 2000, 1}}));
}

TEST_CASE("a log that was cut anywhere gives all turns before the cut") {
  const Folder folder;
  HistoryConfig config;
  config.folder = folder.path();
  {
    Fixture fixture(config);
    for (int i = 0; i < 5; ++i) fixture.turn(kStart + i * 1000, {{"a", i}, {"b", 7}});
    fixture.history.flush();
  }
  const std::string log = folder.path() + "/wal/" + std::to_string(kStart) + ".wal";
  const auto size = std::filesystem::file_size(log);
  std::size_t before = 5;
  for (auto cut = size; cut-- > 0;) {
    std::filesystem::resize_file(log, cut);
    Fixture fixture(config);
    const auto a = read(fixture.history, "a");
    CHECK(a.size() <= before);
    CHECK(a.size() + 1 >= before);
    CHECK(read(fixture.history, "b").size() == a.size());
    before = a.size();
  }
  CHECK(before == 0);
}

TEST_CASE("raw samples become minutes, then hours, and what is too old leaves") {
  const Folder folder;
  HistoryConfig config;
  config.folder = folder.path();
  config.minute_retention = std::chrono::hours{48};
  config.hour_retention = std::chrono::hours{24 * 4};
  Fixture fixture(config);
  // A sample each ten seconds, for six days: 1, 2, ..., 6 in each minute.
  constexpr SampleTime kDays = 6;
  for (SampleTime time = kStart; time < kStart + kDays * kDay + kRawBlockSpan; time += 10'000) {
    fixture.turn(time, {{"a", static_cast<double>(time / 10'000 % 6 + 1)}});
    if (time % kRawBlockSpan == 0) fixture.history.work();
  }
  fixture.history.work();
  const SampleTime end = kStart + kDays * kDay + kRawBlockSpan;

  CHECK(fixture.history.raw_from() >= end - kHour - kRawBlockSpan);
  CHECK(fixture.history.raw_from() <= end - kHour + kRawBlockSpan);
  const SampleRange minutes{.from = end - 2 * kHour, .to = end - 2 * kHour + 10 * kMinute - 1};
  const auto counts = read(fixture.history, "a", minutes, RollUpColumn::Count);
  REQUIRE(counts.size() == 10);
  CHECK(counts.front().value == 6);
  CHECK(counts.front().time == minutes.from + 50'000);
  CHECK(read(fixture.history, "a", minutes, RollUpColumn::Sum).back().value == 21);
  CHECK(read(fixture.history, "a", minutes, RollUpColumn::Minimum).back().value == 1);
  CHECK(read(fixture.history, "a", minutes, RollUpColumn::Maximum).back().value == 6);
  CHECK(read(fixture.history, "a", minutes).back().value == 6);

  const auto hours = read(fixture.history, "a", {.from = kStart + 2 * kDay, .to = kStart + 3 * kDay - 1},
                          RollUpColumn::Count);
  REQUIRE(hours.size() == 24);
  CHECK(hours.front().value == 360);
  const auto oldest = read(fixture.history, "a");
  CHECK(oldest.front().time == kStart + 2 * kDay + 3'590'000);
  CHECK(read(fixture.history, "a", {.from = kStart, .to = kStart + kDay}).empty());

  // Minutes are merged: what is left are days, parts of the last day, and the hours of days.
  CHECK(files(folder.path(), "minute-") <= 3 + 12 + 12);
  CHECK(files(folder.path(), "hour-") <= 5);
  CHECK(files(folder.path(), "raw-") <= 8);
  CHECK(files(folder.path() + "/wal", "") <= 2);

  // The sum over everything is that of the parts that are kept.
  const auto all = read(fixture.history, "a", {}, RollUpColumn::Count);
  CHECK(std::ranges::is_sorted(all, {}, &Sample::time));
}

TEST_CASE("a bound on bytes makes the oldest leave first") {
  HistoryConfig config;
  config.max_memory_bytes = 20'000;
  Fixture fixture(config);
  for (int i = 0; i < 6000; ++i) {
    fixture.turn(kStart + i * 1000, {{"a", i * 0.37}, {"b", i * i}});
    if (i % 600 == 0) fixture.history.work();
  }
  fixture.history.work();
  double bytes = 0;
  for (const char* level : {"raw", "minute", "hour"})
    bytes += fixture.metric("monitoring_history_bytes", level);
  CHECK(bytes <= 20'000);
  CHECK(bytes > 5'000);
  const auto left = read(fixture.history, "b");
  CHECK(left.front().time > kStart);
  CHECK(left.back().time == kStart + 5'999'000);
}

TEST_CASE("a series beyond the bound is dropped and counted, and comes in when there is room") {
  HistoryConfig config;
  config.max_series = 2;
  Fixture fixture(config);
  fixture.turn(kStart, {{"a", 1}, {"b", 1}, {"c", 1}});
  CHECK(fixture.metric("monitoring_history_samples_dropped_total", "no_room") == 1);
  CHECK(read(fixture.history, "c").empty());
  // Three spans after their end the first ones have left the head.
  for (int i = 1; i < 5; ++i) {
    fixture.turn(kStart + i * kRawBlockSpan, {{"c", 1}});
    fixture.history.work();
  }
  fixture.turn(kStart + 5 * kRawBlockSpan, {{"c", 4}});
  CHECK(read(fixture.history, "c").back().value == 4);
  CHECK(read(fixture.history, "a").front().value == 1);
}

TEST_CASE("a turn that is not later than the one before is none") {
  Fixture fixture({});
  fixture.turn(kStart, {{"a", 1}});
  CHECK_FALSE(fixture.cycle->begin(kStart));
  CHECK_FALSE(fixture.cycle->begin(kStart - 1000));
  fixture.turn(kStart + 1, {{"a", 2}});
  CHECK(read(fixture.history, "a").size() == 2);
}

TEST_CASE("labels that come twice in a turn are taken once") {
  Fixture fixture({});
  REQUIRE(fixture.cycle->begin(kStart));
  CHECK(fixture.cycle->put(Labels{{kMetricNameLabel, "a"}}, 1));
  CHECK_FALSE(fixture.cycle->put(Labels{{kMetricNameLabel, "a"}}, 2));
  fixture.cycle->end();
  CHECK(read(fixture.history, "a").front().value == 1);
}

TEST_CASE("a block that is damaged is named, counted and left alone") {
  const Folder folder;
  HistoryConfig config;
  config.folder = folder.path();
  {
    Fixture fixture(config);
    for (int i = 0; i < 1300; ++i) fixture.turn(kStart + i * 1000, {{"a", i}});
    fixture.history.flush();
  }
  const std::string block = folder.path() + "/raw-" + std::to_string(kStart) + "-" +
                            std::to_string(kStart + kRawBlockSpan) + ".block";
  REQUIRE(std::filesystem::exists(block));
  std::filesystem::resize_file(block, std::filesystem::file_size(block) - 1);
  Fixture fixture(config);
  REQUIRE(fixture.history.damaged_files().size() == 1);
  CHECK(fixture.history.damaged_files().front().starts_with(block + ": must end like a block"));
  CHECK(fixture.metric("monitoring_history_errors_total", "open") == 1);
  CHECK(std::filesystem::exists(block));
  // Its minutes answer for it.
  CHECK(read(fixture.history, "a").front().time == kStart + 59'000);
  CHECK(read(fixture.history, "a").back().time == kStart + 1'299'000);
}

TEST_CASE("samples that are damaged in a block are left out, counted and named, and all others answer") {
  const Folder folder;
  HistoryConfig config;
  config.folder = folder.path();
  {
    Fixture fixture(config);
    for (int i = 0; i < 1300; ++i) fixture.turn(kStart + i * 1000, {{"a", i}, {"b", i}});
    fixture.history.flush();
  }
  const std::string block = folder.path() + "/raw-" + std::to_string(kStart) + "-" +
                            std::to_string(kStart + kRawBlockSpan) + ".block";
  constexpr int kInTheFirstChunk = 60;
  {
    std::fstream file(block, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(kInTheFirstChunk);
    const int byte = file.get();
    file.seekp(kInTheFirstChunk);
    file.put(static_cast<char>(byte ^ 1));
  }
  Fixture fixture(config);
  CHECK(read(fixture.history, "a").front().time == kStart + kRawBlockSpan);
  CHECK(read(fixture.history, "b").front().time == kStart);
  CHECK(fixture.metric("monitoring_history_errors_total", "read") == 1);
  const std::vector<std::string> damaged = fixture.history.damaged_files();
  CHECK(damaged == std::vector<std::string>{block + ": chunks: the checksum is wrong"});
}

TEST_CASE("a folder that cannot be written stops no recording") {
  const Folder folder;
  HistoryConfig config;
  config.folder = folder.path();
  Fixture fixture(config);
  std::filesystem::remove_all(folder.path());
  for (int i = 0; i < 7000; ++i) {
    fixture.turn(kStart + i * 1000, {{"a", i}});
    fixture.history.work();
  }
  CHECK(fixture.metric("monitoring_history_errors_total", "write_log") > 0);
  CHECK(fixture.metric("monitoring_history_errors_total", "write_block") > 0);
  CHECK(read(fixture.history, "a").back().value == 6999);
  CHECK_FALSE(fixture.history.damaged_files().empty());

  // Once it is there again, so are blocks and log.
  std::filesystem::create_directories(folder.path() + "/wal");
  for (int i = 7000; i < 9000; ++i) {
    fixture.turn(kStart + i * 1000, {{"a", i}});
    fixture.history.work();
  }
  CHECK(files(folder.path(), "raw-") >= 3);
  fixture.history.flush();
  const Fixture again(config);
  CHECK(read(again.history, "a").back().value == 8999);
}

TEST_CASE("label names and values are found in memory and in blocks") {
  Fixture fixture({});
  const auto turn = [&](SampleTime time, const Labels& labels) {
    REQUIRE(fixture.cycle->begin(time));
    CHECK(fixture.cycle->put(labels, 1));
    fixture.cycle->end();
    fixture.history.work();
  };
  turn(kStart, Labels{{kMetricNameLabel, "a"}, {"venue", "X"}});
  for (int i = 1; i < 5; ++i)
    turn(kStart + i * kRawBlockSpan, Labels{{kMetricNameLabel, "b"}, {"side", "buy"}});
  const SampleRange all{};
  using Texts = std::vector<std::string>;
  CHECK(fixture.history.label_names({}, all) == Texts{"__name__", "side", "venue"});
  CHECK(fixture.history.label_values("venue", {}, all) == Texts{"X"});
  CHECK(fixture.history.label_names(named("b"), all) == Texts{"__name__", "side"});
  CHECK(fixture.history.label_names({}, {.from = kStart + 4 * kRawBlockSpan}) == Texts{"__name__", "side"});
}
