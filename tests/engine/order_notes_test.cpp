// What the core tells the analysis of an order reaches the metrics of its durations and its size.

#include <cmath>

#include <doctest/doctest.h>

#include "core_harness.h"
#include "tests/orders/readings.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;
using doctest::Approx;
using orders::test::Labels;
using orders::test::Readings;

namespace {

EngineConfig with_sizes() {
  EngineConfig config = small_config();
  config.buckets.order_size_usd = {500, 1500};
  return config;
}

/// Bought in two fills; the venue took 3 ms to accept.
void buy(CoreHarness& engine) {
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("ONE", orders::Side::Buy, 10, "100.01"));
  const orders::OrderId order = engine.find("ONE").id;
  engine.time += 3ms;
  engine.report(orders::ReportKind::Accepted, order);
  engine.fill(order, 4, "100", "T1", "0.25");
  engine.fill(order, 6, "100", "T2", "0.25");
  engine.pass(2s);
}

}  // namespace

TEST_CASE("durations and sizes of orders come through the analysis, within the event or deferred") {
  CoreHarness engine(with_sizes());
  bool is_deferred = false;
  SUBCASE("within the event") {}
  SUBCASE("deferred") {
    is_deferred = true;
  }
  if (is_deferred) engine.core.analysis().defer();
  const Readings read(engine.registry);
  const Labels placed{{"operation", "place"}};
  buy(engine);
  if (is_deferred) {
    CHECK(read.count("execution_order_duration_seconds") == 0);
    while (engine.core.analysis().drain()) continue;
  }
  CHECK(read.sum("execution_order_duration_seconds", placed) == Approx(0.003).epsilon(1e-12));
  CHECK(read.count("execution_order_duration_seconds") == 1);
  for (const char* quantile : {"0.5", "0.95", "0.99"}) {
    const Labels labels{{"operation", "place"}, {"quantile", quantile}};
    CHECK(read.gauge("execution_order_duration_quantile_seconds", labels) == Approx(0.003).epsilon(0.0055));
  }
  CHECK(read.count("execution_engine_order_submission_latency_seconds") == 1);
  CHECK(read.sum("order_size_usd", {{"side", "buy"}}) == Approx(1000));
  CHECK(read.at_most("order_size_usd", 1500) == 1);
  CHECK(read.at_most("order_size_usd", 500) == 0);

  engine.pass(6min);  // out of the window
  while (is_deferred && engine.core.analysis().drain()) continue;
  CHECK(std::isnan(read.gauge("execution_order_duration_quantile_seconds",
                              {{"operation", "place"}, {"quantile", "0.5"}})));
}
