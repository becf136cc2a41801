#include "engine/core/core.h"

#include <algorithm>
#include <cassert>

#include "engine/analysis/session_day.h"
#include "engine/config/value_text.h"
#include "engine/tape/event_codec.h"

namespace vigil::engine {
namespace {

/// How often ages, windows and gauges that change by time alone are brought up to date.
constexpr orders::Duration kTickInterval = std::chrono::milliseconds{100};

std::vector<std::string> symbols_of(const EngineConfig& config) {
  std::vector<std::string> names;
  for (const orders::Instrument& instrument : config.instruments) names.push_back(instrument.symbol);
  return names;
}
std::vector<std::string> venues_of(const EngineConfig& config) {
  std::vector<std::string> names;
  for (const SimulatedVenueConfig& venue : config.venues) names.push_back(venue.name);
  return names;
}
std::vector<std::string> accounts_of(const EngineConfig& config) {
  std::vector<std::string> names;
  for (const positions::AccountConfig& account : config.portfolio.accounts) names.push_back(account.name);
  return names;
}
std::vector<std::string> strategies_of(const EngineConfig& config) {
  std::vector<std::string> names;
  for (const StrategyConfig& strategy : config.strategies) names.push_back(strategy.name);
  return names;
}

/// A strategy's own, or that of its account.
std::vector<double> capital_of(const EngineConfig& config) {
  std::vector<double> capital;
  for (const StrategyConfig& strategy : config.strategies) {
    if (strategy.capital) {
      capital.push_back(strategy.capital->to_double());
      continue;
    }
    const std::size_t account = orders::index(strategy.account);
    const bool known =
        account < config.portfolio.accounts.size() &&
        config.portfolio.accounts[account].base_currency == config.portfolio.reporting_currency;
    capital.push_back(known ? config.portfolio.accounts[account].initial_capital.to_double() : 0);
  }
  return capital;
}

std::vector<std::string> confidences_of(const EngineConfig& config) {
  std::vector<std::string> words;
  for (const double confidence : config.scenarios.confidences) words.push_back(real_text(confidence));
  return words;
}

std::vector<VenueFees> fees_of(const EngineConfig& config) {
  std::vector<VenueFees> fees;
  for (const SimulatedVenueConfig& venue : config.venues) fees.push_back({venue.maker, venue.taker});
  return fees;
}

/// What venues get to report the orders that a session's end expires, before they are asked.
constexpr orders::Duration kExpiryGrace = std::chrono::seconds{5};

/// Single checks are timed on one order in so many: each takes less than reading the clock.
constexpr std::uint32_t kTimedChecksOneIn = 64;

/// Sends waiting to be tried again; beyond it a failed send is final.
constexpr std::size_t kRetryCapacity = 4096;

}  // namespace

Core::Core(const EngineConfig& config, StageClock::Mode mode, const CoreLinks& links, orders::EventTime start)
    : config_(config),
      links_(links),
      changed_gauges_(links.registry.changed_gauges()),
      clock_(mode, tape_),
      log_(links.logger, config, tape_),
      metrics_(links.registry, strategies_of(config)),
      market_metrics_(links.registry, symbols_of(config), venues_of(config)),
      analysis_(config.analysis, links.registry,
                {config.instruments,
                 config.portfolio.reporting_currency,
                 symbols_of(config),
                 venues_of(config),
                 accounts_of(config),
                 strategies_of(config),
                 capital_of(config),
                 config.buckets.order_size_usd,
                 {config.buckets.trade_duration_seconds, config.buckets.trade_pnl_usd},
                 config}),
      order_metrics_(links.registry, analysis_, symbols_of(config), venues_of(config)),
      position_metrics_(links.registry, accounts_of(config), symbols_of(config), strategies_of(config)),
      scenario_metrics_(links.registry, accounts_of(config), config.scenarios, confidences_of(config),
                        duration_text(config.scenarios.interval)),
      risk_metrics_(links.registry, accounts_of(config), symbols_of(config), venues_of(config),
                    strategies_of(config)),
      venue_metrics_(links.registry, venues_of(config)),
      reconciliation_metrics_(links.registry, venues_of(config)),
      watch_metrics_(links.registry),
      rates_noted_(config.currencies.size()),
      orders_(config.orders),
      portfolio_(config.portfolio, config.instruments, config.currencies, &position_metrics_),
      risk_(config.limits, portfolio_, config.instruments, config.strategies.size(), config.venues.size(),
            &risk_metrics_),
      scenarios_(config.scenarios, portfolio_, config.instruments),
      board_(config.instruments.size(), config.venues.size(), config.router.stale_quote_after),
      router_(config.router, config.instruments, fees_of(config)),
      retries_(config.retry, kRetryCapacity, &venue_metrics_),
      venue_connected_(config.venues.size()),
      rounds_(config.venues.size()),
      close_out_(config.portfolio.accounts.size(), config.instruments),
      waiting_quotes_(config.instruments.size(), config.venues.size()),
      experiments_(config.experiments, strategies_of(config), config.instruments.size(), links.registry),
      has_machine_clock_(mode == StageClock::Mode::Live),
      now_(start),
      next_tick_(start.monotonic) {
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    strategies_.emplace_back(static_cast<orders::StrategyId>(i), config.strategies[i], config.instruments);
    if (!config.strategies[i].enabled) risk_.enable_strategy(static_cast<orders::StrategyId>(i), false);
  }
  for (const orders::Instrument& instrument : config.instruments) {
    const bool is_followed = std::ranges::any_of(
        strategies_, [&](const Strategy& strategy) { return strategy.watches(instrument.id); });
    // Of what models see no quote may be passed over: their features are about each of them.
    const bool is_studied = std::ranges::any_of(config.models, [&](const ModelConfig& model) {
      return model.instruments.empty() || std::ranges::count(model.instruments, instrument.id) > 0;
    });
    is_watched_.push_back(is_followed || is_studied);
  }
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    venue_connected_[i] = config.venues[i].healthy_at_start;
    router_.set_venue_available(static_cast<orders::VenueId>(i), venue_connected_[i]);
    venue_metrics_.connected(static_cast<orders::VenueId>(i), venue_connected_[i]);
    rounds_[i].due = start.monotonic + config.reconciliation.every;
  }
  // Under a manual clock no check takes any time.
  if (mode == StageClock::Mode::Live) {
    risk_.time_checks([this] { return clock_.monotonic(); }, kTimedChecksOneIn);
  }
  if (links_.observer != nullptr) {
    orders_.on_forget([this](const orders::Order& order) { links_.observer->forgotten(order); });
  }
}

