#include "monitoring/metrics/registry.h"

#include <cassert>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <tuple>

#include <prometheus/metric_family.h>

#include "monitoring/metrics/family.h"
#include "monitoring/metrics/idle_expiry.h"
#include "monitoring/metrics/registry_metrics.h"

namespace vigil::monitoring {

struct Registry::Impl {
  explicit Impl(const RegistryOptions& from) : options(from), enabled(from.enabled) {}

  const RegistryOptions options;
  const bool enabled;
  mutable std::mutex mutex;  ///< guards what follows; recording never takes it
  std::map<std::string, Family, std::less<>> families{};
  std::deque<IdleExpiry> expiring{};
  std::size_t series = 0;
  std::uint64_t forgotten_records = 0;  ///< of expired series
  Gauge series_active{};
  ChangedGauges changed{};

  Family& family(MetricDefinition definition) {
    if (!options.native_histograms) definition.distribution = nullptr;
    if (!options.exemplars) definition.exemplars = false;
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
    SeriesSet* set = nullptr;  ///< none in a disabled registry
    std::uint32_t number = 0;
    explicit operator bool() const noexcept { return set != nullptr; }
    /// Of an enabled registry.
    [[nodiscard]] SeriesSet& series() const noexcept {
      assert(set != nullptr);
      return *set;
    }
  };
  Taken take(const MetricDefinition& definition, CellKind kind, LabelValues values) {
    return take(family(definition), kind, values);
  }
  Taken take(Family& family, CellKind kind, LabelValues values) {
    family.check(kind, values);
    if (!enabled) return {};

    const Family::Series taken = family.take(kind, values);
    if (taken.is_new) count_series(+1);
    if (taken.is_folded) overflow(family).add();
    return {family.current(), taken.number};
  }
  /// The handle made of what `part` of the set gives for the series; an empty one in a disabled registry.
  template <typename Handle, typename Part>
  Handle handle(const MetricDefinition& definition, CellKind kind, LabelValues values, Part part) {
    const std::lock_guard lock(mutex);
    const Taken taken = take(definition, kind, values);
    return taken ? Handle((taken.set->*part)(taken.number)) : Handle{};
  }
  void count_series(std::ptrdiff_t change) {
    series += static_cast<std::size_t>(change);
    series_active.set(static_cast<double>(series));
  }
  /// Under the lock.
  [[nodiscard]] std::size_t series_bytes() const {
    std::size_t bytes = 0;
    for (const auto& [name, family] : families) {
      if (const SeriesSet* const set = family.current()) bytes += set->bytes();
    }
    return bytes;
  }
  SharedCounter overflow(const Family& family) {
    const std::string_view metric = family.definition().name;
    if (metric == kSeriesOverflow.name) return {};  // it would count itself for ever
    const Taken taken = take(kSeriesOverflow, CellKind::SharedCount, LabelValues{&metric, 1});
    return taken.series().shared_counter(taken.number);
  }

