#pragma once

#include <string>
#include <utility>

#include "monitoring/http/message.h"

namespace vigil::engine {

/// An answer whose body is JSON, with the end of line that people at a terminal like.
[[nodiscard]] inline monitoring::HttpResponse json_response(std::string body, int status = 200) {
  monitoring::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.body += '\n';
  return response;
}

}  // namespace vigil::engine
