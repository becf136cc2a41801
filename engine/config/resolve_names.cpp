#include <algorithm>
#include <cassert>

#include "engine/config/config_sections.h"
#include "engine/config/engine_config_reader.h"

namespace vigil::engine {
namespace {

template <typename Limits>
Limits entry_or(const std::map<std::string, Limits>& entries, const std::string& name,
                const Limits& otherwise) {
  const auto found = entries.find(name);
  return found == entries.end() ? otherwise : found->second;
}

void resolve_limits(EngineConfig& config) {
  risk::Limits& limits = config.limits;
  const ConfigByName& by_name = config.by_name;
  limits.instruments.clear();
  for (const auto& instrument : config.instruments) {
    limits.instruments.push_back(
        entry_or(by_name.instrument_limits, instrument.symbol, config.default_instrument_limits));
  }
  limits.accounts.clear();
  for (const auto& account : config.portfolio.accounts) {
    limits.accounts.push_back(entry_or(by_name.account_limits, account.name, config.default_account_limits));
  }
  limits.venue_messages_per_second.clear();
  for (const auto& venue : config.venues) {
    const auto found = by_name.venue_messages_per_second.find(venue.name);
    limits.venue_messages_per_second.push_back(
        found == by_name.venue_messages_per_second.end() ? std::nullopt : std::optional(found->second));
  }
}

void resolve_permissions(EngineConfig& config) {
  auto& table = config.limits.permissions;
  table.clear();
  if (config.by_name.permissions.empty()) return;
  for (const auto& strategy : config.strategies) {
    const auto found = config.by_name.permissions.find(strategy.name);
    std::vector<bool> row;
    for (const auto& account : config.portfolio.accounts) {
      row.push_back(found != config.by_name.permissions.end() &&
                    std::find(found->second.begin(), found->second.end(), account.name) !=
                        found->second.end());
    }
    table.push_back(std::move(row));
  }
}

/// An empty list would mean every instrument, so where the names mean nothing yet there is the id that is
/// none: nothing is traded or looked at until they do.
std::vector<orders::InstrumentId> ids_of(const std::vector<std::string>& symbols,
                                         const EngineConfig& config) {
  std::vector<orders::InstrumentId> ids;
  for (const std::string& symbol : symbols) {
    const std::size_t place = place_of(config.instruments, &orders::Instrument::symbol, symbol);
    if (place < config.instruments.size()) ids.push_back(config.instruments[place].id);
  }
  if (ids.empty() && !symbols.empty()) ids.push_back(orders::kNoInstrument);
  return ids;
}

void resolve_strategies(EngineConfig& config) {
  assert(config.by_name.strategy_instruments.size() == config.strategies.size());
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    config.strategies[i].instruments = ids_of(config.by_name.strategy_instruments[i], config);
  }
}

void resolve_models(EngineConfig& config) {
  assert(config.by_name.model_instruments.size() == config.models.size());
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    config.models[i].instruments = ids_of(config.by_name.model_instruments[i], config);
  }
}

void resolve_stress(EngineConfig& config) {
  assert(config.by_name.stress_shocks.size() == config.scenarios.stress.size());
  for (std::size_t i = 0; i < config.scenarios.stress.size(); ++i) {
    auto& shocks = config.scenarios.stress[i].shocks;
    shocks.clear();
    for (const auto& [symbol, shock] : config.by_name.stress_shocks[i]) {
      const std::size_t place = place_of(config.instruments, &orders::Instrument::symbol, symbol);
      if (place < config.instruments.size()) shocks.emplace_back(config.instruments[place].id, shock);
    }
  }
}

std::optional<orders::InstrumentId> instrument_of(const EngineConfig& config,
                                                  const std::optional<std::string>& symbol) {
  if (!symbol) return std::nullopt;
  const std::size_t place = place_of(config.instruments, &orders::Instrument::symbol, *symbol);
  if (place == config.instruments.size()) return orders::kNoInstrument;
  return config.instruments[place].id;
}

}  // namespace

std::vector<std::string> resolve_names(EngineConfig& config) {
  resolve_limits(config);
  resolve_permissions(config);
  resolve_strategies(config);
  resolve_models(config);
  resolve_stress(config);
  MarketStudyConfig& market = config.analysis.market;
  market.benchmark.instrument = instrument_of(config, config.by_name.benchmark);
  market.regimes.instrument = instrument_of(config, config.by_name.regimes).value_or(orders::InstrumentId{0});

  std::vector<std::string> messages;
  for (const ConfigByName::Expected& expected : config.by_name.expected) {
    const bool instrument = expected.kind == ConfigByName::Expected::Kind::Instrument;
    const bool known = instrument ? place_of(config.instruments, &orders::Instrument::symbol, expected.name) <
                                        config.instruments.size()
                                  : place_of(config.venues, &SimulatedVenueConfig::name, expected.name) <
                                        config.venues.size();
    if (known) continue;
    messages.push_back(expected.where + ": must be " + (instrument ? "an instrument" : "a venue") +
                       " of the file or of a feed, was " + expected.name);
  }
  return messages;
}

SimulatedVenueConfig venue_from_defaults(const EngineConfig& config, std::string name) {
  SimulatedVenueConfig venue = config.venue_defaults;
  venue.name = std::move(name);
  venue.seed += config.venues.size();
  return venue;
}

}  // namespace vigil::engine
