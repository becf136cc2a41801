#include "engine/core/live_engine.h"

#include <algorithm>

namespace vigil::engine {
namespace {

constexpr int kReportBatch = 64;
constexpr int kMarketBatch = 32;
constexpr int kRequestBatch = 16;
constexpr std::size_t kControlCapacity = 64;
/// All alerts of the shipped rules at once, and again.
constexpr std::size_t kAlertCapacity = 1024;
constexpr int kAlertBatch = 8;
constexpr int kSignalBatch = 16;
/// A thread that finds nothing to do sleeps this long: short against a venue's round trip, long enough to
/// leave the machine to others.
constexpr auto kIdleSleep = std::chrono::microseconds{50};
constexpr auto kAnalysisSleep = std::chrono::milliseconds{2};
/// How often who waits for a command's end looks.
constexpr auto kAnswerSleep = std::chrono::microseconds{100};
/// How long a stop waits for venues to confirm the last cancels.
constexpr auto kWindDown = std::chrono::seconds{3};

/// What a venue would say of a command that never reached it.
VenueEvent not_sent(const VenueCommand& command, orders::EventTime now) noexcept {
  VenueEvent event;
  event.venue = command.venue;
  event.report.kind = command.kind == VenueCommand::Kind::New ? orders::ReportKind::Rejected
                                                              : orders::ReportKind::UpdateRejected;
  event.report.order = command.order;
  event.report.venue = command.venue;
  event.report.venue_time = now.wall;
  event.report.reason = orders::RejectReason::Other;
  event.report.text = decltype(event.report.text)::truncated("not sent: it could not be journaled");
  return event;
}

}  // namespace

LiveEngine::LiveEngine(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger,
                       Journal* journal)
    : config_(config),
      journal_(journal),
      market_queue_(config.market_queue_capacity),
      report_queue_(config.report_queue_capacity),
      command_queue_(config.command_queue_capacity),
      control_queue_(kControlCapacity),
      alert_queue_(kAlertCapacity),
      views_(config),
      venue_up_(config.venues.size()) {
  const orders::EventTime start = machine_time();
  std::vector<orders::VenueId> venue_ids;
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    const auto id = static_cast<orders::VenueId>(i);
    venue_ids.push_back(id);
    venues_.push_back(std::make_unique<SimulatedVenue>(id, config.venues[i], config.instruments,
                                                       config.currencies, config.session_end));
    venue_up_[i].store(config.venues[i].healthy_at_start);
    dropped_.push_back({registry.counter(metric::kMarketDropped, {config.venues[i].name, "quote"}),
                        registry.counter(metric::kMarketDropped, {config.venues[i].name, "trade"})});
  }
  market_ = std::make_unique<SyntheticMarket>(config.synthetic, config.instruments, venue_ids, start.wall);
  if (!config.models.empty()) signals_ = std::make_unique<SignalDesk>(config, registry, logger);
  core_ =
      std::make_unique<Core>(config, StageClock::Mode::Live,
                             CoreLinks{registry, logger, *this, nullptr, &watches_, signals_.get()}, start);

  stalls_ = registry.counter(metric::kReportStalls, {});
  published_market_ = {registry.counter(metric::kBusPublished, {"market_data", "quotes"}),
                       registry.counter(metric::kBusPublished, {"market_data", "trades"})};
  market_restarts_ = registry.counter(metric::kComponentRestarts, {"market_data"});
  published_reports_ = registry.counter(metric::kBusPublished, {"execution_engine", "reports"});
  alerts_dropped_ = registry.counter(metric::kAlertsNotRecorded, {});
  published_orders_ = registry.counter(metric::kBusPublished, {"execution_engine", "orders"});
  depth_ = {registry.gauge(metric::kQueueDepth, {"market_data", "market"}, 0),
            registry.gauge(metric::kQueueDepth, {"execution_engine", "reports"}, 0),
            registry.gauge(metric::kQueueDepth, {"execution_engine", "commands"}, 0)};
  const auto capacity = [&](std::string_view component, std::string_view queue, std::size_t entries) {
    static_cast<void>(
        registry.gauge(metric::kQueueCapacity, {component, queue}, static_cast<double>(entries)));
  };
  capacity("market_data", "market", config.market_queue_capacity);
  capacity("execution_engine", "reports", config.report_queue_capacity);
  capacity("execution_engine", "commands", config.command_queue_capacity);
  pulse_.core_ns.store(start.monotonic.count());
  pulse_.market_ns.store(start.monotonic.count());
}

