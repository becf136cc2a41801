#include "monitoring/delivery/alert_grouping.h"

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

namespace {

constexpr SampleTime kWait = 30 * kSecond;
constexpr SampleTime kInterval = 5 * kMinute;
constexpr SampleTime kRepeat = 60 * kMinute;

LabelMatcher is(std::string name, std::string value) {
  return {MatchKind::Equal, std::move(name), std::move(value)};
}

AlertGrouping grouping(std::vector<InhibitionRule> rules = {}, bool send_resolved = true,
                       const GroupingLimits& limits = {}) {
  const RouteConfig root{.receiver = "desk",
                         .group_by = std::vector<std::string>{"alertname"},
                         .group_wait = 30s,
                         .group_interval = 5min,
                         .repeat_interval = 1h};
  return AlertGrouping{RouteTree{root, {"desk"}},
                       std::move(rules),
                       {{.name = "desk", .send_resolved = send_resolved}},
                       limits};
}

Silences silenced(const std::string& name, SampleTime from, SampleTime to) {
  Silences silences;
  REQUIRE(silences
              .add({.matchers = {is("alertname", name)},
                    .starts_at = from,
                    .ends_at = to,
                    .created_by = "desk",
                    .comment = "planned"},
                   from)
              .fault.empty());
  return silences;
}

const Silences kNone;

}  // namespace

TEST_CASE("alerts of one group are told together after the wait, and nothing before it") {
  AlertGrouping alerts = grouping();
  CHECK(alerts.take(firing("A", kStart, "x"), kStart) == AlertGrouping::Taken::News);
  CHECK(alerts.take(firing("A", kStart + 1, "y"), kStart + 1) == AlertGrouping::Taken::News);
  CHECK(alerts.next_due() == kStart + kWait);
  CHECK(alerts.due(kStart + kWait - 1, kNone).empty());
  const auto told = alerts.due(kStart + kWait, kNone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].alerts.size() == 2);
  CHECK(told[0].group_key == R"({}:{alertname="A"})");
  CHECK(told[0].firing() == 2);
  CHECK(alerts.suppressed().aggregated == 1);
  CHECK(alerts.due(kStart + kWait + 1, kNone).empty());
}

TEST_CASE("an alert heard of again is counted and told again only when the repeat interval is over") {
  AlertGrouping alerts = grouping();
  (void)alerts.take(firing("A", kStart), kStart);
  std::vector<Notification> told;
  for (SampleTime now = kStart; now < kStart + 3 * 60 * kMinute; now += kMinute) {
    if (now > kStart) CHECK(alerts.take(firing("A", kStart), now) == AlertGrouping::Taken::Duplicate);
    std::ranges::move(alerts.due(now, kNone), std::back_inserter(told));
  }
  REQUIRE(told.size() == 3);
  CHECK_FALSE(told[0].is_repeat);
  CHECK(told[1].is_repeat);
  CHECK(told[1].time - told[0].time >= kRepeat);
  CHECK(told[0].idempotency_key != told[1].idempotency_key);
  CHECK(alerts.suppressed().duplicate == 179);
}

TEST_CASE("a resolution is told once, at the group's next look") {
  AlertGrouping alerts = grouping();
  const Alert a = firing("A", kStart);
  (void)alerts.take(a, kStart);
  CHECK(alerts.due(kStart + kWait, kNone).size() == 1);
  const SampleTime end = kStart + kMinute;
  CHECK(alerts.take(resolved(a, end), end) == AlertGrouping::Taken::News);
  CHECK(alerts.take(resolved(a, end), end + 1) == AlertGrouping::Taken::Duplicate);
  const auto told = alerts.due(kStart + kWait + kInterval, kNone);
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0].is_firing());
  CHECK(told[0].alerts.front().ends_at == end);
  CHECK(alerts.groups() == 0);
  CHECK(alerts.take(resolved(a, end), end + 10 * kMinute) == AlertGrouping::Taken::Duplicate);
  CHECK_FALSE(alerts.next_due());
}

