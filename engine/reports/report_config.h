#pragma once

#include <cstddef>

namespace vigil::engine {

/// Reports of days that have ended.
struct ReportConfig {
  std::size_t keep = 400;  ///< days; the oldest go
};

}  // namespace vigil::engine
