#include <cstddef>

#include <malloc.h>

#include "engine/bench/cases.h"
#include "engine/bench/filled.h"

namespace vigil::engine::bench {
namespace {

/// Bytes that malloc has given out, its own headers included.
double allocated() {
  const auto info = ::mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

/// Bytes a series of a registry that `fill` has filled, index and family included.
template <typename Registry>
std::function<void(std::vector<double>&)> bytes_of(void (*fill)(Registry&, std::size_t), std::size_t series) {
  return [fill, series](std::vector<double>& samples) {
    const double before = allocated();
    Registry registry;
    fill(registry, series);
    samples.push_back((allocated() - before) / static_cast<double>(series));
  };
}

}  // namespace

std::vector<Group> memory_groups(const Effort&) {
  using Ours = monitoring::Registry;
  using Peer = prometheus::Registry;
  Group group;
  add_pair(group, "memory_counter", "bytes", bytes_of<Ours>(fill_counters, 20'000),
           bytes_of<Peer>(fill_counters, 20'000));
  add_pair(group, "memory_histogram_12_buckets", "bytes", bytes_of<Ours>(fill_histograms, 5'000),
           bytes_of<Peer>(fill_histograms, 5'000));
  return {group};
}

}  // namespace vigil::engine::bench
