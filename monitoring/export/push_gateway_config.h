#pragma once

#include <chrono>
#include <string>

#include "monitoring/export/push_target.h"

namespace vigil::monitoring {

struct PushGatewayConfig {
  PushTarget target = {};      ///< without a host nothing is pushed
  std::string job = "vigil";   ///< not empty
  PushGrouping grouping = {};  ///< names as is_grouping_label() says
  std::chrono::nanoseconds interval = std::chrono::seconds{15};
  std::chrono::nanoseconds timeout = std::chrono::seconds{5};  ///< of one request
  bool delete_at_end = true;  ///< else a last push; the gateway then shows those values for ever
};

}  // namespace vigil::monitoring
