// What the engine publishes about venues and routing.

#include "engine/venue/venue_metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

using namespace venue_metrics;

TEST_SUITE("venue metrics") {
  TEST_CASE("every series of every venue exists from the start") {
    monitoring::Registry registry;
    const std::size_t before = registry.series_count();
    const VenueMetrics metrics(registry, {"A", "B"});
    // Per venue: 9 retries, 3 latencies, 2 strategies, the errors, the connection; shared: 3 delays, 2
    // latencies.
    CHECK(registry.series_count() - before == 2 * (9 + 3 + 2 + kVenueErrorCount + 1) + 5);
    std::set<std::string_view> names;
    for (const auto& definition : registry.definitions()) names.insert(definition.name);
    CHECK(names.contains("execution_retry_attempts_total"));
    CHECK(names.contains("execution_engine_retry_delay_seconds"));
    CHECK(names.contains("execution_engine_routing_latency_seconds"));
    CHECK(names.contains("execution_engine_orders_routed_total"));
    CHECK(names.contains("exchange_errors_total"));
    CHECK(names.contains("exchange_connected"));
    CHECK(names.contains("exchange_latency_seconds"));
  }

  TEST_CASE("events land in the series they name") {
    monitoring::Registry registry;
    VenueMetrics metrics(registry, {"A", "B"});
    const VenueId b{1};
    metrics.retried(b, VenueCommand::Kind::Cancel, 2, 250ms);
    metrics.retried(b, VenueCommand::Kind::Replace, 7, 4s);
    metrics.routing_decided(RoutingStrategy::Aggressive, 20us);
    metrics.routed(RoutingStrategy::Aggressive, b);
    metrics.connected(b, true);
    metrics.failed(b, VenueError::ConflictingFill);
    CHECK(registry.counter(kRetryAttempts, {"B", "cancel", "2"}).value() == 1);
    CHECK(registry.counter(kRetryAttempts, {"B", "modify", "3"}).value() == 1);
    CHECK(registry.histogram(kRetryDelay, {"2"}).sum() == doctest::Approx(0.25));
    CHECK(registry.histogram(kRetryDelay, {"3"}).sum() == doctest::Approx(4));
    CHECK(registry.histogram(kRoutingLatency, {"aggressive"}).sum() == doctest::Approx(2e-5));
    CHECK(registry.histogram(kRoutingLatency, {"smart"}).count() == 0);
    CHECK(registry.counter(kOrdersRouted, {"B", "aggressive"}).value() == 1);
    CHECK(registry.counter(kOrdersRouted, {"A", "aggressive"}).value() == 0);
    CHECK(registry.gauge(kConnected, {"B", "SIM"}).value() == 1);
    CHECK(registry.gauge(kConnected, {"A", "SIM"}).value() == 0);
    CHECK(registry.counter(kErrors, {"B", "conflicting_fill"}).value() == 1);
  }

  TEST_CASE("every error has a word of its own") {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < kVenueErrorCount; ++i) words.insert(to_string(static_cast<VenueError>(i)));
    CHECK(words.size() == kVenueErrorCount);
  }

  TEST_CASE("the bounds of a histogram ascend and hold the thresholds of the catalogue") {
    for (const auto& buckets : {kRetryDelay.buckets, kRoutingLatency.buckets, kLatency.buckets}) {
      CHECK(std::ranges::is_sorted(buckets));
    }
    for (const double threshold : {0.1, 0.5, 2.0}) {
      CHECK(std::ranges::find(kLatency.buckets, threshold) != kLatency.buckets.end());
    }
  }

  TEST_CASE("a venue with known delays and errors reproduces them in the metrics") {
    monitoring::Registry registry;
    VenueMetrics metrics(registry, {"X", "Y", "SIM"});
    auto config = plain_config();
    config.faults.messages_per_second = 2;
    VenueFixture f(config);
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    std::map<OrderId, Timestamp> sent;
    f.sink.then = [&](const VenueEvent& event, Timestamp now) {
      if (event.kind == VenueEvent::Kind::Disconnected) metrics.failed(event.venue, VenueError::Disconnected);
      if (event.kind != VenueEvent::Kind::Report) return;
      if (event.report.reason == RejectReason::RateLimited)
        metrics.failed(event.venue, VenueError::RateLimited);
      const auto waiting = sent.find(event.report.order);
      if (waiting == sent.end()) return;
      metrics.answered(event.venue, VenueCommand::Kind::New, now - waiting->second);
      sent.erase(waiting);
    };
    for (int i = 0; i < 3; ++i) {
      const orders::Duration when = i * 10ms;
      sent[f.submit(when, {.limit = "9.50", .quantity = Quantity{5}})] = at(when);
    }
    f.advance(1s);
    f.venue.connect(false, at(1s));
    f.advance(2s);
    CHECK(registry.histogram(kLatency, {"SIM", "order"}).count() == 3);
    CHECK(registry.histogram(kLatency, {"SIM", "order"}).sum() == doctest::Approx(0.009));
    CHECK(registry.counter(kErrors, {"SIM", "rate_limited"}).value() == 1);
    CHECK(registry.counter(kErrors, {"SIM", "disconnected"}).value() == 1);
  }
}

}  // namespace vigil::engine::test
