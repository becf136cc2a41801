#include "engine/journal/snapshot_metrics.h"

namespace vigil::engine {

void SnapshotMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kSnapshots, &metric::kSnapshotFailures, &metric::kSnapshotRecord, &metric::kSnapshotBytes,
        &metric::kSnapshotDuration, &metric::kSnapshotPlayed, &metric::kJournalRemoved}) {
    registry.declare(*definition);
  }
}

SnapshotMetrics::SnapshotMetrics(monitoring::Registry& registry)
    : taken_(registry.counter(metric::kSnapshots, {})),
      removed_(registry.counter(metric::kJournalRemoved, {})),
      failures_{registry.counter(metric::kSnapshotFailures, {kSnapshotFailureNames[0]}),
                registry.counter(metric::kSnapshotFailures, {kSnapshotFailureNames[1]})},
      record_(registry.gauge(metric::kSnapshotRecord, {})),
      bytes_(registry.gauge(metric::kSnapshotBytes, {})),
      duration_(registry.gauge(metric::kSnapshotDuration, {})),
      played_(registry.gauge(metric::kSnapshotPlayed, {})) {}

void SnapshotMetrics::taken(std::uint64_t record, std::uint64_t bytes,
                            std::chrono::nanoseconds took) noexcept {
  taken_.add();
  record_.set(static_cast<double>(record));
  bytes_.set(static_cast<double>(bytes));
  duration_.set(std::chrono::duration<double>(took).count());
}

}  // namespace vigil::engine
