#include "engine/config/engine_config_reader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"
#include "engine/config/value_text.h"
#include "engine/config/yaml.h"

namespace vigil::engine {
namespace {

void read_address(const YamlValue& value, std::vector<std::string>& out) {
  constexpr std::string_view kMust = "be HOST:PORT with a port from 0 to 65535";
  const std::string* text = value.scalar(kMust);
  if (text == nullptr) return;
  if (!parse_listen_address(*text)) return value.refuse(kMust);
  out.push_back(*text);
}

/// One address or a list of them.
void read_listen(const YamlValue& value, std::vector<std::string>& out) {
  constexpr std::size_t kMostAddresses = 16;
  std::vector<std::string> addresses;
  if (value.is_list()) {
    const std::vector<YamlValue> elements = value.elements();
    if (elements.empty() || elements.size() > kMostAddresses) {
      return value.refuse("be 1 to 16 addresses", std::to_string(elements.size()));
    }
    for (const YamlValue& element : elements) read_address(element, addresses);
  } else {
    read_address(value, addresses);
  }
  if (!addresses.empty()) out = std::move(addresses);
}

std::vector<std::string> read_texts(const YamlValue& list) {
  std::vector<std::string> texts;
  for (const YamlValue& element : list.elements()) {
    std::string text;
    read_text(element, text);
    if (element.holds("")) element.refuse("be a text of at least one character");
    if (!text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

void read_log(const YamlValue& log, monitoring::LogConfig& out) {
  read_choice(log["level"], out.level, kLogLevelWords);
  read_text(log["file"], out.file);
  read_count(log["queue_capacity"], out.queue_capacity, 16, 16'777'216);
  out.redacted_keys = read_texts(log["redact_keys"]);
  YamlValue secrets = log["redact_values"];
  secrets.hide();
  out.redacted_values = read_texts(secrets);
}

void read_data_folder(const YamlValue& value, std::string& out) {
  if (value.holds("")) return value.refuse("be none or the path of a folder");
  if (!value.holds(kNone)) read_text(value, out);
}

void read_orders(const YamlValue& orders, vigil::orders::OrderTableConfig& out) {
  read_count(orders["capacity"], out.order_capacity, 16, 50'000'000);
  read_count(orders["fill_capacity"], out.fill_capacity, 16, 100'000'000);
  read_duration(orders["response_timeout"], out.response_timeout, std::chrono::milliseconds{1});
}

void read_queues(const YamlValue& queues, EngineConfig& config) {
  constexpr std::uint64_t kLeast = 64;
  constexpr std::uint64_t kMost = 16'777'216;
  read_count(queues["market"], config.market_queue_capacity, kLeast, kMost);
  read_count(queues["reports"], config.report_queue_capacity, kLeast, kMost);
  read_count(queues["commands"], config.command_queue_capacity, kLeast, kMost);
}

void read_buckets(const YamlValue& buckets, BucketConfig& out) {
  read_bounds(buckets["order_size_usd"], out.order_size_usd, Sign::NotNegative);
  read_bounds(buckets["trade_duration_seconds"], out.trade_duration_seconds, Sign::NotNegative);
  read_bounds(buckets["trade_pnl_usd"], out.trade_pnl_usd);
  read_bounds(buckets["training_duration_seconds"], out.training_duration_seconds, Sign::NotNegative);
}

void read_all(const YamlValue& root, EngineConfig& config) {
  read_listen(root["listen"], config.listen);
  read_boolean(root["metrics"]["enabled"], config.metrics_enabled);
  read_boolean(root["metrics"]["native_histograms"], config.native_histograms);
  read_boolean(root["metrics"]["exemplars"], config.exemplars);
  read_http(root["http"], config);
  read_boolean(root["control"]["loopback"], config.control_from_loopback);
  read_choice(root["clock"], config.clock, kClockWords);
  read_log(root["log"], config.log);
  read_data_folder(root["data"], config.data_folder);
  read_journal_section(root["journal"], config.journal);
  read_incidents(root["incidents"], config.incidents);
  read_reports(root["reports"], config.reports);
  read_analysis(root["analysis"], config.analysis);
  read_performance(root["performance"], config.analysis.performance);
  read_history(root["history"], config.monitor);
  read_query(root["query"], config.query);
  read_rules(root["rules"], config.monitor.rules);
  read_slo(root["slo"], config.monitor.slo);
  read_thresholds(root["thresholds"], config.monitor.thresholds);
  read_alerting(root["alerting"], config.alerting);
  read_push_gateway(root["push_gateway"], config.push_gateway);
  read_orders(root["orders"], config.orders);
  read_queues(root["queues"], config);
  read_buckets(root["buckets"], config.buckets);
  read_choice(root["on_shutdown"], config.on_shutdown, kOnShutdownWords);
  read_time_of_day(root["session_end"], config.session_end);
  read_boolean(root["define_from_feed"], config.define_from_feed);

  read_market_sections(root, config);
  read_venue_sections(root, config);
  read_reconciliation(root["reconciliation"], config);
  read_models(root["models"], config);
  read_signals(root["signals"], config.signals);
  read_strategies(root["strategies"], config);
  read_risk(root["risk"], config);
  read_scenarios(root["scenarios"], config);
  read_benchmark(root["benchmark"], config);
  read_regimes(root["regimes"], config);
  read_correlations(root["correlations"], config.analysis.market.correlations);
  read_experiments(root["experiments"], config);
  read_synthetic(root["synthetic"], config);
}

}  // namespace

EngineConfig read_engine_config(std::string_view text, std::string name) {
  YamlDocument document(text, std::move(name));
  if (!document.readable()) throw ConfigError(document.messages());
  EngineConfig config;
  read_all(document.root(), config);
  document.refuse_unknown_keys();
  std::vector<std::string> messages = document.messages();
  if (!messages.empty()) throw ConfigError(std::move(messages));
  (void)resolve_names(config);  // what is missing now may come from a feed
  return config;
}

EngineConfig read_engine_config(const std::string& path) {
  EngineConfig config = read_engine_config(read_config_file(path), path);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (std::string& file : config.monitor.rules.files) file = (folder / file).string();
  for (std::string& file : config.monitor.slo.files) file = (folder / file).string();
  for (ModelConfig& model : config.models) {
    if (model.file != kBuiltIn) model.file = (folder / model.file).string();
  }
  return config;
}

std::vector<std::string> known_config_keys() {
  const YamlDocument document = YamlDocument::questionnaire();
  EngineConfig config;
  read_all(document.root(), config);
  std::vector<std::string> keys = document.asked();
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

ConfigCheck check_config(const std::string& path) {
  try {
    EngineConfig config = read_engine_config(path);
    return {{}, resolve_names(config)};
  } catch (const ConfigError& e) {
    return {e.messages(), {}};
  }
}

Reloaded read_again(const std::string& path, const EngineConfig& current) {
  EngineConfig fresh = read_engine_config(path);
  fresh.instruments = current.instruments;
  fresh.portfolio.accounts = current.portfolio.accounts;
  fresh.venues = current.venues;
  fresh.strategies = current.strategies;
  fresh.by_name.strategy_instruments.assign(fresh.strategies.size(), {});
  fresh.models = current.models;
  fresh.by_name.model_instruments.assign(fresh.models.size(), {});
  (void)resolve_names(fresh);
  return {std::move(fresh.limits),      std::move(fresh.http_auth), std::move(fresh.monitor.rules),
          std::move(fresh.monitor.slo), fresh.monitor.thresholds,   std::move(fresh.alerting)};
}

risk::Limits read_limits(const std::string& path, const EngineConfig& current) {
  return read_again(path, current).limits;
}

}  // namespace vigil::engine
