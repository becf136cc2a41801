#pragma once

#include <string>

namespace vigil::engine {

struct BenchOptions {
  std::string json;     ///< where the report goes; empty = nowhere
  std::string compare;  ///< report of an earlier run; empty = none
  std::string only;     ///< one subject; empty = all
  std::string targets;  ///< empty = the built-in ones
  bool quick = false;
};

/// Measures, judges, prints. Returns kExitFailure when a target is missed or a ratio is worse than the
/// baseline's. Throws ConfigError for targets or a baseline that cannot be used and std::runtime_error for a
/// file that cannot be written, both before anything is measured; and ConfigError after a whole run for a
/// target that names a measure which does not exist.
int run_bench(const BenchOptions& options);

}  // namespace vigil::engine
