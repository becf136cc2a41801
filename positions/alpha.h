#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace vigil::positions {

/// What an amount would have become in the benchmark since the first sample: `share` of it in an instrument,
/// the rest, or all of it where there is no instrument, at a risk-free rate. Nothing is rebalanced. One
/// thread.
class Benchmark {
 public:
  /// `rate`: a year.
  Benchmark(bool has_instrument, double share, double rate) noexcept
      : share_(has_instrument ? share : 0), rate_(rate) {}

  /// `mid` of the instrument, nothing: not known; `years` since the last sample.
  void sample(std::optional<double> mid, double years) noexcept {
    if (has_begun_) years_ += years;
    has_begun_ = true;
    if (!mid || !(*mid > 0)) return;
    if (first_ == 0) first_ = *mid;
    last_ = *mid;
  }
  /// What it gained, as a part of the amount; nothing before the instrument was quoted.
  [[nodiscard]] std::optional<double> growth() const noexcept {
    if (share_ != 0 && first_ == 0) return std::nullopt;
    const double moved = share_ == 0 ? 0 : share_ * (last_ / first_ - 1);
    return moved + (1 - share_) * rate_ * years_;
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire(first_);
    wire(last_);
    wire(years_);
    wire(has_begun_);
  }

 private:
  double share_;
  double rate_;
  double first_ = 0;  ///< mid; 0: none yet
  double last_ = 0;
  double years_ = 0;
  bool has_begun_ = false;
};

/// The P&L of a strategy in excess of its benchmark: alpha = P&L - capital * growth of the benchmark, and how
/// fast it grows. One thread; allocates in its constructor and when it is read back.
class Alpha {
 public:
  /// `longest`: intervals back that rate() is asked for at most.
  explicit Alpha(std::size_t longest) : ends_(longest + 1, kUnknown) {}

  /// Nothing: not known. `intervals`: whole ones that have ended since the value before.
  void value(std::optional<double> alpha, std::uint64_t intervals) {
    last_ = alpha.value_or(kUnknown);
    if (has_end_ && intervals == 0) return;
    // Nobody looked at the ends of those but the last because nothing happened: it stood as it stands now.
    const std::uint64_t passed = has_end_ ? std::min<std::uint64_t>(intervals, ends_.size()) : 1;
    for (std::uint64_t i = 0; i < passed; ++i) {
      next_ = (next_ + 1) % ends_.size();
      ends_[next_] = last_;
      count_ = std::min<std::uint64_t>(count_ + 1, ends_.size());
    }
    has_end_ = true;
  }
  [[nodiscard]] std::optional<double> now() const noexcept { return known(last_); }
  /// Change an interval, over the last `intervals` that have ended or, while there are fewer, all: nothing
  /// before the first, and where one of the two values is not known.
  [[nodiscard]] std::optional<double> rate(std::size_t intervals) const noexcept {
    const std::uint64_t back = std::min<std::uint64_t>(intervals, count_ == 0 ? 0 : count_ - 1);
    if (back == 0) return std::nullopt;
    const double then = ends_[(next_ + ends_.size() - back) % ends_.size()];
    return known((ends_[next_] - then) / static_cast<double>(back));
  }

  template <typename Wire>
  void state(Wire& wire) {
    constexpr std::size_t kMost = std::size_t{1} << 24U;
    std::vector<double> ends = ends_;
    wire(last_);
    wire.list(ends, kMost);
    wire(next_);
    wire(count_);
    wire(has_end_);
    if (ends.size() == ends_.size() && next_ < ends_.size() && count_ <= ends_.size()) {
      ends_ = std::move(ends);
    } else {
      // Of other windows now: the rates come together anew.
      std::fill(ends_.begin(), ends_.end(), kUnknown);
      next_ = count_ = 0;
      has_end_ = false;
    }
  }

 private:
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  static std::optional<double> known(double value) noexcept {
    return std::isnan(value) ? std::nullopt : std::optional{value};
  }

  double last_ = kUnknown;
  std::vector<double> ends_;  ///< ring: values at the ends of intervals
  std::uint64_t next_ = 0;    ///< place of the newest
  std::uint64_t count_ = 0;
  bool has_end_ = false;
};

}  // namespace vigil::positions
