#include "engine/signals/prediction_accuracy.h"

#include <cassert>

namespace vigil::engine {

void WindowedShare::move_to(orders::Timestamp now) noexcept {
  const std::int64_t step = now.time_since_epoch() / step_;
  if (step - current_ >= kSteps) {
    steps_.fill({});
    sum_ = {};
    current_ = step;
  }
  while (current_ < step) {
    ++current_;
    Step& oldest = steps_[static_cast<std::size_t>(current_ % kSteps)];
    sum_.yes -= oldest.yes;
    sum_.all -= oldest.all;
    oldest = {};
  }
}

void WindowedShare::add(bool yes, orders::Timestamp now) noexcept {
  move_to(now);
  Step& step = steps_[static_cast<std::size_t>(current_ % kSteps)];
  step.yes += yes ? 1 : 0;
  ++step.all;
  sum_.yes += yes ? 1 : 0;
  ++sum_.all;
}

std::optional<double> WindowedShare::share(orders::Timestamp now) noexcept {
  move_to(now);
  if (sum_.all == 0) return std::nullopt;
  return static_cast<double>(sum_.yes) / static_cast<double>(sum_.all);
}

PredictionAccuracy::PredictionAccuracy(orders::Duration horizon, std::size_t capacity,
                                       std::span<const orders::Duration> windows)
    : horizon_(horizon), waiting_(capacity), windows_(windows.begin(), windows.end()) {
  assert(capacity > 0);
}

bool PredictionAccuracy::predicted(orders::InstrumentId instrument, bool up, orders::Int128 twice_mid,
                                   orders::Timestamp time) noexcept {
  if (count_ == waiting_.size()) return false;
  const orders::Timestamp due =
      time > orders::Timestamp::max() - horizon_ ? orders::Timestamp::max() : time + horizon_;
  waiting_[(first_ + count_) % waiting_.size()] = {twice_mid, due, instrument, up};
  ++count_;
  return true;
}

void PredictionAccuracy::note(Outcome outcome, orders::Timestamp due) noexcept {
  if (outcome == Outcome::Unchanged) return;
  for (WindowedShare& window : windows_) window.add(outcome == Outcome::Correct, due);
}

}  // namespace vigil::engine
