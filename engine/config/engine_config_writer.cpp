#include "engine/config/engine_config_writer.h"

#include <optional>
#include <string_view>
#include <vector>

#include "engine/config/config_values.h"
#include "engine/config/config_words.h"
#include "engine/config/process_writer.h"
#include "engine/config/value_text.h"
#include "engine/config/yaml_writer.h"

namespace vigil::engine {
namespace {

std::string code_of(const EngineConfig& config, orders::CurrencyId id) {
  return id == orders::kNoCurrency ? std::string(kNone) : config.currencies[orders::index(id)].code;
}

void write_instruments(YamlWriter& out, const EngineConfig& config) {
  out.open("currencies");
  for (const auto& currency : config.currencies) {
    out.open_item();
    out.value("code", yaml_text(currency.code));
    out.value("decimals", text_of(currency.decimals));
    out.close_item();
  }
  out.close();
  out.value("reporting_currency", yaml_text(code_of(config, config.portfolio.reporting_currency)));
  out.open("instruments");
  for (const auto& instrument : config.instruments) {
    out.open_item();
    out.value("symbol", yaml_text(instrument.symbol));
    out.value("base", yaml_text(code_of(config, instrument.base)));
    out.value("quote", yaml_text(code_of(config, instrument.quote)));
    out.value("settlement", yaml_text(code_of(config, instrument.settlement)));
    out.value("inverse", text_of(instrument.inverse));
    out.value("tick_size", text_of(instrument.tick_size));
    out.value("lot_size", text_of(instrument.lot_size));
    out.value("multiplier", text_of(instrument.multiplier));
    out.value("initial_margin", text_of(instrument.initial_margin));
    out.value("restricted", text_of(instrument.restricted));
    out.value("tradable", text_of(instrument.tradable));
    out.close_item();
  }
  out.close();
}

void write_portfolio(YamlWriter& out, const EngineConfig& config) {
  const positions::PortfolioConfig& portfolio = config.portfolio;
  out.open("accounts");
  for (const auto& account : portfolio.accounts) {
    out.open_item();
    out.value("name", yaml_text(account.name));
    out.value("base_currency", yaml_text(code_of(config, account.base_currency)));
    out.value("initial_capital", text_of(account.initial_capital));
    out.close_item();
  }
  out.close();
  out.open("conversions");
  for (const auto& conversion : portfolio.conversions) {
    out.open_item();
    out.value("from", yaml_text(code_of(config, conversion.from)));
    out.value("to", yaml_text(code_of(config, conversion.to)));
    out.value("rate", text_of(conversion.rate));
    out.close_item();
  }
  out.close();
  out.value("mark_basis", word_of(portfolio.mark_basis, kMarkBasisWords));
  out.value("stale_mark_after", text_of(portfolio.stale_mark_after));
  out.value("day_start", yaml_text(time_of_day_text(portfolio.day_start)));
}

void write_latency(YamlWriter& out, std::string_view key, const LatencyConfig& latency) {
  out.open(key);
  out.value("minimum", text_of(latency.minimum));
  out.value("median", text_of(latency.median));
  out.value("sigma", text_of(latency.sigma));
  out.close();
}

void write_fee(YamlWriter& out, std::string_view key, const FeeConfig& fee) {
  out.open(key);
  out.value("notional_ratio", text_of(fee.notional_ratio));
  out.value("per_unit", text_of(fee.per_unit));
  out.close();
}

void write_venue(YamlWriter& out, const SimulatedVenueConfig& venue) {
  out.value("type", "simulated");
  out.value("seed", text_of(venue.seed));
  out.value("healthy_at_start", text_of(venue.healthy_at_start));
  out.open("latency");
  write_latency(out, "outbound", venue.outbound);
  write_latency(out, "inbound", venue.inbound);
  out.close();
  out.open("fees");
  write_fee(out, "maker", venue.maker);
  write_fee(out, "taker", venue.taker);
  out.value("currency", venue.fee_currency.empty() ? "settlement" : yaml_text(venue.fee_currency));
  out.close();
  out.value("unknown_size", text_of(venue.unknown_size));
  const FaultConfig& faults = venue.faults;
  out.open("faults");
  out.value("drop_report", text_of(faults.drop_report));
  out.value("repeat_report", text_of(faults.repeat_report));
  out.value("reorder_reports", text_of(faults.reorder_reports));
  out.value("delay_report", text_of(faults.delay_report));
  out.value("report_delay", text_of(faults.report_delay));
  out.value("late_fill_after_cancel", text_of(faults.late_fill_after_cancel));
  out.value("reject_order", text_of(faults.reject_order));
  out.value("disconnect_every", text_of(faults.disconnect_every));
  out.value("disconnect_for", text_of(faults.disconnect_for));
  out.value("messages_per_second", text_of(faults.messages_per_second));
  out.close();
}

void write_venues(YamlWriter& out, const EngineConfig& config) {
  out.open("venue_defaults");
  write_venue(out, config.venue_defaults);
  out.close();
  out.open("venues");
  for (const auto& venue : config.venues) {
    out.open_item();
    out.value("name", yaml_text(venue.name));
    write_venue(out, venue);
    out.close_item();
  }
  out.close();
  out.open("router");
  out.value("strategy", word_of(config.router.strategy, kRoutingWords));
  out.value("max_slices", text_of(config.router.max_slices));
  out.value("stale_quote_after", text_of(config.router.stale_quote_after));
  out.close();
  out.open("retry");
  out.value("max_attempts", text_of(config.retry.max_attempts));
  out.value("base_delay", text_of(config.retry.base_delay));
  out.close();
  const ReconciliationConfig& reconciliation = config.reconciliation;
  out.open("reconciliation");
  out.value("every", text_of(reconciliation.every));
  out.value("unknown_orders", word_of(reconciliation.unknown_orders, kUnknownOrdersWords));
  out.value("adopt_account",
            reconciliation.adopt_account == orders::kNoAccount
                ? std::string(kNone)
                : yaml_text(config.portfolio.accounts[orders::index(reconciliation.adopt_account)].name));
  out.close();
}

void write_instruments(YamlWriter& out, const std::vector<std::string>& symbols) {
  if (symbols.empty()) {
    out.value("instruments", "all");
  } else {
    out.list("instruments", yaml_texts(symbols));
  }
}

void write_strategies(YamlWriter& out, const EngineConfig& config) {
  out.open("strategies");
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    const StrategyConfig& strategy = config.strategies[i];
    out.open_item();
    out.value("name", yaml_text(strategy.name));
    out.value("kind", word_of(strategy.kind, kStrategyKindWords));
    out.value("enabled", text_of(strategy.enabled));
    out.value("account", yaml_text(config.portfolio.accounts[orders::index(strategy.account)].name));
    out.value("capital", text_of(strategy.capital));
    if (strategy.kind != StrategyKind::Manual) {
      write_instruments(out, config.by_name.strategy_instruments[i]);
      out.value("order_quantity", text_of(strategy.order_quantity));
      out.value("max_position", text_of(strategy.max_position));
      if (strategy.kind == StrategyKind::Model) {
        out.value("model", yaml_text(config.models[strategy.model].name));
        out.value("least_confidence", word_of(strategy.least_confidence, kConfidenceWords));
      } else {
        out.value("window", text_of(strategy.window));
        out.value("entry_threshold_bp", text_of(strategy.entry_threshold_bp));
      }
      out.value("cooldown", text_of(strategy.cooldown));
      out.value("aggressive", text_of(strategy.aggressive));
    }
    out.close_item();
  }
  out.close();
}

void write_models(YamlWriter& out, const EngineConfig& config) {
  out.open("models");
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    out.open_item();
    out.value("name", yaml_text(config.models[i].name));
    out.value("file", yaml_text(config.models[i].file));
    write_instruments(out, config.by_name.model_instruments[i]);
    out.close_item();
  }
  out.close();
  const SignalConfig& signals = config.signals;
  out.open("signals");
  std::vector<std::string> indicators;
  for (const Feature feature : signals.indicators) indicators.emplace_back(to_string(feature));
  out.list("indicators", indicators);
  out.value("errors_to_switch_off", text_of(signals.errors_to_switch_off));
  out.value("pending_predictions", text_of(signals.pending_predictions));
  out.list("accuracy_windows", texts_of(signals.accuracy_windows));
  out.value("importance_one_in", text_of(signals.importance_one_in));
  out.value("drift_window", text_of(signals.drift_window));
  out.value("drift_least", text_of(signals.drift_least));
  out.close();
}

