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
#include "positions/conversion_table.h"
#include "positions/excursion.h"
#include "positions/performance.h"
#include "positions/position.h"

namespace vigil::positions {

enum class MarkBasis : std::uint8_t { Touch, Mid };  ///< Touch: bid for a long, ask for a short

struct AccountConfig {
  std::string name;
  orders::CurrencyId base_currency = orders::kNoCurrency;
  orders::Money initial_capital{};  ///< in the base currency
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
  bool possible = true;    ///< false: no rate; the commission is booked as 0 and counted, an alert
  orders::Ratio rate{};    ///< settlement currency per unit charged, rounded to 1e-8: for the record
  orders::Money booked{};  ///< the commission in the settlement currency, converted without that rounding; 0
                           ///< where it changed the quantity instead
};

struct BookedFill {
  bool applied = false;
  PositionEffect effect;
  CommissionConversion conversion;
  /// What the fill cost in commission, in the settlement currency, however it was charged.
  orders::Money commission{};
  /// The round trip that it ended, of the account's position and of the strategy's own; nothing: none, or no
  /// rate.
  std::optional<ClosedTrade> account_trade;
  std::optional<ClosedTrade> strategy_trade;
};

/// A position as others see it. Money in the settlement currency; *_account in the account's base currency at
/// the present rate (nothing without one).
struct PositionView {
  orders::AccountId account = orders::kNoAccount;
  orders::InstrumentId instrument = orders::kNoInstrument;
  orders::Quantity quantity{};
  std::optional<orders::Price> average_price;
  orders::Money realized{};
  orders::Money commissions{};
  std::optional<orders::Money> unrealized;  ///< nothing without a mark (0 when flat)
  std::optional<orders::Price> mark;  ///< what the position is valued at; when flat, what a long would be
  orders::Duration mark_age{};        ///< since the last quote; 0 before the first
  bool mark_stale = false;
  orders::Money cash{};
  std::optional<orders::Money> value;  ///< Q*M*m, negative for a short; nothing without a mark
  std::optional<orders::Money> realized_account;
  std::optional<orders::Money> unrealized_account;
  std::optional<orders::Money> commissions_account;
  std::optional<orders::Money> margin_account;   ///< |value at mark| * initial margin
  std::optional<orders::Money> day_pnl_account;  ///< since the day began, see Portfolio::day_pnl
};

/// An account in its base currency. Where one figure needs a missing mark or rate it is absent, never zero.
///
/// Realized, unrealized, commissions and margin are the sums over instruments of the rounded figures of
/// PositionView (*_account), so they agree with them exactly. A figure in another currency is converted at
/// the present rate, past gains included: what it would be worth now.
struct AccountView {
  orders::AccountId account = orders::kNoAccount;
  /// Initial capital + all cash flows = balance of the ledger. Kept exactly by currency, converted at the
  /// present rate.
  std::optional<orders::Money> cash;
  std::optional<orders::Money> realized;  ///< net of commissions
  std::optional<orders::Money> unrealized;
  std::optional<orders::Money> commissions;
  std::optional<orders::Money> balance;           ///< initial capital + realized
  std::optional<orders::Money> equity;            ///< balance + unrealized
  std::optional<orders::Money> margin_used;       ///< sum of |value at mark| * initial margin
  std::optional<orders::Money> margin_available;  ///< equity - margin_used
  /// Equity - equity at the day's start. Where that was not known, the last equity known before it.
  std::optional<orders::Money> day_pnl;
  orders::Money peak_equity{};
  double drawdown = 0;  ///< (peak - equity) / peak, of the last equity known
  double max_drawdown = 0;
  bool mark_stale = false;  ///< a position held is valued at a stale mark
};

/// How an account stands, as in AccountView: what limits on losses judge by, after every event.
struct AccountResult {
  std::optional<orders::Money> equity;
  std::optional<orders::Money> day_pnl;
  orders::Money peak_equity{};
  double drawdown = 0;
  double max_drawdown = 0;

  template <typename Wire>
  void state(Wire& wire) {
    wire(equity);
    wire(day_pnl);
    wire(peak_equity);
    wire(drawdown);
    wire(max_drawdown);
  }
};

/// The sum of all accounts, each figure converted into the reporting currency.
struct FirmView {
  std::optional<orders::Money> initial_capital;
  std::optional<orders::Money> cash;
  std::optional<orders::Money> realized;
  std::optional<orders::Money> unrealized;
  std::optional<orders::Money> commissions;
  std::optional<orders::Money> balance;
  std::optional<orders::Money> equity;
  std::optional<orders::Money> margin_used;
  std::optional<orders::Money> day_pnl;
  bool mark_stale = false;
};

/// A strategy over all accounts, in the reporting currency. It has netting positions of its own: what two
/// strategies do against each other in one account nets in the account but not here.
struct StrategyView {
  std::optional<orders::Money> realized;
  std::optional<orders::Money> unrealized;
  TradeStatistics trades;  ///< each converted at the rate of its closing fill

