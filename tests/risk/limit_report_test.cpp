#include "risk/limit_report.h"

#include <doctest/doctest.h>

#include <random>

#include "risk_desk.h"

using namespace risk_desk;
namespace metric = vigil::risk::metric;
using doctest::Approx;

namespace {

Limits all_limits() {
  Limits limits;
  fine(limits).max_position = quantity("100");
  limits.instruments[index(kFuture)].max_position = quantity("20");
  alpha(limits) = {.max_gross_exposure = money("200000"),
                   .max_net_exposure = money("150000"),
                   .max_day_loss = money("5000"),
                   .max_drawdown = ratio("0.1"),
                   .max_margin_usage = ratio("0.9"),
                   .max_open_orders = 8,
                   .max_open_positions = 4,
                   .max_messages_per_second = 100};
  return limits;
}

LimitUse find(const LimitReport& report, LimitType type) {
  for (const LimitUse& use : report.uses()) {
    if (use.type == type) return use;
  }
  FAIL("no such limit: " << to_string(type));
  return {};
}

}  // namespace

TEST_CASE("an account without limits has nothing to report") {
  RiskDesk desk;
  const LimitReport report = desk.risk.limit_report(kAlpha, LossAtRisk{}, desk.now());
  CHECK(report.uses().empty());
  CHECK(vigil::monitoring::is_unset(desk.gauge(metric::kRiskScore, {"alpha"})));
}

TEST_CASE("each limit says what is used, what is left, and by what most of it") {
  RiskDesk desk{all_limits()};
  desk.trade(Side::Buy, "50", "100");           // 5000 long
  desk.trade(Side::Sell, "4", "100", kFuture);  // 20000 short, margin 2000
  Order resting = desk.order(Side::Buy, "30", "90");
  desk.work(resting);
  const LimitReport report = desk.risk.limit_report(kAlpha, std::nullopt, desk.now());
  CHECK(report.uses().size() == 9);

  const LimitUse position = find(report, LimitType::Position);
  CHECK(position.contributor == kFine);
  CHECK(position.used.raw == quantity("80").raw());
  CHECK(position.headroom().raw == quantity("20").raw());
  CHECK(position.utilization() == 0.8);

  const LimitUse gross = find(report, LimitType::GrossExposure);
  CHECK(gross.used.raw == money("27700").raw());  // 50 * 100 + 30 * 90 and 20000
  CHECK(gross.headroom().raw == money("172300").raw());
  CHECK(gross.contributor == kFuture);
  CHECK(gross.contribution.raw == money("20000").raw());

  const LimitUse net = find(report, LimitType::NetExposure);
  CHECK(net.used.raw == money("15000").raw());
  CHECK(net.contributor == kFuture);  // of a net short, what is short
  CHECK(net.contribution.raw == money("20000").raw());

  const LimitUse open_orders = find(report, LimitType::OpenOrders);
  CHECK(open_orders.used.raw == measure_count(1).raw);
  CHECK(open_orders.contributor == kFine);
  CHECK(find(report, LimitType::OpenPositions).used.raw == measure_count(2).raw);
  CHECK(find(report, LimitType::OpenPositions).contributor == kNoInstrument);
  CHECK(find(report, LimitType::Margin).contributor == kFine);  // all of its 7700 against 2000

  const LimitUse score = find(report, LimitType::Position);
  CHECK(desk.gauge(metric::kRiskScore, {"alpha"}) == Approx(100 * *score.utilization()));
}

TEST_CASE("what lost most since the day began stands with the day's loss and the drawdown") {
  RiskDesk desk{all_limits()};
  desk.trade(Side::Buy, "50", "100");
  desk.trade(Side::Buy, "1", "100", kFuture);
  desk.mark(kFine, "99", "99");    // 50 lost
  desk.mark(kFuture, "98", "98");  // 100 lost
  const LimitReport report = desk.risk.limit_report(kAlpha, std::nullopt, desk.now());
  const LimitUse loss = find(report, LimitType::DailyLoss);
  CHECK(loss.used.raw == money("150").raw());
  CHECK(loss.headroom().raw == money("4850").raw());
  CHECK(loss.contributor == kFuture);
  CHECK(loss.contribution.raw == money("100").raw());
  CHECK(find(report, LimitType::Drawdown).contributor == kFuture);

  // A new day: what was lost before is forgotten.
  desk.time += 24h;
  desk.mark(kFuture, "98", "98");
  desk.mark(kFine, "98", "98");
  const LimitUse next = find(desk.risk.limit_report(kAlpha, std::nullopt, desk.now()), LimitType::DailyLoss);
  CHECK(next.used.raw == money("50").raw());
  CHECK(next.contributor == kFine);
}

