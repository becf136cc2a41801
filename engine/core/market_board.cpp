#include "engine/core/market_board.h"

#include <cassert>

namespace vigil::engine {
namespace {

// Sizes of venues at the same best price add up; one unknown size makes the sum unknown.
void take_bid(orders::Quote& best, const orders::Quote& quote) noexcept {
  if (!quote.bid || (best.bid && *quote.bid < *best.bid)) return;
  if (best.bid && *quote.bid == *best.bid) {
    best.bid_size =
        best.bid_size && quote.bid_size ? std::optional{*best.bid_size + *quote.bid_size} : std::nullopt;
    return;
  }
  best.bid = quote.bid;
  best.bid_size = quote.bid_size;
}

void take_ask(orders::Quote& best, const orders::Quote& quote) noexcept {
  if (!quote.ask || (best.ask && *quote.ask > *best.ask)) return;
  if (best.ask && *quote.ask == *best.ask) {
    best.ask_size =
        best.ask_size && quote.ask_size ? std::optional{*best.ask_size + *quote.ask_size} : std::nullopt;
    return;
  }
  best.ask = quote.ask;
  best.ask_size = quote.ask_size;
}

}  // namespace

MarketBoard::MarketBoard(std::size_t instrument_count, std::size_t venue_count, orders::Duration stale_after)
    : venue_count_(venue_count),
      stale_after_(stale_after),
      quotes_(instrument_count * venue_count),
      references_(instrument_count) {}

const orders::Quote& MarketBoard::apply(const orders::MarketEvent& event) noexcept {
  assert(event.kind == orders::MarketEventKind::Quote);
  assert(orders::index(event.instrument) < references_.size() && orders::index(event.venue) < venue_count_);

  orders::Quote* const quotes = &quotes_[orders::index(event.instrument) * venue_count_];
  orders::Quote& own = quotes[orders::index(event.venue)];
  own = event.quote;
  own.time = event.time;

  orders::Quote best;
  best.time = event.time;
  for (std::size_t venue = 0; venue < venue_count_; ++venue) {
    const orders::Quote& quote = quotes[venue];
    if (event.time - quote.time > stale_after_) continue;
    take_bid(best, quote);
    take_ask(best, quote);
  }
  orders::Quote& reference = references_[orders::index(event.instrument)];
  reference = best;
  return reference;
}

}  // namespace vigil::engine
