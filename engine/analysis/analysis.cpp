#include "engine/analysis/analysis.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "engine/analysis/analysis_metrics.h"
#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

constexpr std::array<std::string_view, Analysis::kNotes> kNoteWords{
    "quote", "fill", "booking", "order_end", "trade",   "sample", "value",
    "rate",  "tick", "outcome", "alert",     "closing", "day",    "order_time"};

/// What is taken in before readers may look again.
constexpr std::size_t kBatchBytes = std::size_t{64} * 1024;

}  // namespace

std::vector<std::string> window_words(const positions::PerformanceConfig& config) {
  std::vector<std::string> words;
  for (const orders::Duration window : config.windows) words.push_back(duration_text(window));
  words.emplace_back("all");
  return words;
}

Analysis::Analysis(const AnalysisConfig& config, monitoring::Registry& registry, const Subject& subject)
    : config_(config),
      is_on_(registry.enabled()),
      order_times_(registry, subject.venues),
      booking_times_(registry),
      update_times_(registry, subject.symbols),
      execution_metrics_(registry, subject.symbols, subject.venues, subject.strategies,
                         subject.order_size_bounds),
      execution_(config.execution, execution_metrics_, subject.instruments, subject.reporting,
                 subject.strategies.size()),
      performance_metrics_(registry, subject.accounts, subject.strategies, window_words(config.performance),
                           subject.bounds),
      performance_(config.performance, performance_metrics_, subject.accounts.size(),
                   subject.strategy_capital),
      market_(config.market, config.performance, registry,
              {subject.symbols, subject.strategies, subject.strategy_capital, config.sample_interval}),
      curves_(subject.accounts.size(), subject.strategies.size(), config.sample_interval),
      activity_(subject.venues.size()),
      day_(subject.config, config,
           {subject.venues, subject.accounts, subject.strategies, subject.strategy_capital, subject.bounds},
           execution_.figures()),
      waiting_(registry.gauge(metric::kAnalysisWaiting, {})),
      capacity_(registry.gauge(metric::kAnalysisCapacity, {})) {
  for (std::size_t i = 0; i < kNotes; ++i) {
    taken_[i] = registry.counter(metric::kAnalysisNotes, {kNoteWords[i]});
    dropped_[i] = registry.counter(metric::kAnalysisNotesDropped, {kNoteWords[i]});
  }
}

void Analysis::declare(monitoring::Registry& registry) {
  orders::OrderTimes::declare(registry);
  orders::ExecutionMetrics::declare(registry);
  positions::PerformanceMetrics::declare(registry);
  MarketStudy::declare(registry);
  for (const auto* definition : {&metric::kAnalysisNotes, &metric::kAnalysisNotesDropped,
                                 &metric::kAnalysisWaiting, &metric::kAnalysisCapacity}) {
    registry.declare(*definition);
  }
}

void Analysis::defer() {
  ring_ = std::make_unique<RecordRing>(config_.buffer_bytes);
  capacity_.set(static_cast<double>(ring_->capacity()));
}

void Analysis::drop(Note kind) noexcept {
  ++dropped_notes_;
  dropped_[static_cast<std::size_t>(kind)].add();
}

