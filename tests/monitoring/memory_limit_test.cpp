#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "monitoring/process/memory_limit.h"

using namespace vigil::monitoring;

namespace {

/// A folder with the kernel's files as a test wants them.
class KernelFiles {
 public:
  KernelFiles() {
    root_ = std::filesystem::temp_directory_path() / ("vigil_memory_limit_" + std::to_string(::getpid()));
    std::filesystem::remove_all(root_);
  }
  ~KernelFiles() { std::filesystem::remove_all(root_); }
  KernelFiles(const KernelFiles&) = delete;
  KernelFiles& operator=(const KernelFiles&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  [[nodiscard]] std::optional<std::uint64_t> limit() const {
    return memory_limit({.proc = (root_ / "proc").string(), .cgroup = (root_ / "cgroup").string()});
  }

 private:
  std::filesystem::path root_;
};

constexpr std::uint64_t kMegabyte = 1'000'000;

}  // namespace

TEST_SUITE("memory limit") {
  TEST_CASE("without control groups it is what the machine has") {
    const KernelFiles files;
    files.write("proc/meminfo", "MemTotal:        1000 kB\nMemFree: 1 kB\n");
    CHECK(files.limit() == 1000 * 1024);
  }

  TEST_CASE("the tightest of a group and those above it holds") {
    const KernelFiles files;
    files.write("proc/meminfo", "MemTotal: 1000000 kB\n");
    files.write("proc/self/cgroup", "0::/desk/engine\n");
    files.write("cgroup/desk/engine/memory.max", "max\n");
    CHECK(files.limit() == 1'024'000'000);
    files.write("cgroup/desk/memory.max", "300000000\n");
    CHECK(files.limit() == 300 * kMegabyte);
    files.write("cgroup/desk/engine/memory.max", "200000000\n");
    CHECK(files.limit() == 200 * kMegabyte);
    files.write("cgroup/memory.max", "100000000\n");
    CHECK(files.limit() == 100 * kMegabyte);
  }

  TEST_CASE("groups of version 1 count, and their largest number is no limit") {
    const KernelFiles files;
    files.write("proc/meminfo", "MemTotal: 1000000 kB\n");
    files.write("proc/self/cgroup", "12:cpu,cpuacct:/a\n7:memory:/a\n");
    files.write("cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
    CHECK(files.limit() == 1'024'000'000);
    files.write("cgroup/memory/a/memory.limit_in_bytes", "5000000\n");
    CHECK(files.limit() == 5 * kMegabyte);
  }

  TEST_CASE("with nothing to read there is no limit known") {
    CHECK_FALSE(KernelFiles().limit());
  }

  TEST_CASE("lines that are of another form are passed over") {
    CHECK(parse_memory_groups("") == std::vector<MemoryGroup>{});
    CHECK(parse_memory_groups("7:memory\n:\nx\n0::relative\n") == std::vector<MemoryGroup>{});
    CHECK(parse_memory_groups("3:net,memory:/x\n0::/\n") ==
          std::vector<MemoryGroup>{{false, "/x"}, {true, "/"}});
    CHECK_FALSE(parse_group_limit("max"));
    CHECK_FALSE(parse_group_limit("-1"));
    CHECK_FALSE(parse_group_limit(""));
  }
}
