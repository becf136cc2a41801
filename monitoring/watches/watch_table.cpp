#include "monitoring/watches/watch_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "monitoring/metrics/gauges.h"

namespace vigil::monitoring {

namespace {

std::vector<Watch> by_key(std::vector<Watch> watches) {
  std::ranges::sort(watches, {}, &Watch::key);
  return watches;
}
std::size_t most_inputs(const std::vector<Watch>& watches) {
  std::size_t most = 0;
  for (const Watch& watch : watches) most = std::max(most, watch.program.inputs.size());
  return most;
}
std::size_t most_steps(const std::vector<Watch>& watches) {
  std::size_t most = 0;
  for (const Watch& watch : watches) most = std::max(most, watch.program.steps.size());
  return most;
}

GaugeWatch::Range intersection(GaugeWatch::Range a, GaugeWatch::Range b) noexcept {
  return {std::max(a.low, b.low), std::min(a.high, b.high)};
}
bool holds(GaugeWatch::Range range, double value) noexcept {
  if (range == GaugeWatch::kQuietWhileUnset) return is_unset(value);
  return value >= range.low && value <= range.high;
}

}  // namespace

WatchTable::WatchTable(std::vector<Watch> watches, std::vector<GaugeWatch*> gauges)
    : watches_(by_key(std::move(watches))),
      gauges_(std::move(gauges)),
      first_reader_(gauges_.size() + 1, 0),
      states_(std::make_unique<State[]>(watches_.size())),
      ranges_(gauges_.size()),
      values_(most_inputs(watches_)),
      scratch_(most_steps(watches_)),
      quiet_(most_inputs(watches_), most_steps(watches_)) {
  for (const Watch& watch : watches_) {
    for (const std::uint32_t gauge : watch.program.inputs) ++first_reader_[gauge + 1];
  }
  for (std::size_t i = 1; i < first_reader_.size(); ++i) first_reader_[i] += first_reader_[i - 1];
  readers_.resize(first_reader_.back());
  std::vector<std::uint32_t> next = first_reader_;
  for (std::uint32_t i = 0; i < watches_.size(); ++i) {
    for (const std::uint32_t gauge : watches_[i].program.inputs) readers_[next[gauge]++] = i;
  }
}

std::span<const std::uint32_t> WatchTable::watches_of(std::uint32_t gauge) const noexcept {
  return std::span{readers_}.subspan(first_reader_[gauge], first_reader_[gauge + 1] - first_reader_[gauge]);
}

bool WatchTable::evaluate(std::uint32_t watch) noexcept {
  const WatchProgram& program = watches_[watch].program;
  for (std::size_t i = 0; i < program.inputs.size(); ++i) values_[i] = gauges_[program.inputs[i]]->value();
  const WatchValue result = monitoring::evaluate(program, values_, scratch_);
  ++judgements_;
  states_[watch].holds = result.is_present;
  states_[watch].value = result.value;
  return result.is_present;
}

void WatchTable::tell(std::uint32_t watch, WatchListener& listener) noexcept {
  State& state = states_[watch];
  if (!state.holds || state.is_firing.exchange(true)) return;
  listener.crossed(watch, state.value);
}

/// Both tables stand by key.
void WatchTable::take_over(const WatchTable& before) noexcept {
  std::size_t old = 0;
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    while (old < before.size() && before[old].key < watches_[i].key) ++old;
    if (old == before.size()) return;
    if (before[old].key == watches_[i].key && before.is_firing(old)) set_firing(i, true);
  }
}

/// Ranges are single values at first, which is quickly done for all; the first change finds the wide ones.
void WatchTable::install(WatchTable* before, WatchListener& listener) noexcept {
  if (before != nullptr) {
    take_over(*before);
    for (GaugeWatch* const gauge : before->gauges_) gauge->slot = kNoSlot;
  }
  for (std::uint32_t i = 0; i < gauges_.size(); ++i) gauges_[i]->slot = i;
  for (std::size_t i = 0; before != nullptr && i < before->gauges_.size(); ++i) {
    if (before->gauges_[i]->slot == kNoSlot) before->gauges_[i]->stop_judging();
  }
  for (std::uint32_t i = 0; i < gauges_.size(); ++i) {
    ranges_[i] = QuietRanges::at(gauges_[i]->value());
    gauges_[i]->set_quiet(ranges_[i]);
  }
  for (std::uint32_t i = 0; i < watches_.size(); ++i) {
    evaluate(i);
    tell(i, listener);
  }
}

void WatchTable::judge(ChangedGauges& changed, WatchListener& listener) noexcept {
  for (int round = 0; round < kMostRounds && changed.any(); ++round) {
    changed.take_all([&](GaugeWatch& gauge) {
      // One that only an earlier table listened to may still stand among the changed.
      if (gauge.slot < gauges_.size() && gauges_[gauge.slot] == &gauge) judge_gauge(gauge.slot, listener);
    });
  }
}

void WatchTable::judge_gauge(std::uint32_t gauge, WatchListener& listener) noexcept {
  ranges_[gauge] = {};
  for (const std::uint32_t watch : watches_of(gauge)) judge_watch(watch, listener);
  gauges_[gauge]->set_quiet(ranges_[gauge]);
}

/// Narrows the ranges of the gauges that the watch reads: only that of the one that changed, whose readers
/// are all judged, begins anew. Ranges of the others may so be narrower than need be, until they change.
void WatchTable::judge_watch(std::uint32_t watch, WatchListener& listener) noexcept {
  const bool is_held = evaluate(watch);
  const WatchProgram& program = watches_[watch].program;
  const auto found = quiet_.find(program, std::span{values_}.first(program.inputs.size()), is_held);
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    const std::uint32_t gauge = program.inputs[i];
    const GaugeWatch::Range narrowed = intersection(ranges_[gauge], found[i]);
    if (narrowed == ranges_[gauge]) continue;
    ranges_[gauge] = narrowed;
    gauges_[gauge]->set_quiet(narrowed);
  }
  tell(watch, listener);
}

void WatchTable::look_again(WatchListener& listener) noexcept {
  for (std::uint32_t i = 0; i < gauges_.size(); ++i) {
    if (!holds(ranges_[i], gauges_[i]->value())) judge_gauge(i, listener);
  }
  for (std::uint32_t i = 0; i < watches_.size(); ++i) tell(i, listener);
}

}  // namespace vigil::monitoring
