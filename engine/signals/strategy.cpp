#include "engine/signals/strategy.h"

#include <algorithm>
#include <charconv>

namespace vigil::engine {
namespace {

/// A resting order that has not traded after this many cooldowns is taken back.
constexpr int kRestForCooldowns = 10;

orders::Quantity whole_lots(orders::Quantity quantity, orders::Quantity lot) noexcept {
  return orders::Quantity::from_raw(quantity.raw() - quantity.raw() % lot.raw());
}

}  // namespace

Strategy::Strategy(orders::StrategyId id, const StrategyConfig& config,
                   const std::vector<orders::Instrument>& instruments)
    : id_(id), config_(config), instruments_(instruments), tracks_(instruments.size()) {
  if (config_.kind == StrategyKind::Manual) return;
  for (const orders::Instrument& instrument : instruments_) {
    const bool listed = std::find(config_.instruments.begin(), config_.instruments.end(), instrument.id) !=
                        config_.instruments.end();
    Track& track = tracks_[orders::index(instrument.id)];
    track.watched = instrument.tradable && (listed || config_.instruments.empty());
    if (track.watched && config_.kind != StrategyKind::Model) track.mids.resize(config_.window);
  }
}

void Strategy::on_reference(orders::InstrumentId instrument, const orders::Quote& reference,
                            orders::EventTime now, RequestSink& sink) noexcept {
  Track& track = tracks_[orders::index(instrument)];
  if (!track.watched) return;
  const auto mid = reference.mid();
  if (!mid) return;

  const SignalType signal = evaluate(track, mid->to_double());
  if (track.working) {
    cancel_if_old(track, now, sink);
    return;
  }
  if (signal == SignalType::Hold || now.wall - track.last_order < config_.cooldown) return;
  send(track, instruments_[orders::index(instrument)],
       signal == SignalType::Buy ? orders::Side::Buy : orders::Side::Sell, reference, now, sink);
}

SignalType Strategy::evaluate(Track& track, double mid) const noexcept {
  if (config_.kind == StrategyKind::Model) return SignalType::Hold;
  const bool full = track.count == config_.window;
  const double oldest = track.mids[track.next];
  if (full) track.sum -= oldest;
  track.mids[track.next] = mid;
  track.sum += mid;
  track.next = (track.next + 1) % config_.window;
  if (!full) {
    ++track.count;
    return SignalType::Hold;
  }
  const bool momentum = config_.kind == StrategyKind::Momentum;
  const double base = momentum ? oldest : track.sum / config_.window;
  if (base == 0) return SignalType::Hold;
  const double move_bp = (mid - base) / base * 1e4;
  if (move_bp > config_.entry_threshold_bp) return momentum ? SignalType::Buy : SignalType::Sell;
  if (move_bp < -config_.entry_threshold_bp) return momentum ? SignalType::Sell : SignalType::Buy;
  return SignalType::Hold;
}

void Strategy::send(Track& track, const orders::Instrument& instrument, orders::Side side,
                    const orders::Quote& reference, orders::EventTime now, RequestSink& sink) noexcept {
  const bool buy = side == orders::Side::Buy;
  const orders::Quantity room =
      buy ? config_.max_position - track.position : config_.max_position + track.position;
  const orders::Quantity quantity = whole_lots(std::min(config_.order_quantity, room), instrument.lot_size);
  if (quantity <= orders::Quantity{0}) return;

  orders::OrderRequest request;
  request.action = orders::OrderRequest::Action::New;
  request.account = config_.account;
  request.strategy = id_;
  request.instrument = instrument.id;
  request.side = side;
  request.type = orders::OrderType::Limit;
  request.terms.quantity = quantity;
  request.decided = now;
  if (config_.aggressive) {
    request.time_in_force = orders::TimeInForce::ImmediateOrCancel;
    request.terms.limit_price = buy ? reference.ask : reference.bid;
  } else {
    request.time_in_force = orders::TimeInForce::Day;
    request.terms.limit_price = buy ? reference.bid : reference.ask;
  }

  // S<strategy>-<number>: unique within a run without any table.
  char text[orders::ClientOrderId::kCapacity];
  char* end = text;
  *end++ = 'S';
  end = std::to_chars(end, text + sizeof text, orders::index(id_)).ptr;
  *end++ = '-';
  end = std::to_chars(end, text + sizeof text, orders_sent_ + 1).ptr;
  request.client_order_id = orders::ClientOrderId::truncated({text, static_cast<std::size_t>(end - text)});

  on_sent(request, now);
  sink.request(request);
}

void Strategy::on_signal(const Signal& signal, const orders::Quote& reference, orders::EventTime now,
                         RequestSink& sink) noexcept {
  if (config_.kind != StrategyKind::Model || signal.model != config_.model) return;
  const Track& track = tracks_[orders::index(signal.instrument)];
  if (!track.watched || track.working || signal.type == SignalType::Hold) return;
  if (signal.confidence < config_.least_confidence || now.wall - track.last_order < config_.cooldown) return;
  if (!reference.bid || !reference.ask) return;
  send(tracks_[orders::index(signal.instrument)], instruments_[orders::index(signal.instrument)],
       signal.type == SignalType::Buy ? orders::Side::Buy : orders::Side::Sell, reference, now, sink);
}

void Strategy::stand_by(orders::InstrumentId instrument, const orders::Quote& reference,
                        orders::EventTime now, RequestSink& sink) noexcept {
  look_at(instrument, reference);
  Track& track = tracks_[orders::index(instrument)];
  if (track.watched && track.working) cancel_if_old(track, now, sink);
}

void Strategy::look_at(orders::InstrumentId instrument, const orders::Quote& reference) noexcept {
  Track& track = tracks_[orders::index(instrument)];
  const auto mid = reference.mid();
  if (track.watched && mid) static_cast<void>(evaluate(track, mid->to_double()));
}

void Strategy::on_sent(const orders::OrderRequest& request, orders::EventTime now) noexcept {
  if (request.action == orders::OrderRequest::Action::Cancel) {
    for (Track& track : tracks_) {
      if (track.working && track.working_id == request.client_order_id) track.cancel_sent = true;
    }
    return;
  }
  if (orders::index(request.instrument) >= tracks_.size()) return;
  Track& track = tracks_[orders::index(request.instrument)];
  track.working = true;
  track.cancel_sent = false;
  track.working_id = request.client_order_id;
  track.last_order = now.wall;
  ++orders_sent_;
}

void Strategy::cancel_if_old(Track& track, orders::EventTime now, RequestSink& sink) noexcept {
  if (track.cancel_sent || now.wall - track.last_order < config_.cooldown * kRestForCooldowns) return;
  orders::OrderRequest request;
  request.action = orders::OrderRequest::Action::Cancel;
  request.client_order_id = track.working_id;
  request.strategy = id_;
  request.account = config_.account;
  request.decided = now;
  on_sent(request, now);
  sink.request(request);
}

void Strategy::on_fill(orders::InstrumentId instrument, orders::Side side,
                       orders::Quantity quantity) noexcept {
  Track& track = tracks_[orders::index(instrument)];
  track.position = side == orders::Side::Buy ? track.position + quantity : track.position - quantity;
}

void Strategy::on_closed(orders::InstrumentId instrument, const orders::ClientOrderId& id) noexcept {
  Track& track = tracks_[orders::index(instrument)];
  if (track.working && track.working_id == id) track.working = false;
}

void Strategy::on_cancel_refused(orders::InstrumentId instrument, const orders::ClientOrderId& id) noexcept {
  Track& track = tracks_[orders::index(instrument)];
  if (track.working && track.working_id == id) track.cancel_sent = false;
}

}  // namespace vigil::engine
