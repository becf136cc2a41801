#include "risk/correlations.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace vigil;
using namespace vigil::risk;
using doctest::Approx;
using std::chrono::seconds;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

CorrelationConfig every_second(seconds half_life) {
  CorrelationConfig config;
  config.interval = seconds{1};
  config.half_life = half_life;
  return config;
}

/// NaN: not quoted in the interval.
struct Market {
  Market(const CorrelationConfig& config, std::size_t count)
      : correlations(config, count), mids(count, 0.0) {}

  bool interval(const std::vector<double>& now, std::int64_t passed = 1) {
    number += passed;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (std::isnan(now[i])) continue;
      mids[i] = now[i];
      correlations.quoted(static_cast<orders::InstrumentId>(i));
    }
    return correlations.sample(orders::Timestamp{seconds{number}},
                               [&](std::size_t i) -> std::optional<double> {
                                 if (mids[i] == 0) return std::nullopt;
                                 return std::log(mids[i]);
                               });
  }

  Correlations correlations;
  std::vector<double> mids;
  std::int64_t number = 1000;
};

}  // namespace

TEST_CASE("what moves alike correlates, what moves against each other the other way") {
  Market market(every_second(seconds{60}), 3);
  const double moves[] = {1, 1.01, 0.995, 1.02, 1.005};
  for (const double move : moves) market.interval({100 * move, 50 * move, 20 / move});
  CHECK(market.correlations.coefficient(0, 1).value() == Approx(1).epsilon(1e-12));
  CHECK(market.correlations.coefficient(0, 2).value() == Approx(-1).epsilon(1e-12));
  CHECK(market.correlations.coefficient(2, 2).value() == 1);
  CHECK(market.correlations.as_of() == orders::Timestamp{seconds{1005}});
}

TEST_CASE("what stood still, or was never quoted, has no coefficient") {
  Market market(every_second(seconds{60}), 3);
  for (int i = 0; i < 5; ++i) market.interval({100.0 + i, 50, kNone});
  CHECK(!market.correlations.coefficient(0, 1));
  CHECK(!market.correlations.coefficient(0, 2));
}

TEST_CASE("a silent instrument has no return, rather than one of 0") {
  Market market(every_second(seconds{60}), 2);
  Market silent(every_second(seconds{60}), 2);
  market.interval({100, 50});
  silent.interval({100, 50});
  market.interval({101, 50.5});
  silent.interval({101, 50.5});
  const double before = silent.correlations.coefficient(0, 1).value();
  silent.interval({103, kNone});
  CHECK(silent.correlations.coefficient(0, 1).value() == before);
}

TEST_CASE("intervals that were passed over are as silent ones") {
  Market over(every_second(seconds{60}), 2);
  Market through(every_second(seconds{60}), 2);
  over.interval({100, 50});
  through.interval({100, 50});
  CHECK(over.interval({110, 60}, 5));
  through.interval({110, 60});
  for (int i = 0; i < 4; ++i) through.interval({kNone, kNone});
  CHECK(over.interval({111, 59}));
  CHECK(through.interval({111, 59}));
  CHECK(over.correlations.coefficient(0, 1).value() == through.correlations.coefficient(0, 1).value());
  CHECK(over.correlations.as_of() == through.correlations.as_of());
}

TEST_CASE("the coefficients are those of weighted sums over all returns") {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (const int half_life : {1, 5, 60}) {
    Market market(every_second(seconds{half_life}), 4);
    std::vector<std::vector<double>> mids;  // by interval
    for (int t = 0; t < 300; ++t) {
      const double common = normal(random);
      std::vector<double> now(4, kNone);
      for (std::size_t i = 0; i < 4; ++i) {
        if (random() % 5 == 0) continue;
        now[i] = 100 * std::exp(0.001 * (common + normal(random)));
      }
      market.interval(now);
      mids.push_back(now);
    }
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = a + 1; b < 4; ++b) {
        double both = 0;
        double first = 0;
        double second = 0;
        for (std::size_t t = 1; t < mids.size(); ++t) {
          // A return needs a quote in this interval, and a mid at the end of the one before.
          const auto move = [&](std::size_t i) {
            if (std::isnan(mids[t][i])) return kNone;
            for (std::size_t s = t; s-- > 0;) {
              if (!std::isnan(mids[s][i])) return std::log(mids[t][i] / mids[s][i]);
            }
            return kNone;
          };
          const double x = move(a);
          const double y = move(b);
          if (std::isnan(x) || std::isnan(y)) continue;
          // Weights are by pairs of returns: an interval without one leaves the sums alone.
          const double weight = std::pow(0.5, 1.0 / half_life);
          both = weight * both + x * y;
          first = weight * first + x * x;
          second = weight * second + y * y;
        }
        CHECK(market.correlations.coefficient(b, a).value() ==
              Approx(both / std::sqrt(first * second)).epsilon(1e-9));
      }
    }
  }
}
