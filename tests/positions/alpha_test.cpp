#include "positions/alpha.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace vigil::positions;
using doctest::Approx;

TEST_CASE("a benchmark gains what its instrument does, from the first price on") {
  Benchmark benchmark(true, 1, 0.05);
  benchmark.sample(std::nullopt, 0);
  CHECK(!benchmark.growth());
  benchmark.sample(50.0, 0.1);
  CHECK(benchmark.growth() == 0);
  benchmark.sample(60.0, 0.1);
  CHECK(benchmark.growth().value() == Approx(0.2));
  benchmark.sample(std::nullopt, 0.1);  // the last price stands
  CHECK(benchmark.growth().value() == Approx(0.2));
}

TEST_CASE("what is not in the instrument earns the risk-free rate") {
  Benchmark half(true, 0.5, 0.04);
  half.sample(100.0, 0);
  half.sample(110.0, 0.25);
  CHECK(half.growth().value() == Approx(0.5 * 0.1 + 0.5 * 0.04 * 0.25));
  Benchmark cash(false, 1, 0.04);
  cash.sample(std::nullopt, 7);  // before it nothing was held
  cash.sample(std::nullopt, 0.5);
  CHECK(cash.growth().value() == Approx(0.02));
}

TEST_CASE("the rate of alpha is its change over the window, or over what there is") {
  Alpha alpha(3);
  CHECK(!alpha.now());
  alpha.value(10.0, 0);
  CHECK(!alpha.rate(3));
  alpha.value(14.0, 1);
  CHECK(alpha.rate(3).value() == Approx(4));
  alpha.value(100.0, 0);  // within the interval
  CHECK(alpha.now() == 100);
  CHECK(alpha.rate(3).value() == Approx(4));
  alpha.value(16.0, 1);
  alpha.value(22.0, 1);
  alpha.value(24.0, 1);
  CHECK(alpha.rate(3).value() == Approx((24.0 - 14) / 3));
  CHECK(alpha.rate(1).value() == Approx(2));
  alpha.value(std::nullopt, 1);
  CHECK(!alpha.now());
  CHECK(!alpha.rate(1));
  alpha.value(30.0, 1);
  CHECK(!alpha.rate(1));
  CHECK(alpha.rate(2).value() == Approx(3));
}

TEST_CASE("in intervals that nobody looked at nothing happened: what changed did so in the first of them") {
  Alpha alpha(10);
  alpha.value(0.0, 0);
  alpha.value(8.0, 4);
  CHECK(alpha.rate(4).value() == Approx(2));
  CHECK(alpha.rate(10).value() == Approx(2));
  CHECK(alpha.rate(1) == 0);
  alpha.value(9.0, 1'000'000);
  CHECK(alpha.rate(10) == 0);
}

TEST_CASE("the rate is that of the values kept whole") {
  std::mt19937 random(9);
  for (int round = 0; round < 50; ++round) {
    const std::size_t longest = 1 + random() % 20;
    Alpha alpha(longest);
    std::vector<double> values;
    for (int i = 0; i < 60; ++i) {
      values.push_back(static_cast<double>(random() % 1000));
      alpha.value(values.back(), i == 0 ? 0 : 1);
      for (std::size_t window = 1; window <= longest; ++window) {
        const std::size_t back = std::min(window, values.size() - 1);
        if (back == 0) {
          CHECK(!alpha.rate(window));
          continue;
        }
        const double change = values.back() - values[values.size() - 1 - back];
        CHECK(alpha.rate(window).value() == Approx(change / static_cast<double>(back)));
      }
    }
  }
}