  /// Realized and unrealized; nothing unless both are known.
  [[nodiscard]] std::optional<orders::Money> pnl() const noexcept {
    if (!realized || !unrealized) return std::nullopt;
    return *realized + *unrealized;
  }
};

class PositionMetrics;

/// All positions and accounts. Core thread only; memory is reserved at construction. Where a mark or a rate
/// moves, only what depends on it is valued again; the figures of AccountView are current after every call.
class Portfolio {
 public:
  /// Throws std::invalid_argument where the configuration makes no sense. `metrics` may be null; it is not
  /// owned.
  Portfolio(PortfolioConfig config, const std::vector<orders::Instrument>& instruments,
            const std::vector<orders::Currency>& currencies, PositionMetrics* metrics);
  ~Portfolio();
  Portfolio(const Portfolio&) = delete;
  Portfolio& operator=(const Portfolio&) = delete;

  /// Books a fill of `order` (the part that is an overfill too: the venue's truth). A commission without a
  /// currency is in the settlement currency. One in the base currency changes the quantity where a unit of
  /// the instrument is a unit of that currency (linear, multiplier 1); any other is converted: between the
  /// instrument's own two currencies at the fill's price, else at the present rate.
  BookedFill book(const orders::Order& order, const orders::ExecutionReport& fill,
                  orders::EventTime now) noexcept;
  /// New best bid and ask of an instrument: marks positions, moves conversion rates. The quote replaces the
  /// one before whole; a side that is not quoted is a missing mark. A quote without a time is as of `now`.
  void mark(orders::InstrumentId instrument, const orders::Quote& quote, orders::EventTime now) noexcept;
  /// Brings ages, stale flags and the day boundary up to date; call at least once a second.
  void tick(orders::EventTime now) noexcept;

  [[nodiscard]] const Position& position(orders::AccountId account,
                                         orders::InstrumentId instrument) const noexcept;
  [[nodiscard]] PositionView view(orders::AccountId account, orders::InstrumentId instrument,
                                  orders::Timestamp now) const noexcept;
  /// `mark_stale` is as of the last event; nothing else depends on `now`.
  [[nodiscard]] AccountView account(orders::AccountId account, orders::Timestamp now) const noexcept;
  [[nodiscard]] AccountResult result(orders::AccountId account) const noexcept;
  /// The instrument's part of the account's day_pnl, in its base currency: realized + unrealized since the
  /// day began. The parts of all instruments add up to the whole wherever all are known.
  [[nodiscard]] std::optional<orders::Money> day_pnl(orders::AccountId account,
                                                     orders::InstrumentId instrument) const noexcept;
  [[nodiscard]] FirmView firm(orders::Timestamp now) const noexcept;
  [[nodiscard]] const Position& strategy_position(orders::StrategyId strategy,
                                                  orders::InstrumentId instrument) const noexcept;
  [[nodiscard]] StrategyView strategy(orders::StrategyId strategy) const noexcept;
  [[nodiscard]] std::size_t account_count() const noexcept;
  [[nodiscard]] std::size_t open_positions(orders::AccountId account) const noexcept;
  /// Rate that turns an amount of `from` into `to` now; nothing when neither observed nor configured.
  [[nodiscard]] std::optional<orders::Ratio> rate(orders::CurrencyId from,
                                                  orders::CurrencyId to) const noexcept;
  [[nodiscard]] std::optional<orders::Money> convert(orders::Money amount, orders::CurrencyId from,
                                                     orders::CurrencyId to) const noexcept;
  /// Greatest |identity residual| over all positions and over the accounts' balances by currency against the
  /// positions' cash, in units of 1e-16 (exactly 0 unless there is a fault).
  [[nodiscard]] orders::ExactMoney identity_residual() const noexcept;
  /// What could not be converted for want of a rate: commissions booked as 0, round trips left out of the
  /// statistics.
  [[nodiscard]] std::uint64_t missing_conversions() const noexcept;
  /// Fills that changed nothing: a figure did not fit or the fill made no sense.
  [[nodiscard]] std::uint64_t refused_fills() const noexcept;
  [[nodiscard]] const std::vector<orders::Instrument>& instruments() const noexcept;
  [[nodiscard]] const PortfolioConfig& config() const noexcept;

  /// All books, written, or read into a portfolio of the same configuration: positions/portfolio_state.h.
  template <typename Wire>
  void state(Wire& wire);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::positions
