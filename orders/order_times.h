#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "monitoring/metrics/sliding_distribution.h"
#include "orders/enums.h"
#include "orders/ids.h"
#include "orders/metric_places.h"
#include "orders/metric_windows.h"
#include "orders/time.h"

namespace vigil::orders {

/// What is timed: handing an order over inside the engine, and the round trips of requests to the venue.
enum class TimedOperation : std::uint8_t { Submit, Place, Modify, Cancel };
/// How a round trip ended.
enum class TimedAnswer : std::uint8_t { Accepted, Updated, Filled, Canceled, Rejected, Expired, Closed };

/// How long an operation on an order took. To be told rather than counted: a note costs the core less than
/// the buckets, the sum and the distribution that it goes into, each on a line of memory of its own.
struct OrderTimeNote {
  OrderId order = kNoOrder;
  Timestamp time{};  ///< when it ended
  Duration took{};
  VenueId venue = kNoVenue;
  OrderType type = OrderType::Limit;
  TimedOperation operation = TimedOperation::Submit;
  TimedAnswer answer = TimedAnswer::Accepted;  ///< of round trips
  bool routed = false;
};

/// Who is told. The core's thread.
class OrderTimeSink {
 public:
  virtual ~OrderTimeSink() = default;
  virtual void took(const OrderTimeNote& note) noexcept = 0;
};

/// How long operations on orders take: execution_order_duration_seconds with its quantiles over a window, and
/// execution_engine_order_submission_latency_seconds. One thread, not necessarily the core's; allocates in
/// its constructor alone.
class OrderTimes {
 public:
  /// `venues` by VenueId.
  OrderTimes(monitoring::Registry& registry, const std::vector<std::string>& venues,
             const OrderMetricsConfig& config = {});
  static void declare(monitoring::Registry& registry);

  void took(const OrderTimeNote& note) noexcept;
  /// Moves the window on and publishes its quantiles; about once a second. `now`: since any fixed point.
  void tick(Duration now) noexcept;

  /// What is not in the registry.
  template <typename Wire>
  void state(Wire& wire) {
    wire(windows_);
  }

 private:
  static constexpr std::size_t kRoundTrips = 3;  // place, modify, cancel
  static constexpr std::size_t kAnswers = 7;
  static constexpr std::size_t kModes = 2;  // direct, router
  static constexpr std::size_t kQuantiles = 3;

  static constexpr std::size_t trip_of(TimedOperation operation) noexcept {
    return static_cast<std::size_t>(operation) - static_cast<std::size_t>(TimedOperation::Place);
  }
  [[nodiscard]] std::size_t series(TimedOperation operation, std::size_t venue, std::size_t type,
                                   std::size_t mode, TimedAnswer answer) const noexcept;

  MetricPlaces places_;
  std::vector<monitoring::TracedHistogram> durations_;  ///< [round trip][venue][type][mode][answer]
  std::vector<monitoring::Histogram> submissions_;      ///< [venue][type]
  std::array<std::array<monitoring::Gauge, kQuantiles>, kRoundTrips> quantiles_;
  std::array<monitoring::SlidingDistribution, kRoundTrips> windows_;
};

}  // namespace vigil::orders
