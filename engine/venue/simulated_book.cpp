#include "engine/venue/simulated_book.h"

#include <algorithm>
#include <cassert>

namespace vigil::engine {

using orders::Price;
using orders::Quantity;
using orders::Side;

void DisplayedLevel::update(std::optional<Price> price, std::optional<Quantity> size) noexcept {
  if (!price) {
    *this = DisplayedLevel{};
    return;
  }
  const Quantity shown = size ? std::max(*size, Quantity{0}) : kUnlimited;
  const bool continues = quoted_ && price_ == *price && shown != kUnlimited && displayed_ != kUnlimited;
  if (continues) {
    const Quantity growth = std::max(shown - displayed_, Quantity{0});
    remaining_ = std::min(remaining_ + growth, shown);
  } else {
    remaining_ = shown;
  }
  quoted_ = true;
  price_ = *price;
  displayed_ = shown;
}

void DisplayedLevel::take(Quantity quantity) noexcept {
  assert(quantity <= remaining_);
  if (remaining_ != kUnlimited) remaining_ = remaining_ - quantity;
}

SimulatedBook::Key SimulatedBook::resting_key(VenueOrder& order) noexcept {
  const std::int64_t price = order.terms.limit_price->raw();
  return {order.side == Side::Buy ? -price : price, order.priority, &order};
}

SimulatedBook::Key SimulatedBook::stop_key(VenueOrder& order) noexcept {
  const std::int64_t price = order.terms.stop_price->raw();
  return {order.side == Side::Buy ? price : -price, order.priority, &order};
}

Quantity SimulatedBook::whole_lots(Quantity quantity) const noexcept {
  return Quantity::from_raw(quantity.raw() - quantity.raw() % lot_size_.raw());
}

void SimulatedBook::apply_quote(const orders::Quote& quote) {
  const std::optional<Quantity> unknown =
      unknown_size_ == Quantity{0} ? std::nullopt : std::optional{unknown_size_};
  bid_.update(quote.bid, quote.bid_size ? quote.bid_size : unknown);
  ask_.update(quote.ask, quote.ask_size ? quote.ask_size : unknown);
  seen_ = true;
  quoted_ = true;
  move_queues(Side::Buy);
  move_queues(Side::Sell);
}

void SimulatedBook::move_queues(Side side) {
  const DisplayedLevel& touch = own_touch(side);
  for (const Key& key : resting(side)) {
    VenueOrder& order = *key.order;
    const Price limit = *order.terms.limit_price;
    if (!touch.quoted() || !orders::within(side, limit, touch.price())) {
      order.queue_ahead = Quantity{0};
      order.queue_known = true;
      continue;
    }
    if (limit != touch.price()) return;  // sorted: the rest is behind the touch as well
    order.queue_ahead =
        order.queue_known ? std::min(order.queue_ahead, touch.displayed()) : touch.displayed();
    order.queue_known = true;
  }
}

void SimulatedBook::fill_crossed(std::vector<BookFill>& fills) {
  fill_crossed(Side::Buy, fills);
  fill_crossed(Side::Sell, fills);
}

void SimulatedBook::fill_crossed(Side side, std::vector<BookFill>& fills) {
  DisplayedLevel& touch = far_touch(side);
  if (!touch.quoted()) return;
  for (const Key& key : resting(side)) {
    VenueOrder& order = *key.order;
    if (!orders::within(side, touch.price(), *order.terms.limit_price)) return;
    const Quantity quantity = std::min(order.leaves_quantity(), whole_lots(touch.remaining()));
    if (quantity == Quantity{0}) return;
    touch.take(quantity);
    fills.push_back({&order, quantity});
  }
}

void SimulatedBook::fill_traded(Price price, Quantity size, std::optional<Side> aggressor,
                                std::vector<BookFill>& fills) {
  bool inside = false;
  if (!aggressor) {
    const bool at_bid = bid_.quoted() && price <= bid_.price();
    const bool at_ask = ask_.quoted() && price >= ask_.price();
    if (at_bid && at_ask) return;
    if (at_bid) aggressor = Side::Sell;
    if (at_ask) aggressor = Side::Buy;
    inside = !aggressor;
  }
  Quantity left = size;
  if (inside || aggressor == Side::Sell) fill_traded(Side::Buy, price, left, !inside, fills);
  if (inside || aggressor == Side::Buy) fill_traded(Side::Sell, price, left, !inside, fills);
}

void SimulatedBook::fill_traded(Side side, Price price, Quantity& left, bool at_price_too,
                                std::vector<BookFill>& fills) {
  Quantity others_gone{};  // of the queue at the trade's price
  for (const Key& key : resting(side)) {
    VenueOrder& order = *key.order;
    const Price limit = *order.terms.limit_price;
    if (!orders::within(side, price, limit)) return;
    if (limit == price) {
      if (!at_price_too) return;
      if (!order.queue_known) continue;
      // queue_ahead counts others only; our own earlier orders were served by this loop.
      const Quantity ahead = std::max(order.queue_ahead - others_gone, Quantity{0});
      const Quantity consumed = std::min(ahead, left);
      others_gone = others_gone + consumed;
      left = left - consumed;
      if (order.queue_ahead != DisplayedLevel::kUnlimited) {
        order.queue_ahead = std::max(order.queue_ahead - others_gone, Quantity{0});
      }
    }
    const Quantity quantity = std::min(order.leaves_quantity(), whole_lots(left));
    if (quantity == Quantity{0}) continue;
    left = left - quantity;
    fills.push_back({&order, quantity});
  }
}

bool SimulatedBook::stop_reached(const VenueOrder& order) const noexcept {
  const DisplayedLevel& touch = far_touch(order.side);
  return touch.quoted() && orders::within(opposite(order.side), touch.price(), *order.terms.stop_price);
}

void SimulatedBook::take_triggered(std::optional<Price> trade, std::vector<VenueOrder*>& triggered) {
  take_triggered(Side::Buy, trade, triggered);
  take_triggered(Side::Sell, trade, triggered);
}

void SimulatedBook::take_triggered(Side side, std::optional<Price> trade,
                                   std::vector<VenueOrder*>& triggered) {
  Orders& held = stops(side);
  while (!held.empty()) {
    VenueOrder& order = *held.begin()->order;
    const bool by_trade = trade && orders::within(opposite(side), *trade, *order.terms.stop_price);
    if (!by_trade && !stop_reached(order)) return;
    remove(order);
    triggered.push_back(&order);
  }
}

Quantity SimulatedBook::takeable(const VenueOrder& order) const noexcept {
  const DisplayedLevel& touch = far_touch(order.side);
  if (!touch.quoted()) return Quantity{0};
  if (has_limit(order.type) && !orders::within(order.side, touch.price(), *order.terms.limit_price))
    return Quantity{0};
  return std::min(order.leaves_quantity(), whole_lots(touch.remaining()));
}

void SimulatedBook::rest(VenueOrder& order) {
  assert(order.place == VenueOrder::Place::None);
  const DisplayedLevel& touch = own_touch(order.side);
  const Price limit = *order.terms.limit_price;
  const bool alone = quoted_ && (!touch.quoted() || !orders::within(order.side, limit, touch.price()));
  const bool joins = touch.quoted() && limit == touch.price();
  order.queue_known = alone || joins;
  order.queue_ahead = joins ? touch.displayed() : Quantity{0};
  order.place = VenueOrder::Place::Resting;
  resting(order.side).insert(resting_key(order));
}

void SimulatedBook::hold_stop(VenueOrder& order) {
  assert(order.place == VenueOrder::Place::None);
  order.place = VenueOrder::Place::Stop;
  stops(order.side).insert(stop_key(order));
}

void SimulatedBook::remove(VenueOrder& order) {
  if (order.place == VenueOrder::Place::Resting) resting(order.side).erase(resting_key(order));
  if (order.place == VenueOrder::Place::Stop) stops(order.side).erase(stop_key(order));
  order.place = VenueOrder::Place::None;
}

}  // namespace vigil::engine