Core::~Core() = default;

void Core::declare(monitoring::Registry& registry) {
  orders::OrderMetrics::declare(registry);
  positions::PositionMetrics::declare(registry);
  // These declare their families as they take their series; one of each name is enough for that.
  const std::vector<std::string> names{"any"};
  const risk::RiskMetrics risk(registry, names, names, names, names);
  const VenueMetrics venues(registry, names);
  const ReconciliationMetrics reconciliation(registry, names);
  MarketDataMetrics::declare(registry);
  CoreMetrics::declare(registry);
  WatchMetrics::declare(registry);
  Analysis::declare(registry);
  risk::ScenarioMetrics::declare(registry);
  Experiments::declare(registry);
}

namespace {

template <typename Id>
bool is_place(Id id, Id none, std::size_t count) noexcept {
  return id == none || orders::index(id) < count;
}

}  // namespace

bool Core::is_known(const orders::OrderRequest& request) const noexcept {
  return is_place(request.account, orders::kNoAccount, config_.portfolio.accounts.size()) &&
         is_place(request.strategy, orders::kNoStrategy, config_.strategies.size()) &&
         is_place(request.instrument, orders::kNoInstrument, config_.instruments.size()) &&
         is_place(request.venue, orders::kNoVenue, config_.venues.size());
}

bool Core::is_known(const orders::ExecutionReport& report) const noexcept {
  return is_place(report.instrument, orders::kNoInstrument, config_.instruments.size()) &&
         is_place(report.commission_currency, orders::kNoCurrency, config_.currencies.size());
}

bool Core::is_known(const orders::MarketEvent& event) const noexcept {
  return orders::index(event.instrument) < config_.instruments.size() &&
         orders::index(event.venue) < config_.venues.size();
}

bool Core::is_known(const Signal& signal) const noexcept {
  return orders::index(signal.instrument) < config_.instruments.size();
}

bool Core::is_known(const ControlCommand& command) const noexcept {
  using Kind = ControlCommand::Kind;
  const bool names_strategy = command.kind == Kind::EnableStrategy || command.kind == Kind::DisableStrategy;
  const bool names_venue = command.kind == Kind::PauseVenue || command.kind == Kind::ResumeVenue;
  if (names_strategy && orders::index(command.strategy) >= config_.strategies.size()) return false;
  if (names_venue && orders::index(command.venue) >= config_.venues.size()) return false;
  return command.kind != Kind::ReloadLimits || command.limits != nullptr;
}

void Core::start_journal(RecordRing& ring, std::uint64_t next_sequence, std::uint32_t hash_every) noexcept {
  tape_.record(&ring, next_sequence, clock_.is_live());
  hash_every_ = hash_every;
  events_since_hash_ = 0;
  kept_ = config_.journal.market_data;
}

