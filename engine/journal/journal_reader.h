#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/journal/journal_disk.h"
#include "engine/journal/run_start.h"
#include "engine/journal/segment_reader.h"

namespace vigil::engine {

/// A journal that cannot be used as it is, for people: "PATH: what is wrong".
class JournalError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct JournalReading {
  JournalPosition position;
  std::uint64_t records = 0;
  std::size_t segments = 0;
  std::uint64_t bytes = 0;       ///< of whole records and headers
  std::uint64_t torn_bytes = 0;  ///< behind the last record
  std::string last_segment;      ///< name; "" where there is none
  std::size_t last_segment_end = 0;
  orders::EventTime last_time;
};

/// Names of the segments that there are, in order.
[[nodiscard]] std::vector<std::string> segments_of(JournalDisk& disk);

/// Reads all segments of a journal, in order, or those behind `from`, where a segment must begin. Only the
/// last may end in a torn write. Throws JournalError for damage. `take` false ends the reading. Files that
/// are no segments are left alone.
[[nodiscard]] JournalReading read_journal(JournalDisk& disk, const ReadOptions& options,
                                          const std::function<bool(const RecordView&)>& take,
                                          const JournalPosition& from = {});

/// The first run's start, or nothing for a journal without a record. Throws JournalError; also for a journal
/// whose beginning is gone.
[[nodiscard]] std::optional<RunStart> first_run_of(JournalDisk& disk);

/// Cuts off what a crash left behind the last record. Throws std::system_error.
void cut_torn_end(JournalDisk& disk, const JournalReading& reading);

}  // namespace vigil::engine