TEST_CASE("the value at risk is held against the day's loss") {
  RiskDesk desk{all_limits()};
  desk.trade(Side::Buy, "10", "100");
  desk.risk.value_at_risk(kAlpha, 4000.0);
  CHECK(desk.gauge(metric::kUtilization, {"alpha", "value_at_risk"}) == Approx(0.8));
  CHECK(desk.gauge(metric::kRiskScore, {"alpha"}) == Approx(80));
  const LossAtRisk at_risk{.loss = money("4000"), .contributor = kFine, .contribution = money("4000")};
  const LimitUse use = find(desk.risk.limit_report(kAlpha, at_risk, desk.now()), LimitType::ValueAtRisk);
  CHECK(use.headroom().raw == money("1000").raw());
  CHECK(use.contributor == kFine);

  Limits other = all_limits();
  alpha(other).max_day_loss = money("8000");
  desk.risk.reload(other);
  CHECK(desk.gauge(metric::kRiskScore, {"alpha"}) == Approx(50));
  desk.risk.value_at_risk(kAlpha, std::nullopt);
  CHECK(vigil::monitoring::is_unset(desk.gauge(metric::kUtilization, {"alpha", "value_at_risk"})));
  CHECK(desk.gauge(metric::kRiskScore, {"alpha"}) < 50);
}

TEST_CASE("what cannot be valued is not known, rather than small") {
  Limits limits = all_limits();
  limits.accounts[index(kEuro)].max_gross_exposure = money("1000");
  RiskDesk desk{limits};
  desk.trade(Side::Buy, "1", "100", kFine, kEuro);  // nothing converts dollars into euros
  const LimitReport report = desk.risk.limit_report(kEuro, std::nullopt, desk.now());
  const LimitUse gross = find(report, LimitType::GrossExposure);
  CHECK(gross.used.unit == Unit::None);
  CHECK(!gross.utilization());
  CHECK(gross.headroom().unit == Unit::None);
}

TEST_CASE("the report agrees with the gauges, and the score with the largest of them, whatever happens") {
  std::mt19937 random(5);
  for (int round = 0; round < 30; ++round) {
    RiskDesk desk{all_limits()};
    std::vector<Order> working;
    for (int step = 0; step < 60; ++step) {
      const auto id = static_cast<InstrumentId>(random() % 2);
      const Side side = random() % 2 == 0 ? Side::Buy : Side::Sell;
      const std::string amount = std::to_string(1 + random() % 5);
      const std::string at = std::to_string(90 + random() % 21);
      switch (random() % 4) {
        case 0:
          desk.trade(side, amount.c_str(), at.c_str(), id);
          break;
        case 1:
          desk.mark(id, at.c_str(), at.c_str());
          break;
        case 2:
          working.push_back(desk.order(side, amount.c_str(), at.c_str()));
          working.back().instrument = id;
          desk.work(working.back());
          break;
        default:
          if (working.empty()) break;
          desk.close(working.back());
          working.pop_back();
      }
      const double at_risk = static_cast<double>(random() % 6000);
      desk.risk.value_at_risk(kAlpha, at_risk);
      const LossAtRisk loss{.loss = Money{static_cast<std::int64_t>(at_risk)},
                            .contributor = kNoInstrument,
                            .contribution = {}};
      double largest = 0;
      const LimitReport report = desk.risk.limit_report(kAlpha, loss, desk.now());
      for (const LimitUse& use : report.uses()) {
        CAPTURE(to_string(use.type));
        REQUIRE(use.utilization().has_value());
        largest = std::max(largest, *use.utilization());
        if (use.type == LimitType::MessageRate) continue;  // follows with the next tick
        // Shares in the report are cut to eight decimals.
        CHECK(desk.gauge(metric::kUtilization, {"alpha", to_string(use.type)}) ==
              Approx(*use.utilization()).epsilon(1e-6));
        if (use.contributor != kNoInstrument) CHECK(use.contribution.raw > 0);
      }
      CHECK(desk.gauge(metric::kRiskScore, {"alpha"}) == Approx(100 * largest).epsilon(1e-6));
    }
  }
}

TEST_CASE("bought here and sold there is open at both venues, though the position is flat") {
  RiskDesk desk;
  desk.risk.booked_at(kEast, kAlpha, kFine, quantity("10"));
  desk.risk.booked_at(kWest, kAlpha, kFine, quantity("-10"));
  desk.risk.booked_at(kWest, kAlpha, kFuture, quantity("2"));
  CHECK(desk.gauge(metric::kVenueExposure, {"alpha", "east", "net"}) == 1000);
  CHECK(desk.gauge(metric::kVenueExposure, {"alpha", "west", "net"}) == 9000);
  CHECK(desk.gauge(metric::kVenueExposure, {"alpha", "west", "gross"}) == 11000);
  CHECK(desk.gauge(metric::kVenueExposure, {"beta", "west", "gross"}) == 0);
  // Prices follow with the tick.
  desk.mark(kFine, "50", "50");
  desk.risk.tick(desk.now());
  CHECK(desk.gauge(metric::kVenueExposure, {"alpha", "east", "net"}) == 500);
  CHECK(desk.risk.venue_exposure(kAlpha, kWest)->net == money("9500"));
}
