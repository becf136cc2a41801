#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "engine/random.h"
#include "engine/venue/delays.h"
#include "engine/venue/ring.h"
#include "engine/venue/simulated_venue_config.h"
#include "engine/venue/venue.h"

namespace vigil::engine {

/// What became of the reports a simulated venue sent.
struct ReportChannelStatistics {
  std::uint64_t sent = 0;       ///< by the venue, before any fault
  std::uint64_t dropped = 0;    ///< by fault
  std::uint64_t repeated = 0;   ///< by fault
  std::uint64_t reordered = 0;  ///< pairs that changed places, by fault
  std::uint64_t delayed = 0;    ///< by fault
  std::uint64_t lost = 0;       ///< the bound of reports under way was reached
};

/// The way of reports from a simulated venue to the engine. In order: a report is never due before the one
/// sent ahead of it, whatever its latency. Faults, each drawn on its own for every report:
/// - drop: it is never due;
/// - delay: it is due `report_delay` later and everything sent meanwhile overtakes it;
/// - repeat: it is sent once more right behind itself, with a latency of its own;
/// - reorder: it changes places with the next report, provided that one is sent while it is still under way.
/// Bound: `capacity` reports under way; more are lost and counted (the engine finds those orders in doubt).
/// Written by the venue's thread only.
class ReportChannel {
 public:
  ReportChannel(const LatencyConfig& latency, const FaultConfig& faults, std::uint64_t seed,
                std::size_t capacity);

  void send(const VenueEvent& event, orders::Timestamp now);
  /// From now on without faults.
  void behave() noexcept { faults_ = {}; }

  /// Timestamp::max() when nothing is under way.
  [[nodiscard]] orders::Timestamp next_due() const noexcept;
  struct Arrival {
    orders::Timestamp due{};
    VenueEvent event;
  };
  /// Takes out the report of next_due(). Something must be under way.
  [[nodiscard]] Arrival take();
  /// The engine had no room for what was just taken: it is the next again.
  void put_back(const Arrival& arrival);

  [[nodiscard]] std::size_t under_way() const noexcept { return in_order_.size() + delayed_.size(); }
  [[nodiscard]] const ReportChannelStatistics& statistics() const noexcept { return statistics_; }

 private:
  struct Entry {
    Arrival arrival;
    bool swap_with_next = false;
  };
  void push(const VenueEvent& event, orders::Timestamp now);

  LatencyConfig latency_;
  FaultConfig faults_;
  std::size_t capacity_;
  Random latency_random_;
  Random fault_random_;
  Ring<Entry> in_order_;
  std::multimap<orders::Timestamp, VenueEvent> delayed_;  // equal times stay in the order sent
  orders::Timestamp last_due_ = orders::Timestamp::min();
  ReportChannelStatistics statistics_;
};

}  // namespace vigil::engine
