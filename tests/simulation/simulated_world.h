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

namespace vigil::engine::test {

/// A whole engine in one thread under a manual clock, with a world that outlives it: venues, a disk, a client
/// who writes down what he was told, operators. Everything is drawn from one seed. After each step the rules
/// of broken_rule() hold.
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
  [[nodiscard]] const std::string& broken_rule() const noexcept { return broken_; }
  [[nodiscard]] std::string summary() const;
  /// What has happened in it.
  struct Totals {
    std::uint64_t orders_sent = 0;
    std::uint64_t crashes = 0;
    std::uint64_t from_snapshots = 0;  ///< recoveries that began at one
    std::uint64_t carried_over = 0;    ///< recoveries under another configuration
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
    monitoring::Registry registry{false};
    monitoring::Logger logger;
    RecordRing ring{1};
    JournalWriter writer;
    SnapshotMetrics snapshot_metrics;
    SnapshotKeeper keeper;
    Core core;
    std::deque<Outgoing> outbox;
    bool halted_for_journal = false;
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

  static EngineConfig config_of(Random& random);
  [[nodiscard]] orders::EventTime now() const noexcept { return {wall_, monotonic_}; }
  void fail(const std::string& rule);

  void start_engine();
  [[nodiscard]] std::optional<Recovery> recover(Core& core);
  void change_configuration();
  void check_recovered(Core& core);
  void crash(bool loses_power);
  void pass(orders::Duration time);
  void turn();
  void write_journal();
  void release_commands();
  void keep_snapshots();
  void take_reports();
  void run_timers();

  void quote();
  void place_order();
  void cancel_order();
  void replace_order();
  void control();
  void reload();
  void jump_clock();
  void alert();
  void trouble_disk();
  void trouble_venue();

  void check();
  void check_orders();
  void check_sent(const VenueCommand& command);
  void check_acknowledged();
  void check_alerts();
  void check_venues_agree();

  std::uint64_t seed_;
  Random random_;
  EngineConfig config_;
  std::vector<std::unique_ptr<risk::Limits>> limits_;
  orders::Timestamp wall_ = orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000);
  orders::Duration monotonic_ = wall_.time_since_epoch();
  orders::Timestamp venue_time_ = wall_;  ///< of the venues' own clock, which does not jump
  monitoring::LogConfig log_;
  mutable MemoryDisk disk_;
  std::vector<std::unique_ptr<SimulatedVenue>> venues_;
  Inbox inbox_;
  std::unique_ptr<Engine> engine_;
  bool is_calm_ = false;

  // The client: what he asked for, and what he was told is kept.
  std::uint64_t next_client_id_ = 0;
  std::map<std::string, std::uint64_t> asked_;  ///< client id to the record of the request, this run's
  std::map<std::string, orders::OrderId> acknowledged_;
  /// What people were told of, by name; each fires once.
  struct ToldAlert {
    std::uint64_t fired = 0;     ///< its record, this run's; 0: on the disk
    std::uint64_t resolved = 0;  ///< the same
    bool is_resolved = false;
  };
  std::uint64_t next_alert_ = 0;
  std::map<std::string, ToldAlert> alerts_;
  std::set<std::uint64_t> sent_orders_;  ///< that ever left for a venue: none leaves twice
  std::uint64_t records_ = 0;
  Totals totals_;
  std::string broken_;
};

}  // namespace vigil::engine::test
