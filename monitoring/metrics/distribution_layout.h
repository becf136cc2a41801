#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace vigil::monitoring {

/// Prometheus' native histograms of schema 6 have 2^6 buckets an octave.
inline constexpr int kDistributionSchema = 6;
inline constexpr std::size_t kSlotsPerOctave = std::size_t{1} << kDistributionSchema;

/// 2^(k/64) for k = 0 to 63, correctly rounded: the bounds of Prometheus' native histograms.
// clang-format off
inline constexpr std::array<double, kSlotsPerOctave> kOctaveBounds{
    0x1p+0, 0x1.02c9a3e778061p+0, 0x1.059b0d3158574p+0, 0x1.0874518759bc8p+0,
    0x1.0b5586cf9890fp+0, 0x1.0e3ec32d3d1a2p+0, 0x1.11301d0125b51p+0, 0x1.1429aaea92de0p+0,
    0x1.172b83c7d517bp+0, 0x1.1a35beb6fcb75p+0, 0x1.1d4873168b9aap+0, 0x1.2063b88628cd6p+0,
    0x1.2387a6e756238p+0, 0x1.26b4565e27cddp+0, 0x1.29e9df51fdee1p+0, 0x1.2d285a6e4030bp+0,
    0x1.306fe0a31b715p+0, 0x1.33c08b26416ffp+0, 0x1.371a7373aa9cbp+0, 0x1.3a7db34e59ff7p+0,
    0x1.3dea64c123422p+0, 0x1.4160a21f72e2ap+0, 0x1.44e086061892dp+0, 0x1.486a2b5c13cd0p+0,
    0x1.4bfdad5362a27p+0, 0x1.4f9b2769d2ca7p+0, 0x1.5342b569d4f82p+0, 0x1.56f4736b527dap+0,
    0x1.5ab07dd485429p+0, 0x1.5e76f15ad2148p+0, 0x1.6247eb03a5585p+0, 0x1.6623882552225p+0,
    0x1.6a09e667f3bcdp+0, 0x1.6dfb23c651a2fp+0, 0x1.71f75e8ec5f74p+0, 0x1.75feb564267c9p+0,
    0x1.7a11473eb0187p+0, 0x1.7e2f336cf4e62p+0, 0x1.82589994cce13p+0, 0x1.868d99b4492edp+0,
    0x1.8ace5422aa0dbp+0, 0x1.8f1ae99157736p+0, 0x1.93737b0cdc5e5p+0, 0x1.97d829fde4e50p+0,
    0x1.9c49182a3f090p+0, 0x1.a0c667b5de565p+0, 0x1.a5503b23e255dp+0, 0x1.a9e6b5579fdbfp+0,
    0x1.ae89f995ad3adp+0, 0x1.b33a2b84f15fbp+0, 0x1.b7f76f2fb5e47p+0, 0x1.bcc1e904bc1d2p+0,
    0x1.c199bdd85529cp+0, 0x1.c67f12e57d14bp+0, 0x1.cb720dcef9069p+0, 0x1.d072d4a07897cp+0,
    0x1.d5818dcfba487p+0, 0x1.da9e603db3285p+0, 0x1.dfc97337b9b5fp+0, 0x1.e502ee78b3ff6p+0,
    0x1.ea4afa2a490dap+0, 0x1.efa1bee615a27p+0, 0x1.f50765b6e4540p+0, 0x1.fa7c1819e90d8p+0};
// clang-format on

/// The first 7 bits of a mantissa cut an octave into 128 cells, none of which holds two bounds. With k the
/// first bound at or above the lower end of a cell and b the mantissa bits of that bound, a value with
/// mantissa bits m belongs to bucket k if m <= b, else to k + 1. An entry holds k * 2^53 + 2^53 - 1 - b:
/// adding m carries into k exactly if m > b.
inline constexpr int kCellBits = 7;
inline constexpr int kMantissaBits = 52;
inline constexpr std::array<std::uint64_t, std::size_t{1} << kCellBits> kCellEntries = [] {
  std::array<std::uint64_t, std::size_t{1} << kCellBits> entries{};
  constexpr std::uint64_t kMantissaEnd = std::uint64_t{1} << kMantissaBits;
  std::uint64_t bound = 0;
  for (std::size_t cell = 0; cell < entries.size(); ++cell) {
    const std::uint64_t lower = std::uint64_t{cell} << (kMantissaBits - kCellBits);
    const auto mantissa = [](std::uint64_t k) {
      if (k == kSlotsPerOctave) return kMantissaEnd;
      return std::bit_cast<std::uint64_t>(kOctaveBounds[k]) & (kMantissaEnd - 1);
    };
    while (mantissa(bound) < lower) ++bound;
    entries[cell] = ((bound + 1) << (kMantissaBits + 1)) - 1 - mantissa(bound);
  }
  return entries;
}();

