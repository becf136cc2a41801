#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/actions/alert_action.h"
#include "monitoring/alerting/rule_file.h"
#include "tests/engine/core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;

namespace {

/// One group of these rules, as the monitor sees it.
std::vector<monitoring::RuleGroupView> view_of(const std::string& rules) {
  std::vector<monitoring::RuleGroupView> views;
  for (monitoring::RuleGroupDefinition& group :
       monitoring::read_rule_file("groups:\n  - name: g\n    rules:\n" + rules, "rules.yml")) {
    monitoring::RuleGroupView& view = views.emplace_back();
    for (monitoring::RuleDefinition& rule : group.rules) {
      view.rules.emplace_back().definition = std::move(rule);
    }
    group.rules.clear();
    view.definition = std::move(group);
  }
  return views;
}

std::string rule(const std::string& name, const std::string& expression, const std::string& action) {
  return "      - alert: " + name + "\n        expr: " + expression + "\n        labels: {action: '" +
         action + "'}\n";
}

void watch(CoreHarness& harness, const std::string& rules) {
  harness.watches.offer(make_watch_plan(
      view_of(rules), harness.registry, {},
      [&harness](const monitoring::Labels& alert) { return commands_of(alert, harness.config); }));
  harness.pass(std::chrono::milliseconds{200});
}

std::vector<WatchCrossing> crossings(CoreHarness& harness) {
  std::vector<WatchCrossing> all;
  harness.watches.take_crossings([&](const WatchCrossing& each) { all.push_back(each); });
  return all;
}

void buy(CoreHarness& harness, const char* id, std::int64_t quantity, const char* price) {
  harness.send(CoreHarness::order(id, orders::Side::Buy, quantity, price));
  harness.report(orders::ReportKind::Accepted, harness.find(id).id);
}

}  // namespace

TEST_CASE("a daily loss beyond its limit halts trading within the event of the fill that causes it") {
  CoreHarness harness;
  watch(harness, rule("DailyLoss", "trading_daily_pnl_usd < -1000", "halt_trading"));
  harness.quote("99", "101");
  buy(harness, "a", 100, "115");
  buy(harness, "b", 1, "101");
  CHECK(harness.core.risk().trading_state() == risk::TradingState::Active);

  // Bought at 115 what is worth 99, the bid: 1,600 lost.
  harness.fill(harness.find("a").id, 100, "115", "t1");
  CHECK(harness.core.risk().trading_state() == risk::TradingState::Halted);
  CHECK(harness.core.risk().halt_reason() == risk::HaltReason::Alert);
  harness.send(CoreHarness::order("c", orders::Side::Buy, 1, "101"));
  REQUIRE(harness.denials.size() == 1);

  const auto found = crossings(harness);
  REQUIRE(found.size() == 1);
  CHECK(found[0].value == -1600);
  CHECK(found[0].time == harness.time);
  const monitoring::WatchSet& set = found[0].plan->set;
  CHECK((*set.table)[found[0].watch].alert ==
        monitoring::Labels{{"account", "main"}, {"action", "halt_trading"}, {"alertname", "DailyLoss"}});
}

TEST_CASE("what a market event crosses acts before the strategies send another order") {
  CoreHarness harness;
  watch(harness, rule("Spread", "market_spread_basis_points > 500", "pause_order_submission:A"));
  harness.quote("99", "101");
  harness.pass(std::chrono::milliseconds{200});
  CHECK(crossings(harness).empty());
  harness.quote("90", "110");
  harness.pass(std::chrono::milliseconds{200});
  CHECK(crossings(harness).size() == 1);
  harness.send(CoreHarness::order("a", orders::Side::Buy, 1, "101"));
  REQUIRE(harness.denials.size() == 1);
  CHECK(harness.denials[0].reason == orders::DenyReason::VenuePaused);
}

TEST_CASE("while its alert fires, a condition that comes and goes acts once") {
  CoreHarness harness;
  watch(harness, rule("Loss", "trading_daily_pnl_usd < -100", "reduce_only"));
  harness.quote("100", "100.02");
  buy(harness, "a", 100, "101");
  harness.fill(harness.find("a").id, 100, "100.01", "t1");
  for (const char* bid : {"98", "101", "97", "102", "96"}) {
    harness.quote(bid, (std::string(bid) + ".02").c_str());
    harness.pass(std::chrono::milliseconds{100});
  }
  const auto found = crossings(harness);
  REQUIRE(found.size() == 1);
  CHECK(harness.core.risk().trading_state() == risk::TradingState::Reducing);

  // The monitor has seen the alert end, and a person has let trading go on: the next crossing acts again.
  found[0].plan->set.table->set_firing(found[0].watch, false);
  harness.control(ControlCommand::Kind::Resume);
  harness.pass(std::chrono::milliseconds{200});
  CHECK(crossings(harness).size() == 1);
  CHECK(harness.core.risk().trading_state() == risk::TradingState::Reducing);
}

TEST_CASE("new rules take the place of old ones, and what fires does not act again") {
  CoreHarness harness;
  harness.quote("99", "101");
  watch(harness, rule("Quoted", "market_spread_basis_points > 1", "cancel_all"));
  CHECK(crossings(harness).size() == 1);
  watch(harness, rule("Quoted", "market_spread_basis_points > 2", "cancel_all") +
                     rule("Wide", "market_spread_basis_points > 10000", "cancel_all"));
  CHECK(crossings(harness).empty());
  harness.quote("10", "101");
  harness.pass(std::chrono::milliseconds{200});
  CHECK(crossings(harness).size() == 1);

  watch(harness, rule("Never", "market_spread_basis_points < -10000", "cancel_all"));
  harness.quote("1", "101");
  harness.pass(std::chrono::milliseconds{200});
  CHECK(crossings(harness).empty());
}

TEST_CASE("a crossing that finds the queue full has acted and is counted") {
  CoreHarness harness;
  harness.quote("99", "101");
  std::string rules;
  for (std::size_t i = 0; i < WatchDesk::kMostCrossings + 10; ++i) {
    rules += rule("Quoted" + std::to_string(i), "market_spread_basis_points > 1", "page");
  }
  watch(harness, rules);
  CHECK(crossings(harness).size() == WatchDesk::kMostCrossings);
  bool is_counted = false;
  for (const monitoring::ShownFamily& family : harness.registry.families()) {
    if (family.definition->name != "monitoring_watch_crossings_dropped_total") continue;
    is_counted = family.set->count(0) == 10;
  }
  CHECK(is_counted);
}
