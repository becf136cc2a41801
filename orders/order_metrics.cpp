// Wiring: which series exist.

#include "orders/order_metrics.h"

#include <algorithm>

namespace vigil::orders {
namespace {

using Registry = monitoring::Registry;

/// What the registry takes for a family with a symbol before it folds series. Staying below it keeps the
/// other labels: only the symbol becomes "other".
constexpr std::size_t kSymbolSeries = 3000;

constexpr std::array<std::string_view, 3> kTypeWords{"market", "limit", "stop_loss"};
constexpr std::array<std::string_view, 2> kModeWords{"direct", "router"};
constexpr std::array<std::string_view, 2> kSuccessWords{"failure", "success"};
constexpr std::array<std::string_view, 3> kOperationWords{"place", "modify", "cancel"};
constexpr std::array<std::string_view, 7> kAnswerWords{"accepted", "updated", "filled", "canceled",
                                                       "rejected", "expired", "closed"};
constexpr std::array<std::string_view, 3> kQuantileWords{"0.5", "0.95", "0.99"};
constexpr std::array<std::string_view, 3> kCostWords{"spread", "slippage", "fees"};
constexpr std::array<std::string_view, 4> kFeeWords{"unknown", "maker", "taker", "rebate"};
constexpr std::array<std::string_view, kFailureReasonCount> kFailureWords{"timeout", "transport"};
constexpr std::string_view kNone = "none";
constexpr std::string_view kOther = "other";

monitoring::SlidingDistribution duration_window(const OrderMetricsConfig& config) {
  constexpr std::size_t kParts = 10;
  return {monitoring::kTimeLayout, config.window, kParts};
}

}  // namespace

std::string_view to_string(FailureReason reason) noexcept {
  return kFailureWords[static_cast<std::size_t>(reason)];
}

void OrderMetrics::declare(Registry& registry) {
  for (const monitoring::MetricDefinition* definition : metric::kAll) registry.declare(*definition);
}

OrderMetrics::OrderMetrics(Registry& registry, const std::vector<std::string>& symbols,
                           const std::vector<std::string>& venues,
                           const std::vector<double>& order_size_bounds, const OrderMetricsConfig& config)
    : symbols_(symbols),
      venues_(venues),
      fill_window_((symbols.size() + 1) * kTypes, config.window),
      fee_window_((venues.size() + 1) * kTypes, config.window),
      duration_windows_{duration_window(config), duration_window(config), duration_window(config)},
      usd_per_value_(symbols.size()),
      day_(0) {
  declare(registry);
  wire_operations(registry);
  wire_refusals(registry);
  wire_quality(registry, order_size_bounds);
  wire_volume(registry);
  wire_tables(registry);
}

OrderMetrics::SymbolRows OrderMetrics::rows_for(std::size_t per_symbol, bool always_other) const noexcept {
  if (!always_other && symbols_.size() * per_symbol <= kSymbolSeries) return {symbols_.size()};
  const std::size_t rows = kSymbolSeries / std::max<std::size_t>(per_symbol, 1);
  return {std::min(symbols_.size(), rows > 0 ? rows - 1 : 0)};
}

template <typename Take>
void OrderMetrics::each_symbol(const SymbolRows& rows, bool always_other, const Take& take) const {
  for (std::size_t row = 0; row < rows.own; ++row) take(row, std::string_view{symbols_[row]});
  if (always_other || rows.own < symbols_.size()) take(rows.own, kOther);
}

std::size_t OrderMetrics::operation_series(Operation operation, std::size_t venue, std::size_t type,
                                           std::size_t mode, Answer answer) const noexcept {
  const std::size_t place =
      by_venue_type(static_cast<std::size_t>(operation) * (venues_.size() + 1) + venue, type);
  return (place * kModes + mode) * kAnswers + static_cast<std::size_t>(answer);
}

void OrderMetrics::wire_operations(Registry& registry) {
  const auto answers = [](std::size_t operation) -> std::vector<Answer> {
    if (operation == 0) {
      return {Answer::Accepted, Answer::Filled, Answer::Canceled, Answer::Rejected, Answer::Expired};
    }
    return {operation == 1 ? Answer::Updated : Answer::Canceled, Answer::Rejected, Answer::Closed};
  };
  durations_.resize(kOperations * (venues_.size() + 1) * kTypes * kModes * kAnswers);
  for (std::size_t o = 0; o < kOperations; ++o) {
    for (std::size_t q = 0; q < kQuantiles; ++q) {
      quantiles_[o][q] =
          registry.gauge(metric::kOrderDurationQuantile, {kOperationWords[o], kQuantileWords[q]});
    }
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      for (std::size_t t = 0; t < kTypes; ++t) {
        for (std::size_t m = 0; m < kModes; ++m) {
          for (const Answer answer : answers(o)) {
            durations_[operation_series(static_cast<Operation>(o), v, t, m, answer)] =
                registry.traced_histogram(metric::kOrderDuration,
                                          {kOperationWords[o], venues_[v], kTypeWords[t], kModeWords[m],
                                           kAnswerWords[static_cast<std::size_t>(answer)]});
          }
        }
      }
    }
  }

