#include "monitoring/alerting/rule_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "monitoring/alerting/rule_conditions.h"
#include "monitoring/alerting/rule_options.h"
#include "monitoring/promql/error.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/parser.h"
#include "monitoring/store/labels.h"
#include "monitoring/template/template.h"
#include "monitoring/utf8.h"
#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::monitoring {

namespace {

using std::chrono::milliseconds;

bool is_name(std::string_view text, std::string_view further) {
  const auto is_right = [&](char c, bool is_first) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return is_letter || further.find(c) != std::string_view::npos || (!is_first && c >= '0' && c <= '9');
  };
  if (text.empty()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_right(text[i], i == 0)) return false;
  }
  return true;
}
bool is_label_name(std::string_view text) {
  return is_name(text, "");
}
bool is_metric_name(std::string_view text) {
  return is_name(text, ":");
}

std::optional<milliseconds> read_duration(const YamlValue& value) {
  if (!value.given()) return std::nullopt;
  const std::string* const text = value.scalar("be a duration such as 5m");
  if (text == nullptr) return std::nullopt;
  const auto duration = promql::parse_duration(*text);
  if (!duration) value.refuse("be a duration such as 5m");
  return duration;
}

std::string read_plain(const YamlValue& value, std::string_view must) {
  const std::string* const text = value.given() ? value.scalar(must) : nullptr;
  return text == nullptr ? std::string{} : *text;
}

using Texts = std::vector<std::pair<std::string, std::string>>;

/// Labels or annotations: names to texts.
Texts read_texts(const std::vector<YamlValue::Entry>& entries) {
  Texts texts;
  for (const YamlValue::Entry& entry : entries) {
    const std::string* const text = entry.value.scalar("be a text");
    if (!is_label_name(entry.name) || entry.name == kMetricNameLabel) {
      entry.value.refuse("have a label's name (letters, digits and _, not __name__)",
                         "\"" + entry.name + "\"");
    } else if (text != nullptr && !is_utf8(*text)) {
      entry.value.refuse("be UTF-8");
    } else if (text != nullptr) {
      texts.emplace_back(entry.name, *text);
    }
  }
  std::ranges::sort(texts);
  return texts;
}

void check_templates(const std::string& alert, const std::vector<YamlValue::Entry>& entries) {
  for (const YamlValue::Entry& entry : entries) {
    const std::string* const text = entry.value.scalar("be a text");
    if (text == nullptr) continue;
    try {
      check_template(alert, *text);
    } catch (const TemplateError& error) {
      entry.value.refuse("be a template", std::string{"refused: "} + error.what());
    }
  }
}

RuleDefinition read_rule(const YamlValue& value, promql::RangeEnds ranges) {
  RuleDefinition rule;
  rule.line = value.line();
  const YamlValue alert = value["alert"];
  const YamlValue record = value["record"];
  const std::string alert_name = read_plain(alert, "be the alert's name");
  const std::string metric_name = read_plain(record, "be a metric's name");
  if (!alert_name.empty() && !metric_name.empty()) {
    record.refuse("stand alone: a rule is an alert or a record, not both");
  } else if (alert_name.empty() && metric_name.empty()) {
    value.refuse("have the name of an alert or a record", "neither");
  }
  rule.kind = metric_name.empty() ? RuleKind::Alerting : RuleKind::Recording;
  rule.name = metric_name.empty() ? alert_name : metric_name;
  if (!is_utf8(rule.name)) alert.refuse("be UTF-8");
  if (rule.kind == RuleKind::Recording && !is_metric_name(rule.name)) {
    record.refuse("be a metric's name (letters, digits, _ and :)");
  }

  const YamlValue expression = value["expr"];
  rule.expression_text = read_plain(expression, "be an expression");
  if (rule.expression_text.empty()) {
    expression.refuse("be an expression", "nothing");
  } else {
    try {
      rule.expression = promql::parse(rule.expression_text, ranges);
    } catch (const promql::ParseError& error) {
      expression.refuse("be an expression of PromQL", std::string{"refused: "} + error.what());
    }
  }

  const YamlValue hold = value["for"];
  const YamlValue keep = value["keep_firing_for"];
  rule.hold = read_duration(hold).value_or(milliseconds{0});
  rule.keep_firing_for = read_duration(keep).value_or(milliseconds{0});
  const std::vector<YamlValue::Entry> label_entries = value["labels"].entries();
  rule.labels = read_texts(label_entries);
  const YamlValue annotations = value["annotations"];
  const std::vector<YamlValue::Entry> texts = annotations.entries();
  rule.annotations = read_texts(texts);
  if (rule.kind == RuleKind::Recording) {
    const auto refuse = [](const YamlValue& given) { given.refuse("not stand in a recording rule"); };
    if (rule.hold.count() != 0) refuse(hold);
    if (rule.keep_firing_for.count() != 0) refuse(keep);
    if (!rule.annotations.empty()) refuse(annotations);
  } else {
    rule.options = read_rule_options(texts);
    if (std::ranges::find(rule.options.inhibited_by, rule.name) != rule.options.inhibited_by.end()) {
      annotations["vigil_inhibited_by"].refuse("be names of other alerts");
    }
    check_templates(rule.name, label_entries);
    check_templates(rule.name, texts);
    const std::string problem = rule.expression == nullptr ? "" : options_error(rule);
    if (!problem.empty()) annotations.refuse("fit the expression", problem);
  }
  return rule;
}

RuleGroupDefinition read_group(const YamlValue& value, const std::string& file, promql::RangeEnds ranges) {
  RuleGroupDefinition group{.name = read_plain(value["name"], "be the group's name"),
                            .file = file,
                            .interval = read_duration(value["interval"]),
                            .limit = 0,
                            .rules = {}};
  const YamlValue limit = value["limit"];
  if (const std::string* const text = limit.given() ? limit.scalar("be a whole number") : nullptr) {
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, group.limit);
    if (read.ec != std::errc{} || read.ptr != end) limit.refuse("be a whole number, 0 for none");
  }
  for (const YamlValue& rule : value["rules"].elements()) group.rules.push_back(read_rule(rule, ranges));
  return group;
}

}  // namespace

std::string_view to_string(RuleKind kind) noexcept {
  return kind == RuleKind::Alerting ? "alerting" : "recording";
}

bool operator==(const RuleDefinition& a, const RuleDefinition& b) {
  return a.kind == b.kind && a.name == b.name && a.expression_text == b.expression_text && a.hold == b.hold &&
         a.keep_firing_for == b.keep_firing_for && a.labels == b.labels && a.annotations == b.annotations;
}

std::vector<RuleGroupDefinition> read_rule_file(const std::string& path, promql::RangeEnds ranges) {
  return read_rule_file(read_config_file(path), path, ranges);
}

std::vector<RuleGroupDefinition> read_rule_file(std::string_view text, const std::string& name,
                                                promql::RangeEnds ranges) {
  YamlDocument document(text, name);
  if (!document.readable()) throw ConfigError(document.messages());
  std::vector<RuleGroupDefinition> groups;
  std::set<std::string> names;
  for (const YamlValue& value : document.root()["groups"].elements()) {
    groups.push_back(read_group(value, name, ranges));
    const std::string& of_group = groups.back().name;
    if (of_group.empty()) {
      value["name"].refuse("be the group's name", "nothing");
    } else if (!names.insert(of_group).second) {
      value["name"].refuse("be a name of its own (a group before has it)");
    }
  }
  document.refuse_unknown_keys();
  std::vector<std::string> messages = document.messages();
  if (!messages.empty()) throw ConfigError(std::move(messages));
  return groups;
}

}  // namespace vigil::monitoring
