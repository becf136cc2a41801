#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "engine/config/embedded_config.h"
#include "engine/config/yaml.h"
#include "engine/monitor/rule_files.h"
#include "engine/monitor/slo_files.h"
#include "feed_files.h"
#include "monitoring/alerting/rule_test_file.h"
#include "monitoring/promql/printer.h"
#include "monitoring/slo/slo_definition.h"

using namespace vigil::engine;
using vigil::monitoring::BurnRateTier;
using vigil::monitoring::RuleDefinition;
using vigil::monitoring::SloDefinition;
using vigil::monitoring::SloKind;
namespace promql = vigil::monitoring::promql;

namespace {

std::vector<SloDefinition> objectives_that_ship() {
  return read_slo_files({}, promql::RangeEnds::LeftOpen);
}

std::string label_of(const RuleDefinition& rule, std::string_view name) {
  for (const auto& [each, value] : rule.labels) {
    if (each == name) return value;
  }
  return {};
}

std::vector<RuleDefinition> burn_rate_rules_that_ship() {
  std::vector<RuleDefinition> rules;
  for (const auto& group : read_rule_files({}, promql::RangeEnds::LeftOpen)) {
    for (const RuleDefinition& rule : group.rules) {
      if (!label_of(rule, "slo").empty()) rules.push_back(rule);
    }
  }
  return rules;
}

/// availability-market-data: AvailabilityMarketData
std::string camel_case(std::string_view name) {
  std::string out;
  bool begins = true;
  for (const char c : name) {
    if (c != '-') out += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '-';
  }
  return out;
}

/// `(1 - SLI) > THRESHOLD`
struct Side {
  std::string sli;
  double threshold = 0;
};
Side side_of(const promql::Expression& expression) {
  const auto& comparison = std::get<promql::Binary>(promql::unwrapped(expression).node);
  REQUIRE(comparison.op == promql::BinaryOperator::Greater);
  const auto& error = std::get<promql::Binary>(promql::unwrapped(*comparison.left).node);
  REQUIRE(error.op == promql::BinaryOperator::Subtract);
  CHECK(std::get<promql::NumberLiteral>(error.left->node).value == 1);
  return {.sli = promql::to_string(*error.right),
          .threshold = std::get<promql::NumberLiteral>(comparison.right->node).value};
}

/// The indicator as rules write it.
std::string sli_text(const SloDefinition& slo, std::chrono::milliseconds window) {
  const auto found = std::ranges::find(slo.windows, window, &vigil::monitoring::SliExpressions::window);
  REQUIRE(found != slo.windows.end());
  const std::string value = promql::to_string(*found->value);
  return slo.kind == SloKind::Ratio ? value + " / " + promql::to_string(*found->total) : value;
}

}  // namespace

