#include "monitoring/alerting/rule_test.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <variant>

#include "monitoring/alerting/plain_sink.h"
#include "monitoring/alerting/rule_context.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/alerting/rule_group.h"
#include "monitoring/alerting/rule_test_file.h"
#include "monitoring/promql/engine.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/series_description.h"
#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::monitoring {

namespace {

using std::chrono::milliseconds;

using Alert = RuleTestFile::Alert;
using AlertCase = RuleTestFile::AlertCase;
using ExpectedSample = RuleTestFile::ExpectedSample;
using ExpressionCase = RuleTestFile::ExpressionCase;
using TestGroup = RuleTestFile::Group;

std::string shown(const std::vector<Alert>& alerts) {
  std::string out;
  for (const Alert& alert : alerts) {
    out += "\n      labels " + series_text(alert.labels) + " annotations " + series_text(alert.annotations);
  }
  return out.empty() ? " none" : out;
}

std::string shown(const std::vector<ExpectedSample>& samples) {
  std::string out;
  for (const ExpectedSample& sample : samples) {
    out += "\n      " + series_text(sample.labels) + " " + promql::short_number_text(sample.value);
  }
  return out.empty() ? " none" : out;
}

/// One entry of `tests` with its own samples and rules.
class TestRun {
 public:
  TestRun(const RuleTestFile& file, const TestGroup& test, std::vector<RuleGroupDefinition> groups,
          promql::RangeEnds ranges, std::vector<std::string>& failures)
      : file_(file),
        test_(test),
        failures_(failures),
        engine_({.ranges = ranges}),
        context_(rule_context(engine_, source_,
                              {.external_labels = test.external_labels, .external_url = test.external_url})),
        next_(test.series.size()) {
    for (RuleGroupDefinition& group : groups) {
      const milliseconds interval = group.interval.value_or(test.interval);
      groups_.push_back(std::make_unique<RuleGroup>(std::move(group), interval.count(),
                                                    [this] { return std::make_unique<PlainSink>(source_); }));
    }
  }

  void run() {
    milliseconds end{0};
    for (const AlertCase& test : test_.alerts) end = std::max(end, test.at);
    for (const ExpressionCase& test : test_.expressions) end = std::max(end, test.at);
    for (milliseconds now{0}; now <= end; now += file_.evaluation_interval) {
      load(now);
      if (!evaluate(now)) return;
      check_alerts(now, now + file_.evaluation_interval);
    }
    for (const ExpressionCase& test : test_.expressions) check(test);
  }

 private:
  void fail(const std::string& what) {
    failures_.push_back((test_.name.empty() ? "" : "test \"" + test_.name + "\": ") + what);
  }

  void load(milliseconds until) {
    for (std::size_t i = 0; i < test_.series.size(); ++i) {
      const promql::SeriesDescription& series = test_.series[i];
      for (std::size_t& at = next_[i]; at < series.values.size(); ++at) {
        const SampleTime time = static_cast<SampleTime>(at) * test_.interval.count();
        if (time > until.count()) break;
        if (series.values[at])
          static_cast<void>(source_.append(series.labels, {.time = time, .value = *series.values[at]}));
      }
    }
  }

  /// False: a rule could not be evaluated.
  [[nodiscard]] bool evaluate(milliseconds now) {
    bool is_good = true;
    for (const auto& group : groups_) {
      const GroupOutcome outcome =
          group->evaluate(context_, now.count(), [] { return std::chrono::nanoseconds{0}; });
      for (const auto& [rule, error] : outcome.errors) {
        fail("rule: " + rule->name + ", time: " + promql::duration_text(now) + ", err: " + error);
        is_good = false;
      }
    }
    return is_good;
  }

  void check_alerts(milliseconds from, milliseconds to) {
    for (const AlertCase& test : test_.alerts) {
      if (test.at < from || test.at >= to) continue;
      std::vector<Alert> got;
      for (const auto& group : groups_) {
        for (const RuleGroup::Rule& rule : group->rules()) {
          if (rule.alerting == nullptr || rule.definition.name != test.name) continue;
          for (const ActiveAlert& alert : rule.alerting->alerts()) {
            if (alert.state != AlertPhase::Firing) continue;
            got.push_back({.labels = alert.labels, .annotations = alert.annotations});
          }
        }
      }
      std::ranges::sort(got);
      if (got == test.expected) continue;
      fail("alertname: " + test.name + ", time: " + promql::duration_text(test.at) +
           ",\n    exp:" + shown(test.expected) + "\n    got:" + shown(got));
    }
  }

