#include "engine/journal/snapshot_files.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <optional>

namespace vigil::engine {
namespace {

constexpr const char* kUnfinishedName = "next.snapshot";

/// When a segment's first record was; nothing if its header cannot be read.
std::optional<orders::Timestamp> begin_of(JournalDisk& disk, const std::string& name) {
  SegmentHeader header;
  if (!read_segment_header(disk.read_head(name, kSegmentHeaderBytes), header).empty()) return std::nullopt;
  return header.created;
}

}  // namespace

std::vector<std::uint64_t> snapshots_of(JournalDisk& disk) {
  std::vector<std::uint64_t> sequences;
  for (const std::string& name : disk.list()) {
    if (is_snapshot_name(name)) sequences.push_back(number_of(name));
  }
  return sequences;
}

std::string load_snapshot(JournalDisk& disk, std::uint64_t sequence, LoadedSnapshot& out) {
  out.name = snapshot_name(sequence);
  out.bytes = disk.read(out.name);
  std::string error = read_snapshot(out.bytes, out.snapshot);
  if (error.empty() && out.snapshot.sequence() != sequence) {
    error = "must end with the record of its name, ends with " + std::to_string(out.snapshot.sequence());
  }
  return error;
}

std::unique_ptr<LoadedSnapshot> newest_snapshot(
    JournalDisk& disk, std::uint64_t until,
    const std::function<void(const std::string& name, const std::string& error)>& damaged) {
  std::vector<std::uint64_t> sequences = snapshots_of(disk);
  for (; !sequences.empty(); sequences.pop_back()) {
    if (sequences.back() > until) continue;
    auto loaded = std::make_unique<LoadedSnapshot>();
    const std::string error = load_snapshot(disk, sequences.back(), *loaded);
    if (error.empty()) return loaded;
    damaged(loaded->name, error);
  }
  return nullptr;
}

int write_snapshot(JournalDisk& disk, std::uint64_t sequence, std::string_view bytes,
                   std::uint64_t reserve) noexcept {
  try {
    if (disk.free_bytes() < bytes.size() + reserve) return ENOSPC;
    std::unique_ptr<JournalFile> file;
    int error = disk.create(kUnfinishedName, bytes.size(), file);
    if (error == 0) error = file->write(0, bytes);
    if (error == 0) error = file->sync();
    // The name comes last: a snapshot that has one is whole.
    if (error == 0) error = disk.rename(kUnfinishedName, snapshot_name(sequence));
    return error;
  } catch (const std::exception&) {
    return EIO;
  }
}

std::size_t remove_older(JournalDisk& disk, orders::Timestamp before) {
  const std::vector<std::string> segments = segments_of(disk);
  const std::vector<std::uint64_t> snapshots = snapshots_of(disk);
  std::vector<std::uint64_t> readable = snapshots;
  std::erase_if(readable, [&disk](std::uint64_t snapshot) {
    return is_of_another_version(disk.read_head(snapshot_name(snapshot), kSnapshotHeaderBytes));
  });
  if (readable.empty()) return 0;
  readable.pop_back();  // something must be there when it is damaged
  std::optional<std::uint64_t> keep_from;
  for (const std::uint64_t snapshot : readable) {
    // What comes after it begins later than all that it holds ended.
    const auto next =
        std::ranges::find(segments, snapshot + 1, [](const auto& name) { return number_of(name); });
    if (next == segments.end()) continue;
    const auto begin = begin_of(disk, *next);
    if (begin && *begin <= before) keep_from = snapshot;
  }
  if (!keep_from) return 0;
  std::size_t removed = 0;
  // Oldest first, snapshots before what they need: at any point what is left can be played.
  for (const std::uint64_t snapshot : snapshots) {
    if (snapshot >= *keep_from) continue;
    disk.remove(snapshot_name(snapshot));
    ++removed;
  }
  for (const std::string& segment : segments) {
    if (number_of(segment) > *keep_from) continue;
    disk.remove(segment);
    ++removed;
  }
  return removed;
}

}  // namespace vigil::engine
