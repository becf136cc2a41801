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

std::size_t DuplicateWindow::set_of(const Terms& terms) noexcept {
  std::uint64_t hash = terms.who_and_what;
  for (const std::int64_t part : {terms.quantity, terms.limit_price, terms.stop_price}) {
    hash = (hash ^ hash >> 29 ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15ULL;
  }
  return (hash >> 40) % (kCapacity / kWays) * kWays;
}

std::optional<Duration> DuplicateWindow::find(const Order& order, Duration now,
                                              Duration window) const noexcept {
  const Terms terms = terms_of(order);
  const Entry* const set = &entries_[set_of(terms)];
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set[i].terms == terms && set[i].at > now - window) return now - set[i].at;
  }
  return std::nullopt;
}

void DuplicateWindow::remember(const Order& order, Duration now, Duration window) noexcept {
  const Terms terms = terms_of(order);
  Entry* const set = &entries_[set_of(terms)];
  Entry* oldest = set;
  for (std::size_t i = 0; i < kWays; ++i) {
    Entry& entry = set[i];
    if (entry.terms.quantity == 0 || entry.terms == terms) {
      entry = {terms, now};
      return;
    }
    if (entry.at < oldest->at) oldest = &entry;
  }
  if (oldest->at > now - window) ++forgotten_early_;
  *oldest = {terms, now};
}

}  // namespace vigil::risk
