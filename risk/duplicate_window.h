#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "orders/mapped_array.h"
#include "orders/order.h"
#include "orders/time.h"

namespace vigil::risk {

/// Remembers the terms of recent orders (account, strategy, instrument, side, type, quantity, prices) to
/// notice the same order sent again. Holds kCapacity orders in sets of kWays; where a set is full of orders
/// still inside the window its oldest is forgotten early, which is counted: a repeat of that one would not be
/// noticed. Memory is touched only as it is used. Core thread only.
class DuplicateWindow {
 public:
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kCapacity = 16'384;

  DuplicateWindow() : sets_(kCapacity / kWays) {}
  /// Age of the latest equal order in (now - window, now]; nothing when there is none.
  [[nodiscard]] std::optional<orders::Duration> find(const orders::Order& order, orders::Duration now,
                                                     orders::Duration window) const noexcept;
  void remember(const orders::Order& order, orders::Duration now, orders::Duration window) noexcept;
  [[nodiscard]] std::uint64_t forgotten_early() const noexcept { return forgotten_early_; }

  /// Read into a window that has seen no order.
  template <typename Wire>
  void state(Wire& wire);

 private:
  struct Terms {
    std::uint64_t who_and_what;  ///< account, strategy, instrument, side, type, which prices are given
    std::int64_t quantity;
    std::int64_t limit_price;
    std::int64_t stop_price;
    friend bool operator==(const Terms&, const Terms&) = default;

    template <typename Wire>
    void state(Wire& wire) {
      wire(who_and_what);
      wire(quantity);
      wire(limit_price);
      wire(stop_price);
    }
  };
  /// Hashes side by side: an order that is no duplicate is told from one cache line.
  struct alignas(64) Set {
    std::uint64_t hashes[kWays];  ///< 0 = never used
    orders::Duration times[kWays];
    Terms terms[kWays];
  };
  [[nodiscard]] static Terms terms_of(const orders::Order& order) noexcept;
  [[nodiscard]] static std::uint64_t hash_of(const Terms& terms) noexcept;
  [[nodiscard]] static std::size_t place(std::uint64_t hash) noexcept {
    return (hash >> 40) % (kCapacity / kWays);
  }

  orders::MappedArray<Set> sets_;
  std::uint64_t forgotten_early_ = 0;
};

template <typename Wire>
void DuplicateWindow::state(Wire& wire) {
  wire(forgotten_early_);
  std::uint32_t used = 0;
  for (std::size_t place = 0; place < sets_.size() * kWays; ++place) {
    used += sets_[place / kWays].hashes[place % kWays] == 0 ? 0 : 1;
  }
  wire(used);
  std::uint32_t next = 0;
  for (; used > 0; --used) {
    if constexpr (!Wire::kReads) {
      while (sets_[next / kWays].hashes[next % kWays] == 0) ++next;
    }
    std::uint32_t place = next;
    wire(place);
    if (place < next || place >= sets_.size() * kWays) {
      if constexpr (Wire::kReads) wire.fail();
      return;
    }
    Set& set = sets_[place / kWays];
    wire(set.hashes[place % kWays]);
    wire(set.times[place % kWays]);
    wire(set.terms[place % kWays]);
    next = place + 1;
  }
}

}  // namespace vigil::risk
