#include "monitoring/export/push_gateway.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "monitoring/export/export_metrics.h"
#include "monitoring/exposition/format.h"
#include "monitoring/metrics/registry_metrics.h"

namespace vigil::monitoring {
namespace {

constexpr std::string_view kExporter = "push_gateway";
constexpr std::chrono::minutes kReportInterval{1};

}  // namespace

std::chrono::nanoseconds push_delay(std::chrono::nanoseconds interval, std::uint64_t failures) noexcept {
  constexpr std::chrono::nanoseconds kFirst = std::chrono::seconds{1};
  constexpr std::uint64_t kMostDoublings = 20;
  if (failures == 0) return interval;
  return std::min(interval, kFirst * (std::int64_t{1} << std::min(failures - 1, kMostDoublings)));
}

PushGateway::PushGateway(PushGatewayConfig config, Registry& registry, Body body, Report report)
    : config_(std::move(config)),
      path_(push_path(config_.target, config_.job, config_.grouping)),
      body_(std::move(body)),
      report_(std::move(report)),
      latency_(registry.shared_histogram(kExportLatency, {kExporter})),
      failures_{registry.shared_counter(kRecordsDropped, {kExporter, "refused"}),
                registry.shared_counter(kRecordsDropped, {kExporter, "connection"}),
                registry.shared_counter(kRecordsDropped, {kExporter, "timeout"})} {
  assert(!config_.job.empty() && config_.interval.count() > 0 && config_.timeout.count() > 0);
}

PushGateway::~PushGateway() {
  stop();
}

void PushGateway::start() {
  assert(!thread_.joinable());
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void PushGateway::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void PushGateway::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    push();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, push_delay(config_.interval, failed_in_a_row_), [] { return false; });
  }
  finish();
}

void PushGateway::push() {
  const Clock::time_point begin = Clock::now();
  text_.clear();
  body_(text_);
  HttpCall call{.verb = HttpVerb::Put,
                .path = path_,
                .content_type = std::string{content_type(ExpositionFormat::Text)},
                .body = std::move(text_)};
  const HttpReply reply = exchange(config_.target, call, config_.timeout);
  text_ = std::move(call.body);
  // One without an answer in time may have arrived all the same.
  pushed_ = pushed_ || reply.outcome == HttpOutcome::Accepted || reply.outcome == HttpOutcome::Timeout;
  latency_.observe(Clock::now() - begin);
  note(reply);
}

void PushGateway::note(const HttpReply& reply) {
  if (reply.outcome == HttpOutcome::Accepted) {
    if (failed_in_a_row_ > 0) {
      report_(true, fmt::format("push to {}: taken again after {} failed pushes", config_.target.text(),
                                failed_in_a_row_));
    }
    failed_in_a_row_ = 0;
    return;
  }
  const std::size_t reason = reply.outcome == HttpOutcome::Refused      ? 0
                             : reply.outcome == HttpOutcome::Connection ? 1
                                                                        : 2;
  failures_[reason].add();
  ++failed_in_a_row_;
  const Clock::time_point now = Clock::now();
  if (failed_in_a_row_ > 1 && now - last_report_ < kReportInterval) return;
  last_report_ = now;
  report_(false,
          fmt::format("push to {}: {} ({} in a row)", config_.target.text(), reply.reason, failed_in_a_row_));
}

void PushGateway::finish() {
  if (!config_.delete_at_end) return push();
  if (!pushed_) return;
  const HttpReply reply =
      exchange(config_.target, {.verb = HttpVerb::Delete, .path = path_}, config_.timeout);
  if (reply.outcome == HttpOutcome::Accepted) return;
  report_(false, fmt::format("deletion of {}{}: {}", config_.target.text(),
                             path_.substr(config_.target.prefix.size()), reply.reason));
}

}  // namespace vigil::monitoring
