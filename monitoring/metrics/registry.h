#pragma once

#include <chrono>
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
#include "monitoring/metrics/labelled.h"
#include "monitoring/metrics/series_set.h"

namespace vigil::monitoring {

/// The series of a family as a scrape reads them; they stay while it holds them.
struct ShownFamily {
  const MetricDefinition* definition;  ///< as long as the registry
  std::shared_ptr<const SeriesSet> set;
};

struct RegistryOptions {
  bool enabled = true;            ///< false: every handle records nothing and Collect gives nothing
  bool native_histograms = true;  ///< false: histograms keep no distributions
  bool exemplars = true;          ///< false: histograms keep no exemplars
};

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
class Registry : public prometheus::Collectable, private SeriesMaker {
 public:
  using LabelValues = std::span<const std::string_view>;

  explicit Registry(bool enabled = true) : Registry(RegistryOptions{.enabled = enabled}) {}
  explicit Registry(const RegistryOptions& options);
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
  [[nodiscard]] SharedAmountCounter shared_amount_counter(const MetricDefinition& definition,
                                                          LabelValues values);
  /// Of the same family as `gauge` gives.
  [[nodiscard]] SharedGauge shared_gauge(const MetricDefinition& definition, LabelValues values);
  /// `values` without that of the state, which is `initial` for a new series.
  [[nodiscard]] StateSet state_set(const MetricDefinition& definition, LabelValues values,
                                   std::size_t initial);
  /// A series that is always 1: its labels tell something.
  void info(const MetricDefinition& definition, LabelValues values);
  /// Of the same family as `histogram` gives; its definition asks for exemplars.
  [[nodiscard]] TracedHistogram traced_histogram(const MetricDefinition& definition, LabelValues values);
  // Families whose series are found by their labels on each call.
  [[nodiscard]] LabelledCounter labelled_counter(const MetricDefinition& definition);
  [[nodiscard]] LabelledAmountCounter labelled_amount_counter(const MetricDefinition& definition);
  [[nodiscard]] LabelledHistogram labelled_histogram(const MetricDefinition& definition);
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
  [[nodiscard]] SharedAmountCounter shared_amount_counter(const MetricDefinition& d,
                                                          std::initializer_list<std::string_view> v) {
    return shared_amount_counter(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] SharedGauge shared_gauge(const MetricDefinition& d,
                                         std::initializer_list<std::string_view> v) {
    return shared_gauge(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] StateSet state_set(const MetricDefinition& d, std::initializer_list<std::string_view> v,
                                   std::size_t initial) {
    return state_set(d, LabelValues{v.begin(), v.size()}, initial);
  }
  void info(const MetricDefinition& d, std::initializer_list<std::string_view> v) {
    info(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] TracedHistogram traced_histogram(const MetricDefinition& d,
                                                 std::initializer_list<std::string_view> v) {
    return traced_histogram(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] Histogram histogram(const MetricDefinition& d, std::initializer_list<std::string_view> v) {
    return histogram(d, LabelValues{v.begin(), v.size()});
  }
  [[nodiscard]] SharedHistogram shared_histogram(const MetricDefinition& d,
                                                 std::initializer_list<std::string_view> v) {
    return shared_histogram(d, LabelValues{v.begin(), v.size()});
  }

  /// The families that have series, by name. Any thread; takes the lock only to list them.
  [[nodiscard]] std::vector<ShownFamily> families() const;
  /// All families with a present series, by name, as prometheus-cpp's data model. Series stand in the order
  /// they were taken. Any thread.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  /// The watch of series `number` of a family of gauges or states that families() lists; as long as the
  /// registry. Any thread; takes the lock.
  [[nodiscard]] GaugeWatch& watch(std::string_view metric, std::uint32_t number);
  /// Of all watched gauges. One thread at a time takes from it.
  [[nodiscard]] ChangedGauges& changed_gauges() noexcept;

  /// Forgets idle series of families whose definition says so; takes two calls (see IdleExpiry). `now`: of
  /// any monotonic clock. Any thread, every few seconds; a family's turn is lost when memory runs out.
  void expire_idle(std::chrono::nanoseconds now) noexcept;
  /// Brings monitoring_records_total and monitoring_metrics_memory_bytes up to date; a scrape does it before
  /// it reads. Any thread.
  void update_own_metrics() noexcept;

  [[nodiscard]] bool enabled() const noexcept;
  [[nodiscard]] std::size_t series_count() const noexcept;
  /// Bytes of all series, and at most of the cells of recording threads. Any thread; takes the lock.
  [[nodiscard]] std::size_t memory() const;
  /// Every family declared or used, by name: what `vigil metrics` lists. Works on a disabled registry too.
  /// The texts belong to the registry.
  [[nodiscard]] std::vector<MetricDefinition> definitions() const;

 private:
  void make(Family& family, LabelValues values,
            void (*record)(void* context, SeriesSet& set, std::uint32_t number),
            void* context) noexcept override;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
