#include "risk/circuit_breaker.h"

#include <doctest/doctest.h>

using vigil::risk::BreakerLimits;
using vigil::risk::BreakerState;
using vigil::risk::CircuitBreaker;
using namespace std::chrono_literals;

namespace {

constexpr BreakerLimits kLimits{.failures_to_open = 3, .open_for = 10s, .successes_to_close = 2};

CircuitBreaker opened_at(vigil::orders::Duration now) {
  CircuitBreaker breaker;
  for (int i = 0; i < 3; ++i) breaker.failed(now, kLimits);
  return breaker;
}

}  // namespace

TEST_CASE("a breaker walks from closed to open to half-open to closed") {
  CircuitBreaker breaker;
  CHECK(breaker.state() == BreakerState::Closed);
  breaker.failed(1s, kLimits);
  breaker.failed(1s, kLimits);
  CHECK(breaker.state() == BreakerState::Closed);
  CHECK(breaker.allow(1s, kLimits));
  breaker.failed(1s, kLimits);
  CHECK(breaker.state() == BreakerState::Open);

  CHECK_FALSE(breaker.allow(1s, kLimits));
  CHECK_FALSE(breaker.allow(11s - 1ns, kLimits));
  CHECK(breaker.refusals() == 2);

  CHECK(breaker.would_allow(11s, kLimits));
  CHECK(breaker.state() == BreakerState::Open);
  CHECK(breaker.allow(11s, kLimits));
  CHECK(breaker.state() == BreakerState::HalfOpen);
  breaker.succeeded(11s, kLimits);
  CHECK(breaker.state() == BreakerState::HalfOpen);
  CHECK(breaker.allow(12s, kLimits));
  breaker.succeeded(12s, kLimits);
  CHECK(breaker.state() == BreakerState::Closed);

  CHECK(breaker.transitions(BreakerState::Closed, BreakerState::Open) == 1);
  CHECK(breaker.transitions(BreakerState::Open, BreakerState::HalfOpen) == 1);
  CHECK(breaker.transitions(BreakerState::HalfOpen, BreakerState::Closed) == 1);
  CHECK(breaker.transitions(BreakerState::HalfOpen, BreakerState::Open) == 0);
}

TEST_CASE("one failure of a probe opens the breaker again for the whole time") {
  CircuitBreaker breaker = opened_at(1s);
  CHECK(breaker.allow(11s, kLimits));
  breaker.failed(12s, kLimits);
  CHECK(breaker.state() == BreakerState::Open);
  CHECK_FALSE(breaker.allow(22s - 1ns, kLimits));
  CHECK(breaker.allow(22s, kLimits));
  CHECK(breaker.transitions(BreakerState::HalfOpen, BreakerState::Open) == 1);
}

TEST_CASE("a success ends a row of failures") {
  CircuitBreaker breaker;
  for (int i = 0; i < 10; ++i) {
    breaker.failed(1s, kLimits);
    breaker.failed(1s, kLimits);
    breaker.succeeded(1s, kLimits);
  }
  CHECK(breaker.state() == BreakerState::Closed);
}

TEST_CASE("a half-open breaker lets no more calls through than it needs successes") {
  CircuitBreaker breaker = opened_at(1s);
  CHECK(breaker.allow(11s, kLimits));
  CHECK(breaker.allow(11s, kLimits));
  CHECK_FALSE(breaker.would_allow(11s, kLimits));
  CHECK_FALSE(breaker.allow(11s, kLimits));
  CHECK(breaker.refusals() == 1);
}

TEST_CASE("probes that nobody answers are given up after the open time") {
  CircuitBreaker breaker = opened_at(1s);
  CHECK(breaker.allow(11s, kLimits));
  CHECK(breaker.allow(11s, kLimits));
  CHECK_FALSE(breaker.allow(21s - 1ns, kLimits));
  CHECK(breaker.allow(21s, kLimits));
}

TEST_CASE("outcomes of earlier calls neither prolong nor end the open state") {
  CircuitBreaker breaker = opened_at(1s);
  breaker.failed(9s, kLimits);
  breaker.succeeded(9s, kLimits);
  CHECK(breaker.state() == BreakerState::Open);
  breaker.tick(11s - 1ns, kLimits);
  CHECK(breaker.state() == BreakerState::Open);
  breaker.tick(11s, kLimits);
  CHECK(breaker.state() == BreakerState::HalfOpen);
  breaker.succeeded(11s, kLimits);  // no probe is under way
  breaker.succeeded(11s, kLimits);
  CHECK(breaker.state() == BreakerState::HalfOpen);
}

TEST_CASE("a breaker without a number of failures stays closed") {
  CircuitBreaker breaker;
  const BreakerLimits never{.failures_to_open = 0, .open_for = 10s, .successes_to_close = 2};
  for (int i = 0; i < 100; ++i) breaker.failed(1s, never);
  CHECK(breaker.state() == BreakerState::Closed);
}
