#include "risk/repeated_executions.h"

#include <cassert>

namespace vigil::risk {

using orders::Duration;
using orders::InstrumentId;
using orders::Side;
using orders::StrategyId;

RepeatedExecutions::RepeatedExecutions(std::size_t strategy_count, std::size_t instrument_count)
    : recent_(strategy_count), counts_(strategy_count * instrument_count * 2), keys_(instrument_count * 2) {
  for (Recent& recent : recent_) recent.ring = std::make_unique_for_overwrite<Execution[]>(kCapacity);
}

std::uint32_t& RepeatedExecutions::count(StrategyId strategy, std::uint32_t key) noexcept {
  return counts_[index(strategy) * keys_ + key];
}

void RepeatedExecutions::drop_first(StrategyId strategy, Recent& recent) noexcept {
  --count(strategy, recent.ring[recent.first % kCapacity].key);
  ++recent.first;
}

std::uint32_t RepeatedExecutions::record(StrategyId strategy, InstrumentId instrument, Side side,
                                         Duration now, Duration window) noexcept {
  assert(index(strategy) < recent_.size());
  const auto key = static_cast<std::uint32_t>(index(instrument) * 2 + static_cast<std::size_t>(side));
  assert(key < keys_);

  Recent& recent = recent_[index(strategy)];
  while (recent.first != recent.end && recent.ring[recent.first % kCapacity].at <= now - window) {
    drop_first(strategy, recent);
  }
  if (recent.end - recent.first == kCapacity) {
    drop_first(strategy, recent);
    ++forgotten_early_;
  }
  recent.ring[recent.end % kCapacity] = {now, key};
  ++recent.end;
  return ++count(strategy, key);
}

void RepeatedExecutions::clear(StrategyId strategy) noexcept {
  assert(index(strategy) < recent_.size());
  Recent& recent = recent_[index(strategy)];
  while (recent.first != recent.end) drop_first(strategy, recent);
}

}  // namespace vigil::risk
