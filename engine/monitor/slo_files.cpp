#include "engine/monitor/slo_files.h"

#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/config/embedded_config.h"
#include "engine/config/yaml.h"
#include "monitoring/alerting/rule_test.h"
#include "monitoring/slo/slo_file.h"

namespace vigil::engine {

namespace {

using monitoring::SloDefinition;

/// What is wrong with them together.
void check(const std::vector<SloDefinition>& objectives, std::vector<std::string>& messages) {
  std::map<std::string, const SloDefinition*> by_name;
  for (const SloDefinition& each : objectives) {
    const auto [before, is_new] = by_name.emplace(each.name, &each);
    if (is_new) continue;
    messages.push_back(fmt::format("{}:{}: objective {}: must be of a name of its own, {}:{} has it",
                                   each.file, each.line, each.name, before->second->file,
                                   before->second->line));
  }
  if (objectives.size() > monitoring::kMostObjectives) {
    messages.push_back(fmt::format("slo: must have at most {} objectives in all files, was {}",
                                   monitoring::kMostObjectives, objectives.size()));
  }
}

}  // namespace

std::vector<SloDefinition> read_slo_files(const SloConfig& config, monitoring::promql::RangeEnds ranges) {
  std::vector<SloDefinition> objectives;
  if (config.built_in) {
    objectives = monitoring::read_slo_file(built_in_slos_text(), std::string{kBuiltInSlosName}, ranges);
  }
  std::vector<std::string> messages;
  for (const std::string& pattern : config.files) {
    const std::vector<std::string> files = monitoring::files_of(pattern);
    if (files.empty()) messages.push_back(pattern + ": must fit a file of objectives, fits none");
    for (const std::string& file : files) {
      try {
        for (SloDefinition& slo : monitoring::read_slo_file(file, ranges))
          objectives.push_back(std::move(slo));
      } catch (const ConfigError& error) {
        messages.insert(messages.end(), error.messages().begin(), error.messages().end());
      }
    }
  }
  check(objectives, messages);
  if (!messages.empty()) throw ConfigError(std::move(messages));
  return objectives;
}

}  // namespace vigil::engine
