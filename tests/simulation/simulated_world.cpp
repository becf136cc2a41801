#include "simulated_world.h"

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <utility>

#include "world_config.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;
using orders::Money;
using orders::Order;
using orders::Price;
using orders::Quantity;

namespace {

std::string written_down(const Core& core, const monitoring::Registry& registry) {
  return make_snapshot({{}, core.now(), {}}, core, registry);
}

}  // namespace

SimulatedWorld::Engine::Engine(SimulatedWorld& in, orders::EventTime at)
    : world(in),
      registry({.enabled = in.config_.metrics_enabled,
                .native_histograms = in.config_.native_histograms,
                .exemplars = in.config_.exemplars}),
      logger(in.log_, registry, [](std::string_view) {}),
      writer(ring, in.disk_, in.config_.journal, nullptr),
      snapshot_metrics(registry),
      keeper(in.disk_, in.config_, logger, snapshot_metrics),
      core(in.config_, StageClock::Mode::Manual, CoreLinks{registry, logger, *this, nullptr, &watches}, at) {}

SendResult SimulatedWorld::Engine::send(const VenueCommand& command, orders::EventTime) noexcept {
  if (!world.venues_[orders::index(command.venue)]->connected()) return SendResult::Disconnected;
  if (outbox.size() > 200) return SendResult::QueueFull;
  world.check_sent(command);
  outbox.push_back({command, core.tape().next_sequence()});
  return SendResult::Sent;
}

