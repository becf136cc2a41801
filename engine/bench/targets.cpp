#include "engine/bench/targets.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "engine/config/value_text.h"
#include "engine/config/yaml.h"

namespace vigil::engine::bench {
namespace {

constexpr std::array<std::pair<std::string_view, Statistic>, 8> kStatistics{{
    {"mean", Statistic::Mean},
    {"median", Statistic::Median},
    {"p25", Statistic::P25},
    {"p75", Statistic::P75},
    {"p95", Statistic::P95},
    {"p99", Statistic::P99},
    {"min", Statistic::Least},
    {"max", Statistic::Most},
}};
constexpr std::string_view kStatisticNames = "be mean, median, p25, p75, p95, p99, min or max";

/// Empty when not given and not wanted; what is wrong is noted.
std::string text(const YamlValue& value, bool is_required) {
  if (!value.given()) {
    if (is_required) value.require();
    return {};
  }
  const std::string* const scalar = value.scalar("be a text");
  if (scalar == nullptr) return {};
  if (scalar->empty()) value.refuse("not be empty");
  return *scalar;
}

std::optional<double> real(const YamlValue& value) {
  if (!value.given()) return std::nullopt;
  const std::string* const scalar = value.scalar("be a number");
  if (scalar == nullptr) return std::nullopt;
  const std::optional<double> number = parse_real(*scalar);
  if (!number) value.refuse("be a number");
  return number;
}

Statistic statistic(const YamlValue& value) {
  if (!value.given()) return Statistic::Median;
  const std::string* const scalar = value.scalar(kStatisticNames);
  if (scalar == nullptr) return Statistic::Median;
  for (const auto& [name, meaning] : kStatistics) {
    if (*scalar == name) return meaning;
  }
  value.refuse(kStatisticNames);
  return Statistic::Median;
}

void read_measure(const YamlValue& measure, Target& target) {
  const YamlValue of_case = measure["case"];
  const YamlValue of_ratio = measure["ratio"];
  if (of_case.given() == of_ratio.given()) {
    measure.refuse("be none, or have either case or ratio");
    return;
  }
  target.is_ratio = of_ratio.given();
  target.measure = text(target.is_ratio ? of_ratio : of_case, true);
  target.statistic = statistic(measure["statistic"]);
}

Target read_target(const YamlValue& value) {
  Target target;
  target.name = text(value["name"], true);
  target.source = text(value["source"], true);
  target.unit = text(value["unit"], true);
  target.at_most = real(value["at_most"]);
  target.at_least = real(value["at_least"]);
  if (!target.at_most && !target.at_least) value.refuse("have at_most or at_least", "neither");

  const YamlValue measure = value["measure"];
  const YamlValue reason = value["reason"];
  if (!measure.given()) {
    measure.require();
  } else if (measure.holds("none")) {
    target.reason = text(reason, true);
  } else {
    read_measure(measure, target);
    if (reason.given()) reason.refuse("stand only with `measure: none`");
  }
  return target;
}

const Summary* find(const Target& target, const Results& results) {
  if (target.is_ratio) {
    const auto found = results.ratios.find(target.measure);
    return found == results.ratios.end() ? nullptr : &found->second.summary;
  }
  const auto found = results.cases.find(target.measure);
  return found == results.cases.end() ? nullptr : &found->second.summary;
}

}  // namespace

double value_of(const Summary& summary, Statistic statistic) noexcept {
  switch (statistic) {
    case Statistic::Mean:
      return summary.mean;
    case Statistic::Median:
      return summary.median;
    case Statistic::P25:
      return summary.p25;
    case Statistic::P75:
      return summary.p75;
    case Statistic::P95:
      return summary.p95;
    case Statistic::P99:
      return summary.p99;
    case Statistic::Least:
      return summary.least;
    case Statistic::Most:
      return summary.most;
  }
  return 0;
}

std::vector<Target> read_targets(std::string_view text, const std::string& name) {
  YamlDocument document(text, name);
  std::vector<Target> targets;
  std::set<std::string> names;
  if (document.readable()) {
    const YamlValue list = document.root()["targets"];
    if (!list.given()) list.require();
    for (const YamlValue& element : list.elements()) {
      targets.push_back(read_target(element));
      if (!names.insert(targets.back().name).second) element["name"].refuse("be a name of its own");
    }
    document.refuse_unknown_keys();
  }
  if (std::vector<std::string> messages = document.messages(); !messages.empty()) {
    throw ConfigError(std::move(messages));
  }
  return targets;
}

std::string_view to_string(Outcome outcome) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"met", "missed", "not measured"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::vector<Verdict> judge(const std::vector<Target>& targets, const Results& results) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(targets.size());
  for (const Target& target : targets) {
    Verdict& verdict = verdicts.emplace_back();
    verdict.target = target;
    const Summary* const summary = target.measure.empty() ? nullptr : find(target, results);
    if (summary == nullptr || summary->samples == 0) {
      verdict.reason = target.measure.empty() ? target.reason : target.measure + " was not part of this run";
      continue;
    }
    verdict.value = value_of(*summary, target.statistic);
    const bool is_met = (!target.at_most || verdict.value <= *target.at_most) &&
                        (!target.at_least || verdict.value >= *target.at_least);
    verdict.outcome = is_met ? Outcome::Met : Outcome::Missed;
  }
  return verdicts;
}

std::optional<std::string> unknown_measure(const std::vector<Target>& targets, const Results& results) {
  for (const Target& target : targets) {
    if (!target.measure.empty() && find(target, results) == nullptr) return target.name;
  }
  return std::nullopt;
}

}  // namespace vigil::engine::bench
