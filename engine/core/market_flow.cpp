// From a quote to marks, limits, conditions and strategies; and which of them the journal keeps.

#include "engine/core/core.h"
#include "engine/tape/event_codec.h"

namespace vigil::engine {

void Core::on_market(const orders::MarketEvent& event, orders::EventTime now,
                     orders::Duration waited) noexcept {
  market_metrics_.received(event);
  if (sets_aside(event)) {
    if (waiting_quotes_.keep(event, waited)) market_metrics_.replaced(event);
    return;
  }
  if (passes_by(event)) return look_at_trade(event, now, waited);
  take_up_quotes(now);
  take_up_market(event, now, waited);
}

/// Nothing is decided by it before the next event, but by a strategy that looks at the instrument.
bool Core::sets_aside(const orders::MarketEvent& event) const noexcept {
  return kept_ == MarketDataKept::None && event.kind == orders::MarketEventKind::Quote &&
         !is_watched_[orders::index(event.instrument)];
}

/// Nothing is decided by a trade, but that a venue has an instrument.
bool Core::passes_by(const orders::MarketEvent& event) const noexcept {
  return kept_ != MarketDataKept::All && event.kind == orders::MarketEventKind::Trade &&
         router_.has_seen(event.instrument, event.venue);
}

/// Counted and measured, and not an event of the journal.
void Core::look_at_trade(const orders::MarketEvent& event, orders::EventTime now,
                         orders::Duration waited) noexcept {
  clock_.set(now);
  market_metrics_.processed(event, waited, {}, clock_.monotonic() - now.monotonic);
  metrics_.handled(CoreEvent::Market, true);
}

void Core::take_up_quotes(orders::EventTime now) noexcept {
  while (has_quotes_waiting()) take_up_quote(now);
}

void Core::take_up_quote(orders::EventTime now) noexcept {
  const WaitingQuotes::Waiting next = waiting_quotes_.take();
  take_up_market(next.event, now, next.waited);
}

void Core::take_up_market(const orders::MarketEvent& event, orders::EventTime now,
                          orders::Duration waited) noexcept {
  const bool is_quote = event.kind == orders::MarketEventKind::Quote;
  begin_event(is_quote ? RecordType::Quote : RecordType::Trade, now, [&](WireWriter& out) {
    out(waited);
    fields(out, event);
  });
  router_.on_market(event);

  orders::Duration book_took{};
  if (is_quote) {
    const orders::Quote& reference = board_.apply(event);
    const orders::Duration booked_at = clock_.monotonic();
    book_took = booked_at - now.monotonic;
    portfolio_.mark(event.instrument, reference, now);
    risk_metrics_.unrealized_pnl_took(clock_.monotonic() - booked_at);
    risk_.on_mark(event.instrument, reference, now);
    after_risk_event(now);
    judge_changes();
    analysis_.quote(event.instrument, reference, now.wall);
    if (links_.models != nullptr) links_.models->quoted(event.instrument, reference, now);
    if (links_.observer != nullptr) links_.observer->reference(event.instrument, reference);
    hash_.add(reference.bid);
    hash_.add(reference.ask);
    ask_strategies(event.instrument, reference);
  }
  market_metrics_.processed(event, waited, book_took, clock_.monotonic() - now.monotonic);
  metrics_.handled(CoreEvent::Market, true);
  end_event();
}

template <typename Ask, typename Pass>
void Core::let_strategies(orders::InstrumentId instrument, const Ask& ask, const Pass& pass) noexcept {
  if (!tape_.replays()) {
    if (!strategies_run_) return;
    for (std::size_t i = 0; i < strategies_.size(); ++i) {
      if (experiments_.may_trade(static_cast<orders::StrategyId>(i), instrument, now_.wall)) {
        time_evaluation(i, [&] { ask(strategies_[i]); });
      } else {
        pass(strategies_[i]);
      }
    }
    return;
  }
  orders::OrderRequest request;
  while (tape_.next_request(request)) {
    if (!is_known(request)) return tape_.diverge();
    if (request.strategy != orders::kNoStrategy) {
      strategies_[orders::index(request.strategy)].on_sent(request, now_);
    }
    this->request(request);
  }
}

/// Evaluations take less than reading the clock: one in so many is timed. Not by the event's clock, whose
/// readings the journal keeps: in a recovery nobody is asked, and nothing is to be measured.
template <typename Evaluate>
void Core::time_evaluation(std::size_t strategy, const Evaluate& evaluate) noexcept {
  constexpr std::uint32_t kTimedOneIn = 64;
  if (!has_machine_clock_ || ++evaluations_ % kTimedOneIn != 0) return evaluate();
  const orders::Duration before = machine_time().monotonic;
  evaluate();
  metrics_.evaluated(strategy, machine_time().monotonic - before);
}

/// Those of a replay look on, so that they can go on from there.
void Core::ask_strategies(orders::InstrumentId instrument, const orders::Quote& reference) noexcept {
  experiments_.quoted(instrument, now_.wall);
  if (tape_.replays()) {
    for (Strategy& strategy : strategies_) strategy.look_at(instrument, reference);
  }
  let_strategies(
      instrument, [&](Strategy& strategy) { strategy.on_reference(instrument, reference, now_, *this); },
      [&](Strategy& strategy) { strategy.stand_by(instrument, reference, now_, *this); });
}

void Core::on_signal(const Signal& signal, orders::EventTime now) noexcept {
  take_up_quotes(now);
  begin_event(RecordType::Signal, now, [&](WireWriter& out) { fields(out, signal); });
  hash_.add(static_cast<std::uint64_t>(signal.type));
  const orders::Quote& best = reference(signal.instrument);
  let_strategies(
      signal.instrument, [&](Strategy& strategy) { strategy.on_signal(signal, best, now, *this); },
      [](Strategy&) {});
  metrics_.handled(CoreEvent::Signal, true);
  end_event();
}

}  // namespace vigil::engine
