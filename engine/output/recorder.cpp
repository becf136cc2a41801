#include "engine/output/recorder.h"

#include <algorithm>

namespace vigil::engine {
namespace {

std::string_view venue_field(const EngineConfig& config, orders::VenueId id) {
  return id == orders::kNoVenue ? std::string_view{} : config.venues[orders::index(id)].name;
}
std::string_view account_field(const EngineConfig& config, orders::AccountId id) {
  return id == orders::kNoAccount ? std::string_view{} : config.portfolio.accounts[orders::index(id)].name;
}
std::string_view strategy_field(const EngineConfig& config, orders::StrategyId id) {
  return id == orders::kNoStrategy ? std::string_view{} : config.strategies[orders::index(id)].name;
}
std::string_view symbol_field(const EngineConfig& config, orders::InstrumentId id) {
  return id == orders::kNoInstrument ? std::string_view{} : config.instruments[orders::index(id)].symbol;
}

}  // namespace

Recorder::Recorder(const EngineConfig& config, CsvFile* fills) : config_(config), fills_(fills) {}

void Recorder::denied(const orders::OrderRequest& request, const orders::Order* order,
                      const risk::Verdict& verdict, orders::EventTime /*now*/) {
  ++denials_[static_cast<std::size_t>(verdict.reason)];
  if (order == nullptr && request.action == orders::OrderRequest::Action::New) ++not_created_;
}

void Recorder::rejected(const orders::Order& /*order*/, const orders::ExecutionReport& report) {
  ++rejects_[static_cast<std::size_t>(report.reason)];
}

void Recorder::filled(const orders::Order& order, const orders::ExecutionReport& report,
                      const positions::BookedFill& /*booked*/, orders::EventTime now) {
  ++fill_count_;
  if (fills_ == nullptr) return;
  const std::string_view currency = report.commission_currency == orders::kNoCurrency
                                        ? std::string_view{}
                                        : config_.currencies[orders::index(report.commission_currency)].code;
  fills_->time(now.wall)
      .field(static_cast<std::int64_t>(order.id))
      .field(order.client_order_id.view())
      .field(venue_field(config_, report.venue))
      .field(report.trade_id.view())
      .field(account_field(config_, order.account))
      .field(strategy_field(config_, order.strategy))
      .field(symbol_field(config_, order.instrument))
      .field(orders::to_string(order.side))
      .decimal(report.quantity.raw())
      .decimal(report.price.raw())
      .decimal(report.commission.raw())
      .field(currency)
      .field(orders::to_string(report.liquidity))
      .price(order.decision_mid)
      .price(order.arrival_bid)
      .price(order.arrival_ask)
      .end_row();
}

void Recorder::finish(const orders::OrderManager& manager) {
  manager.for_each_remembered([this](const orders::Order& order) { orders_.push_back(order); });
  std::sort(orders_.begin(), orders_.end(),
            [](const orders::Order& a, const orders::Order& b) { return a.id < b.id; });
}

void write_orders_csv(CsvFile& file, const EngineConfig& config, const std::vector<orders::Order>& orders) {
  for (const orders::Order& order : orders) {
    std::string_view reason;
    if (order.deny_reason != orders::DenyReason::None) reason = orders::to_string(order.deny_reason);
    if (order.reject_reason != orders::RejectReason::None) reason = orders::to_string(order.reject_reason);
    file.field(static_cast<std::int64_t>(order.id)).field(order.client_order_id.view());
    if (order.parent == orders::kNoOrder) {
      file.field(std::string_view{});
    } else {
      file.field(static_cast<std::int64_t>(order.parent));
    }
    file.field(account_field(config, order.account))
        .field(strategy_field(config, order.strategy))
        .field(symbol_field(config, order.instrument))
        .field(venue_field(config, order.venue))
        .field(orders::to_string(order.side))
        .field(orders::to_string(order.type))
        .field(orders::to_string(order.time_in_force))
        .decimal(order.terms.quantity.raw())
        .price(order.terms.limit_price)
        .price(order.terms.stop_price)
        .field(orders::to_string(order.status))
        .field(reason)
        .decimal(order.cum_quantity.raw())
        .price(order.average_price())
        .decimal(order.overfill_quantity.raw());
    for (const orders::EventTime& stage : order.stages) file.time(stage.wall);
    file.price(order.decision_mid).price(order.arrival_bid).price(order.arrival_ask);
    file.end_row();
  }
}

}  // namespace vigil::engine
