#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/commands/catalogue.h"
#include "engine/commands/commands.h"
#include "engine/config/yaml.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/alerting/rule_test.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/printer.h"
#include "monitoring/watches/watch_compiler.h"

namespace vigil::engine {
namespace {

using monitoring::RuleDefinition;
using monitoring::RuleGroupDefinition;
using monitoring::RuleKind;
using monitoring::promql::RangeEnds;

/// As promtool: rules that were only found fault with, under --lint-fatal.
constexpr int kExitLint = 3;

struct CheckOptions {
  std::vector<std::string> files;
  std::string lint = "duplicate-rules";
  bool lint_fatal = false;
  bool verbose = false;
};

RangeEnds ranges_of(const std::string& word) {
  return word == "closed" ? RangeEnds::Closed : RangeEnds::LeftOpen;
}

/// Rules that give the same series twice.
std::vector<std::string> duplicates(const std::vector<RuleGroupDefinition>& groups) {
  std::map<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>, std::size_t> counts;
  for (const RuleGroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) ++counts[{rule.name, rule.labels}];
  }
  std::vector<std::string> found;
  for (const auto& [rule, count] : counts) {
    if (count < 2) continue;
    std::string labels;
    for (const auto& [name, value] : rule.second) {
      if (!labels.empty()) labels += ", ";
      labels.append(name).append(": ").append(value);
    }
    found.push_back(rule.first + " {" + labels + "} stands " + std::to_string(count) + " times");
  }
  return found;
}

/// The kinds of the metrics that the engine has.
const monitoring::MetricKinds& engine_metrics() {
  static const monitoring::MetricKinds kinds = [] {
    monitoring::Registry registry(false);
    declare_catalogue(registry);
    return monitoring::kinds_of(registry.definitions());
  }();
  return kinds;
}

/// As the engine would see them with these rules alone.
monitoring::MetricKinds metrics_beside(const std::vector<RuleGroupDefinition>& groups) {
  std::set<std::string, std::less<>> recorded;
  for (const RuleGroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (rule.kind == RuleKind::Recording) recorded.insert(rule.name);
    }
  }
  return monitoring::kinds_without(engine_metrics(), std::move(recorded));
}

void describe(const RuleGroupDefinition& group, const monitoring::MetricKinds& metrics) {
  using monitoring::promql::duration_text;
  std::cout << "  group " << group.name;
  if (group.interval) std::cout << ", every " << duration_text(*group.interval);
  std::cout << '\n';
  for (const RuleDefinition& rule : group.rules) {
    std::cout << "    " << group.file << ':' << rule.line << ": " << to_string(rule.kind) << ' ' << rule.name;
    if (rule.hold.count() > 0) std::cout << ", for " << duration_text(rule.hold);
    if (rule.keep_firing_for.count() > 0)
      std::cout << ", keeps firing for " << duration_text(rule.keep_firing_for);
    std::cout << "\n      " << monitoring::promql::to_string(*rule.expression) << '\n';
    if (rule.kind == RuleKind::Recording) continue;
    const std::string obstacle = monitoring::watch_obstacle(rule, group.limit, metrics);
    std::cout << "      "
              << (obstacle.empty() ? "watched: judged at every change" : "not watched: " + obstacle) << '\n';
  }
}

int check(const CheckOptions& options) {
  bool is_wrong = false;
  bool is_linted = false;
  for (const std::string& file : options.files) {
    std::cout << "Checking " << file << '\n';
    try {
      const std::vector<RuleGroupDefinition> groups = monitoring::read_rule_file(file);
      std::size_t rules = 0;
      for (const RuleGroupDefinition& group : groups) rules += group.rules.size();
      const std::vector<std::string> twice =
          options.lint == "none" ? std::vector<std::string>{} : duplicates(groups);
      if (twice.empty()) {
        std::cout << "  SUCCESS: " << rules << " rules found\n";
      } else {
        is_linted = true;
        std::cout << std::flush;
        std::cerr << "  FAILED:\n";
        for (const std::string& each : twice) {
          std::cerr << file << ": " << each << ": such rules make the same series twice\n";
        }
      }
      if (options.verbose) {
        const monitoring::MetricKinds metrics = metrics_beside(groups);
        for (const RuleGroupDefinition& group : groups) describe(group, metrics);
      }
    } catch (const ConfigError& error) {
      is_wrong = true;
      std::cout << std::flush;
      std::cerr << "  FAILED:\n" << error.what() << '\n';
    }
    std::cout << '\n';
  }
  if (is_wrong) return kExitFailure;
  return is_linted && options.lint_fatal ? kExitLint : kExitSuccess;
}

int test(const std::vector<std::string>& files, RangeEnds ranges) {
  bool is_good = true;
  for (const std::string& file : files) {
    std::cout << "Unit Testing:  " << file << '\n';
    const monitoring::RuleTestResult result = monitoring::run_rule_tests(file, ranges);
    if (result.failures.empty()) {
      std::cout << "  SUCCESS\n\n";
      continue;
    }
    is_good = false;
    std::cout << std::flush;
    std::cerr << "  FAILED:\n";
    for (const std::string& failure : result.failures) std::cerr << "    " << failure << "\n\n";
  }
  return is_good ? kExitSuccess : kExitFailure;
}

}  // namespace

void add_rules_command(CLI::App& app, Action& action) {
  auto* const command = app.add_subcommand("rules", "Check, test or back-test alerting and recording rules");
  command->require_subcommand(1);

  const auto options = std::make_shared<CheckOptions>();
  auto* const check_command = command->add_subcommand(
      "check", "Report everything that is wrong in rule files, as promtool check rules");
  check_command->add_option("FILE", options->files, "rule file in Prometheus' format")->required();
  check_command->add_option("--lint", options->lint, "all, duplicate-rules or none; default: duplicate-rules")
      ->check(CLI::IsMember({"all", "duplicate-rules", "none"}));
  check_command->add_flag("--lint-fatal", options->lint_fatal, "exit with 3 for what --lint finds");
  check_command->add_flag("-v,--verbose", options->verbose,
                          "list the rules, and which of them are judged at every change of what they read");
  check_command->callback([options, &action] { action = [options] { return check(*options); }; });

  const auto files = std::make_shared<std::vector<std::string>>();
  const auto ranges = std::make_shared<std::string>("left_open");
  auto* const test_command =
      command->add_subcommand("test", "Run unit tests of rules, as promtool test rules");
  test_command->add_option("FILE", *files, "test file in promtool's format")->required();
  test_command
      ->add_option("--ranges", *ranges,
                   "left_open as Prometheus 3, or closed as Prometheus 2; default: left_open")
      ->check(CLI::IsMember({"left_open", "closed"}));
  test_command->callback(
      [files, ranges, &action] { action = [files, ranges] { return test(*files, ranges_of(*ranges)); }; });
  add_backtest_command(*command, action);
}

}  // namespace vigil::engine