TEST_CASE("an alert that nobody heard of before it was resolved is not told") {
  AlertGrouping alerts = grouping();
  (void)alerts.take(firing("A", kStart), kStart);
  (void)alerts.take(resolved(firing("A", kStart), kStart + 1), kStart + 1);
  CHECK(alerts.due(kStart + kWait, kNone).empty());
  CHECK(alerts.groups() == 0);
}

TEST_CASE("an alert that is not heard of until its end is resolved") {
  AlertGrouping alerts = grouping();
  (void)alerts.take(resolved(firing("A", kStart), kStart + 2 * kMinute), kStart);
  CHECK(alerts.due(kStart + kWait, kNone).size() == 1);
  const auto told = alerts.due(kStart + kWait + kInterval, kNone);
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0].is_firing());
  const auto changes = alerts.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].is_resolved);
}

TEST_CASE("a new alert of a group that was told waits for the group's next look") {
  AlertGrouping alerts = grouping();
  (void)alerts.take(firing("A", kStart, "x"), kStart);
  CHECK(alerts.due(kStart + kWait, kNone).size() == 1);
  (void)alerts.take(firing("A", kStart + kWait + 1, "y"), kStart + kWait + 1);
  CHECK(alerts.due(kStart + kWait + kInterval - 1, kNone).empty());
  const auto told = alerts.due(kStart + kWait + kInterval, kNone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].firing() == 2);
}

TEST_CASE("a clock that was set back lets nobody wait longer, and nobody reuse a key") {
  constexpr SampleTime kHour = 60 * kMinute;
  AlertGrouping alerts = grouping();
  (void)alerts.take(firing("A", kStart), kStart);
  const auto first = alerts.due(kStart + kWait, kNone);
  REQUIRE(first.size() == 1);
  const SampleTime back = kStart - kHour;
  (void)alerts.take(firing("A", kStart, "other"), back);
  (void)alerts.take(firing("B", back), back);
  CHECK(alerts.due(back, kNone).empty());
  const auto soon = alerts.due(back + kWait, kNone);
  REQUIRE(soon.size() == 1);
  CHECK(soon[0].group_key == R"({}:{alertname="B"})");
  const auto then = alerts.due(back + kInterval, kNone);
  REQUIRE(then.size() == 1);
  CHECK(then[0].firing() == 2);
}

TEST_CASE("notifications of the same time that say different things have different keys") {
  std::set<std::string> keys;
  for (const SampleTime starts : {kStart, kStart + 1}) {
    AlertGrouping alerts = grouping();
    (void)alerts.take(firing("A", starts), kStart);
    const auto told = alerts.due(kStart + kWait, kNone);
    REQUIRE(told.size() == 1);
    keys.insert(told[0].idempotency_key);
  }
  CHECK(keys.size() == 2);
}

TEST_CASE("a silenced alert is kept back and counted once, and told when the silence is over") {
  AlertGrouping alerts = grouping();
  const Silences silences = silenced("A", kStart, kStart + 10 * kMinute);
  (void)alerts.take(firing("A", kStart), kStart);
  CHECK(alerts.is_muted(firing("A", 0).labels, kStart, silences) == AlertGrouping::Mute::Silenced);
  for (SampleTime now = kStart; now < kStart + 10 * kMinute; now += kMinute) {
    CHECK(alerts.due(now, silences).empty());
  }
  CHECK(alerts.suppressed().silenced == 1);
  CHECK(alerts.due(kStart + kMinute + 2 * kInterval, silences).size() == 1);
}

TEST_CASE("what was told and is silenced then is still told to be resolved") {
  AlertGrouping alerts = grouping();
  (void)alerts.take(firing("A", kStart), kStart);
  CHECK(alerts.due(kStart + kWait, kNone).size() == 1);
  const Silences silences = silenced("A", kStart + kMinute, kStart + 60 * kMinute);
  (void)alerts.take(resolved(firing("A", kStart), kStart + 2 * kMinute), kStart + 2 * kMinute);
  const auto told = alerts.due(kStart + kWait + kInterval, silences);
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0].is_firing());
}

