#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "engine/core/core.h"
#include "engine/random.h"
#include "world_rules.h"

namespace vigil::engine::test {

/// Who places, changes and cancels orders, and writes down which he was told are kept: that outlives the
/// engine.
class SimulatedClient {
 public:
  SimulatedClient(Random& random, WorldRules& rules) : random_(random), rules_(rules) {}

  void place_order(Core& core, orders::EventTime now);
  void cancel_order(Core& core, orders::EventTime now);
  void replace_order(Core& core, orders::EventTime now);

  /// The journal is on the disk up to there: who asked is told.
  void told(Core& core, std::uint64_t durable);
  /// Who waits for an answer gets none.
  void engine_died() { asked_.clear(); }
  /// What he was told is so.
  void check(Core& core) const;
  [[nodiscard]] std::size_t acknowledged() const noexcept { return acknowledged_.size(); }

 private:
  void check_limits(const Core& core, const orders::OrderRequest& request);

  Random& random_;
  WorldRules& rules_;
  std::uint64_t next_id_ = 0;
  std::map<std::string, std::uint64_t> asked_;  ///< client order id to the record of the request
  std::map<std::string, orders::OrderId> acknowledged_;
};

}  // namespace vigil::engine::test
