#include "engine/venue/venue_metrics.h"

#include <algorithm>
#include <cassert>

namespace vigil::engine {
namespace {

/// The words of row `operation` of the retry counter, and of the latency histogram; by VenueCommand::Kind.
constexpr std::array<std::string_view, 3> kRetryOperations{"place", "cancel", "modify"};
constexpr std::array<std::string_view, 3> kLatencyOperations{"order", "cancel", "replace"};
constexpr std::array<std::string_view, 3> kAttemptWords{"1", "2", "3"};
constexpr std::array<std::string_view, kVenueErrorCount> kErrorWords{
    "disconnected",   "send_failed",    "queue_full",       "retries_exhausted",
    "timeout",        "rate_limited",   "rejected",         "unknown_order",
    "illegal_report", "duplicate_fill", "conflicting_fill", "overfill"};
/// The only kind of connection there is: the simulated venue.
constexpr std::string_view kProtocol = "SIM";

std::size_t place(VenueCommand::Kind operation) noexcept {
  return static_cast<std::size_t>(operation);
}
std::size_t place(RoutingStrategy strategy) noexcept {
  return static_cast<std::size_t>(strategy);
}

}  // namespace

std::string_view to_string(VenueError error) noexcept {
  return kErrorWords[static_cast<std::size_t>(error)];
}

std::string_view to_string(RoutingStrategy strategy) noexcept {
  switch (strategy) {
    case RoutingStrategy::Smart:
      return "smart";
    case RoutingStrategy::Aggressive:
      return "aggressive";
  }
  return "unknown";
}

VenueMetrics::VenueMetrics(monitoring::Registry& registry, const std::vector<std::string>& venue_names) {
  using namespace venue_metrics;
  for (const auto& definition :
       {kRetryAttempts, kRetryDelay, kRoutingLatency, kOrdersRouted, kErrors, kConnected, kLatency}) {
    registry.declare(definition);
  }
  for (std::size_t attempt = 0; attempt < kAttempts; ++attempt) {
    retry_delay_[attempt] = registry.histogram(kRetryDelay, {kAttemptWords[attempt]});
  }
  for (std::size_t strategy = 0; strategy < kStrategies; ++strategy) {
    routing_latency_[strategy] =
        registry.histogram(kRoutingLatency, {to_string(static_cast<RoutingStrategy>(strategy))});
  }
  for (const std::string& name : venue_names) {
    PerVenue& venue = venues_.emplace_back();
    for (std::size_t operation = 0; operation < kOperations; ++operation) {
      for (std::size_t attempt = 0; attempt < kAttempts; ++attempt) {
        venue.retries[operation][attempt] =
            registry.counter(kRetryAttempts, {name, kRetryOperations[operation], kAttemptWords[attempt]});
      }
      venue.latency[operation] = registry.histogram(kLatency, {name, kLatencyOperations[operation]});
    }
    for (std::size_t strategy = 0; strategy < kStrategies; ++strategy) {
      venue.routed[strategy] =
          registry.counter(kOrdersRouted, {name, to_string(static_cast<RoutingStrategy>(strategy))});
    }
    for (std::size_t error = 0; error < kVenueErrorCount; ++error) {
      venue.errors[error] = registry.counter(kErrors, {name, kErrorWords[error]});
    }
    venue.connected = registry.gauge(kConnected, {name, kProtocol}, 0);
  }
}

void VenueMetrics::retried(orders::VenueId venue, VenueCommand::Kind operation, std::uint32_t attempt,
                           orders::Duration delay) noexcept {
  assert(orders::index(venue) < venues_.size() && attempt >= 1);
  const std::size_t attempt_place = std::min<std::size_t>(attempt, kAttempts) - 1;
  venues_[orders::index(venue)].retries[place(operation)][attempt_place].add();
  retry_delay_[attempt_place].observe(delay);
}

void VenueMetrics::routing_decided(RoutingStrategy strategy, orders::Duration latency) noexcept {
  routing_latency_[place(strategy)].observe(latency);
}

void VenueMetrics::routed(RoutingStrategy strategy, orders::VenueId venue) noexcept {
  assert(orders::index(venue) < venues_.size());
  venues_[orders::index(venue)].routed[place(strategy)].add();
}

void VenueMetrics::connected(orders::VenueId venue, bool up) noexcept {
  assert(orders::index(venue) < venues_.size());
  venues_[orders::index(venue)].connected.set(up ? 1 : 0);
}

void VenueMetrics::answered(orders::VenueId venue, VenueCommand::Kind operation,
                            orders::Duration latency) noexcept {
  assert(orders::index(venue) < venues_.size());
  venues_[orders::index(venue)].latency[place(operation)].observe(latency);
}

void VenueMetrics::failed(orders::VenueId venue, VenueError error) noexcept {
  assert(orders::index(venue) < venues_.size());
  venues_[orders::index(venue)].errors[static_cast<std::size_t>(error)].add();
}

}  // namespace vigil::engine