/// The slots of a distribution of values that are not negative: times, sizes, amounts. Bounds grow by a
/// factor of 2^(1/64) (1.09 %) from 2^min_exponent to 2^max_exponent:
///
///   slot 0                 values <= 2^min_exponent: zero for all purposes. Negative values count here too;
///   what
///                          has two signs (a slippage, a P&L) takes two distributions.
///   slot i                 2^(min_exponent + (i - 1) / 64) < value <= 2^(min_exponent + i / 64)
///   slot overflow_slot()   2^max_exponent < value
///
/// A NaN is not a value; it would count in either end.
class DistributionLayout {
 public:
  /// -1022 <= min_exponent < max_exponent <= 1023.
  constexpr DistributionLayout(int min_exponent, int max_exponent) noexcept
      : min_exponent_(min_exponent), max_exponent_(max_exponent) {
    assert(-1022 <= min_exponent && min_exponent < max_exponent && max_exponent <= 1023);
  }

  [[nodiscard]] constexpr int min_exponent() const noexcept { return min_exponent_; }
  [[nodiscard]] constexpr int max_exponent() const noexcept { return max_exponent_; }
  [[nodiscard]] constexpr std::size_t overflow_slot() const noexcept {
    return static_cast<std::size_t>(max_exponent_ - min_exponent_) * kSlotsPerOctave + 1;
  }
  /// How many slots there are.
  [[nodiscard]] constexpr std::size_t slots() const noexcept { return overflow_slot() + 1; }
  /// The largest value of a slot other than the overflow.
  [[nodiscard]] constexpr double upper_bound(std::size_t slot) const noexcept {
    assert(slot < overflow_slot());
    const auto octave = static_cast<int>(slot / kSlotsPerOctave);
    return kOctaveBounds[slot % kSlotsPerOctave] * power_of_two(min_exponent_ + octave);
  }

  /// Exact, without a branch, the same few instructions for every value.
  [[nodiscard]] constexpr std::size_t slot(double value) const noexcept {
    const std::int64_t least = bits_of_power(min_exponent_);
    const std::int64_t beyond = bits_of_power(max_exponent_) + 1;
    // Doubles that are not negative order as their bits do; negative ones are negative integers.
    std::int64_t bits = std::bit_cast<std::int64_t>(value);
    bits = bits < least ? least : bits;
    bits = bits > beyond ? beyond : bits;
    const auto above = static_cast<std::uint64_t>(bits - least);
    constexpr std::uint64_t kMantissa = (std::uint64_t{1} << kMantissaBits) - 1;
    const std::uint64_t mantissa = above & kMantissa;
    const std::uint64_t entry = kCellEntries[mantissa >> (kMantissaBits - kCellBits)];
    return (above >> kMantissaBits) * kSlotsPerOctave + ((entry + mantissa) >> (kMantissaBits + 1));
  }
  /// For a layout in seconds: the slot of the double next to the time.
  [[nodiscard]] constexpr std::size_t slot(std::chrono::nanoseconds time) const noexcept {
    return slot(static_cast<double>(time.count()) / 1e9);
  }

 private:
  [[nodiscard]] static constexpr std::int64_t bits_of_power(int exponent) noexcept {
    return std::int64_t{exponent + 1023} << kMantissaBits;
  }
  [[nodiscard]] static constexpr double power_of_two(int exponent) noexcept {
    return std::bit_cast<double>(bits_of_power(exponent));
  }

  int min_exponent_;
  int max_exponent_;
};

/// Times in seconds: 0.93 ns to 2 h 16 min, 2754 slots.
inline constexpr DistributionLayout kTimeLayout{-30, 13};
/// Amounts of money in USD: 0.1 cents to 1.1 trillion.
inline constexpr DistributionLayout kAmountLayout{-10, 40};

}  // namespace vigil::monitoring
