#include "risk/scenario_tail.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace vigil::risk {
namespace {

/// Stands for the P&L of a scenario that is among the worst.
constexpr double kApart = std::numeric_limits<double>::infinity();

/// Adds factor * row[k] to pnl[k], for k < count, and gives the least pnl there is then. `is_afresh`: what is
/// not apart counts as 0, whatever it is.
using Adds = double (*)(double factor, const double* row, double* pnl, std::size_t count,
                        bool is_afresh) noexcept;

// Four at once, which the compiler turns into whatever the processor has.
using Four = double __attribute__((vector_size(32)));

template <bool kAfresh>
[[gnu::always_inline]] inline double add_in_fours(double factor, const double* row, double* pnl,
                                                  std::size_t count) noexcept {
  constexpr Four kAllApart{kApart, kApart, kApart, kApart};
  constexpr Four kNothing{};
  Four least = kAllApart;
  Four least_too = least;
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) {
    // Copied, because in memory they begin anywhere.
    Four first;
    Four second;
    Four first_move;
    Four second_move;
    std::memcpy(&first, pnl + k, sizeof first);
    std::memcpy(&second, pnl + k + 4, sizeof second);
    std::memcpy(&first_move, row + k, sizeof first_move);
    std::memcpy(&second_move, row + k + 4, sizeof second_move);
    if constexpr (kAfresh) {
      first = first == kAllApart ? first : kNothing;
      second = second == kAllApart ? second : kNothing;
    }
    first += factor * first_move;
    second += factor * second_move;
    std::memcpy(pnl + k, &first, sizeof first);
    std::memcpy(pnl + k + 4, &second, sizeof second);
    least = first < least ? first : least;
    least_too = second < least_too ? second : least_too;
  }
  double all = kApart;
  for (std::size_t i = 0; i < 4; ++i) all = std::min({all, least[i], least_too[i]});
  for (; k < count; ++k) {
    if (kAfresh && pnl[k] != kApart) pnl[k] = 0;
    pnl[k] += factor * row[k];
    all = std::min(all, pnl[k]);
  }
  return all;
}

double add_with_any(double factor, const double* row, double* pnl, std::size_t count,
                    bool is_afresh) noexcept {
  return is_afresh ? add_in_fours<true>(factor, row, pnl, count)
                   : add_in_fours<false>(factor, row, pnl, count);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) double add_with_avx2(double factor, const double* row, double* pnl,
                                                     std::size_t count, bool is_afresh) noexcept {
  return is_afresh ? add_in_fours<true>(factor, row, pnl, count)
                   : add_in_fours<false>(factor, row, pnl, count);
}
#endif

/// The results are the same, bit by bit.
Adds fastest_here() noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) return add_with_avx2;
#endif
  return add_with_any;
}

const Adds kAdd = fastest_here();

}  // namespace

ScenarioTail::ScenarioTail(std::size_t capacity, std::size_t most)
    : pnl_(capacity), worst_(std::min(most, capacity)) {}

void ScenarioTail::begin(std::size_t count) noexcept {
  std::fill(pnl_.begin(), pnl_.end(), 0.0);
  is_afresh_ = false;
  count_ = std::min(count, pnl_.size());
  number_ = 0;
}

void ScenarioTail::begin(const double* outcomes, std::size_t count) noexcept {
  begin(count);
  std::copy_n(outcomes, count_, pnl_.begin());
}

void ScenarioTail::keep_worst(std::size_t number) noexcept {
  forget_the_old();
  put_worst_back();
  number_ = std::min({number, count_, worst_.size()});
  set_worst_apart();
}

/// The others are not written now: the next add() passes over them anyway.
void ScenarioTail::clear() noexcept {
  for (std::size_t i = 0; i < number_; ++i) worst_[i].pnl = 0;
  is_afresh_ = true;
}

void ScenarioTail::forget_the_old() noexcept {
  if (!is_afresh_) return;
  is_afresh_ = false;
  std::fill(pnl_.begin(), pnl_.end(), 0.0);
}

void ScenarioTail::add(double factor, const double* row) noexcept {
  const double least = kAdd(factor, row, pnl_.data(), count_, is_afresh_);
  is_afresh_ = false;
  if (number_ == 0) return;
  bool is_in_order = true;
  ScenarioOutcome before{-kApart, 0};
  for (std::size_t i = 0; i < number_; ++i) {
    ScenarioOutcome& worst = worst_[i];
    worst.pnl += factor * row[worst.scenario];
    // As operator< says it, but without a jump.
    is_in_order &= static_cast<bool>(static_cast<unsigned>(before.pnl < worst.pnl) |
                                     (static_cast<unsigned>(before.pnl == worst.pnl) &
                                      static_cast<unsigned>(before.scenario < worst.scenario)));
    before = worst;
  }
  if (!is_in_order) std::sort(worst_.begin(), worst_.begin() + static_cast<std::ptrdiff_t>(number_));
  if (least < worst_[number_ - 1].pnl) [[unlikely]] {
    put_worst_back();
    set_worst_apart();
  }
}

std::vector<double> ScenarioTail::outcomes() const {
  std::vector<double> all = is_afresh_ ? std::vector<double>(pnl_.size()) : pnl_;
  for (const ScenarioOutcome& worst : this->worst()) all[worst.scenario] = worst.pnl;
  return all;
}

/// One after the other goes to its place among the worst so far, if it has one: few of many have.
void ScenarioTail::set_worst_apart() noexcept {
  if (number_ == 0) return;
  std::size_t found = 0;
  for (std::size_t k = 0; k < count_; ++k) {
    const double pnl = pnl_[k];
    if (found < number_) {
      ++found;
    } else if (pnl >= worst_[found - 1].pnl) {
      continue;
    }
    std::size_t place = found - 1;
    for (; place > 0 && pnl < worst_[place - 1].pnl; --place) worst_[place] = worst_[place - 1];
    worst_[place] = {pnl, static_cast<std::uint32_t>(k)};
  }
  for (const ScenarioOutcome& worst : this->worst()) pnl_[worst.scenario] = kApart;
}

void ScenarioTail::put_worst_back() noexcept {
  for (const ScenarioOutcome& worst : this->worst()) pnl_[worst.scenario] = worst.pnl;
}

}  // namespace vigil::risk
