#include "risk/duplicate_window.h"

namespace vigil::risk {

using orders::Duration;
using orders::Order;

DuplicateWindow::Terms DuplicateWindow::terms_of(const Order& order) noexcept {
  const auto& terms = order.terms;
  const std::uint64_t who_and_what =
      static_cast<std::uint64_t>(order.account) | static_cast<std::uint64_t>(order.strategy) << 16 |
      static_cast<std::uint64_t>(order.instrument) << 32 | static_cast<std::uint64_t>(order.side) << 48 |
      static_cast<std::uint64_t>(order.type) << 50 |
      static_cast<std::uint64_t>(terms.limit_price.has_value()) << 54 |
      static_cast<std::uint64_t>(terms.stop_price.has_value()) << 55;
  return {who_and_what, terms.quantity.raw(), terms.limit_price ? terms.limit_price->raw() : 0,
          terms.stop_price ? terms.stop_price->raw() : 0};
}

std::uint64_t DuplicateWindow::hash_of(const Terms& terms) noexcept {
  std::uint64_t hash = terms.who_and_what;
  for (const std::int64_t part : {terms.quantity, terms.limit_price, terms.stop_price}) {
    hash = (hash ^ hash >> 29 ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15ULL;
  }
  return hash == 0 ? 1 : hash;
}

std::optional<Duration> DuplicateWindow::find(const Order& order, Duration now,
                                              Duration window) const noexcept {
  const Terms terms = terms_of(order);
  const std::uint64_t hash = hash_of(terms);
  const Set& set = sets_[place(hash)];
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set.hashes[i] != hash || set.terms[i] != terms) continue;
    if (set.times[i] > now - window) return now - set.times[i];
  }
  return std::nullopt;
}

void DuplicateWindow::remember(const Order& order, Duration now, Duration window) noexcept {
  const Terms terms = terms_of(order);
  const std::uint64_t hash = hash_of(terms);
  Set& set = sets_[place(hash)];
  std::size_t way = kWays;
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < kWays && way == kWays; ++i) {
    if (set.hashes[i] == 0 || (set.hashes[i] == hash && set.terms[i] == terms)) way = i;
    if (set.times[i] < set.times[oldest]) oldest = i;
  }
  if (way == kWays) {
    way = oldest;
    if (set.times[way] > now - window) ++forgotten_early_;
  }
  set.hashes[way] = hash;
  set.times[way] = now;
  set.terms[way] = terms;
}

}  // namespace vigil::risk
