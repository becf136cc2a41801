#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>

#include "core_harness.h"
#include "engine/actions/action_executor.h"
#include "engine/monitor/monitor_cycle.h"

namespace vigil::engine::test {

/// Series as a test wants them, recorded beside those of the registry.
class InjectedSeries : public prometheus::Collectable {
 public:
  void set(const monitoring::Labels& labels, double value) { values_[labels] = value; }
  void remove(const monitoring::Labels& labels) { values_.erase(labels); }

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [labels, value] : values_) {
      prometheus::MetricFamily& family = families.emplace_back();
      family.name = labels.value(monitoring::kMetricNameLabel);
      family.type = prometheus::MetricType::Gauge;
      prometheus::ClientMetric& metric = family.metric.emplace_back();
      metric.gauge.value = value;
      for (const monitoring::Label& label : labels) {
        if (label.name != monitoring::kMetricNameLabel)
          metric.label.push_back({std::string{label.name}, std::string{label.value}});
      }
    }
    return families;
  }

 private:
  std::map<monitoring::Labels, double> values_;
};

/// Core, monitoring, actions and delivery joined as they are in the running engine, but in one thread and
/// under a manual clock. What rules read are injected series, and if wanted what the engine itself publishes.
class MonitoredEngine {
 public:
  enum class Records : std::uint8_t { Injected, All };

  explicit MonitoredEngine(EngineConfig config = small_config(), Records records = Records::Injected)
      : trading(std::move(config)),
        desk({}, "", "http://localhost", trading.registry, trading.logger),
        actions(trading.config,
                {.post =
                     [this](const ControlCommand& command) {
                       trading.core.on_control(command, trading.now());
                       return true;
                     },
                 .restart_market_data = [this] { ++market_data_restarts; }},
                "", trading.registry, trading.logger),
        cycle(trading.config.monitor,
              {.registry = records == Records::All ? trading.registry : registry,
               .logger = trading.logger,
               .desk = desk,
               .watches = trading.watches,
               .fires =
                   [this](const MonitorCycle::Firing& firing) {
                     actions.alert_fires(firing.rule, firing.alert, firing.detected, firing.core_acted);
                   },
               .commands =
                   [this](const monitoring::Labels& alert) { return commands_of(alert, trading.config); },
               .clock = [this] { return trading.now(); },
               .others = {&injected}}) {}

  CoreHarness trading;
  monitoring::Registry registry;  ///< of monitoring alone, recorded if the engine's is not
  InjectedSeries injected;
  AlertDesk desk;
  int market_data_restarts = 0;
  ActionExecutor actions;
  MonitorCycle cycle;

  /// Gives a series this value, or none, for the next turn: in the place of what monitoring publishes of that
  /// name, if it does.
  void inject(const monitoring::Labels& labels, std::optional<double> value) {
    for (const monitoring::MetricDefinition& definition : registry.definitions()) {
      if (definition.name != labels.value(monitoring::kMetricNameLabel)) continue;
      if (definition.type != monitoring::MetricType::Gauge) continue;
      std::vector<std::string_view> values;
      for (const std::string_view name : definition.labels) values.push_back(labels.value(name));
      registry.gauge(definition, values).set(value.value_or(monitoring::kUnsetGauge));
      return;
    }
    if (value) {
      injected.set(labels, *value);
    } else {
      injected.remove(labels);
    }
  }
  /// From now on there is a thread that dispatches what `desk` is handed over.
  void begin_telling() { desk.start(); }
  /// Lets the engine run for so long, then has a turn of monitoring.
  void pass(orders::Duration duration) {
    trading.pass(duration);
    cycle.take_crossings();
    cycle.turn(trading.time);
  }
  /// Alerts of the rule that fire now.
  [[nodiscard]] std::vector<monitoring::ActiveAlert> firing(const std::string& rule) const {
    std::vector<monitoring::ActiveAlert> alerts;
    for (const monitoring::RuleGroupView& group : cycle.rules()) {
      for (const monitoring::RuleView& each : group.rules) {
        if (each.definition.name != rule) continue;
        for (const monitoring::ActiveAlert& alert : each.alerts) {
          if (alert.state == monitoring::AlertPhase::Firing) alerts.push_back(alert);
        }
      }
    }
    return alerts;
  }
};

}  // namespace vigil::engine::test
