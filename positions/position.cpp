#include "positions/position.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace vigil::positions {

using orders::ExactMoney;
using orders::Instrument;
using orders::Int128;
using orders::Money;
using orders::Price;
using orders::Quantity;

namespace {

constexpr std::int64_t kQuantityMax = std::numeric_limits<std::int64_t>::max();

constexpr int sign_of(Int128 raw) noexcept {
  return raw < 0 ? -1 : raw > 0 ? 1 : 0;
}

/// sum += amount unless that does not fit.
bool add(ExactMoney& sum, ExactMoney amount) noexcept {
  Int128 raw = 0;
  if (__builtin_add_overflow(sum.raw(), amount.raw(), &raw)) return false;
  sum = ExactMoney::from_raw(raw);
  return true;
}

std::optional<ExactMoney> exact(Money money) noexcept {
  Int128 raw = 0;
  if (__builtin_mul_overflow(money.raw(), static_cast<Int128>(orders::kScale), &raw)) return std::nullopt;
  return ExactMoney::from_raw(raw);
}

/// amount * part / whole in units of 10^-decimals, rounded once.
std::optional<ExactMoney> share_of(ExactMoney amount, Quantity part, Quantity whole, int decimals) noexcept {
  Int128 unit = 1;
  for (int i = decimals; i < orders::kExactScaleDigits; ++i) unit *= 10;
  const auto units =
      orders::ratio_half_even(amount.raw(), static_cast<Int128>(whole.raw()) * unit, part.raw());
  if (!units) return std::nullopt;
  return ExactMoney::from_raw(*units * unit);  // at most half a unit above `amount`
}

/// d of rule 1: what the fill moves the position by; nothing when it does not fit.
std::optional<Quantity> movement_of(const PositionFill& fill) noexcept {
  const std::int64_t traded = fill.side == orders::Side::Buy ? fill.quantity.raw() : -fill.quantity.raw();
  std::int64_t raw = 0;
  if (__builtin_sub_overflow(traded, fill.base_commission.raw(), &raw)) return std::nullopt;
  if (raw < -kQuantityMax) return std::nullopt;
  return Quantity::from_raw(raw);
}

/// e of rule 1.
std::optional<ExactMoney> cost_of(const Instrument& instrument, const PositionFill& fill) noexcept {
  auto cost = exact(fill.commission);
  if (!cost) return std::nullopt;
  if (fill.base_commission.raw() == 0) return cost;
  const auto worth = orders::value_of(instrument, fill.price, fill.base_commission);
  if (!worth || !add(*cost, *worth)) return std::nullopt;
  return cost;
}

PositionChange change_of(Quantity held, Quantity movement) noexcept {
  if (held.raw() == 0) return movement.raw() == 0 ? PositionChange::Closed : PositionChange::Opened;
  if (movement.raw() == 0 || sign_of(held.raw()) == sign_of(movement.raw())) return PositionChange::Increased;
  const Quantity moved = orders::absolute(movement);
  const Quantity open = orders::absolute(held);
  if (moved < open) return PositionChange::Reduced;
  return moved == open ? PositionChange::Closed : PositionChange::Flipped;
}

}  // namespace

std::string_view to_string(PositionChange change) noexcept {
  switch (change) {
    case PositionChange::Opened:
      return "opened";
    case PositionChange::Increased:
      return "increased";
    case PositionChange::Reduced:
      return "reduced";
    case PositionChange::Closed:
      return "closed";
    case PositionChange::Flipped:
      return "flipped";
  }
  return "unknown";
}

bool Position::pay(ExactMoney cost) noexcept {
  return add(realized_, -cost) && add(commissions_, cost) && add(cash_, -cost);
}

bool Position::increase(const Instrument& instrument, int direction, Quantity quantity, Price price,
                        ExactMoney cost) noexcept {
  const auto value = orders::value_of(instrument, price, quantity);
  if (!value) return false;
  std::int64_t held = 0;
  if (__builtin_add_overflow(quantity_.raw(), direction * quantity.raw(), &held)) return false;
  if (held < -kQuantityMax) return false;
  const bool pays_value = (direction > 0) != instrument.inverse;
  if (!add(open_value_, *value) || !add(cash_, pays_value ? -*value : *value) || !pay(cost)) return false;
  quantity_ = Quantity::from_raw(held);
  return true;
}

bool Position::reduce(const Instrument& instrument, Quantity quantity, Price price,
                      ExactMoney cost) noexcept {
  const Quantity held = orders::absolute(quantity_);
  const auto value = orders::value_of(instrument, price, quantity);
  if (!value) return false;
  ExactMoney removed = open_value_;
  if (quantity != held) {
    const auto part = orders::multiply_divide_half_even(open_value_.raw(), quantity.raw(), held.raw());
    if (!part) return false;
    removed = ExactMoney::from_raw(*part);
  }
  const bool receives_value = (quantity_.raw() > 0) != instrument.inverse;
  ExactMoney gain = receives_value ? *value : -*value;
  if (!add(gain, receives_value ? -removed : removed)) return false;
  if (!add(cash_, receives_value ? *value : -*value) || !add(realized_, gain) || !pay(cost)) return false;
  if (!add(open_value_, -removed)) return false;
  quantity_ = quantity_.raw() > 0 ? quantity_ - quantity : quantity_ + quantity;
  return true;
}

