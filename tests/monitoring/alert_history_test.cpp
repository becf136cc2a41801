#include "monitoring/delivery/alert_history.h"

#include <doctest/doctest.h>

#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

HistoryEntry entry(std::string_view name, AlertState state, SampleTime time) {
  return {.time = time, .state = state, .labels = firing(name, time).labels};
}

}  // namespace

TEST_CASE("after 1001 changes the oldest is gone") {
  AlertHistory history;
  for (SampleTime i = 0; i < 1001; ++i) history.add(entry("X", AlertState::Firing, kStart + i));
  REQUIRE(history.entries().size() == 1000);
  CHECK(history.entries().front().number == 2);
  CHECK(history.query({}).front().time == kStart + 1000);
}

TEST_CASE("the history is asked by time, name and state, and gives the latest first") {
  AlertHistory history;
  history.add(entry("A", AlertState::Pending, kStart));
  history.add(entry("A", AlertState::Firing, kStart + 10));
  history.add(entry("B", AlertState::Firing, kStart + 20));
  history.add(entry("A", AlertState::Resolved, kStart + 30));
  const auto numbers = [&](const HistoryQuery& asked) {
    std::vector<std::uint64_t> found;
    for (const HistoryEntry& each : history.query(asked)) found.push_back(each.number);
    return found;
  };
  using Numbers = std::vector<std::uint64_t>;
  CHECK(numbers({}) == Numbers{4, 3, 2, 1});
  CHECK(numbers({.limit = 2}) == Numbers{4, 3});
  CHECK(numbers({.name = "A"}) == Numbers{4, 2, 1});
  CHECK(numbers({.state = AlertState::Firing}) == Numbers{3, 2});
  CHECK(numbers({.from = kStart + 10, .to = kStart + 20}) == Numbers{3, 2});
}

TEST_CASE("an outcome is noted in the latest entry of that alert and state, once a receiver") {
  AlertHistory history;
  history.add(entry("A", AlertState::Firing, kStart));
  history.add(entry("A", AlertState::Resolved, kStart + 1));
  const std::uint64_t a = firing("A", 0).fingerprint();
  const HistoryEntry* noted =
      history.note(a, AlertState::Firing, {.receiver = "slack", .is_delivered = true, .time = kStart + 2});
  REQUIRE(noted != nullptr);
  CHECK(noted->number == 1);
  CHECK(history.note(a, AlertState::Firing, {.receiver = "slack", .is_delivered = false}) == nullptr);
  CHECK(history.note(a, AlertState::Pending, {.receiver = "slack"}) == nullptr);
  CHECK(history.entries().front().notified.size() == 1);
}

TEST_CASE("restored entries keep their numbers and come in any order; the next is above all") {
  AlertHistory history;
  HistoryEntry later = entry("B", AlertState::Firing, kStart);
  later.number = 7;
  HistoryEntry earlier = entry("A", AlertState::Firing, kStart);
  earlier.number = 3;
  history.restore(later);
  history.restore(earlier);
  later.value = 2;
  history.restore(later);
  REQUIRE(history.entries().size() == 2);
  CHECK(history.entries().back().value == 2);
  CHECK(history.add(entry("C", AlertState::Firing, kStart)).number == 8);
}
