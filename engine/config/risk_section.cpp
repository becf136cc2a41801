#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {
namespace {

using orders::Duration;

constexpr std::uint64_t kMostCount = 100'000'000;

void read_instrument_limits(const YamlValue& value, risk::InstrumentLimits& limits) {
  read_limit(value["max_order_quantity"], limits.max_order_quantity);
  read_limit(value["max_order_notional"], limits.max_order_notional);
  read_limit(value["max_position"], limits.max_position);
  read_limit(value["max_price_deviation_bp"], limits.max_price_deviation_bp, 1, 1'000'000);
  read_limit(value["max_period_deviation_bp"], limits.max_period_deviation_bp, 1, 1'000'000);
}

void read_account_limits(const YamlValue& value, risk::AccountLimits& limits) {
  read_limit(value["max_gross_exposure"], limits.max_gross_exposure);
  read_limit(value["max_net_exposure"], limits.max_net_exposure);
  read_limit(value["max_day_loss"], limits.max_day_loss);
  read_limit(value["max_drawdown"], limits.max_drawdown);
  if (limits.max_drawdown && *limits.max_drawdown > orders::Ratio{1} && value["max_drawdown"].given()) {
    value["max_drawdown"].refuse("be at most 1 (0.05 = 5 % of the peak)");
  }
  read_limit(value["max_margin_usage"], limits.max_margin_usage);
  read_limit(value["max_open_orders"], limits.max_open_orders, 1, kMostCount);
  read_limit(value["max_open_positions"], limits.max_open_positions, 1, kMostCount);
  read_limit(value["max_messages_per_second"], limits.max_messages_per_second, 1, kMostCount);
}

void check_whole_lots(const YamlValue& value, const std::optional<orders::Quantity>& limit,
                      const orders::Instrument& instrument) {
  const auto lot = instrument.lot_size.raw();
  if (!value.given() || !limit || lot <= 0) return;
  if (limit->raw() % lot == 0) return;
  value.refuse("be a multiple of the lot size of " + instrument.symbol + " (" +
               instrument.lot_size.to_string() + ")");
}

/// An entry of a name that nothing defines is an error, unless a feed may still define it.
bool accept_entry(const YamlValue::Entry& entry, ConfigByName::Expected::Kind kind, std::string_view what,
                  const std::vector<std::string>& names, EngineConfig& config) {
  if (std::find(names.begin(), names.end(), entry.name) != names.end()) return true;
  if (!config.define_from_feed || !is_name(entry.name)) {
    entry.value.refuse(must_be_one(what, names), shown_text(entry.name));
    return false;
  }
  config.by_name.expected.push_back({kind, entry.name, entry.value.where()});
  return true;
}

void read_risk_instruments(const YamlValue& section, EngineConfig& config) {
  read_instrument_limits(section["default"], config.default_instrument_limits);
  const auto symbols = names_of(config.instruments, &orders::Instrument::symbol);
  for (const YamlValue::Entry& entry : section.entries()) {
    risk::InstrumentLimits limits = config.default_instrument_limits;
    read_instrument_limits(entry.value, limits);
    if (!entry.value.given()) continue;
    if (!accept_entry(entry, ConfigByName::Expected::Kind::Instrument, "an instrument", symbols, config)) {
      continue;
    }
    const std::size_t place = place_of(config.instruments, &orders::Instrument::symbol, entry.name);
    if (place < config.instruments.size()) {
      check_whole_lots(entry.value["max_order_quantity"], limits.max_order_quantity,
                       config.instruments[place]);
      check_whole_lots(entry.value["max_position"], limits.max_position, config.instruments[place]);
    }
    config.by_name.instrument_limits[entry.name] = limits;
  }
}

void read_risk_accounts(const YamlValue& section, EngineConfig& config) {
  read_account_limits(section["default"], config.default_account_limits);
  const auto names = names_of(config.portfolio.accounts, &positions::AccountConfig::name);
  const std::string must = must_be_one("an account", names);
  for (const YamlValue::Entry& entry : section.entries()) {
    risk::AccountLimits limits = config.default_account_limits;
    read_account_limits(entry.value, limits);
    if (!entry.value.given()) continue;
    if (std::find(names.begin(), names.end(), entry.name) == names.end()) {
      entry.value.refuse(must, shown_text(entry.name));
      continue;
    }
    config.by_name.account_limits[entry.name] = limits;
  }
}

void read_risk_venues(const YamlValue& section, EngineConfig& config) {
  const auto names = names_of(config.venues, &SimulatedVenueConfig::name);
  for (const YamlValue::Entry& entry : section.entries()) {
    std::optional<std::uint32_t> rate;
    read_limit(entry.value["max_messages_per_second"], rate, 1, kMostCount);
    if (!entry.value.given()) continue;
    if (!accept_entry(entry, ConfigByName::Expected::Kind::Venue, "a venue", names, config)) continue;
    if (rate) config.by_name.venue_messages_per_second[entry.name] = *rate;
  }
}

void read_permissions(const YamlValue& section, EngineConfig& config) {
  const auto strategies = names_of(config.strategies, &StrategyConfig::name);
  const auto accounts = names_of(config.portfolio.accounts, &positions::AccountConfig::name);
  for (const YamlValue::Entry& entry : section.entries()) {
    if (!entry.value.given()) continue;
    if (std::find(strategies.begin(), strategies.end(), entry.name) == strategies.end()) {
      entry.value.refuse(must_be_one("a strategy", strategies), shown_text(entry.name));
      continue;
    }
    std::vector<std::string>& permitted = config.by_name.permissions[entry.name];
    const std::string must = must_be_one("an account", accounts);
    for (const YamlValue& element : entry.value.elements()) {
      const std::string* name = element.scalar(must);
      if (name == nullptr) continue;
      if (std::find(accounts.begin(), accounts.end(), *name) == accounts.end()) {
        element.refuse(must);
        continue;
      }
      if (std::find(permitted.begin(), permitted.end(), *name) == permitted.end()) permitted.push_back(*name);
    }
  }
  if (config.by_name.permissions.empty()) return;
  // Whoever writes the table wants it complete: a strategy left out could send nothing at all.
  for (const StrategyConfig& strategy : config.strategies) {
    if (!strategy.enabled || strategy.name.empty() || strategy.account == orders::kNoAccount) continue;
    const std::string& own = config.portfolio.accounts[orders::index(strategy.account)].name;
    const auto found = config.by_name.permissions.find(strategy.name);
    if (found != config.by_name.permissions.end() &&
        std::find(found->second.begin(), found->second.end(), own) != found->second.end()) {
      continue;
    }
    section.refuse("permit " + strategy.name + " its own account " + own,
                   found == config.by_name.permissions.end() ? "without an entry" : word_list(found->second));
  }
}

}  // namespace

