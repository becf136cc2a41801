#include "risk/venue_exposure.h"

#include "risk/order_value.h"

namespace vigil::risk {

using orders::Money;
using orders::Quantity;

void VenueExposure::filled(orders::AccountId account, orders::VenueId venue, orders::InstrumentId instrument,
                           Quantity quantity, const Prices& prices) noexcept {
  const std::size_t at = place(account, venue);
  Part& part = parts_[at * instruments_ + index(instrument)];
  part.quantity = part.quantity + quantity;
  value(part, sums_[at], instrument, prices);
}

void VenueExposure::revalue(orders::AccountId account, orders::VenueId venue, const Prices& prices) noexcept {
  const std::size_t at = place(account, venue);
  for (std::size_t i = 0; i < instruments_; ++i) {
    Part& part = parts_[at * instruments_ + i];
    if (part.quantity != Quantity{}) value(part, sums_[at], prices.instruments[i].id, prices);
  }
}

/// Money is exact, so what is taken out of the sums is what was put in.
void VenueExposure::value(Part& part, Sums& sums, orders::InstrumentId instrument,
                          const Prices& prices) noexcept {
  sums.net -= part.value;
  sums.gross -= orders::absolute(part.value);
  sums.unknown -= part.is_unknown ? 1U : 0U;
  part.value = {};
  part.is_unknown = false;
  if (part.quantity == Quantity{}) return;
  const bool is_short = part.quantity < Quantity{};
  const auto mid = prices.book.last_mid(instrument);
  Value worth{ValueStatus::NoRate, {}};
  if (mid) {
    worth = value_in(prices.portfolio.config().reporting_currency, prices.portfolio,
                     prices.instruments[index(instrument)], *mid, is_short ? -part.quantity : part.quantity);
  }
  part.is_unknown = worth.status != ValueStatus::Known;
  if (part.is_unknown) {
    ++sums.unknown;
    return;
  }
  part.value = is_short ? -worth.amount : worth.amount;
  sums.net += part.value;
  sums.gross += worth.amount;
}

}  // namespace vigil::risk
