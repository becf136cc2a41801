#include <chrono>
#include <ctime>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/process/process_health.h"
#include "monitoring/process/process_metrics.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kStat =
    "4242 (a (very) odd) name) S 1 4242 4242 0 -1 4194304 101 0 0 0 1234 567 0 0 20 0 17 0 416007 3133440 "
    "360 "
    "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";
constexpr std::string_view kIo =
    "rchar: 6976\nwchar: 11\nsyscr: 10\nsyscw: 2\nread_bytes: 4096\nwrite_bytes: "
    "8192\ncancelled_write_bytes: 3\n";
constexpr std::string_view kInterfaces =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls "
    "carrier "
    "compressed\n"
    "    lo:  722215    2341    0    0    0     0          0         0   722216    2341    0    0    0     0 "
    "      0  0\n"
    "eth0:1:12    1    0    0    0     0          0         0   34    2    0    0    0     0       0         "
    " 0\n";

ProcessReadings cpu(double seconds, unsigned processors = 1) {
  ProcessReadings readings;
  readings.cpu_seconds = seconds;
  readings.processors = processors;
  return readings;
}

ProcessReadings traffic(std::string name, std::uint64_t receive, std::uint64_t transmit) {
  ProcessReadings readings;
  readings.interfaces = {{std::move(name), receive, transmit}};
  return readings;
}

}  // namespace

TEST_CASE("the process's line is read whatever its name") {
  const auto stat = parse_process_stat(kStat);
  REQUIRE(stat.has_value());
  CHECK(stat->user_ticks == 1234);
  CHECK(stat->system_ticks == 567);
  CHECK(stat->threads == 17);
  CHECK(stat->start_ticks == 416007);
}

TEST_CASE("pages, bytes, boot time and interfaces are read") {
  CHECK(parse_resident_pages("765 360 340 5 0 90 0\n") == 360);
  const auto io = parse_process_io(kIo);
  REQUIRE(io.has_value());
  CHECK(io->read_bytes == 4096);
  CHECK(io->write_bytes == 8192);
  CHECK(parse_boot_time("cpu  1 2 3\nintr 5 6\nctxt 7\nbtime 1735787045\nprocesses 9\n") == 1735787045);
  const auto interfaces = parse_interfaces(kInterfaces);
  REQUIRE(interfaces.size() == 2);
  CHECK(interfaces[0].name == "lo");
  CHECK(interfaces[0].receive == 722215);
  CHECK(interfaces[0].transmit == 722216);
  CHECK(interfaces[1].name == "eth0:1");
  CHECK(interfaces[1].receive == 12);
  CHECK(interfaces[1].transmit == 34);
}

TEST_CASE("a text of another form gives nothing") {
  CHECK_FALSE(parse_process_stat("").has_value());
  CHECK_FALSE(parse_process_stat("4242 (cut) S 1 2").has_value());
  CHECK_FALSE(parse_process_stat("4242 no name S 1 2").has_value());
  CHECK_FALSE(parse_resident_pages("765").has_value());
  CHECK_FALSE(parse_resident_pages("765 many").has_value());
  CHECK_FALSE(parse_process_io("read_bytes: 1\n").has_value());
  CHECK_FALSE(parse_process_io("read_bytes: 1\nwrite_bytes: -1\n").has_value());
  CHECK_FALSE(parse_boot_time("btime\n").has_value());
  CHECK(parse_interfaces("eth0: 1 2 3\n").empty());
}

TEST_CASE("no text breaks the parsers") {
  const bool holds = rc::check([](const std::string& text) {
    (void)parse_process_stat(text);
    (void)parse_resident_pages(text);
    (void)parse_process_io(text);
    (void)parse_boot_time(text);
    (void)parse_interfaces(text);
  });
  CHECK(holds);
}

TEST_CASE("a parser takes no text that was cut") {
  for (std::size_t size = 0; size < kStat.find("416007"); ++size) {
    CHECK_FALSE(parse_process_stat(kStat.substr(0, size)).has_value());
  }
}

TEST_CASE("processor use is the share of all processors since the sample before") {
  Registry registry;
  ProcessMetrics process(registry, "1.2.3");
  process.record(cpu(5, 2), 100s);
  CHECK_FALSE(gauged(registry, "execution_cpu_usage_percent", {"process"}).has_value());
  process.record(cpu(6, 2), 102s);
  CHECK(gauged(registry, "execution_cpu_usage_percent", {"process"}) == 25);
  process.record(cpu(6, 2), 103s);
  CHECK(gauged(registry, "execution_cpu_usage_percent", {"process"}) == 0);
  process.record(cpu(8.02, 2), 104s);
  CHECK(gauged(registry, "execution_cpu_usage_percent", {"process"}) == 100);
  process.record(cpu(9, 2), 104s);
  CHECK(gauged(registry, "execution_cpu_usage_percent", {"process"}) == 100);
}

