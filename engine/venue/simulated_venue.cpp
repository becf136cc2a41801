#include "engine/venue/simulated_venue.h"

#include <algorithm>
#include <cassert>

namespace vigil::engine {

using orders::Duration;
using orders::Timestamp;

namespace {

/// Connection changes that wait for the sink; beyond this a change and its opposite cancel each other.
constexpr std::size_t kMaxConnectionEvents = 64;
/// Venue ids are the name, "-O" or "-T" and up to twelve digits; a longer name is cut there, not the number.
constexpr std::size_t kIdPrefixSize = orders::VenueOrderId::kCapacity - 2 - 12;

/// Venues with the same seed do not share their draws.
constexpr std::uint64_t seed_of(const SimulatedVenueConfig& config, orders::VenueId id,
                                std::uint64_t use) noexcept {
  return config.seed ^ ((orders::index(id) + 1) * 0xd1342543de82ef95ULL) ^ (use * 0xaf251af3b0f025b5ULL);
}

std::vector<FeeSchedule> fee_schedules(const SimulatedVenueConfig& config,
                                       const std::vector<orders::Instrument>& instruments,
                                       const std::vector<orders::Currency>& currencies) {
  std::vector<FeeSchedule> schedules;
  schedules.reserve(instruments.size());
  for (const auto& instrument : instruments) schedules.emplace_back(config, instrument, currencies);
  return schedules;
}

}  // namespace

SimulatedVenue::SimulatedVenue(orders::VenueId id, const SimulatedVenueConfig& config,
                               const std::vector<orders::Instrument>& instruments,
                               const std::vector<orders::Currency>& currencies, Duration session_end,
                               const SimulatedVenueBounds& bounds)
    : id_(id),
      name_(config.name),
      id_prefix_(config.name.substr(0, kIdPrefixSize)),
      outbound_(config.outbound),
      faults_(config.faults),
      bounds_(bounds),
      session_end_(session_end),
      instruments_(instruments),
      fees_(fee_schedules(config, instruments_, currencies)),
      latency_random_(seed_of(config, id, 1)),
      fault_random_(seed_of(config, id, 2)),
      connection_random_(seed_of(config, id, 3)),
      reports_(config.inbound, config.faults, seed_of(config, id, 4), bounds.max_reports_under_way),
      connected_(config.healthy_at_start),
      orders_(bounds.max_open_orders, bounds.remembered_closed_orders) {
  assert(session_end >= Duration{0} && session_end < std::chrono::days{1});
  books_.reserve(instruments_.size());
  for (const auto& instrument : instruments_) {
    assert(instrument.tick_size.raw() > 0 && instrument.lot_size.raw() > 0);
    books_.emplace_back(instrument.lot_size, config.unknown_size);
  }
}

void SimulatedVenue::start(Timestamp now) {
  if (started_) return;
  started_ = true;
  clock_ = now;
  schedule_disconnect();
}

void SimulatedVenue::submit(const VenueCommand& command, Timestamp now) {
  start(now);
  run_until(now);
  const Timestamp sent = std::max(now, clock_);
  if (!connected_ || commands_.size() >= bounds_.max_commands_under_way) {
    ++statistics_.commands_lost;
    return;
  }
  last_arrival_ = std::max(last_arrival_, sent + draw_latency(latency_random_, outbound_));
  CommandUnderWay& under_way = commands_.grow_back();
  under_way.arrival = last_arrival_;
  under_way.command = command;
}

void SimulatedVenue::on_market(const orders::MarketEvent& event) {
  start(event.time);
  run_until(event.time);
  if (event.venue != id_) return;
  if (orders::index(event.instrument) >= books_.size()) return;

  clock_ = std::max(clock_, event.time);
  SimulatedBook& book = books_[orders::index(event.instrument)];
  market_fills_.clear();
  triggered_.clear();
  if (event.kind == orders::MarketEventKind::Quote) {
    book.apply_quote(event.quote);
    book.fill_crossed(market_fills_);
    book_market_fills();
    book.take_triggered(std::nullopt, triggered_);
  } else {
    book.note_trade();
    book.fill_traded(event.price, event.size, event.aggressor, market_fills_);
    book_market_fills();
    book.take_triggered(event.price, triggered_);
  }
  for (VenueOrder* const order : triggered_) trigger(*order);
}

void SimulatedVenue::advance(Timestamp now, VenueEventSink& sink) {
  assert(!delivering_);
  start(now);
  while (true) {
    const Timestamp internal = next_internal();
    const Timestamp delivery = next_delivery();
    if (std::min(internal, delivery) > now) break;
    if (internal <= delivery) {
      do_next();
      continue;
    }
    delivering_ = true;
    const bool delivered = deliver_next(sink);
    delivering_ = false;
    if (!delivered) {
      run_until(now);
      break;
    }
  }
  clock_ = std::max(clock_, now);
}

Timestamp SimulatedVenue::next_due() const {
  return std::min(next_internal(), next_delivery());
}

Timestamp SimulatedVenue::next_internal() const noexcept {
  Timestamp next = std::min(next_change_, day_end_);
  if (!expiries_.empty()) next = std::min(next, expiries_.begin()->first.first);
  if (!commands_.empty()) next = std::min(next, commands_.front().arrival);
  return next;
}

void SimulatedVenue::run_until(Timestamp now) {
  while (next_internal() <= now) do_next();
}

void SimulatedVenue::do_next() {
  const Timestamp next = next_internal();
  clock_ = std::max(clock_, next);
  if (next_change_ == next) {
    set_connected(!connected_);
    return;
  }
  if (day_end_ == next || (!expiries_.empty() && expiries_.begin()->first.first == next)) {
    expire_due();
    return;
  }
  const VenueCommand command = commands_.front().command;
  commands_.pop_front();
  process(command);
}

Timestamp SimulatedVenue::next_delivery() const noexcept {
  if (!connection_events_.empty()) return connection_events_.front().time;
  return connected_ ? reports_.next_due() : Timestamp::max();
}

bool SimulatedVenue::deliver_next(VenueEventSink& sink) {
  clock_ = std::max(clock_, next_delivery());
  // Taken out first: the sink may submit, and what that sets off must not meet an event half delivered.
  if (!connection_events_.empty()) {
    const ConnectionEvent change = connection_events_.front();
    connection_events_.pop_front();
    if (sink.deliver({.kind = change.kind, .venue = id_, .report = {}}, clock_)) return true;
    connection_events_.push_front(change);
  } else {
    const ReportChannel::Arrival arrival = reports_.take();
    if (sink.deliver(arrival.event, clock_)) return true;
    reports_.put_back(arrival);
  }
  ++statistics_.refused_deliveries;
  return false;
}

void SimulatedVenue::connect(bool up, Timestamp now) {
  start(now);
  run_until(now);
  clock_ = std::max(clock_, now);
  if (up != connected_) set_connected(up);
  if (!up) next_change_ = Timestamp::max();
}

void SimulatedVenue::behave() {
  faults_ = {};
  reports_.behave();
  next_change_ = Timestamp::max();
}

void SimulatedVenue::set_connected(bool up) {
  connected_ = up;
  if (connection_events_.size() >= kMaxConnectionEvents) {
    connection_events_.pop_back();
  } else {
    connection_events_.push_back({clock_, up ? VenueEvent::Kind::Connected : VenueEvent::Kind::Disconnected});
  }
  if (up) {
    schedule_disconnect();
    return;
  }
  ++statistics_.disconnects;
  statistics_.commands_lost += commands_.size();
  commands_.clear();
  next_change_ = clock_ + faults_.disconnect_for;
}

void SimulatedVenue::schedule_disconnect() {
  next_change_ = Timestamp::max();
  if (!connected_ || faults_.disconnect_every <= Duration{0}) return;
  next_change_ = clock_ + draw_exponential(connection_random_, faults_.disconnect_every);
}

bool SimulatedVenue::over_message_rate() {
  if (faults_.messages_per_second == 0) return false;
  while (!recent_messages_.empty() && clock_ - recent_messages_.front() >= std::chrono::seconds{1}) {
    recent_messages_.pop_front();
  }
  if (recent_messages_.size() >= faults_.messages_per_second) {
    ++statistics_.rate_limited;
    return true;
  }
  recent_messages_.push_back(clock_);
  return false;
}

}  // namespace vigil::engine
