// Failed sends that are tried again.

#include "engine/venue/retry_queue.h"

#include <doctest/doctest.h>

#include "engine/venue/venue_metrics.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;
using orders::Duration;
using orders::OrderId;
using orders::VenueId;

namespace {

VenueCommand command(std::uint64_t id, VenueCommand::Kind kind = VenueCommand::Kind::New) {
  VenueCommand result;
  result.kind = kind;
  result.order = OrderId{id};
  result.venue = VenueId{0};
  return result;
}

}  // namespace

TEST_SUITE("retry queue") {
  TEST_CASE("retries wait twice as long each time, and after the last the failure is final") {
    RetryQueue queue({.max_attempts = 3, .base_delay = 100ms}, 10);
    CHECK(queue.schedule(command(1), 0, 1s) == RetryResult::Scheduled);
    CHECK(queue.next_due() == 1100ms);
    CHECK_FALSE(queue.due(1100ms - 1ns));
    auto retry = queue.due(1100ms);
    REQUIRE(retry);
    CHECK(retry->command.order == OrderId{1});
    CHECK(retry->attempt == 1);
    CHECK(retry->delay == 100ms);
    CHECK(queue.schedule(retry->command, retry->attempt, 1100ms) == RetryResult::Scheduled);
    retry = queue.due(1300ms);
    REQUIRE(retry);
    CHECK(retry->attempt == 2);
    CHECK(queue.schedule(retry->command, retry->attempt, 1300ms) == RetryResult::Scheduled);
    retry = queue.due(1700ms);
    REQUIRE(retry);
    CHECK(retry->attempt == 3);
    CHECK(retry->delay == 400ms);
    CHECK(queue.schedule(retry->command, retry->attempt, 1700ms) == RetryResult::Exhausted);
    CHECK(queue.size() == 0);
  }

  TEST_CASE("no attempts means every failure is final") {
    RetryQueue queue({.max_attempts = 0, .base_delay = 100ms}, 10);
    CHECK(queue.schedule(command(1), 0, 1s) == RetryResult::Exhausted);
  }

  TEST_CASE("what is due comes out by time, equal times as scheduled") {
    RetryQueue queue({.max_attempts = 3, .base_delay = 100ms}, 10);
    CHECK(queue.schedule(command(1), 1, 0s) == RetryResult::Scheduled);  // at 200 ms
    CHECK(queue.schedule(command(2), 0, 0s) == RetryResult::Scheduled);  // at 100 ms
    CHECK(queue.schedule(command(3), 0, 0s) == RetryResult::Scheduled);
    CHECK(queue.schedule(command(4), 0, 100ms) == RetryResult::Scheduled);  // at 200 ms
    std::vector<OrderId> order;
    while (const auto retry = queue.due(1s)) order.push_back(retry->command.order);
    CHECK(order == std::vector<OrderId>{OrderId{2}, OrderId{3}, OrderId{1}, OrderId{4}});
    CHECK(queue.next_due() == Duration::max());
    CHECK_FALSE(queue.due(Duration::max()));
  }

  TEST_CASE("a full queue refuses and keeps what it has") {
    RetryQueue queue({.max_attempts = 3, .base_delay = 100ms}, 2);
    CHECK(queue.schedule(command(1), 0, 0s) == RetryResult::Scheduled);
    CHECK(queue.schedule(command(2), 0, 0s) == RetryResult::Scheduled);
    CHECK(queue.schedule(command(3), 0, 0s) == RetryResult::Full);
    CHECK(queue.size() == 2);
    CHECK(queue.capacity() == 2);
    CHECK(queue.due(1s)->command.order == OrderId{1});
  }

  TEST_CASE("all that waits for an order can be dropped") {
    RetryQueue queue({.max_attempts = 3, .base_delay = 100ms}, 10);
    for (std::uint64_t i = 0; i < 9; ++i) {
      CHECK(queue.schedule(command(i % 3), 0, 9ms - i * 1ms) == RetryResult::Scheduled);
    }
    CHECK(queue.remove(OrderId{1}) == 3);
    CHECK(queue.remove(OrderId{1}) == 0);
    Duration last{};
    std::size_t count = 0;
    while (queue.size() > 0) {
      CHECK(queue.next_due() >= last);
      last = queue.next_due();
      const auto retry = queue.due(last);
      REQUIRE(retry);
      CHECK(retry->command.order != OrderId{1});
      ++count;
    }
    CHECK(count == 6);
  }

  TEST_CASE("a delay beyond the range of time stops at its end") {
    RetryQueue queue({.max_attempts = 1000, .base_delay = 100ms}, 10);
    CHECK(queue.delay_of(1) == 100ms);
    CHECK(queue.delay_of(11) == 102'400ms);
    CHECK(queue.delay_of(900) == Duration::max());
    CHECK(queue.schedule(command(1), 899, 1s) == RetryResult::Scheduled);
    CHECK(queue.next_due() == Duration::max());
    RetryQueue at_once({.max_attempts = 1000, .base_delay = 0ms}, 10);
    CHECK(at_once.delay_of(900) == 0ms);
  }

  TEST_CASE(
      "a venue that fails twice leaves two increasing delays in the metrics, and a third failure is final") {
    monitoring::Registry registry;
    VenueMetrics metrics(registry, {"SIM"});
    RetryQueue queue({.max_attempts = 2, .base_delay = 200ms}, 10, &metrics);

    int failures = 0;
    Duration now = 0s;
    const auto send = [&] {
      ++failures;
      return SendResult::Disconnected;
    };
    VenueCommand pending = command(1);
    std::uint32_t attempt = 0;
    RetryResult result = RetryResult::Scheduled;
    std::vector<Duration> delays;
    while (send() != SendResult::Sent) {
      result = queue.schedule(pending, attempt, now);
      if (result != RetryResult::Scheduled) break;
      now = queue.next_due();
      const auto retry = queue.due(now);
      REQUIRE(retry);
      pending = retry->command;
      attempt = retry->attempt;
      delays.push_back(retry->delay);
    }
    CHECK(result == RetryResult::Exhausted);
    CHECK(failures == 3);
    CHECK(delays == std::vector<Duration>{200ms, 400ms});

    using namespace venue_metrics;
    CHECK(registry.counter(kRetryAttempts, {"SIM", "place", "1"}).value() == 1);
    CHECK(registry.counter(kRetryAttempts, {"SIM", "place", "2"}).value() == 1);
    CHECK(registry.counter(kRetryAttempts, {"SIM", "place", "3"}).value() == 0);
    CHECK(registry.histogram(kRetryDelay, {"1"}).sum() == doctest::Approx(0.2));
    CHECK(registry.histogram(kRetryDelay, {"2"}).sum() == doctest::Approx(0.4));
    CHECK(registry.histogram(kRetryDelay, {"3"}).count() == 0);
  }
}

}  // namespace vigil::engine::test