TEST_CASE("what cannot be read is absent") {
  Registry registry;
  ProcessMetrics process(registry, "1.2.3");
  ProcessReadings readings = cpu(1);
  readings.resident_bytes = 1e6;
  readings.threads = 3;
  readings.filesystems = {{.name = "data", .size = 100, .used = 40}};
  process.record(readings, 1s);
  CHECK(gauged(registry, "execution_memory_usage_bytes", {"process", "resident"}) == 1e6);
  CHECK(gauged(registry, "system_threads") == 3);
  CHECK(gauged(registry, "system_disk_usage_bytes", {"data"}) == 40);
  CHECK(gauged(registry, "system_disk_size_bytes", {"data"}) == 100);
  process.record({}, 2s);
  CHECK_FALSE(family(registry, "execution_cpu_usage_percent").has_value());
  CHECK_FALSE(family(registry, "execution_memory_usage_bytes").has_value());
  CHECK_FALSE(family(registry, "system_threads").has_value());
  CHECK_FALSE(family(registry, "system_io_bytes_total").has_value());
  CHECK_FALSE(family(registry, "system_disk_usage_bytes").has_value());
  CHECK_FALSE(family(registry, "process_start_time_seconds").has_value());
}

TEST_CASE("bytes follow the kernel's totals and start again where those do") {
  Registry registry;
  ProcessMetrics process(registry, "1.2.3");
  process.record(traffic("eth0", 100, 10), 1s);
  process.record(traffic("eth0", 150, 10), 2s);
  CHECK(counted(registry, "system_network_bytes_total", {"eth0", "receive"}) == 150);
  CHECK(counted(registry, "system_network_bytes_total", {"eth0", "transmit"}) == 10);
  process.record(traffic("eth0", 30, 10), 3s);
  CHECK(counted(registry, "system_network_bytes_total", {"eth0", "receive"}) == 180);
  process.record(traffic("eth1", 1, 1), 4s);
  process.record(traffic("eth0", 20, 5), 5s);
  CHECK(counted(registry, "system_network_bytes_total", {"eth0", "receive"}) == 200);
}

TEST_CASE("storage traffic appears with its first reading") {
  Registry registry;
  ProcessMetrics process(registry, "1.2.3");
  ProcessReadings readings;
  readings.io = ProcessIo{.read_bytes = 10, .write_bytes = 20};
  process.record(readings, 1s);
  readings.io->write_bytes = 50;
  process.record(readings, 2s);
  CHECK(counted(registry, "system_io_bytes_total", {"read"}) == 10);
  CHECK(counted(registry, "system_io_bytes_total", {"write"}) == 50);
}

TEST_CASE("this process reads as the operating system sees it") {
  Registry registry;
  ProcessMetrics process(registry, "1.2.3",
                         {{.name = "here", .path = "."}, {.name = "gone", .path = "/no/such"}});
  const ProcessReadings readings = process.sample(1s);
  CHECK(readings.threads >= 1);
  CHECK(readings.resident_bytes > 0);
  CHECK(readings.heap_bytes >= 0);
  CHECK(readings.cpu_seconds >= 0);
  REQUIRE(readings.start_time.has_value());
  CHECK(*readings.start_time <= static_cast<double>(std::time(nullptr)) + 1);
  CHECK(*readings.start_time > static_cast<double>(std::time(nullptr)) - 24 * 3600);
  REQUIRE(readings.filesystems.size() == 1);
  CHECK(readings.filesystems[0].used <= readings.filesystems[0].size);
  CHECK(gauged(registry, "process_start_time_seconds") == readings.start_time);
  CHECK(gauged(registry, "execution_build_info", {"1.2.3"}) == 1);
}

TEST_CASE("memory, threads and uptime each drive the process to each state") {
  const ProcessHealthLimits limits{.memory_degraded = 100,
                                   .memory_unhealthy = 200,
                                   .threads_degraded = 10,
                                   .threads_unhealthy = 20,
                                   .uptime_degraded = 60s,
                                   .uptime_unhealthy = 1s};
  const auto assess = [&](double memory, double threads, std::chrono::nanoseconds uptime) {
    ProcessReadings readings;
    readings.resident_bytes = memory;
    readings.threads = threads;
    return assess_process(readings, uptime, limits);
  };
  CHECK(assess(100, 10, 60s).state == HealthState::Healthy);
  CHECK(assess(101, 10, 60s).state == HealthState::Degraded);
  CHECK(assess(201, 10, 60s).state == HealthState::Unhealthy);
  CHECK(std::string(assess(201, 10, 60s).reason) == "resident memory is high");
  CHECK(assess(100, 11, 60s).state == HealthState::Degraded);
  CHECK(assess(100, 21, 60s).state == HealthState::Unhealthy);
  CHECK(assess(100, 10, 59s).state == HealthState::Degraded);
  CHECK(assess(100, 10, 999ms).state == HealthState::Unhealthy);
  CHECK(assess(101, 21, 59s).state == HealthState::Unhealthy);
  CHECK(assess_process({}, 60s, limits).state == HealthState::Healthy);
}
