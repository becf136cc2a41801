#include "engine/views/endpoints.h"

#include <charconv>
#include <chrono>
#include <memory>

#include <nlohmann/json.hpp>

#include "engine/core/clock.h"
#include "engine/version.h"
#include "engine/views/control_request.h"
#include "engine/views/json_response.h"
#include "engine/views/json_views.h"
#include "engine/views/market_json.h"
#include "engine/views/model_json.h"
#include "engine/views/performance_json.h"
#include "monitoring/http/metrics_endpoint.h"

namespace vigil::engine {
namespace {

using monitoring::HttpMethod;
using monitoring::HttpMethods;
using monitoring::HttpRequest;
using monitoring::HttpResponse;

/// How long a reader waits for the core.
constexpr std::chrono::milliseconds kPatience{1000};

/// A whole number from the query; `fallback` when it is not given, nothing when it is not one.
std::optional<std::uint64_t> number_parameter(const HttpRequest& request, std::string_view name,
                                              std::uint64_t fallback) {
  const auto text = request.query_parameter(name);
  if (!text) return fallback;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

template <typename Format>
HttpResponse view(ViewExchange& views, ViewKind kind, orders::OrderId after, std::size_t limit,
                  Format&& format) {
  std::string body;
  switch (views.ask(kind, after, limit, kPatience, [&](const View& answer) { body = format(answer); })) {
    case ViewExchange::Outcome::Answered:
      return json_response(std::move(body));
    case ViewExchange::Outcome::Busy:
      return monitoring::http_error(503, "busy", "too many views asked for at once");
    case ViewExchange::Outcome::TimedOut:
      return monitoring::http_error(503, "timeout", "the core did not answer within 1 s");
  }
  return monitoring::http_error(500, "internal", "unknown outcome");
}

HttpResponse orders_view(const EndpointLinks& links, const HttpRequest& request) {
  const auto after = number_parameter(request, "after", 0);
  const auto limit = number_parameter(request, "limit", View::kMaxOrders);
  if (!after) return monitoring::http_error(400, "bad_data", "after: must be an order id");
  if (!limit || *limit == 0 || *limit > View::kMaxOrders) {
    return monitoring::http_error(400, "bad_data", "limit: must be 1 to " + std::to_string(View::kMaxOrders));
  }
  return view(links.views, ViewKind::Orders, orders::OrderId{*after}, *limit,
              [&](const View& answer) { return orders_json(links.config, answer); });
}

HttpResponse control(const EndpointLinks& links, const HttpRequest& request) {
  const std::string_view word = request.path_parameter("command").value_or("");
  if (word == to_string(ControlCommand::Kind::ReloadLimits)) {
    const std::string error = links.reload ? links.reload() : "nothing to reload";
    if (!error.empty()) return monitoring::http_error(422, "bad_data", error);
    return json_response(R"({"status":"success"})");
  }
  const ControlRequest parsed = parse_control_request(word, request, links.config);
  if (!parsed.error.empty()) return monitoring::http_error(parsed.status, "bad_data", parsed.error);
  if (!links.control || !links.control(parsed.command)) {
    return monitoring::http_error(503, "unavailable", "the core did not take the command");
  }
  return json_response(R"({"status":"success"})");
}

}  // namespace

void add_endpoints(monitoring::HttpServer& server, const EndpointLinks& links) {
  const HttpMethods read{HttpMethod::Get};
  if (links.registry.enabled()) {
    const auto metrics = std::make_shared<monitoring::MetricsEndpoint>(links.registry);
    server.add_route(read, "/metrics", [metrics](const HttpRequest& request) { return (*metrics)(request); });
  }
  server.add_route(read, "/health", [links](const HttpRequest&) {
    return links.health.health_response(machine_time().monotonic);
  });
  server.add_route(read, "/ready", [links](const HttpRequest&) {
    return links.health.ready_response(machine_time().monotonic);
  });
  server.add_route(read, "/api/orders",
                   [links](const HttpRequest& request) { return orders_view(links, request); });
  server.add_route(read, "/api/positions", [links](const HttpRequest&) {
    return view(links.views, ViewKind::Positions, orders::kNoOrder, 0,
                [&](const View& answer) { return positions_json(links.config, answer); });
  });
  server.add_route(read, "/api/risk", [links](const HttpRequest&) {
    return view(links.views, ViewKind::Risk, orders::kNoOrder, 0,
                [&](const View& answer) { return risk_json(links.config, answer, links.registry); });
  });
  const auto started = std::chrono::steady_clock::now();
  server.add_route(read, "/api/status", [links, started](const HttpRequest&) {
    const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - started;
    return view(links.views, ViewKind::Status, orders::kNoOrder, 0,
                [&](const View& answer) { return status_json(links.config, answer, uptime.count()); });
  });
  server.add_route(read, "/api/venues", [links](const HttpRequest&) {
    return view(links.views, ViewKind::Status, orders::kNoOrder, 0, [&](const View& answer) {
      return links.analysis.read(
          [&](const AnalysisFigures& figures) { return venues_json(links.config, answer, figures); });
    });
  });
  server.add_route(read, "/api/correlations", [links](const HttpRequest&) {
    return links.analysis.read([&](const AnalysisFigures& figures) {
      return json_response(correlations_json(links.config, figures.market, machine_time().wall).dump());
    });
  });
  server.add_route(read, "/api/performance", [links](const HttpRequest&) {
    return links.analysis.read([&](const AnalysisFigures& figures) {
      Json document = performance_json(links.config, figures.performance);
      document["market"] = market_json(links.config, figures.market);
      return json_response(document.dump());
    });
  });
  if (links.models) {
    server.add_route(read, "/api/models", [links](const HttpRequest&) {
      return json_response(Json{{"models", models_json(links.config, links.models())}}.dump());
    });
  }
  server.add_route({HttpMethod::Post}, "/api/control/{command}",
                   [links](const HttpRequest& request) { return control(links, request); });
}

}  // namespace vigil::engine