  submission_latencies_.resize((venues_.size() + 1) * kTypes);
  sent_.resize(venues_.size() + 1);
  fills_.resize(venues_.size() + 1);
  for (std::size_t v = 0; v < venues_.size(); ++v) {
    sent_[v] = registry.counter(metric::kSent, {venues_[v]});
    fills_[v] = registry.counter(metric::kFills, {venues_[v]});
    for (std::size_t t = 0; t < kTypes; ++t) {
      submission_latencies_[by_venue_type(v, t)] =
          registry.histogram(metric::kSubmissionLatency, {venues_[v], kTypeWords[t]});
    }
  }

  order_rows_ = rows_for(venues_.size() * kTypes * kSides * 2, false);
  orders_.resize((order_rows_.own + 1) * (venues_.size() + 1) * kTypes * kSides * 2);
  each_symbol(order_rows_, false, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      for (std::size_t t = 0; t < kTypes; ++t) {
        for (std::size_t s = 0; s < kSides; ++s) {
          for (std::size_t success = 0; success < 2; ++success) {
            orders_[(by_symbol_venue_type(row, v, t) * kSides + s) * 2 + success] = registry.counter(
                metric::kOrders,
                {venues_[v], symbol, to_string(static_cast<Side>(s)), kTypeWords[t], kSuccessWords[success]});
          }
        }
      }
    }
  });
}

void OrderMetrics::wire_refusals(Registry& registry) {
  // Denials come before routing, whatever venue was meant; an unknown instrument counts under "other".
  refusal_rows_ = rows_for(kDenyReasonCount - 1 + venues_.size() * (kRejectReasonCount - 1), true);
  denials_.resize((refusal_rows_.own + 1) * kDenyReasonCount);
  rejections_.resize((refusal_rows_.own + 1) * (venues_.size() + 1) * kRejectReasonCount);
  each_symbol(refusal_rows_, true, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t r = 1; r < kDenyReasonCount; ++r) {
      denials_[row * kDenyReasonCount + r] =
          registry.counter(metric::kRejections, {kNone, to_string(static_cast<DenyReason>(r)), symbol});
    }
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      for (std::size_t r = 1; r < kRejectReasonCount; ++r) {
        rejections_[by_symbol_venue(row, v) * kRejectReasonCount + r] = registry.counter(
            metric::kRejections, {venues_[v], to_string(static_cast<RejectReason>(r)), symbol});
      }
      // A venue that gives no reason.
      rejections_[by_symbol_venue(row, v) * kRejectReasonCount] =
          rejections_[by_symbol_venue(row, v) * kRejectReasonCount +
                      static_cast<std::size_t>(RejectReason::Other)];
    }
  });

  failure_rows_ = rows_for(venues_.size() * kFailureReasonCount, false);
  failures_.resize((failure_rows_.own + 1) * (venues_.size() + 1) * kFailureReasonCount);
  each_symbol(failure_rows_, false, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      for (std::size_t r = 0; r < kFailureReasonCount; ++r) {
        failures_[by_symbol_venue(row, v) * kFailureReasonCount + r] =
            registry.counter(metric::kOrderFailures, {venues_[v], symbol, kFailureWords[r]});
      }
    }
  });
}

