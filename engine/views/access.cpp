#include "engine/views/access.h"

#include <optional>
#include <string_view>

#include "monitoring/http/credentials.h"

namespace vigil::engine {
namespace {

using monitoring::HttpCredentials;
using monitoring::HttpRequest;
using monitoring::HttpResponse;

struct Access {
  HttpCredentials metrics;
  HttpCredentials api;
  HttpCredentials control;
  bool control_from_loopback = false;
};

HttpCredentials credentials_of(const HttpAccessConfig& config) {
  return {.token = config.token.text, .user = config.user, .password = config.password.text};
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

bool is_control(std::string_view route) {
  return route.starts_with("/api/control/");
}

HttpResponse unauthorized(const HttpCredentials& wanted) {
  HttpResponse response =
      monitoring::http_error(401, "unauthorized", "this path asks for credentials, see WWW-Authenticate");
  response.headers.emplace_back("WWW-Authenticate", monitoring::challenge_of(wanted));
  return response;
}

std::optional<HttpResponse> refusal(const Access& access, std::string_view route,
                                    const HttpRequest& request) {
  if (route == "/health" || route == "/ready") return std::nullopt;

  if (is_control(route) && !access.control.any()) {
    if (access.control_from_loopback && is_loopback(request.remote_address)) return std::nullopt;
    return monitoring::http_error(
        403, "forbidden",
        "control is refused: set http.auth.control for callers with credentials, or "
        "control.loopback for callers on this machine");
  }
  const HttpCredentials& wanted = is_control(route)     ? access.control
                                  : route == "/metrics" ? access.metrics
                                                        : access.api;
  if (!wanted.any() || presents(wanted, request.header("Authorization"))) return std::nullopt;
  return unauthorized(wanted);
}

}  // namespace

monitoring::HttpRouter::Gate access_gate(const EngineConfig& config) {
  const HttpAuthConfig& auth = config.http_auth;
  const Access access{.metrics = credentials_of(auth.metrics),
                      .api = credentials_of(auth.api),
                      .control = credentials_of(auth.control),
                      .control_from_loopback = config.control_from_loopback};
  return [access](std::string_view route, const HttpRequest& request) {
    return refusal(access, route, request);
  };
}

}  // namespace vigil::engine
