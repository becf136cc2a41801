#include "engine/core/live_engine.h"

#include <algorithm>

namespace vigil::engine {
namespace {

constexpr int kReportBatch = 64;
constexpr int kMarketBatch = 32;
constexpr std::size_t kControlCapacity = 64;
/// A thread that finds nothing to do sleeps this long: short against a venue's round trip, long enough to
/// leave the machine to others.
constexpr auto kIdleSleep = std::chrono::microseconds{50};
/// How long a stop waits for venues to confirm the last cancels.
constexpr auto kWindDown = std::chrono::seconds{3};

std::int64_t monotonic_ns() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

LiveEngine::LiveEngine(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger)
    : config_(config),
      market_queue_(config.market_queue_capacity),
      report_queue_(config.report_queue_capacity),
      command_queue_(config.command_queue_capacity),
      control_queue_(kControlCapacity),
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
  core_ = std::make_unique<Core>(config, StageClock::Mode::Live,
                                 CoreLinks{registry, logger, *this, nullptr, &watches_}, start);

  stalls_ = registry.counter(metric::kReportStalls, {});
  published_market_ = {registry.counter(metric::kBusPublished, {"market_data", "quotes"}),
                       registry.counter(metric::kBusPublished, {"market_data", "trades"})};
  market_restarts_ = registry.counter(metric::kComponentRestarts, {"market_data"});
  published_reports_ = registry.counter(metric::kBusPublished, {"execution_engine", "reports"});
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
  pulse_.core_ns.store(monotonic_ns());
  pulse_.market_ns.store(monotonic_ns());
}

void LiveEngine::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kQueueDepth, &metric::kQueueCapacity, &metric::kMarketDropped, &metric::kReportStalls,
        &metric::kBusPublished, &metric::kComponentRestarts}) {
    registry.declare(*definition);
  }
}

LiveEngine::~LiveEngine() {
  stop();
}

void LiveEngine::start() {
  running_ = true;
  core_thread_ = std::thread([this] { run_core(); });
  market_thread_ = std::thread([this] { run_market(); });
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
  stop_market_.store(true);
  market_thread_.join();
}

std::optional<std::uint64_t> LiveEngine::push_control(const ControlCommand& command) noexcept {
  const std::lock_guard lock(control_mutex_);
  if (has_stopped_ || !control_queue_.push(command)) return std::nullopt;
  return ++controls_sent_;
}

bool LiveEngine::post(const ControlCommand& command) noexcept {
  return push_control(command).has_value();
}

bool LiveEngine::control(const ControlCommand& command, std::chrono::milliseconds patience) {
  // The core takes commands up in their order, so counting them tells when this one is done.
  const auto number = push_control(command);
  if (!number) return false;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (controls_done_.load(std::memory_order_acquire) < *number) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::microseconds{100});
  }
  return true;
}

void LiveEngine::sample_queues() noexcept {
  depth_[0].set(static_cast<double>(market_queue_.read_available()));
  depth_[1].set(static_cast<double>(report_queue_.read_available()));
  depth_[2].set(static_cast<double>(command_queue_.read_available()));
}

void LiveEngine::run_core() {
  // What is to be in force when the first order comes.
  while (take_command()) continue;
  while (!stop_core_.load(std::memory_order_relaxed)) {
    if (!turn_core()) std::this_thread::sleep_for(kIdleSleep);
  }
}

bool LiveEngine::take_command() noexcept {
  ControlCommand command;
  if (!control_queue_.pop(command)) return false;
  core_->on_control(command, machine_time());
  controls_done_.fetch_add(1, std::memory_order_release);
  return true;
}

// One turn over all queues, each in bounded batches. Commands of people and reports of venues come before the
// market: acting on what is known beats learning more.
bool LiveEngine::turn_core() noexcept {
  bool worked = take_command();
  VenueEvent report;
  for (int i = 0; i < kReportBatch && report_queue_.pop(report); ++i) {
    core_->on_venue(report, machine_time());
    worked = true;
  }
  if (winding_down_.load(std::memory_order_relaxed)) core_->stop_strategies();
  MarketItem market;
  for (int i = 0; i < kMarketBatch && market_queue_.pop(market); ++i) {
    const orders::EventTime now = machine_time();
    core_->on_market(market.event, now, now.monotonic - market.queued);
    worked = true;
  }
  const orders::EventTime now = machine_time();
  if (now.monotonic >= core_->next_timer()) core_->on_timer(now);
  worked = views_.serve(*core_, now) || worked;

  pulse_.core_ns.store(now.monotonic.count(), std::memory_order_relaxed);
  pulse_.trading_state.store(static_cast<std::uint8_t>(core_->risk().trading_state()),
                             std::memory_order_relaxed);
  pulse_.working_orders.store(core_->orders().live_count(), std::memory_order_relaxed);
  return worked;
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

bool LiveEngine::turn_market(orders::EventTime now) {
  bool worked = false;
  if (restart_market_.exchange(false)) resubscribe(now);
  VenueCommand command;
  while (command_queue_.pop(command)) {
    venues_[orders::index(command.venue)]->submit(command, now.wall);
    worked = true;
  }
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
  if (!command_queue_.push(command)) return SendResult::QueueFull;
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