void LiveEngine::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kQueueDepth, &metric::kQueueCapacity, &metric::kMarketDropped, &metric::kReportStalls,
        &metric::kBusPublished, &metric::kComponentRestarts, &metric::kAlertsNotRecorded}) {
    registry.declare(*definition);
  }
}

LiveEngine::~LiveEngine() {
  stop();
}

void LiveEngine::recover() {
  if (journal_ == nullptr) return;
  journal_->recover(*core_);
  const std::int64_t now = machine_time().monotonic.count();
  pulse_.core_ns.store(now);
  pulse_.market_ns.store(now);
}

void LiveEngine::start() {
  if (journal_ != nullptr) journal_->start(*core_);
  core_->analysis().defer();
  running_ = true;
  core_thread_ = std::thread([this] { run_core(); });
  market_thread_ = std::thread([this] { run_market(); });
  analysis_thread_ = std::thread([this] { run_analysis(); });
  if (signals_) signals_->start();
}

void LiveEngine::stop() {
  if (!running_) return;
  winding_down_.store(true);
  if (config_.on_shutdown == OnShutdown::CancelOrders) {
    ControlCommand cancel;
    cancel.kind = ControlCommand::Kind::CancelAll;
    static_cast<void>(control(cancel, std::chrono::seconds{1}));
    const auto deadline = std::chrono::steady_clock::now() + kWindDown;
    while (pulse_.working_orders.load() > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
  running_ = false;
  has_stopped_ = true;
  stop_core_.store(true);
  core_thread_.join();
  if (signals_) signals_->stop();
  stop_market_.store(true);
  market_thread_.join();
  stop_analysis_.store(true);
  analysis_thread_.join();
  if (journal_ != nullptr) journal_->stop();
}

std::optional<std::uint64_t> LiveEngine::push_control(const ControlCommand& command) noexcept {
  const std::lock_guard lock(control_mutex_);
  if (has_stopped_ || !control_queue_.push(command)) return std::nullopt;
  return ++controls_sent_;
}

bool LiveEngine::post(const ControlCommand& command) noexcept {
  return push_control(command).has_value();
}

void LiveEngine::note_alert(const AlertNote& note) noexcept {
  if (!alert_queue_.push(note)) alerts_dropped_.add();
}

bool LiveEngine::control(const ControlCommand& command, std::chrono::milliseconds patience) {
  // The core takes commands up in their order, so counting them tells when this one is done.
  const auto number = push_control(command);
  if (!number) return false;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (controls_done_.load(std::memory_order_acquire) < *number) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kAnswerSleep);
  }
  return wait_until_durable(pulse_.recorded.load(std::memory_order_acquire), deadline);
}

std::optional<OrderAnswer> LiveEngine::place(const orders::OrderRequest& request, bool venue_known,
                                             std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  OrderAnswer answer;
  if (desk_.ask(request, venue_known, patience, answer) != OrderDesk::Outcome::Answered) return std::nullopt;
  if (!wait_until_durable(answer.record, deadline)) return std::nullopt;
  // Not after a failure of the disk: what is acknowledged is kept.
  const bool waits = journal_ != nullptr && journal_->ack() == JournalAck::Durable;
  if (waits && journal_->durable() < answer.record) return std::nullopt;
  return answer;
}

/// A command is done when it cannot be forgotten any more. A disk that has failed is not waited for: what
/// could be done was done.
bool LiveEngine::wait_until_durable(std::uint64_t record,
                                    std::chrono::steady_clock::time_point deadline) const {
  if (journal_ == nullptr || journal_->ack() == JournalAck::Async) return true;
  while (journal_->durable() < record && journal_->health() != JournalHealth::Failed) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kAnswerSleep);
  }
  return true;
}

void LiveEngine::sample_queues() noexcept {
  depth_[0].set(static_cast<double>(market_queue_.read_available()));
  depth_[1].set(static_cast<double>(report_queue_.read_available()));
  depth_[2].set(static_cast<double>(command_queue_.read_available()));
  if (signals_) signals_->sample();
  if (journal_ != nullptr) journal_->sample(pulse_.recorded.load(std::memory_order_relaxed));
}

void LiveEngine::run_core() {
  last_state_ = core_->risk().trading_state();  // of the run before: that was told then
  open_sessions();
  // What is to be in force when the first order comes.
  while (take_command()) continue;
  while (!stop_core_.load(std::memory_order_relaxed)) {
    if (!turn_core()) std::this_thread::sleep_for(kIdleSleep);
  }
  if (!may_take_up()) core_->forget_quotes();
  core_->end_journal(machine_time());
}