TEST_CASE("an inhibited alert is kept back while its source fires") {
  AlertGrouping alerts =
      grouping({{.source = {is("alertname", "Down")}, .target = {is("alertname", "Slow")}}});
  (void)alerts.take(firing("Down", kStart), kStart);
  (void)alerts.take(firing("Slow", kStart), kStart);
  auto told = alerts.due(kStart + kWait, kNone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].alerts[0].name() == "Down");
  CHECK(alerts.suppressed().inhibited == 1);
  CHECK(alerts.is_muted(firing("Slow", 0).labels, kStart, kNone) == AlertGrouping::Mute::Inhibited);
  (void)alerts.take(resolved(firing("Down", kStart), kStart + kMinute), kStart + kMinute);
  told = alerts.due(kStart + kWait + kInterval, kNone);
  CHECK(told.size() == 2);
}

TEST_CASE("a receiver that wants no resolutions gets none, and hears of an alert that fires again") {
  AlertGrouping alerts = grouping({}, false);
  const Alert x = firing("A", kStart, "x");
  (void)alerts.take(x, kStart);
  (void)alerts.take(firing("A", kStart, "y"), kStart);
  CHECK(alerts.due(kStart + kWait, kNone).front().alerts.size() == 2);
  (void)alerts.take(resolved(x, kStart + kMinute), kStart + kMinute);
  auto told = alerts.due(kStart + kWait + kInterval, kNone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].alerts.empty());  // only the memo
  (void)alerts.take(firing("A", kStart + 6 * kMinute, "x"), kStart + 6 * kMinute);
  told = alerts.due(kStart + kWait + 2 * kInterval, kNone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].firing() == 2);
}

TEST_CASE("beyond its bound a group is told in part, with the number that was left out") {
  AlertGrouping alerts = grouping({}, true, {.alerts = 3, .alerts_a_notification = 2});
  for (const char* exchange : {"a", "b", "c"}) (void)alerts.take(firing("A", kStart, exchange), kStart);
  CHECK(alerts.take(firing("A", kStart, "d"), kStart) == AlertGrouping::Taken::Refused);
  CHECK(alerts.suppressed().refused == 1);
  const auto told = alerts.due(kStart + kWait, kNone);
  REQUIRE(told.size() == 1);
  CHECK(told[0].alerts.size() == 2);
  CHECK(told[0].truncated == 1);
}

TEST_CASE("after a restart nothing is told twice, and what fired fires until it is heard of") {
  const Alert a = resolved(firing("A", kStart), kStart + kMinute);  // fires until then, unless heard of
  GroupMemo memo;
  std::vector<AlertGrouping::Change> changes;
  {
    AlertGrouping before = grouping();
    (void)before.take(a, kStart);
    memo = before.due(kStart + kWait, kNone).front().memo;
    changes = before.take_changes();
  }
  REQUIRE(changes.size() == 1);
  const SampleTime restart = kStart + 120 * kMinute - 1;
  AlertGrouping after = grouping();
  memo.time = restart - kMinute;
  after.restore("desk", R"({}:{alertname="A"})", memo);
  after.restore(*changes[0].alert, changes[0].is_resolved, restart);
  CHECK(after.due(restart, kNone).empty());
  CHECK(after.due(restart + 4 * kMinute, kNone).empty());
  const auto told = after.due(restart + 10 * kMinute, kNone);  // not heard of within the grace
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0].is_firing());
}

TEST_CASE("what resolved before a restart, untold, is told after it") {
  const Alert a = firing("A", kStart);
  AlertGrouping before = grouping();
  (void)before.take(a, kStart);
  const GroupMemo memo = before.due(kStart + kWait, kNone).front().memo;
  (void)before.take(resolved(a, kStart + kMinute), kStart + kMinute);
  const auto changes = before.take_changes();
  AlertGrouping after = grouping();
  after.restore("desk", R"({}:{alertname="A"})", memo);
  after.restore(*changes[0].alert, changes[0].is_resolved, kStart + 2 * kMinute);
  const auto told = after.due(kStart + 2 * kMinute, kNone);
  REQUIRE(told.size() == 1);
  CHECK_FALSE(told[0].is_firing());
  // And once more: it is known to be resolved.
  AlertGrouping again = grouping();
  again.restore("desk", R"({}:{alertname="A"})", told[0].memo);
  again.restore(*changes[0].alert, changes[0].is_resolved, kStart + 3 * kMinute);
  CHECK(again.due(kStart + 3 * kMinute, kNone).empty());
}

