#include "risk/exposure_book.h"

#include <algorithm>
#include <cassert>

#include "risk/order_value.h"

namespace vigil::risk {

using orders::AccountId;
using orders::InstrumentId;
using orders::Int128;
using orders::Money;
using orders::Order;
using orders::OrderTerms;
using orders::Price;
using orders::Quantity;
using orders::Quote;
using orders::Side;

namespace {

Money margin_of(const orders::Instrument& instrument, Money worst) noexcept {
  if (instrument.initial_margin == orders::Ratio{1}) return worst;
  // A margin that does not fit saturates: the check it feeds then refuses.
  return scale(worst, instrument.initial_margin).value_or(kLargestValue);
}

bool is_occupied(const InstrumentExposure& exposure) noexcept {
  return exposure.position != Quantity{} || exposure.working_buy != 0 || exposure.working_sell != 0;
}

Money worst_of(const InstrumentExposure& exposure) noexcept {
  return std::max(orders::absolute(exposure.position_value + exposure.buy_value),
                  orders::absolute(exposure.position_value - exposure.sell_value));
}

void exchange(InstrumentExposure& exposure, Side side, const Claim& removed, const Claim& added) noexcept {
  Int128& quantity = side == Side::Buy ? exposure.working_buy : exposure.working_sell;
  Money& value = side == Side::Buy ? exposure.buy_value : exposure.sell_value;
  quantity += static_cast<Int128>(added.quantity.raw()) - removed.quantity.raw();
  value += added.value - removed.value;
  assert(quantity >= 0 && value >= Money{});
}

}  // namespace

ExposureBook::ExposureBook(const positions::Portfolio& portfolio,
                           const std::vector<orders::Instrument>& instruments)
    : portfolio_(portfolio),
      instruments_(instruments),
      mids_(instruments.size()),
      cells_(instruments.size() * portfolio.account_count()),
      sums_(portfolio.account_count()) {
  for (const auto& account : portfolio.config().accounts) currencies_.push_back(account.base_currency);
  assert(currencies_.size() == sums_.size());
}

void ExposureBook::derive(InstrumentId instrument, InstrumentExposure& exposure) const noexcept {
  exposure.worst = worst_of(exposure);
  exposure.margin = margin_of(instruments_[index(instrument)], exposure.worst);
}

void ExposureBook::settle(AccountId account, InstrumentId instrument,
                          const InstrumentExposure& next) noexcept {
  InstrumentExposure& cell = cells_[place(account, instrument)];
  AccountSums& sums = sums_[index(account)];
  sums.gross += next.worst - cell.worst;
  sums.margin += next.margin - cell.margin;
  sums.position_value += next.position_value - cell.position_value;
  sums.buy_value += next.buy_value - cell.buy_value;
  sums.sell_value += next.sell_value - cell.sell_value;
  sums.occupied +=
      static_cast<std::uint32_t>(is_occupied(next)) - static_cast<std::uint32_t>(is_occupied(cell));
  sums.unvalued += static_cast<std::uint32_t>(!next.valued) - static_cast<std::uint32_t>(!cell.valued);
  cell = next;
}

Claim ExposureBook::claim_of(const Order& order, const OrderTerms& terms,
                             const Quote& reference) const noexcept {
  const Quantity left = std::max(terms.quantity - order.cum_quantity, Quantity{});
  if (left == Quantity{}) return {};
  const auto price = effective_price(order.type, order.side, terms, reference, last_mid(order.instrument));
  if (!price) return {left, {}};
  const Value value =
      value_in(base_currency(order.account), portfolio_, instruments_[index(order.instrument)], *price, left);
  return {left, value.amount};
}

bool ExposureBook::recount(Order& order, const Quote& reference) noexcept {
  if (order.parent != orders::kNoOrder) return false;
  // An order that names nothing known was denied and never counted.
  if (index(order.account) >= sums_.size() || index(order.instrument) >= instruments_.size()) return false;

  Claim claim;
  if (is_working(order.status) || order.held) {
    claim = claim_of(order, order.terms, reference);
    // Also where a cancel has followed the replace: until both are answered either may come first.
    if (order.pending != orders::PendingRequest::None && order.pending_terms.quantity > Quantity{}) {
      const Claim wanted = claim_of(order, order.pending_terms, reference);
      claim = {std::max(claim.quantity, wanted.quantity), std::max(claim.value, wanted.value)};
    }
  }
  const Claim counted{order.counted_quantity, order.counted_value};
  if (claim.quantity == counted.quantity && claim.value == counted.value) return false;

  InstrumentExposure next = cells_[place(order.account, order.instrument)];
  exchange(next, order.side, counted, claim);
  const std::uint32_t opened = static_cast<std::uint32_t>(claim.quantity > Quantity{}) -
                               static_cast<std::uint32_t>(counted.quantity > Quantity{});
  next.open_orders += opened;
  derive(order.instrument, next);
  settle(order.account, order.instrument, next);
  sums_[index(order.account)].open_orders += opened;
  order.counted_quantity = claim.quantity;
  order.counted_value = claim.value;
  return true;
}

void ExposureBook::observe_mid(InstrumentId instrument, std::optional<Price> mid) noexcept {
  if (mid) mids_[index(instrument)] = mid;
}

void ExposureBook::revalue(AccountId account, InstrumentId instrument) noexcept {
  const InstrumentExposure& cell = cells_[place(account, instrument)];
  const auto& position = portfolio_.position(account, instrument);
  const Quantity quantity = position.quantity();
  if (quantity == Quantity{} && cell.position == Quantity{}) return;

  InstrumentExposure next = cell;
  next.position = quantity;
  next.position_value = Money{};
  next.marked = true;
  next.valued = true;
  if (quantity != Quantity{}) {
    const auto& definition = instruments_[index(instrument)];
    auto price = last_mid(instrument);
    next.marked = price.has_value();
    if (!price) price = position.average_price(definition);
    const Value value =
        price ? value_in(base_currency(account), portfolio_, definition, *price, absolute(quantity))
              : Value{ValueStatus::NoRate, {}};
    next.valued = value.status == ValueStatus::Known;
    next.position_value = quantity < Quantity{} ? -value.amount : value.amount;
  }
  derive(instrument, next);
  settle(account, instrument, next);
}

void ExposureBook::refresh(AccountId account, InstrumentId instrument) noexcept {
  if (portfolio_.position(account, instrument).quantity() != at(account, instrument).position) {
    revalue(account, instrument);
  }
}

WorstCase ExposureBook::worst_case(AccountId account, InstrumentId instrument) const noexcept {
  return worst_case_with(account, instrument, Side::Buy, {}, {});
}

WorstCase ExposureBook::worst_case_with(AccountId account, InstrumentId instrument, Side side,
                                        const Claim& removed, const Claim& added) const noexcept {
  const InstrumentExposure& cell = at(account, instrument);
  const AccountSums& sums = sums_[index(account)];
  InstrumentExposure next = cell;
  exchange(next, side, removed, added);
  derive(instrument, next);
  return {.long_quantity = static_cast<Int128>(next.position.raw()) + next.working_buy,
          .short_quantity = static_cast<Int128>(next.position.raw()) - next.working_sell,
          .gross = sums.gross - cell.worst + next.worst,
          .net_long = sums.position_value + sums.buy_value - cell.buy_value + next.buy_value,
          .net_short = sums.position_value - (sums.sell_value - cell.sell_value + next.sell_value),
          .margin = sums.margin - cell.margin + next.margin};
}

}  // namespace vigil::risk
