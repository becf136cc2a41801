#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/analysis/analysis_config.h"
#include "engine/analysis/booking_note.h"
#include "engine/analysis/day_book.h"
#include "engine/analysis/day_notes.h"
#include "engine/tape/record_ring.h"
#include "monitoring/metrics/registry.h"
#include "orders/execution_analysis.h"
#include "orders/market.h"
#include "orders/order_times.h"
#include "positions/booking_times.h"
#include "positions/excursion.h"
#include "positions/performance_analysis.h"
#include "risk/update_times.h"

namespace vigil::engine {

/// What has been computed so far.
struct AnalysisFigures {
  const orders::ExecutionAnalysis& execution;
  const positions::PerformanceAnalysis& performance;
  const MarketStudy& market;
  const ValueCurves& curves;  ///< since the start
  const Activity& activity;   ///< since the start
  const DayBook& day;
};

/// What the label window says of each, the last one for all returns: "1h", ..., "all".
[[nodiscard]] std::vector<std::string> window_words(const positions::PerformanceConfig& config);

/// What is computed of the core's events but decides nothing: execution quality, performance, the market, how
/// long orders and fills took. At first within
/// the event, so that a replay gives the same figures; from defer() on the core only leaves notes in a
/// buffer, and another thread does the work. A note that finds no room is dropped and counted; quotes give
/// way before fills and orders do. Does nothing where metrics are switched off.
class Analysis final : public orders::OrderTimeSink {
 public:
  enum class ClosingPart : std::uint8_t { Account, Position, Limits, Loss, Strategy };
  enum class Note : std::uint8_t {
    Quote,
    Fill,
    Booking,
    OrderEnd,
    Trade,
    Sample,
    Value,
    Rate,
    Tick,
    Outcome,
    Alert,
    Closing,
    Day,
    OrderTime
  };
  static constexpr std::size_t kNotes = 14;

  /// What the notes are about, by their ids. The instruments outlive the analysis.
  struct Subject {
    const std::vector<orders::Instrument>& instruments;
    orders::CurrencyId reporting;
    std::vector<std::string> symbols;
    std::vector<std::string> venues;
    std::vector<std::string> accounts;
    std::vector<std::string> strategies;
    std::vector<double> strategy_capital;  ///< in the reporting currency; 0: none
    std::vector<double> order_size_bounds;
    positions::PerformanceMetrics::Bounds bounds;
    const EngineConfig& config;  ///< outlives the analysis
  };
  Analysis(const AnalysisConfig& config, monitoring::Registry& registry, const Subject& subject);
  static void declare(monitoring::Registry& registry);

  // The core.
  [[nodiscard]] bool is_on() const noexcept { return is_on_; }
  void quote(orders::InstrumentId instrument, const orders::Quote& best, orders::Timestamp now) noexcept {
    if (is_on_) take<QuoteNote>([&] { return QuoteNote{instrument, best.bid, best.ask, now}; });
  }
  /// `make()` gives the note, an orders::FillNote: made where it is kept, because copying it would cost as
  /// much again.
  template <typename Make>
  void filled(const Make& make) noexcept {
    if (is_on_) take<orders::FillNote>(make);
  }
  void booked(const BookingNote& note) noexcept {
    if (is_on_) take(note);
  }
  void took(const orders::OrderTimeNote& note) noexcept override {
    if (is_on_) take(note);
  }
  /// As filled(), of an orders::OrderEndNote.
  template <typename Make>
  void ended(const Make& make) noexcept {
    if (is_on_) take<orders::OrderEndNote>(make);
  }
  void traded(orders::AccountId account, const positions::ClosedTrade& trade) noexcept {
    if (is_on_)
      take<TradeNote>([&] { return trade_note(false, static_cast<std::uint16_t>(account), trade); });
  }
  void traded(orders::StrategyId strategy, const positions::ClosedTrade& trade) noexcept {
    if (is_on_)
      take<TradeNote>([&] { return trade_note(true, static_cast<std::uint16_t>(strategy), trade); });
  }
  /// The values that follow are those at `time`; NaN: not known.
  void sample(orders::Timestamp time) noexcept {
    if (is_on_) take(SampleNote{time});
  }
  /// In the account's base currency.
  void equity(orders::AccountId account, double value) noexcept {
    if (is_on_) take(ValueNote{false, static_cast<std::uint16_t>(account), value});
  }
  /// In the reporting currency.
  void pnl(orders::StrategyId strategy, double value) noexcept {
    if (is_on_) take(ValueNote{true, static_cast<std::uint16_t>(strategy), value});
  }
  /// What a unit is worth in the reporting currency; NaN: not known.
  void rate(orders::CurrencyId currency, double usd) noexcept {
    if (is_on_) take(RateNote{currency, usd});
  }
  void tick(orders::EventTime now) noexcept {
    if (is_on_) take(TickNote{now});
  }
  void outcome(const OrderOutcome& outcome) noexcept {
    if (is_on_) take(outcome);
  }
  void alert(const AlertNote& alert, orders::Timestamp now) noexcept {
    if (is_on_) take(AlertMark{now, alert});
  }
  /// How things stood at a session's end, piece by piece, and at last end_day().
  template <typename Mark>
  void closing(const Mark& mark) noexcept {
    if (is_on_) take(mark);
  }
  /// `day.dropped` is filled in here.
  void end_day(DayMark day) noexcept {
    if (!is_on_) return;
    day.dropped = dropped_notes_;
    take(day);
  }

