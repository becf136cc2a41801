#include "engine/views/json_views.h"

#include <nlohmann/json.hpp>

#include "engine/version.h"

namespace vigil::engine {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json decimal(const T& value) {
  return value.to_string();
}
template <typename T>
Json decimal(const std::optional<T>& value) {
  return value ? Json(value->to_string()) : Json(nullptr);
}

template <typename Id, typename List, typename Name>
Json name_of(Id id, Id none, const List& list, Name name) {
  return id == none ? Json(nullptr) : Json(name(list[orders::index(id)]));
}

Json venue_name(const EngineConfig& config, orders::VenueId id) {
  return name_of(id, orders::kNoVenue, config.venues, [](const auto& venue) { return venue.name; });
}
Json account_name(const EngineConfig& config, orders::AccountId id) {
  return name_of(id, orders::kNoAccount, config.portfolio.accounts,
                 [](const auto& account) { return account.name; });
}
Json strategy_name(const EngineConfig& config, orders::StrategyId id) {
  return name_of(id, orders::kNoStrategy, config.strategies,
                 [](const auto& strategy) { return strategy.name; });
}
Json symbol_name(const EngineConfig& config, orders::InstrumentId id) {
  return name_of(id, orders::kNoInstrument, config.instruments,
                 [](const auto& instrument) { return instrument.symbol; });
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

Json account_json(const EngineConfig& config, const positions::AccountView& account) {
  const positions::AccountConfig& known = config.portfolio.accounts[orders::index(account.account)];
  return {{"account", known.name},
          {"currency", config.currencies[orders::index(known.base_currency)].code},
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

}  // namespace

std::string orders_json(const EngineConfig& config, const View& view) {
  Json rows = Json::array();
  for (const orders::Order& order : view.orders) rows.push_back(order_json(config, order));
  const Json next =
      view.more_orders ? Json(static_cast<std::uint64_t>(view.orders.back().id)) : Json(nullptr);
  const Json document{
      {"time", orders::nanoseconds_of(view.time.wall)},
      {"live", view.live_orders},
      {"remembered", view.remembered_orders},
      {"capacity", view.order_capacity},
      {"in_doubt", view.in_doubt},
      {"oldest_in_doubt_seconds", std::chrono::duration<double>(view.oldest_in_doubt).count()},
      {"orders", std::move(rows)},
      {"next_after", next}};
  return document.dump();
}

std::string positions_json(const EngineConfig& config, const View& view) {
  Json rows = Json::array();
  for (const positions::PositionView& position : view.positions) {
    const orders::Instrument& instrument = config.instruments[orders::index(position.instrument)];
    rows.push_back(
        {{"account", account_name(config, position.account)},
         {"symbol", instrument.symbol},
         {"currency", config.currencies[orders::index(instrument.settlement)].code},
         {"multiplier", decimal(instrument.multiplier)},
         {"inverse", instrument.inverse},
         {"quantity", decimal(position.quantity)},
         {"average_price", decimal(position.average_price)},
         {"realized", decimal(position.realized)},
         {"unrealized", decimal(position.unrealized)},
         {"commissions", decimal(position.commissions)},
         {"mark", decimal(position.mark)},
         {"mark_age_seconds",
          position.mark ? Json(std::chrono::duration<double>(position.mark_age).count()) : Json(nullptr)},
         {"mark_stale", position.mark_stale}});
  }
  Json accounts = Json::array();
  for (const positions::AccountView& account : view.accounts)
    accounts.push_back(account_json(config, account));
  const Json document{{"time", orders::nanoseconds_of(view.time.wall)},
                      {"positions", std::move(rows)},
                      {"accounts", std::move(accounts)},
                      {"cash_identity_residual", view.identity_residual.to_string()}};
  return document.dump();
}

std::string risk_json(const EngineConfig& config, const View& view) {
  Json accounts = Json::array();
  for (std::size_t i = 0; i < view.accounts.size(); ++i) {
    Json account = account_json(config, view.accounts[i]);
    const risk::RiskManager::AccountExposure& exposure = view.account_exposures[i];
    account["gross_exposure"] = decimal(exposure.gross);
    account["net_exposure"] = decimal(exposure.net);
    account["open_orders"] = exposure.open_orders;
    account["open_positions"] = exposure.open_positions;
    accounts.push_back(std::move(account));
  }
  Json exposures = Json::array();
  for (const View::ExposureRow& row : view.exposures) {
    const auto& exposure = row.exposure;
    const bool flat = exposure.position == orders::Quantity{0} &&
                      exposure.working_buy == orders::Quantity{0} &&
                      exposure.working_sell == orders::Quantity{0};
    if (flat) continue;
    exposures.push_back({{"account", account_name(config, row.account)},
                         {"symbol", symbol_name(config, row.instrument)},
                         {"position", decimal(exposure.position)},
                         {"working_buy", decimal(exposure.working_buy)},
                         {"working_sell", decimal(exposure.working_sell)},
                         {"worst_long", decimal(exposure.worst_long)},
                         {"worst_short", decimal(exposure.worst_short)}});
  }
  Json strategies = Json::array();
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    strategies.push_back({{"strategy", config.strategies[i].name},
                          {"enabled", static_cast<bool>(view.strategies_enabled[i])}});
  }
  const Json document{{"time", orders::nanoseconds_of(view.time.wall)},
                      {"trading_state", risk::to_string(view.trading_state)},
                      {"halt_reason", risk::to_string(view.halt_reason)},
                      {"accounts", std::move(accounts)},
                      {"exposures", std::move(exposures)},
                      {"strategies", std::move(strategies)}};
  return document.dump();
}

std::string status_json(const EngineConfig& config, const View& view, double uptime_seconds) {
  Json venues = Json::array();
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    venues.push_back(
        {{"venue", config.venues[i].name}, {"connected", static_cast<bool>(view.venues_connected[i])}});
  }
  Json market = Json::array();
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const orders::Quote& quote = view.references[i];
    market.push_back(
        {{"symbol", config.instruments[i].symbol},
         {"bid", decimal(quote.bid)},
         {"ask", decimal(quote.ask)},
         {"bid_size", decimal(quote.bid_size)},
         {"ask_size", decimal(quote.ask_size)},
         {"time",
          quote.time == orders::Timestamp{} ? Json(nullptr) : Json(orders::nanoseconds_of(quote.time))}});
  }
  const Json document{{"version", version()},
                      {"time", orders::nanoseconds_of(view.time.wall)},
                      {"uptime_seconds", uptime_seconds},
                      {"trading_state", risk::to_string(view.trading_state)},
                      {"live_orders", view.live_orders},
                      {"in_doubt", view.in_doubt},
                      {"venues", std::move(venues)},
                      {"market", std::move(market)}};
  return document.dump();
}

}  // namespace vigil::engine
