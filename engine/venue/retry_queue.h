#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/venue/router_config.h"
#include "engine/venue/venue.h"
#include "orders/time.h"

namespace vigil::engine {

class VenueMetrics;

/// A command whose next try is due.
struct Retry {
  VenueCommand command;
  std::uint32_t attempt = 1;  ///< 1 = the first retry
  orders::Duration delay{};   ///< how long it waited by plan
};

enum class RetryResult : std::uint8_t {
  Scheduled,
  Exhausted,  ///< max_attempts were made: the failure is final
  Full,       ///< no room; the caller treats the failure as final
};

/// Sends that certainly did not reach their venue, waiting to be tried again: the n-th retry after base *
/// 2^(n-1). Times are monotonic. Core thread only; memory is reserved at construction.
class RetryQueue {
 public:
  /// `metrics` may be null: nothing is recorded.
  RetryQueue(const RetryConfig& config, std::size_t capacity, VenueMetrics* metrics = nullptr);

  /// The send of `command` just failed; `failed_attempt` is 0 for the first try, else the attempt of the
  /// Retry.
  [[nodiscard]] RetryResult schedule(const VenueCommand& command, std::uint32_t failed_attempt,
                                     orders::Duration now) noexcept;
  /// Takes out one retry that is due, the earliest first, equal times as scheduled; nothing when none is.
  /// What is taken out counts as tried (metrics).
  [[nodiscard]] std::optional<Retry> due(orders::Duration now) noexcept;
  /// Duration::max() when nothing waits.
  [[nodiscard]] orders::Duration next_due() const noexcept;
  /// Drops everything that waits for an order (it was denied, or its cancel makes the rest pointless);
  /// returns how many that were. Cost is proportional to the queue.
  std::size_t remove(orders::OrderId order) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// base * 2^(attempt-1), stopping at Duration::max().
  [[nodiscard]] orders::Duration delay_of(std::uint32_t attempt) const noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire.list(waiting_, capacity_);
    wire(sequence_);
  }

 private:
  struct Waiting {
    orders::Duration due{};
    std::uint64_t sequence = 0;
    Retry retry;

    template <typename Wire>
    void state(Wire& wire) {
      wire(due);
      wire(sequence);
      wire(retry.command);
      wire(retry.attempt);
      wire(retry.delay);
    }
  };
  /// Heap order: the earliest on top.
  [[nodiscard]] static bool later(const Waiting& a, const Waiting& b) noexcept {
    return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
  }

  RetryConfig config_;
  std::size_t capacity_;
  VenueMetrics* metrics_;
  std::vector<Waiting> waiting_;  // a binary heap
  std::uint64_t sequence_ = 0;
};

}  // namespace vigil::engine
