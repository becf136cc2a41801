#pragma once

#include <memory>
#include <vector>

#include "engine/core/core.h"
#include "engine/random.h"

namespace vigil::engine::test {

/// People who halt, kill, pause and resume, and change limits in the middle of it all.
class SimulatedOperators {
 public:
  explicit SimulatedOperators(Random& random) : random_(random) {}

  void command(Core& core, orders::EventTime now);
  void change_limits(Core& core, orders::EventTime now);

 private:
  Random& random_;
  std::vector<std::unique_ptr<risk::Limits>> limits_;  ///< that cores look at
};

}  // namespace vigil::engine::test
