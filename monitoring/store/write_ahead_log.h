#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// Records on disk of what is not in a block yet, in one file (segment) for each raw block to come:
///
///     "VIGILWAL", version u32, zero u32, then records: bytes u32, CRC-32C of them u32, the bytes
///
/// What follows a record that is cut off or damaged is lost: the end of what a crash left behind. One thread.
class WriteAheadLog {
 public:
  /// Makes the folder if there is none. Throws HistoryError, as all functions do.
  explicit WriteAheadLog(std::string folder);
  ~WriteAheadLog();
  WriteAheadLog(const WriteAheadLog&) = delete;
  WriteAheadLog& operator=(const WriteAheadLog&) = delete;

  /// Appends to the segment that begins at that time, a new one if it is not the latest. A record that could
  /// not be written whole is not there: the next one goes to its place.
  void append(SampleTime segment, std::string_view record);
  /// What was appended survives a loss of power.
  void sync();
  /// Removes the segments before that one.
  void remove_before(SampleTime segment);

 private:
  struct Segment;

  std::string folder_;
  std::unique_ptr<Segment> open_;
};

struct ReplayedLog {
  std::uint64_t records = 0;
  std::uint64_t lost_bytes = 0;  ///< behind the last good record of each segment
};
/// Gives the records of all segments in a log's folder, the oldest first, and changes nothing. Of a log that
/// is appended to at the same time, what it had at some moment. Throws HistoryError.
ReplayedLog replay_log(const std::string& folder, const std::function<void(std::string_view record)>& take);

}  // namespace vigil::monitoring
