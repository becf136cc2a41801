#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/core.h"
#include "engine/feed/feed.h"
#include "engine/gateway/orders_csv.h"
#include "engine/signals/signal_bridge.h"
#include "engine/venue/simulated_venue.h"

namespace vigil::engine {

/// What the machine took for the core's work, by kind of event. Real time, not the data's.
struct CorePerformance {
  std::array<std::uint64_t, kCoreEventCount> events{};
  std::array<orders::Duration, kCoreEventCount> time{};
};

/// The whole engine in one thread under a manual clock: the core and its simulated venues, fed from the
/// market and from a file of orders. Time comes from the data. At equal times the market comes first, then
/// what venues report, then orders, then timers; venues see a market event before the core does, models after
/// it. Same input, same output.
class Simulation : private VenueGateway, private VenueEventSink, private QuoteSink {
 public:
  struct Inputs {
    Feed* feed = nullptr;
    OrdersCsv* orders = nullptr;  ///< may be null
  };

  /// Reads the first event of each input; the clock starts at the earlier.
  Simulation(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger,
             CoreObserver* observer, const Inputs& inputs);
  ~Simulation() override;

  /// Takes in the next thing that happens. False at the end: the inputs are used up and the venues had
  /// `kDrain` more of the data's time to answer. Throws FeedError for a line that cannot be read.
  bool step();
  /// When the next thing happens; nothing at the end.
  [[nodiscard]] std::optional<orders::Timestamp> next_time() const;
  /// A person's command at the present time.
  void control(const ControlCommand& command);

  /// How the models do; none: there are none.
  [[nodiscard]] std::vector<ModelFigures> model_figures() const {
    return models_ ? models_->figures(now_) : std::vector<ModelFigures>{};
  }
  [[nodiscard]] Core& core() noexcept { return *core_; }
  [[nodiscard]] orders::Timestamp now() const noexcept { return now_; }
  [[nodiscard]] SimulatedVenue& venue(orders::VenueId id) { return *venues_[orders::index(id)]; }
  [[nodiscard]] const CorePerformance& performance() const noexcept { return performance_; }

  /// Time the venues get to answer after the last input.
  static constexpr orders::Duration kDrain = std::chrono::seconds{10};

 private:
  enum class Source : std::uint8_t { None, Market, Venue, Order, Timer };
  struct Next {
    Source source = Source::None;
    orders::Timestamp time = orders::Timestamp::max();
  };
  [[nodiscard]] Next next() const;
  void run_venues();
  template <typename Work>
  void timed(CoreEvent kind, Work&& work);

  SendResult send(const VenueCommand& command, orders::EventTime now) noexcept override;
  bool deliver(const VenueEvent& event, orders::Timestamp now) override;
  void quoted(orders::InstrumentId instrument, const orders::Quote& quote,
              orders::EventTime received) noexcept override;
  /// What models say of the last quote; they are asked at once.
  void take_signals(orders::EventTime now);

  Inputs inputs_;
  std::vector<std::unique_ptr<SimulatedVenue>> venues_;
  std::unique_ptr<SignalBridge> models_;                                  ///< none: there are none
  std::optional<std::pair<orders::InstrumentId, orders::Quote>> quoted_;  ///< by the event being taken in
  orders::Timestamp next_models_time_{};
  std::unique_ptr<Core> core_;
  std::vector<VenueEvent> delivered_;
  std::optional<orders::MarketEvent> market_;
  std::optional<OrdersCsvRow> order_;
  orders::Timestamp now_;
  orders::Timestamp last_input_;
  int idle_ticks_ = 0;
  CorePerformance performance_;
};

}  // namespace vigil::engine
