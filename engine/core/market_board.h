#pragma once

#include <cstddef>
#include <vector>

#include "orders/market.h"

namespace vigil::engine {

/// The last quote of every venue in every instrument, and the consolidated best bid and ask made of them: the
/// reference that orders are checked against, benchmarked with and marked at. Core thread only.
class MarketBoard {
 public:
  /// A venue's quote is left out of the consolidation once it is older than `stale_after` and another venue
  /// has spoken since.
  MarketBoard(std::size_t instrument_count, std::size_t venue_count, orders::Duration stale_after);

  /// Takes a quote in and gives the instrument's new reference.
  const orders::Quote& apply(const orders::MarketEvent& event) noexcept;
  /// What the engine trades on. Empty sides before the first quote.
  [[nodiscard]] const orders::Quote& reference(orders::InstrumentId instrument) const noexcept {
    return references_[orders::index(instrument)];
  }
  [[nodiscard]] const orders::Quote& venue_quote(orders::InstrumentId instrument,
                                                 orders::VenueId venue) const noexcept {
    return quotes_[orders::index(instrument) * venue_count_ + orders::index(venue)];
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire(quotes_);
    wire(references_);
  }

 private:
  std::size_t venue_count_;
  orders::Duration stale_after_;
  std::vector<orders::Quote> quotes_;      // [instrument][venue]
  std::vector<orders::Quote> references_;  // [instrument]
};

}  // namespace vigil::engine
