#pragma once

#include <string>
#include <string_view>

namespace vigil::engine::bench {

/// A figure of a process's memory, in bytes: the line that begins with `name` in a file under /proc/PROCESS,
/// which is a process's number or "self". Throws std::runtime_error if there is none.
[[nodiscard]] double process_memory(const std::string& process, const char* file, std::string_view name);

/// Memory in use, counted page by page: what /proc/PROCESS/status says lags behind.
[[nodiscard]] inline double resident_memory(const std::string& process) {
  return process_memory(process, "smaps_rollup", "Rss:");
}

}  // namespace vigil::engine::bench
