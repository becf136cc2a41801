// Wiring: which series exist.

#include "orders/order_metrics.h"

#include <algorithm>

namespace vigil::orders {
namespace {

using Registry = monitoring::Registry;

constexpr std::array<std::string_view, 2> kSuccessWords{"failure", "success"};
constexpr std::array<std::string_view, 4> kFeeWords{"unknown", "maker", "taker", "rebate"};
constexpr std::array<std::string_view, kFailureReasonCount> kFailureWords{"timeout", "transport"};
constexpr std::array<std::string_view, 2> kImmediateWords{"IOC", "FOK"};
constexpr std::string_view kNone = "none";

}  // namespace

std::string_view to_string(FailureReason reason) noexcept {
  return kFailureWords[static_cast<std::size_t>(reason)];
}

void OrderMetrics::declare(Registry& registry) {
  for (const monitoring::MetricDefinition* definition : metric::kAll) registry.declare(*definition);
}

OrderMetrics::OrderMetrics(Registry& registry, OrderTimeSink& times, const std::vector<std::string>& symbols,
                           const std::vector<std::string>& venues, const OrderMetricsConfig& config)
    : times_(times),
      places_(symbols, venues),
      fill_window_((symbols.size() + 1) * kTypes, config.window),
      fee_window_((venues.size() + 1) * kTypes, config.window),
      immediate_window_((symbols.size() + 1) * kImmediate, config.window),
      flow_window_(1 + 2 * (venues.size() + 1), config.window),
      flows_(venues.size() + 1),
      day_(0) {
  declare(registry);
  wire_flows(registry);
  wire_refusals(registry);
  wire_fill_ratios(registry);
  wire_volume(registry);
  wire_tables(registry);
}

void OrderMetrics::wire_flows(Registry& registry) {
  deny_ratio_ = registry.gauge(metric::kDenyRatio, {});
  reject_ratios_.resize(places_.venue_count());
  order_to_trade_ratios_.resize(places_.venue_count());
  sent_.resize(places_.venue_count());
  fills_.resize(places_.venue_count());
  for (std::size_t v = 0; v < places_.venues().size(); ++v) {
    reject_ratios_[v] = registry.gauge(metric::kRejectRatio, {places_.venues()[v]});
    order_to_trade_ratios_[v] = registry.gauge(metric::kOrderToTradeRatio, {places_.venues()[v]});
    sent_[v] = registry.counter(metric::kSent, {places_.venues()[v]});
    fills_[v] = registry.counter(metric::kFills, {places_.venues()[v]});
  }

  order_rows_ = places_.rows_for(places_.venues().size() * kTypes * kSides * 2);
  orders_.resize((order_rows_.own + 1) * (places_.venue_count()) * kTypes * kSides * 2);
  places_.each_symbol(order_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < places_.venues().size(); ++v) {
      for (std::size_t t = 0; t < kTypes; ++t) {
        for (std::size_t s = 0; s < kSides; ++s) {
          for (std::size_t success = 0; success < 2; ++success) {
            orders_[(places_.by_symbol_venue_type(row, v, t) * kSides + s) * 2 + success] = registry.counter(
                metric::kOrders, {places_.venues()[v], symbol, to_string(static_cast<Side>(s)),
                                  kTypeLabelWords[t], kSuccessWords[success]});
          }
        }
      }
    }
  });
}

void OrderMetrics::wire_refusals(Registry& registry) {
  // Denials come before routing, whatever venue was meant; an unknown instrument counts under "other".
  refusal_rows_ =
      places_.rows_for(kDenyReasonCount - 1 + places_.venues().size() * (kRejectReasonCount - 1), true);
  denials_.resize((refusal_rows_.own + 1) * kDenyReasonCount);
  rejections_.resize((refusal_rows_.own + 1) * (places_.venue_count()) * kRejectReasonCount);
  places_.each_symbol(refusal_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t r = 1; r < kDenyReasonCount; ++r) {
      denials_[row * kDenyReasonCount + r] =
          registry.counter(metric::kRejections, {kNone, to_string(static_cast<DenyReason>(r)), symbol});
    }
    for (std::size_t v = 0; v < places_.venues().size(); ++v) {
      for (std::size_t r = 1; r < kRejectReasonCount; ++r) {
        rejections_[places_.by_symbol_venue(row, v) * kRejectReasonCount + r] = registry.counter(
            metric::kRejections, {places_.venues()[v], to_string(static_cast<RejectReason>(r)), symbol});
      }
      // A venue that gives no reason.
      rejections_[places_.by_symbol_venue(row, v) * kRejectReasonCount] =
          rejections_[places_.by_symbol_venue(row, v) * kRejectReasonCount +
                      static_cast<std::size_t>(RejectReason::Other)];
    }
  });

  failure_rows_ = places_.rows_for(places_.venues().size() * kFailureReasonCount);
  failures_.resize((failure_rows_.own + 1) * (places_.venue_count()) * kFailureReasonCount);
  places_.each_symbol(failure_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < places_.venues().size(); ++v) {
      for (std::size_t r = 0; r < kFailureReasonCount; ++r) {
        failures_[places_.by_symbol_venue(row, v) * kFailureReasonCount + r] =
            registry.counter(metric::kOrderFailures, {places_.venues()[v], symbol, kFailureWords[r]});
      }
    }
  });
}

