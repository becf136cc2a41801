#include "engine/journal/journal_reader.h"

namespace vigil::engine {
std::vector<std::string> segments_of(JournalDisk& disk) {
  std::vector<std::string> names;
  for (std::string& name : disk.list()) {
    if (is_segment_name(name)) names.push_back(std::move(name));
  }
  return names;
}

JournalReading read_journal(JournalDisk& disk, const ReadOptions& options,
                            const std::function<bool(const RecordView&)>& take, const JournalPosition& from) {
  JournalReading reading;
  reading.position = from;
  bool stopped = false;
  std::vector<std::string> names = segments_of(disk);
  std::erase_if(names, [&from](const std::string& name) { return number_of(name) < from.next_sequence; });
  for (const std::string& name : names) {
    const std::string bytes = disk.read(name);
    const SegmentEnd end = read_segment(bytes, reading.position, options, [&](const RecordView& record) {
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
    if (stopped) break;
  }
  return reading;
}

std::optional<RunStart> first_run_of(JournalDisk& disk) {
  std::optional<RunStart> start;
  const JournalReading reading = read_journal(disk, {}, [&start](const RecordView& record) {
    start = read_run_start(record);
    return false;
  });
  if (reading.records > 0 && !start) {
    throw JournalError(disk.path_of(reading.last_segment) + ": must begin with the start of a run");
  }
  return start;
}

void cut_torn_end(JournalDisk& disk, const JournalReading& reading) {
  if (reading.last_segment.empty()) return;
  disk.truncate(reading.last_segment, reading.last_segment_end);
}

}  // namespace vigil::engine
