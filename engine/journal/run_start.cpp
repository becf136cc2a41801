#include "engine/journal/run_start.h"

#include <algorithm>
#include <string_view>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/tape/wire.h"

namespace vigil::engine {
namespace {

/// The first line in which two texts differ, of each.
std::string first_difference(std::string_view before, std::string_view now) {
  const auto line = [](std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view first = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return first;
  };
  while (!before.empty() || !now.empty()) {
    const std::string_view a = line(before);
    const std::string_view b = line(now);
    if (a == b) continue;
    std::string text{"\""};
    text += a;
    text += "\" then, \"";
    text += b;
    text += "\" now";
    return text;
  }
  return "";
}

/// Both parts as a configuration that has nothing else.
/// Signals name a model by its place: the names up to the last that a strategy follows. What the models are
/// is not the journal's, which has what they said.
std::vector<ModelConfig> followed_models(const EngineConfig& config) {
  std::vector<ModelConfig> followed;
  for (const StrategyConfig& strategy : config.strategies) {
    if (strategy.kind != StrategyKind::Model) continue;
    while (followed.size() <= strategy.model) {
      followed.push_back({.name = config.models[followed.size()].name, .file = {}, .instruments = {}});
    }
  }
  return followed;
}

std::string trading_part_of(const EngineConfig& config) {
  EngineConfig part;
  part.metrics_enabled = config.metrics_enabled;
  part.native_histograms = config.native_histograms;
  part.exemplars = config.exemplars;
  part.orders = config.orders;
  part.currencies = config.currencies;
  part.instruments = config.instruments;
  part.portfolio = config.portfolio;
  part.strategies = config.strategies;
  part.by_name.strategy_instruments = config.by_name.strategy_instruments;
  part.models = followed_models(config);
  part.by_name.model_instruments.resize(part.models.size());
  part.router = config.router;
  part.retry = config.retry;
  part.reconciliation = config.reconciliation;
  part.session_end = config.session_end;
  part.buckets = config.buckets;
  for (const SimulatedVenueConfig& venue : config.venues) {
    SimulatedVenueConfig& plain = part.venues.emplace_back();
    plain.name = venue.name;
    plain.maker = venue.maker;
    plain.taker = venue.taker;
    plain.healthy_at_start = venue.healthy_at_start;
  }
  return show_config(part);
}

std::string subject_of(const EngineConfig& config) {
  EngineConfig part;
  part.currencies = config.currencies;
  part.instruments = config.instruments;
  part.portfolio.accounts = config.portfolio.accounts;
  part.portfolio.conversions = config.portfolio.conversions;
  part.portfolio.reporting_currency = config.portfolio.reporting_currency;
  for (const StrategyConfig& strategy : config.strategies) {
    StrategyConfig& plain = part.strategies.emplace_back();
    plain.name = strategy.name;
    plain.account = orders::AccountId{0};
    part.by_name.strategy_instruments.emplace_back();
  }
  for (const SimulatedVenueConfig& venue : config.venues) part.venues.emplace_back().name = venue.name;
  return show_config(part);
}

}  // namespace

std::optional<RunStart> read_run_start(const RecordView& record) {
  if (record.header.type != RecordType::RunStarted) return std::nullopt;
  RunStart start;
  WireReader body(record.body);
  std::uint8_t size = 0;
  body(start.run);
  body.choice(start.clock, StageClock::Mode::Manual);
  body(size);
  start.version = body.bytes(size);
  if (body.has_failed()) return std::nullopt;
  start.configuration = record.body.substr(sizeof start.run + 2 + size);
  return start;
}

EngineConfig configuration_of(const RunStart& start) {
  return read_engine_config(start.configuration, "the journal's configuration");
}

std::string trading_difference(const EngineConfig& then, const EngineConfig& now) {
  return first_difference(trading_part_of(then), trading_part_of(now));
}

std::string subject_difference(const EngineConfig& then, const EngineConfig& now) {
  return first_difference(subject_of(then), subject_of(now));
}

}  // namespace vigil::engine
