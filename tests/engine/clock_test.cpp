#include "engine/core/clock.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/clock_watch.h"

using namespace vigil;
using namespace vigil::engine;
using namespace std::chrono_literals;

TEST_CASE("a manual clock stands still until it is told") {
  EventTape no_tape;
  StageClock clock(StageClock::Mode::Manual, no_tape);
  const orders::EventTime event{orders::Timestamp{5s}, 3s};
  clock.set(event);
  CHECK(clock.monotonic() == 3s);
  CHECK(clock.now().wall == event.wall);
  CHECK(clock.now().monotonic == 3s);
}

TEST_CASE("a live clock moves the event's wall time on by what has passed on the machine's clock") {
  monitoring::machine_clock.start(monitoring::ClockChoice::Automatic);
  EventTape no_tape;
  StageClock clock(StageClock::Mode::Live, no_tape);
  const orders::EventTime event = machine_time();
  clock.set(event);
  const orders::EventTime now = clock.now();
  CHECK(now.monotonic >= event.monotonic);
  CHECK(now.wall - event.wall == now.monotonic - event.monotonic);
}

TEST_CASE("the machine's time is that of the system's clocks") {
  monitoring::machine_clock.start(monitoring::ClockChoice::Automatic);
  const orders::Duration before = std::chrono::steady_clock::now().time_since_epoch();
  const orders::EventTime now = machine_time();
  const orders::Duration after = std::chrono::steady_clock::now().time_since_epoch();
  CHECK(now.monotonic >= before - monitoring::kMostDrift);
  CHECK(now.monotonic <= after + monitoring::kMostDrift);
}

TEST_CASE("the log says what the clock is made of, and who wanted another is warned") {
  const auto log_of = [](monitoring::ClockChoice asked, monitoring::ClockChoice given) {
    monitoring::Registry registry;
    std::vector<std::string> lines;
    {
      monitoring::Logger logger({}, registry, [&](std::string_view line) { lines.emplace_back(line); });
      monitoring::MachineClock clock;
      clock.start(given);
      ClockWatch watch(clock, asked, registry, logger);
      logger.start();
      watch.log_source();
      watch.check();
    }  // the log is whole once its writer has ended
    REQUIRE(lines.size() == 1);
    return lines[0];
  };
  using Choice = monitoring::ClockChoice;
  const std::string chosen = log_of(Choice::Monotonic, Choice::Monotonic);
  CHECK(chosen.find("Clock chosen") != std::string::npos);
  CHECK(chosen.find("\"monotonic\"") != std::string::npos);
  CHECK(chosen.find("\"configured\"") != std::string::npos);
  CHECK(chosen.find("INFO") != std::string::npos);
  CHECK(log_of(Choice::Counter, Choice::Monotonic).find("WARN") != std::string::npos);
}
