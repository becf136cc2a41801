#include "positions/regimes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

using namespace vigil::positions;
using doctest::Approx;
using std::chrono::seconds;

namespace {

RegimeConfig quick() {
  RegimeConfig config;
  config.short_half_life = seconds{5};
  config.long_half_life = seconds{100};
  config.warm_up = seconds{20};
  return config;
}

}  // namespace

TEST_CASE("nothing is said before the warm-up, nor while nothing moves") {
  RegimeDetector detector(quick(), seconds{1});
  detector.sample(std::nullopt);
  for (int i = 0; i < 20; ++i) detector.sample(100.0 + i % 2);
  CHECK(!detector.regime());  // twenty prices make nineteen returns
  detector.sample(100.0);
  CHECK(detector.regime() == Regime::Normal);

  RegimeDetector still(quick(), seconds{1});
  for (int i = 0; i < 100; ++i) still.sample(100.0);
  CHECK(!still.regime());
}

TEST_CASE("a market that wakes up is volatile, one that falls asleep quiet") {
  RegimeDetector detector(quick(), seconds{1});
  const auto move = [&](double by, int times) {
    for (int i = 0; i < times; ++i) detector.sample(i % 2 == 0 ? 100.0 : 100.0 * (1 + by));
  };
  move(0.001, 400);
  CHECK(detector.regime() == Regime::Normal);
  move(0.01, 20);
  CHECK(detector.regime() == Regime::Volatile);
  move(0.001, 1000);
  CHECK(detector.regime() == Regime::Normal);
  move(0.0001, 40);
  CHECK(detector.regime() == Regime::Quiet);
}

TEST_CASE("a mid that is not known changes nothing") {
  RegimeDetector with(quick(), seconds{1});
  RegimeDetector without(quick(), seconds{1});
  for (int i = 0; i < 50; ++i) {
    const double mid = 100 + std::sin(i);
    with.sample(mid);
    with.sample(std::nullopt);
    with.sample(0.0);
    without.sample(mid);
  }
  CHECK(with.ratio().value() == without.ratio().value());
}

TEST_CASE("samples that were passed over are those of a market that stood still") {
  RegimeDetector over(quick(), seconds{1});
  RegimeDetector through(quick(), seconds{1});
  over.idle(5);  // before the first price there is nothing to stand still
  for (int i = 0; i < 50; ++i) {
    const double mid = 100 + std::sin(i);
    over.sample(mid);
    through.sample(mid);
    if (i % 7 != 0) continue;
    over.idle(static_cast<std::uint64_t>(i));
    for (int k = 0; k < i; ++k) through.sample(mid);
  }
  CHECK(over.ratio().value() == Approx(through.ratio().value()).epsilon(1e-12));
}

TEST_CASE("the ratio is that of weighted means over all returns") {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> mids;
  RegimeDetector detector(quick(), seconds{1});
  for (int t = 0; t < 500; ++t) {
    mids.push_back(mids.empty() ? 100 : mids.back() * std::exp(0.001 * normal(random)));
    detector.sample(mids.back());
    if (t < 20) continue;
    const auto mean = [&](double half_life) {
      double sum = 0;
      double weights = 0;
      for (std::size_t i = 1; i < mids.size(); ++i) {
        const double weight = std::pow(0.5, static_cast<double>(mids.size() - 1 - i) / half_life);
        sum += weight * std::pow(std::log(mids[i] / mids[i - 1]), 2);
        weights += weight;
      }
      return sum / weights;
    };
    CHECK(detector.ratio().value() == Approx(std::sqrt(mean(5) / mean(100))).epsilon(1e-9));
  }
}
