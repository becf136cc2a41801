#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include "monitoring/alerting/rule_manager.h"
#include "monitoring/api/prometheus_api_config.h"
#include "monitoring/http/message.h"
#include "monitoring/http/server.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// What the API answers from. All of it outlives the server.
struct PrometheusApiLinks {
  const SampleSource& history;
  const Registry& registry;
  /// Empty: there are no rules.
  std::function<std::vector<RuleGroupView>()> rules;
  std::function<SampleTime()> now;                  ///< the wall clock
  std::function<std::chrono::nanoseconds()> clock;  ///< a monotonic one
};

/// Takes the routes, as HttpServer::add_route and HttpRouter::add do.
using AddRoute = std::function<void(HttpMethods, std::string_view, HttpHandler)>;

/// Prometheus' HTTP API over the history: /api/v1/query, query_range, series, labels, label/<name>/values,
/// metadata, rules, alerts, query_exemplars and status/buildinfo, with Prometheus' parameters, envelopes and
/// errors, so that what asks a Prometheus (Grafana, promtool query, ...) can ask this.
void add_prometheus_api(const AddRoute& add_route, const PrometheusApiConfig& config,
                        const PrometheusApiLinks& links);
void add_prometheus_api(HttpServer& server, const PrometheusApiConfig& config,
                        const PrometheusApiLinks& links);

}  // namespace vigil::monitoring
