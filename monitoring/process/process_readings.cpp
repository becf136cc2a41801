#include "monitoring/process/process_readings.h"

#include <algorithm>
#include <array>

#include <malloc.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "monitoring/process/proc_text.h"

namespace vigil::monitoring {
namespace {

using proc_text::next_line;
using proc_text::next_word;
using proc_text::number_of;

double per_second(std::uint64_t ticks) {
  static const auto ticks_a_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return static_cast<double>(ticks) / ticks_a_second;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  // The second field is the program's name in parentheses and may hold spaces and parentheses of its own.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 1);

  constexpr std::size_t kFirst = 3;  // number of the first field behind the name, as proc(5) counts
  std::array<std::string_view, 20> fields;
  for (std::string_view& field : fields) field = next_word(text);
  const auto field = [&](std::size_t number) { return proc_text::number(fields[number - kFirst]); };
  const auto user = field(14);
  const auto system = field(15);
  const auto threads = field(20);
  const auto start = field(22);
  if (!user || !system || !threads || !start) return std::nullopt;
  return ProcessStat{
      .user_ticks = *user, .system_ticks = *system, .threads = *threads, .start_ticks = *start};
}

std::optional<std::uint64_t> parse_resident_pages(std::string_view text) {
  (void)next_word(text);  // size of the address space
  return proc_text::number(next_word(text));
}

std::optional<ProcessIo> parse_process_io(std::string_view text) {
  const auto read = number_of(text, "read_bytes:");
  const auto written = number_of(text, "write_bytes:");
  if (!read || !written) return std::nullopt;
  return ProcessIo{.read_bytes = *read, .write_bytes = *written};
}

std::optional<std::uint64_t> parse_boot_time(std::string_view text) {
  return number_of(text, "btime");
}

std::vector<InterfaceBytes> parse_interfaces(std::string_view text) {
  std::vector<InterfaceBytes> interfaces;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    const std::size_t colon = line.rfind(':');  // the two lines of headings have none
    if (colon == std::string_view::npos) continue;
    std::string_view name = line.substr(0, colon);
    name = next_word(name);
    line.remove_prefix(colon + 1);
    std::array<std::string_view, 9> fields;  // eight of the receiving side, then the bytes sent
    for (std::string_view& field : fields) field = next_word(line);
    const auto receive = proc_text::number(fields.front());
    const auto transmit = proc_text::number(fields.back());
    if (!receive || !transmit) continue;
    interfaces.push_back({.name = std::string(name), .receive = *receive, .transmit = *transmit});
  }
  return interfaces;
}

ProcessReadings read_process(const std::vector<WatchedFilesystem>& filesystems) {
  ProcessReadings readings;
  if (const auto stat = parse_process_stat(proc_text::file("/proc/self/stat"))) {
    readings.cpu_seconds = per_second(stat->user_ticks + stat->system_ticks);
    readings.threads = static_cast<double>(stat->threads);
    if (const auto boot = parse_boot_time(proc_text::file("/proc/stat"))) {
      readings.start_time = static_cast<double>(*boot) + per_second(stat->start_ticks);
    }
  }
  if (const auto pages = parse_resident_pages(proc_text::file("/proc/self/statm"))) {
    readings.resident_bytes = static_cast<double>(*pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }
  const struct mallinfo2 heap = ::mallinfo2();
  readings.heap_bytes = static_cast<double>(heap.uordblks + heap.hblkhd);
  readings.io = parse_process_io(proc_text::file("/proc/self/io"));
  readings.interfaces = parse_interfaces(proc_text::file("/proc/self/net/dev"));
  for (const WatchedFilesystem& watched : filesystems) {
    struct statvfs found {};
    if (::statvfs(watched.path.c_str(), &found) != 0) continue;
    const auto block = static_cast<double>(found.f_frsize);
    readings.filesystems.push_back({.name = watched.name,
                                    .size = static_cast<double>(found.f_blocks) * block,
                                    .used = static_cast<double>(found.f_blocks - found.f_bfree) * block});
  }
  readings.processors = static_cast<unsigned>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  return readings;
}

}  // namespace vigil::monitoring
