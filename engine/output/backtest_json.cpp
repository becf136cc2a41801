#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/output/backtest_output.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/promql/number_text.h"

namespace vigil::engine {
namespace {

using Json = nlohmann::ordered_json;
using monitoring::BacktestFiring;
using monitoring::BacktestRule;
using monitoring::SampleTime;

double seconds(SampleTime milliseconds) {
  return static_cast<double>(milliseconds) / 1e3;
}

/// Numbers that JSON does not have are texts: "NaN", "+Inf", "-Inf".
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(monitoring::promql::number_text(value));
}

Json time_or_null(const std::optional<SampleTime>& time) {
  return time ? Json(monitoring::rfc3339(*time)) : Json(nullptr);
}

Json place_json(const monitoring::RulePlace& place) {
  return {{"rule", place.name}, {"group", place.group}, {"file", place.file}, {"line", place.line}};
}

Json firings_json(const BacktestOutput& output) {
  Json all = Json::array();
  for (const BacktestFiring& firing : output.report.firings) {
    Json each = place_json(output.report.rules[firing.rule].place);
    each["labels"] = Json::object();
    for (const monitoring::Label label : firing.labels) {
      each["labels"][std::string{label.name}] = std::string{label.value};
    }
    each["pending_since"] = monitoring::rfc3339(firing.pending_since);
    each["fired_at"] = monitoring::rfc3339(firing.fired_at);
    each["resolved_at"] = time_or_null(firing.resolved_at);
    each["duration_seconds"] = seconds(monitoring::firing_time(firing, output.report));
    each["value"] = number(firing.value);
    each["peak"] = number(firing.peak);
    all.push_back(std::move(each));
  }
  return all;
}

Json without_data_json(const BacktestOutput& output) {
  Json all = Json::array();
  for (const BacktestRule& rule : output.report.rules) {
    if (rule.without_data.empty()) continue;
    Json each = place_json(rule.place);
    each["selectors"] = rule.without_data;
    each["has_other_data"] = rule.has_data;
    all.push_back(std::move(each));
  }
  return all;
}

Json errors_json(const BacktestOutput& output) {
  Json all = Json::array();
  for (const BacktestRule& rule : output.report.rules) {
    if (rule.failures == 0) continue;
    Json each = place_json(rule.place);
    each["failures"] = rule.failures;
    each["evaluations"] = rule.evaluations;
    each["last_error"] = rule.last_error;
    all.push_back(std::move(each));
  }
  return all;
}

Json sweeps_json(const BacktestOutput& output) {
  Json all = Json::array();
  for (const SweepOutput& sweep : output.sweeps) {
    Json steps = Json::array();
    for (const SweepOutput::Step& step : sweep.steps) {
      steps.push_back({{"threshold", number(step.threshold)},
                       {"firings", step.fired.firings},
                       {"firing_seconds", seconds(step.fired.total)},
                       {"longest_seconds", seconds(step.fired.longest)}});
    }
    all.push_back(
        {{"rule", sweep.rule}, {"threshold", number(sweep.threshold)}, {"steps", std::move(steps)}});
  }
  return all;
}

}  // namespace

std::string backtest_json(const BacktestOutput& output) {
  Json gaps = Json::array();
  for (const monitoring::SampleRange& gap : output.gaps) {
    gaps.push_back({{"from", monitoring::rfc3339(gap.from)}, {"to", monitoring::rfc3339(gap.to)}});
  }
  const Json all{{"from", monitoring::rfc3339(output.from)},
                 {"to", monitoring::rfc3339(output.to)},
                 {"covered_seconds", seconds(output.covered())},
                 {"minutes_before", time_or_null(output.minutes_before)},
                 {"hours_before", time_or_null(output.hours_before)},
                 {"gaps", std::move(gaps)},
                 {"damage", output.damage},
                 {"rules", output.report.rules.size()},
                 {"evaluations", output.report.evaluations},
                 {"wall_seconds", std::chrono::duration<double>(output.wall).count()},
                 {"speed", output.speed()},
                 {"firings", firings_json(output)},
                 {"without_data", without_data_json(output)},
                 {"errors", errors_json(output)},
                 {"sweeps", sweeps_json(output)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace vigil::engine
