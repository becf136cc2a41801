#pragma once

#include <array>
#include <cstdint>

namespace vigil::engine {

/// Seeded random numbers that do not depend on the library: xoshiro256** (Blackman and Vigna, 2018), and
/// distributions made of nothing but additions, multiplications and comparisons. One thread.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) word = split_mix(seed);
  }

  constexpr std::uint64_t bits() noexcept {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// Uniform in [0, 1).
  constexpr double uniform() noexcept { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  /// Uniform in 0 .. count - 1; count must be positive. The bias is below count / 2^64.
  constexpr std::uint64_t below(std::uint64_t count) noexcept {
    using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(bits()) * count) >> 64);
  }

  /// From 1 to `last`, which is at least 1.
  constexpr std::int64_t from_one_to(std::int64_t last) noexcept {
    return 1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last)));
  }

  /// True with the given probability. A probability of 0 takes no draw, so that a fault switched off leaves
  /// the other draws as they were.
  constexpr bool chance(double probability) noexcept { return probability > 0 && uniform() < probability; }

  /// Mean 0, variance 1, within +-6: the sum of twelve uniform numbers (Irwin-Hall).
  constexpr double normal() noexcept {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

  /// Mean 1, by von Neumann's comparison of uniform numbers (1951): the length of a falling run decides
  /// whether its first number is the fraction; every rejected run adds 1.
  constexpr double exponential() noexcept {
    for (double whole = 0;; whole += 1) {
      const double first = uniform();
      double previous = first;
      for (bool odd = true;; odd = !odd) {
        const double next = uniform();
        if (next >= previous) {
          if (odd) return whole + first;
          break;
        }
        previous = next;
      }
    }
  }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t word, int by) noexcept {
    return (word << by) | (word >> (64 - by));
  }
  static constexpr std::uint64_t split_mix(std::uint64_t& seed) noexcept {
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t word = seed;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
    return word ^ (word >> 31);
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace vigil::engine
