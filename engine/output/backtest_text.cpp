#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cmath>
#include <ostream>

#include "engine/output/backtest_output.h"
#include "monitoring/delivery/alert.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/promql/number_text.h"

namespace vigil::engine {
namespace {

using monitoring::BacktestFiring;
using monitoring::BacktestRule;
using monitoring::SampleTime;

/// 86400 as 86,400.
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string duration(SampleTime milliseconds) {
  return monitoring::promql::duration_text(std::chrono::milliseconds{milliseconds});
}

std::string figure(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : monitoring::promql::number_text(value);
}

/// The alert as a series: its name, then its other labels.
std::string alert_text(const monitoring::Labels& labels) {
  const std::string_view name = labels.value(monitoring::kAlertNameLabel);
  return monitoring::series_text(monitoring::LabelsBuilder(labels)
                                     .remove(monitoring::kAlertNameLabel)
                                     .set(monitoring::kMetricNameLabel, name)
                                     .build());
}

std::string place_text(const monitoring::RulePlace& place) {
  return fmt::format("{} ({}:{})", place.name, place.file, place.line);
}

void print_firings(std::ostream& out, const BacktestOutput& output) {
  if (output.report.firings.empty()) fmt::print(out, "No alert fired.\n");
  for (const BacktestFiring& firing : output.report.firings) {
    const SampleTime time = monitoring::firing_time(firing, output.report);
    fmt::print(out, "{}\n  fired at {}, {}\n  pending since {}, value {}, peak {}\n",
               alert_text(firing.labels), monitoring::rfc3339(firing.fired_at),
               firing.resolved_at ? fmt::format("resolved at {}, after {}",
                                                monitoring::rfc3339(*firing.resolved_at), duration(time))
                                  : fmt::format("still firing, for {}", duration(time)),
               monitoring::rfc3339(firing.pending_since), figure(firing.value), figure(firing.peak));
  }
}

void print_without_data(std::ostream& out, const BacktestOutput& output) {
  for (const bool has_data : {false, true}) {
    bool is_first = true;
    for (const BacktestRule& rule : output.report.rules) {
      if (rule.without_data.empty() || rule.has_data != has_data) continue;
      if (is_first) {
        out << (has_data ? "\nRules that had data only in part:\n"
                         : "\nRules that never had data, which is not the same as \"all is well\":\n");
      }
      is_first = false;
      fmt::print(out, "  {}\n", place_text(rule.place));
      for (const std::string& selector : rule.without_data) fmt::print(out, "    {}\n", selector);
    }
  }
}

void print_errors(std::ostream& out, const BacktestOutput& output) {
  bool is_first = true;
  for (const BacktestRule& rule : output.report.rules) {
    if (rule.failures == 0) continue;
    if (is_first) fmt::print(out, "\nRules that could not be evaluated:\n");
    is_first = false;
    fmt::print(out, "  {}: {} of {} times, at last: {}\n", place_text(rule.place), grouped(rule.failures),
               grouped(rule.evaluations), rule.last_error);
  }
}

void print_sweeps(std::ostream& out, const BacktestOutput& output) {
  for (const SweepOutput& sweep : output.sweeps) {
    fmt::print(out, "\n{}, compared with {} in the file:\n  {:>12} {:>8} {:>12} {:>12}\n", sweep.rule,
               figure(sweep.threshold), "threshold", "alerts", "firing", "longest");
    for (const SweepOutput::Step& step : sweep.steps) {
      fmt::print(out, "  {:>12} {:>8} {:>12} {:>12}\n", monitoring::promql::short_number_text(step.threshold),
                 step.fired.firings, duration(step.fired.total), duration(step.fired.longest));
    }
  }
}

void print_remarks(std::ostream& out, const BacktestOutput& output) {
  if (output.minutes_before) {
    fmt::print(out, "Before {} the history has minutes: one evaluation a minute.\n",
               monitoring::rfc3339(*output.minutes_before));
  }
  if (output.hours_before) {
    fmt::print(out, "Before {} it has hours: one evaluation an hour, and short ranges are empty.\n",
               monitoring::rfc3339(*output.hours_before));
  }
  for (const monitoring::SampleRange& gap : output.gaps) {
    fmt::print(out, "Nothing was recorded from {} to {}, {}: no evaluations.\n",
               monitoring::rfc3339(gap.from), monitoring::rfc3339(gap.to), duration(gap.to - gap.from));
  }
  for (const std::string& damage : output.damage) fmt::print(out, "Not read: {}\n", damage);
}

}  // namespace

void print_backtest(std::ostream& out, const BacktestOutput& output) {
  print_firings(out, output);
  print_without_data(out, output);
  print_errors(out, output);
  print_sweeps(out, output);
  fmt::print(out, "\n{} rules, {} evaluations, {} firings, from {} to {}\n", output.report.rules.size(),
             grouped(output.report.evaluations), output.report.firings.size(),
             monitoring::rfc3339(output.from), monitoring::rfc3339(output.to));
  print_remarks(out, output);
  fmt::print(out, "{} s in {:.2f} s: {} times real time\n",
             grouped(static_cast<std::uint64_t>(output.covered() / 1000)),
             std::chrono::duration<double>(output.wall).count(),
             grouped(static_cast<std::uint64_t>(output.speed())));
}

}  // namespace vigil::engine
