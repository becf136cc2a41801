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
#include "monitoring/promql/engine.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/series_description.h"
#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::monitoring {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDefaultInterval = std::chrono::minutes{1};

struct ExpectedAlert {
  Labels labels;  ///< with alertname
  Labels annotations;
  friend auto operator<=>(const ExpectedAlert&, const ExpectedAlert&) = default;
};
struct AlertCase {
  milliseconds at{0};
  std::string name;
  std::vector<ExpectedAlert> expected;
};
struct ExpectedSample {
  Labels labels;
  double value = 0;
};
struct ExpressionCase {
  milliseconds at{0};
  std::string expression;
  std::vector<ExpectedSample> expected;
};
struct TestGroup {
  std::string name;
  milliseconds interval = kDefaultInterval;
  std::vector<promql::SeriesDescription> series;
  std::vector<AlertCase> alerts;
  std::vector<ExpressionCase> expressions;
  Labels external_labels;
  std::string external_url;
};
struct TestFile {
  std::vector<std::string> rule_files;
  milliseconds evaluation_interval = kDefaultInterval;
  std::vector<std::string> group_order;
  std::vector<TestGroup> tests;
};

// ---- reading

std::string text_of(const YamlValue& value) {
  const std::string* const text = value.given() ? value.scalar("be a text") : nullptr;
  return text == nullptr ? std::string{} : *text;
}

milliseconds duration_of(const YamlValue& value, milliseconds otherwise) {
  const std::string* const text = value.given() ? value.scalar("be a duration such as 5m") : nullptr;
  if (text == nullptr) return otherwise;
  const auto duration = promql::parse_duration(*text);
  if (!duration) value.refuse("be a duration such as 5m");
  return duration.value_or(otherwise);
}

Labels labels_of(const YamlValue& mapping) {
  LabelsBuilder builder;
  for (const YamlValue::Entry& entry : mapping.entries()) builder.set(entry.name, text_of(entry.value));
  return builder.build();
}

std::vector<std::string> texts_of(const YamlValue& list) {
  std::vector<std::string> texts;
  for (const YamlValue& each : list.elements()) texts.push_back(text_of(each));
  return texts;
}

void read_series(const YamlValue& value, TestGroup& group) {
  const YamlValue values = value["values"];
  const std::string text = text_of(value["series"]) + " " + text_of(values);
  try {
    promql::SeriesDescription series = promql::parse_series(text);
    if (series.has_histograms) values.refuse("be numbers: native histograms are not supported");
    group.series.push_back(std::move(series));
  } catch (const promql::SeriesDescriptionError& error) {
    value.refuse("be a series and its values", std::string{"refused: "} + error.what());
  }
}

AlertCase read_alert_case(const YamlValue& value) {
  AlertCase test{.at = duration_of(value["eval_time"], milliseconds{0}),
                 .name = text_of(value["alertname"]),
                 .expected = {}};
  if (test.name.empty()) value["alertname"].refuse("be an alert's name", "nothing");
  for (const YamlValue& alert : value["exp_alerts"].elements()) {
    const Labels labels = labels_of(alert["exp_labels"]);
    test.expected.push_back({.labels = LabelsBuilder(labels).set(kAlertNameLabel, test.name).build(),
                             .annotations = labels_of(alert["exp_annotations"])});
  }
  std::ranges::sort(test.expected);
  return test;
}

ExpressionCase read_expression_case(const YamlValue& value) {
  ExpressionCase test{.at = duration_of(value["eval_time"], milliseconds{0}),
                      .expression = text_of(value["expr"]),
                      .expected = {}};
  for (const YamlValue& sample : value["exp_samples"].elements()) {
    const YamlValue labels = sample["labels"];
    const YamlValue number = sample["value"];
    ExpectedSample expected;
    const std::string series = text_of(labels);
    try {
      if (!series.empty()) expected.labels = promql::parse_series(series).labels;
    } catch (const promql::SeriesDescriptionError& error) {
      labels.refuse("be a series", std::string{"refused: "} + error.what());
    }
    const auto parsed = number.given() ? promql::parse_number(text_of(number)) : std::optional{0.0};
    if (!parsed) number.refuse("be a number");
    expected.value = parsed.value_or(0);
    test.expected.push_back(std::move(expected));
  }
  return test;
}

TestFile read_test_file(const std::string& path) {
  YamlDocument document(read_config_file(path), path);
  if (!document.readable()) throw ConfigError(document.messages());
  const YamlValue root = document.root();
  TestFile file;
  file.rule_files = texts_of(root["rule_files"]);
  file.evaluation_interval = duration_of(root["evaluation_interval"], kDefaultInterval);
  file.group_order = texts_of(root["group_eval_order"]);
  if (file.evaluation_interval.count() == 0) file.evaluation_interval = kDefaultInterval;
  for (const YamlValue& value : root["tests"].elements()) {
    TestGroup& group = file.tests.emplace_back();
    group.name = text_of(value["name"]);
    group.interval = duration_of(value["interval"], kDefaultInterval);
    if (group.interval.count() == 0) group.interval = kDefaultInterval;
    for (const YamlValue& series : value["input_series"].elements()) read_series(series, group);
    for (const YamlValue& test : value["alert_rule_test"].elements())
      group.alerts.push_back(read_alert_case(test));
    for (const YamlValue& test : value["promql_expr_test"].elements()) {
      group.expressions.push_back(read_expression_case(test));
    }
    group.external_labels = labels_of(value["external_labels"]);
    group.external_url = text_of(value["external_url"]);
  }
  document.refuse_unknown_keys();
  std::vector<std::string> messages = document.messages();
  if (!messages.empty()) throw ConfigError(std::move(messages));
  return file;
}

// ---- running

std::string shown(const std::vector<ExpectedAlert>& alerts) {
  std::string out;
  for (const ExpectedAlert& alert : alerts) {
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
  TestRun(const TestFile& file, const TestGroup& test, std::vector<RuleGroupDefinition> groups,
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
      std::vector<ExpectedAlert> got;
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

  const TestFile& file_;
  const TestGroup& test_;
  std::vector<std::string>& failures_;
  PlainSource source_;
  promql::Engine engine_;
  RuleContext context_;
  std::vector<std::size_t> next_;  ///< the next value of each series
  std::vector<std::unique_ptr<RuleGroup>> groups_;
};

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
    const TestFile file = read_test_file(path);
    std::vector<RuleGroupDefinition> groups;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    for (const std::string& pattern : file.rule_files) {
      const std::filesystem::path whole =
          pattern.starts_with('/') ? std::filesystem::path(pattern) : folder / pattern;
      for (const std::string& each : files_of(whole.string())) {
        for (RuleGroupDefinition& group : read_rule_file(each, ranges)) groups.push_back(std::move(group));
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