void Core::begin_run(orders::EventTime now) noexcept {
  clock_.set(now);
  now_ = now;
  next_tick_ = now.monotonic;
  strategies_run_ = true;
  waiting_quotes_.clear();  // of a market that was then
  for (ReconciliationRound& round : rounds_) round.due = now.monotonic + config_.reconciliation.every;
}

void Core::end_journal(orders::EventTime now) noexcept {
  take_up_quotes(now);
  tape_.begin(RecordType::RunEnded, now, [](WireWriter&) {});
  tape_.end();
}

/// What every event ends with.
void Core::end_event() noexcept {
  judge_changes();
  tape_.end();
  if (hash_every_ == 0 || ++events_since_hash_ < hash_every_) return;
  events_since_hash_ = 0;
  tape_.begin(RecordType::StateHash, now_, [this](WireWriter& out) { out(hash_.value()); });
  tape_.end();
}

void Core::on_request(const orders::OrderRequest& request, bool venue_known, orders::EventTime now) noexcept {
  take_up_quotes(now);
  begin_event(RecordType::Request, now, [&](WireWriter& out) {
    out(venue_known);
    fields(out, request);
  });
  metrics_.handled(CoreEvent::Request, handle_request(request, venue_known, now));
  end_event();
}

void Core::request(const orders::OrderRequest& request) noexcept {
  tape_.requested(request);
  metrics_.handled(CoreEvent::Request, handle_request(request, true, now_));
}

void Core::on_venue(const VenueEvent& event, orders::EventTime now) noexcept {
  take_up_quotes(now);
  if (event.kind == VenueEvent::Kind::Report) {
    begin_event(RecordType::Report, now, [&](WireWriter& out) { fields(out, event.report); });
  } else {
    const bool connected = event.kind == VenueEvent::Kind::Connected;
    begin_event(RecordType::VenueConnection, now, [&](WireWriter& out) {
      out(event.venue);
      out(connected);
    });
  }
  bool ok = true;
  switch (event.kind) {
    case VenueEvent::Kind::Report:
      ok = apply_report(event.report, now);
      break;
    case VenueEvent::Kind::Connected:
      venue_connection(event.venue, true, now);
      break;
    case VenueEvent::Kind::Disconnected:
      venue_connection(event.venue, false, now);
      break;
  }
  after_risk_event(now);
  metrics_.handled(CoreEvent::VenueEvent, ok);
  end_event();
}

void Core::venue_connection(orders::VenueId venue, bool connected, orders::EventTime now) noexcept {
  venue_connected_[orders::index(venue)] = connected;
  venue_metrics_.connected(venue, connected);
  log_.venue_connection(venue, connected, now);
  if (connected) {
    start_round(venue, now);
    return;
  }
  venue_metrics_.failed(venue, VenueError::Disconnected);
  risk_.venue_failed(venue, now);
}

void Core::on_alert(const AlertNote& note, orders::EventTime now) noexcept {
  take_up_quotes(now);
  begin_event(RecordType::Alert, now, [&](WireWriter& out) { fields(out, note); });
  alerts_.note(note);
  hash_.add(static_cast<std::uint64_t>(note.state));
  hash_.add(orders::hash_text(note.name.view()));
  hash_.add(orders::hash_text(note.labels.view()));
  if (links_.observer != nullptr) links_.observer->alert(note, now);
  analysis_.alert(note, now.wall);
  metrics_.handled(CoreEvent::Alert, true);
  end_event();
}

void Core::on_timer(orders::EventTime now) noexcept {
  take_up_quotes(now);
  begin_event(RecordType::Timer, now, [](WireWriter&) {});
  run_retries(now);
  run_sweeps(now);
  const std::size_t doubtful = orders_.mark_in_doubt(now.monotonic, [&](orders::Order& order) {
    venue_metrics_.failed(order.venue, VenueError::Timeout);
    order_metrics_.failed(order, orders::FailureReason::Timeout);
    risk_.venue_failed(order.venue, now);
    ask_status(order, now);
  });
  if (doubtful > 0) log_.in_doubt(doubtful, now);
  if (now.monotonic >= next_tick_) {
    tick(now);
    next_tick_ = now.monotonic + kTickInterval;
    run_rounds(now);
    hash_figures();
    tick_watches();
  }
  after_risk_event(now);
  metrics_.handled(CoreEvent::Timer, true);
  end_event();
}

