#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "monitoring/alerting/rule_file.h"
#include "monitoring/promql/range_ends.h"
#include "monitoring/watches/gauge_directory.h"
#include "monitoring/watches/watch_program.h"

namespace vigil::monitoring {

/// Why a rule cannot be judged on every change of the gauges it reads, in words for people: it waits, or it
/// looks at more than the gauges' values of one instant. Empty: it can.
[[nodiscard]] std::string watch_obstacle(const RuleDefinition& rule, std::uint64_t group_limit,
                                         const MetricKinds& kinds);

/// What a rule says about one set of labels.
struct CompiledWatch {
  Labels labels;  ///< of the expression's result, without the metric's name
  WatchProgram program;
};
struct CompiledRule {
  std::vector<CompiledWatch> watches;
  std::string obstacle;  ///< the series there are cannot be judged one by one after all; then no watches
};

/// Bounds of what the core computes at one change.
inline constexpr std::size_t kMostWatchSteps = 512;
inline constexpr std::size_t kMostWatchesOfARule = 4096;

/// An expression without obstacle over the series there are: one program for each set of labels that can
/// come out. Series that come later need another compilation.
[[nodiscard]] CompiledRule compile_watches(const promql::Expression& expression, promql::RangeEnds ranges,
                                           GaugeDirectory& directory);

}  // namespace vigil::monitoring
