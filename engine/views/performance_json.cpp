#include "engine/views/performance_json.h"

#include "engine/analysis/analysis.h"

namespace vigil::engine {
namespace {

using positions::PerformanceSeries;
using positions::TradeTotals;

Json series_json(const PerformanceSeries& series, const std::vector<std::string>& windows) {
  Json ratios = Json::object();
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const positions::Returns& returns = series.returns()[i];
    ratios[windows[i]] = {{"returns", returns.count()},
                          {"sharpe", number(returns.sharpe())},
                          {"sortino", number(returns.sortino())}};
  }
  const TradeTotals& trades = series.trades();
  return {{"ratios", std::move(ratios)},
          {"drawdown", number(series.drawdown())},
          {"max_drawdown", series.max_drawdown()},
          {"trades", trades.count()},
          {"wins", trades.wins},
          {"losses", trades.losses},
          {"breakeven", trades.breakeven},
          {"win_ratio", number(trades.win_ratio())},
          {"profit_factor", number(trades.profit_factor())},
          {"gross_profit", trades.gross_profit},
          {"gross_loss", trades.gross_loss},
          {"mean_trade", number(trades.mean(trades.gross_profit - trades.gross_loss))},
          {"mean_held_seconds", number(trades.mean(trades.held_seconds))},
          {"mean_adverse_excursion", number(trades.mean(trades.adverse))},
          {"mean_favourable_excursion", number(trades.mean(trades.favourable))}};
}

}  // namespace

Json performance_json(const EngineConfig& config, const positions::PerformanceAnalysis& analysis) {
  const std::vector<std::string> windows = window_words(analysis.config());
  Json strategies = Json::array();
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    Json row{{"strategy", config.strategies[i].name}};
    row.update(series_json(analysis.strategies()[i], windows));
    row["fees"] = analysis.fees()[i];
    strategies.push_back(std::move(row));
  }
  Json accounts = Json::array();
  for (std::size_t i = 0; i < config.portfolio.accounts.size(); ++i) {
    Json row{{"account", config.portfolio.accounts[i].name}};
    row.update(series_json(analysis.accounts()[i], windows));
    accounts.push_back(std::move(row));
  }
  return {{"as_of", orders::nanoseconds_of(analysis.as_of())},
          {"strategies", std::move(strategies)},
          {"accounts", std::move(accounts)}};
}

}  // namespace vigil::engine
