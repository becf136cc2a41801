#include "engine/views/access.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "monitoring/http/credentials.h"
#include "monitoring/http/http_metrics.h"

namespace vigil::engine {
namespace {

using monitoring::HttpCredentials;
using monitoring::HttpRequest;
using monitoring::HttpResponse;

HttpCredentials credentials_of(const HttpAccessConfig& config) {
  return {.token = config.token.text, .user = config.user, .password = config.password.text};
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

/// A browser says which page sends a request; a page of another server, or one whose name was made to lead
/// here, must not command this one. What is no browser says nothing.
bool is_from_foreign_page(const HttpRequest& request) {
  const auto origin = request.header("Origin");
  if (!origin) return false;
  const std::string_view host = request.header("Host").value_or("");
  const bool is_local =
      host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
  return !is_local || (*origin != "http://" + std::string{host} && *origin != "https://" + std::string{host});
}

HttpResponse unauthorized(const HttpCredentials& wanted) {
  HttpResponse response =
      monitoring::http_error(401, "unauthorized", "this path asks for credentials, see WWW-Authenticate");
  response.headers.emplace_back("WWW-Authenticate", monitoring::challenge_of(wanted));
  return response;
}

}  // namespace

/// By Group.
struct AccessGate::Access {
  std::array<HttpCredentials, kGroups> wanted;

  explicit Access(const HttpAuthConfig& auth)
      : wanted{credentials_of(auth.metrics), credentials_of(auth.api), credentials_of(auth.control)} {}
};

AccessGate::AccessGate(const EngineConfig& config, monitoring::Registry& registry)
    : control_from_loopback_(config.control_from_loopback),
      access_(std::make_shared<const Access>(config.http_auth)) {
  constexpr std::array<std::string_view, kGroups> kGroupNames{"metrics", "api", "control"};
  constexpr std::array<std::string_view, kFailures> kFailureNames{"missing", "wrong", "forbidden"};
  for (std::size_t group = 0; group < kGroups; ++group) {
    for (std::size_t failure = 0; failure < kFailures; ++failure) {
      const bool is_possible =
          static_cast<Failure>(failure) != Failure::Forbidden || static_cast<Group>(group) == Group::Control;
      if (!is_possible) continue;
      failures_[group][failure] = registry.shared_counter(monitoring::kHttpAuthFailures,
                                                          {kGroupNames[group], kFailureNames[failure]});
    }
  }
}

AccessGate::Group AccessGate::group_of(std::string_view route) {
  if (route == "/metrics") return Group::Metrics;
  return route.starts_with("/api/control/") ? Group::Control : Group::Api;
}

std::shared_ptr<const AccessGate::Access> AccessGate::current() {
  const std::lock_guard lock(mutex_);
  return access_;
}

void AccessGate::replace(const HttpAuthConfig& auth) {
  auto fresh = std::make_shared<const Access>(auth);
  const std::lock_guard lock(mutex_);
  access_ = std::move(fresh);
}

void AccessGate::count(Group group, Failure failure) {
  failures_[static_cast<std::size_t>(group)][static_cast<std::size_t>(failure)].add();
}

std::optional<HttpResponse> AccessGate::refusal(std::string_view route, const HttpRequest& request) {
  if (route == "/health" || route == "/ready") return std::nullopt;

  const std::shared_ptr<const Access> access = current();
  const Group group = group_of(route);
  const HttpCredentials& wanted = access->wanted[static_cast<std::size_t>(group)];
  if (group == Group::Control && !wanted.any()) {
    const bool is_foreign = is_from_foreign_page(request);
    if (control_from_loopback_ && is_loopback(request.remote_address) && !is_foreign) return std::nullopt;
    count(group, Failure::Forbidden);
    if (is_foreign)
      return monitoring::http_error(403, "forbidden", "control is refused to pages of other servers");
    return monitoring::http_error(
        403, "forbidden",
        "control is refused: set http.auth.control for callers with credentials, or "
        "control.loopback for callers on this machine");
  }
  const auto authorization = request.header("Authorization");
  if (!wanted.any() || presents(wanted, authorization)) return std::nullopt;
  count(group, authorization ? Failure::Wrong : Failure::Missing);
  return unauthorized(wanted);
}

monitoring::HttpRouter::Gate AccessGate::gate() {
  return [this](std::string_view route, const HttpRequest& request) { return refusal(route, request); };
}

}  // namespace vigil::engine
