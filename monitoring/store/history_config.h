#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vigil::monitoring {

struct HistoryConfig {
  std::string folder;               ///< on disk; empty: everything is in memory and ends with the process
  std::size_t max_series = 50'000;  ///< with samples in memory; further ones are dropped and counted
  // Blocks leave when all of their time is over: a raw one has 10 minutes, hours have 30 days.
  std::chrono::nanoseconds raw_retention = std::chrono::hours{1};          ///< of samples as they were taken
  std::chrono::nanoseconds minute_retention = std::chrono::hours{7 * 24};  ///< of minutes; a day at least
  std::chrono::nanoseconds hour_retention = std::chrono::hours{366 * 24};
  /// Of all blocks together; the oldest ones leave first.
  std::uint64_t max_bytes = 1ULL << 30U;
  /// Of a history without a folder.
  std::uint64_t max_memory_bytes = 16ULL << 20U;
  /// Records of the log that wait to be written; beyond it they are dropped and counted, and a crash may then
  /// lose up to ten minutes.
  std::size_t max_queued_bytes = 16UL << 20U;
};

}  // namespace vigil::monitoring
