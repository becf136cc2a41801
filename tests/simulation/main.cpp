// Runs worlds drawn from seeds: simulation [--seeds COUNT] [--from SEED] [--steps COUNT] [--journal DIR].
// Prints a line that repeats each that breaks a rule; exit code 1 if one does. With --journal the last one's
// journal is written into the folder, for `vigil journal dump` and `vigil replay --journal`.

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "simulated_world.h"

namespace {

constexpr std::uint64_t kMany = 1000;

struct Options {
  std::uint64_t seeds = 200;
  std::uint64_t from = 1;
  std::uint64_t steps = 400;
  std::string journal;
};

bool read(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view text = i + 1 < argc ? argv[i + 1] : "";
    if (name == "--journal" && !text.empty()) {
      options.journal = text;
      continue;
    }
    std::uint64_t* const number = name == "--seeds"   ? &options.seeds
                                  : name == "--from"  ? &options.from
                                  : name == "--steps" ? &options.steps
                                                      : nullptr;
    const char* const end = text.data() + text.size();
    if (number == nullptr || text.empty() || std::from_chars(text.data(), end, *number).ptr != end) {
      std::cerr << "usage: simulation [--seeds COUNT] [--from SEED] [--steps COUNT] [--journal DIR], was "
                << name << ' ' << text << '\n';
      return false;
    }
  }
  return true;
}

void write_journal(const vigil::engine::test::SimulatedWorld& world, const std::string& folder) {
  const std::filesystem::path place = std::filesystem::path(folder) / "journal";
  std::filesystem::create_directories(place);
  for (const auto& [name, bytes] : world.journal()) {
    std::ofstream(place / name, std::ios::binary) << bytes;
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read(argc, argv, options)) return 2;
  std::atomic<std::uint64_t> next{options.from};
  std::atomic<std::uint64_t> failed{0};
  vigil::engine::test::SimulatedWorld::Totals totals;
  std::mutex output;
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed < options.from + options.seeds; seed = next++) {
      vigil::engine::test::SimulatedWorld world(seed);
      std::uint64_t step = 0;
      for (; step < options.steps && world.broken_rule().empty(); ++step) world.step();
      world.calm_down();
      const std::lock_guard lock(output);
      totals.orders_sent += world.totals().orders_sent;
      totals.crashes += world.totals().crashes;
      totals.from_snapshots += world.totals().from_snapshots;
      totals.carried_over += world.totals().carried_over;
      totals.strategy_orders += world.totals().strategy_orders;
      totals.alert_messages += world.totals().alert_messages;
      totals.rules_fired.insert(world.totals().rules_fired.begin(), world.totals().rules_fired.end());
      if (world.broken_rule().empty()) continue;
      ++failed;
      if (!options.journal.empty()) write_journal(world, options.journal);
      std::cout << "FAILED: " << world.broken_rule() << "\n  repeat with: simulation --seeds 1 --from "
                << seed << " --steps " << step << "\n  " << world.summary() << '\n';
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
      threads.emplace_back(work);
  }
  std::cout << totals.orders_sent << " orders sent, " << totals.crashes << " crashes, "
            << totals.from_snapshots << " recoveries from a snapshot, " << totals.carried_over
            << " under another configuration, " << totals.strategy_orders << " orders of strategies, "
            << totals.alert_messages << " messages about alerts\n";
  // Enough worlds have everything in them, or they are not what they are meant to be.
  const bool is_poor = totals.crashes == 0 || totals.from_snapshots == 0 || totals.carried_over == 0 ||
                       totals.strategy_orders == 0 || totals.alert_messages == 0 ||
                       totals.rules_fired.size() != vigil::engine::test::SimulatedMonitor::kRuleCount;
  if (options.seeds >= kMany && is_poor) {
    ++failed;
    std::cout << "FAILED: in so many worlds everything happens: " << totals.rules_fired.size()
              << " rules have fired\n";
  }
  std::cout << options.seeds - failed << " passed, " << failed << " failed, 0 skipped\n";
  return failed == 0 ? 0 : 1;
}
