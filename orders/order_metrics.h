#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/execution_report.h"
#include "orders/metric_places.h"
#include "orders/metric_windows.h"
#include "orders/order.h"
#include "orders/order_manager.h"
#include "orders/order_metrics_catalogue.h"
#include "orders/order_times.h"

namespace vigil::orders {

/// A failure of the machinery, as opposed to a refusal by risk or venue.
enum class FailureReason : std::uint8_t {
  Timeout,    ///< the venue did not answer in time: the order is in doubt
  Transport,  ///< the order could not be handed to the venue
};
inline constexpr std::size_t kFailureReasonCount = 2;
[[nodiscard]] std::string_view to_string(FailureReason reason) noexcept;  // "timeout", "transport"

/// What the orders module publishes. Taking handles happens at construction; the event functions do not
/// allocate, lock or throw. Core thread only.
///
/// What counts as an order here is one order at one venue: the parent of a routed order that was split only
/// counts in the fill ratio, where its slices do not. An instrument beyond what a family's cap leaves room
/// for counts under symbol="other".
class OrderMetrics {
 public:
  /// `symbols` by InstrumentId, `venues` by VenueId. `times` is told how long operations took; it outlives
  /// this.
  OrderMetrics(monitoring::Registry& registry, OrderTimeSink& times, const std::vector<std::string>& symbols,
               const std::vector<std::string>& venues, const OrderMetricsConfig& config = {});
  /// All families of this module, without series.
  static void declare(monitoring::Registry& registry);

  /// The order manager took a new order to Denied.
  void denied(const Order& order, EventTime now) noexcept;
  /// A request was refused without touching an order: a new one that was never created, a cancel, a replace.
  /// `order` may be null.
  void refused(const OrderRequest& request, const Order* order, DenyReason reason) noexcept;
  /// A new order was handed to its venue's transport (stage Sent).
  void submitted(const Order& order, EventTime now) noexcept;
  /// A command of any kind was handed to the venue's transport.
  void message_sent(VenueId venue) noexcept { ++flows_[places_.venue(venue)].messages; }
  void failed(const Order& order, FailureReason reason) noexcept;
  /// Every report, whatever came of it. Call right after OrderManager::apply.
  void reported(const ExecutionReport& report, const ReportOutcome& outcome, EventTime now) noexcept;
  /// Every fill that was applied, valued in the reporting currency; 0 or NaN = could not be valued.
  void filled(const Order& order, const ExecutionReport& report, const ReportOutcome& outcome,
              double notional_usd, double fee_usd, EventTime now) noexcept;
  /// An order ended other than by denial. Call for a parent too. After filled() where a fill ended it.
  void closed(const Order& order, EventTime now) noexcept;

  void in_doubt(std::size_t count, Duration oldest_age) noexcept;
  void table(std::size_t live, std::size_t capacity) noexcept;
  /// The same, and illegal transitions and lost fill identities of which no report told.
  void table(const OrderManager& manager) noexcept;
  /// Windows and the change of day; about once a second.
  void tick(EventTime now) noexcept;

  /// What is not in the registry.
  template <typename Wire>
  void state(Wire& wire) {
    wire(illegal_counted_);
    wire(identities_lost_counted_);
    wire(fill_window_);
    wire(fee_window_);
    wire(immediate_window_);
    wire(flow_window_);
    wire(flows_);
    wire(intake_);
    wire(day_);
  }

 private:
  static constexpr std::size_t kTypes = kTypeLabels;
  static constexpr std::size_t kSides = 2;
  static constexpr std::size_t kFeeTypes = 4;   // by Liquidity, rebate last
  static constexpr std::size_t kImmediate = 2;  // IOC, FOK

