#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"

namespace vigil::engine {
namespace {

using orders::Duration;

void read_account(const YamlValue& value, EngineConfig& config, StrategyConfig& strategy) {
  const auto& accounts = config.portfolio.accounts;
  if (!value.given()) {
    if (accounts.size() == 1) {
      strategy.account = orders::AccountId{0};
    } else if (!accounts.empty()) {
      value.require();
    }
    return;
  }
  const auto names = names_of(accounts, &positions::AccountConfig::name);
  const std::string must = must_be_one("an account", names);
  const std::string* text = value.scalar(must);
  if (text == nullptr) return;
  const std::size_t place = place_of(accounts, &positions::AccountConfig::name, *text);
  if (place == accounts.size()) return value.refuse(must);
  strategy.account = orders::AccountId{static_cast<std::uint16_t>(place)};
}

void refuse_keys(const YamlValue& entry, std::initializer_list<const char*> keys, const char* must) {
  for (const char* key : keys) {
    if (entry[key].given()) entry[key].refuse(must);
  }
}

/// What a model says takes the place of a window and a threshold.
void read_model_of(const YamlValue& entry, const EngineConfig& config, StrategyConfig& strategy) {
  refuse_keys(entry, {"window", "entry_threshold_bp"}, "not be given for a strategy of kind model");
  const YamlValue model = entry["model"];
  if (!model.given()) model.require();
  const std::string must = must_be_one("a model", names_of(config.models, &ModelConfig::name));
  if (const std::string* const text = model.given() ? model.scalar(must) : nullptr) {
    const std::size_t place = place_of(config.models, &ModelConfig::name, *text);
    if (place == config.models.size()) return model.refuse(must);
    strategy.model = static_cast<std::uint16_t>(place);
  }
  read_choice(entry["least_confidence"], strategy.least_confidence, kConfidenceWords);
}

void read_signal(const YamlValue& entry, const EngineConfig& config, StrategyConfig& strategy) {
  read_decimal(entry["order_quantity"], strategy.order_quantity, Sign::Positive);
  read_decimal(entry["max_position"], strategy.max_position, Sign::Positive);
  if (strategy.max_position < strategy.order_quantity) {
    entry["max_position"].refuse("be at least order_quantity (" + strategy.order_quantity.to_string() + ")",
                                 strategy.max_position.to_string());
  }
  if (strategy.kind == StrategyKind::Model) {
    read_model_of(entry, config, strategy);
  } else {
    refuse_keys(entry, {"model", "least_confidence"}, "not be given but for a strategy of kind model");
    read_count(entry["window"], strategy.window, 2, 65536);
    read_real(entry["entry_threshold_bp"], strategy.entry_threshold_bp, 0, 10'000);
  }
  read_duration(entry["cooldown"], strategy.cooldown, Duration::zero());
  read_boolean(entry["aggressive"], strategy.aggressive);
}

/// A manual strategy decides nothing, so these would have no effect.
void refuse_signal(const YamlValue& entry) {
  for (const char* key : {"instruments", "order_quantity", "max_position", "window", "entry_threshold_bp",
                          "cooldown", "aggressive", "model", "least_confidence"}) {
    if (entry[key].given()) entry[key].refuse("not be given for a manual strategy");
  }
}

void check_lots(const YamlValue& entry, const StrategyConfig& strategy,
                const std::vector<std::string>& symbols, const EngineConfig& config) {
  for (const std::string& symbol : symbols) {
    const std::size_t place = place_of(config.instruments, &orders::Instrument::symbol, symbol);
    if (place == config.instruments.size()) continue;
    const orders::Quantity lot = config.instruments[place].lot_size;
    if (strategy.order_quantity >= lot) continue;
    entry["order_quantity"].refuse("be at least a lot of " + symbol + " (" + lot.to_string() + ")",
                                   strategy.order_quantity.to_string());
  }
}

}  // namespace

std::optional<std::string> read_symbol(const YamlValue& value, EngineConfig& config) {
  if (!value.given()) return std::nullopt;
  const std::string must =
      must_be_one("an instrument", names_of(config.instruments, &orders::Instrument::symbol));
  const std::string* const text = value.scalar(must);
  if (text == nullptr) return std::nullopt;
  const bool known =
      place_of(config.instruments, &orders::Instrument::symbol, *text) < config.instruments.size();
  if (!known && (!config.define_from_feed || !is_name(*text))) {
    value.refuse(must);
    return std::nullopt;
  }
  if (!known) {
    config.by_name.expected.push_back({ConfigByName::Expected::Kind::Instrument, *text, value.where()});
  }
  return *text;
}

std::vector<std::string> read_symbols(const YamlValue& value, EngineConfig& config) {
  std::vector<std::string> symbols;
  if (!value.given() || value.holds("all")) return symbols;
  if (!value.is_list()) {
    value.refuse("be a list of instruments, or all");
    return symbols;
  }
  for (const YamlValue& element : value.elements()) {
    const std::optional<std::string> symbol = read_symbol(element, config);
    if (!symbol) continue;
    if (std::find(symbols.begin(), symbols.end(), *symbol) != symbols.end()) {
      element.refuse("be named once");
      continue;
    }
    symbols.push_back(*symbol);
  }
  if (value.elements().empty()) value.refuse("name at least one instrument, or be all", "an empty list");
  return symbols;
}

void read_strategies(const YamlValue& list, EngineConfig& config) {
  for (const YamlValue& entry : list.elements()) {
    StrategyConfig strategy;
    read_name(entry["name"], strategy.name);
    if (!accept_name(entry["name"], config.strategies, &StrategyConfig::name, strategy.name,
                     kMaxStrategies)) {
      return;
    }
    entry["kind"].require();
    strategy.kind = StrategyKind::Momentum;  // what a refused word is taken for, so that the rest is read
    read_choice(entry["kind"], strategy.kind, kStrategyKindWords);
    read_boolean(entry["enabled"], strategy.enabled);
    read_account(entry["account"], config, strategy);
    read_limit(entry["capital"], strategy.capital);
    std::vector<std::string> symbols;
    if (strategy.kind == StrategyKind::Manual) {
      refuse_signal(entry);
    } else {
      symbols = read_symbols(entry["instruments"], config);
      read_signal(entry, config, strategy);
      check_lots(entry, strategy, symbols, config);
    }
    config.strategies.push_back(std::move(strategy));
    config.by_name.strategy_instruments.push_back(std::move(symbols));
  }
  config.portfolio.strategy_count = config.strategies.size();
}

void read_synthetic(const YamlValue& synthetic, EngineConfig& config) {
  SyntheticMarketConfig& market = config.synthetic;
  read_count(synthetic["seed"], market.seed, 0, std::numeric_limits<std::uint64_t>::max());
  const std::string must =
      must_be_one("an instrument", names_of(config.instruments, &orders::Instrument::symbol));
  for (const YamlValue& entry : synthetic["instruments"].elements()) {
    SyntheticInstrumentConfig each;
    entry["symbol"].require();
    const std::string* symbol = entry["symbol"].scalar(must);
    const std::size_t place = symbol == nullptr
                                  ? config.instruments.size()
                                  : place_of(config.instruments, &orders::Instrument::symbol, *symbol);
    const bool known = place < config.instruments.size();
    if (symbol != nullptr && !known) entry["symbol"].refuse(must);
    each.instrument = known ? config.instruments[place].id : orders::kNoInstrument;
    for (const auto& other : market.instruments) {
      if (known && other.instrument == each.instrument) entry["symbol"].refuse("be named once");
    }
    read_decimal(entry["start_price"], each.start_price, Sign::Positive);
    read_real(entry["volatility"], each.volatility, 0, 10);
    read_real(entry["market_correlation"], each.market_correlation, -1, 1);
    const orders::Price tick = known ? config.instruments[place].tick_size : orders::Price{};
    each.spread = tick;
    read_decimal(entry["spread"], each.spread, Sign::Positive);
    if (each.spread < tick) entry["spread"].refuse("be at least a tick (" + tick.to_string() + ")");
    if (known && each.start_price <= each.spread) {
      entry["start_price"].refuse("be above the spread (" + each.spread.to_string() + ")",
                                  each.start_price.to_string());
    }
    read_decimal(entry["typical_size"], each.typical_size, Sign::Positive);
    if (known && each.typical_size < config.instruments[place].lot_size) {
      entry["typical_size"].refuse(
          "be at least a lot (" + config.instruments[place].lot_size.to_string() + ")",
          each.typical_size.to_string());
    }
    if (known) market.instruments.push_back(each);
  }
  read_real(synthetic["quotes_per_second"], market.quotes_per_second, 0.001, 100'000);
  read_real(synthetic["trades_per_second"], market.trades_per_second, 0, 100'000);
  read_real(synthetic["stress_volatility"], market.stress_volatility, 1, 100);
  read_duration(synthetic["mean_calm"], market.mean_calm, std::chrono::milliseconds{1});
  read_duration(synthetic["mean_stress"], market.mean_stress, std::chrono::milliseconds{1});
}

}  // namespace vigil::engine
