#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/config/yaml.h"

/// The sections of the engine's file, each read into its part of the configuration. Sections that name others
/// come after them: instruments, accounts, venues, strategies, risk, synthetic.
namespace vigil::engine {

/// Bounds of the lists; ids are places in them.
inline constexpr std::size_t kMaxCurrencies = 256;
inline constexpr std::size_t kMaxInstruments = 10'000;
inline constexpr std::size_t kMaxAccounts = 1000;
inline constexpr std::size_t kMaxVenues = 200;
inline constexpr std::size_t kMaxStrategies = 1000;
inline constexpr std::size_t kMaxModels = 64;

/// currencies, instruments, conversions, accounts and what else the portfolio needs.
void read_market_sections(const YamlValue& root, EngineConfig& config);
void read_http(const YamlValue& http, EngineConfig& config);
void read_reconciliation(const YamlValue& section, EngineConfig& config);
void read_journal_section(const YamlValue& journal, JournalConfig& out);
void read_performance(const YamlValue& performance, positions::PerformanceConfig& out);
void read_analysis(const YamlValue& analysis, AnalysisConfig& out);
void read_reports(const YamlValue& reports, ReportConfig& out);
void read_incidents(const YamlValue& incidents, IncidentConfig& out);
void read_history(const YamlValue& history, MonitorConfig& out);
void read_rules(const YamlValue& rules, RulesConfig& out);
void read_slo(const YamlValue& slo, SloConfig& out);
void read_thresholds(const YamlValue& thresholds, AlertThresholdSettings& out);
void read_query(const YamlValue& query, monitoring::PrometheusApiConfig& out);
void read_alerting(const YamlValue& alerting, AlertingConfig& out);
void read_push_gateway(const YamlValue& push_gateway, monitoring::PushGatewayConfig& out);
/// venue_defaults, venues, router, retry.
void read_venue_sections(const YamlValue& root, EngineConfig& config);
void read_strategies(const YamlValue& list, EngineConfig& config);
void read_models(const YamlValue& list, EngineConfig& config);
void read_signals(const YamlValue& signals, SignalConfig& out);
void read_risk(const YamlValue& risk, EngineConfig& config);
void read_scenarios(const YamlValue& scenarios, EngineConfig& config);
void read_benchmark(const YamlValue& benchmark, EngineConfig& config);
void read_regimes(const YamlValue& regimes, EngineConfig& config);
void read_correlations(const YamlValue& correlations, risk::CorrelationConfig& out);
void read_experiments(const YamlValue& list, EngineConfig& config);
void read_synthetic(const YamlValue& synthetic, EngineConfig& config);

/// The instrument a value names: of the file, or expected of a feed. Nothing: not given, or refused.
[[nodiscard]] std::optional<std::string> read_symbol(const YamlValue& value, EngineConfig& config);
/// The instruments that a value names, or `all` (none). Names only; ids come when all names are resolved.
[[nodiscard]] std::vector<std::string> read_symbols(const YamlValue& value, EngineConfig& config);

/// The currency a value names, defined with 8 decimals when it is new. False: nothing given, or refused.
bool read_currency(const YamlValue& value, EngineConfig& config, orders::CurrencyId& out);
[[nodiscard]] bool is_currency_code(std::string_view text) noexcept;
[[nodiscard]] orders::CurrencyId define_currency(EngineConfig& config, std::string_view code);

/// Place of the entry with that name; the list's length when there is none.
template <typename List, typename Member>
[[nodiscard]] std::size_t place_of(const List& list, Member member, std::string_view name) noexcept {
  std::size_t place = 0;
  while (place < list.size() && list[place].*member != name) ++place;
  return place;
}
template <typename List, typename Member>
[[nodiscard]] std::vector<std::string> names_of(const List& list, Member member) {
  std::vector<std::string> names;
  for (const auto& entry : list) names.push_back(entry.*member);
  return names;
}
/// "be an account (MAIN, HEDGE)", for a name that is none of them.
[[nodiscard]] std::string must_be_one(std::string_view what, const std::vector<std::string>& names);
/// Refuses a name that an earlier entry of the list has, and a list longer than `most`. True: it may be
/// added.
template <typename List, typename Member>
[[nodiscard]] bool accept_name(const YamlValue& value, const List& list, Member member, std::string& name,
                               std::size_t most) {
  if (list.size() >= most) {
    value.refuse("be one of at most " + std::to_string(most) + " entries", "one more");
    return false;
  }
  if (name.empty() || place_of(list, member, name) == list.size()) return true;
  value.refuse("be a name of its own (an entry before has it)");
  name.clear();
  return true;
}

}  // namespace vigil::engine
