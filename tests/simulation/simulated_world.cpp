#include "simulated_world.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;
using orders::Money;
using orders::Order;
using orders::Price;
using orders::Quantity;

namespace {

constexpr orders::InstrumentId kInstruments[] = {orders::InstrumentId{0}, orders::InstrumentId{1}};

JournalConfig small_journal(Random& random) {
  JournalConfig config;
  config.segment_bytes = std::uint64_t{64} << 10U;
  config.hash_every = 8;
  config.market_data = static_cast<MarketDataKept>(random.below(3));
  config.snapshot_every = random.chance(0.8) ? 1 : 0;  // and no fewer than the snapshot itself has
  config.retention = random.chance(0.5) ? orders::Duration{10s} : orders::Duration{};
  return config;
}

/// Segments so short are for worlds alone.
std::string as_configured(EngineConfig config) {
  config.journal = {};
  return show_config(config);
}

std::string written_down(const Core& core, const monitoring::Registry& registry) {
  return make_snapshot({{}, core.now(), {}}, core, registry);
}

Price cents(std::int64_t value) {
  return Price::from_raw(value * 1'000'000);
}

}  // namespace

SimulatedWorld::Engine::Engine(SimulatedWorld& in, orders::EventTime at)
    : world(in),
      logger(in.log_, registry, [](std::string_view) {}),
      writer(ring, in.disk_, in.config_.journal, nullptr),
      snapshot_metrics(registry),
      keeper(in.disk_, in.config_, logger, snapshot_metrics),
      core(in.config_, StageClock::Mode::Manual, CoreLinks{registry, logger, *this}, at) {}

SendResult SimulatedWorld::Engine::send(const VenueCommand& command, orders::EventTime) noexcept {
  if (!world.venues_[orders::index(command.venue)]->connected()) return SendResult::Disconnected;
  if (outbox.size() > 200) return SendResult::QueueFull;
  world.check_sent(command);
  outbox.push_back({command, core.tape().next_sequence()});
  return SendResult::Sent;
}

EngineConfig SimulatedWorld::config_of(Random& random) {
  EngineConfig config;
  config.metrics_enabled = false;
  config.journal = small_journal(random);
  config.currencies = {{"USD", 2}};
  for (const char* symbol : {"ONE", "TWO"}) {
    orders::Instrument instrument;
    instrument.id = static_cast<orders::InstrumentId>(config.instruments.size());
    instrument.symbol = symbol;
    instrument.quote = instrument.settlement = orders::CurrencyId{0};
    instrument.tick_size = cents(1);
    instrument.lot_size = Quantity{1};
    config.instruments.push_back(instrument);
  }
  for (const char* name : {"A", "B"}) {
    SimulatedVenueConfig venue;
    venue.name = name;
    venue.seed = random.bits();
    venue.taker.notional_ratio = *orders::Ratio::parse("0.0001");
    FaultConfig& faults = venue.faults;
    const auto sometimes = [&random](double probability) { return random.chance(0.5) ? probability : 0.0; };
    faults.drop_report = sometimes(0.05);
    faults.repeat_report = sometimes(0.05);
    faults.reorder_reports = sometimes(0.05);
    faults.delay_report = sometimes(0.05);
    faults.late_fill_after_cancel = sometimes(0.1);
    faults.reject_order = sometimes(0.1);
    if (random.chance(0.3)) faults.disconnect_every = 20s;
    config.venues.push_back(venue);
  }
  for (const char* name : {"main", "other"}) {
    positions::AccountConfig account;
    account.name = name;
    account.base_currency = orders::CurrencyId{0};
    account.initial_capital = Money{1'000'000};
    config.portfolio.accounts.push_back(account);
  }
  config.portfolio.reporting_currency = orders::CurrencyId{0};
  config.portfolio.strategy_count = 1;
  StrategyConfig strategy;
  strategy.name = "manual";
  strategy.account = orders::AccountId{0};
  config.strategies.push_back(strategy);
  config.orders.order_capacity = 4096;
  config.orders.fill_capacity = 16384;
  config.orders.response_timeout = 2s;
  config.reconciliation.every = 10s;
  config.retry.max_attempts = 3;
  config.limits.instruments.resize(2);
  for (auto& limits : config.limits.instruments) limits.max_position = Quantity{500};
  config.limits.accounts.resize(2);
  for (auto& limits : config.limits.accounts) limits.max_open_orders = 20;
  config.limits.stale_reference_after = 1h;
  config.router.stale_quote_after = 1h;
  config.by_name.instrument_limits = {{"ONE", config.limits.instruments[0]},
                                      {"TWO", config.limits.instruments[1]}};
  config.by_name.account_limits = {{"main", config.limits.accounts[0]}, {"other", config.limits.accounts[1]}};
  config.by_name.strategy_instruments.resize(1);
  // As one that was read from a file: an engine that reads it again has the same.
  const JournalConfig journal = std::exchange(config.journal, {});
  EngineConfig configured = read_engine_config(show_config(config), "the world's configuration");
  configured.journal = journal;
  return configured;
}

