#include "engine/venue/retry_queue.h"

#include <algorithm>
#include <cassert>

#include "engine/venue/venue_metrics.h"

namespace vigil::engine {

using orders::Duration;

RetryQueue::RetryQueue(const RetryConfig& config, std::size_t capacity, VenueMetrics* metrics)
    : config_(config), capacity_(capacity), metrics_(metrics) {
  waiting_.reserve(capacity);
}

Duration RetryQueue::delay_of(std::uint32_t attempt) const noexcept {
  assert(attempt >= 1);
  std::int64_t delay = config_.base_delay.count();
  for (std::uint32_t i = 1; i < attempt; ++i) {
    if (delay == 0) break;
    if (__builtin_mul_overflow(delay, std::int64_t{2}, &delay)) return Duration::max();
  }
  return Duration{delay};
}

RetryResult RetryQueue::schedule(const VenueCommand& command, std::uint32_t failed_attempt,
                                 Duration now) noexcept {
  if (failed_attempt >= config_.max_attempts) return RetryResult::Exhausted;
  if (waiting_.size() >= capacity_) return RetryResult::Full;

  const std::uint32_t attempt = failed_attempt + 1;
  const Duration delay = delay_of(attempt);
  std::int64_t due = 0;
  if (__builtin_add_overflow(now.count(), delay.count(), &due)) due = Duration::max().count();
  waiting_.push_back({Duration{due}, ++sequence_, {command, attempt, delay}});
  std::ranges::push_heap(waiting_, later);
  return RetryResult::Scheduled;
}

std::optional<Retry> RetryQueue::due(Duration now) noexcept {
  if (next_due() > now) return std::nullopt;
  if (waiting_.empty()) return std::nullopt;
  std::ranges::pop_heap(waiting_, later);
  const Retry retry = waiting_.back().retry;
  waiting_.pop_back();
  if (metrics_ != nullptr)
    metrics_->retried(retry.command.venue, retry.command.kind, retry.attempt, retry.delay);
  return retry;
}

Duration RetryQueue::next_due() const noexcept {
  return waiting_.empty() ? Duration::max() : waiting_.front().due;
}

std::size_t RetryQueue::remove(orders::OrderId order) noexcept {
  const auto removed = std::erase_if(
      waiting_, [order](const Waiting& waiting) { return waiting.retry.command.order == order; });
  std::ranges::make_heap(waiting_, later);
  return removed;
}

}  // namespace vigil::engine
