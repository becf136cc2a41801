#include "world_config.h"

#include <utility>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;
using orders::Money;
using orders::Quantity;

namespace {

JournalConfig small_journal(Random& random) {
  JournalConfig config;
  config.segment_bytes = std::uint64_t{64} << 10U;
  config.hash_every = 8;
  config.market_data = static_cast<MarketDataKept>(random.below(3));
  config.snapshot_every = random.chance(0.8) ? 1 : 0;  // and no fewer than the snapshot itself has
  config.retention = random.chance(0.5) ? orders::Duration{10s} : orders::Duration{};
  return config;
}

SimulatedVenueConfig draw_venue(const char* name, Random& random) {
  SimulatedVenueConfig venue;
  venue.name = name;
  venue.seed = random.bits();
  venue.taker.notional_ratio = *orders::Ratio::parse("0.0001");
  FaultConfig& faults = venue.faults;
  const auto sometimes = [&random](double probability) { return random.chance(0.5) ? probability : 0.0; };
  faults.drop_report = sometimes(0.05);
  faults.repeat_report = sometimes(0.05);
  faults.reorder_reports = sometimes(0.05);
  faults.delay_report = sometimes(0.05);
  faults.late_fill_after_cancel = sometimes(0.1);
  faults.reject_order = sometimes(0.1);
  if (random.chance(0.3)) faults.disconnect_every = 20s;
  return venue;
}

StrategyConfig draw_strategy(const char* name, StrategyKind kind, Random& random) {
  StrategyConfig strategy;
  strategy.name = name;
  strategy.kind = kind;
  strategy.account = static_cast<orders::AccountId>(random.below(2));
  strategy.order_quantity = Quantity{random.from_one_to(40)};
  strategy.max_position = Quantity{100};
  strategy.window = 2 + static_cast<std::uint32_t>(random.below(6));
  strategy.entry_threshold_bp = 5;
  strategy.cooldown = 200ms;
  strategy.aggressive = random.chance(0.5);
  return strategy;
}

}  // namespace

EngineConfig draw_config(Random& random) {
  EngineConfig config;
  config.metrics_enabled = random.chance(0.05);  // few: they cost more than all else
  config.journal = small_journal(random);
  config.currencies = {{"USD", 2}};
  for (const char* symbol : {"ONE", "TWO"}) {
    orders::Instrument instrument;
    instrument.id = static_cast<orders::InstrumentId>(config.instruments.size());
    instrument.symbol = symbol;
    instrument.quote = instrument.settlement = orders::CurrencyId{0};
    instrument.tick_size = cents(1);
    instrument.lot_size = Quantity{1};
    config.instruments.push_back(instrument);
  }
  for (const char* name : {"A", "B"}) config.venues.push_back(draw_venue(name, random));
  for (const char* name : {"main", "other"}) {
    positions::AccountConfig account;
    account.name = name;
    account.base_currency = orders::CurrencyId{0};
    account.initial_capital = Money{1'000'000};
    config.portfolio.accounts.push_back(account);
  }
  config.portfolio.reporting_currency = orders::CurrencyId{0};
  StrategyConfig manual;
  manual.name = "manual";
  manual.account = orders::AccountId{0};
  config.strategies.push_back(manual);
  if (random.chance(0.5)) {
    config.strategies.push_back(draw_strategy("follower", StrategyKind::Momentum, random));
    config.strategies.push_back(draw_strategy("doubter", StrategyKind::MeanReversion, random));
    config.strategies.back().instruments = {kWorldInstruments[0]};
  }
  config.portfolio.strategy_count = config.strategies.size();
  config.orders.order_capacity = 4096;
  config.orders.fill_capacity = 16384;
  config.orders.response_timeout = 2s;
  config.reconciliation.every = 10s;
  config.retry.max_attempts = 3;
  config.limits.instruments.resize(2);
  for (auto& limits : config.limits.instruments) limits.max_position = Quantity{500};
  config.limits.accounts.resize(2);
  for (auto& limits : config.limits.accounts) {
    limits.max_open_orders = 20;
    if (random.chance(0.3)) limits.max_day_loss = Money{300};
  }
  config.limits.stale_reference_after = random.chance(0.5) ? orders::Duration{1h} : orders::Duration{2s};
  config.router.stale_quote_after = random.chance(0.5) ? orders::Duration{1h} : orders::Duration{2s};
  config.by_name.instrument_limits = {{"ONE", config.limits.instruments[0]},
                                      {"TWO", config.limits.instruments[1]}};
  config.by_name.account_limits = {{"main", config.limits.accounts[0]}, {"other", config.limits.accounts[1]}};
  config.by_name.strategy_instruments.resize(config.strategies.size());
  if (config.strategies.size() > 1) config.by_name.strategy_instruments.back() = {"ONE"};
  // As one that was read from a file: an engine that reads it again has the same.
  const JournalConfig journal = std::exchange(config.journal, {});
  EngineConfig configured = read_engine_config(show_config(config), "the world's configuration");
  configured.journal = journal;
  return configured;
}

std::string as_configured(EngineConfig config) {
  config.journal = {};
  return show_config(config);
}

void tune(EngineConfig& config, Random& random) {
  config.retry.max_attempts = 1 + static_cast<std::uint32_t>(random.below(5));
  config.reconciliation.every = std::chrono::seconds{5 + random.below(20)};
  config.venues[0].taker.notional_ratio = *orders::Ratio::parse(random.chance(0.5) ? "0.0001" : "0.0003");
  config.orders.response_timeout = std::chrono::seconds{1 + random.below(4)};
  config.journal.market_data = static_cast<MarketDataKept>(random.below(3));
}

}  // namespace vigil::engine::test
