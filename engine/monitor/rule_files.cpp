#include "engine/monitor/rule_files.h"

#include <utility>

#include "engine/config/embedded_config.h"
#include "engine/config/yaml.h"
#include "monitoring/alerting/rule_test.h"

namespace vigil::engine {

std::vector<monitoring::RuleGroupDefinition> read_rule_files(const RulesConfig& rules,
                                                             monitoring::promql::RangeEnds ranges) {
  std::vector<monitoring::RuleGroupDefinition> groups;
  if (rules.built_in) {
    groups = monitoring::read_rule_file(built_in_rules_text(), std::string{kBuiltInRulesName}, ranges);
  }
  std::vector<std::string> messages;
  for (const std::string& pattern : rules.files) {
    const std::vector<std::string> files = monitoring::files_of(pattern);
    if (files.empty()) messages.push_back(pattern + ": must fit a rule file, fits none");
    for (const std::string& file : files) {
      try {
        for (monitoring::RuleGroupDefinition& group : monitoring::read_rule_file(file, ranges)) {
          groups.push_back(std::move(group));
        }
      } catch (const ConfigError& error) {
        messages.insert(messages.end(), error.messages().begin(), error.messages().end());
      }
    }
  }
  if (!messages.empty()) throw ConfigError(std::move(messages));
  return groups;
}

}  // namespace vigil::engine
