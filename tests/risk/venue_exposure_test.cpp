// What is open at a venue, against a sum over everything that was done there.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <map>
#include <string>
#include <tuple>

#include "tests/risk/risk_desk.h"

namespace {

using namespace risk_desk;

/// Keeps every amount and the mid it was last valued at, and adds up anew whenever asked.
struct Oracle {
  struct Amount {
    Quantity quantity{};
    Price mid{};
  };
  std::map<std::tuple<AccountId, VenueId, InstrumentId>, Amount> amounts;
  std::map<InstrumentId, Price> mids;

  void filled(AccountId account, VenueId venue, InstrumentId id, Quantity quantity) {
    Amount& amount = amounts[{account, venue, id}];
    amount = {amount.quantity + quantity, mids[id]};
  }
  void tick() {
    for (auto& [key, amount] : amounts) amount.mid = mids[std::get<InstrumentId>(key)];
  }
  VenueExposure::Worth worth(AccountId account, VenueId venue) const {
    VenueExposure::Worth sum;
    for (const auto& [key, amount] : amounts) {
      if (std::get<AccountId>(key) != account || std::get<VenueId>(key) != venue) continue;
      const bool is_short = amount.quantity < Quantity{};
      const Instrument definition = instruments()[index(std::get<InstrumentId>(key))];
      const Money value =
          value_of(definition, amount.mid, is_short ? -amount.quantity : amount.quantity)->rounded();
      sum.net += is_short ? -value : value;
      sum.gross += value;
    }
    return sum;
  }
};

}  // namespace

TEST_CASE("what is open at a venue follows each fill, and with the tick each price") {
  rc::check("against a sum over all", [] {
    RiskDesk desk;
    Oracle oracle;
    constexpr std::array kTraded{kFine, kFuture, kCoarse};
    for (const InstrumentId id : kTraded) oracle.mids[id] = price("100");
    const int steps = *rc::gen::inRange(1, 60);
    for (int step = 0; step < steps; ++step) {
      const InstrumentId id = kTraded[*rc::gen::inRange<std::size_t>(0, kTraded.size())];
      const auto account = static_cast<AccountId>(*rc::gen::inRange(0, 2));
      const auto venue = static_cast<VenueId>(*rc::gen::inRange(0, 2));
      switch (*rc::gen::inRange(0, 4)) {
        case 0: {
          const std::string mid = std::to_string(*rc::gen::inRange(1, 500));
          desk.mark(id, mid.c_str(), mid.c_str());
          oracle.mids[id] = price(mid.c_str());
          break;
        }
        case 1:
          desk.risk.tick(desk.now());
          oracle.tick();
          break;
        default: {
          const Quantity amount = Quantity::from_raw(*rc::gen::inRange<std::int64_t>(-5, 6) * 100'000'000);
          desk.risk.booked_at(venue, account, id, amount);
          oracle.filled(account, venue, id, amount);
        }
      }
      const auto found = desk.risk.venue_exposure(account, venue);
      const VenueExposure::Worth expected = oracle.worth(account, venue);
      RC_ASSERT(found.has_value());
      RC_ASSERT(found->net == expected.net);
      RC_ASSERT(found->gross == expected.gross);
    }
  });
}

TEST_CASE("what is open at a venue is not known while a part of it has no price, and is once that has left") {
  const Portfolio portfolio{portfolio_config(), instruments(), {{"USD", 2}, {"BTC", 8}, {"EUR", 2}}, nullptr};
  ExposureBook book(portfolio, portfolio.instruments());
  VenueExposure venues(1, 2, instruments().size());
  const VenueExposure::Prices prices{book, portfolio, portfolio.instruments()};
  book.observe_mid(kFine, price("100"));
  venues.filled(kAlpha, kEast, kFine, quantity("-2"), prices);
  venues.filled(kAlpha, kEast, kFuture, quantity("1"), prices);
  CHECK_FALSE(venues.worth(kAlpha, kEast).has_value());
  CHECK(venues.worth(kAlpha, kWest).has_value());
  book.observe_mid(kFuture, price("10"));
  CHECK_FALSE(venues.worth(kAlpha, kEast).has_value());
  venues.revalue(kAlpha, kEast, prices);
  REQUIRE(venues.worth(kAlpha, kEast).has_value());
  CHECK(venues.worth(kAlpha, kEast)->net == money("300"));
  CHECK(venues.worth(kAlpha, kEast)->gross == money("700"));
}