  /// Before the core's thread starts. Throws std::system_error when the memory cannot be had.
  void defer();
  /// There are readers on other threads while work is done within the event.
  void share() noexcept { is_shared_ = true; }
  /// The analysis' thread: takes in what waits. False: there was nothing.
  bool drain();

  /// Calls read(AnalysisFigures) while nothing is taken in. Deferred or shared: any thread but the core's;
  /// else the core's only.
  template <typename Read>
  decltype(auto) read(Read&& read) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Read>(read)(
        AnalysisFigures{execution_, performance_, market_, curves_, activity_, day_});
  }

  /// Not while deferred.
  template <typename Wire>
  void state(Wire& wire) {
    wire(order_times_);
    wire(execution_);
    wire(performance_);
    wire(market_);
    wire(curves_);
    wire(activity_);
    wire(day_);
    wire(sampled_);
  }

 private:
  struct QuoteNote {
    orders::InstrumentId instrument = orders::kNoInstrument;
    orders::MaybePrice bid;
    orders::MaybePrice ask;
    orders::Timestamp time{};
  };
  struct TradeNote {
    bool is_strategy = false;
    std::uint16_t id = 0;
    positions::TradeFigures figures;
  };
  struct SampleNote {
    orders::Timestamp time{};
  };
  struct ValueNote {
    bool is_strategy = false;
    std::uint16_t id = 0;
    double value = 0;
  };
  struct RateNote {
    orders::CurrencyId currency = orders::kNoCurrency;
    double usd = 0;
  };
  struct TickNote {
    orders::EventTime time{};
  };
  /// Aligned as the notes are, of which each begins behind its own.
  struct alignas(alignof(orders::Int128)) Head {
    Note kind = Note::Tick;
    ClosingPart part = ClosingPart::Account;  ///< of a closing
    std::uint32_t bytes = 0;                  ///< with this
  };

  // By the type alone: there is no note yet.
  static constexpr Note kind_of(const QuoteNote*) noexcept { return Note::Quote; }
  static constexpr Note kind_of(const orders::FillNote*) noexcept { return Note::Fill; }
  static constexpr Note kind_of(const orders::OrderTimeNote*) noexcept { return Note::OrderTime; }
  static constexpr Note kind_of(const BookingNote*) noexcept { return Note::Booking; }
  static constexpr Note kind_of(const orders::OrderEndNote*) noexcept { return Note::OrderEnd; }
  static constexpr Note kind_of(const TradeNote*) noexcept { return Note::Trade; }
  static constexpr Note kind_of(const SampleNote*) noexcept { return Note::Sample; }
  static constexpr Note kind_of(const ValueNote*) noexcept { return Note::Value; }
  static constexpr Note kind_of(const RateNote*) noexcept { return Note::Rate; }
  static constexpr Note kind_of(const TickNote*) noexcept { return Note::Tick; }
  static constexpr Note kind_of(const OrderOutcome*) noexcept { return Note::Outcome; }
  static constexpr Note kind_of(const AlertMark*) noexcept { return Note::Alert; }
  static constexpr Note kind_of(const DayMark*) noexcept { return Note::Day; }
  template <typename Mark>
  static constexpr Note kind_of(const Mark*) noexcept {
    return Note::Closing;
  }

  static TradeNote trade_note(bool is_strategy, std::uint16_t id,
                              const positions::ClosedTrade& trade) noexcept {
    return {is_strategy,
            id,
            {trade.pnl.to_double(), trade.held, trade.adverse.to_double(), trade.favourable.to_double()}};
  }

