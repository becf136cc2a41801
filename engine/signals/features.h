#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "orders/market.h"

namespace vigil::engine {

/// What is known of an instrument from its quotes: the inputs of models. Formulas: docs/SIGNALS.md. Models
/// name features by these names; one that means something else gets a name of its own.
enum class Feature : std::uint8_t {
  SpreadBp,
  TouchImbalance,
  MicropriceBp,
  Return1Bp,
  Return4Bp,
  Return16Bp,
  Return64Bp,
  Return1sBp,
  Return10sBp,
  Volatility16Bp,
  Volatility64Bp,
  MidToMean16Bp,
  MidToMean64Bp,
  MidToMean256Bp,
  OrderFlow16,
  OrderFlow64,
  QuoteRate1s,
  QuoteRate10s,
};
inline constexpr std::array<std::string_view, 18> kFeatureNames{
    "spread_bp",        "touch_imbalance",   "microprice_bp",     "return_1_bp",        "return_4_bp",
    "return_16_bp",     "return_64_bp",      "return_1s_bp",      "return_10s_bp",      "volatility_16_bp",
    "volatility_64_bp", "mid_to_mean_16_bp", "mid_to_mean_64_bp", "mid_to_mean_256_bp", "order_flow_16",
    "order_flow_64",    "quote_rate_1s",     "quote_rate_10s",
};
inline constexpr std::size_t kFeatures = kFeatureNames.size();
[[nodiscard]] constexpr std::string_view to_string(Feature feature) noexcept {
  return kFeatureNames[static_cast<std::size_t>(feature)];
}
[[nodiscard]] std::optional<Feature> parse_feature(std::string_view name) noexcept;

/// By Feature; NaN: not known, because too little has been seen or the quote has no sizes. What is known is
/// finite.
using FeatureValues = std::array<double, kFeatures>;
inline constexpr double kUnknownFeature = std::numeric_limits<double>::quiet_NaN();

namespace detail {

/// The last values of a series, the newest first, and the exact sums of the newest 16, 64, ...
template <std::size_t... Lengths>
class RecentSums {
 public:
  static constexpr std::array<std::size_t, sizeof...(Lengths)> kLengths{Lengths...};
  static constexpr std::size_t kMost = kLengths.back();

  void add(orders::Int128 value) noexcept {
    for (std::size_t i = 0; i < kLengths.size(); ++i) {
      sums_[i] += value;
      if (count_ >= kLengths[i]) sums_[i] -= back(kLengths[i] - 1);
    }
    newest_ = (newest_ + 1) % kMost;
    values_[newest_] = value;
    count_ = std::min(count_ + 1, kMost);
  }
  void clear() noexcept {
    count_ = 0;
    sums_.fill(0);
  }
  /// How many there are, up to the longest length.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// The value that came `places` before the newest; places < count().
  [[nodiscard]] orders::Int128 back(std::size_t places) const noexcept {
    return values_[(newest_ + kMost - places) % kMost];
  }
  /// Of the newest kLengths[i], or of all there are.
  [[nodiscard]] orders::Int128 sum(std::size_t i) const noexcept { return sums_[i]; }

 private:
  std::array<orders::Int128, kMost> values_{};
  std::array<orders::Int128, kLengths.size()> sums_{};
  std::size_t count_ = 0;
  std::size_t newest_ = kMost - 1;
};

/// A stretch of time in whole steps: what the mid was at its beginning and how many quotes came in it. So
/// many quotes may come as want: a step has one count.
class TimeWindow {
 public:
  static constexpr std::int64_t kSteps = 20;
  explicit TimeWindow(orders::Duration step) noexcept : step_(step) {}