/// A core that was recovered knows the connections of another process: they ended with it. Its limits are
/// those that were in force; the configuration's take their place.
void LiveEngine::open_sessions() noexcept {
  if (core_->orders().remembered_count() == 0 && core_->tape().next_sequence() <= 2) return;
  if (!(core_->risk().limits() == config_.limits)) {
    ControlCommand reload;
    reload.kind = ControlCommand::Kind::ReloadLimits;
    reload.limits = &config_.limits;
    core_->on_control(reload, machine_time());
  }
  if (journal_ != nullptr) {
    for (const auto& [strategy, enabled] : journal_->switched_strategies()) {
      ControlCommand command;
      command.kind = enabled ? ControlCommand::Kind::EnableStrategy : ControlCommand::Kind::DisableStrategy;
      command.strategy = strategy;
      core_->on_control(command, machine_time());
    }
  }
  for (std::size_t i = 0; i < venues_.size(); ++i) {
    VenueEvent event;
    event.venue = static_cast<orders::VenueId>(i);
    event.kind = VenueEvent::Kind::Disconnected;
    if (core_->venue_connected(event.venue)) core_->on_venue(event, machine_time());
    event.kind = VenueEvent::Kind::Connected;
    if (config_.venues[i].healthy_at_start) core_->on_venue(event, machine_time());
  }
}

/// Nothing is traded that cannot be recorded, whatever a person says.
void LiveEngine::watch_journal() noexcept {
  if (journal_ == nullptr || journal_->health() == JournalHealth::Good) return;
  if (core_->risk().trading_state() == risk::TradingState::Halted) return;
  ControlCommand halt;
  halt.kind = ControlCommand::Kind::JournalFailed;
  if (!may_take_up()) core_->forget_quotes();
  core_->on_control(halt, machine_time());
}

/// The core is brought up to the market first, as every event asks for, with room for each quote. Whoever
/// asks reads the clock for what comes next behind that.
bool LiveEngine::may_take_up() noexcept {
  while (core_->has_quotes_waiting()) {
    if (!has_room()) return false;
    core_->take_up_quote(machine_time());
  }
  return has_room();
}

bool LiveEngine::take_command() noexcept {
  if (control_queue_.read_available() == 0 || !may_take_up()) return false;
  ControlCommand command;
  control_queue_.pop(command);
  core_->on_control(command, machine_time());
  pulse_.recorded.store(core_->tape().next_sequence() - 1, std::memory_order_release);
  controls_done_.fetch_add(1, std::memory_order_release);
  return true;
}

bool LiveEngine::take_market() noexcept {
  bool worked = false;
  for (int i = 0; i < kMarketBatch && market_queue_.read_available() > 0; ++i) {
    const MarketItem& next = market_queue_.front();
    if (core_->takes_up_at_once(next.event) && !may_take_up()) break;
    const orders::EventTime now = machine_time();
    core_->on_market(next.event, now, now.monotonic - next.queued);
    market_queue_.pop();
    worked = true;
  }
  return worked;
}

// One turn over all queues, each in bounded batches. Commands of people and reports of venues come before the
// market: acting on what is known beats learning more.
bool LiveEngine::turn_core() noexcept {
  watch_journal();
  bool worked = take_command();
  for (int i = 0; i < kRequestBatch && desk_.has_questions() && may_take_up(); ++i)
    worked = desk_.serve(*core_, machine_time()) || worked;
  const auto take = [this, &worked](auto& queue, int most, const auto& take_up) {
    for (int i = 0; i < most && queue.read_available() > 0 && may_take_up(); ++i) {
      take_up(queue.front());
      queue.pop();
      worked = true;
    }
  };
  take(report_queue_, kReportBatch,
       [this](const VenueEvent& report) { core_->on_venue(report, machine_time()); });
  take(alert_queue_, kAlertBatch, [this](const AlertNote& alert) { core_->on_alert(alert, machine_time()); });
  if (winding_down_.load(std::memory_order_relaxed)) core_->stop_strategies();
  if (signals_) {
    worked = signals_->take(
                 kSignalBatch, [this] { return may_take_up(); },
                 [this](const Signal& signal) { core_->on_signal(signal, machine_time()); }) ||
             worked;
  }
  worked = take_market() || worked;
  orders::EventTime now = machine_time();
  if (now.monotonic >= core_->next_timer() && may_take_up()) {
    now = machine_time();
    core_->on_timer(now);
  }
  worked = views_.serve(*core_, now) || worked;

  pulse_.core_ns.store(now.monotonic.count(), std::memory_order_relaxed);
  const risk::TradingState state = core_->risk().trading_state();
  if (state == risk::TradingState::Halted && last_state_ != state) {
    pulse_.halt_reason.store(static_cast<std::uint8_t>(core_->risk().halt_reason()),
                             std::memory_order_relaxed);
    pulse_.halts.fetch_add(1, std::memory_order_release);
  }
  last_state_ = state;
  pulse_.trading_state.store(static_cast<std::uint8_t>(state), std::memory_order_relaxed);
  pulse_.working_orders.store(core_->orders().live_count(), std::memory_order_relaxed);
  pulse_.recorded.store(core_->tape().next_sequence() - 1, std::memory_order_release);
  return worked;
}

