#include "simulated_client.h"

#include "world_config.h"

namespace vigil::engine::test {

using orders::Order;
using orders::Quantity;

void SimulatedClient::place_order(Core& core, orders::EventTime now) {
  orders::OrderRequest request;
  // Now and then the same id again: who got no answer asks again.
  const bool is_again = !acknowledged_.empty() && random_.chance(0.1);
  const std::uint64_t number = is_again ? random_.below(next_id_) : next_id_++;
  const std::string id = "C" + std::to_string(number);
  request.client_order_id = *orders::ClientOrderId::from(id);
  request.account = static_cast<orders::AccountId>(random_.below(2));
  request.strategy = orders::StrategyId{0};
  request.instrument = kWorldInstruments[random_.below(2)];
  request.venue = random_.chance(0.4) ? orders::kNoVenue : static_cast<orders::VenueId>(random_.below(2));
  request.side = random_.chance(0.5) ? orders::Side::Buy : orders::Side::Sell;
  request.type = orders::OrderType::Limit;
  request.time_in_force =
      random_.chance(0.2) ? orders::TimeInForce::ImmediateOrCancel : orders::TimeInForce::Day;
  request.terms.quantity = Quantity{random_.from_one_to(150)};
  request.terms.limit_price = cents(static_cast<std::int64_t>(9945 + random_.below(115)));
  request.decided = now;
  const bool is_known = core.orders().find(request.client_order_id) != nullptr;
  core.on_request(request, true, now);
  const std::uint64_t record = core.tape().next_sequence() - 1;
  if (is_again && acknowledged_.contains(id) &&
      core.last_refusal() != orders::DenyReason::DuplicateClientOrderId) {
    rules_.broken("an order that was acknowledged is not taken up again: " + id);
  }
  if (core.last_refusal() == orders::DenyReason::None) check_limits(core, request);
  if (!is_known && core.orders().find(request.client_order_id) != nullptr) asked_[id] = record;
}

/// With an order that has just been let through.
void SimulatedClient::check_limits(const Core& core, const orders::OrderRequest& request) {
  const auto exposure = core.risk().exposure(request.account, request.instrument);
  const Quantity held = core.portfolio().position(request.account, request.instrument).quantity();
  const bool buys = request.side == orders::Side::Buy;
  const Quantity worst = buys ? held + exposure.working_buy : exposure.working_sell - held;
  const auto& limits = core.risk().limits();
  const auto& most = limits.instruments[orders::index(request.instrument)].max_position;
  if (most && worst > *most) {
    rules_.broken("no order passes that could bring a position beyond its limit: " + worst.to_string() +
                  " of " + most->to_string());
  }
  const std::uint32_t open = core.risk().account_exposure(request.account).open_orders;
  if (const auto& most_open = limits.accounts[orders::index(request.account)].max_open_orders;
      most_open && open > *most_open) {
    rules_.broken("no order passes beyond the limit of open orders: " + std::to_string(open));
  }
}

void SimulatedClient::cancel_order(Core& core, orders::EventTime now) {
  orders::OrderRequest request;
  request.action = orders::OrderRequest::Action::Cancel;
  request.client_order_id = *orders::ClientOrderId::from("C" + std::to_string(random_.below(next_id_ + 1)));
  request.decided = now;
  core.on_request(request, true, now);
}

void SimulatedClient::replace_order(Core& core, orders::EventTime now) {
  orders::OrderRequest request;
  request.action = orders::OrderRequest::Action::Replace;
  request.client_order_id = *orders::ClientOrderId::from("C" + std::to_string(random_.below(next_id_ + 1)));
  request.terms.quantity = Quantity{random_.from_one_to(200)};
  request.decided = now;
  core.on_request(request, true, now);
}

void SimulatedClient::told(Core& core, std::uint64_t durable) {
  for (auto at = asked_.begin(); at != asked_.end();) {
    if (durable < at->second) {
      ++at;
      continue;
    }
    const Order* const order = core.orders().find(*orders::ClientOrderId::from(at->first));
    if (order == nullptr) {
      rules_.broken("an order that is on the disk is known: " + at->first);
    } else {
      acknowledged_[at->first] = order->id;
    }
    at = asked_.erase(at);
  }
}

void SimulatedClient::check(Core& core) const {
  for (const auto& [client_id, order_id] : acknowledged_) {
    const Order* const order = core.orders().find(*orders::ClientOrderId::from(client_id));
    if (order == nullptr || order->id != order_id) {
      return rules_.broken("an order that was acknowledged is never lost: " + client_id);
    }
  }
}

}  // namespace vigil::engine::test
