#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "engine/bench/cases.h"
#include "engine/bench/samples.h"
#include "engine/bench/timing.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine::bench {
namespace {

/// One registry of each kind for all cases of the subject; the handles that cases hold stay valid with it.
struct Both {
  monitoring::Registry ours;
  prometheus::Registry peer;
  std::shared_ptr<const std::vector<double>> values = spread_values();  ///< seconds
  std::vector<std::chrono::nanoseconds> delays = [this] {
    std::vector<std::chrono::nanoseconds> rounded;
    rounded.reserve(values->size());
    for (const double value : *values) rounded.emplace_back(std::llround(value * 1e9));
    return rounded;
  }();  ///< the same, in nanoseconds
};

using Sample = std::function<void(std::vector<double>&)>;

/// A loop of its own, so that what it refers to stands in registers and nothing around it does, whatever the
/// compiler makes of the rest.
template <typename Operation>
[[gnu::noinline]] void repeat(Operation operation, std::size_t thread, std::size_t operations) {
  static_assert(std::is_trivially_copyable_v<Operation>);
  for (std::size_t i = 0; i < operations; ++i) operation(thread, i);
}

/// Each thread calls `operation(thread, i)` as often as a round asks. What it refers to is kept by `both`.
template <typename Operation>
Sample on_threads(const std::shared_ptr<Both>& both, std::size_t threads, std::size_t operations,
                  Operation operation) {
  return [both, threads, operations, operation](std::vector<double>& samples) {
    samples.push_back(time_on_threads(threads, operations,
                                      [&](std::size_t thread) { repeat(operation, thread, operations); }));
  };
}

Group one_counter(const std::shared_ptr<Both>& both, std::size_t operations) {
  Group group;
  auto& peers = prometheus::BuildCounter().Name("bench_events_total").Help("Events.").Register(both->peer);
  add_pair(group, "counter_add_1_thread", "ns",
           on_threads(both, 1, operations,
                      [counter = both->ours.counter(kCounter, {"one", "buy"})](
                          std::size_t, std::size_t) mutable { counter.add(); }),
           on_threads(both, 1, operations,
                      [counter = &peers.Add({{"venue", "one"}, {"side", "buy"}})](std::size_t, std::size_t) {
                        counter->Increment();
                      }));
  add_pair(group, "shared_counter_add_1_thread", "ns",
           on_threads(both, 1, operations,
                      [counter = both->ours.shared_counter(kSharedCounter, {"one", "buy"})](
                          std::size_t, std::size_t) mutable { counter.add(); }),
           on_threads(both, 1, operations,
                      [counter = &peers.Add({{"venue", "two"}, {"side", "buy"}})](std::size_t, std::size_t) {
                        counter->Increment();
                      }));
  add_pair(group, "counter_add_2_threads_one_series", "ns",
           on_threads(both, 2, operations,
                      [counter = both->ours.shared_counter(kSharedCounter, {"one", "buy"})](
                          std::size_t, std::size_t) mutable { counter.add(); }),
           on_threads(both, 2, operations,
                      [counter = &peers.Add({{"venue", "two"}, {"side", "buy"}})](std::size_t, std::size_t) {
                        counter->Increment();
                      }));
  std::array ours{both->ours.counter(kCounter, {"one", "buy"}), both->ours.counter(kCounter, {"two", "buy"})};
  const std::array theirs{&peers.Add({{"venue", "one"}, {"side", "buy"}}),
                          &peers.Add({{"venue", "two"}, {"side", "buy"}})};
  add_pair(group, "counter_add_2_threads_own_series", "ns",
           on_threads(both, 2, operations,
                      [ours](std::size_t thread, std::size_t) mutable { ours[thread].add(); }),
           on_threads(both, 2, operations,
                      [theirs](std::size_t thread, std::size_t) { theirs[thread]->Increment(); }));
  group.ratios.push_back({"counter_add_1_thread_over_2", "shared_counter_add_1_thread/vigil",
                          "counter_add_2_threads_one_series/vigil"});
  return group;
}

Group one_gauge(const std::shared_ptr<Both>& both, std::size_t operations) {
  Group group;
  auto& peers = prometheus::BuildGauge().Name("bench_level").Help("A level.").Register(both->peer);
  add_pair(group, "gauge_set_1_thread", "ns",
           on_threads(both, 1, operations,
                      [gauge = both->ours.gauge(kGauge, {"one", "buy"})](std::size_t, std::size_t i) mutable {
                        gauge.set(static_cast<double>(i));
                      }),
           on_threads(both, 1, operations,
                      [gauge = &peers.Add({{"venue", "one"}, {"side", "buy"}})](std::size_t, std::size_t i) {
                        gauge->Set(static_cast<double>(i));
                      }));
  return group;
}

/// The same delays for both: ours takes whole nanoseconds, as the engine records them, the peer seconds.
Group histograms(const std::shared_ptr<Both>& both, std::size_t operations) {
  Group group;
  auto& peers = prometheus::BuildHistogram().Name("bench_delay_seconds").Help("Delays.").Register(both->peer);
  const prometheus::Histogram::BucketBoundaries bounds{kBounds.begin(), kBounds.end()};
  const std::array theirs{&peers.Add({{"venue", "one"}, {"side", "buy"}}, bounds),
                          &peers.Add({{"venue", "two"}, {"side", "buy"}}, bounds)};
  const double* const values = both->values->data();  // kept by `both`
  const std::chrono::nanoseconds* const delays = both->delays.data();
  const auto one_of_them = [peer = theirs[0], values](std::size_t, std::size_t i) {
    peer->Observe(values[i % kSpreadValues]);
  };
  const auto own = both->ours.histogram(kHistogram, {"one", "buy"});
  const auto shared = both->ours.shared_histogram(kSharedHistogram, {"one", "buy"});
  add_pair(group, "histogram_observe_1_thread", "ns",
           on_threads(both, 1, operations,
                      [histogram = own, delays](std::size_t, std::size_t i) mutable {
                        histogram.observe(delays[i % kSpreadValues]);
                      }),
           on_threads(both, 1, operations, one_of_them));
  add_pair(group, "histogram_observe_value_1_thread", "ns",
           on_threads(both, 1, operations,
                      [histogram = own, values](std::size_t, std::size_t i) mutable {
                        histogram.observe(values[i % kSpreadValues]);
                      }),
           on_threads(both, 1, operations, one_of_them));
  const auto observe_shared = [histogram = shared, delays](std::size_t, std::size_t i) mutable {
    histogram.observe(delays[i % kSpreadValues]);
  };
  add_pair(group, "shared_histogram_observe_1_thread", "ns", on_threads(both, 1, operations, observe_shared),
           on_threads(both, 1, operations, one_of_them));
  add_pair(group, "histogram_observe_2_threads_one_series", "ns",
           on_threads(both, 2, operations, observe_shared), on_threads(both, 2, operations, one_of_them));
  std::array ours{own, both->ours.histogram(kHistogram, {"two", "buy"})};
  add_pair(group, "histogram_observe_2_threads_own_series", "ns",
           on_threads(both, 2, operations,
                      [ours, delays](std::size_t thread, std::size_t i) mutable {
                        ours[thread].observe(delays[i % kSpreadValues]);
                      }),
           on_threads(both, 2, operations, [theirs, values](std::size_t thread, std::size_t i) {
             theirs[thread]->Observe(values[i % kSpreadValues]);
           }));
  return group;
}

Group lookups(const std::shared_ptr<Both>& both, std::size_t operations) {
  static constexpr std::array<const char*, 8> kVenues{"alpha", "bravo", "charlie", "delta",
                                                      "echo",  "fox",   "golf",    "hotel"};
  Group group;
  auto& peers = prometheus::BuildCounter().Name("bench_looked_up_total").Help("Events.").Register(both->peer);
  add_pair(group, "labelled_look_up_and_add", "ns",
           on_threads(both, 1, operations,
                      [counter = both->ours.labelled_counter(kLookedUp)](std::size_t, std::size_t i) mutable {
                        counter.add({kVenues[i % 8], i % 2 == 0 ? "buy" : "sell"});
                      }),
           on_threads(both, 1, operations, [&peers](std::size_t, std::size_t i) {
             peers.Add({{"venue", kVenues[i % 8]}, {"side", i % 2 == 0 ? "buy" : "sell"}}).Increment();
           }));
  return group;
}

/// Each batch of calls is one sample, so that there is a p99: a call alone is shorter than the clock's own
/// cost.
Group under_contention(const std::shared_ptr<Both>& both, std::size_t operations) {
  static constexpr std::size_t kBatch = 16;
  const std::array counters{both->ours.shared_counter(kSharedCounter, {"one", "buy"})};
  const std::array gauges{both->ours.gauge(kGauge, {"one", "buy"}), both->ours.gauge(kGauge, {"two", "buy"})};
  const std::array observed{both->ours.histogram(kHistogram, {"one", "buy"}),
                            both->ours.histogram(kHistogram, {"two", "buy"})};
  Group group;
  group.cases.push_back(
      {"record_all_2_threads/vigil", "ns",
       [both, counters, gauges, observed, batches = operations / kBatch / 4](std::vector<double>& samples) {
         std::array<std::vector<double>, 2> took;
         for (auto& each : took) each.reserve(batches);
         keep(time_on_threads(2, batches, [&](std::size_t thread) {
           monitoring::SharedCounter counter = counters[0];
           monitoring::Gauge gauge = gauges[thread];
           monitoring::Histogram histogram = observed[thread];
           for (std::size_t batch = 0; batch < batches; ++batch) {
             const auto begin = Clock::now();
             for (std::size_t i = 0; i < kBatch; ++i) {
               const double value = (*both->values)[(batch * kBatch + i) % kSpreadValues];
               counter.add();
               gauge.set(value);
               histogram.observe(value);
             }
             took[thread].push_back(nanoseconds(Clock::now() - begin) / kBatch);
           }
         }));
         for (const auto& each : took) samples.insert(samples.end(), each.begin(), each.end());
       }});
  return group;
}

}  // namespace

std::vector<Group> instrument_groups(const Effort& effort) {
  const auto both = std::make_shared<Both>();
  return {one_counter(both, effort.operations), one_gauge(both, effort.operations),
          histograms(both, effort.operations), lookups(both, effort.operations / 10),
          under_contention(both, effort.operations)};
}

}  // namespace vigil::engine::bench
