#include "monitoring/metrics/family.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "monitoring/utf8.h"

namespace vigil::monitoring {
namespace {

MetricType type_of(CellKind kind) {
  switch (kind) {
    case CellKind::Count:
    case CellKind::SharedCount:
    case CellKind::Amount:
    case CellKind::SharedAmount:
      return MetricType::Counter;
    case CellKind::Gauge:
    case CellKind::State:
      return MetricType::Gauge;
    case CellKind::Info:
      return MetricType::Info;
    case CellKind::Buckets:
    case CellKind::SharedBuckets:
      break;
  }
  return MetricType::Histogram;
}

std::uint32_t unix_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

void fill_histogram(const SeriesSet& set, std::uint32_t number, prometheus::ClientMetric& metric) {
  const std::span<const double> bounds = set.layout().bounds();
  std::uint64_t count = 0;
  metric.histogram.bucket.reserve(bounds.size() + 1);
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += set.bucket_count(number, i);
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = set.layout().sum_in_units(set.sum_in_steps(number));
}

}  // namespace

prometheus::MetricType prometheus_type(MetricType type) noexcept {
  switch (type) {
    case MetricType::Counter:
      return prometheus::MetricType::Counter;
    case MetricType::Gauge:
    case MetricType::Info:
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
      state_texts_(definition.states.begin(), definition.states.end()),
      labels_(label_texts_.begin(), label_texts_.end()),
      states_(state_texts_.begin(), state_texts_.end()),
      declared_bounds_(definition.buckets.begin(), definition.buckets.end()),
      bounds_(declared_bounds_),
      definition_(definition),
      cap_(std::ranges::find(labels_, "symbol") == labels_.end() ? kCap : kCapWithSymbol) {
  definition_.name = name_;
  definition_.unit = unit_;
  definition_.help = help_;
  definition_.labels = labels_;
  definition_.states = states_;
  definition_.buckets = bounds_;
  if (!states_.empty()) cap_ /= states_.size();
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
  if (!std::ranges::equal(other.states, states_) || other.distribution != definition_.distribution ||
      other.exemplars != definition_.exemplars || other.idle_expiry != definition_.idle_expiry ||
      other.signed_values != definition_.signed_values) {
    fail("a second definition has other states, distribution, exemplars, expiry or signed values");
  }
}

void Family::set_bounds(std::span<const double> bounds) {
  if (std::ranges::equal(bounds, bounds_)) return;
  if (set_ != nullptr) fail("all series must have the same bucket bounds");
  bounds_.assign(bounds.begin(), bounds.end());
  definition_.buckets = bounds_;
}

void Family::check(CellKind kind, std::span<const std::string_view> values) const {
  if (type_of(kind) != definition_.type) {
    fail(fmt::format("is a {}, a handle for a {} was asked for", to_string(definition_.type),
                     to_string(type_of(kind))));
  }
  if (set_ != nullptr && set_->kind() != kind) {
    fail("all its series must be of one kind: counts or amounts, with one writing thread or several");
  }
  if (definition_.type == MetricType::Histogram && bounds_.empty()) fail("a histogram needs bucket bounds");
  if ((kind == CellKind::State) == states_.empty()) {
    fail(states_.empty() ? "is no state set" : "is a state set and has no other handles");
  }
  const std::size_t wanted = labels_.size() - (states_.empty() ? 0 : 1);
  if (values.size() != wanted) {
    fail(fmt::format("takes {} label values ({}), was given {}", wanted,
                     fmt::join(std::span(labels_).first(wanted), ", "), values.size()));
  }
}

Family::Series Family::take(CellKind kind, std::span<const std::string_view> values) {
  if (set_ == nullptr) make_set(kind);
  if (const auto number = set_->find(values)) return {.number = *number};

  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const std::string_view value : values) texts.push_back(repaired_utf8(value));
  std::vector<std::string_view> repaired(texts.begin(), texts.end());
  if (const auto number = set_->find(repaired)) return {.number = *number};

  if (set_->size() < cap_) return {.number = set_->add(repaired, unix_seconds()), .is_new = true};

  repaired.assign(values.size(), "other");
  if (const auto number = set_->find(repaired)) return {.number = *number, .is_folded = true};
  return {.number = set_->add(repaired, unix_seconds()), .is_new = true, .is_folded = true};
}

void Family::make_set(CellKind kind) {
  if (definition_.type == MetricType::Histogram) {
    layout_ = std::make_unique<const BucketLayout>(bounds_, unit_, definition_.distribution);
  }
  replace(std::make_shared<SeriesSet>(definition_, kind, layout_.get()));
}

std::shared_ptr<SeriesSet> Family::fresh_set() const {
  return std::make_shared<SeriesSet>(definition_, set_->kind(), layout_.get());
}

void Family::replace(std::shared_ptr<SeriesSet> set) noexcept {
  set_ = std::move(set);
  // In one order with the pins of threads that record: either they see the new set or their pin is seen.
  current_.store(set_.get(), std::memory_order_seq_cst);
}

std::optional<prometheus::MetricFamily> collect(const MetricDefinition& definition, const SeriesSet& set) {
  prometheus::MetricFamily family{
      std::string(definition.name), std::string(definition.help), prometheus_type(definition.type), {}};
  const std::uint32_t size = set.size();
  family.metric.reserve(size);
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!set.is_present(number)) continue;
    prometheus::ClientMetric metric;
    const std::vector<std::string> values = set.table().values(number);
    metric.label.reserve(definition.labels.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      metric.label.push_back({std::string(definition.labels[i]), values[i]});
    }
    if (set.kind() == CellKind::State) {
      const std::size_t state = set.state(number);
      for (std::size_t i = 0; i < definition.states.size(); ++i) {
        prometheus::ClientMetric& shown = family.metric.emplace_back(metric);
        shown.label.push_back({std::string(definition.labels.back()), std::string(definition.states[i])});
        shown.gauge.value = i == state ? 1 : 0;
      }
      continue;
    }
    switch (definition.type) {
      case MetricType::Counter:
        metric.counter.value = set.value(number);
        break;
      case MetricType::Gauge:
      case MetricType::Info:
        metric.gauge.value = set.value(number);
        break;
      case MetricType::Histogram:
        fill_histogram(set, number, metric);
        break;
    }
    family.metric.push_back(std::move(metric));
  }
  if (family.metric.empty()) return std::nullopt;
  return family;
}

}  // namespace vigil::monitoring
