#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "engine/random.h"
#include "engine/venue/simulated_venue.h"
#include "orders/market.h"
#include "world_rules.h"

namespace vigil::engine::test {

/// A market of two instruments at two venues. The venues see it as it is; of what the engine hears some comes
/// late, twice, out of order or never, some is nonsense, and now and then there is silence.
class SimulatedFeed {
 public:
  using Hear = std::function<void(const orders::MarketEvent& event)>;

  explicit SimulatedFeed(Random& random);

  /// Something happens.
  void move(const WorldClock& clock, const std::vector<std::unique_ptr<SimulatedVenue>>& venues,
            const Hear& hear);
  /// From now on everything is heard as it is.
  void behave() noexcept;

 private:
  struct Late {
    std::uint64_t due = 0;  ///< move that brings it
    orders::MarketEvent event;
  };
  [[nodiscard]] orders::MarketEvent draw(const WorldClock& clock);
  void spoil(orders::MarketEvent& event);

  Random& random_;
  double lost_;
  double twice_;
  double late_;
  double nonsense_;
  double silence_;
  double jump_;
  std::int64_t level_ = 10'000;  ///< cents
  std::uint64_t moves_ = 0;
  std::uint64_t silent_until_ = 0;
  std::deque<Late> on_their_way_;
};

}  // namespace vigil::engine::test