void write_limits(YamlWriter& out, std::string_view name, const risk::InstrumentLimits& limits) {
  out.open(name);
  out.value("max_order_quantity", text_of(limits.max_order_quantity));
  out.value("max_order_notional", text_of(limits.max_order_notional));
  out.value("max_position", text_of(limits.max_position));
  out.value("max_price_deviation_bp", text_of(limits.max_price_deviation_bp));
  out.value("max_period_deviation_bp", text_of(limits.max_period_deviation_bp));
  out.close();
}

void write_limits(YamlWriter& out, std::string_view name, const risk::AccountLimits& limits) {
  out.open(name);
  out.value("max_gross_exposure", text_of(limits.max_gross_exposure));
  out.value("max_net_exposure", text_of(limits.max_net_exposure));
  out.value("max_day_loss", text_of(limits.max_day_loss));
  out.value("max_drawdown", text_of(limits.max_drawdown));
  out.value("max_margin_usage", text_of(limits.max_margin_usage));
  out.value("max_open_orders", text_of(limits.max_open_orders));
  out.value("max_open_positions", text_of(limits.max_open_positions));
  out.value("max_messages_per_second", text_of(limits.max_messages_per_second));
  out.close();
}

void write_risk(YamlWriter& out, const EngineConfig& config) {
  const risk::Limits& limits = config.limits;
  out.open("risk");
  out.open("instruments");
  write_limits(out, "default", config.default_instrument_limits);
  for (const auto& [name, each] : config.by_name.instrument_limits) write_limits(out, yaml_text(name), each);
  out.close();
  out.open("accounts");
  write_limits(out, "default", config.default_account_limits);
  for (const auto& [name, each] : config.by_name.account_limits) write_limits(out, yaml_text(name), each);
  out.close();
  out.open("venues");
  for (const auto& [name, rate] : config.by_name.venue_messages_per_second) {
    out.open(yaml_text(name));
    out.value("max_messages_per_second", text_of(rate));
    out.close();
  }
  out.close();
  out.open("permissions");
  for (const auto& [name, accounts] : config.by_name.permissions)
    out.list(yaml_text(name), yaml_texts(accounts));
  out.close();
  out.value("stale_reference_after", text_of(limits.stale_reference_after));
  out.value("market_order_needs_reference", text_of(limits.market_order_needs_reference));
  out.value("collar_period", text_of(limits.collar_period));
  out.value("duplicate_window", text_of(limits.duplicate_window));
  out.open("repeated_executions");
  out.value("max", text_of(limits.max_repeated_executions));
  out.value("window", text_of(limits.repeated_executions_window));
  out.close();
  out.open("breaker");
  out.value("failures_to_open", text_of(limits.breaker.failures_to_open));
  out.value("open_for", text_of(limits.breaker.open_for));
  out.value("successes_to_close", text_of(limits.breaker.successes_to_close));
  out.close();
  out.value("cancel_on_halt", text_of(limits.cancel_on_halt));
  out.close();
}