  void check(const ExpressionCase& test) {
    const std::string where = "expr: \"" + test.expression + "\", time: " + promql::duration_text(test.at);
    std::vector<ExpectedSample> got;
    try {
      const promql::ExpressionPtr expression = engine_.parse(test.expression);
      promql::Value value = engine_.instant(*expression, source_, test.at.count()).value;
      if (const auto* const scalar = std::get_if<promql::ScalarValue>(&value)) {
        got.push_back({.labels = {}, .value = scalar->value});
      } else if (auto* const vector = std::get_if<promql::VectorValue>(&value)) {
        for (const promql::VectorElement& each : *vector) {
          got.push_back({.labels = each.labels, .value = each.sample.value});
        }
      } else {
        return fail(where + ", err: rule result is not a vector or scalar");
      }
    } catch (const std::runtime_error& error) {
      return fail(where + ", err: " + error.what());
    }
    std::vector<ExpectedSample> expected = test.expected;
    std::ranges::sort(got, {}, &ExpectedSample::labels);
    std::ranges::sort(expected, {}, &ExpectedSample::labels);
    const bool is_same =
        std::ranges::equal(got, expected, [](const ExpectedSample& a, const ExpectedSample& b) {
          return a.labels == b.labels && a.value == b.value;
        });
    if (!is_same) fail(where + ",\n    exp:" + shown(expected) + "\n    got:" + shown(got));
  }

  const RuleTestFile& file_;
  const TestGroup& test_;
  std::vector<std::string>& failures_;
  PlainSource source_;
  promql::Engine engine_;
  RuleContext context_;
  std::vector<std::size_t> next_;  ///< the next value of each series
  std::vector<std::unique_ptr<RuleGroup>> groups_;
};

/// A rule that says nothing of missing data has the same tests as with promtool.
void judge_as_prometheus(RuleDefinition& rule) {
  const auto says = [](const auto& annotation) { return annotation.first == "vigil_no_data"; };
  if (std::ranges::none_of(rule.annotations, says)) rule.options.no_data = NoDataPolicy::Clear;
}

void sort_groups(std::vector<RuleGroupDefinition>& groups, const std::vector<std::string>& order) {
  const auto place = [&](const RuleGroupDefinition& group) {
    return std::ranges::find(order, group.name) - order.begin();
  };
  std::ranges::stable_sort(groups, [&](const RuleGroupDefinition& a, const RuleGroupDefinition& b) {
    const auto left = place(a);
    const auto right = place(b);
    return left != right ? left < right : a.file < b.file;
  });
}

}  // namespace

std::vector<std::string> files_of(const std::string& pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos) return {pattern};
  std::vector<std::string> files;
  glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return files;
}

RuleTestResult run_rule_tests(const std::string& path, promql::RangeEnds ranges) {
  RuleTestResult result;
  try {
    const RuleTestFile file = read_rule_test_file(read_config_file(path), path);
    std::vector<RuleGroupDefinition> groups;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    for (const std::string& pattern : file.rule_files) {
      const std::filesystem::path whole =
          pattern.starts_with('/') ? std::filesystem::path(pattern) : folder / pattern;
      for (const std::string& each : files_of(whole.string())) {
        for (RuleGroupDefinition& group : read_rule_file(each, ranges)) {
          for (RuleDefinition& rule : group.rules) judge_as_prometheus(rule);
          groups.push_back(std::move(group));
        }
      }
    }
    sort_groups(groups, file.group_order);
    for (const TestGroup& test : file.tests) TestRun(file, test, groups, ranges, result.failures).run();
  } catch (const ConfigError& error) {
    for (const std::string& message : error.messages()) result.failures.push_back(message);
  }
  return result;
}

}  // namespace vigil::monitoring
