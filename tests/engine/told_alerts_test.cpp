#include "engine/monitor/told_alerts.h"

#include <doctest/doctest.h>

#include <chrono>
#include <utility>

using namespace vigil::engine;
using namespace std::chrono_literals;
using vigil::monitoring::ActiveAlert;
using vigil::monitoring::AlertPhase;
using vigil::monitoring::AlertState;
using vigil::monitoring::GroupOutcome;
using vigil::monitoring::Labels;
using vigil::monitoring::RuleDefinition;

namespace {

ActiveAlert alert_in(AlertPhase state) {
  ActiveAlert alert;
  alert.state = state;
  alert.labels = Labels{{"alertname", "Slow"}};
  alert.annotations = Labels{{"summary", "slow"}};
  alert.value = 7;
  alert.active_at = 1000;
  alert.fired_at = 4000;
  alert.resolved_at = state == AlertPhase::Inactive ? 9000 : 0;
  return alert;
}

GroupOutcome outcome_of(const RuleDefinition& rule, AlertPhase from, ActiveAlert alert) {
  GroupOutcome outcome;
  outcome.changes.push_back({.rule = &rule, .change = {.from = from, .alert = std::move(alert)}});
  return outcome;
}

}  // namespace

TEST_SUITE("told alerts") {
  TEST_CASE("a change is kept with its time, and how long the state before lasted") {
    RuleDefinition rule;
    rule.hold = 3s;
    const auto pending =
        history_entries(outcome_of(rule, AlertPhase::Inactive, alert_in(AlertPhase::Pending)));
    REQUIRE(pending.size() == 1);
    CHECK(pending[0].state == AlertState::Pending);
    CHECK(pending[0].time == 1000);
    CHECK(pending[0].duration == 0ms);

    const auto firing = history_entries(outcome_of(rule, AlertPhase::Pending, alert_in(AlertPhase::Firing)));
    REQUIRE(firing.size() == 1);
    CHECK(firing[0].state == AlertState::Firing);
    CHECK(firing[0].time == 4000);
    CHECK(firing[0].duration == 3000ms);
    CHECK(firing[0].labels.value("alertname") == "Slow");
    CHECK(firing[0].annotations.value("summary") == "slow");
    CHECK(firing[0].value == 7);

    const auto resolved =
        history_entries(outcome_of(rule, AlertPhase::Firing, alert_in(AlertPhase::Inactive)));
    REQUIRE(resolved.size() == 1);
    CHECK(resolved[0].state == AlertState::Resolved);
    CHECK(resolved[0].time == 9000);
    CHECK(resolved[0].duration == 5000ms);

    const auto dropped =
        history_entries(outcome_of(rule, AlertPhase::Pending, alert_in(AlertPhase::Inactive)));
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].duration == 8000ms);
  }

  TEST_CASE("what fires at once was not pending") {
    const RuleDefinition rule;
    CHECK(history_entries(outcome_of(rule, AlertPhase::Inactive, alert_in(AlertPhase::Pending))).empty());
    CHECK(history_entries(outcome_of(rule, AlertPhase::Pending, alert_in(AlertPhase::Firing))).size() == 1);
    ActiveAlert without_data = alert_in(AlertPhase::Pending);
    without_data.no_data_since = 1000;
    CHECK(history_entries(outcome_of(rule, AlertPhase::Inactive, without_data)).size() == 1);
  }
}