SimulatedWorld::SimulatedWorld(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      config_(draw_config(random_)),
      feed_(random_),
      client_(random_, rules_),
      operators_(random_),
      alerts_(random_, rules_, clock_) {
  log_.level = monitoring::LogLevel::Fatal;
  for (std::size_t i = 0; i < config_.venues.size(); ++i) {
    venues_.push_back(std::make_unique<SimulatedVenue>(static_cast<orders::VenueId>(i), config_.venues[i],
                                                       config_.instruments, config_.currencies,
                                                       config_.session_end));
  }
  start_engine();
}

SimulatedWorld::~SimulatedWorld() = default;

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

/// Everything the journal has comes back; connections do not.
void SimulatedWorld::start_engine() {
  engine_ = std::make_unique<Engine>(*this, now());
  Core& core = engine_->core;
  const std::optional<Recovery> recovered = recover(core);
  if (!recovered || !rules_.hold()) return;
  const bool is_new = recovered->is_new();
  if (!is_new) {
    if (random_.chance(0.4)) check_recovered(core);  // it takes longer than all else
    // As an engine does: its monotonic time goes on, by the wall clock's word.
    clock_.monotonic = core.now().monotonic + std::max(clock_.wall - core.now().wall, orders::Duration{0});
  }
  records_ = recovered->position.next_sequence;
  engine_->writer.start(
      recovered->position,
      {.clock = StageClock::Mode::Manual, .version = "simulation", .configuration = as_configured(config_)},
      now());
  core.begin_run(now());
  core.start_journal(engine_->ring, engine_->writer.first_sequence(), config_.journal.hash_every);
  alerts_.engine_begins(core, config_, engine_->watches, engine_->registry, engine_->logger);
  client_.check(core);
  alerts_.check(core);
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
  client_.engine_died();
  alerts_.engine_died(loses_power);
  engine_.reset();
  inbox_.events.clear();  // taken by the process, known to nobody
  disk_.sync_error = 0;
  disk_.write_error = 0;
  disk_.create_error = 0;
  disk_.capacity = UINT64_MAX;
  if (loses_power) disk_.lose_power(random_);
  if (random_.chance(0.2)) tune(config_, random_);
  pass(std::chrono::milliseconds{random_.below(5'000)});
  start_engine();
}

void SimulatedWorld::pass(orders::Duration time) {
  clock_.pass(time);
  for (const auto& venue : venues_) venue->advance(clock_.venues, inbox_);
}

void SimulatedWorld::write_journal() {
  Engine& engine = *engine_;
  engine.writer.turn(clock_.monotonic);
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
        const Order* const order = engine.core.orders().find(next.command.order);
        if (order != nullptr && orders::index(order->strategy) > 0) ++totals_.strategy_orders;
        if (!sent_orders_.insert(static_cast<std::uint64_t>(next.command.order)).second) {
          fail("an order leaves once: order " +
               std::to_string(static_cast<std::uint64_t>(next.command.order)));
        }
      }
      venues_[orders::index(next.command.venue)]->submit(next.command, clock_.venues);
    }
    engine.outbox.pop_front();
  }
}

void SimulatedWorld::keep_snapshots() {
  Engine& engine = *engine_;
  while (engine.keeper.turn(engine.writer.current_segment(), clock_.wall)) continue;
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
  for (int i = 0; i < 100 && core.next_timer() <= clock_.monotonic; ++i) core.on_timer(now());
}

/// The engine's loop once over, with the disk now and then behind.
void SimulatedWorld::turn() {
  take_reports();
  run_timers();
  if (is_calm_ || random_.chance(0.7)) write_journal();
  if (random_.chance(0.1)) keep_snapshots();
  release_commands();
  alerts_.turn(engine_->writer.durable());
  client_.told(engine_->core, engine_->writer.durable());
}

void SimulatedWorld::move_market() {
  feed_.move(clock_, venues_,
             [this](const orders::MarketEvent& event) { engine_->core.on_market(event, now(), {}); });
}

/// The wall clock only: what measures durations goes on. Seldom by as much as a wrong time zone.
void SimulatedWorld::jump_clock() {
  if (random_.chance(0.05)) {
    const bool is_back = random_.chance(0.5);
    clock_.wall += std::chrono::hours{is_back ? -1 : 1};
    if (is_back) alerts_.clock_was_set_back();
    return;
  }
  clock_.wall += std::chrono::milliseconds{static_cast<std::int64_t>(random_.below(20'000)) - 10'000};
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
  venue.connect(!venue.connected(), clock_.venues);
  if (random_.chance(0.7)) venue.connect(true, clock_.venues);
}

void SimulatedWorld::step() {
  if (!rules_.hold()) return;
  pass(std::chrono::microseconds{random_.below(random_.chance(0.1) ? 3'000'000 : 20'000)});
  const std::uint64_t dice = random_.below(1000);
  Core& core = engine_->core;
  if (dice < 400) {
    move_market();
  } else if (dice < 690) {
    client_.place_order(core, now());
  } else if (dice < 810) {
    client_.cancel_order(core, now());
  } else if (dice < 850) {
    client_.replace_order(core, now());
  } else if (dice < 865) {
    operators_.command(core, now());
  } else if (dice < 870) {
    operators_.change_limits(core, now());
  } else if (dice < 880) {
    jump_clock();
  } else if (dice < 883) {
    trouble_disk();
  } else if (dice < 895) {
    trouble_venue();
  } else if (dice < 901) {
    crash(random_.chance(0.5));
  } else if (dice < 920) {
    alerts_.change(core);
  } else if (dice < 930) {
    alerts_.trouble();
  }
  if (rules_.hold()) turn();
  if (rules_.hold()) check();
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
    for (const orders::InstrumentId instrument : kWorldInstruments) {
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

void SimulatedWorld::calm_down() {
  if (!rules_.hold()) return;
  is_calm_ = true;
  feed_.behave();
  alerts_.calm_down();
  // A disk that has failed is not trusted again before a restart.
  crash(false);
  if (!rules_.hold()) return;
  engine_->core.stop_strategies();
  ControlCommand command;
  command.kind = ControlCommand::Kind::Resume;  // nobody closes positions any more
  engine_->core.on_control(command, now());
  command.kind = ControlCommand::Kind::CancelAll;
  for (const auto& venue : venues_) venue->behave();
  for (int i = 0; i < 60 && rules_.hold(); ++i) {
    for (const auto& venue : venues_) {
      if (!venue->connected()) venue->connect(true, clock_.venues);
    }
    if (i == 30) engine_->core.on_control(command, now());
    for (int k = 0; k < 10; ++k) {
      pass(100ms);
      turn();
    }
    check();
  }
  check_venues_agree();
  // What fired when an engine died may do so for five minutes more.
  for (int i = 0; i < 40 && alerts_.are_monitored(); ++i) {
    pass(10s);
    turn();
  }
  alerts_.check_told();
  totals_.alert_messages = alerts_.told();
  totals_.rules_fired = alerts_.rules_fired();
}

/// Each venue's fills are ours, and nothing works anywhere that we do not know of.
void SimulatedWorld::check_venues_agree() {
  if (!rules_.hold()) return;
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
    for (const orders::InstrumentId instrument : kWorldInstruments) {
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
  text << "seed " << seed_ << ": " << totals_.orders_sent << " orders sent, " << client_.acknowledged()
       << " acknowledged, " << totals_.crashes << " crashes, " << totals_.from_snapshots
       << " times from a snapshot, " << records_ << " records";
  return text.str();
}

}  // namespace vigil::engine::test
