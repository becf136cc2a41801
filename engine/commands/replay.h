#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/feed/feed.h"

namespace vigil::engine {

struct ReplayOptions {
  std::vector<std::string> feeds;  ///< FORMAT:PATH
  std::string orders;              ///< empty = none
  std::string config;              ///< empty = the built-in one
  std::string report;
  std::string html;
  std::string fills;
  std::string orders_out;
  std::string perf;
  std::string log_level;        ///< empty = the configuration's
  std::optional<double> speed;  ///< times real time; nothing = as fast as it goes
  OnBadLine on_bad_line = OnBadLine::Fail;
  bool hold = false;  ///< keep serving HTTP after the end
};

/// "max", "1x", "2.5x". Throws std::invalid_argument saying what is expected.
[[nodiscard]] std::optional<double> parse_speed(const std::string& text);

/// Runs the whole engine over recorded data and writes what was asked for. Returns the exit code; throws
/// FeedError, ConfigError or std::runtime_error.
int replay(const ReplayOptions& options);

}  // namespace vigil::engine
