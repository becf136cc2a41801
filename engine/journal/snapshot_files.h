#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/journal_disk.h"
#include "engine/journal/snapshot.h"
#include "orders/time.h"

// The snapshots in a journal's folder, beside its segments. Each stands where a segment ends.

namespace vigil::engine {

/// A snapshot with the bytes that it points into.
struct LoadedSnapshot {
  std::string name;
  std::string bytes;
  Snapshot snapshot;
};

/// The snapshot of that name; "", or what is wrong with it. Throws std::system_error.
[[nodiscard]] std::string load_snapshot(JournalDisk& disk, std::uint64_t sequence, LoadedSnapshot& out);

/// The newest snapshot that is not behind record `until` and can be read; nullptr if there is none. `damaged`
/// hears of each that should have been it: its name and what is wrong. Throws std::system_error.
[[nodiscard]] std::unique_ptr<LoadedSnapshot> newest_snapshot(
    JournalDisk& disk, std::uint64_t until,
    const std::function<void(const std::string& name, const std::string& error)>& damaged);

/// The last records of all snapshots, in order.
[[nodiscard]] std::vector<std::uint64_t> snapshots_of(JournalDisk& disk);

/// On the disk, under its name, when it returns 0; else an errno. `reserve`: bytes that must be free besides,
/// or it is ENOSPC: a snapshot must not take the room that the journal needs.
[[nodiscard]] int write_snapshot(JournalDisk& disk, std::uint64_t sequence, std::string_view bytes,
                                 std::uint64_t reserve) noexcept;

/// Removes segments all of whose records are older than `before`, as far as a snapshot stands behind them
/// that is not the newest, and of this version, and the snapshots before that. So whatever is left can be
/// played from its beginning, and with one damaged snapshot still from another. Returns how many files went.
/// Throws std::system_error.
std::size_t remove_older(JournalDisk& disk, orders::Timestamp before);

}  // namespace vigil::engine
