#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "risk/historical_loss.h"

namespace vigil::risk {

/// The P&L of a portfolio in a number of scenarios, and the worst few of them in order, kept as positions
/// change. What was among the worst nearly always is afterwards, and in that order, so the worst stand apart,
/// and of the others only the least is looked at: it seldom belongs among them. One thread; allocates only in
/// its constructor and in outcomes().
class ScenarioTail {
 public:
  /// `most`: how many of the worst are asked for at most, up to `capacity`.
  ScenarioTail(std::size_t capacity, std::size_t most);

  /// There are `count` scenarios from now on, all P&L is 0, and none is kept as one of the worst.
  void begin(std::size_t count) noexcept;
  /// The same with the first `count` of these.
  void begin(const double* outcomes, std::size_t count) noexcept;
  /// Finds the `number` worst; from now on they are kept.
  void keep_worst(std::size_t number) noexcept;
  /// All P&L is 0, whatever rounding has left: nothing is held any more. Who was among the worst still is,
  /// as long as all are equal; what is bought next often makes the same ones the worst.
  void clear() noexcept;
  /// Asks the caches for what add() will need.
  void expect_add(const double* row) const noexcept {
    constexpr std::size_t kLine = 64 / sizeof(double);
    for (std::size_t k = 0; k < count_; k += kLine) {
      __builtin_prefetch(pnl_.data() + k, 1);
      __builtin_prefetch(row + k);
    }
  }
  /// Adds factor * row[k] to the P&L of scenario k.
  void add(double factor, const double* row) noexcept;
  /// In ascending order, as many as are kept.
  [[nodiscard]] std::span<const ScenarioOutcome> worst() const noexcept { return {worst_.data(), number_}; }
  /// P&L by scenario.
  [[nodiscard]] std::vector<double> outcomes() const;

 private:
  void forget_the_old() noexcept;
  void set_worst_apart() noexcept;
  void put_worst_back() noexcept;

  std::vector<double> pnl_;  ///< by scenario, those of the worst infinite
  std::vector<ScenarioOutcome> worst_;
  std::size_t count_ = 0;
  std::size_t number_ = 0;
  bool is_afresh_ = false;  ///< all P&L is 0, but pnl_ does not say so yet
};

}  // namespace vigil::risk
