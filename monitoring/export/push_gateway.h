#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "monitoring/export/http_exchange.h"
#include "monitoring/export/push_gateway_config.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// After a push, and after `failures` failed ones in a row: a second, two, four ..., never longer than the
/// interval, which it is after a push that was taken.
[[nodiscard]] std::chrono::nanoseconds push_delay(std::chrono::nanoseconds interval,
                                                  std::uint64_t failures) noexcept;

/// Replaces its group in a Prometheus Pushgateway (PUT) again and again, from a thread of its own: nobody
/// else waits for it. What is pushed is what a scrape would show now, so a failed push loses no count: the
/// next one has it. Failed pushes are counted in monitoring_records_dropped_total{exporter="push_gateway"} by
/// reason (refused, connection, timeout), the time of each in monitoring_export_latency_seconds.
class PushGateway {
 public:
  /// Appends what is to be pushed, in text format 0.0.4. Called by the pushing thread.
  using Body = std::function<void(std::string& out)>;
  /// Told of the first failure, of those that follow at most once a minute, and of the first push that is
  /// taken after them. Called by the pushing thread.
  using Report = std::function<void(bool ok, std::string_view what)>;

  /// Registry and what the functions refer to outlive it.
  PushGateway(PushGatewayConfig config, Registry& registry, Body body, Report report);
  ~PushGateway();  ///< as stop()
  PushGateway(const PushGateway&) = delete;
  PushGateway& operator=(const PushGateway&) = delete;

  void start();
  /// Lets a push under way end (one that was broken off could arrive after the deletion), deletes the group
  /// if anything was pushed, or pushes a last time where the configuration keeps it, and ends the thread:
  /// takes at most the timeout of two requests.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  void run(const std::stop_token& stop);
  void push();
  void note(const HttpReply& reply);
  void finish();

  PushGatewayConfig config_;
  std::string path_;
  Body body_;
  Report report_;
  SharedHistogram latency_;
  std::array<SharedCounter, 3> failures_;  ///< by reason: refused, connection, timeout
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string text_;  ///< kept, so that its memory is
  std::uint64_t failed_in_a_row_ = 0;
  Clock::time_point last_report_;
  bool pushed_ = false;
  std::jthread thread_;
};

}  // namespace vigil::monitoring
