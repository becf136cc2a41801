#include "engine/bench/filled.h"

#include <string>
#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "engine/bench/samples.h"

namespace vigil::engine::bench {
namespace {

constexpr std::size_t kFamilySeries = 1'000;

std::string family_name(std::string_view of, std::size_t series, std::string_view unit) {
  return "bench_" + std::string{of} + "_" + std::to_string(series / kFamilySeries) + "_" + std::string{unit};
}
std::string venue(std::size_t series) {
  return "venue" + std::to_string(series % kFamilySeries / 2);
}
const char* side(std::size_t series) {
  return series % 2 == 0 ? "buy" : "sell";
}
/// As many digits as counts of a day have.
std::uint64_t count(std::size_t series) {
  return 1'000'003 * (series + 1) % 100'000'007;
}

}  // namespace

void fill_counters(monitoring::Registry& registry, std::size_t series) {
  for (std::size_t i = 0; i < series; ++i) {
    const std::string name = family_name("events", i, "total");
    monitoring::MetricDefinition definition = kCounter;
    definition.name = name;
    registry.counter(definition, {venue(i), side(i)}).add(count(i));
  }
}

void fill_counters(prometheus::Registry& registry, std::size_t series) {
  prometheus::Family<prometheus::Counter>* family = nullptr;
  for (std::size_t i = 0; i < series; ++i) {
    if (i % kFamilySeries == 0) {
      family = &prometheus::BuildCounter()
                    .Name(family_name("events", i, "total"))
                    .Help("Events.")
                    .Register(registry);
    }
    family->Add({{"venue", venue(i)}, {"side", side(i)}}).Increment(static_cast<double>(count(i)));
  }
}

void fill_histograms(monitoring::Registry& registry, std::size_t series) {
  for (std::size_t i = 0; i < series; ++i) {
    const std::string name = family_name("delay", i, "seconds");
    monitoring::MetricDefinition definition = kHistogram;
    definition.name = name;
    monitoring::Histogram histogram = registry.histogram(definition, {venue(i), side(i)});
    for (std::size_t bucket = i % 3; bucket < kBounds.size(); bucket += 3) histogram.observe(kBounds[bucket]);
  }
}

void fill_histograms(prometheus::Registry& registry, std::size_t series) {
  const prometheus::Histogram::BucketBoundaries bounds{kBounds.begin(), kBounds.end()};
  prometheus::Family<prometheus::Histogram>* family = nullptr;
  for (std::size_t i = 0; i < series; ++i) {
    if (i % kFamilySeries == 0) {
      family = &prometheus::BuildHistogram()
                    .Name(family_name("delay", i, "seconds"))
                    .Help("Delays.")
                    .Register(registry);
    }
    auto& histogram = family->Add({{"venue", venue(i)}, {"side", side(i)}}, bounds);
    for (std::size_t bucket = i % 3; bucket < kBounds.size(); bucket += 3) histogram.Observe(kBounds[bucket]);
  }
}

}  // namespace vigil::engine::bench
