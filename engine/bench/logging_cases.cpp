#include <memory>

#include "engine/bench/cases.h"
#include "engine/bench/timing.h"
#include "monitoring/log/logger.h"

namespace vigil::engine::bench {
namespace {

constexpr std::size_t kEntries = 4'096;  ///< of a round: fewer than the queue holds, so that none is dropped

struct Log {
  monitoring::Registry registry;
  monitoring::Logger logger{{}, registry, [](std::string_view) {}};
};

monitoring::LogRecord order_entry() {
  monitoring::LogRecord record;
  record.level = monitoring::LogLevel::Info;
  record.component = "execution_engine";
  record.module = "order_manager";
  record.message = "Order filled";
  record.span = "order";
  record.correlation_id = 4711;
  record.add_text("client_order_id", "C-0000004711").add_literal("side", "buy").add("quantity", 100);
  record.add_decimal("price", 101'25000000, 8).add_boolean("is_maker", false);
  return record;
}

/// What the caller of `write` waits for, each entry on its own. The queue is emptied between rounds.
Case caller_side(const std::string& name, bool (monitoring::Logger::*write)(const monitoring::LogRecord&)) {
  return {name, "ns", [log = std::make_shared<Log>(), write](std::vector<double>& samples) {
            for (std::size_t i = 0; i < kEntries; ++i) {
              samples.push_back(time_of([&] {
                const monitoring::LogRecord record = order_entry();
                keep((log->logger.*write)(record));
              }));
            }
            log->logger.pump();
          }};
}

}  // namespace

std::vector<Group> logging_groups(const Effort&) {
  Group group;
  group.cases.push_back(caller_side("log_entry_from_core/vigil", &monitoring::Logger::write_from_core));
  group.cases.push_back(caller_side("log_entry/vigil", &monitoring::Logger::write));
  return {group};
}

}  // namespace vigil::engine::bench
