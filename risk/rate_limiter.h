#pragma once

#include <cstdint>
#include <memory>

#include "orders/time.h"

namespace vigil::risk {

/// An exact sliding window: of the messages recorded after allows() said yes, at most `limit` lie in any
/// window (t - 1 s, t]. Asking and recording are apart, so that a message refused for another reason takes no
/// room.
///
/// The ring keeps the last messages whatever the limit (65,536 of them, or as many as the greatest limit that
/// room was made for), so a changed limit judges the same history. Time that runs backwards is taken as the
/// latest time seen. Core thread only.
class RateLimiter {
 public:
  /// A greater limit is held to this one, the stricter of the two: it takes 8 MB of times.
  static constexpr std::uint32_t kGreatestLimit = 1'048'576;
  static constexpr orders::Duration kWindow = std::chrono::seconds{1};

  RateLimiter() : RateLimiter(kSmallestRing) {}

  /// Lets limits up to `limit` be judged; keeps the history. Allocates where there is no room yet.
  void make_room(std::uint32_t limit);

  /// A limit above what room was made for is held to that.
  [[nodiscard]] bool allows(orders::Duration now, std::uint32_t limit) const noexcept;
  void record(orders::Duration now) noexcept;
  /// Messages recorded in (now - 1 s, now], as far as the ring goes back.
  [[nodiscard]] std::uint32_t used(orders::Duration now) const noexcept;
  /// `limit`, or what room was made for if that is less.
  [[nodiscard]] std::uint32_t effective(std::uint32_t limit) const noexcept;

  /// Of the history, what can still count.
  template <typename Wire>
  void state(Wire& wire);

 private:
  static constexpr std::uint32_t kSmallestRing = 65'536;

  explicit RateLimiter(std::uint32_t size)
      : ring_(std::make_unique_for_overwrite<orders::Duration[]>(size)), size_(size) {}
  [[nodiscard]] orders::Duration& at(std::uint64_t message) const noexcept {
    return ring_[message & (size_ - 1)];
  }
  [[nodiscard]] orders::Duration latest(orders::Duration now) const noexcept;

  std::unique_ptr<orders::Duration[]> ring_;
  std::uint64_t size_;          ///< a power of two
  std::uint64_t recorded_ = 0;  ///< message number n is at n % size_
};

template <typename Wire>
void RateLimiter::state(Wire& wire) {
  auto room = static_cast<std::uint32_t>(size_);
  std::uint32_t recent = recorded_ == 0 ? 0 : used(at(recorded_ - 1));
  wire(room);
  wire(recent);
  if constexpr (Wire::kReads) {
    if (room > kGreatestLimit || recent > room) return wire.fail();
    make_room(room);
    recorded_ = recent;  // what came before them can count no more
  }
  for (std::uint64_t message = recorded_ - recent; message < recorded_; ++message) wire(at(message));
}

}  // namespace vigil::risk
