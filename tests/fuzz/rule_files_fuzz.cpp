// The first byte says what the rest is: t a file of unit tests for rules, anything else a rule file, R one
// for closed ranges. It is read, or refused with messages that name it; what was read of a rule is in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "monitoring/alerting/rule_conditions.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/alerting/rule_test_file.h"
#include "monitoring/promql/printer.h"
#include "monitoring/yaml/config_error.h"

using namespace vigil::monitoring;

namespace {

void check_rule(const RuleDefinition& rule) {
  if (rule.name.empty() || rule.expression == nullptr || rule.line < 1) std::abort();
  if (promql::to_string(*rule.expression).empty()) std::abort();
  if (!options_error(rule).empty()) std::abort();
  (void)conditions_of(rule);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] == 't') {
      const RuleTestFile file = read_rule_test_file(text, "tests.yml");
      if (file.evaluation_interval.count() <= 0) std::abort();
      for (const RuleTestFile::Group& group : file.tests) {
        if (group.interval.count() <= 0) std::abort();
      }
      return 0;
    }
    const auto ranges = data[0] == 'R' ? promql::RangeEnds::Closed : promql::RangeEnds::LeftOpen;
    for (const RuleGroupDefinition& group : read_rule_file(text, "rules.yml", ranges)) {
      if (group.interval && group.interval->count() < 0) std::abort();
      for (const RuleDefinition& rule : group.rules) check_rule(rule);
    }
  } catch (const ConfigError& error) {
    if (error.messages().empty()) std::abort();
    for (const std::string& message : error.messages()) {
      if (message.find(".yml") == std::string::npos) std::abort();
    }
  }
  return 0;
}
