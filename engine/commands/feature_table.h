#pragma once

#include <string>
#include <vector>

#include "engine/feed/feed.h"

namespace vigil::engine {

struct FeatureTableOptions {
  std::vector<std::string> feeds;   ///< FORMAT:PATH
  std::string config;               ///< empty = the one that replays use
  std::vector<std::string> models;  ///< files of models to ask at each row
  std::string out;
  OnBadLine on_bad_line = OnBadLine::Fail;
};

/// Writes a CSV with a row for each quote that the engine computes features at: `time` (nanoseconds since
/// 1970, UTC), `symbol`, `mid` and every feature, empty where it is not known. The quotes are those that
/// strategies and models see: the best bid and ask of all venues. A column for each model, by its name, has
/// the probability that it gives of the mid going up, empty where it lacks a feature. Numbers read back as
/// the same doubles. Returns the exit code; throws FeedError, ConfigError, ModelFault or std::runtime_error.
int write_feature_table(const FeatureTableOptions& options);

}  // namespace vigil::engine