  /// A family for look-ups on the fly, with the series that stands for what finds no place; nullptr in a
  /// disabled registry.
  Family* labelled(const MetricDefinition& definition, CellKind kind) {
    Family& family = this->family(definition);
    const bool is_known = family.current() != nullptr;
    const std::vector<std::string_view> other(definition.labels.size(), "other");
    if (!take(family, kind, other) || is_known) return enabled ? &family : nullptr;
    family.current()->hide_first_while_empty();
    if (definition.idle_expiry.count() != 0) expiring.emplace_back(family);
    return &family;
  }
};

Registry::Registry(const RegistryOptions& options) : impl_(std::make_unique<Impl>(options)) {
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
  return impl_->handle<Counter>(definition, CellKind::Count, values, &SeriesSet::counter);
}

SharedCounter Registry::shared_counter(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<SharedCounter>(definition, CellKind::SharedCount, values, &SeriesSet::shared_counter);
}

AmountCounter Registry::amount_counter(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<AmountCounter>(definition, CellKind::Amount, values, &SeriesSet::amount_cell);
}

SharedAmountCounter Registry::shared_amount_counter(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<SharedAmountCounter>(definition, CellKind::SharedAmount, values,
                                            &SeriesSet::shared_amount_counter);
}

Gauge Registry::gauge(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<Gauge>(definition, CellKind::Gauge, values, &SeriesSet::gauge_cell);
}

Gauge Registry::gauge(const MetricDefinition& definition, LabelValues values, double initial) {
  Gauge taken = gauge(definition, values);
  if (is_unset(taken.value())) taken.set(initial);
  return taken;
}

SharedGauge Registry::shared_gauge(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<SharedGauge>(definition, CellKind::Gauge, values, &SeriesSet::gauge_cell);
}

StateSet Registry::state_set(const MetricDefinition& definition, LabelValues values, std::size_t initial) {
  const std::lock_guard lock(impl_->mutex);
  Family& family = impl_->family(definition);
  const std::uint32_t before = family.current() == nullptr ? 0 : family.current()->size();
  const auto taken = impl_->take(family, CellKind::State, values);
  if (!taken) return {};
  StateSet states = taken.set->state_set(taken.number);
  if (taken.number >= before) states.set(initial);
  return states;
}

void Registry::info(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  (void)impl_->take(definition, CellKind::Info, values);
}

Histogram Registry::histogram(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<Histogram>(definition, CellKind::Buckets, values, &SeriesSet::histogram);
}

SharedHistogram Registry::shared_histogram(const MetricDefinition& definition, LabelValues values) {
  return impl_->handle<SharedHistogram>(definition, CellKind::SharedBuckets, values,
                                        &SeriesSet::shared_histogram);
}

TracedHistogram Registry::traced_histogram(const MetricDefinition& definition, LabelValues values) {
  const std::lock_guard lock(impl_->mutex);
  const auto taken = impl_->take(definition, CellKind::Buckets, values);
  if (!taken) return {};
  return {taken.set->histogram(taken.number), taken.set->exemplars(taken.number)};
}

Histogram Registry::histogram(const MetricDefinition& definition, LabelValues values,
                              std::span<const double> bounds) {
  validate_bounds(definition, bounds);
  const std::lock_guard lock(impl_->mutex);
  Family& family = impl_->family(definition);
  if (family.definition().type == MetricType::Histogram) family.set_bounds(bounds);
  const auto taken = impl_->take(family, CellKind::Buckets, values);
  return taken ? taken.set->histogram(taken.number) : Histogram{};
}

LabelledCounter Registry::labelled_counter(const MetricDefinition& definition) {
  const std::lock_guard lock(impl_->mutex);
  Family* const family = impl_->labelled(definition, CellKind::SharedCount);
  if (family == nullptr) return {};
  return {*this, *family, impl_->overflow(*family)};
}

LabelledAmountCounter Registry::labelled_amount_counter(const MetricDefinition& definition) {
  const std::lock_guard lock(impl_->mutex);
  Family* const family = impl_->labelled(definition, CellKind::SharedAmount);
  if (family == nullptr) return {};
  return {*this, *family, impl_->overflow(*family)};
}

LabelledHistogram Registry::labelled_histogram(const MetricDefinition& definition) {
  const std::lock_guard lock(impl_->mutex);
  Family* const family = impl_->labelled(definition, CellKind::SharedBuckets);
  if (family == nullptr) return {};
  return {*this, *family, impl_->overflow(*family)};
}

void Registry::make(Family& family, LabelValues values,
                    void (*record)(void* context, SeriesSet& set, std::uint32_t number),
                    void* context) noexcept {
  const std::lock_guard lock(impl_->mutex);
  assert(family.current() != nullptr);
  std::uint32_t number = 0;
  try {
    number = impl_->take(family, family.current()->kind(), values).number;
  } catch (const std::exception&) {
    // Out of memory, or of thread cells: the folded series takes it.
    impl_->overflow(family).add();
  }
  record(context, *family.current(), number);
}

void Registry::expire_idle(std::chrono::nanoseconds now) noexcept {
  const std::lock_guard lock(impl_->mutex);
  for (IdleExpiry& family : impl_->expiring) {
    try {
      const IdleExpiry::Forgotten forgotten = family.run(now);
      if (forgotten.series == 0) continue;
      impl_->forgotten_records += forgotten.records;
      impl_->count_series(-static_cast<std::ptrdiff_t>(forgotten.series));
      const auto expired = impl_->take(kSeriesExpired, CellKind::Count, {});
      expired.series().counter(expired.number).add(forgotten.series);
    } catch (const std::bad_alloc&) {
      continue;  // the next turn finds the series as they are
    }
  }
}

std::size_t Registry::memory() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->series_bytes() + thread_cells::bytes();
}

void Registry::update_own_metrics() noexcept {
  if (!impl_->enabled) return;
  try {
    std::uint64_t records = 0;
    for (const auto& [definition, set] : families()) {
      if (definition->name == kRecords.name) continue;
      for (std::uint32_t number = 0; number < set->size(); ++number) records += set->records(number);
    }
    const std::lock_guard lock(impl_->mutex);
    records += impl_->forgotten_records;
    const auto total = impl_->take(kRecords, CellKind::Count, {});
    Counter counter = total.series().counter(total.number);
    // Of two scrapes at once the older figure must not come behind the newer.
    if (records > counter.value()) counter.add(records - counter.value());

    const auto publish = [this](std::string_view kind, std::size_t size) {
      const auto taken = impl_->take(kMetricsMemory, CellKind::Gauge, LabelValues{&kind, 1});
      Gauge(taken.series().gauge_cell(taken.number)).set(static_cast<double>(size));
    };
    publish("series", impl_->series_bytes());
    publish("thread_cells", thread_cells::bytes());
  } catch (const std::bad_alloc&) {
    return;  // the figures stay those of the scrape before
  }
}

GaugeWatch& Registry::watch(std::string_view metric, std::uint32_t number) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->families.find(metric);
  assert(found != impl_->families.end());
  return found->second.current()->watch(number, impl_->changed);
}

ChangedGauges& Registry::changed_gauges() noexcept {
  return impl_->changed;
}

std::vector<ShownFamily> Registry::families() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<ShownFamily> families;
  families.reserve(impl_->families.size());
  for (const auto& [name, family] : impl_->families) {
    if (family.current() != nullptr) families.push_back({&family.definition(), family.series()});
  }
  return families;
}

std::vector<prometheus::MetricFamily> Registry::Collect() const {
  std::vector<prometheus::MetricFamily> collected;
  for (const auto& [definition, set] : families()) {
    if (auto shown = collect(*definition, *set)) collected.push_back(std::move(*shown));
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
