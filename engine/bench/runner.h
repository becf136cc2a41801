#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/bench/cases.h"
#include "engine/bench/statistics.h"

namespace vigil::engine::bench {

struct CaseResult {
  std::string subject;
  std::string unit;
  Summary summary;
};

struct RatioResult {
  std::string of;
  std::string over;
  Summary summary;  ///< of the rounds' ratios
};

/// What was measured, by name.
struct Results {
  std::map<std::string, CaseResult> cases;
  std::map<std::string, RatioResult> ratios;
};

/// Measures the group's cases in turns and adds what they gave. Throws what a case throws.
void run_group(const std::string& subject, const Group& group, const Effort& effort, Results& results);

}  // namespace vigil::engine::bench
