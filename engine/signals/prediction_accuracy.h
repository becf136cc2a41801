#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "orders/ids.h"
#include "orders/market.h"

namespace vigil::engine {

/// A share over the last so much time, in 60 steps: between 59/60 of the window and all of it counts.
class WindowedShare {
 public:
  explicit WindowedShare(orders::Duration window) : step_(window / kSteps) {}
  void add(bool yes, orders::Timestamp now) noexcept;
  /// Nothing: none was added in the window.
  [[nodiscard]] std::optional<double> share(orders::Timestamp now) noexcept;

 private:
  static constexpr std::int64_t kSteps = 60;
  struct Step {
    std::uint64_t yes = 0;
    std::uint64_t all = 0;
  };
  void move_to(orders::Timestamp now) noexcept;

  orders::Duration step_;
  std::array<Step, kSteps> steps_{};
  Step sum_;
  std::int64_t current_ = 0;
};

/// What a prediction came to. Unchanged: the mid was the same, so neither direction was right.
enum class Outcome : std::uint8_t { Correct, Incorrect, Unchanged };

/// Predictions that wait until their horizon has passed, and how many were right. One thread; no allocation
/// after construction. Times are those of the quotes and never go back.
class PredictionAccuracy {
 public:
  /// `capacity`: how many predictions can wait at once.
  PredictionAccuracy(orders::Duration horizon, std::size_t capacity,
                     std::span<const orders::Duration> windows);

  /// `twice_mid`: as QuoteFeatures gives it. False: there is no room, and the prediction will not be judged.
  [[nodiscard]] bool predicted(orders::InstrumentId instrument, bool up, orders::Int128 twice_mid,
                               orders::Timestamp time) noexcept;
  /// Judges what was due before `now` by the mid in force when it was: `mid_of(instrument)`, which no quote
  /// has changed since. Calls report(outcome) for each.
  template <typename MidOf, typename Report>
  void judge_until(orders::Timestamp now, MidOf&& mid_of, Report&& report) noexcept {
    while (count_ > 0 && waiting_[first_].due < now) {
      const Prediction& oldest = waiting_[first_];
      const Outcome outcome = outcome_of(oldest, mid_of(oldest.instrument));
      note(outcome, oldest.due);
      report(outcome);
      first_ = (first_ + 1) % waiting_.size();
      --count_;
    }
  }
  [[nodiscard]] std::size_t waiting() const noexcept { return count_; }
  /// Share of the correct ones among those that were correct or not, over a window by its place.
  [[nodiscard]] std::optional<double> share(std::size_t window, orders::Timestamp now) noexcept {
    return windows_[window].share(now);
  }

 private:
  struct Prediction {
    orders::Int128 twice_mid = 0;
    orders::Timestamp due{};
    orders::InstrumentId instrument = orders::kNoInstrument;
    bool up = false;
  };
  [[nodiscard]] static Outcome outcome_of(const Prediction& prediction, orders::Int128 twice_mid) noexcept {
    if (twice_mid == prediction.twice_mid) return Outcome::Unchanged;
    return (twice_mid > prediction.twice_mid) == prediction.up ? Outcome::Correct : Outcome::Incorrect;
  }
  void note(Outcome outcome, orders::Timestamp due) noexcept;

  orders::Duration horizon_;
  std::vector<Prediction> waiting_;  ///< a ring, by due
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::vector<WindowedShare> windows_;
};

}  // namespace vigil::engine
