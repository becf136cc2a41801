#include "monitoring/exposition/protobuf.h"

#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "metrics.pb.h"
#include "monitoring/metrics/native_histogram.h"

namespace vigil::monitoring {
namespace {

using prometheus::ClientMetric;

/// 8 buckets an octave, bounds 9 % apart: what Prometheus' own clients send by default.
constexpr std::int32_t kWireSchema = 3;

exposition::MetricType type_of(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return exposition::COUNTER;
    case MetricType::Gauge:
    case MetricType::Info:
      return exposition::GAUGE;
    case MetricType::Histogram:
      break;
  }
  return exposition::HISTOGRAM;
}

exposition::MetricType type_of(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return exposition::COUNTER;
    case prometheus::MetricType::Gauge:
      return exposition::GAUGE;
    case prometheus::MetricType::Summary:
      return exposition::SUMMARY;
    case prometheus::MetricType::Histogram:
      return exposition::HISTOGRAM;
    case prometheus::MetricType::Untyped:
      break;
  }
  return exposition::UNTYPED;
}

void fill_exemplar(const Exemplar& from, exposition::Exemplar& exemplar) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  exposition::LabelPair& label = *exemplar.add_label();
  label.set_name("trace_id");
  label.set_value(fmt::format("{:016x}{:016x}", from.trace.high, from.trace.low));
  exemplar.set_value(from.value);
  exemplar.mutable_timestamp()->set_seconds(from.time.count() / kSecond);
  exemplar.mutable_timestamp()->set_nanos(static_cast<std::int32_t>(from.time.count() % kSecond));
}

/// Read behind the buckets, so that it has at least what they have. Its total is the message's count:
/// Prometheus wants it to be the sum of the native buckets.
std::uint64_t fill_native(const SeriesSet& set, std::uint32_t number, exposition::Histogram& histogram) {
  const DistributionLayout& layout = *set.layout().distribution();
  std::vector<std::uint64_t> counts(layout.slots());
  std::uint64_t total = 0;
  for (std::size_t slot = 0; slot < counts.size(); ++slot) {
    counts[slot] = set.slot_count(number, slot);
    total += counts[slot];
  }
  const NativeHistogram native = native_histogram(layout, counts, kWireSchema);
  histogram.set_schema(native.schema);
  histogram.set_zero_threshold(native.zero_threshold);
  histogram.set_zero_count(native.zero_count);
  for (const BucketSpan& span : native.positive_span) {
    exposition::BucketSpan& shown = *histogram.add_positive_span();
    shown.set_offset(span.offset);
    shown.set_length(span.length);
  }
  for (const std::int64_t delta : native.positive_delta) histogram.add_positive_delta(delta);
  return total;
}

void fill_histogram(const SeriesSet& set, std::uint32_t number, exposition::Histogram& histogram) {
  const BucketLayout& layout = set.layout();
  const std::span<const double> bounds = layout.bounds();
  const ExemplarSlot* const exemplars = set.exemplars(number);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += set.bucket_count(number, i);
    // With a native histogram `+Inf` is implied by the count, which is read later.
    const auto latest = exemplars == nullptr ? std::nullopt : exemplars[i].read();
    const bool is_implied = i == bounds.size() && layout.distribution() != nullptr && !latest;
    if (is_implied) continue;
    exposition::Bucket& bucket = *histogram.add_bucket();
    bucket.set_cumulative_count(count);
    bucket.set_upper_bound(i < bounds.size() ? bounds[i] : HUGE_VAL);
    if (latest) fill_exemplar(*latest, *bucket.mutable_exemplar());
  }
  if (layout.distribution() != nullptr) {
    count = fill_native(set, number, histogram);
    const int last = histogram.bucket_size() - 1;
    if (last >= 0 && std::isinf(histogram.bucket(last).upper_bound())) {
      histogram.mutable_bucket(last)->set_cumulative_count(count);
    }
  }
  histogram.set_sample_count(count);
  histogram.set_sample_sum(layout.sum_in_units(set.sum_in_steps(number)));
  histogram.mutable_created_timestamp()->set_seconds(set.table().entry(number).created);
}

