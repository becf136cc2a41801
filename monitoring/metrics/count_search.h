#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vigil::monitoring {

/// The two loops that quantiles of counts consist of, four counts at a time where the machine has AVX2. Sums
/// are modulo 2^64; searched counts add up to less.

/// How far a search has come: all counts before `place` add up to `below`.
struct CountPosition {
  std::size_t place = 0;
  std::uint64_t below = 0;
  bool operator==(const CountPosition&) const = default;
};

[[nodiscard]] std::uint64_t sum_of(std::span<const std::uint64_t> counts) noexcept;
/// The first place at which the counts up to and with it reach `rank`, from where an earlier search for a
/// rank no larger has ended. `rank` is at least 1 and at most the sum of all counts.
[[nodiscard]] CountPosition find_rank(std::span<const std::uint64_t> counts, std::uint64_t rank,
                                      CountPosition from = {}) noexcept;

/// The same, one count after the other, with the same answers: what the functions above fall back to on
/// machines without AVX2, and what tests and the benchmark compare them with.
namespace scalar {
[[nodiscard]] std::uint64_t sum_of(std::span<const std::uint64_t> counts) noexcept;
[[nodiscard]] CountPosition find_rank(std::span<const std::uint64_t> counts, std::uint64_t rank,
                                      CountPosition from = {}) noexcept;
}  // namespace scalar

}  // namespace vigil::monitoring
