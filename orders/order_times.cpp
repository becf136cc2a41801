#include "orders/order_times.h"

#include <optional>
#include <span>
#include <string_view>

#include "orders/order_metrics_catalogue.h"

namespace vigil::orders {
namespace {

constexpr std::array<std::string_view, 2> kModeWords{"direct", "router"};
constexpr std::array<std::string_view, 3> kRoundTripWords{"place", "modify", "cancel"};
constexpr std::array<std::string_view, 7> kAnswerWords{"accepted", "updated", "filled", "canceled",
                                                       "rejected", "expired", "closed"};
constexpr std::array<std::string_view, 3> kQuantileWords{"0.5", "0.95", "0.99"};
constexpr std::array kQuantilesPublished{0.5, 0.95, 0.99};

constexpr std::array kPlaceAnswers{TimedAnswer::Accepted, TimedAnswer::Filled, TimedAnswer::Canceled,
                                   TimedAnswer::Rejected, TimedAnswer::Expired};
constexpr std::array kModifyAnswers{TimedAnswer::Updated, TimedAnswer::Rejected, TimedAnswer::Closed};
constexpr std::array kCancelAnswers{TimedAnswer::Canceled, TimedAnswer::Rejected, TimedAnswer::Closed};

/// How such a round trip can end.
std::span<const TimedAnswer> answers_to(TimedOperation operation) noexcept {
  if (operation == TimedOperation::Place) return kPlaceAnswers;
  return operation == TimedOperation::Modify ? std::span<const TimedAnswer>{kModifyAnswers} : kCancelAnswers;
}

monitoring::SlidingDistribution window_of(const OrderMetricsConfig& config) {
  constexpr std::size_t kParts = 10;
  return {monitoring::kTimeLayout, config.window, kParts};
}

}  // namespace

void OrderTimes::declare(monitoring::Registry& registry) {
  for (const monitoring::MetricDefinition* definition : metric::kTimesAll) registry.declare(*definition);
}

OrderTimes::OrderTimes(monitoring::Registry& registry, const std::vector<std::string>& venues,
                       const OrderMetricsConfig& config)
    : places_({}, venues), windows_{window_of(config), window_of(config), window_of(config)} {
  declare(registry);
  durations_.resize(kRoundTrips * places_.venue_count() * kTypeLabels * kModes * kAnswers);
  submissions_.resize(places_.venue_count() * kTypeLabels);
  for (std::size_t v = 0; v < venues.size(); ++v) {
    for (std::size_t t = 0; t < kTypeLabels; ++t) {
      submissions_[places_.by_venue_type(v, t)] =
          registry.histogram(metric::kSubmissionLatency, {venues[v], kTypeLabelWords[t]});
    }
  }
  for (const TimedOperation operation :
       {TimedOperation::Place, TimedOperation::Modify, TimedOperation::Cancel}) {
    const std::string_view word = kRoundTripWords[trip_of(operation)];
    for (std::size_t q = 0; q < kQuantiles; ++q) {
      quantiles_[trip_of(operation)][q] =
          registry.gauge(metric::kOrderDurationQuantile, {word, kQuantileWords[q]});
    }
    for (std::size_t v = 0; v < venues.size(); ++v) {
      for (std::size_t t = 0; t < kTypeLabels; ++t) {
        for (std::size_t m = 0; m < kModes; ++m) {
          for (const TimedAnswer answer : answers_to(operation)) {
            durations_[series(operation, v, t, m, answer)] = registry.traced_histogram(
                metric::kOrderDuration, {word, venues[v], kTypeLabelWords[t], kModeWords[m],
                                         kAnswerWords[static_cast<std::size_t>(answer)]});
          }
        }
      }
    }
  }
}

std::size_t OrderTimes::series(TimedOperation operation, std::size_t venue, std::size_t type,
                               std::size_t mode, TimedAnswer answer) const noexcept {
  const std::size_t place = places_.by_venue_type(trip_of(operation) * places_.venue_count() + venue, type);
  return (place * kModes + mode) * kAnswers + static_cast<std::size_t>(answer);
}

/// An order's trace is known by the order's id.
void OrderTimes::took(const OrderTimeNote& note) noexcept {
  const std::size_t venue = places_.venue(note.venue);
  const std::size_t type = label_of(note.type);
  if (note.operation == TimedOperation::Submit) {
    submissions_[places_.by_venue_type(venue, type)].observe(note.took);
    return;
  }
  durations_[series(note.operation, venue, type, note.routed ? 1 : 0, note.answer)].observe(
      note.took, {.high = 0, .low = static_cast<std::uint64_t>(note.order)}, note.time.time_since_epoch());
  windows_[trip_of(note.operation)].record(note.took);
}

void OrderTimes::tick(Duration now) noexcept {
  for (std::size_t trip = 0; trip < kRoundTrips; ++trip) {
    if (!windows_[trip].advance(now)) continue;
    std::array<double, kQuantiles> values{};
    const bool any = windows_[trip].quantiles(kQuantilesPublished, values);
    for (std::size_t q = 0; q < kQuantiles; ++q) {
      quantiles_[trip][q].set(any ? std::optional{values[q]} : std::nullopt);
    }
  }
}

}  // namespace vigil::orders