void Analysis::apply(const QuoteNote& note) {
  taken_[static_cast<std::size_t>(Note::Quote)].add();
  execution_.quote(note.instrument, note.bid, note.ask, note.time);
  market_.quote(note.instrument, note.bid, note.ask);
}
void Analysis::apply(const orders::FillNote& note) {
  taken_[static_cast<std::size_t>(Note::Fill)].add();
  execution_.filled(note);
  performance_.paid_fee(note.order.strategy, note.fee_usd);
  activity_.add(note);
  day_.filled(note);
}
void Analysis::apply(const orders::OrderTimeNote& note) {
  taken_[static_cast<std::size_t>(Note::OrderTime)].add();
  order_times_.took(note);
}
void Analysis::apply(const BookingNote& note) {
  taken_[static_cast<std::size_t>(Note::Booking)].add();
  booking_times_.took(note.change, note.booking, note.is_booked);
  update_times_.updated(note.instrument, note.booking, note.all);
}
void Analysis::apply(const orders::OrderEndNote& note) {
  taken_[static_cast<std::size_t>(Note::OrderEnd)].add();
  execution_.ended(note);
  activity_.add(note);
  day_.ended(note);
}
void Analysis::apply(const TradeNote& note) {
  taken_[static_cast<std::size_t>(Note::Trade)].add();
  if (note.is_strategy) {
    performance_.traded(static_cast<orders::StrategyId>(note.id), note.figures);
  } else {
    performance_.traded(static_cast<orders::AccountId>(note.id), note.figures);
  }
  day_.traded(note.is_strategy, note.id, note.figures);
}
void Analysis::apply(const SampleNote& note) {
  taken_[static_cast<std::size_t>(Note::Sample)].add();
  performance_.sample(note.time);
  market_.sample(note.time);
  sampled_ = note.time;
  day_.sample(note.time);
}
void Analysis::apply(const ValueNote& note) {
  taken_[static_cast<std::size_t>(Note::Value)].add();
  if (note.is_strategy) {
    performance_.pnl(static_cast<orders::StrategyId>(note.id), note.value);
    market_.pnl(static_cast<orders::StrategyId>(note.id), note.value);
    curves_.strategies[note.id].add(sampled_, note.value);
  } else {
    performance_.equity(static_cast<orders::AccountId>(note.id), note.value);
    curves_.accounts[note.id].add(sampled_, note.value);
  }
  day_.value(note.is_strategy, note.id, note.value);
}
void Analysis::apply(const RateNote& note) {
  taken_[static_cast<std::size_t>(Note::Rate)].add();
  execution_.rate(note.currency, note.usd);
}
void Analysis::apply(const TickNote& note) {
  taken_[static_cast<std::size_t>(Note::Tick)].add();
  execution_.tick(note.time.wall);
  order_times_.tick(note.time.monotonic);
}
void Analysis::apply(const OrderOutcome& note) {
  taken_[static_cast<std::size_t>(Note::Outcome)].add();
  activity_.add(note);
  day_.outcome(note);
}
void Analysis::apply(const AlertMark& note) {
  taken_[static_cast<std::size_t>(Note::Alert)].add();
  day_.alert(note);
}
template <typename Mark>
void Analysis::apply(const Mark& note) {
  taken_[static_cast<std::size_t>(Note::Closing)].add();
  day_.mark(note);
}
template void Analysis::apply(const positions::AccountView&);
template void Analysis::apply(const positions::PositionView&);
template void Analysis::apply(const LimitsMark&);
template void Analysis::apply(const LossMark&);
template void Analysis::apply(const StrategyMark&);
void Analysis::apply(const DayMark& note) {
  taken_[static_cast<std::size_t>(Note::Day)].add();
  day_.mark(note, {execution_, market_});
}

void Analysis::apply_closing(ClosingPart part, const char* memory) {
  switch (part) {
    case ClosingPart::Account:
      return apply_from<positions::AccountView>(memory);
    case ClosingPart::Position:
      return apply_from<positions::PositionView>(memory);
    case ClosingPart::Limits:
      return apply_from<LimitsMark>(memory);
    case ClosingPart::Loss:
      return apply_from<LossMark>(memory);
    case ClosingPart::Strategy:
      return apply_from<StrategyMark>(memory);
  }
}

template <typename T>
void Analysis::apply_from(const char* memory) {
  T note;
  std::memcpy(static_cast<void*>(&note), memory + sizeof(Head), sizeof note);
  apply(note);
}

bool Analysis::drain() {
  const std::string_view waiting = ring_->waiting();
  waiting_.set(static_cast<double>(waiting.size()));
  std::size_t done = 0;
  while (done < waiting.size()) {
    const std::lock_guard lock(mutex_);
    const std::size_t until = std::min(waiting.size(), done + kBatchBytes);
    const std::size_t begin = done;
    while (done < until) {
      const char* const memory = waiting.data() + done;
      Head head;
      std::memcpy(&head, memory, sizeof head);
      switch (head.kind) {
        case Note::Quote:
          apply_from<QuoteNote>(memory);
          break;
        case Note::Fill:
          apply_from<orders::FillNote>(memory);
          break;
        case Note::OrderTime:
          apply_from<orders::OrderTimeNote>(memory);
          break;
        case Note::Booking:
          apply_from<BookingNote>(memory);
          break;
        case Note::OrderEnd:
          apply_from<orders::OrderEndNote>(memory);
          break;
        case Note::Trade:
          apply_from<TradeNote>(memory);
          break;
        case Note::Sample:
          apply_from<SampleNote>(memory);
          break;
        case Note::Value:
          apply_from<ValueNote>(memory);
          break;
        case Note::Rate:
          apply_from<RateNote>(memory);
          break;
        case Note::Tick:
          apply_from<TickNote>(memory);
          break;
        case Note::Outcome:
          apply_from<OrderOutcome>(memory);
          break;
        case Note::Alert:
          apply_from<AlertMark>(memory);
          break;
        case Note::Closing:
          apply_closing(head.part, memory);
          break;
        case Note::Day:
          apply_from<DayMark>(memory);
          break;
      }
      done += head.bytes;
    }
    ring_->take(done - begin);
  }
  return done > 0;
}

}  // namespace vigil::engine
