#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "orders/market.h"
#include "orders/time.h"

namespace vigil::engine {

/// Quotes that have come and are not taken up yet: the last of every venue in every instrument, in the order
/// in which these came. Core thread only; no allocation after construction.
class WaitingQuotes {
 public:
  struct Waiting {
    orders::MarketEvent event;
    orders::Duration waited{};  ///< in the queue that it came by
  };

  WaitingQuotes(std::size_t instrument_count, std::size_t venue_count)
      : venue_count_(venue_count), cells_(instrument_count * venue_count + 1) {}

  [[nodiscard]] bool empty() const noexcept { return cells_[0].next == 0; }

  /// True: it took the place of an earlier one, which is gone.
  bool keep(const orders::MarketEvent& event, orders::Duration waited) noexcept {
    assert(event.kind == orders::MarketEventKind::Quote);
    const std::size_t cell = 1 + orders::index(event.instrument) * venue_count_ + orders::index(event.venue);
    const bool replaced = cells_[cell].is_waiting;
    if (replaced) unlink(cell);
    link_last(cell);
    cells_[cell].waiting = {event, waited};
    return replaced;
  }

  /// The one that came first. Only where there is one.
  [[nodiscard]] Waiting take() noexcept {
    assert(!empty());
    const std::size_t cell = cells_[0].next;
    unlink(cell);
    return cells_[cell].waiting;
  }

  void clear() noexcept {
    while (!empty()) unlink(cells_[0].next);
  }

 private:
  /// A ring; cell 0 is before the first and behind the last.
  struct Cell {
    Waiting waiting;
    std::size_t next = 0;
    std::size_t previous = 0;
    bool is_waiting = false;
  };

  void link_last(std::size_t cell) noexcept {
    const std::size_t last = cells_[0].previous;
    cells_[cell].previous = last;
    cells_[cell].next = 0;
    cells_[cell].is_waiting = true;
    cells_[last].next = cell;
    cells_[0].previous = cell;
  }
  void unlink(std::size_t cell) noexcept {
    cells_[cells_[cell].previous].next = cells_[cell].next;
    cells_[cells_[cell].next].previous = cells_[cell].previous;
    cells_[cell].is_waiting = false;
  }

  std::size_t venue_count_;
  std::vector<Cell> cells_;
};

}  // namespace vigil::engine
