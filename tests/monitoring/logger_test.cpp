#include "monitoring/log/logger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using nlohmann::json;

namespace {

LogRecord entry(std::int64_t number, LogLevel level = LogLevel::Info) {
  LogRecord record;
  record.level = level;
  record.component = "gateway";
  record.module = "http";
  record.message = "Entry";
  record.add("number", number);
  return record;
}

struct Log {
  explicit Log(LogConfig config = {})
      : logger(std::move(config), registry,
               [this](std::string_view line) { lines.push_back(json::parse(line)); }) {}
  [[nodiscard]] std::vector<std::int64_t> numbers() const {
    std::vector<std::int64_t> numbers;
    for (const auto& line : lines) numbers.push_back(line["fields"]["number"]);
    return numbers;
  }
  Registry registry;
  std::vector<json> lines;
  Logger logger;
};

struct TemporaryFile {
  TemporaryFile() {
    const int file = ::mkstemp(path.data());
    REQUIRE(file >= 0);
    ::close(file);
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
  std::string path = "vigil_log_XXXXXX";
};

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("entries of both entrances are written in the order of their arrival") {
  Log log;
  CHECK(log.logger.write_from_core(entry(1)));
  CHECK(log.logger.write(entry(2)));
  CHECK(log.logger.write(entry(3)));
  CHECK(log.logger.write_from_core(entry(4)));
  CHECK(log.lines.empty());
  CHECK(log.logger.pump() == 4);
  CHECK(log.numbers() == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(log.logger.pump() == 0);
}

TEST_CASE("entries below the level are no entries") {
  Log log({.level = LogLevel::Warn});
  CHECK_FALSE(log.logger.enabled(LogLevel::Info));
  CHECK(log.logger.write(entry(1, LogLevel::Info)));
  CHECK(log.logger.write_from_core(entry(2, LogLevel::Debug)));
  CHECK(log.logger.write(entry(3, LogLevel::Warn)));
  log.logger.set_level(LogLevel::Trace);
  CHECK(log.logger.write(entry(4, LogLevel::Trace)));
  log.logger.pump();
  CHECK(log.numbers() == std::vector<std::int64_t>{3, 4});
  CHECK(counted(log.registry, "log_entries_total", {"gateway", "INFO"}) == 0);
}

TEST_CASE("entries are counted by component and level, unknown components as other") {
  Log log;
  (void)log.logger.write(entry(1));
  (void)log.logger.write(entry(2, LogLevel::Error));
  LogRecord foreign = entry(3);
  foreign.component = "plugin";
  (void)log.logger.write_from_core(foreign);
  log.logger.pump();
  CHECK(counted(log.registry, "log_entries_total", {"gateway", "INFO"}) == 1);
  CHECK(counted(log.registry, "log_entries_total", {"gateway", "ERROR"}) == 1);
  CHECK(counted(log.registry, "log_entries_total", {"other", "INFO"}) == 1);
}

TEST_CASE("a full queue drops the newest entries and counts them") {
  Log log({.queue_capacity = 4});
  for (int i = 1; i <= 7; ++i) CHECK(log.logger.write_from_core(entry(i)) == (i <= 4));
  for (int i = 11; i <= 16; ++i) CHECK(log.logger.write(entry(i)) == (i <= 14));
  CHECK(log.logger.dropped() == 5);
  CHECK(counted(log.registry, "monitoring_records_dropped_total", {"log", "queue_full"}) == 5);
  log.logger.pump();
  CHECK(log.numbers() == std::vector<std::int64_t>{1, 2, 3, 4, 11, 12, 13, 14});
  CHECK(counted(log.registry, "log_entries_total", {"gateway", "INFO"}) == 13);
  CHECK(log.logger.write_from_core(entry(20)));
  CHECK(log.logger.write(entry(21)));
}

TEST_CASE("drops are known without metrics too") {
  Registry off(false);
  Logger logger({.queue_capacity = 1}, off, [](std::string_view) {});
  CHECK(logger.write_from_core(entry(1)));
  CHECK_FALSE(logger.write_from_core(entry(2)));
  CHECK(logger.dropped() == 1);
}

TEST_CASE("a fatal entry is written at once, behind all queued ones and with its stack") {
  Log log;
  (void)log.logger.write(entry(1));
  (void)log.logger.write_from_core(entry(2));
  log.logger.write_fatal(entry(3));
  CHECK(log.numbers() == std::vector<std::int64_t>{1, 2, 3});
  CHECK(log.lines.back()["level"] == "FATAL");
  CHECK(log.lines.back()["fields"]["stack"].size() > 1);
  CHECK(counted(log.registry, "log_entries_total", {"gateway", "FATAL"}) == 1);
}

TEST_CASE("a record of level FATAL is written at once through either entrance") {
  Log log;
  CHECK(log.logger.write_from_core(entry(1, LogLevel::Fatal)));
  CHECK(log.logger.write(entry(2, LogLevel::Fatal)));
  CHECK(log.numbers() == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a sink that throws loses its line, is counted and asked again") {
  Registry registry;
  std::size_t written = 0;
  Logger logger({}, registry, [&](std::string_view line) {
    if (line.find("\"number\":1}") != std::string_view::npos) throw std::runtime_error("no room");
    ++written;
  });
  (void)logger.write(entry(1));
  (void)logger.write(entry(2));
  logger.pump();
  CHECK(written == 1);
  CHECK(counted(registry, "monitoring_records_dropped_total", {"log", "write_error"}) == 1);
}

TEST_CASE("destruction writes what is queued") {
  std::size_t written = 0;
  Registry registry;
  {
    Logger logger({}, registry, [&](std::string_view) { ++written; });
    (void)logger.write(entry(1));
    (void)logger.write_from_core(entry(2));
  }
  CHECK(written == 2);
}

TEST_CASE("a file is appended to, a line an entry") {
  const TemporaryFile file;
  Registry registry;
  for (int run = 0; run < 2; ++run) {
    Logger logger({.file = file.path}, registry, {});
    (void)logger.write(entry(run));
  }
  const auto lines = lines_of(file.path);
  REQUIRE(lines.size() == 2);
  CHECK(json::parse(lines[1])["fields"]["number"] == 1);
}

TEST_CASE("a file that cannot be opened is an error that names it and says why") {
  Registry registry;
  CHECK_THROWS_WITH_AS(Logger({.file = "/no/such/folder/log"}, registry, {}),
                       "log: cannot open /no/such/folder/log: No such file or directory", std::runtime_error);
}

TEST_CASE("a file that takes nothing more is counted and stops nothing") {
  Registry registry;
  Logger logger({.file = "/dev/full"}, registry, {});
  (void)logger.write(entry(1));
  (void)logger.write(entry(2));
  CHECK(logger.pump() == 2);
  CHECK(counted(registry, "monitoring_records_dropped_total", {"log", "write_error"}) == 2);
}

TEST_CASE(
    "several threads write while the writer runs: each one's entries stay in order and none is lost "
    "uncounted") {
  constexpr int kEntries = 3'000;
  constexpr int kThreads = 3;
  std::uint64_t accepted = 0;
  std::uint64_t dropped = 0;
  Log log({.queue_capacity = 256});
  log.logger.start();
  std::vector<std::uint64_t> taken(kThreads, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEntries; ++i) {
        LogRecord record = entry(i);
        record.correlation_id = static_cast<std::uint64_t>(t + 1);
        if (t == 0 ? log.logger.write_from_core(record) : log.logger.write(record)) {
          ++taken[static_cast<std::size_t>(t)];
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto n : taken) accepted += n;
  dropped = log.logger.dropped();
  log.logger.write_fatal(entry(kEntries));
  CHECK(accepted + dropped == kEntries * kThreads);
  CHECK(log.lines.size() == accepted + 1);
  std::vector<std::int64_t> last(kThreads + 1, -1);
  for (const auto& line : log.lines) {
    if (line["level"] == "FATAL") continue;
    const auto thread = line["fields"]["correlation_id"].get<std::size_t>();
    const auto number = line["fields"]["number"].get<std::int64_t>();
    REQUIRE(number > last[thread]);
    last[thread] = number;
  }
}
