#include "engine/commands/run.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "engine/actions/action_executor.h"
#include "engine/actions/action_faults.h"
#include "engine/commands/catalogue.h"
#include "engine/commands/commands.h"
#include "engine/commands/config_reload.h"
#include "engine/commands/push.h"
#include "engine/commands/signals.h"
#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/config/value_text.h"
#include "engine/core/clock_watch.h"
#include "engine/core/core_metrics.h"
#include "engine/core/health_checks.h"
#include "engine/core/live_engine.h"
#include "engine/core/log_entry.h"
#include "engine/data_folder.h"
#include "engine/incidents/incident_endpoints.h"
#include "engine/incidents/incident_keeper.h"
#include "engine/journal/journal.h"
#include "engine/monitor/alert_desk.h"
#include "engine/monitor/alert_notes.h"
#include "engine/monitor/monitor.h"
#include "engine/monitor/monitor_time.h"
#include "engine/monitor/threshold_keeper.h"
#include "engine/monitor/told_alerts.h"
#include "engine/reports/report_endpoints.h"
#include "engine/reports/report_keeper.h"
#include "engine/version.h"
#include "engine/views/access.h"
#include "engine/views/alert_endpoints.h"
#include "engine/views/endpoints.h"
#include "engine/views/json_views.h"
#include "engine/views/model_json.h"
#include "engine/views/order_endpoint.h"
#include "engine/views/server_config.h"
#include "engine/views/slo_endpoint.h"
#include "monitoring/api/prometheus_api.h"
#include "monitoring/process/process_metrics.h"

