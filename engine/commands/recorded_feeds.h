#pragma once

#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/feed/directory.h"
#include "engine/feed/feed.h"
#include "engine/feed/feed_spec.h"
#include "engine/feed/merge.h"

namespace vigil::engine {

// What commands share that read recorded market data.

/// Instruments and venues of the files join the configuration's before anything is wired. Throws FeedError,
/// and ConfigError for names that neither defines.
[[nodiscard]] Directory discover_all(EngineConfig& config, const std::vector<FeedSpec>& specs,
                                     OnBadLine on_bad_line);

/// The files as one feed. The directory must outlive it. Throws FeedError.
[[nodiscard]] MergedFeed open_all(const std::vector<FeedSpec>& specs, const Directory& directory,
                                  OnBadLine on_bad_line);

/// Whether two paths lead to one file, there or not yet there. Devices are nobody's own.
[[nodiscard]] bool is_same_file(const std::string& a, const std::string& b);

}  // namespace vigil::engine
