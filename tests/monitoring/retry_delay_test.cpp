#include "monitoring/delivery/retry_delay.h"

#include <doctest/doctest.h>

using namespace vigil::monitoring;
using namespace std::chrono_literals;

TEST_CASE("a delay doubles up to its bound, is shortened by up to half, and keeps to what was asked") {
  const RetryPolicy policy{.first = 100ms, .longest = 1s, .longest_asked = 1min};
  std::mt19937_64 random(7);
  for (int i = 0; i < 1000; ++i) {
    const auto first = retry_delay(policy, 1, {}, random);
    CHECK((first >= 50ms && first <= 100ms));
    const auto third = retry_delay(policy, 3, {}, random);
    CHECK((third >= 200ms && third <= 400ms));
    const auto late = retry_delay(policy, 1'000'000, {}, random);
    CHECK((late >= 500ms && late <= 1s));
    CHECK(retry_delay(policy, 1, 30s, random) == 30s);
    CHECK(retry_delay(policy, 1, 3600s, random) == 1min);
    CHECK(retry_delay(policy, 5, 0s, random) >= 500ms);
  }
}

TEST_CASE("the same seed gives the same delays") {
  const RetryPolicy policy;
  std::mt19937_64 one(3);
  std::mt19937_64 two(3);
  for (std::uint64_t i = 1; i < 20; ++i) {
    CHECK(retry_delay(policy, i, {}, one) == retry_delay(policy, i, {}, two));
  }
}