/// Nobody waits for it: it may sleep longer than the others.
void LiveEngine::run_analysis() {
  Analysis& analysis = core_->analysis();
  while (!stop_analysis_.load(std::memory_order_acquire)) {
    if (!analysis.drain()) std::this_thread::sleep_for(kAnalysisSleep);
  }
  while (analysis.drain()) continue;
}

void LiveEngine::run_market() {
  next_event_ = market_->next();
  while (!stop_market_.load(std::memory_order_relaxed)) {
    if (!turn_market(machine_time())) std::this_thread::sleep_for(kIdleSleep);
  }
}

/// What was missed is not made up for: an old quote is worth nothing.
void LiveEngine::resubscribe(orders::EventTime now) {
  while (next_event_ && next_event_->time < now.wall) next_event_ = market_->next();
  market_restarts_.add();
}

LiveEngine::Passage LiveEngine::passage_of(const Outgoing& outgoing) const noexcept {
  if (journal_ == nullptr || journal_->ack() == JournalAck::Async) return Passage::Pass;
  if (journal_->durable() >= outgoing.record) return Passage::Pass;
  if (journal_->health() != JournalHealth::Failed) return Passage::Wait;
  using Kind = VenueCommand::Kind;
  const bool trades = outgoing.command.kind == Kind::New || outgoing.command.kind == Kind::Replace;
  return trades ? Passage::Refuse : Passage::Pass;
}

/// In their order, as far as the journal has come. False: there was nothing to send.
bool LiveEngine::send_commands(orders::EventTime now) {
  bool worked = false;
  while (command_queue_.read_available() > 0) {
    const Outgoing& next = command_queue_.front();
    const Passage passage = passage_of(next);
    if (passage == Passage::Wait) break;
    if (passage == Passage::Refuse) {
      if (!deliver(not_sent(next.command, now), now.wall)) break;
    } else {
      venues_[orders::index(next.command.venue)]->submit(next.command, now.wall);
    }
    command_queue_.pop();
    worked = true;
  }
  return worked;
}

bool LiveEngine::turn_market(orders::EventTime now) {
  if (restart_market_.exchange(false)) resubscribe(now);
  bool worked = send_commands(now);
  for (int i = 0; i < kMarketBatch && next_event_ && next_event_->time <= now.wall; ++i) {
    const orders::MarketEvent& event = *next_event_;
    for (const auto& venue : venues_) {
      venue->advance(event.time, *this);
      venue->on_market(event);
    }
    const auto kind = static_cast<std::size_t>(event.kind);
    if (market_queue_.push({event, now.monotonic})) {
      published_market_[kind].add();
    } else {
      dropped_[orders::index(event.venue)][kind].add();
    }
    pulse_.market_ns.store(now.monotonic.count(), std::memory_order_relaxed);
    next_event_ = market_->next();
    worked = true;
  }
  std::uint32_t connected = 0;
  for (std::size_t i = 0; i < venues_.size(); ++i) {
    venues_[i]->advance(now.wall, *this);
    venue_up_[i].store(venues_[i]->connected(), std::memory_order_relaxed);
    connected += venues_[i]->connected() ? 1 : 0;
  }
  pulse_.venues_connected.store(connected, std::memory_order_relaxed);
  return worked;
}

SendResult LiveEngine::send(const VenueCommand& command, orders::EventTime /*now*/) noexcept {
  if (!venue_up_[orders::index(command.venue)].load(std::memory_order_relaxed))
    return SendResult::Disconnected;
  if (!command_queue_.push({command, core_->tape().next_sequence()})) return SendResult::QueueFull;
  published_orders_.add();
  return SendResult::Sent;
}

bool LiveEngine::deliver(const VenueEvent& event, orders::Timestamp /*now*/) {
  if (!report_queue_.push(event)) {
    stalls_.add();
    return false;
  }
  published_reports_.add();
  return true;
}

}  // namespace vigil::engine
