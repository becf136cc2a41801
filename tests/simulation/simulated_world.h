#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/core/core.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/journal_writer.h"
#include "engine/journal/recovery.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/snapshot_keeper.h"
#include "engine/random.h"
#include "engine/venue/simulated_venue.h"
#include "memory_disk.h"
#include "simulated_alerts.h"
#include "simulated_client.h"
#include "simulated_feed.h"
#include "simulated_operators.h"
#include "world_rules.h"

namespace vigil::engine::test {

/// A whole engine in one thread under a manual clock, with a world that outlives it: a market, venues, disks,
/// a client who writes down what he was told, operators, receivers of alerts. Everything is drawn from one
/// seed. After each step the rules of broken_rule() hold.
class SimulatedWorld {
 public:
  explicit SimulatedWorld(std::uint64_t seed);
  ~SimulatedWorld();
  SimulatedWorld(const SimulatedWorld&) = delete;
  SimulatedWorld& operator=(const SimulatedWorld&) = delete;

  /// One thing happens, well or badly.
  void step();
  /// The world behaves from now on: what it did badly before must come right. To be called once, at the end.
  void calm_down();
  /// "", or the rule that does not hold, with what was seen.
  [[nodiscard]] const std::string& broken_rule() const noexcept { return rules_.first_broken(); }
  [[nodiscard]] std::string summary() const;
  /// What has happened in it.
  struct Totals {
    std::uint64_t orders_sent = 0;
    std::uint64_t crashes = 0;
    std::uint64_t from_snapshots = 0;  ///< recoveries that began at one
    std::uint64_t carried_over = 0;    ///< recoveries under another configuration
    std::uint64_t strategy_orders = 0;
    std::uint64_t alert_messages = 0;  ///< that receivers were sent
    std::set<std::string> rules_fired;
  };
  /// Its files by name.
  [[nodiscard]] std::map<std::string, std::string> journal() const;
  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }

 private:
  struct Outgoing {
    VenueCommand command;
    std::uint64_t record = 0;
  };
  /// What dies in a crash.
  struct Engine : private VenueGateway {
    Engine(SimulatedWorld& world, orders::EventTime now);
    SendResult send(const VenueCommand& command, orders::EventTime now) noexcept override;

    SimulatedWorld& world;
    monitoring::Registry registry;
    monitoring::Logger logger;
    RecordRing ring{1};
    JournalWriter writer;
    SnapshotMetrics snapshot_metrics;
    SnapshotKeeper keeper;
    WatchDesk watches;
    Core core;
    std::deque<Outgoing> outbox;
  };
  /// Reports on their way to the engine. They are lost with it: the venue thinks they were taken.
  class Inbox : public VenueEventSink {
   public:
    bool deliver(const VenueEvent& event, orders::Timestamp) override {
      events.push_back(event);
      return true;
    }
    std::vector<VenueEvent> events;
  };

  [[nodiscard]] orders::EventTime now() const noexcept { return clock_.now(); }
  void fail(const std::string& rule) { rules_.broken(rule); }

  void start_engine();
  [[nodiscard]] std::optional<Recovery> recover(Core& core);
  void check_recovered(Core& core);
  void crash(bool loses_power);
  void pass(orders::Duration time);
  void turn();
  void write_journal();
  void release_commands();
  void keep_snapshots();
  void take_reports();
  void run_timers();

  void move_market();
  void jump_clock();
  void trouble_disk();
  void trouble_venue();

  void check();
  void check_orders();
  void check_sent(const VenueCommand& command);
  void check_venues_agree();

  std::uint64_t seed_;
  Random random_;
  EngineConfig config_;
  WorldRules rules_;
  WorldClock clock_;
  monitoring::LogConfig log_;
  mutable MemoryDisk disk_;
  std::vector<std::unique_ptr<SimulatedVenue>> venues_;
  Inbox inbox_;
  std::unique_ptr<Engine> engine_;
  bool is_calm_ = false;

  SimulatedFeed feed_;
  SimulatedClient client_;
  SimulatedOperators operators_;
  SimulatedAlerts alerts_;
  std::set<std::uint64_t> sent_orders_;  ///< that ever left for a venue: none leaves twice
  std::uint64_t records_ = 0;
  Totals totals_;
};

}  // namespace vigil::engine::test
