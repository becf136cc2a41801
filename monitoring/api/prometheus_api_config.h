#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "monitoring/promql/query.h"

namespace vigil::monitoring {

struct PrometheusApiConfig {
  promql::EngineOptions engine;
  std::size_t concurrency = 2;   ///< queries at once
  std::size_t most_waiting = 0;  ///< for others to end; more are refused with 503
  std::chrono::nanoseconds timeout = std::chrono::seconds{10};  ///< of a query; it may ask for less
  std::size_t max_samples = 5'000'000;                          ///< of a query, 16 bytes each
  std::string version;                                          ///< shown by status/buildinfo
};

}  // namespace vigil::monitoring
