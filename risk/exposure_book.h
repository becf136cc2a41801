#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "orders/decimal.h"
#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"
#include "positions/portfolio.h"

namespace vigil::risk {

/// What one order adds to the exposure of its account in its instrument.
struct Claim {
  orders::Quantity quantity{};
  orders::Money value{};  ///< in the account's base currency
};

/// An account in one instrument. Quantities are summed in 128 bits (units of 1e-8): many large orders fit.
struct InstrumentExposure {
  orders::Int128 working_buy = 0;
  orders::Int128 working_sell = 0;
  orders::Money buy_value{};       ///< base currency, >= 0
  orders::Money sell_value{};      ///< base currency, >= 0
  orders::Quantity position{};     ///< as last read from the portfolio
  orders::Money position_value{};  ///< base currency, signed, at the mid; without a mid at the average price
  orders::Money worst{};           ///< max(|position + buys|, |position - sells|) in value
  orders::Money margin{};          ///< worst * initial margin
  std::uint32_t open_orders = 0;   ///< with something left to trade; slices belong to their parent
  bool marked = true;              ///< false: there is a position and no mid
  bool valued = true;  ///< false: there is a position without price, or rate into the base currency

  template <typename Wire>
  void state(Wire& wire) {
    wire(working_buy);
    wire(working_sell);
    wire(buy_value);
    wire(sell_value);
    wire(position);
    wire(position_value);
    wire(worst);
    wire(margin);
    wire(open_orders);
    wire(marked);
    wire(valued);
  }
};

/// An account over all instruments, in its base currency.
struct AccountSums {
  orders::Money gross{};           ///< sum of `worst`
  orders::Money position_value{};  ///< sum, signed
  orders::Money buy_value{};
  orders::Money sell_value{};
  orders::Money margin{};
  std::uint32_t open_orders = 0;  ///< with something left to trade; slices belong to their parent
  std::uint32_t occupied = 0;     ///< instruments with a position or a working order
  std::uint32_t unvalued = 0;     ///< positions that cannot be valued in the base currency
  bool operator==(const AccountSums&) const = default;

  template <typename Wire>
  void state(Wire& wire) {
    wire(gross);
    wire(position_value);
    wire(buy_value);
    wire(sell_value);
    wire(margin);
    wire(open_orders);
    wire(occupied);
    wire(unvalued);
  }
};

/// The worst case of an account if one more claim were counted.
struct WorstCase {
  orders::Int128 long_quantity = 0;   ///< Q + all working buys
  orders::Int128 short_quantity = 0;  ///< Q - all working sells
  orders::Money gross{};
  orders::Money net_long{};   ///< value of all positions + all working buys
  orders::Money net_short{};  ///< value of all positions - all working sells
  orders::Money margin{};
};

/// Working orders and positions of every account in every instrument. An order remembers what is counted for
/// it (its counted_* fields), so counting it again replaces the old figure: recount is idempotent and no
/// rounding or rate can make sums drift. A position's value follows its own instrument's marks at once, and
/// the rates of other currencies at the next tick. All tables are sized at construction. Core thread only.
class ExposureBook {
 public:
  ExposureBook(const positions::Portfolio& portfolio, const std::vector<orders::Instrument>& instruments);

  /// What `order` would count with `terms`: what is left of them, at effective_price. Where it cannot be
  /// valued the value is zero; the pre-trade checks refuse such an order wherever a limit needs the value.
  [[nodiscard]] Claim claim_of(const orders::Order& order, const orders::OrderTerms& terms,
                               const orders::Quote& reference) const noexcept;
  /// Counts what the order's present status and terms ask for: nothing unless it works or waits to be sent;
  /// while a replace is pending the larger of old and new. Slices count nothing, their parent does.
  /// True if that changed anything.
  bool recount(orders::Order& order, const orders::Quote& reference) noexcept;
  /// The instrument's mid moved; nothing = not quoted on both sides now, the last one stays in use.
  void observe_mid(orders::InstrumentId instrument, std::optional<orders::Price> mid) noexcept;
  /// Reads the position from the portfolio and values it anew.
  void revalue(orders::AccountId account, orders::InstrumentId instrument) noexcept;
  /// The same, but only where the portfolio's quantity is not the one last read.
  void refresh(orders::AccountId account, orders::InstrumentId instrument) noexcept;

  [[nodiscard]] const InstrumentExposure& at(orders::AccountId account,
                                             orders::InstrumentId instrument) const noexcept {
    return cells_[place(account, instrument)];
  }
  [[nodiscard]] const AccountSums& sums(orders::AccountId account) const noexcept {
    return sums_[index(account)];
  }
  [[nodiscard]] std::optional<orders::Price> last_mid(orders::InstrumentId instrument) const noexcept {
    return mids_[index(instrument)];
  }
  [[nodiscard]] orders::CurrencyId base_currency(orders::AccountId account) const noexcept {
    return currencies_[index(account)];
  }

  [[nodiscard]] WorstCase worst_case(orders::AccountId account,
                                     orders::InstrumentId instrument) const noexcept;
  /// The worst case with `removed` taken away from the working orders of `side` and `added` put in its place.
  [[nodiscard]] WorstCase worst_case_with(orders::AccountId account, orders::InstrumentId instrument,
                                          orders::Side side, const Claim& removed,
                                          const Claim& added) const noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire(mids_);
    wire(cells_);
    wire(sums_);
  }

 private:
  [[nodiscard]] std::size_t place(orders::AccountId account, orders::InstrumentId instrument) const noexcept {
    return index(instrument) * sums_.size() + index(account);
  }
  void settle(orders::AccountId account, orders::InstrumentId instrument,
              const InstrumentExposure& next) noexcept;
  void derive(orders::InstrumentId instrument, InstrumentExposure& exposure) const noexcept;

  const positions::Portfolio& portfolio_;
  const std::vector<orders::Instrument>& instruments_;
  std::vector<orders::CurrencyId> currencies_;      ///< base currency by account
  std::vector<std::optional<orders::Price>> mids_;  ///< by instrument
  std::vector<InstrumentExposure> cells_;           ///< by instrument, then account
  std::vector<AccountSums> sums_;                   ///< by account
};

}  // namespace vigil::risk