  static constexpr ClosingPart part_of(const positions::AccountView*) noexcept {
    return ClosingPart::Account;
  }
  static constexpr ClosingPart part_of(const positions::PositionView*) noexcept {
    return ClosingPart::Position;
  }
  static constexpr ClosingPart part_of(const LimitsMark*) noexcept { return ClosingPart::Limits; }
  static constexpr ClosingPart part_of(const LossMark*) noexcept { return ClosingPart::Loss; }
  static constexpr ClosingPart part_of(const StrategyMark*) noexcept { return ClosingPart::Strategy; }
  template <typename Other>
  static constexpr ClosingPart part_of(const Other*) noexcept {
    return ClosingPart::Account;
  }

  static constexpr std::size_t kLineBytes = 64;
  /// Some notes.
  static constexpr std::size_t kAheadBytes = 1024;

  template <typename T>
  static constexpr std::size_t room_for() noexcept {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(Head));
    return sizeof(Head) + (sizeof(T) + alignof(Head) - 1) / alignof(Head) * alignof(Head);
  }

  template <typename T>
  void take(const T& note) noexcept {
    take<T>([&note]() -> const T& { return note; });
  }
  template <typename T, typename Make>
  void take(const Make& make) noexcept {
    if (ring_ != nullptr) return leave<T>(make);
    if (!is_shared_) return apply(make());
    const std::lock_guard lock(mutex_);
    apply(make());
  }
  template <typename T, typename Make>
  void leave(const Make& make) noexcept {
    constexpr const T* kNone = nullptr;
    constexpr Note kKind = kind_of(kNone);
    constexpr std::size_t kBytes = room_for<T>();
    constexpr bool kMayGiveWay = std::is_same_v<T, QuoteNote> || std::is_same_v<T, TickNote>;
    // That a day has ended has room whatever else is dropped.
    constexpr std::size_t kSpare = std::is_same_v<T, DayMark> ? 0 : room_for<DayMark>();
    char* const memory = ring_->reserve(kBytes, kMayGiveWay ? ring_->capacity() / 4 : kSpare);
    if (memory == nullptr) return drop(kKind);
    ::new (static_cast<void*>(memory)) Head{kKind, part_of(kNone), kBytes};
    ::new (static_cast<void*>(memory + sizeof(Head))) T(make());
    ring_->commit(kBytes);
    // The other thread has read these lines last time round: they are asked back before they are needed.
    for (std::size_t line = 0; line < kBytes; line += kLineBytes) {
      __builtin_prefetch(memory + kAheadBytes + line, 1);
    }
  }
  void drop(Note kind) noexcept;
  void apply(const QuoteNote& note);
  void apply(const orders::FillNote& note);
  void apply(const orders::OrderTimeNote& note);
  void apply(const BookingNote& note);
  void apply(const orders::OrderEndNote& note);
  void apply(const TradeNote& note);
  void apply(const SampleNote& note);
  void apply(const ValueNote& note);
  void apply(const RateNote& note);
  void apply(const TickNote& note);
  void apply(const OrderOutcome& note);
  void apply(const AlertMark& note);
  template <typename Mark>
  void apply(const Mark& note);
  void apply(const DayMark& note);
  template <typename T>
  void apply_from(const char* memory);
  void apply_closing(ClosingPart part, const char* memory);

  AnalysisConfig config_;
  bool is_on_;
  orders::OrderTimes order_times_;
  positions::BookingTimes booking_times_;
  risk::UpdateTimes update_times_;
  orders::ExecutionMetrics execution_metrics_;
  orders::ExecutionAnalysis execution_;
  positions::PerformanceMetrics performance_metrics_;
  positions::PerformanceAnalysis performance_;
  MarketStudy market_;
  ValueCurves curves_;
  Activity activity_;
  DayBook day_;
  orders::Timestamp sampled_{};
  std::uint64_t dropped_notes_ = 0;   ///< the core's own
  std::unique_ptr<RecordRing> ring_;  ///< none: within the event
  bool is_shared_ = false;
  mutable std::mutex mutex_;  ///< between who drains and who reads
  std::array<monitoring::Counter, kNotes> taken_;
  std::array<monitoring::Counter, kNotes> dropped_;
  monitoring::Gauge waiting_;
  monitoring::Gauge capacity_;
};

}  // namespace vigil::engine
