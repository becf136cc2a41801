#include "monitoring/process/memory_limit.h"

#include <algorithm>

#include <sys/resource.h>

#include "monitoring/process/proc_text.h"

namespace vigil::monitoring {

namespace {

/// Version 1 knows no word for "no limit": it says the largest number of whole pages.
constexpr std::uint64_t kNoGroupLimit = 1ULL << 62U;

using Limit = std::optional<std::uint64_t>;

void tighten(Limit& limit, const Limit& other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

Limit resource_limit(decltype(RLIMIT_AS) resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

/// Of the group and those above it.
Limit group_limit(const MemoryGroup& group, const std::string& mount) {
  const std::string root = group.is_version_2 ? mount : mount + "/memory";
  const std::string_view file = group.is_version_2 ? "/memory.max" : "/memory.limit_in_bytes";
  Limit limit;
  std::string path = group.path;
  while (true) {
    std::string of_group = root;
    of_group.append(path).append(file);
    tighten(limit, parse_group_limit(proc_text::file(of_group)));
    if (path.empty()) return limit;
    path.resize(path.rfind('/'));
  }
}

}  // namespace

std::vector<MemoryGroup> parse_memory_groups(std::string_view text) {
  std::vector<MemoryGroup> groups;
  while (!text.empty()) {
    const std::string_view line = proc_text::next_line(text);
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || !line.substr(second + 1).starts_with('/')) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const bool is_version_2 = controllers.empty();
    const std::string listed = "," + std::string{controllers} + ",";
    if (!is_version_2 && listed.find(",memory,") == std::string::npos) continue;
    groups.push_back({is_version_2, std::string{line.substr(second + 1)}});
  }
  return groups;
}

std::optional<std::uint64_t> parse_group_limit(std::string_view text) {
  const Limit limit = proc_text::number(proc_text::next_word(text));
  return limit && *limit < kNoGroupLimit ? limit : std::nullopt;
}

std::optional<std::uint64_t> parse_memory_total(std::string_view text) {
  constexpr std::uint64_t kKilobyte = 1024;
  const Limit total = proc_text::number_of(text, "MemTotal:");
  if (!total) return std::nullopt;
  return *total * kKilobyte;
}

std::optional<std::uint64_t> memory_limit(const MemoryLimitPaths& paths) {
  Limit limit = parse_memory_total(proc_text::file(paths.proc + "/meminfo"));
  tighten(limit, resource_limit(RLIMIT_AS));
  tighten(limit, resource_limit(RLIMIT_DATA));
  for (const MemoryGroup& group : parse_memory_groups(proc_text::file(paths.proc + "/self/cgroup"))) {
    tighten(limit, group_limit(group, paths.cgroup));
  }
  return limit;
}

}  // namespace vigil::monitoring
