#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "monitoring/delivery/alert_sender.h"
#include "monitoring/delivery/record_disk.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// What a delivery needs from outside; all of it outlives the delivery.
struct DeliveryLinks {
  Registry& registry;
  /// What time it is.
  std::function<SampleTime()> now;
  /// Told of receivers that fail or answer again, and of files that cannot be written. By any thread of the
  /// delivery; must not throw.
  std::function<void(bool ok, std::string_view what)> report;
  /// Measures how long things take, and how long is waited.
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
  RecordDisk& disk = system_disk();
  const AlertSenders& senders = network_senders();
};

}  // namespace vigil::monitoring
