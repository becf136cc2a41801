#include "monitoring/alerting/rule_context.h"

#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "monitoring/promql/error.h"
#include "monitoring/template/template.h"

namespace vigil::monitoring {

namespace {

class Rules {
 public:
  Rules(const promql::Engine& engine, const SampleSource& source, RuleEnvironment environment)
      : engine_(engine), source_(source), environment_(std::move(environment)) {}

  promql::VectorValue query(const promql::Expression& expression, SampleTime now) const {
    promql::QueryContext context;
    context.max_samples = environment_.max_samples;
    promql::Value value = engine_.instant(expression, source_, now, context).value;
    if (auto* const vector = std::get_if<promql::VectorValue>(&value)) return std::move(*vector);
    if (const auto* const scalar = std::get_if<promql::ScalarValue>(&value)) {
      return {{.labels = {}, .sample = {.time = now, .value = scalar->value}}};
    }
    throw promql::EvaluationError("rule result is not a vector or scalar");
  }

  std::string expand(const std::string& alert, const std::string& text, const Labels& labels, double value,
                     SampleTime now) {
    try {
      const auto [known, is_new] = templates_.try_emplace(text, nullptr);
      if (is_new) known->second = std::make_shared<const Template>(Template::parse(alert, text));
      if (known->second == nullptr) return text;
      return known->second->expand(
          {.labels = labels,
           .external_labels = environment_.external_labels,
           .external_url = environment_.external_url,
           .value = value,
           .query = [&](const std::string& wanted) { return samples(wanted, now); }});
    } catch (const TemplateError& error) {
      return std::string{"<error expanding template: "} + error.what() + ">";
    }
  }

 private:
  [[nodiscard]] std::vector<TemplateSample> samples(const std::string& expression, SampleTime now) const {
    std::vector<TemplateSample> out;
    for (promql::VectorElement& each : query(*engine_.parse(expression), now)) {
      out.push_back({.labels = std::move(each.labels), .value = each.sample.value});
    }
    return out;
  }

  const promql::Engine& engine_;
  const SampleSource& source_;
  RuleEnvironment environment_;
  /// By text: rule files have been checked, so that these are few and right.
  std::map<std::string, std::shared_ptr<const Template>> templates_;
};

}  // namespace

RuleContext rule_context(const promql::Engine& engine, const SampleSource& source,
                         RuleEnvironment environment) {
  const auto rules = std::make_shared<Rules>(engine, source, std::move(environment));
  return {
      .query = [rules](const promql::Expression& expression,
                       SampleTime now) { return rules->query(expression, now); },
      .expand = [rules](const std::string& alert, const std::string& text, const Labels& labels, double value,
                        SampleTime now) { return rules->expand(alert, text, labels, value, now); }};
}

}  // namespace vigil::monitoring
