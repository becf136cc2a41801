#pragma once

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::positions {

/// How lively the market is, against what is usual for it.
enum class Regime : std::uint8_t { Quiet, Normal, Volatile };
inline constexpr std::size_t kRegimes = 3;
inline constexpr std::array<std::string_view, kRegimes> kRegimeWords{"quiet", "normal", "volatile"};

struct RegimeConfig {
  orders::InstrumentId instrument{0};                          ///< whose market it is
  orders::Duration short_half_life = std::chrono::minutes{1};  ///< after which a return counts half in now
  orders::Duration long_half_life = std::chrono::hours{1};     ///< and in what is usual
  orders::Duration warm_up = std::chrono::minutes{5};          ///< of moving, before anything is said
  double quiet_below = 0.5;                                    ///< deviation now over the usual one
  double volatile_above = 2;
};

/// Which regime a market is in: the deviation of its logarithmic returns from sample to sample now over the
/// usual one, both weighted so that older returns count less: sqrt of (sum of w^age r^2 / sum of w^age) with
/// w = 0.5^(sample interval / half life), the short over the long. One thread.
class RegimeDetector {
 public:
  RegimeDetector(const RegimeConfig& config, orders::Duration sample_interval)
      : config_(config),
        short_weight_(weight(config.short_half_life, sample_interval)),
        long_weight_(weight(config.long_half_life, sample_interval)),
        warm_up_(static_cast<std::uint64_t>(config.warm_up / sample_interval)) {}

  /// The mid at the next sample; nothing: not known, which changes nothing.
  void sample(std::optional<double> mid) noexcept {
    if (!mid || !(*mid > 0)) return;
    const double now = std::log(*mid);
    if (has_last_) {
      const double squared = (now - last_) * (now - last_);
      ++count_;
      // Weighted means of what there is: without this the first samples would seem quieter than they were.
      short_sum_ = short_weight_ * short_sum_ + squared;
      short_norm_ = short_weight_ * short_norm_ + 1;
      long_sum_ = long_weight_ * long_sum_ + squared;
      long_norm_ = long_weight_ * long_norm_ + 1;
    }
    last_ = now;
    has_last_ = true;
  }
  /// Samples that were passed over: nothing moved.
  void idle(std::uint64_t samples) noexcept {
    if (!has_last_ || samples == 0) return;
    count_ += samples;
    const double of_short = std::pow(short_weight_, static_cast<double>(samples));
    const double of_long = std::pow(long_weight_, static_cast<double>(samples));
    short_sum_ *= of_short;
    long_sum_ *= of_long;
    short_norm_ = of_short * short_norm_ + (1 - of_short) / (1 - short_weight_);
    long_norm_ = of_long * long_norm_ + (1 - of_long) / (1 - long_weight_);
  }
  /// Nothing before the warm-up, and while nothing has moved.
  [[nodiscard]] std::optional<double> ratio() const noexcept {
    if (count_ < warm_up_ || !(long_sum_ > 0)) return std::nullopt;
    return std::sqrt((short_sum_ / short_norm_) / (long_sum_ / long_norm_));
  }
  [[nodiscard]] std::optional<Regime> regime() const noexcept {
    const auto now = ratio();
    if (!now) return std::nullopt;
    if (*now < config_.quiet_below) return Regime::Quiet;
    return *now > config_.volatile_above ? Regime::Volatile : Regime::Normal;
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire(last_);
    wire(has_last_);
    wire(count_);
    wire(short_sum_);
    wire(short_norm_);
    wire(long_sum_);
    wire(long_norm_);
  }

 private:
  static double weight(orders::Duration half_life, orders::Duration interval) noexcept {
    return std::pow(0.5, static_cast<double>(interval.count()) / static_cast<double>(half_life.count()));
  }

  RegimeConfig config_;
  double short_weight_;
  double long_weight_;
  std::uint64_t warm_up_;  ///< samples
  double last_ = 0;
  bool has_last_ = false;
  std::uint64_t count_ = 0;
  double short_sum_ = 0;
  double short_norm_ = 0;
  double long_sum_ = 0;
  double long_norm_ = 0;
};

}  // namespace vigil::positions
