#pragma once

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/store/history.h"

namespace vigil::monitoring::test {

/// Where 30 days begin.
inline constexpr SampleTime kMidnight = 1'700'352'000'000;

/// A folder that ends with the test.
class HistoryFolder {
 public:
  HistoryFolder() {
    // In memory where there is such a place: these tests sync often.
    std::string name = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
    name += "/vigil_history_XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~HistoryFolder() { std::filesystem::remove_all(path_); }
  HistoryFolder(const HistoryFolder&) = delete;
  HistoryFolder& operator=(const HistoryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A history with its registry and one cycle.
struct HistoryFixture {
  explicit HistoryFixture(const HistoryConfig& config) : history(config, registry) {
    history.recover();
    cycle = history.make_cycle();
  }
  void turn(SampleTime time, const std::map<std::string, double>& values) {
    REQUIRE(cycle->begin(time));
    for (const auto& [name, value] : values) CHECK(cycle->put(Labels{{kMetricNameLabel, name}}, value));
    cycle->end();
  }
  [[nodiscard]] double metric(std::string_view name, std::string_view label = "") {
    for (const auto& family : registry.Collect()) {
      if (family.name != name) continue;
      for (const auto& metric : family.metric) {
        if (label.empty() || metric.label.front().value == label)
          return metric.counter.value + metric.gauge.value;
      }
    }
    return -1;
  }

  Registry registry;
  History history;
  std::unique_ptr<SampleCycle> cycle;
};

inline std::vector<LabelMatcher> named(const std::string& name) {
  return {{MatchKind::Equal, "__name__", name}};
}

inline std::vector<Sample> read(const SampleSource& source, const std::string& name, SampleRange range = {},
                                RollUpColumn column = RollUpColumn::Last) {
  std::vector<Sample> samples;
  for (const auto& series : source.select(named(name), range)) series->read(range, column, samples);
  return samples;
}

inline bool is_same(const std::vector<Sample>& a, const std::vector<Sample>& b) {
  return std::ranges::equal(a, b, [](const Sample& x, const Sample& y) {
    return x.time == y.time && std::bit_cast<std::uint64_t>(x.value) == std::bit_cast<std::uint64_t>(y.value);
  });
}

}  // namespace vigil::monitoring::test
