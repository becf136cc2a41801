#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::engine::bench {

/// How much work a run puts into each case.
struct Effort {
  std::size_t rounds = 21;
  std::size_t warm_up_rounds = 2;      ///< their samples are thrown away
  std::size_t operations = 2'000'000;  ///< of a round, for what takes nanoseconds; dearer cases take fewer
  std::size_t orders = 16'000;         ///< of a round through the engine
};
/// Everything once over, in seconds: says whether it works, not how fast.
[[nodiscard]] constexpr Effort quick_effort() noexcept {
  return {.rounds = 3, .warm_up_rounds = 1, .operations = 50'000, .orders = 1'024};
}

/// One thing measured. `sample` does a round's work and appends what it measured, in `unit`: one value where
/// the round is one measurement, many where each operation is timed on its own.
struct Case {
  std::string name;  ///< SUBJECT/SIDE: "counter_add_1_thread/vigil"
  std::string unit;
  std::function<void(std::vector<double>& samples)> sample;
};

/// Two cases that did the same work: how many times as much `of` took as `over`. More is better for us.
struct Ratio {
  std::string name;
  std::string of;
  std::string over;
};

/// Cases that are measured in turns, in one run.
struct Group {
  std::vector<Case> cases;
  std::vector<Ratio> ratios;
};

inline constexpr std::string_view kOurs = "/vigil";
inline constexpr std::string_view kPeer = "/prometheus_cpp";

/// The same work by us and by prometheus-cpp, with the ratio of the two under the subject's name.
inline void add_pair(Group& group, const std::string& subject, const std::string& unit,
                     std::function<void(std::vector<double>&)> ours,
                     std::function<void(std::vector<double>&)> peer) {
  const std::string our_name = subject + std::string{kOurs};
  const std::string peer_name = subject + std::string{kPeer};
  group.cases.push_back({our_name, unit, std::move(ours)});
  group.cases.push_back({peer_name, unit, std::move(peer)});
  group.ratios.push_back({subject, peer_name, our_name});
}

/// A subject's groups are made when its turn comes, so that only one subject's state is in memory.
struct Subject {
  std::string_view name;  ///< what --only takes
  std::vector<Group> (*make)(const Effort& effort);
};
/// All subjects, in the order in which they run.
[[nodiscard]] const std::vector<Subject>& subjects();

[[nodiscard]] std::vector<Group> instrument_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> distribution_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> scrape_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> memory_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> order_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> logging_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> health_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> history_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> backtest_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> alert_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> export_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> journal_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> process_groups(const Effort& effort);
[[nodiscard]] std::vector<Group> signal_groups(const Effort& effort);

}  // namespace vigil::engine::bench
