#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "engine/config/engine_config.h"
#include "monitoring/http/router.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// Who may ask for what: /health and /ready are open; /metrics, /api/control/... and everything else ask for
/// the credentials of their group, 401 without them. Control without credentials is for callers on loopback
/// where the configuration allows it, 403 for everybody else; other groups without credentials are open.
/// Keeps copies of what it needs. Publishes http_auth_failures_total{group,reason}. Any thread.
class AccessGate {
 public:
  AccessGate(const EngineConfig& config, monitoring::Registry& registry);

  /// The answer to a caller who may not; nullopt lets him pass.
  [[nodiscard]] std::optional<monitoring::HttpResponse> refusal(std::string_view route,
                                                                const monitoring::HttpRequest& request);
  /// Other credentials from now on.
  void replace(const HttpAuthConfig& auth);
  /// For a server; the gate has to outlive it.
  [[nodiscard]] monitoring::HttpRouter::Gate gate();

 private:
  enum class Group : std::uint8_t { Metrics, Api, Control };
  enum class Failure : std::uint8_t { Missing, Wrong, Forbidden };
  static constexpr std::size_t kGroups = 3;
  static constexpr std::size_t kFailures = 3;
  struct Access;

  [[nodiscard]] static Group group_of(std::string_view route);
  [[nodiscard]] std::shared_ptr<const Access> current();
  void count(Group group, Failure failure);

  bool control_from_loopback_;
  std::mutex mutex_;  ///< HTTP workers and whoever reloads; of `access_`
  std::shared_ptr<const Access> access_;
  std::array<std::array<monitoring::SharedCounter, kFailures>, kGroups> failures_;
};

}  // namespace vigil::engine
