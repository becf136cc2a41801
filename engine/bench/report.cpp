#include "engine/bench/report.h"

#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vigil::engine::bench {
namespace {

using nlohmann::json;

json to_json(const Summary& summary) {
  return {{"samples", summary.samples}, {"mean", summary.mean}, {"median", summary.median},
          {"p25", summary.p25},         {"p75", summary.p75},   {"p95", summary.p95},
          {"p99", summary.p99},         {"min", summary.least}, {"max", summary.most}};
}

json to_json(const Verdict& verdict) {
  const Target& target = verdict.target;
  json result = {{"name", target.name},
                 {"source", target.source},
                 {"unit", target.unit},
                 {"outcome", to_string(verdict.outcome)}};
  if (target.at_most) result["at_most"] = *target.at_most;
  if (target.at_least) result["at_least"] = *target.at_least;
  if (!target.measure.empty()) result["measure"] = target.measure;
  if (verdict.outcome == Outcome::NotMeasured) {
    result["reason"] = verdict.reason;
  } else {
    result["value"] = verdict.value;
  }
  return result;
}

/// Times in the unit that a person reads them in.
std::string shown(double value, const std::string& unit) {
  if (unit == "ns") {
    constexpr std::array<std::pair<double, const char*>, 3> kUnits{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}}};
    for (const auto& [size, name] : kUnits) {
      if (value >= 10 * size || (value >= size && size > 1e3))
        return fmt::format("{:.2f} {}", value / size, name);
    }
    return fmt::format("{:.2f} ns", value);
  }
  return fmt::format("{:.2f} {}", value, unit);
}

std::string bar(const Target& target) {
  std::string text;
  if (target.at_least) text += fmt::format(">= {:g} ", *target.at_least);
  if (target.at_most) text += fmt::format("<= {:g} ", *target.at_most);
  return text + target.unit;
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text;
  auto out = std::back_inserter(text);
  const Environment& environment = report.environment;
  fmt::format_to(out, "{}, {} cores, Linux {}\n{}, {} ({})\n", environment.cpu, environment.cores,
                 environment.kernel, environment.compiler, environment.build_type, environment.flags);
  fmt::format_to(out, "clock {}; load {:.2f} before, {:.2f} after; threads {}{}\n\n", environment.clock,
                 report.load_before, report.load_after,
                 environment.is_pinning_allowed ? "on cores of their own" : "not pinned: not allowed here",
                 report.is_quick ? "; a quick run: figures are no measurements" : "");

  fmt::format_to(out, "{:<52} {:>12} {:>12} {:>12} {:>12} {:>12}\n", "case", "median", "p25", "p75", "p99",
                 "max");
  for (const auto& [name, result] : report.results.cases) {
    const Summary& summary = result.summary;
    fmt::format_to(out, "{:<52} {:>12} {:>12} {:>12} {:>12} {:>12}\n", name,
                   shown(summary.median, result.unit), shown(summary.p25, result.unit),
                   shown(summary.p75, result.unit), shown(summary.p99, result.unit),
                   shown(summary.most, result.unit));
  }
  fmt::format_to(out, "\n{:<52} {:>12} {:>12} {:>12}\n", "ratio", "median", "p25", "p75");
  for (const auto& [name, result] : report.results.ratios) {
    const Summary& summary = result.summary;
    fmt::format_to(out, "{:<52} {:>11.2f}x {:>11.2f}x {:>11.2f}x  {} over {}\n", name, summary.median,
                   summary.p25, summary.p75, result.of, result.over);
  }
  fmt::format_to(out, "\n{:<48} {:<12} {:>18} {:>12}  {}\n", "target", "source", "bar", "measured",
                 "outcome");
  for (const Verdict& verdict : report.verdicts) {
    const bool is_measured = verdict.outcome != Outcome::NotMeasured;
    fmt::format_to(out, "{:<48} {:<12} {:>18} {:>12}  {}{}\n", verdict.target.name, verdict.target.source,
                   bar(verdict.target), is_measured ? fmt::format("{:.3g}", verdict.value) : "-",
                   to_string(verdict.outcome), is_measured ? "" : ": " + verdict.reason);
  }
  return text;
}

std::string report_json(const Report& report) {
  const Environment& environment = report.environment;
  json document;
  document["environment"] = {{"cpu", environment.cpu},
                             {"cores", environment.cores},
                             {"kernel", environment.kernel},
                             {"compiler", environment.compiler},
                             {"flags", environment.flags},
                             {"build_type", environment.build_type},
                             {"clock", environment.clock},
                             {"pinning", environment.is_pinning_allowed},
                             {"load_before", report.load_before},
                             {"load_after", report.load_after}};
  document["quick"] = report.is_quick;
  document["cases"] = json::object();
  for (const auto& [name, result] : report.results.cases) {
    json entry = to_json(result.summary);
    entry["unit"] = result.unit;
    entry["subject"] = result.subject;
    document["cases"][name] = std::move(entry);
  }
  document["ratios"] = json::object();
  for (const auto& [name, result] : report.results.ratios) {
    json entry = to_json(result.summary);
    entry["of"] = result.of;
    entry["over"] = result.over;
    document["ratios"][name] = std::move(entry);
  }
  document["targets"] = json::array();
  for (const Verdict& verdict : report.verdicts) document["targets"].push_back(to_json(verdict));
  return document.dump(2) + "\n";
}

}  // namespace vigil::engine::bench
