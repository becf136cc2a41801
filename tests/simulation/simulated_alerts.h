#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/core/core.h"
#include "engine/random.h"
#include "memory_records.h"
#include "monitoring/delivery/alert_delivery.h"
#include "monitoring/time/forward_clock.h"
#include "simulated_monitor.h"
#include "simulated_receiver.h"
#include "world_rules.h"

namespace vigil::engine::test {

/// Alerts that fire and are over as they like, noted in the core's journal and told to receivers that are
/// slow, dead, or lose their answer, from files that survive the engine. However it ends, each receiver has
/// heard last what is true.
class SimulatedAlerts {
 public:
  SimulatedAlerts(Random& random, WorldRules& rules, const WorldClock& clock);
  ~SimulatedAlerts();

  /// Where the engine has metrics alerts come from rules, else they come and go by themselves.
  void engine_begins(Core& core, const EngineConfig& config, WatchDesk& watches,
                     monitoring::Registry& registry, monitoring::Logger& logger);
  void engine_died(bool loses_power);
  [[nodiscard]] bool are_monitored() const noexcept { return monitor_ != nullptr; }
  /// One fires, or one is over.
  void change(Core& core);
  /// Once over what the delivery's threads do; alerts that fire are handed over every second.
  void turn(std::uint64_t durable);
  void trouble();
  /// By long: who was told until when an alert fires keeps to that.
  void clock_was_set_back() { excuse_all(); }
  void calm_down();
  /// No alert that was told of is lost to the engine, and none that is over comes back.
  void check(const Core& core) const;
  /// Each receiver has heard last what is true.
  void check_told() const;
  [[nodiscard]] std::uint64_t told() const;
  /// Names of the rules that fired, of all engines.
  [[nodiscard]] std::set<std::string> rules_fired() const;

 private:
  struct Alert {
    std::uint64_t fired = 0;     ///< its record, this run's; 0: on the disk
    std::uint64_t resolved = 0;  ///< the same
    monitoring::SampleTime since = 0;
    monitoring::SampleTime until = 0;  ///< 0: it fires
    bool was_handed_over = false;      ///< as it is now, in this run
  };
  [[nodiscard]] monitoring::SampleTime now() const;
  [[nodiscard]] orders::Timestamp time_of_rules() const;
  void excuse_all();
  void settle(std::uint64_t durable);
  void hand_over();
  [[nodiscard]] monitoring::DeliveryLinks links(monitoring::Registry& registry);

  Random& random_;
  WorldRules& rules_;
  const WorldClock& clock_;
  mutable monitoring::ForwardClock forward_;  ///< goes on over a restart, from what was recorded
  MemoryRecords disk_;
  SimulatedReceivers receivers_;
  std::unique_ptr<monitoring::Registry> registry_;
  std::unique_ptr<monitoring::AlertDelivery> delivery_;  ///< without a monitor
  std::unique_ptr<SimulatedMonitor> monitor_;
  std::set<std::string> rules_fired_;  ///< of the engines before
  orders::Duration next_hand_over_{};
  bool had_disk_trouble_ = false;  ///< in this run
  std::set<std::string> excused_;  ///< labels of those of which nobody need know that they are over
  std::uint64_t next_alert_ = 0;
  std::map<std::string, Alert> alerts_;  ///< by name; each fires once
};

}  // namespace vigil::engine::test
