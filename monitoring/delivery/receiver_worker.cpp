#include "monitoring/delivery/receiver_worker.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "monitoring/delivery/delivery_json.h"
#include "monitoring/delivery/retry_delay.h"

namespace vigil::monitoring {
namespace {

constexpr std::chrono::minutes kReportInterval{1};
/// In a row, after which an end waits no longer.
constexpr std::uint64_t kFailuresAtEnd = 3;

OutboxEntry entry_of(const Alert& alert, SampleTime now) {
  const bool is_resolved = alert.is_resolved(now);
  return {.key = fmt::format("{:016x}", alert.fingerprint()),
          .time = now,
          .payload = alert_json({.alert = alert, .is_resolved = is_resolved})};
}

OutboxEntry entry_of(const Notification& notification, SampleTime now) {
  return {.key = notification.group_key,
          .is_repeat = notification.is_repeat,
          .time = now,
          .memo = memo_json(notification.memo),
          .payload = notification.alerts.empty() ? std::string{} : notification_json(notification)};
}

}  // namespace

std::size_t ReceiverWorker::Offer::count() const {
  const auto* alerts = std::get_if<AlertBatch>(&what);
  return alerts == nullptr ? 1 : (*alerts)->size();
}

ReceiverWorker::ReceiverWorker(ReceiverWorkerConfig config, std::unique_ptr<AlertSender> sender,
                               DeliveryLinks links, OnOutcome on_outcome)
    : config_(std::move(config)),
      sender_(std::move(sender)),
      links_(std::move(links)),
      on_outcome_(std::move(on_outcome)),
      metrics_(links_.registry, config_.name),
      outbox_(config_.outbox_file, config_.order, config_.limits, links_.disk),
      random_(config_.retry.seed) {
  assert(links_.now && on_outcome_ && links_.report);
  metrics_.losses.add(outbox_.damage());
  const std::string damage = outbox_.damage().text(config_.outbox_file);
  if (!damage.empty()) links_.report(false, damage);
  publish();
}

ReceiverWorker::~ReceiverWorker() {
  stop(Clock::now());
}

void ReceiverWorker::start() {
  assert(!thread_.joinable());
  thread_ = std::thread([this] { run(); });
}

bool ReceiverWorker::offer(AlertBatch alerts, Clock::time_point handed_over) noexcept {
  return offer(Offer{.what = std::move(alerts), .handed_over = handed_over});
}

bool ReceiverWorker::offer(Notification notification, Clock::time_point handed_over) noexcept {
  return offer(Offer{.what = std::move(notification), .handed_over = handed_over});
}

bool ReceiverWorker::offer(Offer what) noexcept {
  const std::size_t count = what.count();
  try {
    const std::lock_guard lock(mutex_);
    if (!is_stopping_ && offered_ + count <= kQueue) {
      offers_.push_back(std::move(what));
      offered_ += count;
      wake_.notify_one();
      return true;
    }
  } catch (const std::exception&) {
    // No memory: counted as no room.
  }
  metrics_.losses.queue_full.add(count);
  return false;
}

void ReceiverWorker::begin_stop() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  wake_.notify_one();
}

void ReceiverWorker::stop(Clock::time_point deadline) {
  begin_stop();
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    if (!ended_.wait_until(lock, deadline, [this] { return has_ended_; })) {
      is_broken_off_ = true;
      sender_->stop();
      wake_.notify_one();
    }
  }
  thread_.join();
}

void ReceiverWorker::run() {
  while (true) {
    deal_with(wait_for_work());
    const std::lock_guard lock(mutex_);
    if (is_broken_off_ && offers_.empty()) break;
    if (is_stopping_ && offers_.empty() &&
        (outbox_.waiting().empty() || failed_in_a_row_ >= kFailuresAtEnd)) {
      break;
    }
  }
  const std::lock_guard lock(mutex_);
  has_ended_ = true;
  ended_.notify_all();
}

void ReceiverWorker::turn() {
  assert(!thread_.joinable());
  std::vector<Offer> offers;
  {
    const std::lock_guard lock(mutex_);
    offers = take_offers();
  }
  deal_with(offers);
}

void ReceiverWorker::deal_with(const std::vector<Offer>& offers) {
  if (!offers.empty()) write(offers);
  const bool is_time = links_.clock() >= next_try_;
  if (is_time && !outbox_.waiting().empty()) send_some();
  publish();
}

std::vector<ReceiverWorker::Offer> ReceiverWorker::wait_for_work() {
  std::unique_lock lock(mutex_);
  if (outbox_.waiting().empty()) {
    wake_.wait(lock, [this] { return !offers_.empty() || is_stopping_; });
  } else if (next_try_ > links_.clock()) {
    wake_.wait_until(lock, next_try_, [this] {
      return !offers_.empty() || is_broken_off_ || (is_stopping_ && failed_in_a_row_ >= kFailuresAtEnd);
    });
  }
  return take_offers();
}

std::vector<ReceiverWorker::Offer> ReceiverWorker::take_offers() {
  offered_ = 0;
  return std::exchange(offers_, {});
}

void ReceiverWorker::write(const std::vector<Offer>& offers) {
  const SampleTime now = links_.now();
  std::vector<OutboxEntry> entries;
  std::vector<Clock::time_point> times;
  for (const Offer& each : offers) {
    if (const auto* alerts = std::get_if<AlertBatch>(&each.what)) {
      for (const Alert& alert : **alerts) entries.push_back(entry_of(alert, now));
    } else {
      entries.push_back(entry_of(std::get<Notification>(each.what), now));
    }
    times.resize(entries.size(), each.handed_over);
  }
  const std::size_t count = entries.size();
  const std::vector<OutboxEntry> thrown_out = outbox_.put(std::move(entries));
  forget_superseded();
  // The newest have the last sequences.
  const std::uint64_t after = outbox_.next_sequence();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t sequence = after - count + i;
    if (outbox_.waiting().contains(sequence)) handed_over_.emplace(sequence, times[i]);
  }
  for (const OutboxEntry& entry : thrown_out) {
    attempts_.erase(entry.sequence);
    handed_over_.erase(entry.sequence);
    on_outcome_({.receiver = config_.name, .entry = entry, .is_delivered = false, .time = now});
  }
}

