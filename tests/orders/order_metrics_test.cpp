#include "orders/order_metrics.h"

#include <doctest/doctest.h>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "order_fixture.h"
#include "readings.h"

namespace vigil::orders {
namespace {

using namespace test;
/// What is told is counted at once.
struct CountedAtOnce : OrderTimeSink {
  explicit CountedAtOnce(OrderTimes& told) : times(told) {}
  void took(const OrderTimeNote& note) noexcept override { times.took(note); }
  OrderTimes& times;
};

/// An order manager with its metrics, wired as the engine does it, over one registry per test.
struct Shop : Readings {
  explicit Shop(const OrderMetricsConfig& config = {}, bool enabled = true)
      : Readings(registry),
        registry(enabled),
        times(registry, {"north", "south"}, config),
        metrics(registry, sink, {"ALPHA", "BETA"}, {"north", "south"}, config),
        manager(small_table()) {}

  Order& sent(OrderRequest request) {
    request.client_order_id = ClientOrderId::truncated("c" + std::to_string(++last_client_id));
    Order& order = *manager.create(request, now).order;
    order.routed = request.venue == kNoVenue;
    if (order.routed) order.venue = VenueId{1};
    order.arrival_bid = bid;
    order.arrival_ask = ask;
    manager.submitted(order, now);
    metrics.submitted(order, now);
    return order;
  }
  ReportOutcome tell(const ExecutionReport& report, double usd_rate = 1) {
    const ReportOutcome outcome = manager.apply(report, now);
    metrics.reported(report, outcome, now);
    if (report.kind == ReportKind::Fill && outcome.result == ReportResult::Applied) {
      metrics.filled(*outcome.order, report, outcome,
                     report.price.to_double() * report.quantity.to_double() * usd_rate,
                     report.commission.to_double() * usd_rate, now);
    }
    if (outcome.closed) metrics.closed(*outcome.order, now);
    return outcome;
  }
  ReportOutcome tell(const Order& order, ReportKind kind) { return tell(report(order, kind)); }
  void after(std::int64_t milliseconds) {
    elapsed += milliseconds;
    now = at(elapsed);
  }
  void tick() {
    metrics.tick(now);
    times.tick(now.monotonic);
  }

