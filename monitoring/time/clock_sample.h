#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace vigil::monitoring {

/// A reading of one clock between two readings of another, whose difference says how far apart they can be.
struct Bracket {
  std::uint64_t before = 0;
  std::chrono::nanoseconds between{};
  std::uint64_t after = 0;

  [[nodiscard]] std::uint64_t width() const noexcept { return after - before; }
  [[nodiscard]] std::uint64_t middle() const noexcept { return before + width() / 2; }
};

/// The narrowest of them. Nothing when even that is wider than `widest`, or ran backwards: the thread was
/// interrupted in each, so none says when the middle one was read.
[[nodiscard]] std::optional<Bracket> narrowest(std::span<const Bracket> brackets,
                                               std::uint64_t widest) noexcept;

/// Counter and clocks at one moment.
struct ClockSample {
  std::uint64_t ticks = 0;
  std::chrono::nanoseconds monotonic{};    ///< CLOCK_MONOTONIC
  std::chrono::nanoseconds wall_offset{};  ///< CLOCK_REALTIME less CLOCK_MONOTONIC
};

/// Reads the machine's, 16 times each at most, and keeps the best. Nothing where all were disturbed. About 2
/// microseconds: not for the hot path.
[[nodiscard]] std::optional<ClockSample> read_clock_sample() noexcept;

}  // namespace vigil::monitoring
