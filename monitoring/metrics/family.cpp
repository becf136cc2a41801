#include "monitoring/metrics/family.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "monitoring/utf8.h"

namespace vigil::monitoring {
namespace {

MetricType type_of(Family::CellKind kind) {
  switch (kind) {
    case Family::CellKind::Count:
    case Family::CellKind::SharedCount:
    case Family::CellKind::Amount:
      return MetricType::Counter;
    case Family::CellKind::Gauge:
      return MetricType::Gauge;
    case Family::CellKind::Buckets:
    case Family::CellKind::SharedBuckets:
      break;
  }
  return MetricType::Histogram;
}

std::uint32_t unix_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

/// What is published of a histogram's cells.
template <typename Cells>
void fill_histogram(const BasicHistogram<Cells>& series, std::span<const double> bounds,
                    prometheus::ClientMetric& metric) {
  std::uint64_t count = 0;
  metric.histogram.bucket.reserve(bounds.size() + 1);
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += series.bucket_count(i);
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = series.sum();
}

}  // namespace

prometheus::MetricType prometheus_type(MetricType type) noexcept {
  switch (type) {
    case MetricType::Counter:
      return prometheus::MetricType::Counter;
    case MetricType::Gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::Histogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

Family::Family(const MetricDefinition& definition)
    : name_(definition.name),
      unit_(definition.unit),
      help_(definition.help),
      label_texts_(definition.labels.begin(), definition.labels.end()),
      labels_(label_texts_.begin(), label_texts_.end()),
      declared_bounds_(definition.buckets.begin(), definition.buckets.end()),
      bounds_(declared_bounds_),
      definition_{name_, definition.type, unit_, help_, labels_, bounds_},
      cap_(std::ranges::find(labels_, "symbol") == labels_.end() ? kCap : kCapWithSymbol),
      series_(labels_) {}

Family::~Family() {
  for (std::size_t i = 0; shared_ && i < shared_->size(); ++i) {
    const std::uint32_t first = *shared_->row(i);
    if (first != thread_cells::kNone) thread_cells::release(first, cells_of_a_series());
  }
}

void Family::fail(std::string_view what) const {
  throw std::logic_error(fmt::format("metric '{}': {}", name_, what));
}

void Family::expect_same(const MetricDefinition& other) const {
  if (other.type != definition_.type) {
    fail(fmt::format("is a {}, a second definition says {}", to_string(definition_.type),
                     to_string(other.type)));
  }
  if (!std::ranges::equal(other.labels, definition_.labels)) {
    fail(fmt::format("has the labels ({}), a second definition says ({})", fmt::join(labels_, ", "),
                     fmt::join(other.labels, ", ")));
  }
  if (other.unit != unit_ || other.help != help_) fail("a second definition has another unit or help text");
  if (!std::ranges::equal(other.buckets, declared_bounds_)) fail("a second definition has other buckets");
}

void Family::set_bounds(std::span<const double> bounds) {
  if (std::ranges::equal(bounds, bounds_)) return;
  if (series_.size() != 0) fail("all series must have the same bucket bounds");
  bounds_.assign(bounds.begin(), bounds.end());
  definition_.buckets = bounds_;
}

void Family::check(CellKind kind, std::span<const std::string_view> values) const {
  if (type_of(kind) != definition_.type) {
    fail(fmt::format("is a {}, a handle for a {} was asked for", to_string(definition_.type),
                     to_string(type_of(kind))));
  }
  if (kind_.has_value() && *kind_ != kind) {
    fail("all its series must be of one kind: counts or amounts, with one writing thread or several");
  }
  if (kind == CellKind::Buckets && bounds_.empty()) fail("a histogram needs bucket bounds");
  if (values.size() != labels_.size()) {
    fail(fmt::format("takes {} label values ({}), was given {}", labels_.size(), fmt::join(labels_, ", "),
                     values.size()));
  }
}

Family::Series Family::take(CellKind kind, std::span<const std::string_view> values) {
  if (const auto number = series_.find(values)) return {.number = *number};

  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const std::string_view value : values) texts.push_back(repaired_utf8(value));
  std::vector<std::string_view> repaired(texts.begin(), texts.end());
  if (const auto number = series_.find(repaired)) return {.number = *number};

  if (!kind_) make_cells(kind);
  if (series_.size() < cap_) return {.number = add(repaired), .is_new = true};

  repaired.assign(labels_.size(), "other");
  if (const auto number = series_.find(repaired)) return {.number = *number, .is_folded = true};
  return {.number = add(repaired), .is_new = true, .is_folded = true};
}

void Family::make_cells(CellKind kind) {
  if (definition_.type == MetricType::Histogram) {
    layout_ = std::make_unique<const BucketLayout>(bounds_, unit_);
  }
  switch (kind) {
    case CellKind::Count:
    case CellKind::Buckets:
      cells_.emplace(cells_of_a_series());
      break;
    case CellKind::SharedCount:
    case CellKind::SharedBuckets:
      shared_.emplace();
      break;
    case CellKind::Amount:
    case CellKind::Gauge:
      values_.emplace();
      break;
  }
  kind_ = kind;
}

/// The table learns of the series last: who finds it there finds its cells. Memory that ran out half-way the
/// time before left cells behind, which are this one's.
std::uint32_t Family::add(std::span<const std::string_view> values) {
  const std::uint32_t number = series_.size();
  if (cells_ && cells_->size() == number) cells_->add();
  if (values_ && values_->size() == number) {
    values_->add()->store(*kind_ == CellKind::Gauge ? kUnsetGauge : 0, std::memory_order_relaxed);
  }
  if (shared_) {
    if (shared_->size() == number) shared_->add();
    std::uint32_t& first = *shared_->row(number);
    if (first == thread_cells::kNone) first = thread_cells::allocate(cells_of_a_series());
  }
  return series_.add(values, unix_seconds());
}

std::uint32_t Family::cells_of_a_series() const noexcept {
  return layout_ == nullptr ? 1 : static_cast<std::uint32_t>(layout_->buckets()) + 1;
}

bool Family::is_present(std::uint32_t number) const noexcept {
  return *kind_ != CellKind::Gauge || !is_unset(values_->row(number)->load(std::memory_order_relaxed));
}

double Family::value(std::uint32_t number) const noexcept {
  switch (*kind_) {
    case CellKind::Count:
      return static_cast<double>(counter(number).value());
    case CellKind::SharedCount:
      return static_cast<double>(shared_counter(number).value());
    case CellKind::Amount:
    case CellKind::Gauge:
      return values_->row(number)->load(std::memory_order_relaxed);
    case CellKind::Buckets:
    case CellKind::SharedBuckets:
      break;
  }
  assert(false && "a histogram is no single value");
  return 0;
}

std::optional<prometheus::MetricFamily> Family::collect() const {
  prometheus::MetricFamily family{name_, help_, prometheus_type(definition_.type), {}};
  const std::uint32_t size = series_.size();
  family.metric.reserve(size);
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!is_present(number)) continue;
    prometheus::ClientMetric metric;
    switch (definition_.type) {
      case MetricType::Counter:
        metric.counter.value = value(number);
        break;
      case MetricType::Gauge:
        metric.gauge.value = value(number);
        break;
      case MetricType::Histogram:
        if (*kind_ == CellKind::Buckets) {
          fill_histogram(histogram(number), bounds_, metric);
        } else {
          fill_histogram(shared_histogram(number), bounds_, metric);
        }
        break;
    }
    const std::vector<std::string> values = series_.values(number);
    metric.label.reserve(labels_.size());
    for (std::size_t i = 0; i < values.size(); ++i) metric.label.push_back({label_texts_[i], values[i]});
    family.metric.push_back(std::move(metric));
  }
  if (family.metric.empty()) return std::nullopt;
  return family;
}

}  // namespace vigil::monitoring
