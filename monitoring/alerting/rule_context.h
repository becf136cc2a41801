#pragma once

#include <string>

#include "monitoring/alerting/alerting_rule.h"
#include "monitoring/promql/engine.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// What rules see of the world they run in.
struct RuleEnvironment {
  Labels external_labels = {};           ///< $externalLabels of templates
  std::string external_url = {};         ///< $externalURL of templates
  std::size_t max_samples = 50'000'000;  ///< of one evaluation
};

/// Rules over the samples of `source`, evaluated by `engine`; both outlive the context. One thread.
[[nodiscard]] RuleContext rule_context(const promql::Engine& engine, const SampleSource& source,
                                       RuleEnvironment environment);

}  // namespace vigil::monitoring
