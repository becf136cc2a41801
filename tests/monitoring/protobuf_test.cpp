#include "monitoring/exposition/protobuf.h"

#include <array>
#include <cmath>

#include <doctest/doctest.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "metrics.pb.h"
#include "monitoring/exposition/exposition.h"

using namespace vigil::monitoring;

namespace {

namespace message = vigil::exposition;

constexpr std::array<std::string_view, 1> kLabels{"symbol"};
constexpr std::array kBounds{0.5, 1.0};
constexpr MetricDefinition kFills{"fills_total", MetricType::Counter, "1", "Fills.", kLabels};
constexpr MetricDefinition kDelay{"delay_seconds", MetricType::Histogram, "seconds", "Delay.", {}, kBounds};
constexpr MetricDefinition kPrice{"price", MetricType::Gauge, "USD", "Price.", {}};

std::vector<message::MetricFamily> families_of(const Registry& registry,
                                               const std::vector<std::string>& names) {
  std::string bytes;
  (void)Exposition(registry).write(ExpositionFormat::Protobuf, names, bytes);
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  std::vector<message::MetricFamily> families;
  bool is_at_end = false;
  for (message::MetricFamily family;
       google::protobuf::util::ParseDelimitedFromZeroCopyStream(&family, &stream, &is_at_end);) {
    families.push_back(family);
    family.Clear();
  }
  CHECK(is_at_end);
  return families;
}

}  // namespace

TEST_CASE("a registry reads as protobuf messages, each behind its length") {
  Registry registry;
  registry.counter(kFills, {"B\"TC"}).add(12);
  Histogram delay = registry.histogram(kDelay, {});
  delay.observe(0.5);
  delay.observe(0.75);
  delay.observe(3);
  registry.gauge(kPrice, {}).set(-2.5);
  const auto families = families_of(registry, {"fills_total", "delay_seconds", "price"});
  REQUIRE(families.size() == 3);

  CHECK(families[0].name() == "delay_seconds");
  CHECK(families[0].help() == "Delay.");
  CHECK(families[0].unit() == "seconds");
  CHECK(families[0].type() == message::HISTOGRAM);
  const message::Histogram& histogram = families[0].metric(0).histogram();
  REQUIRE(histogram.bucket_size() == 3);
  CHECK(histogram.bucket(0).cumulative_count() == 1);
  CHECK(histogram.bucket(0).upper_bound() == 0.5);
  CHECK(histogram.bucket(1).cumulative_count() == 2);
  CHECK(histogram.bucket(2).cumulative_count() == 3);
  CHECK(std::isinf(histogram.bucket(2).upper_bound()));
  CHECK(histogram.sample_count() == 3);
  CHECK(histogram.sample_sum() == 4.25);
  CHECK(histogram.created_timestamp().seconds() > 1'600'000'000);

  CHECK(families[1].type() == message::COUNTER);
  CHECK(families[1].metric(0).counter().value() == 12);
  CHECK(families[1].metric(0).label(0).name() == "symbol");
  CHECK(families[1].metric(0).label(0).value() == "B\"TC");

  CHECK(families[2].type() == message::GAUGE);
  CHECK(families[2].metric(0).gauge().value() == -2.5);
}

TEST_CASE("a histogram with a distribution has native buckets whose sum is its count") {
  constexpr MetricDefinition kNative{.name = "native_seconds",
                                     .type = MetricType::Histogram,
                                     .unit = "seconds",
                                     .help = "",
                                     .labels = {},
                                     .buckets = kBounds,
                                     .distribution = &kTimeLayout,
                                     .exemplars = true};
  Registry registry;
  TracedHistogram native = registry.traced_histogram(kNative, {});
  native.observe(0.25);
  native.observe(0.3);
  native.observe(0.0);
  native.observe(7.0, {.high = 0, .low = 0x2A}, std::chrono::nanoseconds{1'500'000'000});
  const auto families = families_of(registry, {"native_seconds"});
  REQUIRE(families.size() == 1);
  const message::Histogram& histogram = families[0].metric(0).histogram();
  CHECK(histogram.schema() == 3);
  CHECK(histogram.zero_count() == 1);
  CHECK(histogram.sample_count() == 4);
  std::int64_t count = 0;
  std::int64_t sum = 0;
  for (const std::int64_t delta : histogram.positive_delta()) {
    count += delta;
    sum += count;
  }
  CHECK(sum == 3);
  // 0.25 is 2^-2, the upper bound of bucket -16 of 8 an octave.
  CHECK(histogram.positive_span(0).offset() == -16);

  REQUIRE(histogram.bucket_size() == 3);
  CHECK(histogram.bucket(2).cumulative_count() == 4);
  CHECK(histogram.bucket(2).exemplar().value() == 7);
  CHECK(histogram.bucket(2).exemplar().label(0).value() == "0000000000000000000000000000002a");
  CHECK(histogram.bucket(2).exemplar().timestamp().seconds() == 1);
  CHECK(histogram.bucket(2).exemplar().timestamp().nanos() == 500'000'000);
  CHECK_FALSE(histogram.bucket(0).has_exemplar());
}

TEST_CASE("a family whose gauges are all unset has no message") {
  Registry registry;
  (void)registry.gauge(kPrice, {});
  CHECK(families_of(registry, {"price"}).empty());
}