SimulatedWorld::SimulatedWorld(std::uint64_t seed) : seed_(seed), random_(seed), config_(config_of(random_)) {
  log_.level = monitoring::LogLevel::Fatal;
  for (std::size_t i = 0; i < config_.venues.size(); ++i) {
    venues_.push_back(std::make_unique<SimulatedVenue>(static_cast<orders::VenueId>(i), config_.venues[i],
                                                       config_.instruments, config_.currencies,
                                                       config_.session_end));
  }
  start_engine();
}

SimulatedWorld::~SimulatedWorld() = default;

void SimulatedWorld::fail(const std::string& rule) {
  if (broken_.empty()) broken_ = rule;
}

/// What the journal has, from its beginning or from the newest snapshot; nothing if it cannot be had.
std::optional<Recovery> SimulatedWorld::recover(Core& core) {
  const std::vector<std::string> segments = segments_of(disk_);
  if (!segments.empty() && number_of(segments.front()) == 1 && random_.chance(0.3)) {
    for (const std::uint64_t snapshot : snapshots_of(disk_)) disk_.remove(snapshot_name(snapshot));
  }
  const RecoveryListener listener{
      .damaged_snapshot =
          [this](const std::string& name, const std::string& damage) {
            fail("a crash does not damage a snapshot: " + name + ": " + damage);
          },
      .metric_reset = [this](const std::string& name) { fail("no metric begins anew: " + name); }};
  try {
    Recovery recovery = recover_core(disk_, config_, core, engine_->registry, listener);
    totals_.from_snapshots += recovery.began_at_snapshot ? 1 : 0;
    totals_.carried_over += recovery.difference.empty() ? 0 : 1;
    return recovery;
  } catch (const JournalError& damage) {
    fail(std::string{"a crash does not damage the journal, and it plays to the state it says: "} +
         damage.what());
    return std::nullopt;
  }
}

/// From whatever point the engine was brought back, it is the same.
void SimulatedWorld::check_recovered(Core& core) {
  const std::vector<std::string> segments = segments_of(disk_);
  std::unique_ptr<LoadedSnapshot> first;
  if (number_of(segments.front()) > 1) {
    first = newest_snapshot(disk_, number_of(segments.front()) - 1, [](const auto&, const auto&) {});
    if (!first) return fail("what is left of the journal can be played from its beginning");
  }
  const RunStart start = first ? first->snapshot.start : *first_run_of(disk_);
  SolitaryCore again(configuration_of(start), StageClock::Mode::Manual, nullptr);
  JournalPosition from;
  if (first) {
    if (!again.begin_at(first->snapshot).empty()) return fail("the first snapshot can be restored");
    from = first->snapshot.position;
  } else {
    again.core().begin_with(again.config().limits);
  }
  std::string error;
  static_cast<void>(read_journal(
      disk_, {.check_chain = true},
      [&](const RecordView& record) {
        error = again.play(record);
        return error.empty();
      },
      from));
  if (!error.empty()) return fail("the journal plays from its beginning: " + error);
  again.finish();
  SolitaryCore present(config_, StageClock::Mode::Manual, nullptr);
  std::vector<std::string> reset;
  if (!again.hand_over(present.core(), present.registry(), reset).empty()) {
    return fail("an engine whose parameters have changed takes over what there was");
  }
  if (written_down(present.core(), present.registry()) != written_down(core, engine_->registry)) {
    fail("an engine brought back from a snapshot is the one that its journal leads to");
  }
}

