#include "monitoring/metrics/series_set.h"

#include <cassert>
#include <cmath>

namespace vigil::monitoring {
namespace {

bool is_shared(CellKind kind) {
  return kind == CellKind::SharedCount || kind == CellKind::SharedAmount || kind == CellKind::SharedBuckets;
}

/// The labels that tell one series from another.
std::span<const std::string_view> key_labels(const MetricDefinition& definition) {
  return definition.states.empty() ? definition.labels
                                   : definition.labels.first(definition.labels.size() - 1);
}

std::uint32_t cells_in(const BucketLayout* layout) {
  if (layout == nullptr) return 1;
  const std::size_t slots = layout->distribution() == nullptr ? 0 : layout->distribution()->slots();
  return static_cast<std::uint32_t>(1 + layout->buckets() + slots);
}

}  // namespace

SeriesSet::SeriesSet(const MetricDefinition& definition, CellKind kind, const BucketLayout* layout)
    : kind_(kind),
      layout_(layout),
      amount_steps_(std::pow(10.0, decimals_of(definition.unit))),
      cells_of_a_series_(cells_in(layout)),
      table_(key_labels(definition)) {
  if (is_shared(kind)) {
    shared_.emplace();
  } else if (kind == CellKind::Amount) {
    amounts_.emplace();
  } else if (kind == CellKind::Gauge || kind == CellKind::State) {
    gauges_.emplace();
  } else if (kind != CellKind::Info) {
    cells_.emplace(cells_of_a_series_);
  }
  if (definition.exemplars) exemplars_.emplace(layout->buckets());
}

SeriesSet::~SeriesSet() {
  for (std::size_t i = 0; shared_ && i < shared_->size(); ++i) {
    const std::uint32_t first = *shared_->row(i);
    if (first != thread_cells::kNone) thread_cells::release(first, cells_of_a_series_);
  }
}

/// The table learns of the series last: who finds it there finds its cells. Memory that ran out half-way the
/// time before left cells behind, which are this one's.
std::uint32_t SeriesSet::add(Values values, std::uint32_t created, std::uint32_t first_cell) {
  const std::uint32_t number = size();
  if (cells_ && cells_->size() == number) cells_->add();
  if (exemplars_ && exemplars_->size() == number) exemplars_->add();
  if (amounts_ && amounts_->size() == number) amounts_->add();
  if (gauges_ && gauges_->size() == number) gauges_->add()->init(kind_ == CellKind::Gauge ? kUnsetGauge : 0);
  if (shared_) {
    if (shared_->size() == number) shared_->add();
    std::uint32_t& first = *shared_->row(number);
    if (first_cell != thread_cells::kNone) first = first_cell;
    if (first == thread_cells::kNone) first = thread_cells::allocate(cells_of_a_series_);
  }
  return table_.add(values, created);
}

GaugeWatch& SeriesSet::watch(std::uint32_t number, ChangedGauges& changed) {
  GaugeCell& cell = *gauges_->row(number);
  if (GaugeWatch* const known = cell.watch.load(std::memory_order_relaxed)) return *known;
  watches_.push_back(std::make_unique<GaugeWatch>(cell, changed));
  cell.watch.store(watches_.back().get(), std::memory_order_release);
  return *watches_.back();
}

bool SeriesSet::is_present(std::uint32_t number) const noexcept {
  if (kind_ == CellKind::Gauge) return !is_unset(gauges_->row(number)->load());
  if (!hides_first_ || number != 0) return true;
  return kind_ == CellKind::SharedAmount ? value(number) != 0 : records(number) != 0;
}

double SeriesSet::value(std::uint32_t number) const noexcept {
  switch (kind_) {
    case CellKind::Count:
    case CellKind::SharedCount:
      return static_cast<double>(count(number));
    case CellKind::SharedAmount:
      return shared_amount_counter(number).value();
    case CellKind::Amount:
      return amounts_->row(number)->load(std::memory_order_relaxed);
    case CellKind::Gauge:
      return gauges_->row(number)->load();
    case CellKind::Info:
      return 1;
    case CellKind::State:
    case CellKind::Buckets:
    case CellKind::SharedBuckets:
      break;
  }
  assert(false && "no single value");
  return 0;
}

std::uint64_t SeriesSet::records(std::uint32_t number) const noexcept {
  if (kind_ == CellKind::Count || kind_ == CellKind::SharedCount) return count(number);
  if (kind_ != CellKind::Buckets && kind_ != CellKind::SharedBuckets) return 0;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < layout_->buckets(); ++i) sum += bucket_count(number, i);
  return sum;
}

std::size_t SeriesSet::bytes() const noexcept {
  std::size_t sum = table_.bytes();
  if (cells_) sum += cells_->bytes();
  if (amounts_) sum += amounts_->bytes();
  if (gauges_) sum += gauges_->bytes() + watches_.size() * sizeof(GaugeWatch);
  if (exemplars_) sum += exemplars_->bytes();
  if (shared_) sum += shared_->bytes();
  return sum;
}

}  // namespace vigil::monitoring
