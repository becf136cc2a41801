#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/analysis/analysis.h"
#include "engine/config/engine_config.h"
#include "engine/core/alert_note.h"
#include "engine/core/cancel_watch.h"
#include "engine/core/clock.h"
#include "engine/core/close_out.h"
#include "engine/core/control.h"
#include "engine/core/core_log.h"
#include "engine/core/core_metrics.h"
#include "engine/core/market_board.h"
#include "engine/core/market_data_metrics.h"
#include "engine/core/observer.h"
#include "engine/core/reconciliation.h"
#include "engine/core/waiting_quotes.h"
#include "engine/core/watch_desk.h"
#include "engine/core/watch_metrics.h"
#include "engine/signals/experiments.h"
#include "engine/signals/signal.h"
#include "engine/signals/strategy.h"
#include "engine/tape/event_tape.h"
#include "engine/tape/state_hash.h"
#include "engine/venue/reconciliation_metrics.h"
#include "engine/venue/retry_queue.h"
#include "engine/venue/router.h"
#include "engine/venue/venue.h"
#include "engine/venue/venue_metrics.h"
#include "orders/order_manager.h"
#include "orders/order_metrics.h"
#include "positions/portfolio.h"
#include "positions/position_metrics.h"
#include "risk/risk_manager.h"
#include "risk/risk_metrics.h"
#include "risk/scenario_book.h"
#include "risk/scenario_metrics.h"

namespace vigil::engine {

/// Who turns quotes into signals, elsewhere. Called by the core's thread: neither waits nor fails.
class QuoteSink {
 public:
  virtual ~QuoteSink() = default;
  /// A new consolidated best bid and ask. `received`: when the engine had it.
  virtual void quoted(orders::InstrumentId instrument, const orders::Quote& quote,
                      orders::EventTime received) noexcept = 0;
};

/// What the core needs from outside. All of it outlives the core.
struct CoreLinks {
  monitoring::Registry& registry;
  monitoring::Logger& logger;
  VenueGateway& venues;
  CoreObserver* observer = nullptr;
  WatchDesk* watches = nullptr;  ///< none: no rule is judged between its evaluations
  QuoteSink* models = nullptr;   ///< none: no model looks at the market
};

/// The trading engine: the only writer of orders, positions, limits and their metrics. One event at a time;
/// the same code runs under the machine's clock and under a manual one. After construction it does not
/// allocate, lock, wait, throw or format. One thread.
class Core : private RequestSink, private monitoring::WatchListener {
 public:
  Core(const EngineConfig& config, StageClock::Mode mode, const CoreLinks& links, orders::EventTime start);
  ~Core() override;
  /// All families that a core publishes, without series but for some named "any".
  static void declare(monitoring::Registry& registry);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// `waited`: how long the event lay in its queue. What the journal is not to keep is set aside, or passed
  /// by.
  void on_market(const orders::MarketEvent& event, orders::EventTime now, orders::Duration waited) noexcept;
  /// Whether on_market() would make it an event at once: else it is passed by, or kept for later and taken up
  /// before the next event, if no later one of its venue has taken its place.
  [[nodiscard]] bool takes_up_at_once(const orders::MarketEvent& event) const noexcept {
    return !sets_aside(event) && !passes_by(event);
  }
  [[nodiscard]] bool has_quotes_waiting() const noexcept { return !waiting_quotes_.empty(); }
  /// Takes up one that waits, which is an event of its own. Every event does so first with all of them; who
  /// has to find room for each event calls it before. Only while some wait.
  void take_up_quote(orders::EventTime now) noexcept;
  /// Where there is no room for them: the market will speak again.
  void forget_quotes() noexcept { waiting_quotes_.clear(); }
  /// `venue_known` false: the request named a venue that is not configured.
  void on_request(const orders::OrderRequest& request, bool venue_known, orders::EventTime now) noexcept;
  void on_venue(const VenueEvent& event, orders::EventTime now) noexcept;
  void on_control(const ControlCommand& command, orders::EventTime now) noexcept;
  /// For the record: nothing is decided by it.
  void on_alert(const AlertNote& note, orders::EventTime now) noexcept;
  /// What a model says: strategies that follow it decide by it.
  void on_signal(const Signal& signal, orders::EventTime now) noexcept;
  /// Retries, time-outs, pending cancel sweeps, periodic gauges. Call when next_timer() is reached.
  void on_timer(orders::EventTime now) noexcept;
  /// When on_timer next has something to do.
  [[nodiscard]] orders::Duration next_timer() const noexcept;
  /// The same without the periodic tick; Duration::max() when nothing waits for a time.
  [[nodiscard]] orders::Duration next_deadline() const noexcept;
  /// Before any event: limits other than the configuration's.
  void begin_with(const risk::Limits& limits) noexcept { risk_.reload(limits); }
  /// From now on what the core takes up is written into `ring`, the first as record `next_sequence`; after
  /// every `hash_every` events the state's hash. Before the first event, or after those of a replay.
  void start_journal(RecordRing& ring, std::uint64_t next_sequence, std::uint32_t hash_every) noexcept;
  /// A run of the engine begins, the first on a journal or a later one: the same in a replay.
  void begin_run(orders::EventTime now) noexcept;
  /// The last record: nothing more is taken up.
  void end_journal(orders::EventTime now) noexcept;
  /// For who replays a journal: loaded with an event's tape, the event does what it did then. Nothing is sent
  /// or logged, and strategies are not asked.
  [[nodiscard]] EventTape& tape() noexcept { return tape_; }
  [[nodiscard]] const EventTape& tape() const noexcept { return tape_; }
  /// Whether all ids in it are of the configuration, or none: what a journal says is looked at before it is
  /// believed.
  [[nodiscard]] bool is_known(const orders::OrderRequest& request) const noexcept;
  [[nodiscard]] bool is_known(const ControlCommand& command) const noexcept;
  [[nodiscard]] bool is_known(const orders::ExecutionReport& report) const noexcept;
  [[nodiscard]] bool is_known(const orders::MarketEvent& event) const noexcept;
  [[nodiscard]] bool is_known(const Signal& signal) const noexcept;
  [[nodiscard]] bool is_venue(orders::VenueId venue) const noexcept {
    return orders::index(venue) < venue_connected_.size();
  }
  /// Of all that was brought about since the construction.
  [[nodiscard]] std::uint64_t state_hash() const noexcept { return hash_.value(); }
  /// Why the last request was refused; None if it was not.
  [[nodiscard]] orders::DenyReason last_refusal() const noexcept { return last_refusal_; }
  /// When the last event was.
  [[nodiscard]] orders::EventTime now() const noexcept { return now_; }

