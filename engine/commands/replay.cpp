#include "engine/commands/replay.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "engine/commands/commands.h"
#include "engine/commands/recorded_feeds.h"
#include "engine/commands/serve.h"
#include "engine/commands/signals.h"
#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/core/simulation.h"
#include "engine/output/replay_files.h"
#include "engine/output/report.h"
#include "engine/views/model_json.h"

namespace vigil::engine {
namespace {

EngineConfig load_config(const ReplayOptions& options) {
  EngineConfig config = options.config.empty()
                            ? read_engine_config(replay_config_text(), std::string{kReplayConfigName})
                            : read_engine_config(options.config);
  if (options.config.empty() && !options.orders.empty()) {
    for (StrategyConfig& strategy : config.strategies) {
      if (strategy.kind != StrategyKind::Manual) strategy.enabled = false;
    }
  }
  apply_environment(config, process_environment);
  if (options.log_level.empty()) return config;
  const auto level = monitoring::parse_log_level(options.log_level);
  if (!level) {
    throw ConfigError(
        {"--log-level: must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL, was \"" + options.log_level + "\""});
  }
  config.log.level = *level;
  return config;
}

/// Keeps the data's pace times `speed`, waking now and then so that an interrupt is noticed.
class Pacer {
 public:
  Pacer(double speed, orders::Timestamp start)
      : speed_(speed), data_start_(start), real_start_(std::chrono::steady_clock::now()) {}
  [[nodiscard]] bool is_due(orders::Timestamp time) const {
    const double ahead = std::chrono::duration<double>(time - data_start_).count() / speed_;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - real_start_).count() >= ahead;
  }

 private:
  double speed_;
  orders::Timestamp data_start_;
  std::chrono::steady_clock::time_point real_start_;
};

/// Runs to the end or until interrupted; false if interrupted.
bool run(Simulation& simulation, const ReplayOptions& options, monitoring::Logger& logger,
         ViewExchange* views) {
  std::optional<Pacer> pacer;
  if (options.speed) pacer.emplace(*options.speed, simulation.now());
  const bool progress = isatty(STDERR_FILENO) != 0 && !options.speed;
  std::uint64_t steps = 0;
  while (const auto next = simulation.next_time()) {
    while (pacer && !pacer->is_due(*next) && !stop_requested()) {
      if (views != nullptr) views->serve(simulation.core(), orders::manual_time(simulation.now()));
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    if (stop_requested()) return false;
    simulation.step();
    if (++steps % 1024 != 0) continue;
    logger.pump();
    if (views != nullptr) views->serve(simulation.core(), orders::manual_time(simulation.now()));
    if (progress && steps % (1U << 17) == 0) std::cerr << '\r' << steps << " events" << std::flush;
  }
  if (progress) std::cerr << '\r' << std::string(32, ' ') << '\r';
  return true;
}

/// An output must be neither what is read nor another output. Throws ConfigError.
void check_outputs(const ReplayOptions& options, const std::vector<FeedSpec>& specs) {
  using Flagged = std::pair<std::string_view, std::string>;
  std::vector<Flagged> taken;
  for (const FeedSpec& spec : specs) taken.emplace_back("--feed", spec.path);
  if (!options.orders.empty()) taken.emplace_back("--orders", options.orders);
  if (!options.config.empty()) taken.emplace_back("--config", options.config);
  std::vector<std::string> errors;
  for (const Flagged& output : {Flagged{"--report", options.report}, Flagged{"--fills", options.fills},
                                Flagged{"--orders-out", options.orders_out}, Flagged{"--perf", options.perf},
                                Flagged{"--html", options.html}}) {
    if (output.second.empty()) continue;
    const auto other = std::ranges::find_if(
        taken, [&](const Flagged& each) { return is_same_file(output.second, each.second); });
    if (other != taken.end()) {
      errors.push_back(std::string{output.first} + ": must be a file of its own, " + output.second +
                       " is that of " + std::string{other->first});
    }
    taken.push_back(output);
  }
  if (!errors.empty()) throw ConfigError(std::move(errors));
}

struct Performance {
  double seconds = 0;
  CorePerformance core;
};

std::uint64_t event_count(const Performance& performance) {
  std::uint64_t events = 0;
  for (const std::uint64_t count : performance.core.events) events += count;
  return events;
}

void print_performance(const Performance& performance) {
  const auto events = static_cast<double>(event_count(performance));
  std::cout << "\nMachine: " << static_cast<std::uint64_t>(events) << " events in " << performance.seconds
            << " s, " << static_cast<std::uint64_t>(events / performance.seconds) << " events/s\n";
  for (std::size_t i = 0; i < kCoreEventCount; ++i) {
    if (performance.core.events[i] == 0) continue;
    std::cout << "  core, " << to_string(static_cast<CoreEvent>(i)) << ": " << performance.core.events[i]
              << " events, "
              << performance.core.time[i].count() / static_cast<std::int64_t>(performance.core.events[i])
              << " ns each\n";
  }
}

std::string performance_json(const Performance& performance) {
  nlohmann::ordered_json core = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < kCoreEventCount; ++i) {
    const auto events = performance.core.events[i];
    core[std::string(to_string(static_cast<CoreEvent>(i)))] = {
        {"events", events},
        {"ns_per_event",
         events == 0 ? 0.0
                     : static_cast<double>(performance.core.time[i].count()) / static_cast<double>(events)}};
  }
  const nlohmann::ordered_json document{
      {"wall_seconds", performance.seconds},
      {"events", event_count(performance)},
      {"events_per_second", static_cast<double>(event_count(performance)) / performance.seconds},
      {"core", core}};
  return document.dump(2) + "\n";
}

}  // namespace

