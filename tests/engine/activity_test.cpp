#include "engine/analysis/activity.h"

#include <doctest/doctest.h>

#include <limits>

using namespace vigil;
using engine::Activity;
using engine::OrderOutcome;

namespace {

orders::FillNote fill(std::uint16_t instrument, std::uint16_t venue, double notional, double fee) {
  orders::FillNote note;
  note.order.instrument = static_cast<orders::InstrumentId>(instrument);
  note.order.venue = static_cast<orders::VenueId>(venue);
  note.notional_usd = notional;
  note.fee_usd = fee;
  return note;
}

}  // namespace

TEST_CASE("fills add up by instrument and venue") {
  Activity activity(3);
  activity.add(fill(1, 2, 100, 1));
  activity.add(fill(1, 2, 50, -2));
  activity.add(fill(0, 0, 7, 0));
  CHECK(activity.fills() == 3);
  REQUIRE(activity.traded.size() == 2);
  const Activity::Traded& cell = activity.traded.at(5);
  CHECK(cell.fills == 2);
  CHECK(cell.notional == 150);
  CHECK(cell.fees == -1);
}

TEST_CASE("a fill without a rate counts, and is in no sum") {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  Activity activity(1);
  activity.add(fill(0, 0, kUnknown, kUnknown));
  activity.add(fill(0, 0, 100, kUnknown));
  const Activity::Traded& cell = activity.traded.at(0);
  CHECK(cell.fills == 2);
  CHECK(cell.unvalued == 2);
  CHECK(cell.notional == 0);
}

TEST_CASE("slices and orders that never came to be are not orders that ended") {
  Activity activity(1);
  activity.add({.kind = OrderOutcome::Kind::Ended, .status = orders::OrderStatus::Filled});
  activity.add({.kind = OrderOutcome::Kind::Ended, .status = orders::OrderStatus::Filled, .is_slice = true});
  activity.add({.kind = OrderOutcome::Kind::NotCreated, .denial = orders::DenyReason::SessionEnded});
  activity.add({.kind = OrderOutcome::Kind::Rejected, .rejection = orders::RejectReason::RateLimited});
  CHECK(activity.ended[static_cast<std::size_t>(orders::OrderStatus::Filled)] == 1);
  CHECK(activity.slices == 1);
  CHECK(activity.not_created == 1);
  CHECK(activity.denials[static_cast<std::size_t>(orders::DenyReason::SessionEnded)] == 1);
  CHECK(activity.rejects[static_cast<std::size_t>(orders::RejectReason::RateLimited)] == 1);
}
