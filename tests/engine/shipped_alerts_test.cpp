#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/monitor/rule_files.h"
#include "monitored_engine.h"
#include "monitoring/alerting/rule_test_file.h"
#include "monitoring/yaml/yaml_reader.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using monitoring::RuleTestFile;
using orders::Duration;

namespace {

/// The venues that the injected series tell of.
EngineConfig shipped_config() {
  EngineConfig config = small_config();
  config.venues[0].name = "SIM-A";
  config.venues[1].name = "SIM-B";
  return config;
}

double action_count(const monitoring::Registry& registry, std::string_view action, std::string_view result) {
  for (const auto& family : registry.Collect()) {
    if (family.name != "monitoring_alert_actions_total") continue;
    for (const auto& metric : family.metric) {
      const auto has = [&](std::string_view name, std::string_view value) {
        return std::ranges::any_of(
            metric.label, [&](const auto& label) { return label.name == name && label.value == value; });
      };
      if (has("action", action) && has("result", result)) return metric.counter.value;
    }
  }
  return 0;
}

/// One of the unit tests of the rules that ship, with its series injected into an engine.
class InjectedTest {
 public:
  InjectedTest(const RuleTestFile& file, const RuleTestFile::Group& test)
      : step_(std::chrono::duration_cast<Duration>(file.evaluation_interval) / 6),
        test_(test),
        engine_(shipped_config()) {
    engine_.trading.time = kStart;
    for (const RuleTestFile::AlertCase& each : test.alerts) end_ = std::max(end_, Duration{each.at});
  }

  void run() {
    engine_.begin_telling();
    for (Duration now{0}; now <= end_; now += step_) {
      inject(now);
      if (now == Duration{0}) {
        engine_.cycle.turn(kStart);
      } else {
        engine_.pass(step_);
      }
      for (const RuleTestFile::AlertCase& each : test_.alerts) {
        if (Duration{each.at} >= now && Duration{each.at} < now + step_) check(each);
      }
    }
    engine_.desk.stop(std::chrono::steady_clock::now() + std::chrono::seconds{5});
  }

  [[nodiscard]] std::set<std::string> told_of(monitoring::AlertState state) const {
    std::set<std::string> names;
    for (const monitoring::HistoryEntry& entry : engine_.desk.history({.state = state}))
      names.emplace(entry.labels.value("alertname"));
    return names;
  }

 private:
  static constexpr orders::Timestamp kStart{std::chrono::seconds{1'700'000'000 / 3600 * 3600}};
  /// What was injected last goes on for as long as a query looks back.
  static constexpr Duration kLookback = std::chrono::minutes{5};

  void inject(Duration now) {
    for (const monitoring::promql::SeriesDescription& series : test_.series) {
      const auto at = static_cast<std::size_t>(now / test_.interval);
      const auto last = std::min(at, series.values.size() - 1);
      const bool is_over = now - Duration{test_.interval} * static_cast<std::int64_t>(last) >= kLookback;
      engine_.inject(series.labels, at == last || !is_over ? series.values[last] : std::nullopt);
    }
  }

  void check(const RuleTestFile::AlertCase& expected) {
    INFO(test_.name, ", ", expected.name, " at ", expected.at.count() / 1000, " s");
    const std::vector<monitoring::ActiveAlert> firing = engine_.firing(expected.name);
    CHECK(firing.size() == expected.expected.size());
    for (const RuleTestFile::Alert& alert : expected.expected) {
      CHECK(std::ranges::count(firing, alert.labels, &monitoring::ActiveAlert::labels) == 1);
      check_actions(alert.labels);
    }
  }

  /// An action was carried out, by this alert or an earlier one, and is in force whatever becomes of the
  /// alert.
  void check_actions(const monitoring::Labels& alert) {
    CoreHarness& core = engine_.trading;
    for (const AlertAction& action : parse_actions(alert.value("action"))) {
      const ResolvedAction resolved = resolve_action(action, alert, core.config);
      CAPTURE(to_string(action.kind));
      CHECK(action_count(core.registry, to_string(action.kind), resolved.fault.empty() ? "done" : "failed") >=
            1);
      for (const ControlCommand& command : resolved.commands) {
        if (command.kind == ControlCommand::Kind::Halt)
          CHECK(core.core.risk().trading_state() == risk::TradingState::Halted);
        if (command.kind == ControlCommand::Kind::PauseVenue) {
          const std::string id = "next" + std::to_string(core.denials.size());
          core.quote("99.99", "100.01", kStock, command.venue);
          core.send(CoreHarness::order(id.c_str(), orders::Side::Buy, 1, "100.01", command.venue));
          REQUIRE_FALSE(core.denials.empty());
          CHECK(core.denials.back().reason == orders::DenyReason::VenuePaused);
        }
      }
      if (resolved.restarts_market_data) CHECK(engine_.market_data_restarts == 1);
    }
  }

  const Duration step_;
  const RuleTestFile::Group& test_;
  Duration end_{0};
  MonitoredEngine engine_;
};

std::set<std::string> alerts_that_ship() {
  std::set<std::string> names;
  for (const auto& group : read_rule_files({}, monitoring::promql::RangeEnds::LeftOpen)) {
    for (const auto& rule : group.rules) {
      const auto is_objective = [](const auto& label) { return label.first == "slo"; };
      if (std::ranges::none_of(rule.labels, is_objective)) names.insert(rule.name);
    }
  }
  return names;
}

}  // namespace

TEST_CASE("every alert that ships fires on injected data, acts in the core, is told of, and resolves") {
  std::set<std::string> missing_firing = alerts_that_ship();
  REQUIRE(missing_firing.size() == 78);
  std::set<std::string> missing_resolved = missing_firing;
  for (const char* name : {"alerts_test.yml", "long_windows_test.yml"}) {
    const std::string path = std::string{VIGIL_RULE_TESTS} + "/" + name;
    const RuleTestFile file = monitoring::read_rule_test_file(monitoring::read_config_file(path), path);
    for (const RuleTestFile::Group& group : file.tests) {
      InjectedTest test(file, group);
      test.run();
      for (const std::string& alert : test.told_of(monitoring::AlertState::Firing))
        missing_firing.erase(alert);
      for (const std::string& alert : test.told_of(monitoring::AlertState::Resolved))
        missing_resolved.erase(alert);
    }
  }
  CHECK(missing_firing == std::set<std::string>{});
  CHECK(missing_resolved == std::set<std::string>{});
}
