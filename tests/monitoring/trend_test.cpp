#include "monitoring/prediction/trend.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

namespace {

constexpr SampleTime kStart = 1'700'000'000'000;
constexpr SampleTime kLength = 900'000;
constexpr SampleRange kWindow{.from = kStart, .to = kStart + kLength};

/// One sample each 5 s; `value` of the seconds since the window's start.
template <typename Value>
std::vector<Sample> samples_of(Value value) {
  std::vector<Sample> out;
  for (SampleTime time = 0; time <= kLength; time += 5000)
    out.push_back({.time = kStart + time, .value = value(static_cast<double>(time) / 1000)});
  return out;
}

/// The share of 1,000 series, each drawn by `make` from a seed of its own, that look like a trend.
template <typename Make>
double share_of_trends(Make make) {
  int found = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    std::mt19937_64 random(seed);
    const auto trend = fit_trend(make(random), kWindow);
    REQUIRE(trend);
    found += trend->is_significant() ? 1 : 0;
  }
  return found / 1000.0;
}

std::vector<Sample> random_walk(std::mt19937_64& random) {
  std::normal_distribution<double> step;
  double at = 0;
  return samples_of([&](double) { return at += step(random); });
}

std::vector<Sample> noisy_ramp(std::mt19937_64& random, double rise) {
  std::normal_distribution<double> noise;
  return samples_of([&](double second) { return rise * second / 900 + noise(random); });
}

}  // namespace

TEST_CASE("an exact line is found, wherever its samples lie") {
  const bool holds = rc::check([] {
    const double start = *rc::gen::inRange(-1000, 1000) * 0.37;
    const double slope = *rc::gen::inRange(-1000, 1000) * 0.01;
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    std::uniform_int_distribution<SampleTime> step(1, 40'000);
    std::vector<Sample> samples;
    SampleTime time = kStart;
    while (time <= kWindow.to) {
      samples.push_back({.time = time, .value = start + slope * static_cast<double>(time - kStart) / 1000});
      time += step(random);
    }
    const auto trend = fit_trend(samples, kWindow);
    RC_ASSERT(trend.has_value());
    RC_ASSERT(std::abs(trend->slope - slope) < 1e-9);
    if (slope == 0) {
      RC_ASSERT(!trend->is_significant());
      RC_ASSERT(trend->value_after(600) == start);
      return;
    }
    RC_ASSERT(trend->is_significant());
    RC_ASSERT(std::abs(trend->value_after(600) - (start + slope * 1500)) < 1e-6);
    const double limit = start + slope * 900 + std::abs(slope) * 300;
    const auto seconds = seconds_to_reach(*trend, limit);
    RC_ASSERT(seconds.has_value() == (slope > 0));
    if (seconds) RC_ASSERT(std::abs(*seconds - 300) < 1e-5);
  });
  CHECK(holds);
}

TEST_CASE("what stands still has no trend, whatever its value rounds to") {
  for (int i = -1000; i < 1000; ++i) {
    CAPTURE(i);
    const auto trend = fit_trend(samples_of([i](double) { return i * 0.37; }), kWindow);
    REQUIRE(trend);
    CHECK(trend->slope == 0);
    CHECK(!trend->is_significant());
  }
}

TEST_CASE("a limit that is reached already is 0 seconds away") {
  const auto trend = fit_trend(samples_of([](double second) { return second; }), kWindow);
  REQUIRE(trend);
  CHECK(seconds_to_reach(*trend, 500) == 0.0);
}

TEST_CASE("a falling series never reaches a limit above it") {
  const auto trend = fit_trend(samples_of([](double second) { return -second; }), kWindow);
  REQUIRE(trend);
  CHECK(trend->is_significant());
  CHECK_FALSE(seconds_to_reach(*trend, 10));
}

TEST_CASE("a few outliers turn no line") {
  auto samples = samples_of([](double second) { return 2 * second + 5; });
  const auto before = fit_trend(samples, kWindow);
  REQUIRE(before);
  for (std::size_t i = 3; i < samples.size(); i += 10) samples[i].value = i % 20 == 3 ? 1e9 : -1e9;
  const auto after = fit_trend(samples, kWindow);
  REQUIRE(after);
  CHECK(after->is_significant());
  CHECK(after->slope == doctest::Approx(2).epsilon(0.01));
  CHECK(after->value_after(0) == doctest::Approx(1805).epsilon(0.01));
}

TEST_CASE("noise alone and random walks look like a trend once in hundreds of times") {
  CHECK(share_of_trends([](auto& random) { return noisy_ramp(random, 0); }) <= 0.001);
  CHECK(share_of_trends(random_walk) <= 0.005);
}

TEST_CASE("a ramp of three times its noise is a trend") {
  CHECK(share_of_trends([](auto& random) { return noisy_ramp(random, 3); }) >= 0.98);
}

TEST_CASE("a jump is no trend, nor is a ramp that began or ended within the window, nor a wave") {
  const auto is_trend = [](auto value) {
    const auto trend = fit_trend(samples_of(value), kWindow);
    REQUIRE(trend);
    return trend->is_significant();
  };
  CHECK_FALSE(is_trend([](double second) { return second < 400 ? 0.0 : 1.0; }));
  CHECK_FALSE(is_trend([](double second) { return std::max(second - 500, 0.0); }));
  CHECK_FALSE(is_trend([](double second) { return std::min(second, 600.0); }));
  CHECK_FALSE(is_trend([](double second) { return std::sin(second / 50); }));
}

TEST_CASE("without a trend the future is as the last block") {
  const auto trend = fit_trend(samples_of([](double second) { return second < 780 ? 3.0 : 8.0; }), kWindow);
  REQUIRE(trend);
  CHECK_FALSE(trend->is_significant());
  CHECK(trend->value_after(900) == 8);
}

TEST_CASE("a window with a hole of a block's length has no trend") {
  auto samples = samples_of([](double second) { return second; });
  std::erase_if(samples, [](const Sample& sample) {
    return sample.time > kStart + 225'000 && sample.time <= kStart + 337'500;
  });
  CHECK_FALSE(fit_trend(samples, kWindow));
  CHECK_FALSE(fit_trend({}, kWindow));
}

TEST_CASE("what is no number, or outside the window, is left out") {
  auto samples = samples_of([](double second) { return second; });
  samples[7].value = std::numeric_limits<double>::quiet_NaN();
  samples[90].value = std::numeric_limits<double>::infinity();
  samples.insert(samples.begin(), {.time = kStart - 1, .value = 1e12});
  samples.push_back({.time = kWindow.to + 1, .value = -1e12});
  const auto trend = fit_trend(samples, kWindow);
  REQUIRE(trend);
  CHECK(trend->slope == doctest::Approx(1));
  CHECK(trend->value_after(0) == doctest::Approx(900));
}

TEST_CASE("values too large to compute with have no trend") {
  const double most = std::numeric_limits<double>::max();
  CHECK_FALSE(fit_trend(samples_of([&](double second) { return second < 400 ? -most : most; }), kWindow));
}
