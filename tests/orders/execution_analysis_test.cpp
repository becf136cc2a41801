#include "orders/execution_analysis.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "execution_fixture.h"

namespace vigil::orders {
namespace {

using namespace test;
using doctest::Approx;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("a buy 10 bp above the expected price is slippage, a sell there an improvement") {
  Bench bench;
  bench.bid = price("99.95");
  bench.ask = price("100.05");
  const Labels labels{{"symbol", "ALPHA"}, {"order_type", "market"}, {"exchange", "north"}};
  const ExecutedOrder bought = bench.order(Side::Buy, OrderType::Market);
  bench.analysis.ended(bench.end(bought, 10, {bench.fill(bought, "100.10")}));
  CHECK(bench.sum("execution_slippage_basis_points", labels) == 10);
  CHECK(bench.at_most("execution_slippage_basis_points", 10, labels) == 1);
  CHECK(bench.at_most("execution_slippage_basis_points", 5, labels) == 0);
  CHECK(bench.sum("execution_price_improvement_basis_points", labels) == 0);
  CHECK(bench.count("execution_price_improvement_basis_points", labels) == 1);
  CHECK(bench.gauge("orders_slippage_mean_basis_points", labels) == Approx(10));

  const ExecutedOrder sold = bench.order(Side::Sell, OrderType::Market);
  bench.analysis.ended(bench.end(sold, 10, {bench.fill(sold, "100.10")}));
  CHECK(bench.sum("execution_price_improvement_basis_points", labels) == 10);
  CHECK(bench.at_most("execution_slippage_basis_points", 0, labels) == 1);
  CHECK(bench.gauge("orders_slippage_mean_basis_points", labels) == 0);
}

TEST_CASE("without a benchmark there is no sample, and the lack of it is counted") {
  Bench bench;
  bench.ask.reset();
  const ExecutedOrder order = bench.order(Side::Buy, OrderType::Market);
  bench.analysis.filled(bench.fill(order, "100"));
  bench.analysis.ended(bench.end(order, 10, {bench.fill(order, "100")}));
  CHECK(bench.count("execution_slippage_basis_points") == 0);
  CHECK(bench.count("execution_benchmark_slippage_basis_points") == 0);
  CHECK(bench.count("execution_fill_quality_ratio") == 0);
  CHECK(bench.count("execution_cost_basis_points") == 0);
  for (const char* benchmark : {"decision", "arrival", "touch"}) {
    CAPTURE(benchmark);
    CHECK(bench.counter("orders_slippage_missing_benchmark_total",
                        {{"symbol", "ALPHA"}, {"benchmark", benchmark}}) == 1);
  }
}

TEST_CASE("fill quality is 1 at the expected price, below 1 when worse, above 1 when better") {
  Bench bench;  // mid 100
  const char* name = "execution_fill_quality_ratio";
  const ExecutedOrder order = bench.order();
  bench.analysis.filled(bench.fill(order, "100"));
  CHECK(bench.at_most(name, 1) == 1);
  CHECK(bench.at_most(name, 0.9999) == 0);
  bench.analysis.filled(bench.fill(order, "101"));
  CHECK(bench.at_most(name, 0.9999) == 1);
  CHECK(bench.at_most(name, 0.99) == 0);
  bench.analysis.filled(bench.fill(order, "99"));
  CHECK(bench.count(name) == 3);
  CHECK(bench.at_most(name, 1) == 2);
  CHECK(bench.sum("orders_effective_spread_ratio") == 0.0 + 1.0 - 1.0);
  CHECK(bench.at_most("orders_effective_spread_ratio", -1) == 1);
}

TEST_CASE("spread, slippage and fees sum to the total cost of a fill") {
  Bench bench;
  bench.bid = price("99.90");
  bench.ask = price("100.10");
  FillNote fill = bench.fill(bench.order(Side::Buy, OrderType::Market), "100.15");
  fill.fee_usd = 0.2003;  // 2 bp of 1001.5
  bench.analysis.filled(fill);
  const auto part = [&](const char* component) {
    return bench.sum("execution_cost_basis_points", {{"cost_component", component}});
  };
  CHECK(part("spread") == Approx(10));
  CHECK(part("slippage") == Approx(5));
  CHECK(part("fees") == Approx(2));
  // Total: 15 bp against the mid and 2 bp of fees.
  CHECK(bench.sum("execution_cost_basis_points") == Approx(17));
  CHECK(bench.count("execution_cost_basis_points") == 3);
}

TEST_CASE("an order of 2 filled at 100 has the size 200") {
  Bench bench;
  const ExecutedOrder order = bench.order();
  const FillNote fill = bench.fill(order, "100", 2);
  bench.analysis.filled(fill);
  bench.analysis.ended(bench.end(order, 2, {fill}));
  const Labels labels{{"exchange", "north"}, {"symbol", "ALPHA"}, {"side", "buy"}};
  CHECK(bench.sum("order_size_usd", labels) == 200);
  CHECK(bench.at_most("order_size_usd", 200, labels) == 1);  // the given bounds
  CHECK(bench.at_most("order_size_usd", 100, labels) == 0);
}

TEST_CASE("the size of an order is in the reporting currency and counts all its fills, each at its rate") {
  Bench bench;
  const ExecutedOrder order = bench.order(Side::Sell);
  std::vector<FillNote> fills{bench.fill(order, "100", 4), bench.fill(order, "100", 6)};
  fills[0].notional_usd = 800;
  fills[1].notional_usd = 1300;
  for (const FillNote& fill : fills) bench.analysis.filled(fill);
  bench.analysis.ended(bench.end(order, 10, fills));
  CHECK(bench.sum("order_size_usd", {{"side", "sell"}}) == 2100);
  CHECK(bench.count("order_size_usd") == 1);
}

TEST_CASE("an order has no size without a fill, with one that could not be valued, or in its parts' stead") {
  Bench bench;
  const ExecutedOrder order = bench.order();
  FillNote fill = bench.fill(order, "100");
  OrderEndNote end = bench.end(order, 10, {fill});
  SUBCASE("without a fill") {
    end = bench.end(order, 10, {});
  }
  SUBCASE("with one that could not be valued") {
    fill.notional_usd = kNan;
    bench.analysis.filled(bench.fill(order, "100"));
    bench.analysis.filled(fill);
    end = bench.end(order, 20, {fill, fill});
  }
  SUBCASE("of a split order") {
    bench.analysis.filled(fill);
    end.is_parent = true;
  }
  bench.analysis.ended(end);
  CHECK(bench.count("order_size_usd") == 0);
  CHECK(bench.counter("execution_incomplete_orders_total") == 0);
}

TEST_CASE(
    "an order of which not all fills were told has no size, no shortfall and no weight, and is counted") {
  Bench bench;
  const ExecutedOrder order = bench.order();
  const std::vector<FillNote> fills{bench.fill(order, "100", 4), bench.fill(order, "100", 6)};
  bench.analysis.filled(fills[0]);
  OrderEndNote end = bench.end(order, 10, fills);
  end.decision_mid = Price{100};
  bench.analysis.ended(end);
  CHECK(bench.count("order_size_usd") == 0);
  CHECK(bench.analysis.figures().shortfalls[0].orders == 0);
  CHECK(bench.count("execution_slippage_basis_points") == 1);  // what its end alone says
  for (const auto& benchmarks : bench.analysis.figures().benchmarks) {
    for (const BenchmarkFigures& figures : benchmarks) CHECK(figures.usd == 0);
  }
  CHECK(bench.counter("execution_incomplete_orders_total") == 1);

  for (const FillNote& fill : fills) bench.analysis.filled(fill);
  bench.analysis.ended(end);
  CHECK(bench.sum("order_size_usd") == 1000);
  CHECK(bench.analysis.figures().shortfalls[0].orders == 1);
  CHECK(bench.counter("execution_incomplete_orders_total") == 1);
}

TEST_CASE("of more open orders than there is room for, the oldest has no size, and is counted") {
  ExecutionQualityConfig config;
  config.pending_fills = 1;
  Bench bench(config);
  const ExecutedOrder old = bench.order();
  ExecutedOrder young = bench.order();
  young.id = OrderId{2};
  std::vector<FillNote> old_fills{bench.fill(old, "100", 4)};
  const std::vector<FillNote> young_fills{bench.fill(young, "100", 3)};
  bench.analysis.filled(old_fills[0]);
  bench.analysis.filled(young_fills[0]);
  SUBCASE("with a fill before it was forgotten") {}
  SUBCASE("with one before and one after") {
    old_fills.push_back(bench.fill(old, "100", 6));
  }
  bench.analysis.ended(bench.end(young, 3, young_fills));
  for (std::size_t i = 1; i < old_fills.size(); ++i) bench.analysis.filled(old_fills[i]);
  bench.analysis.ended(bench.end(old, 10, old_fills));
  CHECK(bench.sum("order_size_usd") == 300);
  CHECK(bench.count("order_size_usd") == 1);
  CHECK(bench.counter("execution_incomplete_orders_total") == 1);
}

TEST_CASE("a fill at a price of zero or below belongs to the size of its order") {
  Bench bench;
  const ExecutedOrder order = bench.order(Side::Sell);
  std::vector<FillNote> fills{bench.fill(order, "1", 10), bench.fill(order, "0", 10),
                              bench.fill(order, "-2", 10)};
  fills[2].notional_usd = 20;
  for (const FillNote& fill : fills) bench.analysis.filled(fill);
  bench.analysis.ended(bench.end(order, 30, fills));
  CHECK(bench.sum("order_size_usd") == 30);
  CHECK(bench.counter("execution_incomplete_orders_total") == 0);
}

/// 600 @ 100.10 and 300 @ 100.20 of 1000; decision 100, arrival 100.05, end 100.50, fees 9. The fills are
/// told, the end is not.
OrderEndNote example(Bench& bench, double fee = 9) {
  bench.bid = price("100.00");
  bench.ask = price("100.10");
  const ExecutedOrder order = bench.order();
  std::vector<FillNote> fills{bench.fill(order, "100.10", 600), bench.fill(order, "100.20", 300)};
  fills[0].fee_usd = fee - 3;
  fills[1].fee_usd = 3;
  for (const FillNote& fill : fills) bench.analysis.filled(fill);
  OrderEndNote note = bench.end(order, 1000, fills);
  note.decision_mid = Price{100};
  note.end_bid = price("100.45");
  note.end_ask = price("100.55");
  note.limit_price = price("100.20");
  return note;
}

TEST_CASE("the worked example: 179 of shortfall in its parts, and slippage against each benchmark") {
  Bench bench;
  bench.analysis.ended(example(bench));
  const auto part = [&](const char* word) {
    return bench.gauge("execution_shortfall_usd", {{"strategy", "fast"}, {"component", word}});
  };
  CHECK(part("delay") == Approx(45).epsilon(1e-12));
  CHECK(part("execution") == Approx(75).epsilon(1e-12));
  CHECK(part("opportunity") == Approx(50).epsilon(1e-12));
  CHECK(part("fees") == 9);
  double points = 0;
  for (const auto& series : bench.series("execution_shortfall_basis_points", {{"strategy", "fast"}})) {
    points += series.gauge.value;
  }
  CHECK(points == Approx(17.9).epsilon(1e-12));

  const auto slippage = [&](const char* benchmark) {
    return bench.gauge("execution_benchmark_slippage_mean_basis_points",
                       {{"exchange", "north"}, {"order_type", "limit"}, {"benchmark", benchmark}});
  };
  const double average = 90'120.0 / 900;
  CHECK(slippage("decision") == Approx(13 + 1.0 / 3).epsilon(1e-12));
  CHECK(slippage("arrival") == Approx(8.32916875).epsilon(1e-9));
  CHECK(slippage("touch") == Approx(1e4 * (average - 100.1) / 100.1).epsilon(1e-9));
  CHECK(slippage("limit") == Approx(1e4 * (average - 100.2) / 100.2).epsilon(1e-9));
  CHECK(bench.sum("execution_benchmark_improvement_basis_points", {{"benchmark", "limit"}}) > 0);
}

TEST_CASE("a sell's shortfall is the buy's with the market's moves the other way round") {
  Bench bench;
  OrderEndNote note = example(bench);
  note.order.side = Side::Sell;
  bench.analysis.ended(note);
  const ShortfallFigures& figures = bench.analysis.figures().shortfalls[0];
  CHECK(figures.usd[0] == Approx(-45));
  CHECK(figures.usd[1] == Approx(-75));
  CHECK(figures.usd[2] == Approx(-50));
  CHECK(figures.usd[3] == 9);
}

TEST_CASE("a split order's fees are those of its slices, and an order's are forgotten with it") {
  Bench bench;
  ExecutedOrder parent = bench.order();
  parent.id = OrderId{7};
  parent.venue = kNoVenue;
  FillNote fill = bench.fill(bench.order(), "100", 10);
  fill.parent = parent.id;
  fill.fee_usd = 4;
  bench.analysis.filled(fill);
  OrderEndNote slice = bench.end(bench.order(), 10, {fill});
  slice.is_slice = true;
  bench.analysis.ended(slice);
  OrderEndNote whole = bench.end(parent, 10, {fill});
  whole.is_parent = true;
  whole.decision_mid = Price{100};
  bench.analysis.ended(whole);
  CHECK(bench.analysis.figures().shortfalls[0].usd[3] == 4);
  bench.analysis.ended(whole);  // another one of the same id
  CHECK(bench.analysis.figures().shortfalls[0].usd[3] == 4);
}

TEST_CASE("a split order has one shortfall, its slices have the slippage") {
  Bench bench;
  OrderEndNote slice = example(bench);
  slice.is_slice = true;
  bench.analysis.ended(slice);
  CHECK(bench.analysis.figures().shortfalls[0].orders == 0);
  CHECK(bench.count("execution_slippage_basis_points") == 1);
  OrderEndNote parent = example(bench);
  parent.is_parent = true;
  parent.order.venue = kNoVenue;
  bench.analysis.ended(parent);
  CHECK(bench.analysis.figures().shortfalls[0].orders == 1);
  CHECK(bench.count("execution_slippage_basis_points") == 1);
}

TEST_CASE("a shortfall that misses a price or a rate is none") {
  const auto orders = [](const auto& change, double fee = 9) {
    Bench bench;
    OrderEndNote note = example(bench, fee);
    change(note);
    bench.analysis.ended(note);
    return bench.analysis.figures().shortfalls[0].orders;
  };
  CHECK(orders([](OrderEndNote&) {}) == 1);
  CHECK(orders([](OrderEndNote& note) { note.decision_mid.reset(); }) == 0);
  CHECK(orders([](OrderEndNote& note) { note.order.arrival_bid.reset(); }) == 0);
  CHECK(orders([](OrderEndNote& note) { note.end_bid.reset(); }) == 0);
  CHECK(orders([](OrderEndNote& note) { note.order.instrument = InstrumentId{1}; }) == 0);
  CHECK(orders([](OrderEndNote&) {}, kNan) == 0);
  // A price that no part needs may be missing.
  CHECK(orders([](OrderEndNote& note) {
          note.end_bid.reset();
          note.ordered = note.executed;
        }) == 1);
  Bench bench;
  OrderEndNote unfilled = bench.end(bench.order(), 1000, {});
  unfilled.order.arrival_bid.reset();
  unfilled.decision_mid = Price{100};
  unfilled.end_bid = price("100.45");
  unfilled.end_ask = price("100.55");
  bench.analysis.ended(unfilled);
  CHECK(bench.analysis.figures().shortfalls[0].orders == 1);
}

TEST_CASE(
    "a shortfall in another currency is at its rate, one of an inverse contract in what that settles in") {
  Bench bench;
  const auto trade = [&] {
    OrderEndNote note = example(bench);
    note.order.instrument = InstrumentId{1};
    bench.analysis.ended(note);
  };
  bench.analysis.rate(CurrencyId{1}, 1.25);
  trade();
  CHECK(bench.analysis.figures().shortfalls[0].ordered_usd == 125'000);
  CHECK(bench.analysis.figures().shortfalls[0].usd[0] == Approx(45 * 1.25));
  bench.instruments[1].inverse = true;
  bench.instruments[1].multiplier = Multiplier{100};
  bench.analysis.rate(CurrencyId{1}, 100);  // 1000 contracts of 100 at 100 are 1000 units of 100 each
  trade();
  CHECK(bench.analysis.figures().shortfalls[0].ordered_usd == Approx(225'000));
  bench.analysis.rate(CurrencyId{1}, kNan);
  trade();
  CHECK(bench.analysis.figures().shortfalls[0].orders == 2);
}

TEST_CASE("a markout compares the price with the last mid known when its horizon has passed") {
  Bench bench;
  bench.quote("99", "101");
  bench.analysis.filled(bench.fill(bench.order(), "100.50"));
  const auto markout = [&](const char* horizon) {
    return bench.sum(
        "execution_markout_basis_points",
        {{"exchange", "north"}, {"strategy", "fast"}, {"liquidity", "taker"}, {"horizon", horizon}});
  };
  bench.wait(milliseconds{20});
  bench.quote("100", "102");  // what is known at 50 ms
  bench.wait(milliseconds{30});
  bench.analysis.tick(bench.now);
  CHECK(bench.count("execution_markout_basis_points") == 0);  // at the very moment more may be said
  bench.quote("100", "103");
  bench.wait(milliseconds{1});
  bench.quote("90", "91");
  CHECK(markout("50ms") == Approx(1e4 * (101.5 - 100.5) / 100.5));
  CHECK(bench.count("execution_markout_basis_points") == 1);
  CHECK(bench.gauge("execution_markouts_pending") == 1);
  bench.wait(seconds{400});
  bench.analysis.tick(bench.now);
  CHECK(bench.count("execution_markout_basis_points") == 5);
  CHECK(markout("300s") == Approx(1e4 * (90.5 - 100.5) / 100.5));
  CHECK(bench.gauge("execution_markouts_pending") == 0);
}

TEST_CASE("a sell's markout is good when the market falls") {
  Bench bench;
  bench.quote("99", "101");
  bench.analysis.filled(bench.fill(bench.order(Side::Sell), "100"));
  bench.quote("98", "100");
  bench.wait(seconds{2});
  bench.analysis.tick(bench.now);
  CHECK(bench.sum("execution_markout_basis_points", {{"horizon", "1s"}}) == Approx(100));
}

TEST_CASE("without a quote at its horizon a markout is missing, and so is what finds no room") {
  ExecutionQualityConfig config;
  config.pending_fills = 1;
  Bench bench(config);
  bench.quote("99", "101");
  bench.analysis.filled(bench.fill(bench.order(), "100"));
  bench.analysis.filled(bench.fill(bench.order(), "100"));
  CHECK(bench.counter("execution_markouts_missing_total") == 5);
  bench.analysis.quote(InstrumentId{0}, Price{99}, {}, bench.now);
  bench.wait(seconds{2});
  bench.analysis.tick(bench.now);
  CHECK(bench.counter("execution_markouts_missing_total", {{"horizon", "50ms"}}) == 2);
  CHECK(bench.count("execution_markout_basis_points") == 0);
}

TEST_CASE("impact is what lies between effective and realized spread, weighted by quantity") {
  Bench bench;
  bench.quote("99", "101");
  bench.analysis.filled(bench.fill(bench.order(), "101", 30));
  bench.analysis.filled(bench.fill(bench.order(), "100.5", 10));
  const Labels labels{{"symbol", "ALPHA"}, {"exchange", "north"}};
  const double mid = 30 * 100 + 10 * 100;
  const double effective = 30 * 2 * 1 + 10 * 2 * 0.5;
  CHECK(bench.gauge("execution_effective_spread_basis_points", labels) == Approx(1e4 * effective / mid));
  bench.quote("99.5", "101.5");
  bench.wait(seconds{2});
  bench.analysis.tick(bench.now);
  const double realized = 30 * 2 * 0.5 + 10 * 2 * 0.0;
  Labels at_horizon = labels;
  at_horizon["horizon"] = "1s";
  CHECK(bench.gauge("execution_realized_spread_basis_points", at_horizon) == Approx(1e4 * realized / mid));
  CHECK(bench.gauge("execution_price_impact_basis_points", at_horizon) ==
        Approx(1e4 * (effective - realized) / mid));
}

TEST_CASE("the edge's decay is what a horizon leaves of it, absent while there was none") {
  Bench bench;
  bench.quote("99", "101");
  const Labels fast{{"strategy", "fast"}, {"horizon", "1s"}};
  bench.analysis.filled(bench.fill(bench.order(), "101"));
  bench.wait(seconds{2});
  bench.analysis.tick(bench.now);
  CHECK(bench.series("trading_edge_decay_ratio", fast).empty());  // it paid the spread
  Bench passive;
  passive.quote("99", "101");
  passive.analysis.filled(passive.fill(passive.order(), "99"));
  passive.quote("98.5", "100.5");
  passive.wait(seconds{2});
  passive.analysis.tick(passive.now);
  CHECK(passive.gauge("trading_edge_decay_ratio", fast) == Approx(0.5));
}

TEST_CASE("a taker is expected to pay half the spread, a maker to earn it; what is beyond adds up") {
  ExecutionQualityConfig config;
  config.surprise_slack_bp = 1;
  Bench bench(config);
  const auto mean = [&] {
    return bench.gauge("execution_cost_surprise_basis_points", {{"exchange", "north"}});
  };
  const auto score = [&] {
    return bench.gauge("execution_cost_surprise_score_basis_points", {{"exchange", "north"}});
  };
  CHECK(score() == 0);
  bench.analysis.filled(bench.fill(bench.order(), "101"));
  CHECK(mean() == Approx(0));
  CHECK(score() == 0);
  FillNote made = bench.fill(bench.order(), "99");
  made.liquidity = Liquidity::Maker;
  bench.analysis.filled(made);
  CHECK(mean() == Approx(0));
  bench.analysis.filled(bench.fill(bench.order(), "101.10"));  // 10 bp more than the touch
  CHECK(mean() == Approx(10.0 / 3));
  CHECK(score() == Approx(9));
  bench.analysis.filled(bench.fill(bench.order(), "101.10"));
  CHECK(score() == Approx(18));
  bench.analysis.filled(bench.fill(bench.order(), "100"));  // 100 bp less
  CHECK(score() == 0);
}

TEST_CASE("times to the first and the full fill are observed when the order ends") {
  Bench bench;
  const ExecutedOrder order = bench.order();
  OrderEndNote note = bench.end(order, 10, {bench.fill(order, "100")});
  note.to_first_fill = milliseconds{3};
  note.to_full_fill = milliseconds{40};
  bench.analysis.ended(note);
  CHECK(bench.sum("execution_time_to_first_fill_seconds") == Approx(0.003));
  CHECK(bench.sum("execution_time_to_full_fill_seconds") == Approx(0.04));
}

TEST_CASE("instruments, venues and strategies that nobody configured break nothing") {
  Bench bench;
  ExecutedOrder order = bench.order();
  order.instrument = InstrumentId{77};
  order.venue = VenueId{9};
  order.strategy = StrategyId{50};
  bench.analysis.filled(bench.fill(order, "100"));
  bench.analysis.ended(bench.end(order, 10, {bench.fill(order, "100")}));
  order.instrument = InstrumentId{1};
  bench.analysis.filled(bench.fill(order, "100"));
  bench.analysis.ended(bench.end(order, 10, {bench.fill(order, "100")}));
  bench.wait(seconds{400});
  bench.analysis.tick(bench.now);
  CHECK(bench.counter("execution_markouts_missing_total") == 5);
}

TEST_CASE("groups of markouts beyond what a family takes share one") {
  monitoring::Registry registry;
  std::vector<std::string> strategies;
  for (int i = 0; i < 500; ++i) strategies.push_back("s" + std::to_string(i));
  ExecutionMetrics metrics(registry, {"ALPHA"}, {"north"}, strategies);
  std::vector<Instrument> instruments(1);
  instruments[0].settlement = CurrencyId{0};
  ExecutionAnalysis analysis({}, metrics, instruments, CurrencyId{0}, strategies.size());
  Bench bench;
  analysis.quote(InstrumentId{0}, Price{99}, Price{101}, bench.now);
  for (std::uint16_t i = 0; i < 500; ++i) {
    ExecutedOrder order = bench.order();
    order.strategy = StrategyId{i};
    analysis.filled(bench.fill(order, "100"));
  }
  analysis.tick(bench.now + seconds{1000});
  CHECK(analysis.figures().groups.size() == 200);
  CHECK(analysis.figures().groups.back().is_other);
  CHECK(analysis.figures().groups.back().markouts[0].count == 301);
  const Readings readings(registry);
  CHECK(readings.series("execution_markout_basis_points").size() == 1000);
  CHECK(readings.count("execution_markout_basis_points") == 2500);
}

TEST_CASE("what came between two moments is what there is at the second less what there was at the first") {
  Bench bench;
  const auto trade = [&bench](Side side, const char* at, Liquidity liquidity) {
    const ExecutedOrder order = bench.order(side, OrderType::Limit);
    FillNote fill = bench.fill(order, at);
    fill.liquidity = liquidity;
    bench.analysis.filled(fill);
    bench.analysis.ended(bench.end(order, 10, {fill}));
  };
  bench.quote("99", "101");
  trade(Side::Buy, "101", Liquidity::Taker);
  bench.wait(seconds{400});
  bench.analysis.tick(bench.now);
  const ExecutionFigures before = bench.analysis.figures();
  const ExecutionFigures nothing = before.since(before);
  CHECK(nothing.venues[0].fills == 0);
  CHECK(nothing.venues[0].notional_usd == 0);
  CHECK(nothing.groups[0].markouts[4].count == 0);

  trade(Side::Sell, "99.5", Liquidity::Maker);
  trade(Side::Buy, "101", Liquidity::Taker);
  bench.wait(seconds{400});
  bench.analysis.tick(bench.now);
  const ExecutionFigures& all = bench.analysis.figures();
  const ExecutionFigures since = all.since(before);
  CHECK(before.groups.size() == 1);
  REQUIRE(since.groups.size() == 2);
  for (std::size_t h = 0; h < kHorizons; ++h) {
    CHECK(since.groups[0].markouts[h].count == 1);
    CHECK(since.groups[1].markouts[h].count == 1);
  }
  CHECK(since.venues[0].fills == 2);
  CHECK(since.venues[0].orders == 2);
  CHECK(since.venues[0].notional_usd == all.venues[0].notional_usd - before.venues[0].notional_usd);
  CHECK(since.benchmark(0, label_of(OrderType::Limit), Benchmark::Arrival).orders.count == 2);
  CHECK(since.shortfalls[0].orders == all.shortfalls[0].orders - before.shortfalls[0].orders);
  CHECK(since.edges[0][0].fills == 2);
  CHECK(since.spread(0, 0).mid == Approx(all.spread(0, 0).mid - before.spread(0, 0).mid));
}

}  // namespace
}  // namespace vigil::orders