TEST_CASE(
    "an alert that was told and is silenced then is told to be resolved even if others were told of "
    "between") {
  AlertGrouping alerts = grouping();
  Silences silences;
  const Alert x = firing("A", kStart, "x");
  const Alert y = firing("A", kStart, "y");
  (void)alerts.take(x, kStart);
  (void)alerts.take(y, kStart);
  CHECK(alerts.due(kStart + kWait, silences).front().firing() == 2);
  REQUIRE(silences
              .add({.matchers = {is("exchange", "x")},
                    .starts_at = kStart,
                    .ends_at = kStart + 60 * kMinute,
                    .created_by = "desk",
                    .comment = "planned"},
                   kStart)
              .fault.empty());
  (void)alerts.take(resolved(y, kStart + kMinute), kStart + kMinute);
  auto told = alerts.due(kStart + kWait + kInterval, silences);
  REQUIRE(told.size() == 1);
  CHECK(told[0].alerts.size() == 1);
  (void)alerts.take(resolved(x, kStart + 6 * kMinute), kStart + 6 * kMinute);
  told = alerts.due(kStart + kWait + 2 * kInterval, silences);
  REQUIRE(told.size() == 1);
  CHECK(told[0].alerts[0].labels == x.labels);
}

TEST_CASE("whatever happens, a receiver knows in the end what fires, and hears nothing twice too soon") {
  CHECK(rc::check("", [] {
    AlertGrouping alerts = grouping();
    std::map<std::string, Alert> firing_now;
    std::map<std::string, bool> knows;           // what the receiver was told, by alert
    std::map<std::string, GroupMemo> last_told;  // by group
    SampleTime now = kStart;
    Silences silences;
    std::string silence;  // the one that holds
    const auto listen = [&] {
      for (const Notification& told : alerts.due(now, silences)) {
        const auto last = last_told.find(told.group_key);
        if (last != last_told.end() && last->second.firing == told.memo.firing &&
            last->second.resolved == told.memo.resolved) {
          RC_ASSERT(told.is_repeat);
          RC_ASSERT(told.time - last->second.time >= kRepeat);
        }
        last_told[told.group_key] = told.memo;
        for (const Alert& alert : told.alerts) knows[series_text(alert.labels)] = alert.ends_at == 0;
      }
    };
    const int steps = *rc::gen::inRange(0, 60);
    for (int step = 0; step < steps; ++step) {
      now += *rc::gen::inRange<SampleTime>(1, 20 * kMinute);
      listen();
      if (*rc::gen::inRange(0, 4) == 0) {
        if (silence.empty()) {
          silence = silences
                        .add({.matchers = {is("exchange", "x")},
                              .starts_at = now,
                              .ends_at = now + 1000 * 60 * kMinute,
                              .created_by = "desk",
                              .comment = "planned"},
                             now)
                        .id;
        } else {
          RC_ASSERT(silences.expire(silence, now));
          silence.clear();
        }
      }
      const Alert alert = firing(*rc::gen::element<std::string>("A", "B"), now,
                                 *rc::gen::element<std::string>("x", "y", "z"));
      const std::string name = series_text(alert.labels);
      if (const auto known = firing_now.find(name); known != firing_now.end()) {
        (void)alerts.take(resolved(known->second, now), now);
        firing_now.erase(known);
      } else {
        firing_now.emplace(name, alert);
        (void)alerts.take(alert, now);
      }
    }
    if (!silence.empty()) RC_ASSERT(silences.expire(silence, now));
    for (int look = 0; look < 3; ++look) {
      now += kInterval;
      listen();
    }
    for (const auto& [name, alert] : firing_now) RC_ASSERT(knows[name]);
    for (const auto& [name, fires] : knows) RC_ASSERT(fires == firing_now.contains(name));
  }));
}