/// Between two runs somebody tunes.
void SimulatedWorld::change_configuration() {
  config_.retry.max_attempts = 1 + static_cast<std::uint32_t>(random_.below(5));
  config_.reconciliation.every = std::chrono::seconds{5 + random_.below(20)};
  config_.venues[0].taker.notional_ratio = *orders::Ratio::parse(random_.chance(0.5) ? "0.0001" : "0.0003");
  config_.orders.response_timeout = std::chrono::seconds{1 + random_.below(4)};
}

/// Everything the journal has comes back; connections do not.
void SimulatedWorld::start_engine() {
  engine_ = std::make_unique<Engine>(*this, now());
  Core& core = engine_->core;
  const std::optional<Recovery> recovered = recover(core);
  if (!recovered || !broken_.empty()) return;
  const bool is_new = recovered->is_new();
  if (!is_new) {
    if (random_.chance(0.4)) check_recovered(core);  // it takes longer than all else
    // As an engine does: its monotonic time goes on, by the wall clock's word.
    monotonic_ = core.now().monotonic + std::max(wall_ - core.now().wall, orders::Duration{0});
  }
  records_ = recovered->position.next_sequence;
  engine_->writer.start(
      recovered->position,
      {.clock = StageClock::Mode::Manual, .version = "simulation", .configuration = as_configured(config_)},
      now());
  core.begin_run(now());
  core.start_journal(engine_->ring, engine_->writer.first_sequence(), config_.journal.hash_every);
  asked_.clear();
  check_acknowledged();
  check_alerts();
  if (is_new) return;
  for (std::size_t i = 0; i < venues_.size(); ++i) {
    VenueEvent event;
    event.venue = static_cast<orders::VenueId>(i);
    event.kind = VenueEvent::Kind::Disconnected;
    if (core.venue_connected(event.venue)) core.on_venue(event, now());
    event.kind = VenueEvent::Kind::Connected;
    if (venues_[i]->connected()) core.on_venue(event, now());
  }
}

