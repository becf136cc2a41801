#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/live_engine.h"
#include "engine/monitor/alert_desk.h"
#include "engine/monitor/file_watch.h"
#include "engine/monitor/monitor.h"
#include "engine/monitor/threshold_keeper.h"
#include "engine/views/access.h"
#include "monitoring/http/server.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// Reads the limits of the configuration file again and hands them to the core, and with them the thresholds
/// of rules, the files of rules and of objectives, who is told of alerts, the secrets of HTTP callers and the
/// server's certificate. A wrong file changes nothing. Called by the main thread (SIGHUP, files that change)
/// and by HTTP workers.
class ConfigReload {
 public:
  struct Links {
    LiveEngine& engine;
    AccessGate& access;
    monitoring::HttpServer& server;
    AlertDesk* desk;   ///< nullptr: as the monitor
    Monitor* monitor;  ///< nullptr: there is no history, and there are no rules
    ThresholdKeeper& thresholds;
    monitoring::Registry& registry;
    monitoring::Logger& logger;
  };
  /// `path` is empty for an engine without a file. `config` and the links outlive it.
  ConfigReload(const std::string& path, const EngineConfig& config, const Links& links);

  /// Empty = done; else why not.
  std::string operator()();
  /// Reads again if the files have changed, unless rules.watch is off. Each second, the main thread.
  void look_for_changes();

 private:
  std::string attempt();
  void report(const std::string& error);

  std::mutex mutex_;
  std::string path_;
  const EngineConfig& config_;
  Links links_;
  monitoring::Gauge successful_;
  FileWatch watch_;
  std::vector<std::unique_ptr<risk::Limits>> kept_;
};

}  // namespace vigil::engine
