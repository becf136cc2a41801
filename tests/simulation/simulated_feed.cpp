#include "simulated_feed.h"

#include <chrono>
#include <utility>

#include "world_config.h"

namespace vigil::engine::test {

using orders::Quantity;

SimulatedFeed::SimulatedFeed(Random& random) : random_(random) {
  const auto sometimes = [&random](double probability) { return random.chance(0.5) ? probability : 0.0; };
  lost_ = sometimes(0.1);
  twice_ = sometimes(0.05);
  late_ = sometimes(0.1);
  nonsense_ = sometimes(0.05);
  silence_ = sometimes(0.01);
  jump_ = sometimes(0.005);
}

void SimulatedFeed::behave() noexcept {
  lost_ = twice_ = late_ = nonsense_ = silence_ = jump_ = 0;
  silent_until_ = 0;
  on_their_way_.clear();
}

orders::MarketEvent SimulatedFeed::draw(const WorldClock& clock) {
  if (random_.chance(jump_)) level_ = 9'700 + static_cast<std::int64_t>(random_.below(600));
  const auto bid = level_ - 50 + static_cast<std::int64_t>(random_.below(100));
  orders::MarketEvent event;
  event.instrument = kWorldInstruments[random_.below(2)];
  event.venue = static_cast<orders::VenueId>(random_.below(2));
  event.time = clock.venues;
  if (random_.chance(0.2)) {
    event.kind = orders::MarketEventKind::Trade;
    event.price = cents(bid);
    event.size = Quantity{random_.from_one_to(200)};
    return event;
  }
  event.quote.bid = cents(bid);
  const std::int64_t spread = random_.chance(0.003) ? 60 : 1 + static_cast<std::int64_t>(random_.below(5));
  event.quote.ask = cents(bid + spread);
  event.quote.bid_size = Quantity{random_.from_one_to(200)};
  event.quote.ask_size = Quantity{random_.from_one_to(200)};
  event.quote.time = clock.wall;
  return event;
}

/// What a feed that is broken says.
void SimulatedFeed::spoil(orders::MarketEvent& event) {
  switch (random_.below(5)) {
    case 0:
      event.quote.bid.reset();
      break;
    case 1:
      event.quote.ask.reset();
      event.quote.ask_size.reset();
      break;
    case 2:
      std::swap(event.quote.bid, event.quote.ask);
      break;
    case 3:
      event.quote.bid_size = event.quote.ask_size = Quantity{0};
      break;
    default:
      event.time -= std::chrono::seconds{random_.below(100)};
      event.quote.time = event.time;
      break;
  }
}

void SimulatedFeed::move(const WorldClock& clock, const std::vector<std::unique_ptr<SimulatedVenue>>& venues,
                         const Hear& hear) {
  ++moves_;
  orders::MarketEvent event = draw(clock);
  for (const auto& venue : venues) venue->on_market(event);
  while (!on_their_way_.empty() && on_their_way_.front().due <= moves_) {
    hear(on_their_way_.front().event);
    on_their_way_.pop_front();
  }
  if (random_.chance(silence_)) silent_until_ = moves_ + random_.below(50);
  if (moves_ < silent_until_ || random_.chance(lost_)) return;
  if (random_.chance(nonsense_)) spoil(event);
  if (random_.chance(late_)) {
    on_their_way_.push_back({.due = moves_ + random_.below(20), .event = event});
    return;
  }
  hear(event);
  if (random_.chance(twice_)) hear(event);
}

}  // namespace vigil::engine::test
