#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "monitoring/metrics/family.h"
#include "monitoring/metrics/thread_cells.h"

namespace vigil::monitoring {

/// Forgets the series of a family that nothing was recorded in for as long as its definition says, so that
/// families whose labels come from outside (callers' networks) hold who is there now. Whoever comes back
/// starts a new series at zero, as after a restart.
///
/// Recording does not wait for it. A series is first taken out of the family's set; only when no thread can
/// still be about to record in it, at a later `run`, its cells are given back. If something was recorded
/// meanwhile it goes on as if nothing had happened: no record is lost.
class IdleExpiry {
 public:
  /// Of a family with thread cells, whose first series is the one that label sets are folded into; it stays.
  explicit IdleExpiry(Family& family) : family_(family) {}
  /// When nobody records in the family any more.
  ~IdleExpiry();
  IdleExpiry(const IdleExpiry&) = delete;
  IdleExpiry& operator=(const IdleExpiry&) = delete;

  struct Forgotten {
    std::size_t series = 0;
    std::uint64_t records = 0;  ///< that they held
  };
  /// Takes idle series out, and forgets those that were taken out before. `now`: any monotonic clock. Under
  /// the registry's lock, every few seconds. Throws std::bad_alloc, and then goes on with the next call.
  Forgotten run(std::chrono::nanoseconds now);
  [[nodiscard]] const Family& family() const noexcept { return family_; }

 private:
  struct Watched {
    std::uint64_t activity = 0;
    std::chrono::nanoseconds since{};
  };
  struct Idle {
    std::uint32_t number = 0;
    std::uint64_t activity = 0;
    bool is_settled = false;
  };
  /// A set and series of it taken out of use, until no thread uses them.
  struct Leaving {
    std::shared_ptr<SeriesSet> set;
    std::vector<Idle> idle;  ///< by number
    thread_cells::Pins pins;
  };

  void take_out(std::chrono::nanoseconds now);
  Forgotten settle();
  /// Lets the set that is leaving go, with the idle series that still are its own.
  void give_up() noexcept;

  Family& family_;
  std::unordered_map<std::uint32_t, Watched> watched_;  ///< by first cell
  std::unique_ptr<Leaving> leaving_;
};

}  // namespace vigil::monitoring
