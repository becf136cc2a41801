#include "monitoring/metrics/family.h"

#include <algorithm>
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

prometheus::MetricType prometheus_type(MetricType type) {
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

std::string key_of(std::span<const std::string_view> values) {
  std::string key;
  for (const std::string_view value : values) {
    key += repaired_utf8(value);
    key += LabelIndex::kEnd;
  }
  return key;
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

Family::Family(const MetricDefinition& definition)
    : name_(definition.name),
      unit_(definition.unit),
      help_(definition.help),
      label_texts_(definition.labels.begin(), definition.labels.end()),
      labels_(label_texts_.begin(), label_texts_.end()),
      declared_bounds_(definition.buckets.begin(), definition.buckets.end()),
      bounds_(declared_bounds_),
      definition_{name_, definition.type, unit_, help_, labels_, bounds_},
      cap_(std::ranges::find(labels_, "symbol") == labels_.end() ? kCap : kCapWithSymbol) {}

Family::~Family() {
  for (const std::uint32_t first : shared_) thread_cells::release(first, cells_of_a_series());
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
  if (index_.size() != 0) fail("all series must have the same bucket bounds");
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
  kind_ = kind;
  std::string key = key_of(values);
  if (const auto number = index_.find(key)) return {.number = *number};
  if (index_.size() < cap_) return {.number = add(key), .is_new = true};

  key = key_of(std::vector<std::string_view>(labels_.size(), "other"));
  if (const auto number = index_.find(key)) return {.number = *number, .is_folded = true};
  return {.number = add(key), .is_new = true, .is_folded = true};
}

std::uint32_t Family::add(std::string_view key) {
  switch (*kind_) {
    case CellKind::Count:
      counts_.add();
      break;
    case CellKind::SharedCount:
      shared_.push_back(thread_cells::allocate(cells_of_a_series()));
      break;
    case CellKind::Amount:
      values_.add();
      break;
    case CellKind::Gauge:
      values_.add()->store(kUnsetGauge, std::memory_order_relaxed);
      break;
    case CellKind::Buckets:
      make_layout();
      histograms_.push_back(std::make_unique<std::atomic<std::uint64_t>[]>(cells_of_a_series()));
      break;
    case CellKind::SharedBuckets:
      make_layout();
      shared_.push_back(thread_cells::allocate(cells_of_a_series()));
      break;
  }
  return index_.add(key);
}

void Family::make_layout() {
  if (layout_ == nullptr) layout_ = std::make_unique<const BucketLayout>(bounds_, unit_);
}

std::uint32_t Family::cells_of_a_series() const noexcept {
  return layout_ == nullptr ? 1 : static_cast<std::uint32_t>(layout_->buckets()) + 1;
}

std::optional<prometheus::MetricFamily> Family::collect() const {
  prometheus::MetricFamily family{name_, help_, prometheus_type(definition_.type), {}};
  family.metric.reserve(index_.size());
  for (std::uint32_t number = 0; number < index_.size(); ++number) {
    prometheus::ClientMetric metric;
    if (!collect_series(number, metric)) continue;
    std::string_view rest = index_.key(number);
    metric.label.reserve(labels_.size());
    for (const std::string& label : label_texts_) {
      const std::size_t end = rest.find(LabelIndex::kEnd);
      metric.label.push_back({label, std::string(rest.substr(0, end))});
      rest.remove_prefix(end + 1);
    }
    family.metric.push_back(std::move(metric));
  }
  if (family.metric.empty()) return std::nullopt;
  return family;
}

/// False for a gauge that is unset.
bool Family::collect_series(std::uint32_t number, prometheus::ClientMetric& metric) const {
  switch (*kind_) {
    case CellKind::Count:
      metric.counter.value = static_cast<double>(counter(number).value());
      return true;
    case CellKind::SharedCount:
      metric.counter.value = static_cast<double>(shared_counter(number).value());
      return true;
    case CellKind::Amount:
      metric.counter.value = value_cell(number)->load(std::memory_order_relaxed);
      return true;
    case CellKind::Gauge:
      metric.gauge.value = value_cell(number)->load(std::memory_order_relaxed);
      return !is_unset(metric.gauge.value);
    case CellKind::Buckets:
      fill_histogram(histogram(number), bounds_, metric);
      return true;
    case CellKind::SharedBuckets:
      break;
  }
  fill_histogram(shared_histogram(number), bounds_, metric);
  return true;
}

}  // namespace vigil::monitoring
