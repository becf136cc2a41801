#include "monitoring/exposition/protobuf.h"

#include <cmath>

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "metrics.pb.h"

namespace vigil::monitoring {
namespace {

using prometheus::ClientMetric;

exposition::MetricType type_of(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return exposition::COUNTER;
    case MetricType::Gauge:
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

void fill_histogram(const Family& family, std::uint32_t number, exposition::Histogram& histogram) {
  const std::span<const double> bounds = family.layout().bounds();
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += family.bucket_count(number, i);
    exposition::Bucket& bucket = *histogram.add_bucket();
    bucket.set_cumulative_count(count);
    bucket.set_upper_bound(i < bounds.size() ? bounds[i] : HUGE_VAL);
  }
  histogram.set_sample_count(count);
  histogram.set_sample_sum(family.layout().sum_in_units(family.sum_in_steps(number)));
  histogram.mutable_created_timestamp()->set_seconds(family.series().entry(number).created);
}

void fill(const Family& family, exposition::MetricFamily& message) {
  const MetricDefinition& definition = family.definition();
  const std::uint32_t size = family.series().size();
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!family.is_present(number)) continue;
    exposition::Metric& metric = *message.add_metric();
    const std::vector<std::string> values = family.series().values(number);
    for (std::size_t i = 0; i < values.size(); ++i) {
      exposition::LabelPair& label = *metric.add_label();
      label.set_name(std::string(definition.labels[i]));
      label.set_value(values[i]);
    }
    switch (definition.type) {
      case MetricType::Counter:
        metric.mutable_counter()->set_value(family.value(number));
        metric.mutable_counter()->mutable_created_timestamp()->set_seconds(
            family.series().entry(number).created);
        break;
      case MetricType::Gauge:
        metric.mutable_gauge()->set_value(family.value(number));
        break;
      case MetricType::Histogram:
        fill_histogram(family, number, *metric.mutable_histogram());
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

void ProtobufWriter::write(const Family* ours, const prometheus::MetricFamily* foreign) {
  google::protobuf::Arena arena;
  auto& message = *google::protobuf::Arena::CreateMessage<exposition::MetricFamily>(&arena);
  if (ours != nullptr) fill(*ours, message);
  if (foreign != nullptr) fill(*foreign, message);
  if (message.metric().empty()) return;

  if (ours != nullptr) {
    const MetricDefinition& definition = ours->definition();
    message.set_name(std::string(definition.name));
    message.set_help(std::string(definition.help));
    message.set_type(type_of(definition.type));
    if (definition.unit != "1") message.set_unit(std::string(definition.unit));
  } else {
    message.set_name(foreign->name);
    message.set_help(foreign->help);
    message.set_type(type_of(foreign->type));
  }
  google::protobuf::io::StringOutputStream stream(&out_);
  google::protobuf::util::SerializeDelimitedToZeroCopyStream(message, &stream);
}

}  // namespace vigil::monitoring
