#include "positions/returns.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <vector>

namespace vigil::positions {
namespace {

using doctest::Approx;

/// The formulas, over all of it.
struct Batch {
  explicit Batch(const std::deque<double>& r, const ReturnBenchmark& benchmark) {
    const auto n = static_cast<double>(r.size());
    double mean = 0;
    for (const double x : r) mean += x / n;
    double squares = 0;
    double downside = 0;
    for (const double x : r) {
      squares += (x - mean) * (x - mean);
      downside += std::pow(std::min(x - benchmark.acceptable, 0.0), 2);
    }
    const double root = std::sqrt(benchmark.periods_per_year);
    sharpe = (mean - benchmark.risk_free) / std::sqrt(squares / (n - 1)) * root;
    sortino = (mean - benchmark.acceptable) / std::sqrt(downside / n) * root;
  }
  double sharpe = 0;
  double sortino = 0;
};

TEST_CASE("the worked example: Sharpe 1.14416, Sortino 1.72183") {
  for (const std::size_t capacity : {std::size_t{0}, std::size_t{5}, std::size_t{50}}) {
    CAPTURE(capacity);
    Returns returns(capacity, {0, 0, 252});
    for (const double r : {.01, -.02, .015, .005, -.005}) returns.add(r);
    CHECK(returns.sharpe().value() == Approx(1.14416).epsilon(5e-6));
    CHECK(returns.sortino().value() == Approx(1.72183).epsilon(5e-6));
  }
}

TEST_CASE("what is undefined is absent: too few returns, none that deviates, none below the MAR") {
  Returns returns(0, {0, 0, 252});
  CHECK(!returns.sharpe());
  CHECK(!returns.sortino());
  returns.add(0.01);
  CHECK(!returns.sharpe());
  CHECK(!returns.sortino());
  for (int i = 0; i < 1000; ++i) returns.add(0.01);
  CHECK(!returns.sharpe());
  returns.add(-0.01);
  CHECK(returns.sharpe());
  CHECK(returns.sortino());
}

TEST_CASE("a window knows nothing of what has left it") {
  Returns window(3, {0, 0, 1});
  Returns fresh(3, {0, 0, 1});
  for (const double r : {5.0, -7.0, 0.01, -0.02, 0.03}) window.add(r);
  for (const double r : {0.01, -0.02, 0.03}) fresh.add(r);
  CHECK(window.count() == 3);
  CHECK(*window.sharpe() == Approx(*fresh.sharpe()).epsilon(1e-12));
  CHECK(*window.sortino() == Approx(*fresh.sortino()).epsilon(1e-12));
}

TEST_CASE("streamed ratios are those of the batch formulas, on random returns") {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0001, 0.01);
    const ReturnBenchmark benchmark{0.00005, seed % 2 == 0 ? 0.0002 : 0.0, 1000.0 * seed};
    Returns all(0, benchmark);
    Returns window(100, benchmark);
    std::deque<double> seen;
    std::deque<double> last;
    for (int i = 0; i < 1500; ++i) {
      const double r = normal(random);
      all.add(r);
      window.add(r);
      seen.push_back(r);
      last.push_back(r);
      if (last.size() > 100) last.pop_front();
    }
    CHECK(*all.sharpe() == Approx(Batch(seen, benchmark).sharpe).epsilon(1e-9));
    CHECK(*all.sortino() == Approx(Batch(seen, benchmark).sortino).epsilon(1e-9));
    CHECK(*window.sharpe() == Approx(Batch(last, benchmark).sharpe).epsilon(1e-9));
    CHECK(*window.sortino() == Approx(Batch(last, benchmark).sortino).epsilon(1e-9));
  }
}

}  // namespace
}  // namespace vigil::positions
