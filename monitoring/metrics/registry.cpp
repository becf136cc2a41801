#include "monitoring/metrics/registry.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

#include <prometheus/metric_family.h>

#include "monitoring/metrics/family.h"
#include "monitoring/monitoring_metrics.h"

namespace vigil::monitoring {

struct Registry::Impl {
  explicit Impl(bool is_enabled) : enabled(is_enabled) {}

  const bool enabled;
  mutable std::mutex mutex;  ///< guards what follows; recording never takes it
  std::map<std::string, Family, std::less<>> families{};
  std::size_t series = 0;
  Gauge series_active{};

  Family& family(const MetricDefinition& definition) {
    const auto found = families.find(definition.name);
    if (found != families.end()) {
      found->second.expect_same(definition);
      return found->second;
    }
    validate(definition);
    return families
        .emplace(std::piecewise_construct, std::forward_as_tuple(definition.name),
                 std::forward_as_tuple(definition))
        .first->second;
  }

  struct Taken {
    Family& family;
    std::optional<std::uint32_t> number;  ///< none in a disabled registry
  };
  Taken take(const MetricDefinition& definition, Family::CellKind kind, LabelValues values) {
    return take(family(definition), kind, values);
  }
  Taken take(Family& family, Family::CellKind kind, LabelValues values) {
    family.check(kind, values);
    if (!enabled) return {family, std::nullopt};

    const Family::Series taken = family.take(kind, values);
    if (taken.is_new) series_active.set(static_cast<double>(++series));
    if (taken.is_folded) count_overflow(family.definition().name);
    return {family, taken.number};
  }
  void count_overflow(std::string_view metric) {
    if (metric == kSeriesOverflow.name) return;  // it would count itself for ever
    const Taken taken = take(kSeriesOverflow, Family::CellKind::Count, LabelValues{&metric, 1});
    taken.family.counter(*taken.number).add();
  }
};

Registry::Registry(bool enabled) : impl_(std::make_unique<Impl>(enabled)) {
  declare(kSeriesOverflow);
  impl_->series_active = gauge(kSeriesActive, {});
  impl_->series_active.set(static_cast<double>(impl_->series));
}

Registry::~Registry() = default;

void Registry::declare(const MetricDefinition& definition) {
  const std::lock_guard lock(impl_->mutex);
  (void)impl_->family(definition);
}

Counter Registry::counter(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto [family, number] = impl_->take(definition, Family::CellKind::Count, values);
  return number ? family.counter(*number) : Counter{};
}

SharedCounter Registry::shared_counter(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto [family, number] = impl_->take(definition, Family::CellKind::SharedCount, values);
  return number ? family.shared_counter(*number) : SharedCounter{};
}

AmountCounter Registry::amount_counter(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto [family, number] = impl_->take(definition, Family::CellKind::Amount, values);
  return number ? AmountCounter{family.value_cell(*number)} : AmountCounter{};
}

Gauge Registry::gauge(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto [family, number] = impl_->take(definition, Family::CellKind::Gauge, values);
  return number ? Gauge{family.value_cell(*number)} : Gauge{};
}

Gauge Registry::gauge(const MetricDefinition& definition, LabelValues values, double initial) {
  Gauge taken = gauge(definition, values);
  if (is_unset(taken.value())) taken.set(initial);
  return taken;
}

Histogram Registry::histogram(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto [family, number] = impl_->take(definition, Family::CellKind::Buckets, values);
  return number ? family.histogram(*number) : Histogram{};
}

SharedHistogram Registry::shared_histogram(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto [family, number] = impl_->take(definition, Family::CellKind::SharedBuckets, values);
  return number ? family.shared_histogram(*number) : SharedHistogram{};
}

Histogram Registry::histogram(const MetricDefinition& definition, LabelValues values,
                              std::span<const double> bounds) {
  validate_bounds(definition.name, bounds);
  const std::lock_guard lock(impl_->mutex);
  Family& family = impl_->family(definition);
  if (family.definition().type == MetricType::Histogram) family.set_bounds(bounds);
  const auto [taken, number] = impl_->take(family, Family::CellKind::Buckets, values);
  return number ? taken.histogram(*number) : Histogram{};
}

std::vector<const Family*> Registry::families() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<const Family*> families;
  families.reserve(impl_->families.size());
  for (const auto& [name, family] : impl_->families) {
    if (family.series().size() != 0) families.push_back(&family);
  }
  return families;
}

std::vector<prometheus::MetricFamily> Registry::Collect() const {
  std::vector<prometheus::MetricFamily> collected;
  for (const Family* family : families()) {
    if (auto shown = family->collect()) collected.push_back(std::move(*shown));
  }
  return collected;
}

bool Registry::enabled() const noexcept {
  return impl_->enabled;
}

std::size_t Registry::series_count() const noexcept {
  const std::lock_guard lock(impl_->mutex);
  return impl_->series;
}

std::vector<MetricDefinition> Registry::definitions() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<MetricDefinition> definitions;
  definitions.reserve(impl_->families.size());
  for (const auto& [name, family] : impl_->families) definitions.push_back(family.definition());
  return definitions;
}

}  // namespace vigil::monitoring
