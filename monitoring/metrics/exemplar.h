#pragma once

#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>

namespace vigil::monitoring {

/// 128 bits, as W3C Trace Context has them; all zero: none.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const TraceId&) const = default;
};

/// One observation and the trace that tells how it came about.
struct Exemplar {
  double value = 0;  ///< in base units
  TraceId trace;
  std::chrono::nanoseconds time{};  ///< since 1970, UTC
};

/// The latest exemplar of a bucket. One thread stores and never waits, any thread reads: all of an exemplar
/// or none of it.
class ExemplarSlot {
 public:
  void store(const Exemplar& exemplar) noexcept {
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    // Releases and not a fence, which the thread sanitizer does not understand: none of them moves before the
    // odd version.
    value_.store(std::bit_cast<std::uint64_t>(exemplar.value), std::memory_order_release);
    high_.store(exemplar.trace.high, std::memory_order_release);
    low_.store(exemplar.trace.low, std::memory_order_release);
    time_.store(exemplar.time.count(), std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }
  /// Nothing if none was stored, or while one is stored again and again.
  [[nodiscard]] std::optional<Exemplar> read() const noexcept {
    constexpr int kTries = 8;
    for (int i = 0; i < kTries; ++i) {
      const std::uint64_t version = version_.load(std::memory_order_acquire);
      if (version == 0) return std::nullopt;
      if (version % 2 != 0) continue;
      const Exemplar exemplar{.value = std::bit_cast<double>(value_.load(std::memory_order_acquire)),
                              .trace = {.high = high_.load(std::memory_order_acquire),
                                        .low = low_.load(std::memory_order_acquire)},
                              .time = std::chrono::nanoseconds{time_.load(std::memory_order_acquire)}};
      if (version_.load(std::memory_order_relaxed) == version) return exemplar;
    }
    return std::nullopt;
  }

 private:
  std::atomic<std::uint64_t> version_ = 0;  ///< odd while one is stored
  std::atomic<std::uint64_t> value_ = 0;
  std::atomic<std::uint64_t> high_ = 0;
  std::atomic<std::uint64_t> low_ = 0;
  std::atomic<std::int64_t> time_ = 0;
};

}  // namespace vigil::monitoring
