#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "orders/enums.h"
#include "orders/fixed_point.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::orders {

/// How long after a fill the market is looked at again.
inline constexpr std::size_t kHorizons = 5;
inline constexpr std::array<Duration, kHorizons> kMarkoutHorizons{
    std::chrono::milliseconds{50}, std::chrono::seconds{1}, std::chrono::seconds{10},
    std::chrono::seconds{60}, std::chrono::seconds{300}};
inline constexpr std::array<std::string_view, kHorizons> kHorizonWords{"50ms", "1s", "10s", "60s", "300s"};

/// bid + ask in units of 1e-8: twice the mid, without rounding.
using TwiceMid = Int128;

/// A fill that waits for its horizons. `group` and `market` are its owner's: where its samples go.
struct PendingMarkout {
  Timestamp time{};
  InstrumentId instrument = kNoInstrument;
  std::uint32_t group = 0;
  std::uint32_t market = 0;
  std::int8_t sign = 1;    ///< +1 bought, -1 sold
  std::int64_t price = 0;  ///< units of 1e-8
  std::int64_t quantity = 0;
  std::optional<TwiceMid> twice_mid;  ///< at the fill

  template <typename Wire>
  void state(Wire& wire) {
    wire(time);
    wire(instrument);
    wire(group);
    wire(market);
    wire(sign);
    wire(price);
    wire(quantity);
    wire(twice_mid);
  }
};

/// Fills in their order, each waiting for kHorizons moments. The horizons are fixed, so each is a cursor that
/// follows the fills in one ring: memory is bounded, grows with use, and nothing is sorted. What finds the
/// ring full is not taken. One thread.
class MarkoutQueue {
 public:
  /// At least 1.
  explicit MarkoutQueue(std::size_t capacity) : capacity_(capacity), fills_(std::min(capacity, kFirst)) {}

  /// Times must not decrease; one that does counts as of the one before. False: no room.
  bool add(PendingMarkout fill) {
    if (pending() == capacity_) return false;
    if (pending() == fills_.size()) resize(std::min(capacity_, 2 * fills_.size()));
    if (fill.time < newest_) fill.time = newest_;
    newest_ = fill.time;
    fills_[added_ % fills_.size()] = fill;
    ++added_;
    for (std::size_t h = 0; h < kHorizons; ++h)
      next_due_ = std::min(next_due_, fill.time + kMarkoutHorizons[h]);
    return true;
  }
  /// Calls take(horizon, fill) for every moment before `now`: what is known now of the market was known then.
  /// A moment that is now waits: more may be said of it.
  template <typename Take>
  void settle_before(Timestamp now, const Take& take) noexcept {
    if (now <= next_due_) return;
    next_due_ = Timestamp::max();
    for (std::size_t h = 0; h < kHorizons; ++h) {
      while (settled_[h] < added_) {
        const PendingMarkout& fill = fills_[settled_[h] % fills_.size()];
        const Timestamp due = fill.time + kMarkoutHorizons[h];
        if (due >= now) {
          next_due_ = std::min(next_due_, due);
          break;
        }
        take(h, fill);
        ++settled_[h];
      }
    }
  }
  /// Fills that wait for their last horizon.
  [[nodiscard]] std::size_t pending() const noexcept { return static_cast<std::size_t>(added_ - left()); }

  template <typename Wire>
  void state(Wire& wire) {
    std::vector<PendingMarkout> waiting;
    for (std::uint64_t i = left(); i < added_; ++i) waiting.push_back(fills_[i % fills_.size()]);
    wire.list(waiting, kMost);
    wire(added_);
    wire(settled_);
    wire(newest_);
    wire(next_due_);
    if (!fits(waiting.size())) {
      // Of other making: nothing waits.
      settled_.fill(added_);
      next_due_ = Timestamp::max();
      return;
    }
    if (waiting.size() > fills_.size()) fills_.resize(waiting.size());
    for (std::size_t i = 0; i < waiting.size(); ++i) fills_[(left() + i) % fills_.size()] = waiting[i];
  }

 private:
  static constexpr std::size_t kFirst = 256;
  static constexpr std::size_t kMost = 10'000'000;  ///< whatever the capacity was when it was written

  void resize(std::size_t size) {
    std::vector<PendingMarkout> larger(size);
    for (std::uint64_t i = left(); i < added_; ++i) larger[i % size] = fills_[i % fills_.size()];
    fills_ = std::move(larger);
  }
  /// The last horizon is the longest: who has settled it has settled all.
  [[nodiscard]] std::uint64_t left() const noexcept { return settled_[kHorizons - 1]; }
  [[nodiscard]] bool fits(std::size_t waiting) const noexcept {
    for (std::size_t h = 0; h + 1 < kHorizons; ++h) {
      if (settled_[h] < settled_[h + 1] || settled_[h] > added_) return false;
    }
    return left() <= added_ && added_ - left() == waiting && waiting <= capacity_;
  }

  std::size_t capacity_;
  std::vector<PendingMarkout> fills_;  ///< a ring
  std::uint64_t added_ = 0;            ///< ever
  std::array<std::uint64_t, kHorizons> settled_{};
  Timestamp newest_ = Timestamp::min();
  Timestamp next_due_ = Timestamp::max();
};

}  // namespace vigil::orders