void Core::hash_figures() noexcept {
  hash_.add(orders_.live_count());
  hash_.add(orders_.in_doubt_count());
  for (std::size_t i = 0; i < portfolio_.account_count(); ++i) {
    const positions::AccountResult result = portfolio_.result(static_cast<orders::AccountId>(i));
    hash_.add(result.equity);
    hash_.add(result.day_pnl);
    hash_.add(result.peak_equity);
  }
}

orders::Duration Core::next_timer() const noexcept {
  return std::min(next_tick_, next_deadline());
}

orders::Duration Core::next_deadline() const noexcept {
  if (sweep_pending()) return now_.monotonic;
  return std::min(retries_.next_due(), orders_.next_timeout());
}

bool Core::sweep_pending() const noexcept {
  return std::any_of(sweeps_.begin(), sweeps_.end(),
                     [](const Sweep& sweep) { return sweep.what != Sweep::What::None; });
}

void Core::tick(orders::EventTime now) noexcept {
  portfolio_.tick(now);
  risk_.tick(now);
  order_metrics_.tick(now);
  order_metrics_.in_doubt(orders_.in_doubt_count(), orders_.oldest_in_doubt_age(now.monotonic));
  order_metrics_.table(orders_);
  note_rates();
  analysis_.tick(now);
  run_close_out(now);
  roll_session(now);
  for (const orders::Instrument& instrument : config_.instruments) {
    const orders::Quote& reference = board_.reference(instrument.id);
    const bool quoted = reference.bid || reference.ask;
    market_metrics_.symbol_active(
        instrument.id, quoted && now.wall - reference.time <= risk_.limits().stale_reference_after);
    for (std::size_t i = 0; i < config_.venues.size(); ++i) {
      const auto venue = static_cast<orders::VenueId>(i);
      const orders::Quote& quote = board_.venue_quote(instrument.id, venue);
      if (quote.time == orders::Timestamp{}) continue;
      market_metrics_.microstructure(instrument.id, venue, quote,
                                     displayed_usd(instrument, quote.bid, quote.bid_size),
                                     displayed_usd(instrument, quote.ask, quote.ask_size));
    }
  }
}

/// At the session's end DAY orders are over. What was not sent ends here; what works at a venue is the
/// venue's to expire, and a little later it is asked for what it did not tell.
void Core::roll_session(orders::EventTime now) noexcept {
  const std::int64_t session = session_of(now.wall, config_.session_end);
  const bool is_first = !session_;
  // A wall clock that was set back does not begin an earlier one again.
  if (session_ && session <= *session_) return;
  session_ = session;
  if (is_first) return;
  std::size_t unsent = 0;
  orders_.for_each_open(orders::kNoOrder, [&](orders::Order& order) {
    if (!order.held || order.time_in_force != orders::TimeInForce::Day) return true;
    retries_.remove(order.id);
    risk::Verdict verdict;
    verdict.reason = orders::DenyReason::SessionEnded;
    give_up(order, verdict, now);
    ++unsent;
    return true;
  });
  for (ReconciliationRound& round : rounds_) round.due = std::min(round.due, now.monotonic + kExpiryGrace);
  metrics_.session_rolled();
  log_.session_rolled(unsent, now);
}

std::optional<double> Core::displayed_usd(const orders::Instrument& instrument,
                                          std::optional<orders::Price> price,
                                          std::optional<orders::Quantity> size) const noexcept {
  if (!price || !size) return std::nullopt;
  const auto value = orders::value_of(instrument, *price, *size);
  if (!value) return std::nullopt;
  const auto converted =
      portfolio_.convert(value->rounded(), instrument.settlement, config_.portfolio.reporting_currency);
  if (!converted) return std::nullopt;
  return converted->to_double();
}

void Core::after_risk_event(orders::EventTime now) noexcept {
  if (const risk::TradingState state = risk_.trading_state(); state != last_state_) {
    last_state_ = state;
    hash_.add(static_cast<std::uint64_t>(state) << 8U | static_cast<std::uint64_t>(risk_.halt_reason()));
    log_.trading_state(state, risk_.halt_reason(), now);
  }
  if (risk_.take_cancel_all_request()) {
    Sweep sweep;
    sweep.what = Sweep::What::Matching;
    start_sweep(sweep);
    run_sweeps(now);
  }
}

const orders::Quote& Core::reference(orders::InstrumentId instrument) const noexcept {
  return instrument == orders::kNoInstrument ? no_reference_ : board_.reference(instrument);
}

std::optional<orders::Money> Core::reporting(orders::Money amount,
                                             orders::CurrencyId currency) const noexcept {
  return portfolio_.convert(amount, currency, config_.portfolio.reporting_currency);
}

}  // namespace vigil::engine
