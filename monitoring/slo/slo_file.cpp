#include "monitoring/slo/slo_file.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "monitoring/promql/error.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/parser.h"
#include "monitoring/utf8.h"
#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::monitoring {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestName = 64;
constexpr milliseconds kShortestWindow = std::chrono::minutes{1};
constexpr milliseconds kLongestWindow = std::chrono::hours{24 * 366};
constexpr milliseconds kCompliancePeriod = std::chrono::hours{24 * 30};
constexpr milliseconds kCompliancePeriodOfCount = std::chrono::hours{24};
constexpr std::string_view kMustBeDuration = "be a duration from 1m to 366d, such as 30d";

bool is_name(std::string_view text) {
  const auto is_right = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= kLongestName && std::ranges::all_of(text, is_right);
}

std::string read_name(const YamlValue& value) {
  constexpr std::string_view kMust = "be a name of 1 to 64 letters, digits and . _ -";
  if (!value.given()) {
    value.refuse(kMust, "missing");
    return {};
  }
  const std::string* const text = value.scalar(kMust);
  if (text == nullptr) return {};
  if (!is_name(*text)) value.refuse(kMust);
  return *text;
}

std::string read_description(const YamlValue& value) {
  const std::string* const text = value.given() ? value.scalar("be a text") : nullptr;
  if (text == nullptr) return {};
  if (!is_utf8(*text)) value.refuse("be UTF-8");
  return *text;
}

milliseconds read_window(const YamlValue& value, milliseconds otherwise) {
  const std::string* const text = value.given() ? value.scalar(kMustBeDuration) : nullptr;
  if (text == nullptr) return otherwise;
  const auto window = promql::parse_duration(*text);
  if (window && *window >= kShortestWindow && *window <= kLongestWindow) return *window;
  value.refuse(kMustBeDuration);
  return otherwise;
}

std::optional<double> read_number(const YamlValue& value, std::string_view must) {
  const std::string* const text = value.scalar(must);
  if (text == nullptr) return std::nullopt;
  const auto number = promql::parse_number(*text);
  if (!number || !std::isfinite(*number)) value.refuse(must);
  return number;
}

/// The text of a part of an SLI; empty: it is not one, which is noted.
std::string read_sli_text(const YamlValue& value) {
  constexpr std::string_view kMust = "be an expression of PromQL with WINDOW for the window";
  if (!value.given()) {
    value.refuse(kMust, "missing");
    return {};
  }
  const std::string* const text = value.scalar(kMust);
  if (text == nullptr) return {};
  // What is the same over every window is no indicator over any of them.
  if (with_window(*text, kShortestWindow) != *text) return *text;
  value.refuse(kMust);
  return {};
}

/// Null where it is none, which is noted.
promql::ExpressionPtr parse_sli(const YamlValue& value, const std::string& text, milliseconds window,
                                promql::RangeEnds ranges) {
  if (text.empty()) return nullptr;
  const std::string with = " (with " + promql::duration_text(window) + " for WINDOW)";
  try {
    promql::ExpressionPtr expression = promql::parse(with_window(text, window), ranges);
    if (expression->type == promql::ValueType::Vector) return expression;
    value.refuse("give an instant vector", std::string{documented_name(expression->type)} + with);
  } catch (const promql::ParseError& error) {
    value.refuse("be an expression of PromQL", std::string{"refused: "} + error.what() + with);
  }
  return nullptr;
}

/// An expression for each of the windows; none at all if one is wrong, which is noted once.
std::vector<promql::ExpressionPtr> parse_part(const YamlValue& value, const std::string& text,
                                              const std::vector<milliseconds>& windows,
                                              promql::RangeEnds ranges) {
  std::vector<promql::ExpressionPtr> expressions;
  for (const milliseconds window : windows) {
    expressions.push_back(parse_sli(value, text, window, ranges));
    if (expressions.back() == nullptr) return {};
  }
  return expressions;
}

/// The texts of the indicator and its expressions, unless something is wrong, which is noted.
void read_indicator(const YamlValue& sli, promql::RangeEnds ranges, SloDefinition& out) {
  const std::vector<milliseconds> windows =
      slo_windows(out.kind, out.measurement_window, out.compliance_period);
  const bool is_ratio = out.kind == SloKind::Ratio;
  const YamlValue value = is_ratio ? sli["good"] : sli[to_string(out.kind)];
  out.value_text = read_sli_text(value);
  const std::vector<promql::ExpressionPtr> values = parse_part(value, out.value_text, windows, ranges);
  std::vector<promql::ExpressionPtr> totals(windows.size());
  if (is_ratio) {
    out.total_text = read_sli_text(sli["total"]);
    totals = parse_part(sli["total"], out.total_text, windows, ranges);
  }
  if (values.empty() || totals.empty()) return;
  for (std::size_t i = 0; i < windows.size(); ++i)
    out.windows.push_back({.window = windows[i], .value = values[i], .total = totals[i]});
}

