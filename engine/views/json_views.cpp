#include "engine/views/json_views.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/version.h"
#include "engine/views/execution_json.h"
#include "engine/views/json_parts.h"
#include "engine/views/limit_json.h"

namespace vigil::engine {

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
    rows.push_back(position_json(config, position));
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

namespace {

Json venue_exposures_json(const EngineConfig& config, const View& view, std::size_t account) {
  Json venues = Json::array();
  for (std::size_t v = 0; v < config.venues.size(); ++v) {
    const auto& worth = view.venue_exposures[account * config.venues.size() + v];
    venues.push_back({{"venue", config.venues[v].name},
                      {"net", worth ? decimal(worth->net) : Json(nullptr)},
                      {"gross", worth ? decimal(worth->gross) : Json(nullptr)}});
  }
  return venues;
}

/// The largest use of a limit, in percent, as the metric.
Json risk_score(const risk::LimitReport& report) {
  std::optional<double> largest;
  for (const risk::LimitUse& use : report.uses()) {
    const auto part = use.utilization();
    if (part) largest = std::max(largest.value_or(0), *part);
  }
  return largest && std::isfinite(*largest) ? Json(100 * *largest) : Json(nullptr);
}

}  // namespace

std::string risk_json(const EngineConfig& config, const View& view, monitoring::Registry& registry) {
  Json accounts = Json::array();
  for (std::size_t i = 0; i < view.accounts.size(); ++i) {
    Json account = account_json(config, view.accounts[i]);
    const risk::RiskManager::AccountExposure& exposure = view.account_exposures[i];
    account["gross_exposure"] = decimal(exposure.gross);
    account["net_exposure"] = decimal(exposure.net);
    account["open_orders"] = exposure.open_orders;
    account["open_positions"] = exposure.open_positions;
    account["risk_score"] = risk_score(view.limits[i]);
    account["limits"] = limits_json(config, registry, i, view.limits[i]);
    account["venues"] = venue_exposures_json(config, view, i);
    account.update(account_scenarios_json(config, view.scenarios, i));
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
                      {"scenarios", scenarios_json(config, view.scenarios)},
                      {"exposures", std::move(exposures)},
                      {"strategies", std::move(strategies)}};
  return document.dump();
}

std::string venues_json(const EngineConfig& config, const View& view, const AnalysisFigures& figures) {
  Json venues = venue_league_json(config, figures.execution.figures());
  for (Json& row : venues) {
    const std::string& name = row["venue"].get_ref<const std::string&>();
    const auto place = std::ranges::find(config.venues, name, &SimulatedVenueConfig::name);
    row["connected"] =
        static_cast<bool>(view.venues_connected[static_cast<std::size_t>(place - config.venues.begin())]);
  }
  return Json{{"time", orders::nanoseconds_of(view.time.wall)}, {"venues", std::move(venues)}}.dump();
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