  /// All that the core knows between two events, but for limits and metrics; written, or read into a core of
  /// the same configuration, under the limits that were in force, that has seen nothing. See core_state.h.
  template <typename Wire>
  void state(Wire& wire);

  /// From now on the strategies are not asked any more (the engine winds down).
  void stop_strategies() noexcept { strategies_run_ = false; }

  [[nodiscard]] const EngineConfig& config() const noexcept { return config_; }
  [[nodiscard]] const orders::OrderManager& orders() const noexcept { return orders_; }
  [[nodiscard]] orders::OrderManager& orders() noexcept { return orders_; }
  [[nodiscard]] const positions::Portfolio& portfolio() const noexcept { return portfolio_; }
  [[nodiscard]] const risk::RiskManager& risk() const noexcept { return risk_; }
  [[nodiscard]] const risk::ScenarioBook& scenarios() const noexcept { return scenarios_; }
  [[nodiscard]] const MarketBoard& market() const noexcept { return board_; }
  [[nodiscard]] Analysis& analysis() noexcept { return analysis_; }
  [[nodiscard]] const NotedAlerts& alerts() const noexcept { return alerts_; }
  [[nodiscard]] bool venue_connected(orders::VenueId venue) const noexcept {
    return venue_connected_[orders::index(venue)];
  }
  /// Orders that can still trade, slices and parents included.
  [[nodiscard]] bool sweep_pending() const noexcept;

