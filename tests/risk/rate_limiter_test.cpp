#include "risk/rate_limiter.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

using vigil::orders::Duration;
using vigil::risk::RateLimiter;
using namespace std::chrono_literals;

namespace {

bool send(RateLimiter& limiter, Duration now, std::uint32_t limit) {
  if (!limiter.allows(now, limit)) return false;
  limiter.record(now);
  return true;
}

}  // namespace

TEST_CASE("as many messages as the limit pass in a second and the next one is refused") {
  RateLimiter limiter;
  for (int i = 0; i < 5; ++i) CHECK(send(limiter, 100s, 5));
  CHECK_FALSE(send(limiter, 100s, 5));
  CHECK(limiter.used(100s) == 5);
}

TEST_CASE("a message makes room again exactly one second later") {
  RateLimiter limiter;
  CHECK(send(limiter, 100s, 1));
  CHECK_FALSE(send(limiter, 101s - 1ns, 1));
  CHECK(send(limiter, 101s, 1));
}

TEST_CASE("a limit of zero lets nothing through") {
  const RateLimiter limiter;
  CHECK_FALSE(limiter.allows(1s, 0));
}

TEST_CASE("asking takes no room") {
  RateLimiter limiter;
  for (int i = 0; i < 10; ++i) CHECK(limiter.allows(1s, 1));
  CHECK(limiter.used(1s) == 0);
}

TEST_CASE("a lowered limit judges the messages that were sent before") {
  RateLimiter limiter;
  for (int i = 0; i < 8; ++i) CHECK(send(limiter, 1s, 10));
  CHECK_FALSE(limiter.allows(1s, 8));
  CHECK(limiter.allows(1s, 9));
}

TEST_CASE("time that runs backwards opens no window") {
  RateLimiter limiter;
  CHECK(send(limiter, 10s, 1));
  CHECK_FALSE(send(limiter, 5s, 1));
  CHECK_FALSE(send(limiter, 10s + 999ms, 1));
  CHECK(send(limiter, 11s, 1));
}

TEST_CASE("a limit above the ring is held to the ring until room is made") {
  RateLimiter limiter;
  constexpr std::uint32_t kLimit = 100'000;
  std::uint32_t passed = 0;
  for (std::uint32_t i = 0; i < kLimit; ++i) passed += send(limiter, 1s, kLimit) ? 1U : 0U;
  CHECK(passed == limiter.effective(kLimit));
  CHECK(passed == 65'536);

  limiter.make_room(kLimit);
  CHECK(limiter.effective(kLimit) == kLimit);
  CHECK(limiter.used(1s) == passed);
  for (std::uint32_t i = passed; i < kLimit; ++i) CHECK(send(limiter, 1s, kLimit));
  CHECK_FALSE(send(limiter, 1s, kLimit));
}

TEST_CASE("no limit goes beyond the greatest one") {
  RateLimiter limiter;
  limiter.make_room(0xffff'ffff);
  CHECK(limiter.effective(0xffff'ffff) == RateLimiter::kGreatestLimit);
}

TEST_CASE("decisions equal those of a list of all messages") {
  CHECK(rc::check([] {
    const auto limit = *rc::gen::inRange<std::uint32_t>(1, 12);
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400));  // milliseconds
    RateLimiter limiter;
    std::vector<Duration> sent;
    Duration now = 50s;
    for (const int step : steps) {
      now += std::chrono::milliseconds{step};
      const auto in_window =
          std::count_if(sent.begin(), sent.end(), [&](Duration at) { return at > now - 1s && at <= now; });
      RC_ASSERT(limiter.used(now) == static_cast<std::uint32_t>(in_window));
      const bool expected = in_window < limit;
      RC_ASSERT(send(limiter, now, limit) == expected);
      if (expected) sent.push_back(now);
    }
  }));
}