  /// Since the last look: what ratios in a window are made of. Counting costs the core an increment; the
  /// window takes the sums at the next tick.
  struct Flow {
    std::uint64_t messages = 0;
    std::uint64_t submitted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t trades = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(messages);
      wire(submitted);
      wire(rejected);
      wire(trades);
    }
  };
  struct Intake {
    std::uint64_t attempted = 0;
    std::uint64_t denied = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(attempted);
      wire(denied);
    }
  };

  using SymbolRows = MetricPlaces::SymbolRows;

  // Wiring, in parts by what the families have in common: order_metrics.cpp
  void wire_flows(monitoring::Registry& registry);
  void wire_refusals(monitoring::Registry& registry);
  void wire_fill_ratios(monitoring::Registry& registry);
  void wire_volume(monitoring::Registry& registry);
  void wire_tables(monitoring::Registry& registry);

  [[nodiscard]] std::size_t venue_of(const Order& order) const noexcept { return places_.venue(order.venue); }

  void operation_took(TimedOperation operation, const Order& order, TimedAnswer answer, Duration duration,
                      EventTime now) noexcept;
  void placed(const Order& order, EventTime now) noexcept;
  void attempted(bool was_denied) noexcept {
    ++intake_.attempted;
    if (was_denied) ++intake_.denied;
  }
  void publish_flows(EventTime now) noexcept;
  void count_illegal(OrderStatus from, OrderEvent event, std::uint64_t n = 1) noexcept;
  void roll_day(EventTime now) noexcept;

  OrderTimeSink& times_;
  MetricPlaces places_;
  SymbolRows order_rows_;  ///< execution_orders_total
  SymbolRows failure_rows_;
  SymbolRows refusal_rows_;
  SymbolRows volume_rows_;
  SymbolRows ratio_rows_;
  SymbolRows immediate_rows_;

  std::vector<monitoring::Counter> orders_;      ///< [symbol][venue][type][side][success]
  std::vector<monitoring::Counter> failures_;    ///< [symbol][venue][reason]
  std::vector<monitoring::Counter> denials_;     ///< [symbol][deny reason]
  std::vector<monitoring::Counter> rejections_;  ///< [symbol][venue][reject reason]
  std::vector<std::array<monitoring::AmountCounter, kFeeTypes>> fees_;  ///< [venue]
  std::vector<monitoring::Gauge> fee_basis_points_;                     ///< [venue][type]
  std::vector<monitoring::Gauge> daily_volumes_;                        ///< [symbol][venue]
  std::vector<monitoring::AmountCounter> traded_notionals_;             ///< [symbol][venue]
  std::vector<monitoring::Gauge> fill_ratios_;                          ///< [symbol][type]
  std::vector<monitoring::Counter> sent_;                               ///< [venue]
  std::vector<monitoring::Counter> fills_;                              ///< [venue]
  std::array<std::array<monitoring::Counter, kOrderEventCount>, kOrderStatusCount> illegal_;
  std::array<std::array<std::uint64_t, kOrderEventCount>, kOrderStatusCount> illegal_counted_{};
  monitoring::Counter duplicate_fills_;
  monitoring::Counter conflicting_fills_;
  monitoring::Counter overfills_;
  monitoring::Counter late_fills_;
  monitoring::Counter unknown_orders_;
  monitoring::Counter unvalued_fills_;
  monitoring::Counter identities_lost_;
  std::uint64_t identities_lost_counted_ = 0;
  monitoring::Gauge in_doubt_;
  monitoring::Gauge in_doubt_oldest_age_;
  monitoring::Gauge live_;
  monitoring::Gauge capacity_;
  monitoring::Gauge remembered_;

  monitoring::Gauge deny_ratio_;
  std::vector<monitoring::Gauge> reject_ratios_;          ///< [venue]
  std::vector<monitoring::Gauge> order_to_trade_ratios_;  ///< [venue]
  std::vector<monitoring::Gauge> immediate_fill_ratios_;  ///< [symbol][IOC, FOK]

  RatioWindow fill_window_;       ///< keys as fill_ratios_
  RatioWindow fee_window_;        ///< keys as fee_basis_points_
  RatioWindow immediate_window_;  ///< keys as immediate_fill_ratios_
  RatioWindow flow_window_;       ///< denials, then rejections by venue, then messages over trades by venue
  std::vector<Flow> flows_;       ///< [venue]
  Intake intake_;
  std::int64_t day_;  ///< UTC, since 1970
};

}  // namespace vigil::orders
