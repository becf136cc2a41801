#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/journal_reader.h"
#include "engine/journal/segment_reader.h"
#include "monitoring/metrics/registry.h"
#include "orders/time.h"

namespace vigil::engine {

class Core;

/// What a core was behind a record of its journal: orders, books, limits, windows, metrics. What follows in
/// the journal can be played on it as on a core that has played all before. The views are of the bytes that
/// it was read from.
struct Snapshot {
  JournalPosition position;     ///< behind the last record in it
  orders::EventTime last_time;  ///< of that record
  RunStart start;               ///< of the run that record belongs to
  std::string_view limits;
  std::string_view core;
  std::string_view metrics;

  [[nodiscard]] std::uint64_t sequence() const noexcept { return position.next_sequence - 1; }
};

/// Where a snapshot is taken.
struct SnapshotPlace {
  JournalPosition position;
  orders::EventTime last_time;
  RunStart start;
};

/// Raised with every change of what a state holds or of how it is written: a snapshot of another version is
/// not read, and the journal is played instead.
inline constexpr std::uint32_t kSnapshotVersion = 2;

/// The bytes of a snapshot's file, as docs/JOURNAL.md says them. `registry`: the core's, while nobody
/// records.
[[nodiscard]] std::string make_snapshot(const SnapshotPlace& place, const Core& core,
                                        const monitoring::Registry& registry);
inline constexpr std::size_t kSnapshotHeaderBytes = 120;
/// Whether a snapshot of another version begins with these bytes: at least kSnapshotHeaderBytes, whole.
[[nodiscard]] bool is_of_another_version(std::string_view bytes) noexcept;
/// "", or why the bytes are no snapshot that this engine can read.
[[nodiscard]] std::string read_snapshot(std::string_view bytes, Snapshot& out);
/// Brings a core of the same configuration, that has seen nothing, to where the snapshot was taken, and its
/// metrics. "", or what does not fit; the core is then not to be used. `reset`: gets the names of metrics
/// that begin anew, because they are of other buckets or labels now, or are no more.
[[nodiscard]] std::string restore(const Snapshot& snapshot, Core& core, const monitoring::Registry& registry,
                                  std::vector<std::string>& reset);

/// "00000000000000004711.snapshot", after the last record in it.
[[nodiscard]] std::string snapshot_name(std::uint64_t sequence);
[[nodiscard]] bool is_snapshot_name(std::string_view name) noexcept;

}  // namespace vigil::engine
