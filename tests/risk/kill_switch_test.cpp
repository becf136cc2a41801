#include "risk/kill_switch.h"

#include <doctest/doctest.h>

using namespace vigil::orders;
using vigil::risk::covers;
using vigil::risk::KillScope;
using vigil::risk::KillSwitch;
using Level = vigil::risk::KillScope::Level;
using namespace std::chrono_literals;

namespace {

Order order_of(std::uint16_t account, std::uint16_t strategy, std::uint16_t venue, std::uint16_t instrument) {
  Order order;
  order.account = AccountId{account};
  order.strategy = StrategyId{strategy};
  order.venue = VenueId{venue};
  order.instrument = InstrumentId{instrument};
  return order;
}

}  // namespace

TEST_CASE("each scope covers the orders of its id and no others") {
  const Order order = order_of(1, 2, 3, 4);
  CHECK(covers({Level::Firm, 0}, order));
  CHECK(covers({Level::Account, 1}, order));
  CHECK(covers({Level::Strategy, 2}, order));
  CHECK(covers({Level::Venue, 3}, order));
  CHECK(covers({Level::Instrument, 4}, order));
  for (const Level level : {Level::Account, Level::Strategy, Level::Venue, Level::Instrument}) {
    CHECK_FALSE(covers({level, 0}, order));
  }
}

TEST_CASE("several scopes are engaged at once and released one by one") {
  KillSwitch kill{5, 5, 5, 5};
  CHECK(kill.engage({Level::Account, 1}, 0, 1s));
  CHECK(kill.engage({Level::Account, 2}, 0, 1s));
  CHECK(kill.engage({Level::Instrument, 4}, 0, 1s));
  CHECK(kill.count(Level::Account) == 2);
  CHECK(kill.matches(order_of(1, 0, 0, 0)));
  CHECK(kill.matches(order_of(0, 0, 0, 4)));
  CHECK_FALSE(kill.matches(order_of(0, 1, 2, 3)));

  CHECK(kill.release({Level::Account, 1}));
  CHECK_FALSE(kill.release({Level::Account, 1}));
  CHECK_FALSE(kill.matches(order_of(1, 0, 0, 0)));
  CHECK(kill.matches(order_of(2, 0, 0, 0)));
}

TEST_CASE("engaging twice is engaging once") {
  KillSwitch kill{1, 1, 1, 1};
  CHECK(kill.engage({}, 0, 1s));
  CHECK(kill.engage({}, 0, 1s));
  CHECK(kill.count(Level::Firm) == 1);
  CHECK(kill.release({}));
  CHECK_FALSE(kill.matches(order_of(0, 0, 0, 0)));
}

TEST_CASE("a scope that names no known id is ignored") {
  KillSwitch kill{1, 1, 1, 1};
  CHECK_FALSE(kill.engage({Level::Venue, 1}, 3, 1s));
  CHECK(kill.cancels_outstanding() == 0);
  CHECK_FALSE(kill.matches(order_of(0, 0, 1, 0)));
}

TEST_CASE("the time runs from the trigger to the last cancel acknowledged") {
  KillSwitch kill{1, 1, 1, 1};
  CHECK_FALSE(kill.last_duration());
  kill.engage({}, 2, 10s);
  CHECK_FALSE(kill.cancel_acknowledged(10s + 3ms));
  CHECK_FALSE(kill.last_duration());
  CHECK(kill.cancel_acknowledged(10s + 7ms));
  CHECK(kill.last_duration() == 7ms);
  CHECK_FALSE(kill.cancel_acknowledged(10s + 9ms));
  CHECK(kill.last_duration() == 7ms);
}

TEST_CASE("with nothing to cancel it is complete at once") {
  KillSwitch kill{1, 1, 1, 1};
  kill.engage({}, 0, 10s);
  CHECK(kill.last_duration() == 0ns);
}

TEST_CASE("a second engagement waits for the cancels of the first one too") {
  KillSwitch kill{2, 1, 1, 1};
  kill.engage({Level::Account, 0}, 2, 10s);
  kill.engage({Level::Account, 1}, 1, 11s);
  CHECK_FALSE(kill.cancel_acknowledged(12s));
  CHECK_FALSE(kill.cancel_acknowledged(12s));
  CHECK(kill.cancel_acknowledged(13s));
  CHECK(kill.last_duration() == 2s);
}
