#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <fstream>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include <malloc.h>

#include "engine/bench/cases.h"
#include "engine/bench/filled.h"
#include "engine/bench/process_memory.h"
#include "engine/bench/samples.h"
#include "monitoring/exposition/exposition.h"

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

/// Memory that a further recording thread takes, for each cell that it records in.
void bytes_of_a_writing_thread(std::vector<double>& samples) {
  constexpr std::size_t kSeries = 100'000;
  monitoring::Registry registry;
  std::vector<monitoring::SharedCounter> counters;
  counters.reserve(kSeries);
  for (std::size_t i = 0; i < kSeries; ++i) {
    const std::string name = "bench_written_" + std::to_string(i / 1'000) + "_total";
    const std::string venue = std::to_string(i);
    monitoring::MetricDefinition definition = kSharedCounter;
    definition.name = name;
    counters.push_back(registry.shared_counter(definition, {venue, "buy"}));
  }
  // Cells that an earlier round's thread has touched, and given back, are taken again: only the first round's
  // thread takes new memory. So two threads record at once, of which the second is new to its lane.
  const auto record = [&] {
    for (monitoring::SharedCounter& counter : counters) counter.add();
  };
  record();
  static std::vector<std::jthread> lanes;  // kept, so that each round's thread finds none that is free
  std::promise<void> recorded;
  double taken = 0;
  lanes.emplace_back([&](const std::stop_token& stop) {
    (void)resident_memory("self");  // the thread's stack and heap are not the cells'
    const double before = resident_memory("self");
    record();
    taken = resident_memory("self") - before;
    recorded.set_value();
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any end;
    end.wait(lock, stop, [] { return false; });
  });
  recorded.get_future().wait();
  samples.push_back(taken / static_cast<double>(kSeries));
}

/// Memory that a scrape takes at its height beside the body, as multiples of the body.
void extra_memory_of_a_scrape(std::vector<double>& samples) {
  monitoring::Registry registry;
  fill_counters(registry, 100'000);
  ::malloc_trim(0);
  const double before = resident_memory("self");
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts again from here
  std::string body;
  (void)monitoring::Exposition(registry).write(monitoring::ExpositionFormat::Text, {}, body);
  const double taken = process_memory("self", "status", "VmHWM:") - before;
  const auto size = static_cast<double>(body.size());
  samples.push_back(std::max(taken - size, 0.0) / size);
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
  group.cases.push_back({"memory_of_a_writing_thread/vigil", "bytes", bytes_of_a_writing_thread});
  group.cases.push_back({"scrape_extra_memory/vigil", "x the body", extra_memory_of_a_scrape});
  return {group};
}

}  // namespace vigil::engine::bench
