#pragma once

#include <cstddef>
#include <cstdint>
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
      : venues_(venues),
        instruments_(instruments),
        parts_(accounts * venues * instruments),
        sums_(accounts * venues) {}

  /// How amounts are valued: at the last mids, in the reporting currency.
  struct Prices {
    const ExposureBook& book;
    const positions::Portfolio& portfolio;
    const std::vector<orders::Instrument>& instruments;
  };
  /// `quantity` is signed. Values the instrument's amount anew; those of others stay as they were valued.
  void filled(orders::AccountId account, orders::VenueId venue, orders::InstrumentId instrument,
              orders::Quantity quantity, const Prices& prices) noexcept;
  /// Values all amounts anew.
  void revalue(orders::AccountId account, orders::VenueId venue, const Prices& prices) noexcept;

  [[nodiscard]] orders::Quantity quantity(orders::AccountId account, orders::VenueId venue,
                                          orders::InstrumentId instrument) const noexcept {
    return parts_[place(account, venue) * instruments_ + index(instrument)].quantity;
  }

  struct Worth {
    orders::Money net{};
    orders::Money gross{};  ///< sum of sizes
  };
  /// In the reporting currency; nothing where a mid or a rate is missing.
  [[nodiscard]] std::optional<Worth> worth(orders::AccountId account, orders::VenueId venue) const noexcept {
    const Sums& sums = sums_[place(account, venue)];
    if (sums.unknown != 0) return std::nullopt;
    return Worth{sums.net, sums.gross};
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire(parts_);
    wire(sums_);
  }

 private:
  struct Part {
    orders::Quantity quantity{};
    orders::Money value{};  ///< with the sign of the quantity; 0 while it is not known
    bool is_unknown = false;
    template <typename Wire>
    void state(Wire& wire) {
      wire(quantity);
      wire(value);
      wire(is_unknown);
    }
  };
  struct Sums {
    orders::Money net{};
    orders::Money gross{};
    std::uint32_t unknown = 0;  ///< parts whose value is not known
    template <typename Wire>
    void state(Wire& wire) {
      wire(net);
      wire(gross);
      wire(unknown);
    }
  };
  [[nodiscard]] std::size_t place(orders::AccountId account, orders::VenueId venue) const noexcept {
    return index(account) * venues_ + index(venue);
  }
  static void value(Part& part, Sums& sums, orders::InstrumentId instrument, const Prices& prices) noexcept;

  std::size_t venues_;
  std::size_t instruments_;
  std::vector<Part> parts_;  ///< by account, venue, instrument
  std::vector<Sums> sums_;   ///< by account, venue
};

}  // namespace vigil::risk
