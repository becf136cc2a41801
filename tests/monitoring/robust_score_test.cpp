#include "monitoring/prediction/robust_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/prediction/median.h"

using namespace vigil::monitoring;

namespace {

constexpr ScaleFloor kTiny{.absolute = 1e-12, .relative = 0};

double naive_median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

TEST_CASE("the median is the middle of the sorted values") {
  const bool holds = rc::check([] {
    const auto numbers = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-50, 50)));
    std::vector<double> values(numbers.begin(), numbers.end());
    const double expected = naive_median(values);
    RC_ASSERT(median(values) == expected);
  });
  CHECK(holds);
}

TEST_CASE("a baseline is the median and 1.4826 of the median deviation, or 1.2533 of the mean one") {
  const bool holds = rc::check([] {
    const auto numbers = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-9, 9)));
    std::vector<double> values(numbers.begin(), numbers.end());
    const double center = naive_median(values);
    std::vector<double> deviations;
    double mean = 0;
    for (const double value : values) {
      deviations.push_back(std::abs(value - center));
      mean += deviations.back() / static_cast<double>(values.size());
    }
    const double around = naive_median(deviations);
    const double expected =
        std::max(around > 0 ? 1.4826022185 * around : 1.2533141373 * mean, kTiny.absolute);

    const auto usual = baseline_of(values, kTiny, 1);
    RC_ASSERT(usual.has_value());
    RC_ASSERT(usual->center == center);
    RC_ASSERT(std::abs(usual->scale - expected) <= 1e-9 * expected);
  });
  CHECK(holds);
}

TEST_CASE("of normal noise the scale is its standard deviation, although a third are outliers of no size") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(50, 4);
  std::vector<double> values(10'001);
  for (double& value : values) value = noise(random);
  std::vector<double> spoilt = values;

  const auto usual = baseline_of(values, kTiny, 1);
  REQUIRE(usual);
  CHECK(usual->center == doctest::Approx(50).epsilon(0.01));
  CHECK(usual->scale == doctest::Approx(4).epsilon(0.03));
  CHECK(robust_score(70, *usual) == doctest::Approx(5).epsilon(0.05));
  CHECK(robust_score(30, *usual) == doctest::Approx(5).epsilon(0.05));

  for (std::size_t i = 0; i < spoilt.size(); i += 3) spoilt[i] = i % 2 == 0 ? 1e15 : -1e15;
  const auto robust = baseline_of(spoilt, kTiny, 1);
  REQUIRE(robust);
  CHECK(robust->center == doctest::Approx(50).epsilon(0.01));
  CHECK(robust->scale < 9);
}

TEST_CASE("a value that never changed is judged by the floor, the larger of the two") {
  std::vector<double> values(30, 200.0);
  const auto relative = baseline_of(values, {.absolute = 1, .relative = 0.05}, 20);
  REQUIRE(relative);
  CHECK(relative->scale == doctest::Approx(10));
  CHECK(robust_score(230, *relative) == doctest::Approx(3));

  std::vector<double> zeros(30, 0.0);
  const auto absolute = baseline_of(zeros, {.absolute = 0.5, .relative = 0.05}, 20);
  REQUIRE(absolute);
  CHECK(robust_score(4, *absolute) == doctest::Approx(8));
}

TEST_CASE("there is no baseline of too few values, and what is no number does not count") {
  std::vector<double> values(20, 1.0);
  values[3] = std::numeric_limits<double>::quiet_NaN();
  values[4] = std::numeric_limits<double>::infinity();
  CHECK_FALSE(baseline_of(values, kTiny, 19));
  std::vector<double> again(20, 1.0);
  again[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK(baseline_of(again, kTiny, 19));
  CHECK_FALSE(baseline_of({}, kTiny, 0));
}

TEST_CASE("values too far apart to be subtracted have no baseline") {
  const double most = std::numeric_limits<double>::max();
  std::vector<double> values{-most, most, -most, most, -most};
  CHECK_FALSE(baseline_of(values, kTiny, 1));
}
