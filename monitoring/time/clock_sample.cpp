#include "monitoring/time/clock_sample.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "monitoring/time/tick_counter.h"

namespace vigil::monitoring {
namespace {

constexpr std::size_t kReadings = 16;
/// An undisturbed bracket takes some 100 ticks, or 1,000 where reading a clock is a system call; an
/// interrupt takes more than this.
constexpr std::uint64_t kWidestInTicks = 20'000;
constexpr std::uint64_t kWidestInNanoseconds = 10'000;

std::chrono::nanoseconds monotonic() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}
std::chrono::nanoseconds wall() noexcept {
  return std::chrono::system_clock::now().time_since_epoch();
}
std::uint64_t monotonic_count() noexcept {
  return static_cast<std::uint64_t>(monotonic().count());
}

}  // namespace

std::optional<Bracket> narrowest(std::span<const Bracket> brackets, std::uint64_t widest) noexcept {
  const auto best = std::ranges::min_element(brackets, {}, &Bracket::width);
  // What ran backwards is wider than anything: the difference wraps round.
  if (best == brackets.end() || best->width() > widest) return std::nullopt;
  return *best;
}

std::optional<ClockSample> read_clock_sample() noexcept {
  std::array<Bracket, kReadings> readings;
  for (Bracket& reading : readings) {
    reading.before = read_ticks();
    reading.between = monotonic();
    reading.after = read_ticks_after();
  }
  const auto ticks = narrowest(readings, kWidestInTicks);
  if (!ticks) return std::nullopt;

  for (Bracket& reading : readings) {
    reading.before = monotonic_count();
    reading.between = wall();
    reading.after = monotonic_count();
  }
  const auto walls = narrowest(readings, kWidestInNanoseconds);
  if (!walls) return std::nullopt;

  const std::chrono::nanoseconds middle{static_cast<std::int64_t>(walls->middle())};
  return ClockSample{ticks->middle(), ticks->between, walls->between - middle};
}

}  // namespace vigil::monitoring
