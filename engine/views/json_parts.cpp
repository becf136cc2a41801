#include "engine/views/json_parts.h"

#include <chrono>
#include <utility>

namespace vigil::engine {
namespace {

/// null: none, or one that the configuration does not have (a record can say anything).
template <typename Id, typename List, typename Name>
Json name_of(Id id, const List& list, Name name) {
  return orders::index(id) < list.size() ? Json(name(list[orders::index(id)])) : Json(nullptr);
}

}  // namespace

Json venue_name(const EngineConfig& config, orders::VenueId id) {
  return name_of(id, config.venues, [](const auto& venue) { return venue.name; });
}
Json account_name(const EngineConfig& config, orders::AccountId id) {
  return name_of(id, config.portfolio.accounts, [](const auto& account) { return account.name; });
}
Json strategy_name(const EngineConfig& config, orders::StrategyId id) {
  return name_of(id, config.strategies, [](const auto& strategy) { return strategy.name; });
}
Json symbol_name(const EngineConfig& config, orders::InstrumentId id) {
  return name_of(id, config.instruments, [](const auto& instrument) { return instrument.symbol; });
}

Json currency_code(const EngineConfig& config, orders::CurrencyId id) {
  return name_of(id, config.currencies, [](const auto& currency) { return currency.code; });
}

Json order_json(const EngineConfig& config, const orders::Order& order) {
  Json stages = Json::object();
  for (std::size_t i = 0; i < orders::kStageCount; ++i) {
    if (order.stages[i].wall == orders::Timestamp{}) continue;
    stages[std::string(orders::to_string(static_cast<orders::Stage>(i)))] =
        orders::nanoseconds_of(order.stages[i].wall);
  }
  Json row{
      {"order_id", static_cast<std::uint64_t>(order.id)},
      {"client_order_id", order.client_order_id.view()},
      {"parent_order_id",
       order.parent == orders::kNoOrder ? Json(nullptr) : Json(static_cast<std::uint64_t>(order.parent))},
      {"account", account_name(config, order.account)},
      {"strategy", strategy_name(config, order.strategy)},
      {"symbol", symbol_name(config, order.instrument)},
      {"venue", venue_name(config, order.venue)},
      {"venue_order_id", order.venue_order_id.view()},
      {"side", orders::to_string(order.side)},
      {"type", orders::to_string(order.type)},
      {"time_in_force", orders::to_string(order.time_in_force)},
      {"state", orders::to_string(order.status)},
      {"in_doubt", order.in_doubt},
      {"quantity", decimal(order.terms.quantity)},
      {"limit_price", decimal(order.terms.limit_price)},
      {"stop_price", decimal(order.terms.stop_price)},
      {"cum_quantity", decimal(order.cum_quantity)},
      {"leaves_quantity", decimal(order.leaves_quantity())},
      {"average_price", decimal(order.average_price())},
      {"stages", std::move(stages)}};
  return row;
}

Json alert_json(const AlertNote& note) {
  return {{"alert", note.name.view()},
          {"state", to_string(note.state)},
          {"labels", note.labels.view()},
          {"value", note.value},
          {"since", orders::nanoseconds_of(note.since)}};
}

Json signal_json(const EngineConfig& config, const Signal& signal) {
  Json model(nullptr);
  if (signal.model < config.models.size()) model = config.models[signal.model].name;
  return {{"model", std::move(model)},         {"symbol", symbol_name(config, signal.instrument)},
          {"signal", to_string(signal.type)},  {"confidence", to_string(signal.confidence)},
          {"probability", signal.probability}, {"quote_time", orders::nanoseconds_of(signal.quote_time)}};
}

Json position_json(const EngineConfig& config, const positions::PositionView& position) {
  const orders::Instrument& instrument = config.instruments[orders::index(position.instrument)];
  return {{"account", account_name(config, position.account)},
          {"symbol", instrument.symbol},
          {"currency", currency_code(config, instrument.settlement)},
          {"multiplier", decimal(instrument.multiplier)},
          {"inverse", instrument.inverse},
          {"quantity", decimal(position.quantity)},
          {"average_price", decimal(position.average_price)},
          {"realized", decimal(position.realized)},
          {"unrealized", decimal(position.unrealized)},
          {"commissions", decimal(position.commissions)},
          {"day_pnl_account", decimal(position.day_pnl_account)},
          {"mark", decimal(position.mark)},
          {"mark_age_seconds",
           position.mark ? Json(std::chrono::duration<double>(position.mark_age).count()) : Json(nullptr)},
          {"mark_stale", position.mark_stale}};
}

Json account_json(const EngineConfig& config, const positions::AccountView& account) {
  const positions::AccountConfig& known = config.portfolio.accounts[orders::index(account.account)];
  return {{"account", known.name},
          {"currency", currency_code(config, known.base_currency)},
          {"initial_capital", decimal(known.initial_capital)},
          {"cash", decimal(account.cash)},
          {"realized", decimal(account.realized)},
          {"unrealized", decimal(account.unrealized)},
          {"commissions", decimal(account.commissions)},
          {"balance", decimal(account.balance)},
          {"equity", decimal(account.equity)},
          {"margin_used", decimal(account.margin_used)},
          {"margin_available", decimal(account.margin_available)},
          {"day_pnl", decimal(account.day_pnl)},
          {"drawdown", account.drawdown},
          {"max_drawdown", account.max_drawdown}};
}

}  // namespace vigil::engine