/// What the keys of `sli` say; nothing where they say nothing, or too much, which is noted.
std::optional<SloKind> read_kind(const YamlValue& sli) {
  const bool has_ratio = sli["good"].given() || sli["total"].given();
  const bool has_value = sli["value"].given();
  const bool has_count = sli["count"].given();
  const int kinds = static_cast<int>(has_ratio) + static_cast<int>(has_value) + static_cast<int>(has_count);
  if (kinds != 1) {
    constexpr std::string_view kMust = "be a mapping with good and total, or value, or count";
    sli.refuse(kMust, !sli.given() ? "missing" : kinds == 0 ? "one with none of them" : "one with several");
    return std::nullopt;
  }
  if (has_ratio) return SloKind::Ratio;
  return has_value ? SloKind::Value : SloKind::Count;
}

void read_goal(const YamlValue& target, const YamlValue& at_most, SloDefinition& out) {
  constexpr std::string_view kMustBeTarget = "be a number above 0 and below 1, such as 0.999";
  constexpr std::string_view kMustBeCount = "be a number from 0 on";
  const bool is_count = out.kind == SloKind::Count;
  const YamlValue& ours = is_count ? at_most : target;
  const YamlValue& other = is_count ? target : at_most;
  if (other.given()) {
    other.refuse(is_count ? "not stand with a count, which has at_most" : "stand with a count alone");
  }
  if (!ours.given()) {
    ours.refuse(is_count ? kMustBeCount : kMustBeTarget, "missing");
    return;
  }
  const auto number = read_number(ours, is_count ? kMustBeCount : kMustBeTarget);
  if (!number) return;
  if (is_count) {
    if (*number < 0) at_most.refuse(kMustBeCount);
    out.at_most = *number;
  } else {
    if (*number <= 0 || *number >= 1) target.refuse(kMustBeTarget);
    out.target = *number;
  }
}

SloDefinition read_objective(const YamlValue& value, const std::string& file, promql::RangeEnds ranges) {
  SloDefinition slo;
  slo.file = file;
  slo.line = value.line();
  slo.name = read_name(value["name"]);
  slo.description = read_description(value["description"]);
  const YamlValue sli = value["sli"];
  const std::optional<SloKind> kind = read_kind(sli);
  slo.kind = kind.value_or(SloKind::Ratio);
  const YamlValue target = value["target"];
  const YamlValue at_most = value["at_most"];
  if (kind) read_goal(target, at_most, slo);
  const bool is_count = slo.kind == SloKind::Count;
  slo.compliance_period =
      read_window(value["compliance_period"], is_count ? kCompliancePeriodOfCount : kCompliancePeriod);
  const YamlValue measurement_window = value["measurement_window"];
  slo.measurement_window = read_window(measurement_window, slo.compliance_period);
  if (slo.measurement_window > slo.compliance_period) {
    measurement_window.refuse("be at most the compliance period (" +
                              promql::duration_text(slo.compliance_period) + ")");
  }
  if (kind) read_indicator(sli, ranges, slo);
  return slo;
}

}  // namespace

std::vector<SloDefinition> read_slo_file(const std::string& path, promql::RangeEnds ranges) {
  return read_slo_file(read_config_file(path), path, ranges);
}

std::vector<SloDefinition> read_slo_file(std::string_view text, const std::string& name,
                                         promql::RangeEnds ranges) {
  YamlDocument document(text, name);
  if (!document.readable()) throw ConfigError(document.messages());
  std::vector<SloDefinition> objectives;
  std::set<std::string> names;
  const YamlValue list = document.root()["objectives"];
  for (const YamlValue& value : list.elements()) {
    if (objectives.size() == kMostObjectives) {
      list.refuse("have at most " + std::to_string(kMostObjectives) + " objectives", "more");
      break;
    }
    objectives.push_back(read_objective(value, name, ranges));
    const std::string& of_objective = objectives.back().name;
    if (!of_objective.empty() && !names.insert(of_objective).second) {
      value["name"].refuse("be a name of its own (an objective before has it)");
    }
  }
  document.refuse_unknown_keys();
  std::vector<std::string> messages = document.messages();
  if (!messages.empty()) throw ConfigError(std::move(messages));
  return objectives;
}

}  // namespace vigil::monitoring
