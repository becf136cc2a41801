#include "engine/bench/alert_path.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "engine/actions/alert_action.h"
#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/core/clock.h"
#include "monitoring/alerting/rule_file.h"

namespace vigil::engine::bench {
namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::string_view kRules = R"(groups:
  - name: bench
    interval: 1s
    rules:
      - alert: NotActive
        expr: risk_trading_state{state="active"} == 0
)";

EngineConfig quiet_config() {
  EngineConfig config = read_engine_config(default_config_text(), "benchmark");
  config.log.level = monitoring::LogLevel::Error;
  config.monitor.rules.built_in = false;
  config.monitor.rules.files.clear();
  return config;
}

}  // namespace

AlertPath::AlertPath()
    : config_(quiet_config()),
      logger_(config_.log, registry_, [](std::string_view) {}),
      alertmanager_(std::make_unique<monitoring::HttpServer>(
          monitoring::HttpServerConfig{.listen = "127.0.0.1:0"}, registry_)),
      engine_(config_, registry_, logger_) {
  alertmanager_->add_route({monitoring::HttpMethod::Post}, "/api/v2/alerts",
                           [this](const monitoring::HttpRequest&) { return told(); });
  alertmanager_->start();
  config_.alerting.alertmanagers = {{.url = "http://127.0.0.1:" + std::to_string(alertmanager_->port())}};
  desk_ = std::make_unique<AlertDesk>(config_.alerting, "", "http://localhost", registry_, logger_);
  monitor_ = std::make_unique<Monitor>(
      config_.monitor,
      MonitorCycle::Links{
          .registry = registry_,
          .logger = logger_,
          .desk = *desk_,
          .watches = engine_.watches(),
          .fires =
              [this](const MonitorCycle::Firing& firing) {
                const std::lock_guard lock(mutex_);
                crossed_at_ = firing.detected;
              },
          .commands = [this](const monitoring::Labels& alert) { return commands_of(alert, config_); },
          .clock = machine_time});
  monitor_->offer_rules(monitoring::read_rule_file(kRules, "benchmark"));
  engine_.start();
  desk_->start();
  monitor_->start();
  const auto is_watched = [this] {
    for (const auto& group : monitor_->rules()) {
      for (const auto& rule : group.rules) {
        if (rule.watch.alerts > 0) return true;
      }
    }
    return false;
  };
  const auto begin = std::chrono::steady_clock::now();
  while (!is_watched()) {
    if (std::chrono::steady_clock::now() - begin > kPatience)
      throw std::runtime_error("the rule is not watched");
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

AlertPath::~AlertPath() {
  engine_.stop();
  monitor_->stop();
  desk_->stop(std::chrono::steady_clock::now());
  alertmanager_->stop();
}

double AlertPath::breach() {
  std::size_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = told_at_.size();
    crossed_at_.reset();
  }
  control(ControlCommand::Kind::Reduce);
  wait_for(before + 1);
  double took = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!crossed_at_) throw std::runtime_error("the Alertmanager was told of what did not fire");
    took = static_cast<double>((told_at_[before] - *crossed_at_).count());
  }
  control(ControlCommand::Kind::Resume);
  wait_for(before + 2);  // the end of the alert
  // That was told in the midst of the monitor's turn, which comes once a second: the next crossing shall meet
  // it at any place.
  constexpr std::chrono::milliseconds kTurn{1'000};
  constexpr std::chrono::milliseconds kShift{377};
  std::this_thread::sleep_for(breaches_++ * kShift % kTurn);
  return took;
}

monitoring::HttpResponse AlertPath::told() {
  const orders::Duration now = machine_time().monotonic;
  const std::lock_guard lock(mutex_);
  told_at_.push_back(now);
  changed_.notify_all();
  return {};
}

void AlertPath::wait_for(std::size_t requests) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [&] { return told_at_.size() >= requests; }))
    throw std::runtime_error("the Alertmanager was not told");
}

void AlertPath::control(ControlCommand::Kind kind) {
  ControlCommand command;
  command.kind = kind;
  if (!engine_.control(command, kPatience)) throw std::runtime_error("the core did not take a command");
}

}  // namespace vigil::engine::bench
