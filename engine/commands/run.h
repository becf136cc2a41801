#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace vigil::engine {

struct RunOptions {
  std::string config;                                ///< empty = the built-in one
  std::string data;                                  ///< empty = the configuration's
  std::vector<std::string> listen;                   ///< empty = the configuration's
  std::string log_level;                             ///< empty = the configuration's
  std::optional<std::chrono::nanoseconds> duration;  ///< nothing = until stopped
};

/// Runs the engine until it is interrupted or the duration has passed. Returns the exit code; throws
/// ConfigError or std::runtime_error (an address in use).
int run(const RunOptions& options);

}  // namespace vigil::engine
