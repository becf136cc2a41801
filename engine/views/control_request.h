#pragma once

#include <string>
#include <string_view>

#include "engine/config/engine_config.h"
#include "engine/core/control.h"
#include "monitoring/http/message.h"

namespace vigil::engine {

struct ControlRequest {
  ControlCommand command;
  std::string error;  ///< empty = understood
  int status = 200;   ///< for the answer where there is an error: 400 or 404
};

/// Reads POST /api/control/WORD?level=...&name=...: halt, reduce, resume, cancel_all, false_positive take
/// nothing; kill and release take level (firm, account, strategy, venue, instrument) and name (not for firm);
/// enable_strategy and disable_strategy take name.
[[nodiscard]] ControlRequest parse_control_request(std::string_view word,
                                                   const monitoring::HttpRequest& request,
                                                   const EngineConfig& config);

}  // namespace vigil::engine
