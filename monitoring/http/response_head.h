#pragma once

#include <cstddef>
#include <string>

#include "monitoring/http/message.h"

namespace vigil::monitoring {

/// Whether an answer of this status comes without a body, and without the headers that describe one.
[[nodiscard]] constexpr bool is_bodiless(int status) noexcept {
  return status == 204 || status == 304;
}

/// The status line and headers of an answer, up to the empty line. `is_last`: the connection is closed behind
/// it.
[[nodiscard]] std::string response_head(const HttpResponse& response, bool is_last);

}  // namespace vigil::monitoring
