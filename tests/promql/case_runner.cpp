#include "case_runner.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/printer.h"
#include "monitoring/promql/quantile.h"
#include "monitoring/store/regex.h"

namespace vigil::promql_test {

using namespace monitoring;
using namespace monitoring::promql;

namespace {

constexpr double kTolerance = 0.000001;
constexpr std::string_view kSameLabels = "vector cannot contain metrics with the same labelset";

bool almost_equal(double a, double b) {
  return promql::almost_equal(a, b, kTolerance);
}

Outcome failed(std::string reason) {
  return {.verdict = Verdict::Failed, .reason = std::move(reason)};
}

/// Does Prometheus refuse this expression only because a feature is not switched on?
bool is_experimental(const ParseError& error) {
  const std::string& cause = error.cause();
  return cause.find("experimental") != std::string::npos || cause.ends_with("is not enabled");
}

bool mentions_metric_name(const Expression& expression) {
  const auto has_name = [](const std::vector<std::string>& labels) {
    return std::ranges::find(labels, kMetricNameLabel) != labels.end();
  };
  bool found = false;
  walk(expression, [&](const Expression& node) {
    if (const auto* aggregation = std::get_if<Aggregation>(&node.node))
      found |= has_name(aggregation->labels);
    if (const auto* text = std::get_if<StringLiteral>(&node.node)) found |= text->value == kMetricNameLabel;
  });
  return found;
}

/// Is there anything in it that drops metrics' names?
bool drops_names(const Expression& expression) {
  bool found = false;
  walk(expression, [&](const Expression& node) {
    const auto* call = std::get_if<Call>(&node.node);
    if (call != nullptr) found |= takes_window(call->function->id) || is_of_one_value(call->function->id);
  });
  return found;
}

bool mentions_type_labels(const Expression& expression) {
  const std::string text = to_string(expression);
  return text.find("__type__") != std::string::npos || text.find("__unit__") != std::string::npos;
}

bool matches(const ExpectedMessage& expected, std::string_view message) {
  switch (expected.match) {
    case ExpectedMessage::Match::Any:
      return true;
    case ExpectedMessage::Match::Text:
      return message == expected.text;
    case ExpectedMessage::Match::Regex:
      return Regex{expected.text}.found_in(message);
  }
  return false;
}

Outcome check_failure(const Evaluation& evaluation, const EvaluationError& error) {
  if (!evaluation.fails) return failed(std::string{"failed: "} + error.what());
  for (const ExpectedMessage& expected : evaluation.failures) {
    if (!matches(expected, error.what())) {
      return failed(std::string{"failed with \""} + error.what() + "\", expected \"" + expected.text + '"');
    }
  }
  return {};
}

Outcome check_level(const QueryResult& result, AnnotationLevel level, Annotated expected,
                    std::span<const ExpectedMessage> messages) {
  const std::string name = level == AnnotationLevel::Warning ? "warning" : "info";
  const auto is_level = [level](const Annotation& annotation) { return annotation.level == level; };
  const auto first = std::ranges::find_if(result.annotations, is_level);
  const bool any = first != result.annotations.end();
  if (expected == Annotated::None && any) return failed("unexpected " + name + ": " + first->text);
  if (expected == Annotated::Some && !any) return failed("expected a " + name + ", got none");
  for (const ExpectedMessage& message : messages) {
    const bool found = std::ranges::any_of(
        result.annotations, [&](const Annotation& a) { return is_level(a) && matches(message, a.text); });
    if (!found)
      return failed("expected the " + name + " \"" + message.text + "\", got \"" + first->text + '"');
  }
  return {};
}

/// Prometheus 2 knows no annotations.
Outcome check_annotations(const Evaluation& evaluation, const QueryResult& result, RangeEnds ranges) {
  if (ranges == RangeEnds::Closed) return {};
  const Outcome warnings =
      check_level(result, AnnotationLevel::Warning, evaluation.warnings, evaluation.warning_messages);
  if (warnings.verdict != Verdict::Passed) return warnings;
  return check_level(result, AnnotationLevel::Info, evaluation.infos, evaluation.info_messages);
}

Outcome check_vector(const Evaluation& evaluation, const VectorValue& vector, bool ordered) {
  std::map<Labels, std::size_t> expected;
  for (std::size_t at = 0; at < evaluation.series.size(); ++at) expected[evaluation.series[at].labels] = at;
  for (std::size_t at = 0; at < vector.size(); ++at) {
    const auto known = expected.find(vector[at].labels);
    const std::string series = series_text(vector[at].labels);
    const std::string value = number_text(vector[at].sample.value);
    if (known == expected.end()) return failed("unexpected " + series + ' ' + value);
    const std::optional<double> wanted = evaluation.series[known->second].values.front();
    if (!wanted || !almost_equal(*wanted, vector[at].sample.value)) {
      return failed(series + ": expected " + (wanted ? number_text(*wanted) : "no sample") + ", got " +
                    value);
    }
    if (ordered && known->second != at) return failed(series + " is not where it is expected");
    expected.erase(known);
  }
  if (!expected.empty()) return failed("missing " + series_text(expected.begin()->first));
  return {};
}

Outcome check_matrix(const Evaluation& evaluation, const MatrixValue& matrix, SampleTime start,
                     std::chrono::milliseconds step) {
  std::map<Labels, const SeriesDescription*> expected;
  for (const SeriesDescription& series : evaluation.series) {
    const bool any = std::ranges::any_of(series.values, [](const auto& value) { return value.has_value(); });
    if (any) expected[series.labels] = &series;
  }
  for (const MatrixSeries& series : matrix) {
    const std::string text = series_text(series.labels);
    const auto known = expected.find(series.labels);
    if (known == expected.end()) return failed("unexpected " + text);
    std::size_t at = 0;
    for (std::size_t place = 0; place < known->second->values.size(); ++place) {
      const std::optional<double> wanted = known->second->values[place];
      const SampleTime time = start + static_cast<SampleTime>(place) * step.count();
      if (!wanted) continue;
      const bool there = at < series.samples.size() && series.samples[at].time == time;
      if (!there || !almost_equal(*wanted, series.samples[at].value)) {
        return failed(text + " at " + std::to_string(time) + " ms: expected " + number_text(*wanted) +
                      ", got " + (there ? number_text(series.samples[at].value) : "no sample"));
      }
      ++at;
    }
    if (at < series.samples.size()) {
      return failed(text + ": unexpected sample " + number_text(series.samples[at].value) + " at " +
                    std::to_string(series.samples[at].time) + " ms");
    }
    expected.erase(known);
  }
  if (!expected.empty()) return failed("missing " + series_text(expected.begin()->first));
  return {};
}

Outcome check_scalar(const Evaluation& evaluation, double value) {
  if (!evaluation.scalar) return failed("unexpected scalar " + number_text(value));
  if (almost_equal(*evaluation.scalar, value)) return {};
  return failed("expected " + number_text(*evaluation.scalar) + ", got " + number_text(value));
}

Outcome check_value(const Evaluation& evaluation, const Value& value) {
  if (const auto* scalar = std::get_if<ScalarValue>(&value)) return check_scalar(evaluation, scalar->value);
  if (const auto* text = std::get_if<StringValue>(&value)) {
    if (evaluation.text == text->value) return {};
    return failed("expected the text \"" + evaluation.text.value_or("") + "\", got \"" + text->value + '"');
  }
  if (const auto* vector = std::get_if<VectorValue>(&value)) {
    if (evaluation.scalar) return failed("expected a scalar, got a vector");
    return check_vector(evaluation, *vector, evaluation.ordered);
  }
  if (!evaluation.range_vector) return failed("expected no range vector, got one");
  return check_matrix(evaluation, std::get<MatrixValue>(value), evaluation.range_vector->start,
                      evaluation.range_vector->step);
}

/// The samples at one time of the result of a range query.
VectorValue column_at(const MatrixValue& matrix, SampleTime time) {
  VectorValue out;
  for (const MatrixSeries& series : matrix) {
    const auto sample = std::ranges::find(series.samples, time, &Sample::time);
    if (sample != series.samples.end()) out.push_back({.labels = series.labels, .sample = *sample});
  }
  return out;
}

}  // namespace

void CaseRunner::run(const Clear&) {
  source_ = std::make_unique<PlainSource>();
  latest_.clear();
  histograms_.clear();
  has_type_labels_ = false;
}

void CaseRunner::run(const Load& load) {
  // Of a series that stands twice in one block the last line counts.
  std::map<Labels, const SeriesDescription*> last;
  for (const SeriesDescription& series : load.series) last[series.labels] = &series;
  for (const auto& [labels, series] : last) load_series(load, *series);
}

void CaseRunner::load_series(const Load& load, const SeriesDescription& series) {
  if (series.has_histograms) histograms_.push_back(series.labels);
  const std::string_view name = series.labels.value(kMetricNameLabel);
  constexpr std::string_view kBucket = "_bucket";
  if (load.with_histograms && name.ends_with(kBucket)) {
    LabelsBuilder histogram(series.labels);
    histogram.remove("le").set(kMetricNameLabel, name.substr(0, name.size() - kBucket.size()));
    histograms_.push_back(histogram.build());
  }
  has_type_labels_ |= series.labels.has("__type__") || series.labels.has("__unit__");

  auto known = std::ranges::find(latest_, series.labels, &std::pair<Labels, Sample>::first);
  for (std::size_t at = 0; at < series.values.size(); ++at) {
    if (!series.values[at]) continue;
    const Sample sample{.time = static_cast<SampleTime>(at) * load.interval.count(),
                        .value = *series.values[at]};
    if (known == latest_.end()) {
      latest_.emplace_back(series.labels, sample);
      known = latest_.end() - 1;
    } else if (sample.time <= known->second.time) {
      throw ScriptFault{series_text(series.labels) + ": a sample at " + std::to_string(sample.time) +
                        " ms is not newer than that before"};
    }
    known->second = sample;
    source_->append(series.labels, sample);
  }
}

std::optional<std::string> CaseRunner::skip_reason(const Evaluation& evaluation,
                                                   const Expression& expression) const {
  const auto expects_histograms = [](const SeriesDescription& series) { return series.has_histograms; };
  if (std::ranges::any_of(evaluation.series, expects_histograms)) return "expects native histograms";
  if (has_type_labels_ || mentions_type_labels(expression)) return "experimental: labels of type and unit";
  if (engine_.options().ranges == RangeEnds::LeftOpen && mentions_metric_name(expression) &&
      drops_names(expression)) {
    return "experimental: names that are removed last";
  }
  return std::nullopt;
}

bool CaseRunner::selects_histograms(const Expression& expression) const {
  return std::ranges::any_of(selectors(expression), [this](const VectorSelector* selector) {
    return std::ranges::any_of(
        histograms_, [selector](const Labels& labels) { return matches_all(selector->matchers, labels); });
  });
}

Outcome CaseRunner::run(const Evaluation& evaluation) const {
  ExpressionPtr expression;
  try {
    expression = engine_.parse(evaluation.expression);
  } catch (const ParseError& error) {
    if (is_experimental(error))
      return {.verdict = Verdict::Skipped, .reason = "experimental: " + error.cause()};
    if (evaluation.fails) return check_failure(evaluation, EvaluationError(error.what()));
    return failed(error.what());
  }
  if (auto reason = skip_reason(evaluation, *expression)) {
    return {.verdict = Verdict::Skipped, .reason = *std::move(reason)};
  }
  Outcome outcome = run_checked(evaluation, *expression);
  // Where native histograms are only left aside, nobody misses them.
  if (outcome.verdict == Verdict::Failed && selects_histograms(*expression)) {
    return {.verdict = Verdict::Skipped, .reason = "needs native histograms"};
  }
  return outcome;
}

Outcome CaseRunner::run_checked(const Evaluation& evaluation, const Expression& expression) const {
  try {
    return run_parsed(evaluation, expression);
  } catch (const EvaluationError& error) {
    // Names that are removed last let series of several names meet in an aggregation.
    const bool experimental = engine_.options().ranges == RangeEnds::LeftOpen && error.what() == kSameLabels;
    if (experimental && !evaluation.fails) {
      return {.verdict = Verdict::Skipped, .reason = "experimental: names that are removed last"};
    }
    return check_failure(evaluation, error);
  }
}

Outcome CaseRunner::run_parsed(const Evaluation& evaluation, const Expression& expression) const {
  if (evaluation.is_range) {
    const QueryResult result =
        engine_.range(expression, *source_, evaluation.start, evaluation.end, evaluation.step);
    if (evaluation.fails) return failed("expected a failure");
    const Outcome annotations = check_annotations(evaluation, result, engine_.options().ranges);
    if (annotations.verdict != Verdict::Passed) return annotations;
    return check_matrix(evaluation, std::get<MatrixValue>(result.value), evaluation.start, evaluation.step);
  }

  const QueryResult result = engine_.instant(expression, *source_, evaluation.start);
  if (evaluation.fails) return failed("expected a failure");
  const Outcome annotations = check_annotations(evaluation, result, engine_.options().ranges);
  if (annotations.verdict != Verdict::Passed) return annotations;
  const Outcome instant = check_value(evaluation, result.value);
  if (instant.verdict != Verdict::Passed) return instant;

  // The same in the middle of a range, where there is one and order is not asked for.
  if (evaluation.ordered || (expression.type != ValueType::Scalar && expression.type != ValueType::Vector))
    return {};
  constexpr std::chrono::minutes kAround{1};
  const std::int64_t around = std::chrono::milliseconds{kAround}.count();
  const QueryResult range =
      engine_.range(expression, *source_, evaluation.start - around, evaluation.start + around, kAround);
  const VectorValue column = column_at(std::get<MatrixValue>(range.value), evaluation.start);
  const Outcome middle = expression.type == ValueType::Scalar
                             ? check_scalar(evaluation, column.front().sample.value)
                             : check_vector(evaluation, column, false);
  if (middle.verdict == Verdict::Passed) return {};
  return failed("in a range: " + middle.reason);
}

}  // namespace vigil::promql_test
