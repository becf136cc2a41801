#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/instrument.h"
#include "positions/portfolio.h"
#include "risk/exposure_book.h"

namespace vigil::risk {

/// What every account bought less what it sold at each venue. Positions net over venues; these do not: bought
/// here and sold there is an open amount at both, which is what a failing venue would leave one with. Fees
/// paid in the instrument are not counted. No decision reads it. Core thread only; tables are sized at
/// construction.
class VenueExposure {
 public:
  VenueExposure(std::size_t accounts, std::size_t venues, std::size_t instruments)
      : venues_(venues), instruments_(instruments), quantities_(accounts * venues * instruments) {}

  /// `quantity` is signed.
  void filled(orders::AccountId account, orders::VenueId venue, orders::InstrumentId instrument,
              orders::Quantity quantity) noexcept {
    orders::Quantity& held = quantities_[place(account, venue) + index(instrument)];
    held = held + quantity;
  }

  [[nodiscard]] orders::Quantity quantity(orders::AccountId account, orders::VenueId venue,
                                          orders::InstrumentId instrument) const noexcept {
    return quantities_[place(account, venue) + index(instrument)];
  }

  struct Worth {
    orders::Money net{};
    orders::Money gross{};  ///< sum of sizes
  };
  /// At the last mids, in the reporting currency; nothing where a mid or a rate is missing.
  [[nodiscard]] std::optional<Worth> worth(orders::AccountId account, orders::VenueId venue,
                                           const ExposureBook& book, const positions::Portfolio& portfolio,
                                           const std::vector<orders::Instrument>& instruments) const noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire(quantities_);
  }

 private:
  [[nodiscard]] std::size_t place(orders::AccountId account, orders::VenueId venue) const noexcept {
    return (index(account) * venues_ + index(venue)) * instruments_;
  }

  std::size_t venues_;
  std::size_t instruments_;
  std::vector<orders::Quantity> quantities_;  ///< by account, venue, instrument
};

}  // namespace vigil::risk
