#include "engine/output/report_parts.h"

namespace vigil::engine {
namespace {

Json ratio(double value) {
  // Fixed digits, so that the text does not depend on how a library prints a double.
  char text[32];
  std::snprintf(text, sizeof text, "%.8f", value);
  return text;
}

Json difference(const std::optional<orders::Money>& now, const std::optional<orders::Money>& before) {
  return now && before ? decimal_of_raw((*now - *before).raw()) : Json(nullptr);
}

Json curve_json(const ValueCurve& curve) {
  Json points = Json::array();
  for (const ValueCurve::Bucket& bucket : curve.buckets()) {
    Json point = Json::array({orders::nanoseconds_of(curve.time_of(bucket))});
    for (const double value : {bucket.first, bucket.least, bucket.greatest, bucket.last})
      point.push_back(bucket.is_known() ? Json(value) : Json(nullptr));
    points.push_back(std::move(point));
  }
  const bool is_known = curve.last_known() == curve.last_known();
  return {{"width_seconds", std::chrono::duration<double>(curve.width()).count()},
          {"worst_drop", is_known ? Json(curve.worst_drop()) : Json(nullptr)},
          {"points", std::move(points)}};
}

}  // namespace

Json positions_rows(const EngineConfig& config, const std::vector<positions::PositionView>& positions) {
  Json result = Json::array();
  for (const positions::PositionView& position : positions) {
    const orders::Instrument& instrument = config.instruments[orders::index(position.instrument)];
    result.push_back(
        {{"account", config.portfolio.accounts[orders::index(position.account)].name},
         {"symbol", instrument.symbol},
         {"currency", config.currencies[orders::index(instrument.settlement)].code},
         {"multiplier", decimal_of_raw(instrument.multiplier.raw())},
         {"inverse", instrument.inverse},
         {"quantity", decimal_of_raw(position.quantity.raw())},
         {"average_price", decimal_or_null(position.average_price)},
         {"realized", decimal_of_raw(position.realized.raw())},
         {"commissions", decimal_of_raw(position.commissions.raw())},
         {"unrealized", decimal_or_null(position.unrealized)},
         {"cash", decimal_of_raw(position.cash.raw())},
         {"mark", decimal_or_null(position.mark)},
         {"mark_age", position.mark ? decimal_of_raw(position.mark_age.count() / 10) : Json(nullptr)},
         {"mark_stale", position.mark_stale}});
  }
  return result;
}

Json accounts_rows(const EngineConfig& config, const std::vector<positions::AccountView>& accounts,
                   const std::vector<std::optional<orders::Money>>& equity_at_begin) {
  Json result = Json::array();
  for (const positions::AccountView& account : accounts) {
    const std::size_t place = orders::index(account.account);
    const positions::AccountConfig& known = config.portfolio.accounts[place];
    result.push_back({{"account", known.name},
                      {"currency", config.currencies[orders::index(known.base_currency)].code},
                      {"initial_capital", decimal_of_raw(known.initial_capital.raw())},
                      {"equity_at_begin", decimal_or_null(equity_at_begin[place])},
                      {"pnl", difference(account.equity, equity_at_begin[place])},
                      {"cash", decimal_or_null(account.cash)},
                      {"realized", decimal_or_null(account.realized)},
                      {"unrealized", decimal_or_null(account.unrealized)},
                      {"commissions", decimal_or_null(account.commissions)},
                      {"balance", decimal_or_null(account.balance)},
                      {"equity", decimal_or_null(account.equity)},
                      {"margin_used", decimal_or_null(account.margin_used)},
                      {"margin_available", decimal_or_null(account.margin_available)},
                      {"day_pnl", decimal_or_null(account.day_pnl)},
                      {"max_drawdown", ratio(account.max_drawdown)}});
  }
  return result;
}

Json strategies_rows(const EngineConfig& config, const std::vector<std::optional<orders::Money>>& pnl,
                     const std::vector<std::optional<orders::Money>>& pnl_at_begin) {
  Json result = Json::array();
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    result.push_back({{"strategy", config.strategies[i].name},
                      {"pnl_at_begin", decimal_or_null(pnl_at_begin[i])},
                      {"pnl", difference(pnl[i], pnl_at_begin[i])}});
  }
  return result;
}

Json traded_rows(const EngineConfig& config, const Activity& activity) {
  Json rows = Json::array();
  for (const auto& [place, cell] : activity.traded) {
    const std::size_t instrument = place / activity.venue_count;
    // A snapshot may be of a configuration that had more of them.
    if (instrument >= config.instruments.size()) continue;
    const bool any = cell.fills > cell.unvalued;
    rows.push_back({{"symbol", config.instruments[instrument].symbol},
                    {"venue", config.venues[place % activity.venue_count].name},
                    {"fills", cell.fills},
                    {"fills_without_rate", cell.unvalued},
                    {"notional", any ? Json(cell.notional) : Json(nullptr)},
                    {"fees", any ? Json(cell.fees) : Json(nullptr)}});
  }
  return rows;
}

Json curves_json(const EngineConfig& config, const ValueCurves& curves) {
  Json accounts = Json::array();
  for (std::size_t i = 0; i < curves.accounts.size(); ++i) {
    const positions::AccountConfig& account = config.portfolio.accounts[i];
    Json row{{"account", account.name},
             {"currency", config.currencies[orders::index(account.base_currency)].code}};
    row.update(curve_json(curves.accounts[i]));
    accounts.push_back(std::move(row));
  }
  Json strategies = Json::array();
  for (std::size_t i = 0; i < curves.strategies.size(); ++i) {
    Json row{{"strategy", config.strategies[i].name}};
    row.update(curve_json(curves.strategies[i]));
    strategies.push_back(std::move(row));
  }
  return {{"accounts", std::move(accounts)}, {"strategies", std::move(strategies)}};
}

}  // namespace vigil::engine
