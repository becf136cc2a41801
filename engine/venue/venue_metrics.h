#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/venue/router_config.h"
#include "engine/venue/venue.h"
#include "monitoring/metrics/registry.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

/// What went wrong with a venue, as exchange_errors_total counts it. The words are stable.
enum class VenueError : std::uint8_t {
  Disconnected,      ///< the connection went down
  SendFailed,        ///< a send met a connection that was down
  QueueFull,         ///< a send met the transport's bound
  RetriesExhausted,  ///< a send failed for good
  Timeout,           ///< a request went unanswered past its time-out
  RateLimited,       ///< the venue refused for too many messages
  Rejected,          ///< the venue refused for any other reason
  UnknownOrder,      ///< a report names no order we know
  IllegalReport,     ///< a report does not fit the order's status
  DuplicateFill,     ///< a fill was reported again
  ConflictingFill,   ///< and with different data
  Overfill,          ///< more was filled than ordered
};
inline constexpr std::size_t kVenueErrorCount = static_cast<std::size_t>(VenueError::Overfill) + 1;
/// "disconnected", "send_failed", ...
[[nodiscard]] std::string_view to_string(VenueError error) noexcept;
/// "smart", "aggressive".
[[nodiscard]] std::string_view to_string(RoutingStrategy strategy) noexcept;

namespace venue_metrics {

inline constexpr std::string_view kRetryLabels[] = {"exchange", "operation", "retry_attempt"};
inline constexpr std::string_view kRetryAttemptLabel[] = {"retry_attempt"};
inline constexpr std::string_view kStrategyLabel[] = {"routing_strategy"};
inline constexpr std::string_view kRoutedLabels[] = {"exchange", "routing_strategy"};
inline constexpr std::string_view kErrorLabels[] = {"exchange", "error_type"};
inline constexpr std::string_view kConnectedLabels[] = {"exchange", "protocol"};
inline constexpr std::string_view kLatencyLabels[] = {"exchange", "operation"};

inline constexpr double kRetryDelayBuckets[] = {0.1, 0.25, 0.5, 1, 2.5, 5};
inline constexpr double kRoutingLatencyBuckets[] = {5e-06, 1e-05, 2.5e-05, 5e-05, 0.0001, 0.0002, 0.001};
inline constexpr double kExchangeLatencyBuckets[] = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5};

inline constexpr monitoring::MetricDefinition kRetryAttempts{
    .name = "execution_retry_attempts_total",
    .type = monitoring::MetricType::Counter,
    .unit = "1",
    .help = "Sends to a venue tried again, by attempt; attempts above 3 count as 3.",
    .labels = kRetryLabels};
inline constexpr monitoring::MetricDefinition kRetryDelay{
    .name = "execution_engine_retry_delay_seconds",
    .type = monitoring::MetricType::Histogram,
    .unit = "seconds",
    .help = "Time a failed send waits before it is tried again, by attempt; attempts above 3 count as 3.",
    .labels = kRetryAttemptLabel,
    .buckets = kRetryDelayBuckets};
inline constexpr monitoring::MetricDefinition kRoutingLatency{
    .name = "execution_engine_routing_latency_seconds",
    .type = monitoring::MetricType::Histogram,
    .unit = "seconds",
    .help = "Time the router takes to choose the venues of an order.",
    .labels = kStrategyLabel,
    .buckets = kRoutingLatencyBuckets};
inline constexpr monitoring::MetricDefinition kOrdersRouted{
    .name = "execution_engine_orders_routed_total",
    .type = monitoring::MetricType::Counter,
    .unit = "1",
    .help = "Orders and slices of orders the router sent to a venue.",
    .labels = kRoutedLabels};
inline constexpr monitoring::MetricDefinition kErrors{.name = "exchange_errors_total",
                                                      .type = monitoring::MetricType::Counter,
                                                      .unit = "1",
                                                      .help = "What went wrong with a venue, by kind.",
                                                      .labels = kErrorLabels};
inline constexpr monitoring::MetricDefinition kConnected{.name = "exchange_connected",
                                                         .type = monitoring::MetricType::Gauge,
                                                         .unit = "1",
                                                         .help = "1 while the venue is connected, else 0.",
                                                         .labels = kConnectedLabels};
inline constexpr monitoring::MetricDefinition kLatency{
    .name = "exchange_latency_seconds",
    .type = monitoring::MetricType::Histogram,
    .unit = "seconds",
    .help = "Time from handing a request to the venue's transport to its first answer.",
    .labels = kLatencyLabels,
    .buckets = kExchangeLatencyBuckets,
    .distribution = &monitoring::kTimeLayout};

}  // namespace venue_metrics

/// All that the core publishes about venues and routing. Series exist from the start. Core thread only.
class VenueMetrics {
 public:
  /// `venue_names` by VenueId; none of them may be larger than that list in any event.
  VenueMetrics(monitoring::Registry& registry, const std::vector<std::string>& venue_names);

  /// A send is tried again. `attempt` from 1.
  void retried(orders::VenueId venue, VenueCommand::Kind operation, std::uint32_t attempt,
               orders::Duration delay) noexcept;
  /// The router decided.
  void routing_decided(RoutingStrategy strategy, orders::Duration latency) noexcept;
  /// One slice of a decision, or the whole order.
  void routed(RoutingStrategy strategy, orders::VenueId venue) noexcept;
  void connected(orders::VenueId venue, bool up) noexcept;
  /// The first answer to a request arrived.
  void answered(orders::VenueId venue, VenueCommand::Kind operation, orders::Duration latency) noexcept;
  void failed(orders::VenueId venue, VenueError error) noexcept;

 private:
  static constexpr std::size_t kOperations = 3;  // VenueCommand::Kind
  static constexpr std::size_t kAttempts = 3;
  static constexpr std::size_t kStrategies = 2;

  struct PerVenue {
    std::array<std::array<monitoring::Counter, kAttempts>, kOperations> retries;
    std::array<monitoring::Counter, kStrategies> routed;
    std::array<monitoring::Counter, kVenueErrorCount> errors;
    std::array<monitoring::Histogram, kOperations> latency;
    monitoring::Gauge connected;
  };
  std::vector<PerVenue> venues_;
  std::array<monitoring::Histogram, kAttempts> retry_delay_;
  std::array<monitoring::Histogram, kStrategies> routing_latency_;
};

}  // namespace vigil::engine