void fill(const ShownFamily& family, exposition::MetricFamily& message) {
  const MetricDefinition& definition = *family.definition;
  const SeriesSet& set = *family.set;
  const std::uint32_t size = set.size();
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!set.is_present(number)) continue;
    const std::vector<std::string> values = set.table().values(number);
    const auto add = [&]() -> exposition::Metric& {
      exposition::Metric& metric = *message.add_metric();
      for (std::size_t i = 0; i < values.size(); ++i) {
        exposition::LabelPair& label = *metric.add_label();
        label.set_name(std::string(definition.labels[i]));
        label.set_value(values[i]);
      }
      return metric;
    };
    if (set.kind() == CellKind::State) {
      const std::size_t state = set.state(number);
      for (std::size_t i = 0; i < definition.states.size(); ++i) {
        exposition::Metric& metric = add();
        exposition::LabelPair& label = *metric.add_label();
        label.set_name(std::string(definition.labels.back()));
        label.set_value(std::string(definition.states[i]));
        metric.mutable_gauge()->set_value(i == state ? 1 : 0);
      }
      continue;
    }
    exposition::Metric& metric = add();
    switch (definition.type) {
      case MetricType::Counter:
        metric.mutable_counter()->set_value(set.value(number));
        metric.mutable_counter()->mutable_created_timestamp()->set_seconds(set.table().entry(number).created);
        break;
      case MetricType::Gauge:
      case MetricType::Info:
        metric.mutable_gauge()->set_value(set.value(number));
        break;
      case MetricType::Histogram:
        fill_histogram(set, number, *metric.mutable_histogram());
        break;
    }
  }
}

void fill_histogram(const ClientMetric::Histogram& from, exposition::Histogram& histogram) {
  for (const auto& bucket : from.bucket) {
    exposition::Bucket& shown = *histogram.add_bucket();
    shown.set_cumulative_count(bucket.cumulative_count);
    shown.set_upper_bound(bucket.upper_bound);
  }
  histogram.set_sample_count(from.sample_count);
  histogram.set_sample_sum(from.sample_sum);
}

void fill_summary(const ClientMetric::Summary& from, exposition::Summary& summary) {
  for (const auto& quantile : from.quantile) {
    exposition::Quantile& shown = *summary.add_quantile();
    shown.set_quantile(quantile.quantile);
    shown.set_value(quantile.value);
  }
  summary.set_sample_count(from.sample_count);
  summary.set_sample_sum(from.sample_sum);
}

void fill(const prometheus::MetricFamily& family, exposition::MetricFamily& message) {
  for (const ClientMetric& from : family.metric) {
    exposition::Metric& metric = *message.add_metric();
    for (const auto& from_label : from.label) {
      exposition::LabelPair& label = *metric.add_label();
      label.set_name(from_label.name);
      label.set_value(from_label.value);
    }
    if (from.timestamp_ms != 0) metric.set_timestamp_ms(from.timestamp_ms);
    switch (family.type) {
      case prometheus::MetricType::Counter:
        metric.mutable_counter()->set_value(from.counter.value);
        break;
      case prometheus::MetricType::Gauge:
        metric.mutable_gauge()->set_value(from.gauge.value);
        break;
      case prometheus::MetricType::Summary:
        fill_summary(from.summary, *metric.mutable_summary());
        break;
      case prometheus::MetricType::Histogram:
        fill_histogram(from.histogram, *metric.mutable_histogram());
        break;
      case prometheus::MetricType::Untyped:
        metric.mutable_untyped()->set_value(from.untyped.value);
        break;
    }
  }
}

}  // namespace

void ProtobufWriter::write(const ShownFamily* ours, const prometheus::MetricFamily* foreign) {
  google::protobuf::Arena arena;
  auto& message = *google::protobuf::Arena::CreateMessage<exposition::MetricFamily>(&arena);
  if (ours != nullptr) fill(*ours, message);
  if (foreign != nullptr) fill(*foreign, message);
  if (message.metric().empty()) return;

  if (ours != nullptr) {
    const MetricDefinition& definition = *ours->definition;
    message.set_name(std::string(definition.name));
    message.set_help(std::string(definition.help));
    message.set_type(type_of(definition.type));
    if (definition.unit != "1") message.set_unit(std::string(definition.unit));
  } else if (foreign != nullptr) {
    message.set_name(foreign->name);
    message.set_help(foreign->help);
    message.set_type(type_of(foreign->type));
  }
  google::protobuf::io::StringOutputStream stream(&out_);
  google::protobuf::util::SerializeDelimitedToZeroCopyStream(message, &stream);
}

}  // namespace vigil::monitoring
