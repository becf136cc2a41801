#include "simulated_monitor.h"

#include <utility>

#include "engine/monitor/alert_notes.h"
#include "monitoring/alerting/rule_file.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;

namespace {

/// Some that the core judges at each change, some that take their time.
constexpr const char* kRules = R"(
groups:
  - name: world
    interval: 1s
    rules:
      - {alert: Loss, expr: trading_daily_pnl_usd < -150, labels: {team: risk, action: halt_trading}}
      - {alert: Crowd, expr: orders_live > 8, labels: {team: trading, action: cancel_all}}
      - {alert: Wide, expr: market_spread_basis_points > 20, labels: {team: trading, action: pause_order_submission}}
      - {alert: Away, expr: exchange_connected == 0, for: 1s, labels: {team: trading}}
      - {alert: InDoubt, expr: orders_in_doubt > 0, for: 2s, keep_firing_for: 3s, labels: {team: risk}}
      - {alert: Busy, expr: 'rate(orders_sent_total[10s]) > 2', labels: {team: risk}}
)";

AlertingConfig told_to_all() {
  AlertingConfig config;
  config.alertmanagers = {{.url = "http://alertmanager"}};
  config.receivers.clear();
  // How they are reached is the world's business.
  for (const char* name : {"desk", "pager"}) {
    AlertReceiver& receiver = config.receivers.emplace_back();
    receiver.name = name;
  }
  config.route = {.receiver = "desk",
                  .group_by = std::vector<std::string>{"team"},
                  .group_wait = 500ms,
                  .group_interval = 2s,
                  .repeat_interval = 30s,
                  .routes = {{.receiver = "pager", .go_on = true}, {.receiver = "desk"}}};
  config.retry = {.first = 100ms, .longest = 2s};
  return config;
}

MonitorConfig sampled() {
  MonitorConfig config;
  config.rules.built_in = false;
  config.rules.watch = false;
  config.rules.external_url = "http://localhost";
  return config;
}

}  // namespace

SimulatedMonitor::SimulatedMonitor(const EngineConfig& config, Core& core, WatchDesk& watches,
                                   monitoring::Registry& registry, monitoring::Logger& logger,
                                   monitoring::DeliveryLinks delivery, std::function<orders::EventTime()> now,
                                   std::function<orders::Timestamp()> time)
    : config_(config),
      core_(core),
      now_(std::move(now)),
      time_(std::move(time)),
      desk_(told_to_all(), "delivery", "http://localhost", std::move(delivery), logger),
      actions_(config,
               {.post =
                    [this](const ControlCommand& command) {
                      core_.on_control(command, now_());
                      return true;
                    },
                .restart_market_data = [] {}},
               "", registry, logger),
      cycle_(sampled(), links(registry, logger, watches)) {
  cycle_.offer_rules(monitoring::read_rule_file(kRules, "world.yml"));
}

MonitorCycle::Links SimulatedMonitor::links(monitoring::Registry& registry, monitoring::Logger& logger,
                                            WatchDesk& watches) {
  MonitorCycle::Links links{registry,
                            logger,
                            desk_,
                            watches,
                            [this](const MonitorCycle::Firing& firing) {
                              rules_fired_.insert(firing.rule);
                              actions_.alert_fires(firing.rule, firing.alert, firing.detected,
                                                   firing.core_acted);
                            },
                            [this](const monitoring::Labels& alert) { return commands_of(alert, config_); },
                            [this] { return now_(); }};
  links.changes = [this](const monitoring::HistoryEntry& entry) { core_.on_alert(note_of(entry), now_()); };
  return links;
}

void SimulatedMonitor::turn() {
  cycle_.take_crossings();
  const orders::Timestamp now = time_();
  if (now - last_turn_ >= 1s) {
    last_turn_ = std::chrono::floor<std::chrono::seconds>(now);
    cycle_.turn(last_turn_);
  }
  desk_.turn();
}

std::set<std::string> SimulatedMonitor::firing() const {
  std::set<std::string> firing;
  for (const monitoring::RuleGroupView& group : cycle_.rules()) {
    for (const monitoring::RuleView& rule : group.rules) {
      for (const monitoring::ActiveAlert& alert : rule.alerts) {
        if (alert.state == monitoring::AlertPhase::Firing)
          firing.insert(monitoring::series_text(alert.labels));
      }
    }
  }
  return firing;
}

}  // namespace vigil::engine::test
