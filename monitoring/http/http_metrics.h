#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/operation_seconds.h"

namespace vigil::monitoring {

// What the HTTP server and its scrape endpoint publish.

inline constexpr std::array<std::string_view, 1> kFormatLabels{"format"};
inline constexpr MetricDefinition kScrapeDuration{"monitoring_scrape_duration_seconds",
                                                  MetricType::Histogram,
                                                  "seconds",
                                                  "Time to collect and format one scrape.",
                                                  kFormatLabels,
                                                  kOperationSeconds};  // format: text, openmetrics, protobuf

inline constexpr std::array<std::string_view, 3> kRouteMethodStatusLabels{"route", "method", "status_code"};
inline constexpr MetricDefinition kHttpRequests{
    "http_requests_total", MetricType::Counter, "1", "HTTP requests answered.",
    kRouteMethodStatusLabels};  // route: templates, "other"; method: kHttpMethodNames

inline constexpr std::array<std::string_view, 2> kRouteMethodLabels{"route", "method"};
inline constexpr MetricDefinition kHttpRequestDuration{
    "http_request_duration_seconds",
    MetricType::Histogram,
    "seconds",
    "Time from a request read to its answer ready to be sent.",
    kRouteMethodLabels,
    kOperationSeconds};

inline constexpr std::array<std::string_view, 1> kReasonLabels{"reason"};
inline constexpr MetricDefinition kHttpConnectionsDropped{
    "http_connections_dropped_total", MetricType::Counter, "1",
    "Connections that the HTTP server ended because of what the client did, or did not do in time.",
    kReasonLabels};  // reason: DropReason

inline constexpr std::array<std::string_view, 2> kGroupReasonLabels{"group", "reason"};
inline constexpr MetricDefinition kHttpAuthFailures{
    "http_auth_failures_total", MetricType::Counter, "1",
    "HTTP requests refused for their credentials, answered 401 or 403.",
    kGroupReasonLabels};  // group: metrics, api, control; reason: missing, wrong, forbidden

inline constexpr std::array kHttpMetrics{kScrapeDuration, kHttpRequests, kHttpRequestDuration,
                                         kHttpConnectionsDropped, kHttpAuthFailures};

}  // namespace vigil::monitoring