  /// A quote at `time`, which does not go back; `mid_before`: in force until then.
  void add(orders::Timestamp time, orders::Int128 mid_before) noexcept;
  /// Whether quotes have been seen for longer than the stretch.
  [[nodiscard]] bool is_known() const noexcept { return is_started_ && current_ - kSteps > first_; }
  /// The mid in force just before the stretch began, 20 whole steps before the current one; while known.
  [[nodiscard]] orders::Int128 mid_at_begin() const noexcept { return slot(current_ - kSteps).mid; }
  /// In the 20 steps before the current one; while known.
  [[nodiscard]] double quotes_per_second() const noexcept;

 private:
  struct Slot {
    orders::Int128 mid = 0;  ///< in force when the step began
    std::uint32_t quotes = 0;
  };
  [[nodiscard]] std::int64_t step_of(orders::Timestamp time) const noexcept;
  [[nodiscard]] static std::size_t place(std::int64_t step) noexcept {
    constexpr std::int64_t kSlots = kSteps + 1;
    return static_cast<std::size_t>((step % kSlots + kSlots) % kSlots);
  }
  [[nodiscard]] const Slot& slot(std::int64_t step) const noexcept { return slots_[place(step)]; }

  orders::Duration step_;
  std::array<Slot, static_cast<std::size_t>(kSteps) + 1> slots_{};
  std::int64_t current_ = 0;
  std::int64_t first_ = 0;
  std::uint64_t quotes_ = 0;  ///< in all slots but the current one
  bool is_started_ = false;
};

/// Mean of squares, the last `length` weighing most: alpha = 2 / (length + 1).
class WeightedVariance {
 public:
  explicit WeightedVariance(std::uint32_t length) noexcept : length_(length) {}
  void add(double value) noexcept {
    const double square = value * value;
    mean_ = count_ == 0 ? square : mean_ + 2.0 / (length_ + 1.0) * (square - mean_);
    if (count_ < length_) ++count_;
  }
  [[nodiscard]] bool is_known() const noexcept { return count_ == length_; }
  [[nodiscard]] double mean() const noexcept { return mean_; }

 private:
  std::uint32_t length_;
  std::uint32_t count_ = 0;
  double mean_ = 0;
};

}  // namespace detail

/// Computes the features of one instrument, quote by quote, from windows of fixed size. One thread writes; no
/// allocation. Sums are whole numbers, so that nothing drifts however long it runs.
class QuoteFeatures {
 public:
  /// Takes a quote in and gives the features at it. nullptr: it changes nothing, because it lacks a side or
  /// its mid is not positive. Crossed and locked quotes count like others; a time before that of an earlier
  /// quote is taken for that quote's. Valid until the next call.
  [[nodiscard]] const FeatureValues* take(const orders::Quote& quote) noexcept;

  /// bid + ask of the last quote that was taken in, in units of 1e-8: twice its mid, exactly. 0: none was.
  [[nodiscard]] orders::Int128 twice_mid() const noexcept { return twice_mid_; }

 private:
  /// Prices in units of 1e-8, sizes likewise.
  struct Touch {
    std::int64_t bid = 0;
    std::int64_t ask = 0;
    std::int64_t bid_size = 0;
    std::int64_t ask_size = 0;
  };
  void take_sizes(const orders::Quote& quote) noexcept;
  void set(Feature feature, double value) noexcept { values_[static_cast<std::size_t>(feature)] = value; }
  void set_returns() noexcept;
  void set_windows() noexcept;

  FeatureValues values_{};
  detail::RecentSums<16, 64, 256> mids_;
  detail::WeightedVariance variance_16_{16};
  detail::WeightedVariance variance_64_{64};
  detail::TimeWindow second_{std::chrono::milliseconds{50}};
  detail::TimeWindow ten_seconds_{std::chrono::milliseconds{500}};
  detail::RecentSums<16, 64> flow_;
  detail::RecentSums<16, 64> depth_;
  std::optional<Touch> touch_;  ///< of the last quote, if it had sizes
  orders::Timestamp time_ = orders::Timestamp::min();
  orders::Int128 twice_mid_ = 0;
};

}  // namespace vigil::engine
