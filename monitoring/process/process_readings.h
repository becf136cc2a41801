#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring {

// What the operating system says about the process. The parsers take the text of files under /proc (format:
// proc(5)) and give nothing for a text of another form.

/// /proc/self/stat. Times in clock ticks.
struct ProcessStat {
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  ///< after boot
};
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

/// /proc/self/statm: pages in memory.
[[nodiscard]] std::optional<std::uint64_t> parse_resident_pages(std::string_view text);

/// /proc/self/io: what reached storage, not what a cache answered.
struct ProcessIo {
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
};
[[nodiscard]] std::optional<ProcessIo> parse_process_io(std::string_view text);

/// /proc/stat: seconds since 1970 of the machine's start.
[[nodiscard]] std::optional<std::uint64_t> parse_boot_time(std::string_view text);

/// /proc/net/dev.
struct InterfaceBytes {
  std::string name;
  std::uint64_t receive = 0;
  std::uint64_t transmit = 0;
};
[[nodiscard]] std::vector<InterfaceBytes> parse_interfaces(std::string_view text);

/// A file system to watch: the label's value and a path on it.
struct WatchedFilesystem {
  std::string name;
  std::string path;
};
struct FilesystemBytes {
  std::string name;
  double size = 0;
  double used = 0;
};

/// All of it at one time. What could not be read is absent.
struct ProcessReadings {
  std::optional<double> cpu_seconds;  ///< of all threads, since the start
  std::optional<double> resident_bytes;
  std::optional<double> heap_bytes;  ///< handed out by the allocator
  std::optional<double> threads;
  std::optional<double> start_time;  ///< seconds since 1970
  std::optional<ProcessIo> io;
  std::vector<InterfaceBytes> interfaces;
  std::vector<FilesystemBytes> filesystems;
  unsigned processors = 1;
};
[[nodiscard]] ProcessReadings read_process(const std::vector<WatchedFilesystem>& filesystems);

}  // namespace vigil::monitoring
