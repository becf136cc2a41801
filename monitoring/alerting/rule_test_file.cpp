#include "monitoring/alerting/rule_test_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "monitoring/delivery/alert.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::monitoring {

namespace {

using std::chrono::milliseconds;

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

void read_series(const YamlValue& value, RuleTestFile::Group& group) {
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

RuleTestFile::AlertCase read_alert_case(const YamlValue& value) {
  RuleTestFile::AlertCase test{.at = duration_of(value["eval_time"], milliseconds{0}),
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

RuleTestFile::ExpressionCase read_expression_case(const YamlValue& value) {
  RuleTestFile::ExpressionCase test{.at = duration_of(value["eval_time"], milliseconds{0}),
                                    .expression = text_of(value["expr"]),
                                    .expected = {}};
  for (const YamlValue& sample : value["exp_samples"].elements()) {
    const YamlValue labels = sample["labels"];
    const YamlValue number = sample["value"];
    RuleTestFile::ExpectedSample expected;
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

}  // namespace

RuleTestFile read_rule_test_file(std::string_view text, const std::string& name) {
  YamlDocument document(text, name);
  if (!document.readable()) throw ConfigError(document.messages());
  const YamlValue root = document.root();
  RuleTestFile file;
  file.rule_files = texts_of(root["rule_files"]);
  file.evaluation_interval = duration_of(root["evaluation_interval"], RuleTestFile::kDefaultInterval);
  file.group_order = texts_of(root["group_eval_order"]);
  if (file.evaluation_interval.count() == 0) file.evaluation_interval = RuleTestFile::kDefaultInterval;
  for (const YamlValue& value : root["tests"].elements()) {
    RuleTestFile::Group& group = file.tests.emplace_back();
    group.name = text_of(value["name"]);
    group.interval = duration_of(value["interval"], RuleTestFile::kDefaultInterval);
    if (group.interval.count() == 0) group.interval = RuleTestFile::kDefaultInterval;
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

}  // namespace vigil::monitoring