void write_scenarios(YamlWriter& out, const EngineConfig& config) {
  out.open("scenarios");
  out.value("interval", text_of(config.scenarios.interval));
  out.value("count", text_of(config.scenarios.scenarios));
  std::vector<std::string> confidences;
  for (const double each : config.scenarios.confidences) confidences.push_back(text_of(each));
  out.list("confidences", confidences);
  out.open("stress");
  for (std::size_t i = 0; i < config.scenarios.stress.size(); ++i) {
    out.open_item();
    out.value("name", yaml_text(config.scenarios.stress[i].name));
    out.value("all", text_of(config.scenarios.stress[i].all));
    out.open("symbols");
    for (const auto& [symbol, shock] : config.by_name.stress_shocks[i])
      out.value(yaml_text(symbol), text_of(shock));
    out.close();
    out.close_item();
  }
  out.close();
  out.close();
}

/// What has no name yet is the first instrument that a feed brings.
void write_market_study(YamlWriter& out, const EngineConfig& config) {
  const MarketStudyConfig& market = config.analysis.market;
  out.open("benchmark");
  if (config.by_name.benchmark) {
    out.value("symbol", yaml_text(*config.by_name.benchmark));
    out.value("share", text_of(market.benchmark.share));
  }
  out.close();
  out.open("regimes");
  if (config.by_name.regimes) out.value("symbol", yaml_text(*config.by_name.regimes));
  out.value("short_half_life", text_of(market.regimes.short_half_life));
  out.value("long_half_life", text_of(market.regimes.long_half_life));
  out.value("warm_up", text_of(market.regimes.warm_up));
  out.value("quiet_below", text_of(market.regimes.quiet_below));
  out.value("volatile_above", text_of(market.regimes.volatile_above));
  out.close();
  out.open("correlations");
  out.value("interval", text_of(market.correlations.interval));
  out.value("half_life", text_of(market.correlations.half_life));
  out.value("symbols", text_of(market.correlations.most));
  out.close();
}

