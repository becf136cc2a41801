#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orders/execution_report.h"
#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"
#include "positions/position.h"

namespace vigil::positions {

enum class MarkBasis : std::uint8_t { Touch, Mid };  ///< Touch: bid for a long, ask for a short

struct AccountConfig {
  std::string name;
  orders::CurrencyId base_currency = orders::kNoCurrency;
  orders::Money initial_capital{};  ///< in the base currency
};

/// A fixed rate between two currencies, used until (and unless) the market gives one. 1 `from` = rate `to`.
struct ConversionConfig {
  orders::CurrencyId from = orders::kNoCurrency;
  orders::CurrencyId to = orders::kNoCurrency;
  orders::Ratio rate{};
};

struct PortfolioConfig {
  std::vector<AccountConfig> accounts;
  std::vector<ConversionConfig> conversions;
  orders::CurrencyId reporting_currency = orders::kNoCurrency;  ///< what *_usd metrics are in
  MarkBasis mark_basis = MarkBasis::Touch;
  orders::Duration stale_mark_after = std::chrono::seconds{10};
  orders::Duration day_start{};  ///< time of day (UTC) at which the day's figures start again
  std::size_t strategy_count = 0;
};

/// How a commission charged in a currency other than the settlement one was turned into it.
struct CommissionConversion {
  bool needed = false;
  bool possible = true;      ///< false: no rate; the commission is booked as 0 and counted, an alert
  orders::Ratio rate{};
};

struct BookedFill {
  bool applied = false;
  PositionEffect effect;
  CommissionConversion conversion;
};

/// A position as others see it. Money in the settlement currency; *_account in the account's base currency.
struct PositionView {
  orders::AccountId account = orders::kNoAccount;
  orders::InstrumentId instrument = orders::kNoInstrument;
  orders::Quantity quantity{};
  std::optional<orders::Price> average_price;
  orders::Money realized{};
  orders::Money commissions{};
  std::optional<orders::Money> unrealized;  ///< nothing without a mark (0 when flat)
  std::optional<orders::Price> mark;
  orders::Duration mark_age{};
  bool mark_stale = false;
  orders::Money cash{};
};

/// An account in its base currency. Where one figure needs a missing mark or rate it is absent, never zero.
struct AccountView {
  orders::AccountId account = orders::kNoAccount;
  orders::Money cash{};                      ///< initial capital + all cash flows = balance of the ledger
  orders::Money realized{};                  ///< net of commissions
  std::optional<orders::Money> unrealized;
  orders::Money commissions{};
  std::optional<orders::Money> balance;      ///< initial capital + realized
  std::optional<orders::Money> equity;       ///< balance + unrealized
  std::optional<orders::Money> margin_used;  ///< sum of |value at mark| * initial margin
  std::optional<orders::Money> margin_available;  ///< equity - margin_used
  std::optional<orders::Money> day_pnl;      ///< equity - equity at the day's start
  orders::Money peak_equity{};
  double drawdown = 0;                       ///< (peak - equity) / peak
  double max_drawdown = 0;
};

class PositionMetrics;

/// All positions and accounts. Core thread only; memory is reserved at construction.
class Portfolio {
 public:
  Portfolio(PortfolioConfig config, const std::vector<orders::Instrument>& instruments,
            const std::vector<orders::Currency>& currencies, PositionMetrics* metrics);
  ~Portfolio();
  Portfolio(const Portfolio&) = delete;
  Portfolio& operator=(const Portfolio&) = delete;

  /// Books a fill of `order` (the part that is an overfill too: the venue's truth).
  BookedFill book(const orders::Order& order, const orders::ExecutionReport& fill,
                  orders::EventTime now) noexcept;
  /// New best bid and ask of an instrument: marks positions, moves conversion rates.
  void mark(orders::InstrumentId instrument, const orders::Quote& quote, orders::EventTime now) noexcept;
  /// Brings ages, day boundary and drawdowns up to date; call at least once a second.
  void tick(orders::EventTime now) noexcept;

  [[nodiscard]] const Position& position(orders::AccountId account, orders::InstrumentId instrument) const noexcept;
  [[nodiscard]] PositionView view(orders::AccountId account, orders::InstrumentId instrument,
                                  orders::Timestamp now) const noexcept;
  [[nodiscard]] AccountView account(orders::AccountId account, orders::Timestamp now) const noexcept;
  [[nodiscard]] std::size_t account_count() const noexcept;
  [[nodiscard]] std::size_t open_positions(orders::AccountId account) const noexcept;
  /// Rate that turns an amount of `from` into `to` now; nothing when neither observed nor configured.
  [[nodiscard]] std::optional<orders::Ratio> rate(orders::CurrencyId from, orders::CurrencyId to) const noexcept;
  [[nodiscard]] std::optional<orders::Money> convert(orders::Money amount, orders::CurrencyId from,
                                                     orders::CurrencyId to) const noexcept;
  /// Greatest |identity residual| over all positions, in units of 1e-16 (exactly 0 unless there is a fault).
  [[nodiscard]] orders::ExactMoney identity_residual() const noexcept;
  [[nodiscard]] const std::vector<orders::Instrument>& instruments() const noexcept;
  [[nodiscard]] const PortfolioConfig& config() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::positions