 private:
  /// A walk over all open orders that cancels those it wants, or asks the venue for those it did not name,
  /// some at a time so that no event takes long.
  struct Sweep {
    enum class What : std::uint8_t { None, Matching, Killed, Unnamed };
    What what = What::None;
    orders::AccountId account = orders::kNoAccount;     ///< Matching: kNoAccount = any
    orders::StrategyId strategy = orders::kNoStrategy;  ///< Matching: kNoStrategy = any
    orders::VenueId venue = orders::kNoVenue;           ///< Unnamed
    orders::OrderId cursor = orders::kNoOrder;

    template <typename Wire>
    void state(Wire& wire) {
      wire.choice(what, What::Unnamed);
      wire(account);
      wire(strategy);
      wire(venue);
      wire(cursor);
    }
  };

  // Strategies' requests arrive within the market event that caused them.
  void request(const orders::OrderRequest& request) noexcept override;

  template <typename Body>
  void begin_event(RecordType type, orders::EventTime now, Body&& body) noexcept {
    if (now.wall >= next_sample_) [[unlikely]]
      take_sample(now.wall);
    clock_.set(now);
    now_ = now;
    tape_.begin(type, now, body);
    judge_now();  // what others have published since the last event
  }
  void end_event() noexcept;
  void hash_figures() noexcept;
  void roll_session(orders::EventTime now) noexcept;

  // market_flow.cpp: from a quote to marks, limits and strategies
  [[nodiscard]] bool sets_aside(const orders::MarketEvent& event) const noexcept;
  [[nodiscard]] bool passes_by(const orders::MarketEvent& event) const noexcept;
  void look_at_trade(const orders::MarketEvent& event, orders::EventTime now,
                     orders::Duration waited) noexcept;
  void take_up_quotes(orders::EventTime now) noexcept;
  void take_up_market(const orders::MarketEvent& event, orders::EventTime now,
                      orders::Duration waited) noexcept;
  /// Calls ask(strategy, place) for each that may trade the instrument now, pass(strategy) for the others. In
  /// a replay what was asked for then is asked for again.
  template <typename Ask, typename Pass>
  void let_strategies(orders::InstrumentId instrument, const Ask& ask, const Pass& pass) noexcept;
  template <typename Evaluate>
  void time_evaluation(std::size_t strategy, const Evaluate& evaluate) noexcept;
  void ask_strategies(orders::InstrumentId instrument, const orders::Quote& reference) noexcept;

  // order_flow.cpp: from a request to the venue
  [[nodiscard]] SendResult send(const VenueCommand& command, orders::EventTime now) noexcept;
  bool handle_request(const orders::OrderRequest& request, bool venue_known, orders::EventTime now) noexcept;
  bool new_order(const orders::OrderRequest& request, bool venue_known, orders::EventTime now) noexcept;
  bool cancel_order(const orders::OrderRequest& request, orders::EventTime now) noexcept;
  bool replace_order(const orders::OrderRequest& request, orders::EventTime now) noexcept;
  bool cancel_all(const orders::OrderRequest& request, orders::EventTime now) noexcept;
  void refuse(const orders::OrderRequest& request, const orders::Order* order, const risk::Verdict& verdict,
              orders::EventTime now) noexcept;
  void deny(orders::Order& order, const orders::OrderRequest* request, const risk::Verdict& verdict,
            orders::EventTime now) noexcept;
  void route(orders::Order& order, const orders::OrderRequest& request, orders::EventTime now) noexcept;
  void split(orders::Order& parent, const RouteDecision& decision, orders::EventTime now) noexcept;
  void send_new(orders::Order& order, std::uint32_t attempt, orders::EventTime now) noexcept;
  void transport_failed(const orders::Order& order, VenueError error) noexcept;
  void give_up(orders::Order& order, const risk::Verdict& verdict, orders::EventTime now) noexcept;
  bool request_cancel(orders::Order& order, orders::EventTime now) noexcept;
  void send_cancel(orders::Order& order, std::uint32_t attempt, orders::EventTime now) noexcept;
  void run_retries(orders::EventTime now) noexcept;
  [[nodiscard]] orders::DenyReason reason_to_hold_back(const orders::Order& order) const noexcept;
  void start_sweep(const Sweep& sweep) noexcept;
  void run_sweeps(orders::EventTime now) noexcept;
  void order_closed(orders::Order& order, orders::EventTime now) noexcept;

