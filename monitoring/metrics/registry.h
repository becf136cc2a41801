#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/instruments.h"

namespace vigil::monitoring {

class Family;

/// Owns every series. Handles are taken while wiring (any thread, takes a lock, allocates); recording through
/// them does neither. Asking again for the same labels gives the same series. A family at its cap (1,000
/// series, 3,000 with a `symbol` label) folds further label sets into one whose values are all "other", and
/// counts that in monitoring_series_overflow_total{metric}; a family whose series have several writing
/// threads takes shared counters, because its folded series has them all. Label values that are not UTF-8 are
/// repaired.
///
/// A family is known from the moment it is declared or a first series is taken, and exposed, with HELP and
/// TYPE, from its first present series on.
///
/// What cannot be right is our bug and throws std::logic_error naming the metric: a name, label or bound that
/// Prometheus does not allow, a second definition that differs, a handle of another type, a wrong number of
/// label values, a histogram without bounds.
class Registry : public prometheus::Collectable {
 public:
  using LabelValues = std::span<const std::string_view>;

  /// `enabled` false: every handle records nothing and Collect gives nothing.
  explicit Registry(bool enabled = true);
  ~Registry() override;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  void declare(const MetricDefinition& definition);
  [[nodiscard]] Counter counter(const MetricDefinition& definition, LabelValues values);
  [[nodiscard]] SharedCounter shared_counter(const MetricDefinition& definition, LabelValues values);
  [[nodiscard]] AmountCounter amount_counter(const MetricDefinition& definition, LabelValues values);
  /// Gauges start unset (absent) unless `initial` is given.
  [[nodiscard]] Gauge gauge(const MetricDefinition& definition, LabelValues values);
  [[nodiscard]] Gauge gauge(const MetricDefinition& definition, LabelValues values, double initial);
  [[nodiscard]] Histogram histogram(const MetricDefinition& definition, LabelValues values);
  [[nodiscard]] SharedHistogram shared_histogram(const MetricDefinition& definition, LabelValues values);
  /// Histogram whose bounds come from the configuration instead of the definition; the same ones for all
  /// series of the family.
  [[nodiscard]] Histogram histogram(const MetricDefinition& definition, LabelValues values,
                                    std::span<const double> bounds);
  // The same with a braced list of values.
  [[nodiscard]] Counter counter(const MetricDefinition& d, std::initializer_list<std::string_view> v) {
    return counter(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] SharedCounter shared_counter(const MetricDefinition& d,
                                             std::initializer_list<std::string_view> v) {
    return shared_counter(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] AmountCounter amount_counter(const MetricDefinition& d,
                                             std::initializer_list<std::string_view> v) {
    return amount_counter(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] Gauge gauge(const MetricDefinition& d, std::initializer_list<std::string_view> v) {
    return gauge(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] Gauge gauge(const MetricDefinition& d, std::initializer_list<std::string_view> v,
                            double initial) {
    return gauge(d, LabelValues{v.begin(), v.size()}, initial);
  }
  [[nodiscard]] Histogram histogram(const MetricDefinition& d, std::initializer_list<std::string_view> v) {
    return histogram(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] SharedHistogram shared_histogram(const MetricDefinition& d,
                                                 std::initializer_list<std::string_view> v) {
    return shared_histogram(d, LabelValues{v.begin(), v.size()});
  }

  /// The families that have series, by name. They live as long as the registry. Any thread; takes the lock
  /// only to list them.
  [[nodiscard]] std::vector<const Family*> families() const;
  /// All families with a present series, by name, as prometheus-cpp's data model. Series stand in the order
  /// they were taken. Any thread.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  [[nodiscard]] bool enabled() const noexcept;
  [[nodiscard]] std::size_t series_count() const noexcept;
  /// Every family declared or used, by name: what `vigil metrics` lists. Works on a disabled registry too.
  /// The texts belong to the registry.
  [[nodiscard]] std::vector<MetricDefinition> definitions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
