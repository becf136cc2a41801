#include "engine/bench/baseline.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/config/yaml.h"

namespace vigil::engine::bench {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw ConfigError({message});
}

}  // namespace

std::map<std::string, double> read_baseline(std::string_view text, const std::string& name) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded()) refuse(name + ": must be the JSON of bench --json, is no JSON");

  const auto ratios = document.is_object() ? document.find("ratios") : document.end();
  if (ratios == document.end() || !ratios->is_object()) {
    refuse(name + ": ratios: must be an object as bench --json writes it, is not there");
  }
  std::map<std::string, double> medians;
  for (const auto& [ratio, value] : ratios->items()) {
    const auto median = value.is_object() ? value.find("median") : value.end();
    if (median == value.end() || !median->is_number() || median->get<double>() <= 0) {
      refuse(fmt::format("{}: ratios.{}.median: must be a positive number, was {}", name, ratio,
                         median == value.end() ? "not there" : median->dump()));
    }
    medians[ratio] = median->get<double>();
  }
  return medians;
}

std::vector<std::string> regressions(const std::map<std::string, double>& baseline, const Results& results) {
  std::vector<std::string> worse;
  for (const auto& [name, before] : baseline) {
    const auto now = results.ratios.find(name);
    if (now == results.ratios.end() || now->second.summary.samples == 0) continue;
    const double median = now->second.summary.median;
    if (median >= before * kTolerance) continue;
    worse.push_back(fmt::format("{}: {:.2f}x, was {:.2f}x ({:.0f} % of it, at least {:.0f} % wanted)", name,
                                median, before, 100 * median / before, 100 * kTolerance));
  }
  return worse;
}

}  // namespace vigil::engine::bench