  // report_flow.cpp: from the venue's answer to positions, risk and strategies
  bool apply_report(const orders::ExecutionReport& report, orders::EventTime now) noexcept;
  void measure_venue(const orders::ExecutionReport& report, const orders::ReportOutcome& outcome,
                     orders::EventTime now) noexcept;
  void book_fill(orders::Order& order, const orders::ExecutionReport& report,
                 const orders::ReportOutcome& outcome, orders::EventTime now) noexcept;
  void follow_parent(orders::Order& slice, const orders::ExecutionReport& report,
                     orders::EventTime now) noexcept;
  void note_report(orders::Order& order, const orders::ExecutionReport& report,
                   orders::EventTime now) noexcept;
  void cancel_again(orders::Order& order, orders::EventTime now) noexcept;
  void venue_connection(orders::VenueId venue, bool connected, orders::EventTime now) noexcept;

  // analysis_flow.cpp: what is told of executions
  /// A fill in the reporting currency; nothing: no rate.
  struct FillValue {
    std::optional<orders::Money> notional;    ///< positive
    std::optional<orders::Money> commission;  ///< negative: a rebate
  };
  void note_fill(const orders::Order& order, const orders::ExecutionReport& report,
                 const positions::BookedFill& booked, const FillValue& value, orders::EventTime now) noexcept;
  void note_end(const orders::Order& order, orders::EventTime now) noexcept;
  void note_rates() noexcept;
  void take_sample(orders::Timestamp now) noexcept;
  void mark_day(orders::Timestamp now) noexcept;
  void sample_scenarios(orders::Timestamp whole) noexcept;
  void publish_scenarios(orders::AccountId account) noexcept;

  // reconcile_flow.cpp: what a venue has against what we believe
  void run_rounds(orders::EventTime now) noexcept;
  void start_round(orders::VenueId venue, orders::EventTime now) noexcept;
  void end_round(orders::VenueId venue) noexcept;
  void compare_totals(const orders::ExecutionReport& answer, orders::EventTime now) noexcept;
  bool ask_status(orders::Order& order, orders::EventTime now) noexcept;
  [[nodiscard]] bool is_unnamed(const orders::Order& order, orders::VenueId venue) const noexcept;
  bool take_status(const orders::ExecutionReport& answer, orders::EventTime now) noexcept;
  void found_break(const orders::Order& order, const orders::ExecutionReport& answer, Break kind,
                   orders::EventTime now) noexcept;
  /// False: it was seen before.
  bool mark_broken(orders::Order& order, const orders::ExecutionReport& answer, Break kind,
                   orders::EventTime now) noexcept;
  void mend(orders::Order& order, orders::EventTime now) noexcept;
  void correct(const orders::ExecutionReport& report, orders::Duration asked, orders::EventTime now) noexcept;
  void compare_closed(orders::Order& order, const orders::ExecutionReport& answer,
                      orders::EventTime now) noexcept;
  bool compare_fills(orders::Order& order, const orders::ExecutionReport& answer,
                     orders::EventTime now) noexcept;
  void compare_status(orders::Order& order, const orders::ExecutionReport& answer, orders::Duration asked,
                      orders::EventTime now) noexcept;
  void compare_request(orders::Order& order, const orders::ExecutionReport& answer, orders::Duration asked,
                       orders::EventTime now) noexcept;
  void unknown_at_venue(const orders::ExecutionReport& answer, orders::EventTime now) noexcept;
  void adopt(const orders::ExecutionReport& answer, orders::EventTime now) noexcept;
  bool settle_unknown(orders::VenueId venue, orders::OrderId order, orders::EventTime now) noexcept;

  // watch_flow.cpp: alerts' conditions, judged at every change
  void judge_changes() noexcept {
    tape_.judge_point();
    judge_now();
  }
  void judge_now() noexcept {
    if (tape_.replays()) [[unlikely]]
      return replay_crossings();
    if (changed_gauges_.any()) [[unlikely]]
      judge_watches();
  }
  void replay_crossings() noexcept;
  void judge_watches() noexcept;
  void tick_watches() noexcept;
  void count_judgements() noexcept;
  void crossed(std::uint32_t watch, double value) noexcept override;