namespace vigil::engine {
namespace {

constexpr auto kSampleInterval = std::chrono::seconds{1};
constexpr auto kLoopSleep = std::chrono::milliseconds{20};

EngineConfig load_config(const RunOptions& options) {
  EngineConfig config = options.config.empty()
                            ? read_engine_config(default_config_text(), std::string{kDefaultConfigName})
                            : read_engine_config(options.config);
  apply_environment(config, process_environment);
  std::vector<std::string> errors;
  if (!options.data.empty()) config.data_folder = options.data;
  if (!options.listen.empty()) {
    config.listen = options.listen;
    for (const std::string& listen : options.listen) {
      if (parse_listen_address(listen)) continue;
      errors.push_back("--listen: must be HOST:PORT, was \"" + listen + "\"");
    }
  }
  if (!options.log_level.empty()) {
    if (const auto level = monitoring::parse_log_level(options.log_level)) {
      config.log.level = *level;
    } else {
      errors.push_back("--log-level: must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL, was \"" +
                       options.log_level + "\"");
    }
  }
  if (config.synthetic.instruments.empty()) {
    errors.push_back(
        (options.config.empty() ? std::string{kDefaultConfigName} : options.config) +
        ": synthetic.instruments: must name at least one instrument, there is no other live feed");
  }
  if (!errors.empty()) throw ConfigError(std::move(errors));
  check_metric_names(config, options.config.empty() ? std::string{kDefaultConfigName} : options.config);
  return config;
}

void write_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void log_engine(monitoring::Logger& logger, const char* message, std::uint16_t port) {
  monitoring::LogRecord entry =
      log_entry(machine_time().wall, monitoring::LogLevel::Info, "execution_engine", "run", message);
  entry.add_literal("version", version());
  entry.add("port", port);
  logger.write(entry);
}

monitoring::SampleTime milliseconds_of(orders::Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::optional<DataFolder> open_data(const EngineConfig& config) {
  if (config.data_folder.empty()) return std::nullopt;
  return std::optional<DataFolder>(std::in_place, config.data_folder);
}

/// nullptr: nothing is to survive, or the journal is switched off.
std::unique_ptr<Journal> journal_of(const EngineConfig& config, const std::optional<DataFolder>& data,
                                    monitoring::Registry& registry, monitoring::Logger& logger) {
  if (!data || !config.journal.enabled) return nullptr;
  return std::make_unique<Journal>(open_journal_folder(data->inner("journal")), config, registry, logger);
}

/// What links for people begin with.
std::string external_url_of(const EngineConfig& config) {
  if (!config.monitor.rules.external_url.empty()) return config.monitor.rules.external_url;
  const std::string& listen = config.listen.front();
  return listen.find("://") != std::string::npos ? listen : "http://" + listen;
}

/// nullptr: there is no history, so there are no rules, and there is nobody to hand alerts over.
std::unique_ptr<AlertDesk> desk_of(const EngineConfig& config, const std::optional<DataFolder>& data,
                                   monitoring::Registry& registry, monitoring::Logger& logger) {
  if (!config.monitor.history_enabled || !config.metrics_enabled) return nullptr;
  return std::make_unique<AlertDesk>(config.alerting, data ? data->inner("delivery") : "",
                                     external_url_of(config), registry, logger);
}

std::unique_ptr<Monitor> monitor_of(const EngineConfig& config, const std::optional<DataFolder>& data,
                                    monitoring::Registry& registry, monitoring::Logger& logger,
                                    AlertDesk* desk, ActionExecutor& actions,
                                    const std::unique_ptr<IncidentKeeper>& incidents, LiveEngine& engine) {
  if (desk == nullptr) return nullptr;
  MonitorConfig with = config.monitor;
  if (data) with.history.folder = data->inner("history");
  with.engine = config.query.engine;
  with.rules.external_url = external_url_of(config);
  const auto fires = [&actions, &incidents](const MonitorCycle::Firing& firing) {
    actions.alert_fires(firing.rule, firing.alert, firing.detected, firing.core_acted);
    if (incidents && firing.alert.labels.value("priority") == "P0") {
      incidents->trigger(
          {IncidentTrigger::Kind::Alert, machine_time().wall, monitoring::series_text(firing.alert.labels)});
    }
  };
  const auto commands = [&config](const monitoring::Labels& alert) { return commands_of(alert, config); };
  MonitorCycle::Links links{registry, logger, *desk, engine.watches(), fires, commands, machine_time};
  links.changes = [&engine](const monitoring::HistoryEntry& entry) { engine.note_alert(note_of(entry)); };
  links.action_faults = [&config](const std::string& file, const monitoring::RuleDefinition& rule) {
    return action_faults(file, rule, config);
  };
  return std::make_unique<Monitor>(with, std::move(links));
}

template <typename Format>
std::string ask(LiveEngine& engine, const EngineConfig& config, ViewKind kind, const Format& format) {
  std::string text;
  static_cast<void>(engine.views().ask(kind, orders::kNoOrder, View::kMaxOrders, std::chrono::seconds{1},
                                       [&](const View& view) { text = format(config, view); }));
  return text;
}

/// nullptr: nothing is kept.
std::unique_ptr<IncidentKeeper> incidents_of(const EngineConfig& config,
                                             const std::optional<DataFolder>& data,
                                             monitoring::Registry& registry, monitoring::Logger& logger,
                                             LogTail& log, LiveEngine& engine, const Monitor* monitor,
                                             Journal* journal) {
  if (!config.incidents.enabled) return nullptr;
  const LiveEngine::Pulse& pulse = engine.pulse();
  IncidentKeeper::Links links{
      .config = config,
      .registry = registry,
      .logger = logger,
      .log = log,
      .views =
          [&engine, &config, &registry, started = std::chrono::steady_clock::now()] {
            const auto status = [started](const EngineConfig& with, const View& view) {
              const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - started;
              return status_json(with, view, uptime.count());
            };
            const auto risk = [&registry](const EngineConfig& of, const View& view) {
              return risk_json(of, view, registry);
            };
            return IncidentViews{.status = ask(engine, config, ViewKind::Status, status),
                                 .risk = ask(engine, config, ViewKind::Risk, risk),
                                 .positions = ask(engine, config, ViewKind::Positions, positions_json),
                                 .orders = ask(engine, config, ViewKind::Orders, orders_json)};
          },
      .halts = [&pulse] { return pulse.halts.load(std::memory_order_acquire); },
      .halt_reason =
          [&pulse] {
            const auto reason =
                static_cast<risk::HaltReason>(pulse.halt_reason.load(std::memory_order_relaxed));
            return std::string{risk::to_string(reason)};
          },
      .history = monitor == nullptr ? nullptr : &monitor->history(),
      .journal = journal == nullptr ? nullptr : &journal->disk()};
  auto keeper = std::make_unique<IncidentKeeper>(data ? data->inner("incidents") : "", std::move(links));
  if (journal != nullptr && journal->crashed_at()) {
    keeper->trigger(
        {IncidentTrigger::Kind::Crash, *journal->crashed_at(), "the run before did not end in order"});
  }
  return keeper;
}

}  // namespace

int run(const RunOptions& options) {
  const EngineConfig config = load_config(options);
  install_signal_handlers();
  monitoring::machine_clock.start(config.clock);

  monitoring::Registry registry({.enabled = config.metrics_enabled,
                                 .native_histograms = config.native_histograms,
                                 .exemplars = config.exemplars});
  LogTail log_tail;
  monitoring::Logger logger(config.log, registry, write_line);
  if (config.incidents.enabled) {
    logger.tap([&log_tail](monitoring::LogLevel level, std::string_view line) {
      log_tail.add(level, line, machine_time().wall);
    });
  }
  monitoring::ProcessMetrics process(registry, version(), {{"root", "/"}});
  ClockWatch clock(monitoring::machine_clock, config.clock, registry, logger);
  const std::optional<DataFolder> data = open_data(config);
  const auto desk = desk_of(config, data, registry, logger);
  ThresholdKeeper thresholds(config, registry, logger);
  const auto journal = journal_of(config, data, registry, logger);
  LiveEngine engine(config, registry, logger, journal.get());
  engine.recover();
  ActionExecutor actions(config,
                         {.post = [&engine](const ControlCommand& command) { return engine.post(command); },
                          .restart_market_data = [&engine] { engine.restart_market_data(); }},
                         data ? data->inner("actions") + "/latches.log" : "", registry, logger);
  actions.restore();
  std::unique_ptr<IncidentKeeper> incidents;
  const auto monitor = monitor_of(config, data, registry, logger, desk.get(), actions, incidents, engine);
  incidents = incidents_of(config, data, registry, logger, log_tail, engine, monitor.get(), journal.get());
  const auto extend = [&config, &engine, &monitor](Json& report) {
    report["models"] = models_json(config, engine.model_figures());
    if (monitor) report["slos"] = Json::parse(slos_json(monitor->slos()));
  };
  ReportKeeper reports(data ? data->inner("reports") : "",
                       {config, engine.analysis(), registry, logger, extend});
  HealthChecks health(config, engine, registry, version(), machine_time().monotonic);
  AccessGate access(config, registry);

  monitoring::HttpServerConfig http = server_config(config);
  http.gate = access.gate();
  http.on_error = [&logger](std::string_view route, std::string_view what) {
    monitoring::LogRecord entry =
        log_entry(machine_time().wall, monitoring::LogLevel::Error, "gateway", "http", "Request failed");
    entry.add_text("route", route);
    entry.add_long_text("error", what);
    logger.write(entry.here());
  };
  monitoring::HttpServer server(http, registry);
  ConfigReload reload(options.config, config,
                      {engine, access, server, desk.get(), monitor.get(), thresholds, registry, logger});
  add_endpoints(server, {config, registry, engine.views(), health.board(), engine.analysis(),
                         [&engine] { return engine.model_figures(); },
                         [&engine, &actions](const ControlCommand& command) {
                           const bool is_done = engine.control(command, std::chrono::seconds{2});
                           if (is_done) actions.person_acted(command);
                           return is_done;
                         },
                         [&reload] { return reload(); }});
  add_order_endpoint(server, config, [&engine](const orders::OrderRequest& request, bool venue_known) {
    return engine.place(request, venue_known, std::chrono::seconds{2});
  });
  if (monitor) {
    monitoring::PrometheusApiConfig api = config.query;
    api.version = version();
    // Of the server's threads two are left to scrapes and health checks.
    const std::size_t busy = api.concurrency + 2;
    api.most_waiting = config.http.threads > busy ? config.http.threads - busy : 0;
    monitoring::add_prometheus_api(
        server, api,
        {monitor->history(), registry, [&monitor] { return monitor->rules(); },
         [] { return milliseconds_of(monitor_time()); }, [] { return machine_time().monotonic; }});
    add_alert_endpoints(server, {*desk, logger, [&monitor] { return monitor->rules(); },
                                 [] { return milliseconds_of(machine_time().wall); },
                                 [&actions] { return actions.latches(); }});
    add_slo_endpoint(server, [&monitor] { return monitor->slos(); });
  }
  add_report_endpoints(server, {config, reports.store(), engine.analysis(), engine.views(), extend});
  if (incidents) add_incident_endpoints(server, incidents->store());
  const auto push = push_gateway_of(config, registry, logger);
  logger.start();
  clock.log_source();
  server.start();
  engine.start();
  if (desk) desk->start();
  if (monitor) monitor->start();
  if (incidents) incidents->start();
  reports.start();
  health.startup_finished();
  if (push) push->start();
  log_engine(logger, "Engine started", server.port());

  const auto start = std::chrono::steady_clock::now();
  auto next_sample = start;
  while (!stop_requested()) {
    const auto now = std::chrono::steady_clock::now();
    if (options.duration && now - start >= *options.duration) break;
    if (now >= next_sample) {
      clock.check();
      health.check_process(process.sample(machine_time().monotonic), machine_time().monotonic);
      engine.sample_queues();
      registry.expire_idle(machine_time().monotonic);
      reload.look_for_changes();
      next_sample += kSampleInterval;
    }
    health.check(machine_time().monotonic);
    if (take_reload_request()) reload();
    std::this_thread::sleep_for(kLoopSleep);
  }
  log_engine(logger, "Engine stops", server.port());
  engine.stop();  // the endpoint answers until the last order is settled
  reports.stop();
  if (incidents) incidents->stop();
  if (monitor) monitor->stop();
  if (desk) desk->stop(std::chrono::steady_clock::now() + kLastTelling);
  if (push) push->stop();
  server.stop();
  log_engine(logger, "Engine stopped", 0);
  return kExitSuccess;
}

}  // namespace vigil::engine
