#pragma once

#include <string>
#include <vector>

#include "engine/bench/environment.h"
#include "engine/bench/targets.h"

namespace vigil::engine::bench {

/// All that a run found.
struct Report {
  Environment environment;
  double load_before = 0;
  double load_after = 0;
  bool is_quick = false;
  Results results;
  std::vector<Verdict> verdicts;
};

/// For a person: cases, ratios, verdicts.
[[nodiscard]] std::string report_text(const Report& report);
/// For programs, and for --compare of later runs.
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace vigil::engine::bench
