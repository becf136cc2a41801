#include "positions/performance_analysis.h"

#include <doctest/doctest.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace vigil::positions {
namespace {

using doctest::Approx;
using orders::AccountId;
using orders::StrategyId;
using orders::Timestamp;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr AccountId kAccount{0};
constexpr StrategyId kStrategy{0};

PerformanceConfig config() {
  PerformanceConfig config;
  config.windows = {minutes{3}};
  config.trading_year = minutes{252};  // a year of 252 intervals
  return config;
}

/// One account, one strategy with a capital of 100 and one without.
struct Desk {
  Desk() : metrics(registry, {"MAIN"}, {"fast", "idle"}, {"3m", "all"}, {{1, 10}, {-1, 0, 1}}) {}

  void at(std::int64_t second, double equity, double pnl) {
    analysis.sample(Timestamp{seconds{1'000'000 + second}});
    analysis.equity(kAccount, equity);
    analysis.pnl(kStrategy, pnl);
    analysis.pnl(StrategyId{1}, pnl);
  }
  [[nodiscard]] const Returns& all() const { return analysis.accounts()[0].returns()[1]; }

  monitoring::Registry registry;
  PerformanceMetrics metrics;
  PerformanceAnalysis analysis{config(), metrics, 1, {100, 0}};
};

TEST_CASE("returns are taken at whole intervals, whatever happens within them") {
  Desk desk;  // a minute ends at 20
  desk.at(0, 1000, 0);
  desk.at(20, 5000, 0);  // a whole minute: a return since the first value
  desk.at(30, 1, 0);
  desk.at(80, 5050, 0);
  desk.at(140, 4949, 0);
  CHECK(desk.all().count() == 3);
  Returns expected(0, config().benchmark());
  for (const double r : {4.0, 0.01, -0.02}) expected.add(r);
  CHECK(*desk.all().sharpe() == Approx(*expected.sharpe()).epsilon(1e-12));
}

TEST_CASE("intervals in which nothing happened are returns of nothing") {
  Desk desk;
  desk.at(20, 100, 0);
  desk.at(20 + 60 * 4, 110, 0);  // four minutes later
  CHECK(desk.all().count() == 4);
  Returns expected(0, config().benchmark());
  for (const double r : {0.1, 0.0, 0.0, 0.0}) expected.add(r);
  CHECK(*desk.all().sharpe() == Approx(*expected.sharpe()).epsilon(1e-12));
  CHECK(desk.analysis.accounts()[0].returns()[0].count() == 3);  // as many as the window holds
}

TEST_CASE("a value that is not known makes no return, before it or after it") {
  Desk desk;
  desk.at(20, 100, 0);
  desk.at(80, kNan, 0);
  desk.at(140, 110, 0);
  desk.at(200, 121, 0);
  CHECK(desk.all().count() == 1);
}

TEST_CASE("a strategy's returns are on its capital; without one it has none") {
  Desk desk;
  desk.at(20, 1000, 0);
  desk.at(80, 1000, 1);
  desk.at(140, 1000, -1.02);
  const Returns& returns = desk.analysis.strategies()[0].returns()[1];
  CHECK(returns.count() == 2);
  Returns expected(0, config().benchmark());
  expected.add(0.01);
  expected.add(98.98 / 101 - 1);
  CHECK(*returns.sharpe() == Approx(*expected.sharpe()).epsilon(1e-12));
  CHECK(desk.analysis.strategies()[1].returns()[1].count() == 0);
}

TEST_CASE("the worked example: a maximum drawdown of 0.02") {
  Desk desk;
  double value = 100;
  std::int64_t second = 20;
  desk.at(second, value, value - 100);
  for (const double r : {.01, -.02, .015, .005, -.005}) {
    value *= 1 + r;
    desk.at(second += 60, value, value - 100);
  }
  CHECK(desk.analysis.accounts()[0].max_drawdown() == Approx(0.02).epsilon(1e-12));
  CHECK(desk.analysis.strategies()[0].max_drawdown() == Approx(0.02).epsilon(1e-12));
  CHECK(desk.analysis.strategies()[0].drawdown().value() == Approx(1 - 100.4621883825 / 101).epsilon(1e-9));
}

TEST_CASE("a drawdown is seen within an interval too") {
  Desk desk;
  desk.at(20, 100, 0);
  desk.at(30, 80, 0);
  desk.at(40, 100, 0);
  CHECK(desk.analysis.accounts()[0].max_drawdown() == Approx(0.2));
  CHECK(*desk.analysis.accounts()[0].drawdown() == 0);
}

TEST_CASE("trades are won, lost or neither, and are summed up") {
  Desk desk;
  const auto trade = [&](double pnl, double adverse, double favourable) {
    const TradeFigures figures{pnl, seconds{10}, adverse, favourable};
    desk.analysis.traded(kAccount, figures);
    desk.analysis.traded(kStrategy, figures);
  };
  const TradeTotals& totals = desk.analysis.strategies()[0].trades();
  CHECK(!totals.win_ratio());
  trade(30, 5, 40);
  CHECK(!totals.profit_factor());  // nothing lost
  trade(-10, 20, 0);
  trade(0, 1, 2);
  trade(6, 0, 6);
  CHECK(totals.count() == 4);
  CHECK(totals.breakeven == 1);
  CHECK(*totals.win_ratio() == Approx(2.0 / 3));
  CHECK(*totals.profit_factor() == Approx(3.6));
  CHECK(*totals.mean(totals.gross_profit - totals.gross_loss) == Approx(6.5));
  CHECK(*totals.mean(totals.held_seconds) == 10);
  CHECK(*totals.mean(totals.adverse) == Approx(6.5));
  CHECK(*totals.mean(totals.favourable) == Approx(12));
  CHECK(desk.analysis.accounts()[0].trades().wins == 2);
}

TEST_CASE("trades of strategies and accounts are seen in histograms with the bounds given") {
  Desk desk;
  desk.analysis.traded(kStrategy, {498, seconds{50}, 2, 500});
  desk.analysis.traded(kStrategy, {-0.5, seconds{5}, 1, 0});
  desk.analysis.traded(kAccount, {498, seconds{50}, 2, 500});
  const auto histogram = [&](const monitoring::MetricDefinition& definition) {
    for (const prometheus::MetricFamily& family : desk.registry.Collect()) {
      if (family.name == definition.name) return family.metric.at(0).histogram;
    }
    return prometheus::ClientMetric::Histogram{};
  };
  const auto counts = [](const prometheus::ClientMetric::Histogram& of) {
    std::vector<std::uint64_t> found;
    for (const auto& bucket : of.bucket) found.push_back(bucket.cumulative_count);
    return found;
  };
  using Counts = std::vector<std::uint64_t>;
  CHECK(histogram(metric::kTradeDuration).sample_sum == 55);
  CHECK(counts(histogram(metric::kTradeDuration)) == Counts{0, 1, 2});
  CHECK(histogram(metric::kTradePnl).sample_sum == 497.5);
  CHECK(counts(histogram(metric::kTradePnl)) == Counts{0, 1, 1, 2});
  CHECK(counts(histogram(metric::kTradeAdverse)) == Counts{0, 1, 2});
  CHECK(counts(histogram(metric::kTradeFavourable)) == Counts{1, 1, 2});
  CHECK(histogram(metric::kAccountTradeDuration).sample_sum == 50);
  CHECK(counts(histogram(metric::kAccountTradePnl)) == Counts{0, 0, 0, 1});
}

TEST_CASE("fees add up, rebates take away") {
  Desk desk;
  desk.analysis.paid_fee(kStrategy, 3);
  desk.analysis.paid_fee(kStrategy, -1);
  desk.analysis.paid_fee(kStrategy, kNan);
  desk.analysis.paid_fee(orders::kNoStrategy, 5);
  CHECK(desk.analysis.fees()[0] == 2);
}

TEST_CASE("a clock that was set back begins no interval again") {
  Desk desk;
  desk.at(20, 100, 0);
  desk.at(80, 110, 0);
  desk.at(20, 120, 0);
  desk.at(80, 130, 0);
  CHECK(desk.all().count() == 1);
  desk.at(140, 121, 0);
  CHECK(desk.all().count() == 2);
}

}  // namespace
}  // namespace vigil::positions
