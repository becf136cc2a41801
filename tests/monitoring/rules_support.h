#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "monitoring/alerting/alerting_rule.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/alerting/rule_group.h"
#include "monitoring/promql/engine.h"
#include "monitoring/promql/parser.h"
#include "monitoring/store/plain_source.h"

namespace vigil::monitoring::test {

/// Samples at whole seconds, evaluated by the real engine; templates stay as they are but for {{ $value }}.
struct RuleWorld {
  void set(const std::string& series, int second, double value) {
    LabelsBuilder labels;
    for (const LabelMatcher& matcher : promql::parse_selector(series))
      labels.set(matcher.name(), matcher.value());
    source.append(labels.build(), {.time = SampleTime{second} * 1000, .value = value});
  }
  [[nodiscard]] RuleContext context() {
    RuleContext out;
    out.query = [this](const promql::Expression& expression, SampleTime now) {
      promql::Value value = engine.instant(expression, source, now).value;
      if (const auto* const scalar = std::get_if<promql::ScalarValue>(&value)) {
        return promql::VectorValue{{.labels = {}, .sample = {.time = now, .value = scalar->value}}};
      }
      return std::get<promql::VectorValue>(std::move(value));
    };
    out.expand = [](const std::string&, const std::string& text, const Labels&, double value, SampleTime) {
      const std::size_t at = text.find("{{ $value }}");
      if (at == std::string::npos) return text;
      return text.substr(0, at) + std::to_string(std::lround(value)) + text.substr(at + 12);
    };
    return out;
  }

  PlainSource source;
  promql::Engine engine;
};

/// The only rule of a file with this text below "- ".
inline RuleDefinition rule_of(const std::string& text) {
  std::string indented;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    indented += "    " + std::string{indented.empty() ? "- " : "  "} + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return read_rule_file("groups:\n- name: g\n  rules:\n" + indented, "rules.yml").front().rules.front();
}

}  // namespace vigil::monitoring::test
