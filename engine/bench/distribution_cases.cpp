#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <prometheus/registry.h>
#include <prometheus/summary.h>

#include "engine/bench/cases.h"
#include "engine/bench/samples.h"
#include "engine/bench/timing.h"
#include "monitoring/metrics/count_search.h"
#include "monitoring/metrics/distribution.h"
#include "monitoring/metrics/sliding_distribution.h"

namespace vigil::engine::bench {
namespace {

constexpr std::chrono::minutes kWindow{5};
constexpr std::size_t kParts = 10;
constexpr std::array kShares{0.5, 0.95, 0.99};

/// The peer's summary looks back as far in as many steps, with the error that its documentation suggests.
struct BothSummaries {
  monitoring::SlidingDistribution ours{monitoring::kTimeLayout, kWindow, kParts};
  prometheus::Registry peer;
  prometheus::Summary* summary =
      &prometheus::BuildSummary()
           .Name("bench_quantiles")
           .Help("Delays.")
           .Register(peer)
           .Add({}, prometheus::Summary::Quantiles{{0.5, 0.05}, {0.95, 0.01}, {0.99, 0.001}}, kWindow,
                static_cast<int>(kParts));
  std::shared_ptr<const std::vector<double>> values = spread_values();  ///< seconds
  std::vector<std::chrono::nanoseconds> delays = [this] {
    std::vector<std::chrono::nanoseconds> rounded;
    rounded.reserve(values->size());
    for (const double value : *values) rounded.emplace_back(std::llround(value * 1e9));
    return rounded;
  }();  ///< the same, in nanoseconds
};

Group recording(const std::shared_ptr<BothSummaries>& both, std::size_t operations) {
  Group group;
  add_pair(
      group, "distribution_record", "ns",
      // Some thousand times dearer: fewer will do.
      [both, operations = operations / 200](std::vector<double>& samples) {
        samples.push_back(time_on_threads(1, operations, [&](std::size_t) {
          for (std::size_t i = 0; i < operations; ++i) both->ours.record(both->delays[i % kSpreadValues]);
        }));
      },
      // Some thousand times dearer: fewer will do.
      [both, operations = operations / 200](std::vector<double>& samples) {
        samples.push_back(time_on_threads(1, operations, [&](std::size_t) {
          for (std::size_t i = 0; i < operations; ++i)
            both->summary->Observe((*both->values)[i % kSpreadValues]);
        }));
      });
  return group;
}

/// The quantiles of a window from its counts, which is the same work whatever they are; the two ways give the
/// same answers, as the tests say.
template <typename Sum, typename Find>
double time_quantiles(const std::vector<std::uint64_t>& counts, std::size_t times, const Sum& sum_of,
                      const Find& find_rank) {
  return time_of([&] {
           for (std::size_t i = 0; i < times; ++i) {
             keep(counts[0]);
             const std::uint64_t n = sum_of(counts);
             monitoring::CountPosition at;
             for (const double share : kShares) {
               at = find_rank(counts, monitoring::rank_of(share, n), at);
               keep(at);
             }
           }
         }) /
         static_cast<double>(times);
}

Group computing(const std::shared_ptr<BothSummaries>& both, std::size_t times) {
  auto counts = std::make_shared<std::vector<std::uint64_t>>(monitoring::kTimeLayout.slots());
  for (const std::chrono::nanoseconds delay : both->delays) ++(*counts)[monitoring::kTimeLayout.slot(delay)];
  Group group;
  group.cases.push_back({"quantiles_of_counts/vigil", "ns", [counts, times](std::vector<double>& samples) {
                           samples.push_back(
                               time_quantiles(*counts, times, monitoring::sum_of, monitoring::find_rank));
                         }});
  group.cases.push_back({"quantiles_of_counts/scalar", "ns", [counts, times](std::vector<double>& samples) {
                           samples.push_back(time_quantiles(*counts, times, monitoring::scalar::sum_of,
                                                            monitoring::scalar::find_rank));
                         }});
  group.ratios.push_back({"quantiles_of_counts", "quantiles_of_counts/scalar", "quantiles_of_counts/vigil"});
  return group;
}

}  // namespace

std::vector<Group> distribution_groups(const Effort& effort) {
  const auto both = std::make_shared<BothSummaries>();
  return {recording(both, effort.operations / 2), computing(both, effort.operations / 500)};
}

}  // namespace vigil::engine::bench
