#include "monitoring/process/process_metrics.h"

#include <algorithm>
#include <utility>

namespace vigil::monitoring {
namespace {

void set_or_clear(Gauge& gauge, std::optional<double> value) {
  gauge.set(value.value_or(kUnsetGauge));
}

}  // namespace

void ProcessMetrics::FollowedTotal::follow(std::uint64_t total) noexcept {
  counter.add(total < last ? total : total - last);
  last = total;
}

ProcessMetrics::ProcessMetrics(Registry& registry, std::string_view version,
                               std::vector<WatchedFilesystem> filesystems)
    : registry_(registry),
      filesystems_(std::move(filesystems)),
      cpu_(registry.gauge(kCpuUsage, {"process"})),
      resident_(registry.gauge(kMemoryUsage, {"process", "resident"})),
      heap_(registry.gauge(kMemoryUsage, {"process", "heap"})),
      threads_(registry.gauge(kThreads, {})),
      start_time_(registry.gauge(kProcessStartTime, {})) {
  for (const MetricDefinition& definition : {kIoBytes, kNetworkBytes, kDiskUsage, kDiskSize}) {
    registry.declare(definition);
  }
  registry.info(kBuildInfo, {version});
}

ProcessReadings ProcessMetrics::sample(std::chrono::nanoseconds now) {
  ProcessReadings readings = read_process(filesystems_);
  record(readings, now);
  return readings;
}

void ProcessMetrics::record(const ProcessReadings& readings, std::chrono::nanoseconds now) {
  record_cpu(readings, now);
  set_or_clear(resident_, readings.resident_bytes);
  set_or_clear(heap_, readings.heap_bytes);
  set_or_clear(threads_, readings.threads);
  set_or_clear(start_time_, readings.start_time);
  record_io(readings);
  record_interfaces(readings);
  record_filesystems(readings);
}

void ProcessMetrics::record_cpu(const ProcessReadings& readings, std::chrono::nanoseconds now) {
  if (!readings.cpu_seconds) {
    cpu_.clear();
    last_cpu_.reset();
    return;
  }
  if (last_cpu_ && now > last_cpu_->at) {
    const std::chrono::duration<double> passed = now - last_cpu_->at;
    const double used = *readings.cpu_seconds - last_cpu_->seconds;
    // The kernel counts in ticks, which may land in the next interval: a little more than everything.
    cpu_.set(std::clamp(100 * used / (passed.count() * readings.processors), 0.0, 100.0));
  }
  last_cpu_ = {.seconds = *readings.cpu_seconds, .at = now};
}

void ProcessMetrics::record_io(const ProcessReadings& readings) {
  if (!readings.io) return;
  if (!io_) {
    io_ = Traffic{};
    io_->in.counter = registry_.counter(kIoBytes, {"read"});
    io_->out.counter = registry_.counter(kIoBytes, {"write"});
  }
  io_->in.follow(readings.io->read_bytes);
  io_->out.follow(readings.io->write_bytes);
}

void ProcessMetrics::record_interfaces(const ProcessReadings& readings) {
  // An interface that is gone is forgotten, or the names of short-lived ones would pile up; one that comes
  // back counts from zero again.
  std::erase_if(interfaces_, [&](const auto& known) {
    return std::ranges::find(readings.interfaces, known.first, &InterfaceBytes::name) ==
           readings.interfaces.end();
  });
  for (const InterfaceBytes& bytes : readings.interfaces) {
    auto [found, is_new] = interfaces_.try_emplace(bytes.name);
    Traffic& totals = found->second;
    if (is_new) {
      totals.in.counter = registry_.counter(kNetworkBytes, {bytes.name, "receive"});
      totals.out.counter = registry_.counter(kNetworkBytes, {bytes.name, "transmit"});
    }
    totals.in.follow(bytes.receive);
    totals.out.follow(bytes.transmit);
  }
}

void ProcessMetrics::record_filesystems(const ProcessReadings& readings) {
  for (auto& [known, gauges] : filesystem_gauges_) {
    const auto is_this = [&name = known](const FilesystemBytes& bytes) { return bytes.name == name; };
    if (std::ranges::any_of(readings.filesystems, is_this)) continue;
    gauges.used.clear();
    gauges.size.clear();
  }
  for (const FilesystemBytes& bytes : readings.filesystems) {
    auto [found, is_new] = filesystem_gauges_.try_emplace(bytes.name);
    if (is_new) {
      found->second.used = registry_.gauge(kDiskUsage, {bytes.name});
      found->second.size = registry_.gauge(kDiskSize, {bytes.name});
    }
    found->second.used.set(bytes.used);
    found->second.size.set(bytes.size);
  }
}

}  // namespace vigil::monitoring
