#include <memory>

#include "engine/bench/cases.h"
#include "engine/bench/timing.h"
#include "monitoring/health/health_board.h"

namespace vigil::engine::bench {
namespace {

constexpr std::size_t kChecks = 1'000;  ///< of a round

struct Board {
  monitoring::Registry registry;
  monitoring::HealthBoard board{
      {{.name = "core", .heartbeat_limit = std::chrono::seconds{1}, .is_vital = true},
       {.name = "feed", .heartbeat_limit = std::chrono::seconds{1}},
       {.name = "gateway", .heartbeat_limit = std::chrono::seconds{1}},
       {.name = "memory"},
       {.name = "disk"},
       {.name = "threads"}},
      "bench",
      {},
      registry};
};

}  // namespace

std::vector<Group> health_groups(const Effort&) {
  const auto board = std::make_shared<Board>();
  Group group;
  // A check is all that one takes: judged, reported, read again and published.
  group.cases.push_back({"health_check/vigil", "ns", [board](std::vector<double>& samples) {
                           for (std::size_t i = 0; i < kChecks; ++i) {
                             const auto now = std::chrono::nanoseconds{static_cast<std::int64_t>(i)};
                             samples.push_back(time_of([&] {
                               board->board.report(3, monitoring::check_at_most(static_cast<double>(i % 3),
                                                                                0.5, 1.5, "memory"));
                               board->board.publish(now);
                               keep(board->board.overall(now));
                             }));
                           }
                         }});
  group.cases.push_back({"health_answer/vigil", "ns", [board](std::vector<double>& samples) {
                           for (std::size_t i = 0; i < kChecks; ++i) {
                             samples.push_back(time_of([&] { keep(board->board.ready_response({})); }));
                           }
                         }});
  return {group};
}

}  // namespace vigil::engine::bench