std::optional<double> parse_speed(const std::string& text) {
  if (text == "max") return std::nullopt;
  double speed = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, speed);
  if (error != std::errc{} || end + 1 != last || *end != 'x' || !(speed > 0) || !std::isfinite(speed)) {
    throw std::invalid_argument("must be max or a positive factor such as 1x or 10x, was \"" + text + "\"");
  }
  return speed;
}

int replay(const ReplayOptions& options) {
  std::vector<FeedSpec> specs;
  for (const std::string& text : options.feeds) specs.push_back(parse_feed_spec(text));
  check_outputs(options, specs);
  EngineConfig config = load_config(options);
  const Directory directory = discover_all(config, specs, options.on_bad_line);

  MergedFeed feed = open_all(specs, directory, options.on_bad_line);
  std::unique_ptr<OrdersCsv> order_file;
  if (!options.orders.empty()) {
    order_file = std::make_unique<OrdersCsv>(options.orders, directory, options.on_bad_line);
  }
  std::unique_ptr<CsvFile> fills;
  if (!options.fills.empty()) fills = open_fills_file(options.fills);
  std::unique_ptr<CsvFile> orders_out;
  if (!options.orders_out.empty()) orders_out = open_orders_file(options.orders_out);

  monitoring::Registry registry({.enabled = config.metrics_enabled,
                                 .native_histograms = config.native_histograms,
                                 .exemplars = config.exemplars});
  monitoring::Logger logger(config.log, registry, [](std::string_view line) { std::cerr << line << '\n'; });
  Recorder recorder(config, fills.get());
  Simulation simulation(config, registry, logger, &recorder, {&feed, order_file.get()});

  install_signal_handlers();
  ViewExchange views(config);
  std::unique_ptr<ReplayServer> server;
  if (options.hold || options.speed)
    server = std::make_unique<ReplayServer>(config, registry, views, simulation.core().analysis());

  const auto before = std::chrono::steady_clock::now();
  const bool complete = run(simulation, options, logger, server ? &views : nullptr);
  Performance performance;
  performance.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
  performance.core = simulation.performance();
  logger.pump();

  recorder.finish(simulation.core().orders());
  if (fills) fills->close();
  if (orders_out) {
    write_orders_csv(*orders_out, config, recorder.orders());
    orders_out->close();
  }
  ReplayReport report = make_report(config, simulation.core(), recorder, feed.statistics(),
                                    order_file ? order_file->statistics().rows : 0, simulation.now());
  report.models = models_json(config, simulation.model_figures());
  write_report(config, report, options.report, options.html);
  if (!options.perf.empty()) write_text_file(options.perf, performance_json(performance));
  print_report(std::cout, config, report);
  print_performance(performance);
  std::cout.flush();
  if (!complete) {
    std::cerr << "interrupted: what was written covers the input up to "
              << orders::nanoseconds_of(simulation.now()) << '\n';
    return kExitFailure;
  }
  while (options.hold && !stop_requested()) {
    views.serve(simulation.core(), orders::manual_time(simulation.now()));
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return kExitSuccess;
}

}  // namespace vigil::engine
