#include "engine/output/day_report.h"

#include <utility>

#include "engine/analysis/session_day.h"
#include "engine/config/value_text.h"
#include "engine/output/report_parts.h"
#include "engine/views/execution_json.h"
#include "engine/views/limit_json.h"
#include "engine/views/market_json.h"
#include "engine/views/performance_json.h"

namespace vigil::engine {
namespace {

Json head_json(const EngineConfig& config, const DayBook& book, orders::Timestamp end, bool is_over) {
  const std::int64_t session = book.session().value_or(session_of(end, config.session_end));
  return {{"kind", "day"},
          {"day", day_of_session(session, config.session_end)},
          {"from", orders::nanoseconds_of(book.begin())},
          {"to", orders::nanoseconds_of(end)},
          {"is_over", is_over},
          {"is_partial", book.is_partial()},
          {"notes_dropped", book.dropped()},
          {"complete", is_over && !book.is_partial() && book.dropped() == 0},
          {"reporting_currency", currency_code(config, config.portfolio.reporting_currency)}};
}

Json orders_json(const Activity& activity) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : activity.ended) total += count;
  return {{"total", total},
          {"slices", activity.slices},
          {"not_created", activity.not_created},
          {"by_state", counts_by_name<orders::OrderStatus>(activity.ended)}};
}

Json alerts_json(const DayBook& book) {
  Json rows = Json::array();
  for (const AlertMark& mark : book.alerts()) {
    Json row{{"time", orders::nanoseconds_of(mark.time)}};
    row.update(alert_json(mark.alert));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json risk_json(const EngineConfig& config, const Closing& closing) {
  Json accounts = Json::array();
  for (std::size_t i = 0; i < config.portfolio.accounts.size(); ++i) {
    Json limits = Json::array();
    for (const LimitsMark& mark : closing.limits) {
      if (orders::index(mark.account) == i) limits = limits_json(config, mark.report);
    }
    Json losses = Json::object();
    for (const Closing::Loss& loss : closing.losses) {
      if (loss.account == i)
        losses[real_text(config.scenarios.confidences[loss.place])] = {{"var", loss.value},
                                                                       {"cvar", loss.expected}};
    }
    Json stress = Json::object();
    for (const Closing::Loss& loss : closing.stresses) {
      if (loss.account == i) stress[config.scenarios.stress[loss.place].name] = loss.value;
    }
    accounts.push_back({{"account", config.portfolio.accounts[i].name},
                        {"limits", std::move(limits)},
                        {"value_at_risk", std::move(losses)},
                        {"stress", std::move(stress)}});
  }
  const bool any = closing.scenarios_at != orders::Timestamp{};
  return {{"scenarios",
           {{"count", closing.scenarios},
            {"interval", duration_text(config.scenarios.interval)},
            {"as_of", any ? Json(orders::nanoseconds_of(closing.scenarios_at)) : Json(nullptr)}}},
          {"accounts", std::move(accounts)}};
}

/// P&L by the market's state of the session alone. The ratios of alpha are of their own windows.
Json market_of_day(const EngineConfig& config, const DayBook& book, const MarketStudy& market) {
  Json json = market_json(config, market);
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    Json& row = json["strategies"][i];
    row.erase("alpha");  // since the start
    for (std::size_t state = 0; state < MarketStudy::kStates; ++state) {
      row["pnl_by_regime"][std::string{MarketStudy::state_word(state)}] =
          market.regime_pnl(static_cast<orders::StrategyId>(i), state) -
          book.regimes_at_begin()[i * MarketStudy::kStates + state];
    }
  }
  json.erase("benchmark_growth");  // since the start
  return json;
}

}  // namespace

Json day_report_json(const EngineConfig& config, const DayBook& book, const Closing& closing,
                     const DayBook::Computed& computed, orders::Timestamp end, bool is_over) {
  const Activity& activity = book.activity();
  Json risk = risk_json(config, closing);
  risk["correlations"] = correlations_json(config, computed.market, end);
  const orders::ExecutionAnalysis& execution = computed.execution;
  Json executions = execution_quality_json(config, execution.figures().since(book.executions_at_begin()));
  executions["pending_markouts"] = execution.pending_markouts();
  Json performance = performance_json(config, book.performance());
  performance["market"] = market_of_day(config, book, computed.market);
  return {{"report", head_json(config, book, end, is_over)},
          {"orders", orders_json(activity)},
          {"denials", counts_by_name<orders::DenyReason>(activity.denials)},
          {"rejects", counts_by_name<orders::RejectReason>(activity.rejects)},
          {"fills", activity.fills()},
          {"traded", traded_rows(config, activity)},
          {"alerts", alerts_json(book)},
          {"alerts_fired", book.alert_count()},
          {"positions", positions_rows(config, closing.positions)},
          {"accounts", accounts_rows(config, closing.accounts, book.equity_at_begin())},
          {"strategies", strategies_rows(config, closing.strategies, book.pnl_at_begin())},
          {"execution_quality", std::move(executions)},
          {"performance", std::move(performance)},
          {"risk", std::move(risk)},
          {"curves", curves_json(config, book.curves())}};
}

}  // namespace vigil::engine
