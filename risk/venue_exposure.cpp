#include "risk/venue_exposure.h"

#include "risk/order_value.h"

namespace vigil::risk {

using orders::Money;
using orders::Quantity;

std::optional<VenueExposure::Worth> VenueExposure::worth(
    orders::AccountId account, orders::VenueId venue, const ExposureBook& book,
    const positions::Portfolio& portfolio,
    const std::vector<orders::Instrument>& instruments) const noexcept {
  const orders::CurrencyId reporting = portfolio.config().reporting_currency;
  const std::size_t begin = place(account, venue);
  Worth worth;
  for (std::size_t i = 0; i < instruments_; ++i) {
    const Quantity held = quantities_[begin + i];
    if (held == Quantity{}) continue;
    const auto mid = book.last_mid(instruments[i].id);
    if (!mid) return std::nullopt;
    const bool is_short = held < Quantity{};
    const Value value = value_in(reporting, portfolio, instruments[i], *mid, is_short ? -held : held);
    if (value.status != ValueStatus::Known) return std::nullopt;
    worth.gross += value.amount;
    worth.net += is_short ? -value.amount : value.amount;
  }
  return worth;
}

}  // namespace vigil::risk
