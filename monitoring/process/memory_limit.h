#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring {

/// Where the kernel says what a process may use; other folders in tests.
struct MemoryLimitPaths {
  std::string proc = "/proc";
  std::string cgroup = "/sys/fs/cgroup";
};

/// Bytes of memory the process may use: the smallest of the limits of its control groups (version 1 and 2, up
/// to the root), of its address space and data (setrlimit(2)), and what the machine has. Nothing if none of
/// these can be read.
[[nodiscard]] std::optional<std::uint64_t> memory_limit(const MemoryLimitPaths& paths = {});

// Parts of it.

/// /proc/self/cgroup: the group's path in version 2 ("0::/a/b"), or with the controller `memory` in version 1
/// ("7:memory:/a/b"). Format: cgroups(7).
struct MemoryGroup {
  bool is_version_2 = true;
  std::string path;  ///< begins with a slash
  friend bool operator==(const MemoryGroup&, const MemoryGroup&) = default;
};
[[nodiscard]] std::vector<MemoryGroup> parse_memory_groups(std::string_view text);
/// memory.max or memory.limit_in_bytes: nothing for "max", for what is not a number, and for the page
/// counter's largest number, by which version 1 says that there is none.
[[nodiscard]] std::optional<std::uint64_t> parse_group_limit(std::string_view text);
/// /proc/meminfo: MemTotal.
[[nodiscard]] std::optional<std::uint64_t> parse_memory_total(std::string_view text);

}  // namespace vigil::monitoring
