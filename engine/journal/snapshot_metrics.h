#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "monitoring/metrics/registry.h"

namespace vigil::engine {

namespace metric {

inline constexpr monitoring::MetricDefinition kSnapshots{
    "journal_snapshots_total",
    monitoring::MetricType::Counter,
    "1",
    "Snapshots of the core's state written beside the journal.",
    {}};
inline constexpr std::array<std::string_view, 1> kSnapshotFailureLabels{"reason"};
inline constexpr monitoring::MetricDefinition kSnapshotFailures{
    "journal_snapshot_failures_total", monitoring::MetricType::Counter, "1",
    "Snapshots that were not written. disk: no room or an error, tried again with the next; replay: the "
    "journal "
    "does not lead to the state that it says, a fault in the engine, and no more are tried in this run.",
    kSnapshotFailureLabels};
inline constexpr monitoring::MetricDefinition kSnapshotRecord{
    "journal_snapshot_record",
    monitoring::MetricType::Gauge,
    "1",
    "Number of the last record in the newest snapshot: a recovery plays what follows.",
    {}};
inline constexpr monitoring::MetricDefinition kSnapshotBytes{
    "journal_snapshot_bytes", monitoring::MetricType::Gauge, "bytes", "Size of the newest snapshot.", {}};
inline constexpr monitoring::MetricDefinition kSnapshotDuration{
    "journal_snapshot_duration_seconds",
    monitoring::MetricType::Gauge,
    "seconds",
    "Time the newest snapshot took; nobody waits for it.",
    {}};
inline constexpr monitoring::MetricDefinition kSnapshotPlayed{
    "journal_verified_record",
    monitoring::MetricType::Gauge,
    "1",
    "Number of the last record that was played again beside the running engine and led to the same state.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalRemoved{
    "journal_files_removed_total",
    monitoring::MetricType::Counter,
    "1",
    "Segments and snapshots removed because they were older than the retention.",
    {}};

}  // namespace metric

enum class SnapshotFailure : std::uint8_t { Disk, Replay };
inline constexpr std::array<std::string_view, 2> kSnapshotFailureNames{"disk", "replay"};

/// What is published of snapshots. The keeper's thread.
class SnapshotMetrics {
 public:
  explicit SnapshotMetrics(monitoring::Registry& registry);
  static void declare(monitoring::Registry& registry);

  void taken(std::uint64_t record, std::uint64_t bytes, std::chrono::nanoseconds took) noexcept;
  void failed(SnapshotFailure reason) noexcept { failures_[static_cast<std::size_t>(reason)].add(); }
  void played(std::uint64_t record) noexcept { played_.set(static_cast<double>(record)); }
  void removed(std::size_t files) noexcept { removed_.add(files); }

 private:
  monitoring::Counter taken_, removed_;
  std::array<monitoring::Counter, 2> failures_;
  monitoring::Gauge record_, bytes_, duration_, played_;
};

}  // namespace vigil::engine
