#include "monitoring/store/registry_sampler.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "monitoring/exposition/bound_text.h"
#include "monitoring/metrics/gauges.h"
#include "monitoring/metrics/series_set.h"
#include "monitoring/store/series_lines.h"

namespace vigil::monitoring {

namespace {

/// The value, the least and the greatest.
constexpr std::size_t kLinesWithPeaks = 3;

/// Gives the values of one series' lines, in order.
template <typename Take>
void values_of(const SeriesSet& set, std::uint32_t number, std::size_t lines, const Take& take) {
  switch (set.kind()) {
    case CellKind::Count:
    case CellKind::SharedCount:
      take(0, static_cast<double>(set.count(number)));
      break;
    case CellKind::State: {
      const std::size_t state = set.state(number);
      for (std::size_t i = 0; i < lines; ++i) take(i, i == state ? 1.0 : 0.0);
      break;
    }
    case CellKind::Buckets:
    case CellKind::SharedBuckets: {
      const BucketLayout& layout = set.layout();
      std::uint64_t counted = 0;
      for (std::size_t i = 0; i < layout.buckets(); ++i) {
        counted += set.bucket_count(number, i);
        take(i, static_cast<double>(counted));
      }
      take(layout.buckets(), layout.sum_in_units(set.sum_in_steps(number)));
      take(layout.buckets() + 1, static_cast<double>(counted));
      break;
    }
    case CellKind::Amount:
    case CellKind::SharedAmount:
    case CellKind::Gauge:
    case CellKind::Info:
      take(0, set.value(number));
      break;
  }
}

}  // namespace

RegistrySampler::RegistrySampler(Registry& registry, History& history,
                                 std::vector<const prometheus::Collectable*> others,
                                 std::vector<std::string> peaks)
    : registry_(registry),
      others_(std::move(others)),
      peaks_(std::move(peaks)),
      cycle_(history.make_cycle()) {}
RegistrySampler::~RegistrySampler() = default;

bool RegistrySampler::sample(SampleTime now) {
  if (!cycle_->begin(now)) return false;
  registry_.update_own_metrics();
  for (auto& [definition, known] : families_) known.is_seen = false;
  for (const ShownFamily& family : registry_.families()) sample(family);
  for (auto at = families_.begin(); at != families_.end();) {
    if (!at->second.is_seen) release(at->second);
    at = at->second.is_seen ? std::next(at) : families_.erase(at);
  }
  sample_others();
  cycle_->end();
  return true;
}

void RegistrySampler::sample(const ShownFamily& family) {
  FamilySlots& known = families_[family.definition];
  known.is_seen = true;
  add_slots(family, known);
  const std::size_t series = known.slots.size() / known.lines;
  for (std::uint32_t number = 0; number < series; ++number) {
    if (known.keeps_peaks) {
      sample_peaks(*family.set, number, known);
      continue;
    }
    if (!family.set->is_present(number)) continue;
    const SampleCycle::Slot* const slots = known.slots.data() + number * known.lines;
    values_of(*family.set, number, known.lines,
              [&](std::size_t line, double value) { cycle_->put(slots[line], value); });
  }
}

void RegistrySampler::add_slots(const ShownFamily& family, FamilySlots& known) {
  if (known.set != family.set) {
    // Idle series left, and the others moved into a set of their own.
    release(known);
    known.set = family.set;
    known.keeps_peaks = family.set->kind() == CellKind::Gauge &&
                        std::ranges::find(peaks_, family.definition->name) != peaks_.end();
    known.lines = known.keeps_peaks ? kLinesWithPeaks : line_count(*family.definition, *family.set);
  }
  const std::uint32_t size = family.set->size();
  for (auto number = static_cast<std::uint32_t>(known.slots.size() / known.lines); number < size; ++number) {
    for (const Labels& labels : line_labels(*family.definition, *family.set, number)) {
      known.slots.push_back(cycle_->take_slot(labels));
      if (known.keeps_peaks) add_peak_slots(*family.definition, labels, number, known);
    }
  }
}

void RegistrySampler::add_peak_slots(const MetricDefinition& definition, const Labels& labels,
                                     std::uint32_t number, FamilySlots& known) {
  for (const std::string_view suffix : {":min", ":max"}) {
    LabelsBuilder builder(labels);
    builder.set(kMetricNameLabel, std::string{definition.name}.append(suffix));
    known.slots.push_back(cycle_->take_slot(builder.build()));
  }
  known.watches.push_back(&registry_.watch(definition.name, number));
  known.watches.back()->keep_peaks();
  known.before.push_back(kUnsetGauge);
}

/// Peaks are taken before the value: one that is stored in between counts for both samples, not for none.
void RegistrySampler::sample_peaks(const SeriesSet& set, std::uint32_t number, FamilySlots& known) {
  const SampleCycle::Slot* const slots = known.slots.data() + number * known.lines;
  GaugeWatch::Peaks peaks = known.watches[number]->take_peaks();
  const double now = set.value(number);
  for (const double value : {known.before[number], now}) {
    if (std::isnan(value)) continue;
    peaks.low = std::min(peaks.low, value);
    peaks.high = std::max(peaks.high, value);
  }
  known.before[number] = now;
  if (!is_unset(now)) cycle_->put(slots[0], now);
  if (peaks.low > peaks.high) return;
  cycle_->put(slots[1], peaks.low);
  cycle_->put(slots[2], peaks.high);
}

void RegistrySampler::release(FamilySlots& known) {
  for (const SampleCycle::Slot slot : known.slots) cycle_->release(slot);
  known.slots.clear();
  known.watches.clear();
  known.before.clear();
}

void RegistrySampler::sample_others() {
  for (const prometheus::Collectable* other : others_) {
    for (const prometheus::MetricFamily& family : other->Collect()) {
      for (const prometheus::ClientMetric& metric : family.metric) {
        LabelsBuilder labels;
        for (const auto& label : metric.label) labels.set(label.name, label.value);
        const auto put = [&](const std::string& suffix, double value) {
          static_cast<void>(cycle_->put(labels.set(kMetricNameLabel, family.name + suffix).build(), value));
        };
        switch (family.type) {
          case prometheus::MetricType::Counter:
            put("", metric.counter.value);
            break;
          case prometheus::MetricType::Gauge:
            put("", metric.gauge.value);
            break;
          case prometheus::MetricType::Untyped:
            put("", metric.untyped.value);
            break;
          case prometheus::MetricType::Summary:
            put("_sum", metric.summary.sample_sum);
            put("_count", static_cast<double>(metric.summary.sample_count));
            for (const auto& quantile : metric.summary.quantile) {
              labels.set("quantile", bound_text(quantile.quantile, TextDialect::Prometheus));
              put("", quantile.value);
            }
            break;
          case prometheus::MetricType::Histogram: {
            put("_sum", metric.histogram.sample_sum);
            put("_count", static_cast<double>(metric.histogram.sample_count));
            bool has_last = false;
            for (const auto& bucket : metric.histogram.bucket) {
              labels.set("le", bound_text(bucket.upper_bound, TextDialect::Prometheus));
              put("_bucket", static_cast<double>(bucket.cumulative_count));
              has_last = std::isinf(bucket.upper_bound);
            }
            labels.set("le", "+Inf");
            if (!has_last) put("_bucket", static_cast<double>(metric.histogram.sample_count));
            break;
          }
        }
      }
    }
  }
}

}  // namespace vigil::monitoring
