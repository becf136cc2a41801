#include "engine/commands/config_reload.h"

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "engine/config/engine_config_reader.h"
#include "engine/core/core_metrics.h"
#include "engine/core/log_entry.h"
#include "engine/monitor/rule_files.h"
#include "engine/monitor/slo_files.h"
#include "monitoring/alerting/rule_test.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::engine {

namespace {

std::vector<std::string> watched_files(const std::string& path, const RulesConfig& rules,
                                       const SloConfig& slo) {
  if (path.empty() || !rules.watch) return {};
  std::vector<std::string> files = rules.files;
  files.insert(files.end(), slo.files.begin(), slo.files.end());
  files.push_back(path);
  return files;
}

/// A file without a word is one that is about to be written, not one that takes all that it had away. `key`:
/// of the list that such a file has.
void expect_words(const std::vector<std::string>& patterns, std::string_view key) {
  std::vector<std::string> errors;
  for (const std::string& pattern : patterns) {
    for (const std::string& file : monitoring::files_of(pattern)) {
      const std::string text = read_config_file(file);
      if (text.find_first_not_of(" \t\r\n") != std::string::npos) continue;
      errors.push_back(fmt::format("{}: must have {}, is empty; `{}: []` has none", file, key, key));
    }
  }
  if (!errors.empty()) throw ConfigError(std::move(errors));
}

}  // namespace

ConfigReload::ConfigReload(const std::string& path, const EngineConfig& config, const Links& links)
    : path_(path),
      config_(config),
      links_(links),
      successful_(links.registry.gauge(metric::kConfigReload, {}, 1)),
      watch_(watched_files(path, config.monitor.rules, config.monitor.slo)) {}

std::string ConfigReload::operator()() {
  const std::lock_guard lock(mutex_);
  std::string error = attempt();
  successful_.set(error.empty() ? 1 : 0);
  report(error);
  return error;
}

void ConfigReload::look_for_changes() {
  {
    const std::lock_guard lock(mutex_);
    if (!watch_.changed()) return;
  }
  static_cast<void>((*this)());  // what is wrong was reported
}

std::string ConfigReload::attempt() {
  if (path_.empty()) return "the engine runs on its built-in configuration: there is no file to read again";
  Reloaded fresh;
  try {
    fresh = read_again(path_, config_);
    expect_words(fresh.rules.files, "groups");
    expect_words(fresh.slo.files, "objectives");
    std::vector<monitoring::RuleGroupDefinition> rules =
        read_rule_files(fresh.rules, config_.query.engine.ranges);
    std::vector<monitoring::SloDefinition> objectives =
        read_slo_files(fresh.slo, config_.query.engine.ranges);
    links_.server.reload_certificate();
    if (links_.desk != nullptr) {
      const std::string error = links_.desk->replace(fresh.alerting);
      if (!error.empty()) return path_ + ": " + error;
    }
    if (links_.monitor != nullptr) {
      links_.monitor->offer_rules(std::move(rules));
      links_.monitor->offer_slos(std::move(objectives));
    }
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  links_.access.replace(fresh.http_auth);
  links_.thresholds.apply(fresh.thresholds);
  links_.engine.reload_models();
  watch_.watch(watched_files(path_, fresh.rules, fresh.slo));
  // Kept for good: the core may still read a set of limits after a later one was sent.
  kept_.push_back(std::make_unique<risk::Limits>(std::move(fresh.limits)));
  ControlCommand command;
  command.kind = ControlCommand::Kind::ReloadLimits;
  command.limits = kept_.back().get();
  return links_.engine.control(command, std::chrono::seconds{2})
             ? ""
             : "the core did not take the new limits in time";
}

void ConfigReload::report(const std::string& error) {
  monitoring::LogRecord entry = log_entry(
      machine_time().wall, error.empty() ? monitoring::LogLevel::Info : monitoring::LogLevel::Error,
      "execution_engine", "config",
      error.empty() ? "Limits and secrets reloaded" : "Limits and secrets not reloaded, the old ones stay");
  if (!error.empty()) {
    entry.add_long_text("error", error).here();
    std::cerr << error << '\n';
  }
  links_.logger.write(entry);
}

}  // namespace vigil::engine
