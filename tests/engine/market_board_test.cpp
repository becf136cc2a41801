#include "engine/core/market_board.h"

#include <doctest/doctest.h>

using namespace vigil;
using engine::MarketBoard;
using orders::Price;
using orders::Quantity;

namespace {

constexpr orders::InstrumentId kStock{0};

orders::MarketEvent quote(std::uint16_t venue, std::optional<Price> bid, std::optional<Price> ask,
                          std::int64_t seconds = 0, std::int64_t size = 10) {
  orders::MarketEvent event;
  event.instrument = kStock;
  event.venue = orders::VenueId{venue};
  event.time = orders::timestamp_from_nanoseconds(seconds * 1'000'000'000);
  event.quote.bid = bid;
  event.quote.ask = ask;
  if (bid) event.quote.bid_size = Quantity{size};
  if (ask) event.quote.ask_size = Quantity{size};
  return event;
}

}  // namespace

TEST_CASE("the reference is the best bid and the best ask over the venues, each with its size") {
  MarketBoard board(1, 3, std::chrono::seconds{5});
  static_cast<void>(board.apply(quote(0, Price{99}, Price{102}, 0, 5)));
  static_cast<void>(board.apply(quote(1, Price{100}, Price{103}, 0, 7)));
  const orders::Quote& reference = board.apply(quote(2, Price{98}, Price{101}, 0, 9));
  CHECK(reference.bid == Price{100});
  CHECK(reference.bid_size == Quantity{7});
  CHECK(reference.ask == Price{101});
  CHECK(reference.ask_size == Quantity{9});
}

TEST_CASE("sizes of venues at the same best price add up; one that is unknown makes the sum unknown") {
  MarketBoard board(1, 2, std::chrono::seconds{5});
  static_cast<void>(board.apply(quote(0, Price{100}, Price{101}, 0, 5)));
  CHECK(board.apply(quote(1, Price{100}, Price{101}, 0, 7)).bid_size == Quantity{12});
  orders::MarketEvent unknown = quote(1, Price{100}, Price{101});
  unknown.quote.bid_size.reset();
  CHECK_FALSE(board.apply(unknown).bid_size);
}

TEST_CASE("a venue's new quote replaces its old one whole") {
  MarketBoard board(1, 2, std::chrono::seconds{5});
  static_cast<void>(board.apply(quote(0, Price{100}, Price{101})));
  const orders::Quote& reference = board.apply(quote(0, std::nullopt, Price{102}));
  CHECK_FALSE(reference.bid);
  CHECK(reference.ask == Price{102});
  CHECK_FALSE(reference.mid());
}

TEST_CASE("a venue that has been silent for longer than the limit no longer counts once another speaks") {
  MarketBoard board(1, 2, std::chrono::seconds{5});
  static_cast<void>(board.apply(quote(0, Price{100}, Price{101}, 0)));
  CHECK(board.apply(quote(1, Price{90}, Price{91}, 5)).bid == Price{100});
  CHECK(board.apply(quote(1, Price{90}, Price{91}, 6)).bid == Price{90});
}

TEST_CASE("crossed venues give a crossed reference with a mid between") {
  MarketBoard board(1, 2, std::chrono::seconds{5});
  static_cast<void>(board.apply(quote(0, Price{100}, Price{101})));
  const orders::Quote& reference = board.apply(quote(1, Price{103}, Price{104}));
  CHECK(reference.bid == Price{103});
  CHECK(reference.ask == Price{101});
  CHECK(reference.mid() == Price{102});
}