  // control_flow.cpp: what people and alerts ask for
  void obey(const ControlCommand& command, orders::EventTime now) noexcept;
  void carry_out(const ControlCommand& command, orders::EventTime now) noexcept;
  void halt(const ControlCommand& command, risk::TradingState state, orders::EventTime now) noexcept;
  void cancel_everything(const ControlCommand& command, orders::EventTime now) noexcept;
  void run_close_out(orders::EventTime now) noexcept;
  void close_position(orders::AccountId account, orders::InstrumentId instrument,
                      orders::EventTime now) noexcept;
  void liquidation_ended(const orders::Order& order, orders::EventTime now) noexcept;
  void engage_kill_switch(const risk::KillScope& scope, orders::EventTime now) noexcept;
  void after_risk_event(orders::EventTime now) noexcept;
  void tick(orders::EventTime now) noexcept;
  [[nodiscard]] const orders::Quote& reference(orders::InstrumentId instrument) const noexcept;
  [[nodiscard]] std::optional<double> displayed_usd(const orders::Instrument& instrument,
                                                    std::optional<orders::Price> price,
                                                    std::optional<orders::Quantity> size) const noexcept;
  [[nodiscard]] std::optional<orders::Money> reporting(orders::Money amount,
                                                       orders::CurrencyId currency) const noexcept;

  const EngineConfig& config_;
  CoreLinks links_;
  monitoring::ChangedGauges& changed_gauges_;
  EventTape tape_;
  StateHash hash_;
  std::uint32_t hash_every_ = 0;
  std::uint32_t events_since_hash_ = 0;
  StageClock clock_;
  CoreLog log_;
  CoreMetrics metrics_;
  MarketDataMetrics market_metrics_;
  Analysis analysis_;  ///< before what tells it of durations
  orders::OrderMetrics order_metrics_;
  positions::PositionMetrics position_metrics_;
  risk::ScenarioMetrics scenario_metrics_;
  risk::RiskMetrics risk_metrics_;
  VenueMetrics venue_metrics_;
  ReconciliationMetrics reconciliation_metrics_;
  WatchMetrics watch_metrics_;
  std::vector<orders::Money> rates_noted_;  ///< by CurrencyId: what the analysis was told last; 0 = no rate
  orders::OrderManager orders_;
  positions::Portfolio portfolio_;
  risk::RiskManager risk_;
  risk::ScenarioBook scenarios_;
  MarketBoard board_;
  Router router_;
  RetryQueue retries_;
  std::vector<Strategy> strategies_;
  std::vector<bool> venue_connected_;
  std::vector<ReconciliationRound> rounds_;  ///< by venue
  UnknownAtVenues unknown_;
  NotedAlerts alerts_;
  std::array<Sweep, 8> sweeps_;
  CloseOut close_out_;
  CancelWatch awaited_cancels_;
  MarketDataKept kept_ = MarketDataKept::All;  ///< by the journal that is being written
  std::vector<bool> is_watched_;               ///< by InstrumentId: by a strategy
  WaitingQuotes waiting_quotes_;
  Experiments experiments_;
  bool has_machine_clock_;
  std::uint32_t evaluations_ = 0;  ///< of strategies
  WatchPlan* watch_plan_ = nullptr;
  std::uint64_t judgements_counted_ = 0;
  orders::Timestamp next_sample_{};             ///< of what the analysis is told at whole intervals
  std::optional<std::int64_t> marked_session_;  ///< the last one whose begin the analysis was told of
  orders::Quote no_reference_;
  orders::EventTime now_;
  orders::Duration next_tick_{};
  std::optional<std::int64_t> session_;  ///< number of the day's session; nothing before the first tick
  risk::TradingState last_state_ = risk::TradingState::Active;
  bool strategies_run_ = true;
  orders::DenyReason last_refusal_ = orders::DenyReason::None;
};

}  // namespace vigil::engine