void OrderMetrics::wire_fill_ratios(Registry& registry) {
  immediate_rows_ = places_.rows_for(kImmediate);
  immediate_fill_ratios_.resize(immediate_rows_.count() * kImmediate);
  places_.each_symbol(immediate_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t i = 0; i < kImmediate; ++i) {
      immediate_fill_ratios_[row * kImmediate + i] =
          registry.gauge(metric::kImmediateFillRatio, {symbol, kImmediateWords[i]});
    }
  });

  ratio_rows_ = places_.rows_for(kTypes);
  fill_ratios_.resize((ratio_rows_.own + 1) * kTypes);
  places_.each_symbol(ratio_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t t = 0; t < kTypes; ++t) {
      fill_ratios_[row * kTypes + t] = registry.gauge(metric::kFillRatio, {symbol, kTypeLabelWords[t]});
    }
  });
}

void OrderMetrics::wire_volume(Registry& registry) {
  fee_basis_points_.resize((places_.venue_count()) * kTypes);
  fees_.resize(places_.venue_count());
  for (std::size_t v = 0; v < places_.venues().size(); ++v) {
    for (std::size_t f = 0; f < kFeeTypes; ++f) {
      fees_[v][f] = registry.amount_counter(metric::kFees, {places_.venues()[v], kFeeWords[f]});
    }
    for (std::size_t t = 0; t < kTypes; ++t) {
      const std::size_t place = places_.by_venue_type(v, t);
      fee_basis_points_[place] =
          registry.gauge(metric::kFeeBasisPoints, {places_.venues()[v], kTypeLabelWords[t]});
    }
  }
  volume_rows_ = places_.rows_for(places_.venues().size());
  daily_volumes_.resize((volume_rows_.own + 1) * (places_.venue_count()));
  traded_notionals_.resize(daily_volumes_.size());
  places_.each_symbol(volume_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < places_.venues().size(); ++v) {
      daily_volumes_[places_.by_symbol_venue(row, v)] =
          registry.gauge(metric::kDailyVolume, {symbol, places_.venues()[v]}, 0);
      traded_notionals_[places_.by_symbol_venue(row, v)] =
          registry.amount_counter(metric::kTradedNotional, {symbol, places_.venues()[v]});
    }
  });
  unvalued_fills_ = registry.counter(metric::kUnvaluedFills, {});
}

void OrderMetrics::wire_tables(Registry& registry) {
  for (std::size_t s = 0; s < kOrderStatusCount; ++s) {
    for (std::size_t e = 0; e < kOrderEventCount; ++e) {
      const auto status = static_cast<OrderStatus>(s);
      const auto event = static_cast<OrderEvent>(e);
      // A legal event is illegal all the same when it makes no sense, such as a fill of nothing.
      if (transition(status, event).kind != Transition::Kind::Illegal && event != OrderEvent::Fill) continue;
      illegal_[s][e] = registry.counter(metric::kIllegalTransitions, {to_string(status), to_string(event)});
    }
  }
  duplicate_fills_ = registry.counter(metric::kDuplicateFills, {});
  conflicting_fills_ = registry.counter(metric::kConflictingFills, {});
  overfills_ = registry.counter(metric::kOverfills, {});
  late_fills_ = registry.counter(metric::kLateFills, {});
  unknown_orders_ = registry.counter(metric::kUnknownOrders, {});
  identities_lost_ = registry.counter(metric::kIdentitiesLost, {});
  in_doubt_ = registry.gauge(metric::kInDoubt, {}, 0);
  in_doubt_oldest_age_ = registry.gauge(metric::kInDoubtOldestAge, {}, 0);
  live_ = registry.gauge(metric::kLive, {}, 0);
  capacity_ = registry.gauge(metric::kCapacity, {});
  remembered_ = registry.gauge(metric::kRemembered, {});
}

}  // namespace vigil::orders