TEST_SUITE("shipped slos") {
  TEST_CASE("seventeen objectives ship, one of them a count, with the targets that they are known by") {
    const std::map<std::string, double> targets{{"availability-market-data", 0.9995},
                                                {"availability-execution-engine", 0.9995},
                                                {"availability-risk-manager", 0.9999},
                                                {"availability-signal-bridge", 0.999},
                                                {"order-execution-latency-p99-100us", 0.99},
                                                {"market-data-processing-p99-10us", 0.99},
                                                {"ml-inference-p99-1ms", 0.99},
                                                {"risk-check-p95-500us", 0.95},
                                                {"order-success-rate", 0.999},
                                                {"error-rate-all-components", 0.999},
                                                {"websocket-uptime", 0.999},
                                                {"market-order-fill-rate", 0.99},
                                                {"order-latency-95-within-100ms", 0.95},
                                                {"api-availability", 0.9995},
                                                {"lp-connectivity", 0.999},
                                                {"database-query-95-within-100ms", 0.95}};
    const std::vector<SloDefinition> slos = objectives_that_ship();
    CHECK(slos.size() == 17);
    std::size_t counts = 0;
    for (const SloDefinition& slo : slos) {
      INFO(slo.name);
      CHECK_FALSE(slo.description.empty());
      if (slo.kind == SloKind::Count) {
        ++counts;
        CHECK(slo.name == "circuit-breaker-false-positives");
        CHECK(slo.at_most == 0);
        CHECK(slo.compliance_period == std::chrono::hours{24});
        continue;
      }
      REQUIRE(targets.contains(slo.name));
      CHECK(slo.target == targets.at(slo.name));
      CHECK(slo.compliance_period == std::chrono::hours{24 * 30});
    }
    CHECK(counts == 1);
  }

  TEST_CASE("each objective with a budget has its three burn-rate rules, over the same indicator") {
    std::map<std::string, RuleDefinition> rules;
    for (RuleDefinition& rule : burn_rate_rules_that_ship()) {
      const std::string name = rule.name;
      CHECK(rules.emplace(name, std::move(rule)).second);
    }
    CHECK(rules.size() == 48);
    const std::vector<std::string> words{"Fast", "Slow", "Ticket"};
    for (const SloDefinition& slo : objectives_that_ship()) {
      if (slo.kind == SloKind::Count) continue;
      for (std::size_t i = 0; i < words.size(); ++i) {
        const BurnRateTier& tier = vigil::monitoring::kBurnRateTiers[i];
        const std::string name = "SLOBurn" + words[i] + camel_case(slo.name);
        INFO(name);
        REQUIRE(rules.contains(name));
        const RuleDefinition& rule = rules.at(name);
        CHECK(label_of(rule, "slo") == slo.name);
        const auto& both = std::get<promql::Binary>(promql::unwrapped(*rule.expression).node);
        REQUIRE(both.op == promql::BinaryOperator::And);
        const Side over_long = side_of(*both.left);
        const Side over_short = side_of(*both.right);
        CHECK(over_long.sli == sli_text(slo, tier.long_window));
        CHECK(over_short.sli == sli_text(slo, tier.short_window));
        const auto threshold = doctest::Approx(tier.factor * (1 - slo.target)).epsilon(1e-9);
        CHECK(over_long.threshold == threshold);
        CHECK(over_short.threshold == threshold);
        rules.erase(name);
      }
    }
    CHECK(rules.empty());
  }

  TEST_CASE("the count's rule asks the same as its objective") {
    const auto slos = objectives_that_ship();
    const auto slo = std::ranges::find(slos, SloKind::Count, &SloDefinition::kind);
    REQUIRE(slo != slos.end());
    bool is_found = false;
    for (const auto& group : read_rule_files({}, promql::RangeEnds::LeftOpen)) {
      for (const RuleDefinition& rule : group.rules) {
        if (rule.name != "CircuitBreakerFalsePositive") continue;
        is_found = true;
        CHECK(promql::to_string(*rule.expression) == promql::to_string(*slo->windows.front().value) + " > 0");
      }
    }
    CHECK(is_found);
  }

  TEST_CASE("a unit test of the rules has each burn-rate rule firing") {
    std::set<std::string> missing;
    for (const RuleDefinition& rule : burn_rate_rules_that_ship()) missing.insert(rule.name);
    for (const auto& entry : std::filesystem::directory_iterator(VIGIL_RULE_TESTS)) {
      if (entry.path().extension() != ".yml") continue;
      const std::string path = entry.path().string();
      const auto file = vigil::monitoring::read_rule_test_file(read_config_file(path), path);
      for (const auto& test : file.tests) {
        for (const auto& each : test.alerts) {
          if (!each.expected.empty()) missing.erase(each.name);
        }
      }
    }
    CHECK(missing == std::set<std::string>{});
  }

  TEST_CASE("files add objectives to those that ship, or stand alone, and what is wrong is said of all") {
    const testing::TemporaryDirectory folder;
    const std::string objective = ", at_most: 0, sli: {count: 'increase(x_total[WINDOW])'}}]\n";
    folder.write("a.yml", "objectives: [{name: mine" + objective);
    folder.write("b.yml", "objectives: [{name: mine" + objective);
    folder.write("c.yml", "objectives: [{name: order-success-rate" + objective);
    folder.write("d.yml", "objectives: [{name: 'a b'" + objective);
    const auto path = [&](const std::string& name) { return folder.path(name); };
    const auto read = [&](bool built_in, std::vector<std::string> names) {
      SloConfig config{.built_in = built_in, .files = {}};
      for (const std::string& name : names) config.files.push_back(path(name));
      return read_slo_files(config, promql::RangeEnds::LeftOpen);
    };
    CHECK(read(true, {"a.yml"}).size() == 18);
    CHECK(read(false, {"a.yml"}).size() == 1);
    CHECK(read(false, {"a.y*"}).front().name == "mine");
    const auto errors = [&](std::vector<std::string> names) {
      try {
        static_cast<void>(read(true, std::move(names)));
      } catch (const ConfigError& error) {
        return error.messages();
      }
      return std::vector<std::string>{};
    };
    CHECK(errors({"a.yml", "b.yml"}) ==
          std::vector<std::string>{path("b.yml") + ":1: objective mine: must be of a name of its own, " +
                                   path("a.yml") + ":1 has it"});
    REQUIRE(errors({"c.yml"}).size() == 1);
    CHECK(errors({"c.yml"}).front().find("slos.yml (built in):") != std::string::npos);
    CHECK(errors({"none*.yml", "d.yml"}).size() == 2);
  }
}