void OrderMetrics::wire_quality(Registry& registry, const std::vector<double>& order_size_bounds) {
  const std::span<const double> bounds = order_size_bounds.empty()
                                             ? std::span<const double>{metric::kOrderSizeBounds}
                                             : std::span{order_size_bounds};
  size_rows_ = rows_for(venues_.size() * kSides, false);
  sizes_.resize((size_rows_.own + 1) * (venues_.size() + 1) * kSides);
  each_symbol(size_rows_, false, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      for (std::size_t s = 0; s < kSides; ++s) {
        const std::array<std::string_view, 3> values{venues_[v], symbol, to_string(static_cast<Side>(s))};
        sizes_[by_symbol_venue(row, v) * kSides + s] = registry.histogram(metric::kOrderSize, values, bounds);
      }
    }
  });

  quality_rows_ = rows_for(venues_.size() * kTypes, false);
  const std::size_t series = (quality_rows_.own + 1) * (venues_.size() + 1) * kTypes;
  slippages_.resize(series);
  improvements_.resize(series);
  fill_qualities_.resize(series);
  effective_spreads_.resize(series);
  mean_slippages_.resize(series);
  missing_benchmarks_.resize(quality_rows_.own + 1);
  each_symbol(quality_rows_, false, [&](std::size_t row, std::string_view symbol) {
    missing_benchmarks_[row] = registry.counter(metric::kMissingBenchmark, {symbol});
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      for (std::size_t t = 0; t < kTypes; ++t) {
        const std::array<std::string_view, 3> values{symbol, kTypeWords[t], venues_[v]};
        const std::size_t place = by_symbol_venue_type(row, v, t);
        slippages_[place] = registry.histogram(metric::kSlippage, values);
        improvements_[place] = registry.histogram(metric::kPriceImprovement, values);
        fill_qualities_[place] = registry.histogram(metric::kFillQuality, values);
        effective_spreads_[place] = registry.histogram(metric::kEffectiveSpread, values);
        mean_slippages_[place].gauge = registry.gauge(metric::kMeanSlippage, values);
      }
    }
  });

  ratio_rows_ = rows_for(kTypes, false);
  fill_ratios_.resize((ratio_rows_.own + 1) * kTypes);
  each_symbol(ratio_rows_, false, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t t = 0; t < kTypes; ++t) {
      fill_ratios_[row * kTypes + t] = registry.gauge(metric::kFillRatio, {symbol, kTypeWords[t]});
    }
  });
}

void OrderMetrics::wire_volume(Registry& registry) {
  costs_.resize((venues_.size() + 1) * kTypes);
  fee_basis_points_.resize(costs_.size());
  fees_.resize(venues_.size() + 1);
  for (std::size_t v = 0; v < venues_.size(); ++v) {
    for (std::size_t f = 0; f < kFeeTypes; ++f) {
      fees_[v][f] = registry.amount_counter(metric::kFees, {venues_[v], kFeeWords[f]});
    }
    for (std::size_t t = 0; t < kTypes; ++t) {
      const std::size_t place = by_venue_type(v, t);
      fee_basis_points_[place] = registry.gauge(metric::kFeeBasisPoints, {venues_[v], kTypeWords[t]});
      for (std::size_t c = 0; c < kCostWords.size(); ++c) {
        costs_[place][c] = registry.histogram(metric::kCost, {venues_[v], kTypeWords[t], kCostWords[c]});
      }
    }
  }
  volume_rows_ = rows_for(venues_.size(), false);
  daily_volumes_.resize((volume_rows_.own + 1) * (venues_.size() + 1));
  traded_notionals_.resize(daily_volumes_.size());
  each_symbol(volume_rows_, false, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      daily_volumes_[by_symbol_venue(row, v)] = registry.gauge(metric::kDailyVolume, {symbol, venues_[v]}, 0);
      traded_notionals_[by_symbol_venue(row, v)] =
          registry.amount_counter(metric::kTradedNotional, {symbol, venues_[v]});
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
