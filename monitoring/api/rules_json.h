#pragma once

#include <optional>
#include <string>
#include <vector>

#include "monitoring/alerting/rule_manager.h"

namespace vigil::monitoring {

/// {"groups":[...]} as Prometheus' /api/v1/rules; only rules of `kind`, if it is given.
[[nodiscard]] std::string rules_json(const std::vector<RuleGroupView>& groups, std::optional<RuleKind> kind);
/// {"alerts":[...]}: all that are pending or firing.
[[nodiscard]] std::string alerts_json(const std::vector<RuleGroupView>& groups);

}  // namespace vigil::monitoring
