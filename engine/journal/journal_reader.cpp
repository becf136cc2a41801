#include "engine/journal/journal_reader.h"

#include <future>

namespace vigil::engine {
std::vector<std::string> segments_of(JournalDisk& disk) {
  std::vector<std::string> names;
  for (std::string& name : disk.list()) {
    if (is_segment_name(name)) names.push_back(std::move(name));
  }
  return names;
}

namespace {

/// Below this a thread costs more than it saves.
constexpr std::size_t kWorthAThread = std::size_t{1} << 20U;

/// Reads a segment and has its chain checked meanwhile, by another thread: hashing takes as long as playing.
/// So records may have been taken before the chain is found to be broken behind them.
SegmentEnd read_and_check(std::string_view bytes, JournalPosition& position, const ReadOptions& options,
                          const std::function<bool(const RecordView&)>& take) {
  if (!options.check_chain || bytes.size() < kWorthAThread)
    return read_segment(bytes, position, options, take);
  JournalPosition checked = position;
  auto check = std::async(std::launch::async, [bytes, &checked, &options] {
    return read_segment(bytes, checked, options, [](const RecordView&) { return true; });
  });
  bool is_whole = true;
  const auto take_if = [&](const RecordView& record) { return is_whole = take(record); };
  const SegmentEnd end = read_segment(bytes, position, {}, take_if);
  const SegmentEnd checked_end = check.get();
  // What was left out of the reading is not judged.
  if (is_whole && end.error.empty()) position.chain = checked.chain;
  return is_whole && end.error.empty() ? checked_end : end;
}

}  // namespace

JournalReading read_journal(JournalDisk& disk, const ReadOptions& options,
                            const std::function<bool(const RecordView&)>& take, const JournalPosition& from) {
  JournalReading reading;
  reading.position = from;
  bool stopped = false;
  std::vector<std::string> names = segments_of(disk);
  std::erase_if(names, [&from](const std::string& name) { return number_of(name) < from.next_sequence; });
  const auto read = [&disk, &names](std::size_t i, std::launch policy) {
    return std::async(policy, [&disk, &name = names[i]] { return disk.read(name); });
  };
  std::future<std::string> next;
  if (!names.empty()) next = read(0, std::launch::deferred);
  for (std::size_t i = 0; i < names.size() && !stopped; ++i) {
    const std::string& name = names[i];
    const std::string bytes = next.get();
    const bool is_long = bytes.size() >= kWorthAThread;
    // While one is played the next is read.
    if (i + 1 < names.size()) next = read(i + 1, is_long ? std::launch::async : std::launch::deferred);
    const SegmentEnd end = read_and_check(bytes, reading.position, options, [&](const RecordView& record) {
      ++reading.records;
      reading.last_time = record.header.time;
      stopped = !take(record);
      return !stopped;
    });
    std::string error = end.error;
    if (error.empty() && end.torn_bytes > 0 && name != names.back()) {
      error = "at byte " + std::to_string(end.bytes) + ": record " +
              std::to_string(reading.position.next_sequence) + " is damaged";
    }
    if (!error.empty()) throw JournalError(disk.path_of(name) + ": " + error);
    ++reading.segments;
    reading.bytes += end.bytes;
    reading.torn_bytes = end.torn_bytes;
    reading.last_segment = name;
    reading.last_segment_end = end.bytes;
  }
  return reading;
}

std::optional<RunStart> first_run_of(JournalDisk& disk) {
  const std::vector<std::string> names = segments_of(disk);
  if (names.empty()) return std::nullopt;
  if (const std::uint64_t first = number_of(names.front()); first != 1) {
    throw JournalError(disk.path_of("") + ": begins with record " + std::to_string(first) +
                       ", and no snapshot of what was before it can be read");
  }
  const std::string head = disk.read_head(names.front(), kSegmentHeaderBytes + kMaxRecordBytes);
  std::optional<RunStart> start;
  bool is_there = false;
  JournalPosition position;
  const SegmentEnd end = read_segment(head, position, {}, [&](const RecordView& record) {
    is_there = true;
    start = read_run_start(record);
    return false;
  });
  const std::string path = disk.path_of(names.front()) + ": ";
  if (!end.error.empty()) throw JournalError(path + end.error);
  if (is_there && !start) throw JournalError(path + "must begin with the start of a run");
  return start;
}

void cut_torn_end(JournalDisk& disk, const JournalReading& reading) {
  if (reading.last_segment.empty()) return;
  disk.truncate(reading.last_segment, reading.last_segment_end);
}

}  // namespace vigil::engine