  monitoring::Registry registry;
  OrderTimes times;
  CountedAtOnce sink{times};
  OrderMetrics metrics;
  OrderManager manager;
  EventTime now = at(0);
  std::int64_t elapsed = 0;
  int last_client_id = 0;
  std::optional<Price> bid = Price{99};
  std::optional<Price> ask = Price{101};
};

constexpr const char* kDuration = "execution_order_duration_seconds";

OrderRequest limit() {
  return buy("", Quantity{10}, Price{100});
}
OrderRequest market(Side side = Side::Buy) {
  OrderRequest request = limit();
  request.type = OrderType::Market;
  request.terms.limit_price.reset();
  request.side = side;
  return request;
}

TEST_CASE("every definition is declared, and closed label sets are there at 0 before the first event") {
  Shop shop;
  const auto definitions = shop.registry.definitions();
  for (const auto* definition : metric::kAll) {
    CAPTURE(definition->name);
    CHECK(std::any_of(definitions.begin(), definitions.end(),
                      [&](const auto& d) { return d.name == definition->name; }));
    CHECK_FALSE(definition->help.empty());
  }
  CHECK(shop.series("execution_orders_total").size() == 2 * 2 * 3 * 2 * 2);
  CHECK(shop.series("execution_rejection_total", {{"exchange", "none"}, {"symbol", "ALPHA"}}).size() ==
        kDenyReasonCount - 1);
  CHECK(shop.series("execution_rejection_total", {{"exchange", "south"}, {"symbol", "BETA"}}).size() ==
        kRejectReasonCount - 1);
  CHECK(shop.series(kDuration, {{"operation", "place"}, {"exchange", "north"}}).size() == 3 * 2 * 5);
  CHECK(shop.gauge("execution_daily_volume_notional", {{"symbol", "ALPHA"}, {"exchange", "north"}}) == 0);
  CHECK(shop.series("trading_order_fill_ratio").empty());  // nothing has ended: absent, not 0
  CHECK(shop.counter("monitoring_series_overflow_total") == 0);
}

TEST_CASE("of n placed orders of which k fail, n are timed and n - k succeed") {
  Shop shop;
  constexpr int kPlaced = 7;
  constexpr int kFailed = 3;
  for (int i = 0; i < kPlaced; ++i) {
    Order& order = shop.sent(limit());
    shop.after(20);
    shop.tell(order, i < kFailed ? ReportKind::Rejected : ReportKind::Accepted);
    shop.tell(order, i < kFailed ? ReportKind::Rejected : ReportKind::Canceled);
  }
  const Labels place{{"operation", "place"}};
  CHECK(shop.count(kDuration, place) == kPlaced);
  CHECK(shop.sum(kDuration, place) == doctest::Approx(kPlaced * 0.02));
  CHECK(shop.at_most(kDuration, 0.025, place) == kPlaced);
  CHECK(shop.at_most(kDuration, 0.01, place) == 0);
  CHECK(shop.counter("execution_orders_total", {{"status", "success"}}) == kPlaced - kFailed);
  CHECK(shop.counter("execution_orders_total", {{"status", "failure"}}) == kFailed);
  CHECK(shop.counter("orders_sent_total", {{"exchange", "north"}}) == kPlaced);
  CHECK(shop.counter("execution_orders_total", {{"exchange", "north"},
                                                {"symbol", "ALPHA"},
                                                {"side", "buy"},
                                                {"order_type", "limit"},
                                                {"status", "success"}}) == kPlaced - kFailed);
}

TEST_CASE("one place, one modify and one cancel are one observation each, under their own operation") {
  Shop shop;
  Order& order = shop.sent(limit());
  shop.after(1);
  shop.tell(order, ReportKind::Accepted);
  shop.after(1000);
  OrderTerms terms;
  terms.quantity = Quantity{20};
  shop.manager.request_replace(order, terms, shop.now);
  shop.after(2);
  ExecutionReport updated = report(order, ReportKind::Updated);
  updated.terms = terms;
  shop.tell(updated);
  shop.manager.request_cancel(order, shop.now);
  shop.after(3);
  shop.tell(order, ReportKind::Canceled);
  const Labels north{{"exchange", "north"}, {"order_type", "limit"}, {"execution_mode", "direct"}};
  const auto with = [&](const char* operation, const char* status) {
    Labels labels = north;
    labels["operation"] = operation;
    labels["status"] = status;
    return labels;
  };
  CHECK(shop.count(kDuration) == 3);
  CHECK(shop.sum(kDuration, with("place", "accepted")) == 0.001);
  CHECK(shop.sum(kDuration, with("modify", "updated")) == 0.002);
  CHECK(shop.sum(kDuration, with("cancel", "canceled")) == 0.003);
}

TEST_CASE("refused and overtaken requests are observed once, with what became of them") {
  Shop shop;
  Order& order = shop.sent(limit());
  shop.tell(order, ReportKind::Accepted);
  shop.manager.request_replace(order, order.terms, shop.now);
  shop.tell(order, ReportKind::UpdateRejected);
  CHECK(shop.count(kDuration, {{"operation", "modify"}, {"status", "rejected"}}) == 1);
  shop.manager.request_cancel(order, shop.now);
  shop.tell(fill(order, "t", Quantity{10}, Price{100}));
  shop.tell(order, ReportKind::CancelRejected);  // too late
  CHECK(shop.count(kDuration, {{"operation", "cancel"}, {"status", "closed"}}) == 1);
  CHECK(shop.count(kDuration, {{"operation", "cancel"}}) == 1);
  CHECK(shop.counter("orders_illegal_transitions_total") == 0);
}

TEST_CASE("an order that cannot rest is placed when it ends, one that can with the first answer") {
  Shop shop;
  Order& immediate = shop.sent(market());
  shop.after(1);
  shop.tell(immediate, ReportKind::Accepted);
  CHECK(shop.count(kDuration) == 0);
  shop.after(1);
  shop.tell(fill(immediate, "t", Quantity{10}, Price{101}));
  CHECK(shop.sum(kDuration, {{"status", "filled"}, {"order_type", "market"}}) == 0.002);

  OrderRequest stop = limit();
  stop.type = OrderType::StopLimit;
  stop.venue = kNoVenue;
  Order& resting = shop.sent(stop);
  shop.tell(fill(resting, "t", Quantity{4}, Price{101}));
  CHECK(shop.count(kDuration, {{"status", "accepted"},
                               {"order_type", "stop_loss"},
                               {"execution_mode", "router"},
                               {"exchange", "south"}}) == 1);
  shop.tell(fill(resting, "u", Quantity{6}, Price{101}));
  CHECK(shop.count(kDuration, {{"operation", "place"}}) == 2);
}

TEST_CASE("the published quantiles are the exact ones of a known sample, within the stated resolution") {
  Shop shop;
  shop.tick();
  for (int i = 200; i >= 1; --i) {  // 200 ms, 199 ms, ..., 1 ms
    Order& order = shop.sent(limit());
    shop.after(i);
    shop.tell(order, ReportKind::Rejected);
  }
  CHECK(shop.series("execution_order_duration_quantile_seconds").empty());
  shop.tick();
  const auto quantile = [&](const char* q) {
    return shop.gauge("execution_order_duration_quantile_seconds", {{"operation", "place"}, {"quantile", q}});
  };
  constexpr double kResolution = 0.0055;
  CHECK(std::abs(quantile("0.5") - 0.1) <= kResolution * 0.1);
  CHECK(std::abs(quantile("0.95") - 0.19) <= kResolution * 0.19);
  CHECK(std::abs(quantile("0.99") - 0.198) <= kResolution * 0.198);
  CHECK(shop.series("execution_order_duration_quantile_seconds", {{"operation", "cancel"}}).empty());
}

TEST_CASE("an operation leaves the published quantiles with the window, and the last one takes them along") {
  OrderMetricsConfig config;
  config.window = std::chrono::seconds{60};
  Shop shop(config);
  const auto reject_after = [&](std::int64_t milliseconds) {
    Order& order = shop.sent(limit());
    shop.after(milliseconds);
    shop.tell(order, ReportKind::Rejected);
    shop.tick();
  };
  const auto median = [&] {
    return shop.gauge("execution_order_duration_quantile_seconds",
                      {{"operation", "place"}, {"quantile", "0.5"}});
  };
  shop.tick();
  reject_after(10);
  CHECK(median() == doctest::Approx(0.01).epsilon(0.0055));
  shop.after(30'000);
  shop.tick();
  reject_after(1000);
  CHECK(median() == doctest::Approx(0.01).epsilon(0.0055));
  shop.after(30'000);
  shop.tick();
  CHECK(median() == doctest::Approx(1).epsilon(0.0055));
  shop.after(60'000);
  shop.tick();
  CHECK(shop.series("execution_order_duration_quantile_seconds").empty());
}

TEST_CASE("the submission latency is the time inside the engine") {
  Shop shop;
  Order& order = *shop.manager.create(limit(), shop.now).order;
  shop.after(2);
  shop.manager.submitted(order, shop.now);
  shop.metrics.submitted(order, shop.now);
  const char* name = "execution_engine_order_submission_latency_seconds";
  CHECK(shop.sum(name, {{"exchange", "north"}, {"order_type", "limit"}}) == 0.002);
  CHECK(shop.at_most(name, 0.0025) == 1);
  CHECK(shop.at_most(name, 0.001) == 0);
}

TEST_CASE("each reason of a refusal moves its own series and no other") {
  Shop shop;
  for (std::size_t r = 1; r < kDenyReasonCount; ++r) {
    const auto reason = static_cast<DenyReason>(r);
    const Labels labels{{"exchange", "none"}, {"reason", std::string{to_string(reason)}}};
    const double before = shop.counter("execution_rejection_total");
    shop.metrics.refused(limit(), nullptr, reason);
    CHECK(shop.counter("execution_rejection_total", labels) == 1);
    CHECK(shop.counter("execution_rejection_total") == before + 1);
  }
  for (std::size_t r = 1; r < kRejectReasonCount; ++r) {
    const auto reason = static_cast<RejectReason>(r);
    Order& order = shop.sent(limit());
    ExecutionReport no = report(order, ReportKind::Rejected);
    no.reason = reason;
    const double before = shop.counter("execution_rejection_total");
    shop.tell(no);
    CHECK(shop.counter(
              "execution_rejection_total",
              {{"exchange", "north"}, {"symbol", "ALPHA"}, {"reason", std::string{to_string(reason)}}}) == 1);
    CHECK(shop.counter("execution_rejection_total") == before + 1);
  }
}

TEST_CASE("a denied order is a rejection by us and no order at a venue") {
  Shop shop;
  Order& order = shop.manager.create(limit(), shop.now).order[0];
  shop.manager.deny(order, DenyReason::TickSize, shop.now);
  shop.metrics.denied(order, shop.now);
  CHECK(shop.counter("execution_rejection_total",
                     {{"exchange", "none"}, {"reason", "tick_size"}, {"symbol", "ALPHA"}}) == 1);
  CHECK(shop.counter("execution_orders_total") == 0);
  CHECK(shop.count(kDuration) == 0);
  OrderRequest unknown = limit();
  unknown.instrument = kNoInstrument;
  shop.metrics.refused(unknown, nullptr, DenyReason::UnknownInstrument);
  CHECK(shop.counter("execution_rejection_total", {{"reason", "unknown_instrument"}, {"symbol", "other"}}) ==
        1);
}

TEST_CASE("fees are counted by liquidity, rebates positive and apart; their rate is that of the window") {
  Shop shop;
  shop.tick();
  Order& order = shop.sent(limit());
  ExecutionReport taker = fill(order, "1", Quantity{4}, Price{100});
  taker.commission = Money{1};
  taker.liquidity = Liquidity::Taker;
  shop.tell(taker);
  ExecutionReport maker = fill(order, "2", Quantity{4}, Price{100});
  maker.commission = Money::parse("-0.2").value();
  maker.liquidity = Liquidity::Maker;
  shop.tell(maker);
  const auto fees = [&](const char* type) {
    return shop.counter("trading_fees_usd_total", {{"exchange", "north"}, {"fee_type", type}});
  };
  CHECK(fees("taker") == 1);
  CHECK(fees("maker") == 0);
  CHECK(fees("rebate") == 0.2);
  shop.tick();
  CHECK(shop.gauge("trading_fee_basis_points", {{"exchange", "north"}, {"order_type", "limit"}}) ==
        doctest::Approx(10));
  shop.after(1000 * 60 * 6);
  shop.tick();
  CHECK(shop.series("trading_fee_basis_points").empty());
}

TEST_CASE("the fill ratio is filled over ordered quantity of what ended in the window") {
  OrderMetricsConfig config;
  config.window = std::chrono::seconds{60};
  Shop shop(config);
  shop.tick();
  Order& one = shop.sent(market());
  shop.tell(fill(one, "t", Quantity{10}, Price{100}));
  const Labels labels{{"symbol", "ALPHA"}, {"order_type", "market"}};
  shop.tick();
  CHECK(shop.gauge("trading_order_fill_ratio", labels) == 1);
  shop.after(30'000);
  shop.tick();
  Order& two = shop.sent(market());
  shop.tell(fill(two, "t", Quantity{5}, Price{100}));
  shop.tell(two, ReportKind::Canceled);
  shop.tick();
  CHECK(shop.gauge("trading_order_fill_ratio", labels) == 0.75);
  shop.after(31'000);
  shop.tick();
  CHECK(shop.gauge("trading_order_fill_ratio", labels) == 0.5);
  shop.after(60'000);
  shop.tick();
  CHECK(shop.series("trading_order_fill_ratio").empty());
}

TEST_CASE("orders meant to go unfilled are kept out of the fill ratio, rejected ones are in it") {
  Shop shop;
  OrderRequest ioc = limit();
  ioc.time_in_force = TimeInForce::ImmediateOrCancel;
  shop.tell(shop.sent(ioc), ReportKind::Canceled);
  shop.tick();
  CHECK(shop.series("trading_order_fill_ratio").empty());
  shop.tell(shop.sent(market()), ReportKind::Rejected);
  shop.tick();
  CHECK(shop.gauge("trading_order_fill_ratio", {{"order_type", "market"}}) == 0);
}

TEST_CASE("a split order counts once in the fill ratio, its slices everywhere else") {
  Shop shop;
  OrderRequest request = market();
  request.venue = kNoVenue;
  request.client_order_id = ClientOrderId::truncated("p");
  Order& parent = *shop.manager.create(request, shop.now).order;
  parent.routed = true;
  shop.manager.submitted(parent, shop.now);
  shop.metrics.submitted(parent, shop.now);
  Order* const slices[] = {shop.manager.create_slice(parent, VenueId{0}, Quantity{6}, shop.now).order,
                           shop.manager.create_slice(parent, VenueId{1}, Quantity{4}, shop.now).order};
  for (Order* slice : slices) {
    shop.manager.submitted(*slice, shop.now);
    shop.metrics.submitted(*slice, shop.now);
  }
  const ExecutionReport traded = fill(*slices[0], "t", Quantity{6}, Price{100});
  shop.tell(traded);
  shop.manager.update_parent(parent, *slices[0], traded, shop.now);
  const ExecutionReport no = report(*slices[1], ReportKind::Canceled);
  shop.tell(no);
  shop.manager.update_parent(parent, *slices[1], no, shop.now);
  CHECK(is_closed(parent.status));
  shop.metrics.closed(parent, shop.now);
  shop.tick();
  CHECK(shop.gauge("trading_order_fill_ratio", {{"symbol", "ALPHA"}, {"order_type", "market"}}) == 0.6);
  CHECK(shop.counter("orders_sent_total") == 2);
  CHECK(shop.count(kDuration, {{"operation", "place"}, {"execution_mode", "router"}}) == 2);
  CHECK(shop.counter("execution_orders_total") == 2);
}

TEST_CASE("denied over attempted, rejected over submitted, messages over trades less 1, in the window") {
  Shop shop;
  shop.tick();
  CHECK(shop.series("execution_deny_ratio").empty());
  CHECK(shop.series("execution_reject_ratio").empty());
  CHECK(shop.series("execution_order_to_trade_ratio").empty());
  // Five asked for: one denied, one never created, three sent of which one is rejected and one traded twice.
  OrderRequest refused = limit();
  refused.client_order_id = ClientOrderId::truncated("d");
  Order& denied = *shop.manager.create(refused, shop.now).order;
  shop.manager.deny(denied, DenyReason::PriceCollar, shop.now);
  shop.metrics.denied(denied, shop.now);
  shop.metrics.refused(limit(), nullptr, DenyReason::DuplicateClientOrderId);
  OrderRequest cancel = limit();
  cancel.action = OrderRequest::Action::Cancel;
  shop.metrics.refused(cancel, nullptr, DenyReason::UnknownOrder);  // no new order
  Order& traded = shop.sent(limit());
  Order& working = shop.sent(limit());
  Order& rejected = shop.sent(limit());
  for (int message = 0; message < 6; ++message) shop.metrics.message_sent(working.venue);
  shop.tell(rejected, ReportKind::Rejected);
  shop.tell(fill(traded, "1", Quantity{5}, Price{100}));
  shop.tell(fill(traded, "2", Quantity{5}, Price{100}));
  shop.tick();
  CHECK(shop.gauge("execution_deny_ratio") == 0.4);
  CHECK(shop.gauge("execution_reject_ratio", {{"exchange", "north"}}) == 1.0 / 3);
  CHECK(shop.series("execution_reject_ratio", {{"exchange", "south"}}).empty());
  CHECK(shop.gauge("execution_order_to_trade_ratio", {{"exchange", "north"}}) == 2);
  shop.after(6 * 60 * 1000);
  shop.tick();
  CHECK(shop.series("execution_deny_ratio").empty());
  CHECK(shop.series("execution_order_to_trade_ratio").empty());
}

TEST_CASE("orders that fill at once or not at all have a fill ratio of their own") {
  Shop shop;
  OrderRequest request = limit();
  request.time_in_force = TimeInForce::ImmediateOrCancel;
  Order& part = shop.sent(request);
  shop.tell(fill(part, "1", Quantity{4}, Price{100}));
  shop.tell(part, ReportKind::Canceled);
  request.time_in_force = TimeInForce::FillOrKill;
  Order& none = shop.sent(request);
  shop.tell(none, ReportKind::Canceled);
  shop.tick();
  const char* name = "trading_immediate_order_fill_ratio";
  CHECK(shop.gauge(name, {{"symbol", "ALPHA"}, {"time_in_force", "IOC"}}) == 0.4);
  CHECK(shop.gauge(name, {{"symbol", "ALPHA"}, {"time_in_force", "FOK"}}) == 0);
  CHECK(shop.series("trading_order_fill_ratio").empty());
}

TEST_CASE("the day's volume starts again at midnight, the running total goes on") {
  Shop shop;
  const Timestamp midnight = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};
  const Labels labels{{"symbol", "ALPHA"}, {"exchange", "north"}};
  const auto day = [&] { return shop.gauge("execution_daily_volume_notional", labels); };
  shop.now = manual_time(midnight - std::chrono::seconds{2});
  Order& order = shop.sent(limit());
  shop.tell(fill(order, "1", Quantity{1}, Price{100}));
  shop.tell(fill(order, "2", Quantity{1}, Price{50}));
  CHECK(day() == 150);
  SUBCASE("with a tick") {
    shop.now = manual_time(midnight - Duration{1});
    shop.tick();
    CHECK(day() == 150);
    shop.now = manual_time(midnight);
    shop.tick();
    CHECK(day() == 0);
  }
  SUBCASE("with the first fill of the day") {
    shop.now = manual_time(midnight);
    shop.tell(fill(order, "3", Quantity{1}, Price{30}));
    CHECK(day() == 30);
    CHECK(shop.counter("execution_traded_notional_total", labels) == 180);
  }
}

TEST_CASE("a fill that cannot be valued is counted and left out of the amounts") {
  Shop shop;
  Order& order = shop.sent(market());
  shop.tell(fill(order, "t", Quantity{10}, Price{100}), 0.0);
  CHECK(shop.counter("orders_unvalued_fills_total") == 1);
  CHECK(shop.counter("execution_traded_notional_total") == 0);
  CHECK(shop.count("execution_cost_basis_points") == 0);
}

TEST_CASE("repeated, conflicting, late and excessive fills, illegal news and unknown orders are counted") {
  Shop shop;
  Order& order = shop.sent(limit());
  shop.tell(order, ReportKind::Accepted);
  shop.tell(order, ReportKind::Accepted);
  shop.tell(fill(order, "1", Quantity{4}, Price{100}));
  shop.tell(fill(order, "1", Quantity{4}, Price{100}));
  shop.tell(fill(order, "1", Quantity{5}, Price{100}));
  shop.tell(order, ReportKind::Canceled);
  shop.tell(fill(order, "2", Quantity{8}, Price{100}));
  ExecutionReport stray;
  stray.order = OrderId{999};
  shop.tell(stray);
  CHECK(shop.counter("orders_illegal_transitions_total", {{"from", "Accepted"}, {"event", "Accept"}}) == 1);
  CHECK(shop.counter("orders_illegal_transitions_total") == 1);
  CHECK(shop.counter("orders_duplicate_fills_total") == 1);
  CHECK(shop.counter("orders_conflicting_fills_total") == 1);
  CHECK(shop.counter("orders_late_fills_total") == 1);
  CHECK(shop.counter("orders_overfills_total") == 1);
  CHECK(shop.counter("orders_fills_total", {{"exchange", "north"}}) == 2);
  CHECK(shop.counter("orders_unknown_order_reports_total") == 1);
}

TEST_CASE("illegal transitions of which no report told are taken from the manager, each once") {
  Shop shop;
  Order& order = shop.sent(limit());
  shop.tell(order, ReportKind::Accepted);
  shop.tell(order, ReportKind::Accepted);
  CHECK_FALSE(shop.manager.submitted(order, shop.now));
  ExecutionReport no = report(order, ReportKind::Rejected);
  shop.tell(no);
  shop.tell(fill(order, "t", Quantity{1}, Price{100}));  // of a rejected order
  shop.metrics.table(shop.manager);
  shop.metrics.table(shop.manager);
  const char* name = "orders_illegal_transitions_total";
  CHECK(shop.counter(name, {{"from", "Accepted"}, {"event", "Submit"}}) == 1);
  CHECK(shop.counter(name, {{"from", "Accepted"}, {"event", "Accept"}}) == 1);
  CHECK(shop.counter(name, {{"from", "Rejected"}, {"event", "Fill"}}) == 1);
  CHECK(shop.counter(name) == 3);
  CHECK(shop.gauge("orders_live") == 0);
  CHECK(shop.gauge("orders_capacity") == 16);
  CHECK(shop.gauge("orders_remembered") == 1);
}

TEST_CASE("orders in doubt and technical failures are published") {
  Shop shop;
  Order& order = shop.sent(limit());
  shop.after(6000);
  shop.manager.mark_in_doubt(shop.now.monotonic,
                             [&](Order& doubtful) { shop.metrics.failed(doubtful, FailureReason::Timeout); });
  shop.metrics.in_doubt(shop.manager.in_doubt_count(), shop.manager.oldest_in_doubt_age(shop.now.monotonic));
  CHECK(shop.gauge("orders_in_doubt") == 1);
  CHECK(shop.gauge("orders_in_doubt_oldest_age_seconds") == 6);
  shop.metrics.failed(order, FailureReason::Transport);
  const char* name = "execution_order_failures_total";
  CHECK(shop.counter(name, {{"exchange", "north"}, {"symbol", "ALPHA"}, {"reason", "timeout"}}) == 1);
  CHECK(shop.counter(name, {{"exchange", "north"}, {"symbol", "ALPHA"}, {"reason", "transport"}}) == 1);
}

TEST_CASE("more instruments than a family takes count under other, and no series is folded") {
  monitoring::Registry registry;
  std::vector<std::string> symbols;
  for (int i = 0; i < 400; ++i) symbols.push_back("S" + std::to_string(i));
  OrderTimes times(registry, {"a", "b", "c"});
  CountedAtOnce sink(times);
  OrderMetrics metrics(registry, sink, symbols, {"a", "b", "c"});
  std::size_t other = 0;
  for (const prometheus::MetricFamily& family : registry.Collect()) {
    CAPTURE(family.name);
    CHECK(family.metric.size() <= 3000);
    if (family.name == "monitoring_series_overflow_total") CHECK(family.metric.empty());
    if (family.name != "execution_rejection_total") continue;
    for (const auto& metric : family.metric) {
      other += std::any_of(metric.label.begin(), metric.label.end(), [](const auto& label) {
        return label.value == "other" && label.name == "symbol";
      });
    }
  }
  CHECK(other == kDenyReasonCount - 1 + 3 * (kRejectReasonCount - 1));
  OrderRequest request = limit();
  request.instrument = InstrumentId{399};
  metrics.refused(request, nullptr, DenyReason::KillSwitch);  // within the arrays
}

TEST_CASE(
    "a disabled registry and instruments or venues nobody configured record nothing and break nothing") {
  Shop off({}, false);
  Order& order = off.sent(limit());
  off.tell(order, ReportKind::Accepted);
  off.tell(fill(order, "t", Quantity{10}, Price{100}));
  off.tick();
  off.metrics.table(off.manager);
  CHECK(off.registry.Collect().empty());

  Shop shop;
  OrderRequest stray = limit();
  stray.instrument = InstrumentId{77};
  stray.venue = VenueId{9};
  Order& unknown = shop.sent(stray);
  shop.tell(fill(unknown, "t", Quantity{10}, Price{100}));
  shop.metrics.failed(unknown, FailureReason::Transport);
  shop.tick();
  CHECK(shop.count(kDuration) == 0);
}

}  // namespace
}  // namespace vigil::orders
