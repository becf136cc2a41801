#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "orders/enums.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::risk {

/// Counts the executions of each strategy in one instrument on one side over a sliding window, to notice a
/// strategy that trades again and again without a person having meant it. Of each strategy the last kCapacity
/// executions are kept; where more fall into the window the oldest leaves its count early, which is counted.
/// Pages are touched only as they are used. Core thread only.
class RepeatedExecutions {
 public:
  static constexpr std::uint32_t kCapacity = 16'384;

  RepeatedExecutions(std::size_t strategy_count, std::size_t instrument_count);
  /// Takes one execution up; returns how many of the same instrument and side lie in (now - window, now],
  /// this one included.
  std::uint32_t record(orders::StrategyId strategy, orders::InstrumentId instrument, orders::Side side,
                       orders::Duration now, orders::Duration window) noexcept;
  /// Forgets what a strategy did: it starts afresh when a person enables it again.
  void clear(orders::StrategyId strategy) noexcept;
  [[nodiscard]] std::uint64_t forgotten_early() const noexcept { return forgotten_early_; }

  template <typename Wire>
  void state(Wire& wire);

 private:
  struct Execution {
    orders::Duration at;
    std::uint32_t key;  ///< instrument * 2 + side
  };
  struct Recent {
    std::unique_ptr<Execution[]> ring;
    std::uint64_t first = 0;  ///< execution number n is at n % kCapacity
    std::uint64_t end = 0;
  };
  std::uint32_t& count(orders::StrategyId strategy, std::uint32_t key) noexcept;
  void drop_first(orders::StrategyId strategy, Recent& recent) noexcept;

  std::vector<Recent> recent_;         ///< by strategy
  std::vector<std::uint32_t> counts_;  ///< by strategy, then key: executions in the ring
  std::size_t keys_ = 0;
  std::uint64_t forgotten_early_ = 0;
};

template <typename Wire>
void RepeatedExecutions::state(Wire& wire) {
  wire(forgotten_early_);
  wire(counts_);
  for (Recent& recent : recent_) {
    auto count = static_cast<std::uint32_t>(recent.end - recent.first);
    wire(recent.first);
    wire(count);
    if constexpr (Wire::kReads) {
      if (count > kCapacity) return wire.fail();
      recent.end = recent.first + count;
    }
    for (std::uint64_t number = recent.first; number != recent.end; ++number) {
      Execution& execution = recent.ring[number % kCapacity];
      wire(execution.at);
      wire(execution.key);
      if constexpr (Wire::kReads) {
        if (execution.key >= keys_) return wire.fail();
      }
    }
  }
}

}  // namespace vigil::risk
