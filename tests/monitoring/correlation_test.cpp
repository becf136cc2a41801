#include "monitoring/prediction/correlation.h"

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<double> noise(unsigned seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> step;
  std::vector<double> out(count);
  for (double& value : out) value = step(random);
  return out;
}

std::vector<double> sums(const std::vector<double>& steps) {
  std::vector<double> out;
  double sum = 0;
  for (const double step : steps) out.push_back(sum += step);
  return out;
}

}  // namespace

TEST_CASE("the coefficient is the covariance over the product of the deviations") {
  const bool holds = rc::check([] {
    const auto pairs = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(-20, 20), rc::gen::inRange(-20, 20)));
    std::vector<double> a;
    std::vector<double> b;
    long long sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0;
    for (const auto& [x, y] : pairs) {
      a.push_back(x);
      b.push_back(y);
      sum_a += x;
      sum_b += y;
      sum_aa += x * x;
      sum_bb += y * y;
      sum_ab += x * y;
    }
    // Exact, in integers, until the last division.
    const auto count = static_cast<long long>(pairs.size());
    const long long spread_a = count * sum_aa - sum_a * sum_a;
    const long long spread_b = count * sum_bb - sum_b * sum_b;
    const auto found = correlate(a, b);
    RC_ASSERT(found.has_value() == (spread_a > 0 && spread_b > 0));
    if (!found) return;
    const double expected = static_cast<double>(count * sum_ab - sum_a * sum_b) /
                            std::sqrt(static_cast<double>(spread_a) * static_cast<double>(spread_b));
    RC_ASSERT(std::abs(found->coefficient - expected) < 1e-12);
    RC_ASSERT(found->pairs == pairs.size());
  });
  CHECK(holds);
}

TEST_CASE("only places where both values are there count") {
  const std::vector<double> a{1, kMissing, 3, 4, 100};
  const std::vector<double> b{2, 50, 6, 8, kMissing};
  const auto found = correlate(a, b);
  REQUIRE(found);
  CHECK(found->coefficient == doctest::Approx(1));
  CHECK(found->pairs == 3);
}

TEST_CASE("a series that does not change but for rounding has no correlation") {
  std::vector<double> a(50, 0.1);
  for (std::size_t i = 0; i < a.size(); i += 2) a[i] = std::nextafter(0.1, 1);
  CHECK_FALSE(correlate(a, noise(1, 50)));
}

TEST_CASE("differences miss where a value or the one before is missing") {
  const auto steps = differences(std::vector<double>{1, 4, kMissing, 5, 7});
  REQUIRE(steps.size() == 4);
  CHECK(steps[0] == 3);
  CHECK(std::isnan(steps[1]));
  CHECK(std::isnan(steps[2]));
  CHECK(steps[3] == 2);
  CHECK(differences({}).empty());
}

TEST_CASE("two correlated series are reported, independent ones are not") {
  const std::vector<double> first = noise(1, 60);
  std::vector<double> second = noise(2, 60);
  for (std::size_t i = 0; i < second.size(); ++i) second[i] = -3 * first[i] + second[i];
  const std::vector<std::vector<double>> series{first, noise(3, 60), second, noise(4, 60)};
  const auto found = strongest_correlations(series, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 0);
  CHECK(found[0].second == 2);
  CHECK(found[0].coefficient < -0.9);
}

TEST_CASE(
    "of hundreds of pairs of independent series hardly one is reported, of random walks by their steps") {
  std::size_t by_steps = 0;
  std::size_t by_values = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    const std::vector<double> walk = sums(noise(2 * seed, 61));
    const std::vector<double> other = sums(noise(2 * seed + 1, 61));
    const std::vector<std::vector<double>> values{walk, other};
    const std::vector<std::vector<double>> steps{differences(walk), differences(other)};
    by_values += strongest_correlations(values, {}).size();
    by_steps += strongest_correlations(steps, {}).size();
  }
  CHECK(by_steps == 0);
  // Why steps: two walks that know nothing of each other seem to be correlated.
  CHECK(by_values > 50);
}

TEST_CASE("the strongest are kept, and few values must agree better than many") {
  std::vector<std::vector<double>> series{noise(1, 60)};
  for (unsigned i = 1; i < 6; ++i) {
    std::vector<double> next = noise(i + 1, 60);
    for (std::size_t k = 0; k < next.size(); ++k) next[k] = series[0][k] + 0.05 * i * next[k];
    series.push_back(std::move(next));
  }
  const auto found = strongest_correlations(series, {.most_reported = 4});
  REQUIRE(found.size() == 4);
  for (std::size_t i = 1; i < found.size(); ++i)
    CHECK(std::abs(found[i - 1].coefficient) >= std::abs(found[i].coefficient));
  CHECK(found[0].first == 0);
  CHECK(found[0].second == 1);

  CHECK(is_correlation({.coefficient = -0.62, .pairs = 60}, {}));
  CHECK_FALSE(is_correlation({.coefficient = -0.62, .pairs = 32}, {}));
  CHECK_FALSE(is_correlation({.coefficient = 1, .pairs = 29}, {}));
  CHECK_FALSE(is_correlation({.coefficient = 0.59, .pairs = 10'000}, {}));
}
