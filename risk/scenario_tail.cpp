#include "risk/scenario_tail.h"

#include <algorithm>
#include <cstring>

namespace vigil::risk {
namespace {

/// Adds factor * row[k] to pnl[k], for k < count, and gives the least pnl there is then.
using Adds = double (*)(double factor, const double* row, double* pnl, std::size_t count) noexcept;

// Four at once, which the compiler turns into whatever the processor has.
using Four = double __attribute__((vector_size(32)));

[[gnu::always_inline]] inline double add_in_fours(double factor, const double* row, double* pnl,
                                                  std::size_t count) noexcept {
  constexpr double kMost = std::numeric_limits<double>::infinity();
  Four least{kMost, kMost, kMost, kMost};
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
    first += factor * first_move;
    second += factor * second_move;
    std::memcpy(pnl + k, &first, sizeof first);
    std::memcpy(pnl + k + 4, &second, sizeof second);
    least = first < least ? first : least;
    least_too = second < least_too ? second : least_too;
  }
  double all = kMost;
  for (std::size_t i = 0; i < 4; ++i) all = std::min({all, least[i], least_too[i]});
  for (; k < count; ++k) {
    pnl[k] += factor * row[k];
    all = std::min(all, pnl[k]);
  }
  return all;
}

double add_with_any(double factor, const double* row, double* pnl, std::size_t count) noexcept {
  return add_in_fours(factor, row, pnl, count);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) double add_with_avx2(double factor, const double* row, double* pnl,
                                                     std::size_t count) noexcept {
  return add_in_fours(factor, row, pnl, count);
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
  count_ = std::min(count, pnl_.size());
  number_ = 0;
}

void ScenarioTail::begin(const double* outcomes, std::size_t count) noexcept {
  begin(count);
  std::copy_n(outcomes, count_, pnl_.begin());
}

void ScenarioTail::keep_worst(std::size_t number) noexcept {
  put_worst_back();
  number_ = std::min({number, count_, worst_.size()});
  set_worst_apart();
}

void ScenarioTail::clear() noexcept {
  std::fill(pnl_.begin(), pnl_.end(), 0.0);
  for (std::size_t i = 0; i < number_; ++i) {
    worst_[i].pnl = 0;
    pnl_[worst_[i].scenario] = kApart;
  }
}

void ScenarioTail::add(double factor, const double* row) noexcept {
  const double least = kAdd(factor, row, pnl_.data(), count_);
  if (number_ == 0) return;
  bool is_in_order = true;
  double before = -kApart;
  for (std::size_t i = 0; i < number_; ++i) {
    worst_[i].pnl += factor * row[worst_[i].scenario];
    is_in_order &= before < worst_[i].pnl;
    before = worst_[i].pnl;
  }
  if (!is_in_order) std::sort(worst_.begin(), worst_.begin() + static_cast<std::ptrdiff_t>(number_));
  if (least < worst_[number_ - 1].pnl) [[unlikely]] {
    put_worst_back();
    set_worst_apart();
  }
}

std::vector<double> ScenarioTail::outcomes() const {
  std::vector<double> all = pnl_;
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