void read_risk(const YamlValue& risk, EngineConfig& config) {
  risk::Limits& limits = config.limits;
  read_risk_instruments(risk["instruments"], config);
  read_risk_accounts(risk["accounts"], config);
  read_risk_venues(risk["venues"], config);
  read_permissions(risk["permissions"], config);

  constexpr Duration kShortest = std::chrono::milliseconds{1};
  read_duration(risk["stale_reference_after"], limits.stale_reference_after, kShortest);
  read_boolean(risk["market_order_needs_reference"], limits.market_order_needs_reference);
  read_duration(risk["collar_period"], limits.collar_period, kShortest);
  read_duration(risk["duplicate_window"], limits.duplicate_window, Duration::zero());
  const YamlValue repeated = risk["repeated_executions"];
  read_count(repeated["max"], limits.max_repeated_executions, 0, 1'000'000);
  read_duration(repeated["window"], limits.repeated_executions_window, kShortest);
  const YamlValue breaker = risk["breaker"];
  read_count(breaker["failures_to_open"], limits.breaker.failures_to_open, 1, 1'000'000);
  read_duration(breaker["open_for"], limits.breaker.open_for, kShortest);
  read_count(breaker["successes_to_close"], limits.breaker.successes_to_close, 1, 1'000'000);
  read_boolean(risk["cancel_on_halt"], limits.cancel_on_halt);
}

}  // namespace vigil::engine