void Position::close_cycle(PositionEffect& effect, orders::Timestamp time) noexcept {
  effect.cycle_closed = true;
  effect.cycle_realized = cycle_realized();
  effect.cycle_duration = std::max(time - opened_at_, orders::Duration{0});
  cycle_base_ = realized();
}

PositionEffect Position::apply(const Instrument& instrument, int commission_decimals,
                               const PositionFill& fill) noexcept {
  assert(commission_decimals >= 0 && commission_decimals <= orders::kScaleDigits);
  PositionEffect effect;
  if (fill.quantity.raw() <= 0) return effect;
  if (instrument.inverse && fill.base_commission.raw() != 0) return effect;
  const auto movement = movement_of(fill);
  if (!movement) return effect;
  effect.change = change_of(quantity_, *movement);
  const auto cost = cost_of(instrument, fill);
  if (!cost) return effect;

  Position next = *this;
  const Quantity moved = orders::absolute(*movement);
  const int direction = sign_of(movement->raw());
  const bool was_flat = flat();
  if (was_flat) next.opened_at_ = fill.time;
  if (moved.raw() == 0) {
    if (!next.pay(*cost)) return effect;
    if (was_flat) next.close_cycle(effect, fill.time);
  } else if (was_flat || effect.change == PositionChange::Increased) {
    if (!next.increase(instrument, direction, moved, fill.price, *cost)) return effect;
  } else if (effect.change != PositionChange::Flipped) {
    if (!next.reduce(instrument, moved, fill.price, *cost)) return effect;
    if (next.flat()) next.close_cycle(effect, fill.time);
  } else {
    const Quantity closing = orders::absolute(quantity_);
    const auto closing_cost = share_of(*cost, closing, moved, commission_decimals);
    if (!closing_cost || !next.reduce(instrument, closing, fill.price, *closing_cost)) return effect;
    PositionEffect flipped = effect;
    next.close_cycle(flipped, fill.time);
    next.opened_at_ = fill.time;
    ExactMoney opening_cost = *cost;
    if (!add(opening_cost, -*closing_cost)) return effect;
    if (!next.increase(instrument, direction, moved - closing, fill.price, opening_cost)) return effect;
    effect = flipped;
  }

  ++next.fill_count_;
  effect.applied = true;
  effect.realized = next.realized() - realized();
  *this = next;
  return effect;
}

std::optional<Price> Position::average_price(const Instrument& instrument) const noexcept {
  if (flat()) return std::nullopt;
  const Int128 units = static_cast<Int128>(orders::absolute(quantity_).raw()) * instrument.multiplier.raw();
  std::optional<Int128> raw;
  if (!instrument.inverse) {
    // V has 16 decimals and so has |Q|*m: eight more go in for the price.
    raw = orders::ratio_half_even(open_value_.raw(), units, orders::kScale);
  } else if (open_value_.raw() > 0) {
    raw = orders::ratio_half_even(units, open_value_.raw(), orders::kScale);
  }
  if (!raw || *raw > std::numeric_limits<std::int64_t>::max() ||
      *raw < std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return Price::from_raw(static_cast<std::int64_t>(*raw));
}

Money Position::unrealized_at(const Instrument& instrument, ExactMoney value) const noexcept {
  const bool gains_with_value = (quantity_.raw() > 0) != instrument.inverse;
  return (gains_with_value ? value - open_value_ : open_value_ - value).rounded();
}

std::optional<Money> Position::unrealized(const Instrument& instrument, Price mark) const noexcept {
  if (flat()) return Money{};
  const auto value = orders::value_of(instrument, mark, orders::absolute(quantity_));
  if (!value) return std::nullopt;
  return unrealized_at(instrument, *value);
}

ExactMoney Position::identity_residual(const Instrument& instrument, Price mark) const noexcept {
  if (flat()) return cash_ - realized_;
  // Where the mark's value does not fit, the cost stands in for it: then U is 0.
  const ExactMoney value =
      orders::value_of(instrument, mark, orders::absolute(quantity_)).value_or(open_value_);
  const bool gains_with_value = (quantity_.raw() > 0) != instrument.inverse;
  const ExactMoney worth = gains_with_value ? value : -value;
  const ExactMoney unrealized = gains_with_value ? value - open_value_ : open_value_ - value;
  return cash_ + worth - realized_ - unrealized;
}

}  // namespace vigil::positions
