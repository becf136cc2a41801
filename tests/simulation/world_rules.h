#pragma once

#include <string>

#include "orders/time.h"

namespace vigil::engine::test {

/// What must hold in a world: the first rule that was seen not to is kept.
class WorldRules {
 public:
  void broken(const std::string& rule) {
    if (first_.empty()) first_ = rule;
  }
  [[nodiscard]] bool hold() const noexcept { return first_.empty(); }
  /// "", or the rule, with what was seen.
  [[nodiscard]] const std::string& first_broken() const noexcept { return first_; }

 private:
  std::string first_;
};

/// A world's time. The engine's wall clock may jump; what measures durations, and the venues' clock, does
/// not.
struct WorldClock {
  orders::Timestamp wall = orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000);
  orders::Duration monotonic = wall.time_since_epoch();
  orders::Timestamp venues = wall;

  [[nodiscard]] orders::EventTime now() const noexcept { return {wall, monotonic}; }
  void pass(orders::Duration time) noexcept {
    wall += time;
    monotonic += time;
    venues += time;
  }
};

}  // namespace vigil::engine::test
