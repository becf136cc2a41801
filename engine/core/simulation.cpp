#include "engine/core/simulation.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vigil::engine {
namespace {

/// After this many periodic ticks with nothing between them the clock jumps to what comes next: a file with a
/// night in it must not cost a night's ticks.
constexpr int kIdleTicks = 20;

}  // namespace

Simulation::Simulation(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger,
                       CoreObserver* observer, const Inputs& inputs)
    : inputs_(inputs) {
  if (inputs_.feed != nullptr) market_ = inputs_.feed->next();
  if (inputs_.orders != nullptr) order_ = inputs_.orders->next();
  now_ = std::min(market_ ? market_->time : orders::Timestamp::max(),
                  order_ ? order_->request.decided.wall : orders::Timestamp::max());
  if (!market_ && !order_) now_ = {};
  last_input_ = now_;
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    venues_.push_back(std::make_unique<SimulatedVenue>(static_cast<orders::VenueId>(i), config.venues[i],
                                                       config.instruments, config.currencies,
                                                       config.session_end));
  }
  if (!config.models.empty()) {
    models_ =
        std::make_unique<SignalBridge>(SignalBridge::Wiring{config.models, config.signals, config.instruments,
                                                            config.buckets.training_duration_seconds},
                                       registry, [this] { return orders::manual_time(now_).monotonic; });
  }
  core_ =
      std::make_unique<Core>(config, StageClock::Mode::Manual,
                             CoreLinks{registry, logger, *this, observer, nullptr, models_ ? this : nullptr},
                             orders::manual_time(now_));
}

Simulation::~Simulation() = default;

Simulation::Next Simulation::next() const {
  Next best;
  const auto consider = [&best](Source source, orders::Timestamp time) {
    if (time < best.time) best = {source, time};
  };
  // The order of these lines is the order at equal times.
  if (market_) consider(Source::Market, market_->time);
  for (const auto& venue : venues_) consider(Source::Venue, std::max(venue->next_due(), now_));
  if (order_) consider(Source::Order, order_->request.decided.wall);
  const orders::Duration timer = idle_ticks_ < kIdleTicks ? core_->next_timer() : core_->next_deadline();
  if (timer != orders::Duration::max()) consider(Source::Timer, std::max(orders::Timestamp{timer}, now_));
  if (!market_ && !order_ && best.time > last_input_ + kDrain) return {};
  return best;
}

std::optional<orders::Timestamp> Simulation::next_time() const {
  const Next what = next();
  if (what.source == Source::None) return std::nullopt;
  return what.time;
}

template <typename Work>
void Simulation::timed(CoreEvent kind, Work&& work) {
  const auto before = std::chrono::steady_clock::now();
  work();
  performance_.time[static_cast<std::size_t>(kind)] += std::chrono::steady_clock::now() - before;
  ++performance_.events[static_cast<std::size_t>(kind)];
}

bool Simulation::step() {
  const Next what = next();
  if (what.source == Source::None) return false;
  now_ = std::max(now_, what.time);
  const orders::EventTime time = orders::manual_time(now_);
  if (what.source != Source::Timer) idle_ticks_ = 0;
  switch (what.source) {
    case Source::Market: {
      const orders::MarketEvent event = *market_;
      market_ = inputs_.feed->next();
      last_input_ = now_;
      run_venues();
      for (const auto& venue : venues_) venue->on_market(event);
      timed(CoreEvent::Market, [&] { core_->on_market(event, time, orders::Duration{0}); });
      take_signals(time);
      break;
    }
    case Source::Venue:
      run_venues();
      break;
    case Source::Order: {
      const OrdersCsvRow row = *order_;
      order_ = inputs_.orders->next();
      last_input_ = now_;
      timed(CoreEvent::Request, [&] { core_->on_request(row.request, !row.venue_unknown, time); });
      break;
    }
    case Source::Timer:
      ++idle_ticks_;
      timed(CoreEvent::Timer, [&] { core_->on_timer(time); });
      break;
    case Source::None:
      break;
  }
  return true;
}

void Simulation::quoted(orders::InstrumentId instrument, const orders::Quote& quote,
                        orders::EventTime /*received*/) noexcept {
  quoted_ = {instrument, quote};
}

void Simulation::take_signals(orders::EventTime now) {
  if (!models_) return;
  if (now_ >= next_models_time_) {
    models_->on_time(now_);
    next_models_time_ = now_ + std::chrono::seconds{1};
  }
  if (!quoted_) return;
  const auto [instrument, quote] = *std::exchange(quoted_, std::nullopt);
  for (const Signal& signal : models_->on_quote(instrument, quote, now)) {
    if (signal.type == SignalType::Hold) continue;
    timed(CoreEvent::Signal, [&] { core_->on_signal(signal, now); });
  }
}

void Simulation::control(const ControlCommand& command) {
  timed(CoreEvent::Control, [&] { core_->on_control(command, orders::manual_time(now_)); });
}

// Reports are gathered first and handled after: the core may answer with a new command to the same venue,
// which only lies down in the venue's queue here and reports nothing before the next advance.
void Simulation::run_venues() {
  delivered_.clear();
  for (const auto& venue : venues_) venue->advance(now_, *this);
  for (const VenueEvent& event : delivered_) {
    timed(CoreEvent::VenueEvent, [&] { core_->on_venue(event, orders::manual_time(now_)); });
  }
}

SendResult Simulation::send(const VenueCommand& command, orders::EventTime now) noexcept {
  SimulatedVenue& venue = *venues_[orders::index(command.venue)];
  if (!venue.connected()) return SendResult::Disconnected;
  venue.submit(command, now.wall);
  return SendResult::Sent;
}

bool Simulation::deliver(const VenueEvent& event, orders::Timestamp /*now*/) {
  delivered_.push_back(event);
  return true;
}

}  // namespace vigil::engine