void ReceiverWorker::forget_superseded() {
  constexpr std::size_t kSlack = 1024;
  if (attempts_.size() + handed_over_.size() + alone_.size() <= 3 * outbox_.waiting().size() + kSlack) return;
  const auto is_gone = [this](std::uint64_t sequence) { return !outbox_.waiting().contains(sequence); };
  std::erase_if(attempts_, [&](const auto& each) { return is_gone(each.first); });
  std::erase_if(handed_over_, [&](const auto& each) { return is_gone(each.first); });
  std::erase_if(alone_, is_gone);
}

/// For a batch the oldest entries; else the entry with the fewest failed attempts, the oldest of them, but
/// none before an older one about the same.
std::vector<const OutboxEntry*> ReceiverWorker::choose() const {
  std::vector<const OutboxEntry*> chosen;
  if (sender_->batch() > 1) {
    for (const auto& [sequence, entry] : outbox_.waiting()) {
      const bool is_alone = alone_.contains(sequence);
      if (is_alone && !chosen.empty()) continue;
      chosen.push_back(&entry);
      if (is_alone || chosen.size() == sender_->batch()) break;
    }
    return chosen;
  }
  std::set<std::string_view> seen;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [sequence, entry] : outbox_.waiting()) {
    if (!seen.insert(entry.key).second) continue;
    const auto failed = attempts_.find(sequence);
    const std::uint64_t attempts = failed == attempts_.end() ? 0 : failed->second;
    if (attempts >= least) continue;
    least = attempts;
    chosen = {&entry};
    if (attempts == 0) break;
  }
  return chosen;
}

void ReceiverWorker::send_some() {
  give_up_old();
  const std::vector<const OutboxEntry*> entries = choose();
  if (entries.empty()) return;
  const TransferResult result = sender_->send(entries, links_.now());
  switch (result.outcome) {
    case TransferOutcome::Accepted:
      if (failed_in_a_row_ > 0) {
        links_.report(true, fmt::format("{}: taken again after {} failures", config_.name, failed_in_a_row_));
      }
      failed_in_a_row_ = 0;
      next_try_ = {};
      settle(entries, true);
      return;
    case TransferOutcome::Refused:
      report_failure(result);
      if (entries.size() > 1) {  // one of them may be to blame for all
        for (const OutboxEntry* entry : entries) alone_.insert(entry->sequence);
        return;
      }
      failed_in_a_row_ = 0;  // it answers
      settle(entries, false);
      return;
    case TransferOutcome::Busy:
    case TransferOutcome::Connection:
    case TransferOutcome::Timeout:
    case TransferOutcome::Stopped:
      retry_later(entries, result);
      return;
  }
}

void ReceiverWorker::settle(const std::vector<const OutboxEntry*>& entries, bool is_delivered) {
  const SampleTime now = links_.now();
  const Clock::time_point end = links_.clock();
  std::vector<std::uint64_t> sequences;
  for (const OutboxEntry* entry : entries) {
    sequences.push_back(entry->sequence);
    attempts_.erase(entry->sequence);
    alone_.erase(entry->sequence);
    if (const auto begin = handed_over_.find(entry->sequence); begin != handed_over_.end()) {
      if (is_delivered) metrics_.latency.observe(end - begin->second);
      handed_over_.erase(begin);
    }
    (is_delivered ? metrics_.delivered : metrics_.given_up).add();
    on_outcome_({.receiver = config_.name, .entry = *entry, .is_delivered = is_delivered, .time = now});
  }
  outbox_.acknowledge(sequences);
}

void ReceiverWorker::give_up_old() {
  const SampleTime oldest = links_.now() - config_.retry.give_up_after.count();
  std::vector<const OutboxEntry*> old;
  for (const auto& [sequence, entry] : outbox_.waiting()) {
    if (entry.time >= oldest) break;
    old.push_back(&entry);
  }
  if (!old.empty()) settle(old, false);
}

void ReceiverWorker::retry_later(const std::vector<const OutboxEntry*>& entries,
                                 const TransferResult& result) {
  for (const OutboxEntry* entry : entries) ++attempts_[entry->sequence];
  ++failed_in_a_row_;
  metrics_.retries.add();
  next_try_ = links_.clock() + retry_delay(config_.retry, failed_in_a_row_, result.retry_after, random_);
  if (result.outcome != TransferOutcome::Stopped) report_failure(result);
}

void ReceiverWorker::report_failure(const TransferResult& result) {
  const Clock::time_point now = links_.clock();
  if (last_report_ != Clock::time_point{} && now - last_report_ < kReportInterval) return;
  last_report_ = now;
  links_.report(false, fmt::format("{}: {}", config_.name, result.reason));
}

void ReceiverWorker::publish() {
  const Outbox::Counts& counts = outbox_.counts();
  metrics_.waiting.set(static_cast<double>(outbox_.waiting().size()));
  metrics_.losses.outbox_full.add(counts.given_up - counted_.given_up);
  metrics_.losses.unwritten.add(counts.unwritten - counted_.unwritten);
  metrics_.given_up.add(counts.given_up - counted_.given_up);
  counted_ = counts;
}

}  // namespace vigil::monitoring