void SimulatedWorld::crash(bool loses_power) {
  ++totals_.crashes;
  // Of what was not on the disk yet nobody can say what became.
  std::erase_if(alerts_,
                [](const auto& each) { return each.second.fired != 0 || each.second.resolved != 0; });
  engine_.reset();
  inbox_.events.clear();  // taken by the process, known to nobody
  disk_.sync_error = 0;
  disk_.write_error = 0;
  disk_.create_error = 0;
  disk_.capacity = UINT64_MAX;
  if (loses_power) disk_.lose_power(random_);
  if (random_.chance(0.2)) change_configuration();
  pass(std::chrono::milliseconds{random_.below(5'000)});
  start_engine();
}

void SimulatedWorld::pass(orders::Duration time) {
  wall_ += time;
  monotonic_ += time;
  venue_time_ += time;
  for (const auto& venue : venues_) venue->advance(venue_time_, inbox_);
}

void SimulatedWorld::write_journal() {
  Engine& engine = *engine_;
  engine.writer.turn(monotonic_);
  if (engine.writer.health() == JournalHealth::Good) return;
  if (engine.core.risk().trading_state() == risk::TradingState::Halted) return;
  ControlCommand halt;
  halt.kind = ControlCommand::Kind::JournalFailed;
  engine.core.on_control(halt, now());
}

/// What is on the disk may leave; where the disk has failed, cancels and questions.
void SimulatedWorld::release_commands() {
  Engine& engine = *engine_;
  while (!engine.outbox.empty()) {
    const Outgoing& next = engine.outbox.front();
    const bool is_kept = engine.writer.durable() >= next.record;
    if (!is_kept && engine.writer.health() != JournalHealth::Failed) return;
    const bool trades =
        next.command.kind == VenueCommand::Kind::New || next.command.kind == VenueCommand::Kind::Replace;
    if (!is_kept && trades) {
      VenueEvent refused;
      refused.venue = refused.report.venue = next.command.venue;
      refused.report.order = next.command.order;
      refused.report.kind = next.command.kind == VenueCommand::Kind::New ? orders::ReportKind::Rejected
                                                                         : orders::ReportKind::UpdateRejected;
      refused.report.reason = orders::RejectReason::Other;
      inbox_.events.push_back(refused);
    } else {
      if (next.command.kind == VenueCommand::Kind::New) {
        ++totals_.orders_sent;
        if (!sent_orders_.insert(static_cast<std::uint64_t>(next.command.order)).second) {
          fail("an order leaves once: order " +
               std::to_string(static_cast<std::uint64_t>(next.command.order)));
        }
      }
      venues_[orders::index(next.command.venue)]->submit(next.command, venue_time_);
    }
    engine.outbox.pop_front();
  }
}

void SimulatedWorld::keep_snapshots() {
  Engine& engine = *engine_;
  while (engine.keeper.turn(engine.writer.current_segment(), wall_)) continue;
  if (!engine.keeper.error().empty()) {
    fail("the journal of a running engine plays to the state that it is in: " + engine.keeper.error());
  }
}

void SimulatedWorld::take_reports() {
  std::vector<VenueEvent> events;
  events.swap(inbox_.events);
  for (const VenueEvent& event : events) engine_->core.on_venue(event, now());
}

void SimulatedWorld::run_timers() {
  Core& core = engine_->core;
  for (int i = 0; i < 100 && core.next_timer() <= monotonic_; ++i) core.on_timer(now());
}

/// The engine's loop once over, with the disk now and then behind.
void SimulatedWorld::turn() {
  take_reports();
  run_timers();
  if (is_calm_ || random_.chance(0.7)) write_journal();
  if (random_.chance(0.1)) keep_snapshots();
  release_commands();
  for (auto at = alerts_.begin(); at != alerts_.end();) {
    ToldAlert& alert = at->second;
    const std::uint64_t durable = engine_->writer.durable();
    if (alert.fired <= durable) alert.fired = 0;
    if (alert.resolved <= durable) alert.resolved = 0;
    const bool is_done = alert.is_resolved && alert.fired == 0 && alert.resolved == 0 && random_.chance(0.1);
    at = is_done ? alerts_.erase(at) : std::next(at);
  }
  // Who asked is told once it is on the disk.
  for (auto at = asked_.begin(); at != asked_.end();) {
    if (engine_->writer.durable() < at->second) {
      ++at;
      continue;
    }
    const auto id = *orders::ClientOrderId::from(at->first);
    const Order* const order = engine_->core.orders().find(id);
    if (order == nullptr) {
      fail("an order that is on the disk is known: " + at->first);
    } else {
      acknowledged_[at->first] = order->id;
    }
    at = asked_.erase(at);
  }
}

void SimulatedWorld::quote() {
  orders::MarketEvent event;
  event.instrument = kInstruments[random_.below(2)];
  event.venue = static_cast<orders::VenueId>(random_.below(2));
  event.time = venue_time_;
  const auto bid = static_cast<std::int64_t>(9950 + random_.below(100));
  event.quote.bid = cents(bid);
  event.quote.ask = cents(bid + 1 + static_cast<std::int64_t>(random_.below(5)));
  event.quote.bid_size = Quantity{random_.from_one_to(200)};
  event.quote.ask_size = Quantity{random_.from_one_to(200)};
  event.quote.time = wall_;
  for (const auto& venue : venues_) venue->on_market(event);
  engine_->core.on_market(event, now(), {});
}

void SimulatedWorld::place_order() {
  orders::OrderRequest request;
  // Now and then the same id again: who got no answer asks again.
  const bool is_again = !acknowledged_.empty() && random_.chance(0.1);
  const std::uint64_t number = is_again ? random_.below(next_client_id_) : next_client_id_++;
  const std::string id = "C" + std::to_string(number);
  request.client_order_id = *orders::ClientOrderId::from(id);
  request.account = static_cast<orders::AccountId>(random_.below(2));
  request.strategy = orders::StrategyId{0};
  request.instrument = kInstruments[random_.below(2)];
  request.venue = random_.chance(0.4) ? orders::kNoVenue : static_cast<orders::VenueId>(random_.below(2));
  request.side = random_.chance(0.5) ? orders::Side::Buy : orders::Side::Sell;
  request.type = orders::OrderType::Limit;
  request.time_in_force =
      random_.chance(0.2) ? orders::TimeInForce::ImmediateOrCancel : orders::TimeInForce::Day;
  request.terms.quantity = Quantity{random_.from_one_to(150)};
  request.terms.limit_price = cents(static_cast<std::int64_t>(9945 + random_.below(115)));
  request.decided = now();
  const bool is_known = engine_->core.orders().find(request.client_order_id) != nullptr;
  engine_->core.on_request(request, true, now());
  const std::uint64_t record = engine_->core.tape().next_sequence() - 1;
  if (is_again && acknowledged_.contains(id) &&
      engine_->core.last_refusal() != orders::DenyReason::DuplicateClientOrderId) {
    fail("an order that was acknowledged is not taken up again: " + id);
  }
  if (!is_known && engine_->core.orders().find(request.client_order_id) != nullptr) asked_[id] = record;
}

void SimulatedWorld::cancel_order() {
  orders::OrderRequest request;
  request.action = orders::OrderRequest::Action::Cancel;
  request.client_order_id =
      *orders::ClientOrderId::from("C" + std::to_string(random_.below(next_client_id_ + 1)));
  request.decided = now();
  engine_->core.on_request(request, true, now());
}

void SimulatedWorld::replace_order() {
  orders::OrderRequest request;
  request.action = orders::OrderRequest::Action::Replace;
  request.client_order_id =
      *orders::ClientOrderId::from("C" + std::to_string(random_.below(next_client_id_ + 1)));
  request.terms.quantity = Quantity{random_.from_one_to(200)};
  request.decided = now();
  engine_->core.on_request(request, true, now());
}

void SimulatedWorld::control() {
  using Kind = ControlCommand::Kind;
  constexpr Kind kKinds[] = {
      Kind::Halt,       Kind::Reduce,      Kind::CancelAll,         Kind::EngageKillSwitch,
      Kind::PauseVenue, Kind::ResumeVenue, Kind::ReleaseKillSwitch, Kind::ClosePositions};
  ControlCommand command;
  command.kind = kKinds[random_.below(std::size(kKinds))];
  command.venue = static_cast<orders::VenueId>(random_.below(2));
  command.by_alert = random_.chance(0.3);
  command.detected = monotonic_;
  engine_->core.on_control(command, now());
  if (random_.chance(0.3)) return;
  for (const Kind undo : {Kind::Resume, Kind::ReleaseKillSwitch, Kind::ResumeVenue}) {
    command.kind = undo;
    command.by_alert = false;
    engine_->core.on_control(command, now());
  }
}

void SimulatedWorld::reload() {
  auto& fresh = limits_.emplace_back(std::make_unique<risk::Limits>(config_.limits));
  for (auto& limits : fresh->instruments) limits.max_position = Quantity{random_.from_one_to(600)};
  ControlCommand command;
  command.kind = ControlCommand::Kind::ReloadLimits;
  command.limits = fresh.get();
  engine_->core.on_control(command, now());
}

/// The wall clock only: what measures durations goes on.
void SimulatedWorld::jump_clock() {
  wall_ += std::chrono::milliseconds{static_cast<std::int64_t>(random_.below(20'000)) - 10'000};
}

/// Now and then one fires, now and then one is over.
void SimulatedWorld::alert() {
  AlertNote note;
  note.since = wall_;
  const bool is_over = !alerts_.empty() && (alerts_.size() > NotedAlerts::kMost / 2 || random_.chance(0.4));
  std::uint64_t* record = nullptr;
  if (is_over) {
    auto at = std::next(alerts_.begin(), static_cast<std::ptrdiff_t>(random_.below(alerts_.size())));
    if (at->second.is_resolved) return;
    at->second.is_resolved = true;
    record = &at->second.resolved;
    note.name = decltype(note.name)::truncated(at->first);
    note.state = AlertNote::State::Resolved;
  } else {
    const std::string name = "Alert" + std::to_string(next_alert_++);
    record = &alerts_[name].fired;
    note.name = decltype(note.name)::truncated(name);
    note.state = AlertNote::State::Firing;
  }
  engine_->core.on_alert(note, now());
  *record = engine_->core.tape().next_sequence() - 1;
}

void SimulatedWorld::trouble_disk() {
  switch (random_.below(4)) {
    case 0:
      disk_.sync_error = EIO;
      break;
    case 1:
      disk_.write_error = EIO;
      break;
    case 2:
      disk_.capacity = 0;  // no room for another segment
      break;
    default:
      disk_.capacity = UINT64_MAX;
      break;
  }
}

void SimulatedWorld::trouble_venue() {
  SimulatedVenue& venue = *venues_[random_.below(2)];
  venue.connect(!venue.connected(), venue_time_);
  if (random_.chance(0.7)) venue.connect(true, venue_time_);
}

void SimulatedWorld::step() {
  if (!broken_.empty()) return;
  pass(std::chrono::microseconds{random_.below(random_.chance(0.1) ? 3'000'000 : 20'000)});
  const std::uint64_t dice = random_.below(1000);
  if (dice < 400) {
    quote();
  } else if (dice < 700) {
    place_order();
  } else if (dice < 820) {
    cancel_order();
  } else if (dice < 860) {
    replace_order();
  } else if (dice < 875) {
    control();
  } else if (dice < 880) {
    reload();
  } else if (dice < 890) {
    jump_clock();
  } else if (dice < 893) {
    trouble_disk();
  } else if (dice < 905) {
    trouble_venue();
  } else if (dice < 911) {
    crash(random_.chance(0.5));
  } else if (dice < 925) {
    alert();
  }
  if (broken_.empty()) turn();
  if (broken_.empty()) check();
}

void SimulatedWorld::check_sent(const VenueCommand& command) {
  if (command.kind != VenueCommand::Kind::New) return;
  const Core& core = engine_->core;
  const Order* const order = core.orders().find(command.order);
  if (order == nullptr) return fail("what leaves is an order of ours");
  if (core.risk().trading_state() == risk::TradingState::Halted && !order->is_liquidation) {
    fail("nothing is sent while trading is halted: order " +
         std::to_string(static_cast<std::uint64_t>(order->id)));
  }
  if (core.risk().kill_matches(*order)) fail("nothing is sent under a kill switch");
  if (core.risk().venue_paused(command.venue)) fail("nothing is sent to a venue that is paused");
}

void SimulatedWorld::check() {
  const Core& core = engine_->core;
  if (core.portfolio().identity_residual() != orders::ExactMoney{}) {
    return fail("cash and positions agree to the last unit: residual " +
                core.portfolio().identity_residual().to_string());
  }
  if (core.tape().lost() != 0) return fail("every event has room in the journal's buffer");
  check_orders();
}

void SimulatedWorld::check_orders() {
  Core& core = engine_->core;
  std::map<std::pair<std::size_t, std::size_t>, std::pair<Quantity, Quantity>> working;
  std::map<std::uint64_t, Quantity> of_slices;
  core.orders().for_each_remembered([&](const Order& order) {
    if (order.cum_quantity + order.leaves_quantity() != order.terms.quantity) fail("cum + leaves = quantity");
    if (order.cum_quantity > order.terms.quantity) fail("cum is at most the quantity");
    if (order.parent != orders::kNoOrder) {
      Quantity& sum = of_slices[static_cast<std::uint64_t>(order.parent)];
      sum = sum + order.cum_quantity + order.overfill_quantity;
      return;
    }
    auto& [buys, sells] = working[{orders::index(order.account), orders::index(order.instrument)}];
    Quantity& side = order.side == orders::Side::Buy ? buys : sells;
    side = side + std::max(order.working_quantity(), order.counted_quantity);
  });
  for (const auto& [parent, filled] : of_slices) {
    const Order* const order = core.orders().find(orders::OrderId{parent});
    if (order == nullptr) continue;  // forgotten
    if (order->cum_quantity + order->overfill_quantity != filled) {
      fail("a split order has what its slices have: order " + std::to_string(parent));
    }
  }
  for (std::size_t account = 0; account < config_.portfolio.accounts.size(); ++account) {
    for (const orders::InstrumentId instrument : kInstruments) {
      const auto exposure = core.risk().exposure(static_cast<orders::AccountId>(account), instrument);
      const auto& [buys, sells] = working[{account, orders::index(instrument)}];
      if (exposure.working_buy != buys || exposure.working_sell != sells) {
        fail("working orders are counted as they are: " + exposure.working_buy.to_string() + " and " +
             exposure.working_sell.to_string() + " counted, " + buys.to_string() + " and " +
             sells.to_string() + " there");
      }
    }
  }
}

void SimulatedWorld::check_acknowledged() {
  for (const auto& [client_id, order_id] : acknowledged_) {
    const Order* const order = engine_->core.orders().find(*orders::ClientOrderId::from(client_id));
    if (order == nullptr || order->id != order_id) {
      return fail("an order that was acknowledged is never lost: " + client_id);
    }
  }
}

/// No alert that was told of is lost, and none that is over comes back.
void SimulatedWorld::check_alerts() {
  std::set<std::string> known;
  engine_->core.alerts().for_each(
      [&known](const AlertNote& note) { known.insert(std::string{note.name.view()}); });
  for (const auto& [name, alert] : alerts_) {
    if (known.contains(name) == alert.is_resolved) {
      return fail(alert.is_resolved ? "an alert that is over does not come back: " + name
                                    : "no alert is lost: " + name);
    }
  }
}

void SimulatedWorld::calm_down() {
  if (!broken_.empty()) return;
  is_calm_ = true;
  // A disk that has failed is not trusted again before a restart.
  crash(false);
  if (!broken_.empty()) return;
  ControlCommand command;
  command.kind = ControlCommand::Kind::Resume;  // nobody closes positions any more
  engine_->core.on_control(command, now());
  command.kind = ControlCommand::Kind::CancelAll;
  for (const auto& venue : venues_) venue->behave();
  for (int i = 0; i < 60 && broken_.empty(); ++i) {
    for (const auto& venue : venues_) {
      if (!venue->connected()) venue->connect(true, venue_time_);
    }
    if (i == 30) engine_->core.on_control(command, now());
    for (int k = 0; k < 10; ++k) {
      pass(100ms);
      turn();
    }
    check();
  }
  check_venues_agree();
}

/// Each venue's fills are ours, and nothing works anywhere that we do not know of.
void SimulatedWorld::check_venues_agree() {
  if (!broken_.empty()) return;
  Core& core = engine_->core;
  std::map<std::pair<std::size_t, std::size_t>, Quantity> theirs;
  std::map<std::uint64_t, Quantity> of_order;
  for (const auto& venue : venues_) {
    venue->for_each_fill(
        [&](orders::OrderId id, orders::InstrumentId instrument, orders::Side side, Quantity quantity) {
          const Order* const order = core.orders().find(id);
          if (order == nullptr) return fail("a venue has orders of ours only");
          Quantity& executed = of_order[static_cast<std::uint64_t>(id)];
          executed = executed + quantity;
          Quantity& position = theirs[{orders::index(order->account), orders::index(instrument)}];
          position = side == orders::Side::Buy ? position + quantity : position - quantity;
        });
    if (venue->open_orders() != 0)
      fail("what was canceled works nowhere: " + std::to_string(venue->open_orders()) + " orders at " +
           venue->name());
  }
  for (const auto& [id, executed] : of_order) {
    const Order& order = *core.orders().find(orders::OrderId{id});
    if (order.cum_quantity + order.overfill_quantity == executed) continue;
    fail("an order has the fills that its venue has: order " + std::to_string(id) + " at " +
         std::string{config_.venues[orders::index(order.venue)].name} + ", " +
         std::string{orders::to_string(order.status)} + ", " + order.cum_quantity.to_string() + " and " +
         order.overfill_quantity.to_string() + " over here, " + executed.to_string() + " there");
  }
  for (std::size_t account = 0; account < config_.portfolio.accounts.size(); ++account) {
    for (const orders::InstrumentId instrument : kInstruments) {
      const Quantity ours =
          core.portfolio().position(static_cast<orders::AccountId>(account), instrument).quantity();
      const Quantity there = theirs[{account, orders::index(instrument)}];
      if (ours != there) {
        fail("positions are those of the venues' fills: " + ours.to_string() + " here, " + there.to_string() +
             " there");
      }
    }
  }
  core.orders().for_each_open(orders::kNoOrder, [&](const Order& order) {
    fail("every order ends: order " + std::to_string(static_cast<std::uint64_t>(order.id)) + " is " +
         std::string{orders::to_string(order.status)} + (order.is_parent ? ", a parent" : "") +
         (order.held ? ", held" : "") + (order.in_doubt ? ", in doubt" : "") + ", " +
         order.cum_quantity.to_string() + " of " + order.terms.quantity.to_string());
    return true;
  });
  if (core.orders().in_doubt_count() != 0) fail("no order is in doubt for good");
}

std::map<std::string, std::string> SimulatedWorld::journal() const {
  std::map<std::string, std::string> files;
  for (const std::string& name : disk_.list()) files[name] = disk_.read(name);
  return files;
}

std::string SimulatedWorld::summary() const {
  std::ostringstream text;
  text << "seed " << seed_ << ": " << totals_.orders_sent << " orders sent, " << acknowledged_.size()
       << " acknowledged, " << totals_.crashes << " crashes, " << totals_.from_snapshots
       << " times from a snapshot, " << records_ << " records";
  return text.str();
}

}  // namespace vigil::engine::test