void write_experiments(YamlWriter& out, const EngineConfig& config) {
  out.open("experiments");
  for (const ExperimentConfig& experiment : config.experiments) {
    out.open_item();
    out.value("name", yaml_text(experiment.name));
    std::vector<std::string> variants;
    for (const orders::StrategyId strategy : experiment.variants) {
      variants.push_back(config.strategies[orders::index(strategy)].name);
    }
    out.list("variants", yaml_texts(variants));
    out.value("slot", text_of(experiment.slot));
    out.close_item();
  }
  out.close();
}

void write_synthetic(YamlWriter& out, const EngineConfig& config) {
  const SyntheticMarketConfig& market = config.synthetic;
  out.open("synthetic");
  out.value("seed", text_of(market.seed));
  out.open("instruments");
  for (const auto& each : market.instruments) {
    out.open_item();
    out.value("symbol", yaml_text(config.instruments[orders::index(each.instrument)].symbol));
    out.value("start_price", text_of(each.start_price));
    out.value("volatility", text_of(each.volatility));
    out.value("market_correlation", text_of(each.market_correlation));
    out.value("spread", text_of(each.spread));
    out.value("typical_size", text_of(each.typical_size));
    out.close_item();
  }
  out.close();
  out.value("quotes_per_second", text_of(market.quotes_per_second));
  out.value("trades_per_second", text_of(market.trades_per_second));
  out.value("stress_volatility", text_of(market.stress_volatility));
  out.value("mean_calm", text_of(market.mean_calm));
  out.value("mean_stress", text_of(market.mean_stress));
  out.close();
}

}  // namespace

std::string show_config(const EngineConfig& config) {
  YamlWriter out;
  write_process(out, config);
  write_instruments(out, config);
  write_portfolio(out, config);
  write_venues(out, config);
  write_strategies(out, config);
  write_models(out, config);
  write_risk(out, config);
  write_scenarios(out, config);
  write_market_study(out, config);
  write_experiments(out, config);
  write_synthetic(out, config);
  return "# Effective configuration, defaults filled in.\n" + out.take();
}

}  // namespace vigil::engine
