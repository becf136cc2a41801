#include "engine/bench/order_rig.h"

#include <charconv>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "engine/actions/alert_action.h"
#include "engine/bench/environment.h"
#include "engine/bench/timing.h"
#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "monitoring/promql/parser.h"

namespace vigil::engine::bench {
namespace {

constexpr orders::InstrumentId kInstrument{0};
constexpr orders::VenueId kVenue{0};

/// What the analysis takes in at once: less than its buffer holds.
constexpr std::size_t kBatchesAtOnce = 32;

EngineConfig benchmark_config() {
  EngineConfig config = read_engine_config(default_config_text(), "benchmark");
  config.log.level = monitoring::LogLevel::Error;
  // Windows, rates and loss limits would refuse the flood that is wanted here; every other check stays.
  config.limits.duplicate_window = {};
  config.limits.max_repeated_executions = 0;
  for (auto& account : config.limits.accounts) {
    account.max_messages_per_second.reset();
    account.max_day_loss.reset();
    account.max_drawdown.reset();
  }
  for (auto& venue : config.limits.venue_messages_per_second) venue.reset();
  for (auto& strategy : config.strategies) strategy.enabled = strategy.kind == StrategyKind::Manual;
  return config;
}

EngineConfig with_day_loss(EngineConfig config, orders::Money max_day_loss) {
  for (auto& account : config.limits.accounts) account.max_day_loss = max_day_loss;
  return config;
}

}  // namespace

OrderRig::AnalysisThread::AnalysisThread(Analysis& analysis)
    : analysis_(analysis), thread_([this](const std::stop_token& stop) { work(stop); }) {}

OrderRig::AnalysisThread::~AnalysisThread() {
  thread_.request_stop();
  freely_.store(false);
  asked_.fetch_add(1);
  asked_.notify_all();
}

void OrderRig::AnalysisThread::work(const std::stop_token& stop) {
  pin_this_thread(1);
  while (!stop.stop_requested()) {
    const std::uint32_t asked = asked_.load();
    while (analysis_.drain()) continue;
    done_.store(asked);
    if (freely_.load()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    } else {
      asked_.wait(asked);
    }
  }
}

void OrderRig::AnalysisThread::settle() {
  const std::uint32_t number = asked_.fetch_add(1) + 1;
  asked_.notify_all();
  // Not asleep: who measures keeps its processor, and what is in its caches.
  while (done_.load() != number) continue;
}

void OrderRig::AnalysisThread::run_freely(bool freely) {
  freely_.store(freely);
  settle();
}

OrderRig::OrderRig(bool monitoring) : OrderRig(monitoring, benchmark_config()) {}

OrderRig::OrderRig(bool monitoring, orders::Money max_day_loss)
    : OrderRig(monitoring, with_day_loss(benchmark_config(), max_day_loss)) {}

OrderRig::OrderRig(bool monitoring, const std::string& halting_rule) : OrderRig(monitoring) {
  quote();
  watch(halting_rule);
}

OrderRig::OrderRig(bool monitoring, EngineConfig config)
    : config_(std::move(config)),
      registry_(monitoring),
      logger_(config_.log, registry_, [](std::string_view) {}),
      core_(std::make_unique<Core>(config_, StageClock::Mode::Live,
                                   CoreLinks{registry_, logger_, sink_, nullptr, &watches_},
                                   machine_time())) {
  core_->analysis().defer();
  analysis_ = std::make_unique<AnalysisThread>(core_->analysis());
  for (std::size_t i = 0; i < config_.strategies.size(); ++i) {
    if (config_.strategies[i].kind == StrategyKind::Manual) strategy_ = static_cast<orders::StrategyId>(i);
  }
  account_ = config_.strategies[orders::index(strategy_)].account;
  if (account_ == orders::kNoAccount) account_ = orders::AccountId{0};
  const orders::Instrument& instrument = config_.instruments[0];
  bid_ = config_.synthetic.instruments[0].start_price;
  ask_ = orders::Price::from_raw(bid_.raw() + instrument.tick_size.raw());
  lot_ = instrument.lot_size;
}

void OrderRig::live_through_scenarios() {
  const auto intervals = static_cast<std::int64_t>(config_.scenarios.scenarios) + 2;
  for (std::int64_t ago = intervals; ago > 0; --ago) {
    orders::EventTime then = machine_time();
    then.wall -= ago * config_.scenarios.interval;
    // Up and down by more and less, so that scenarios differ.
    const std::int64_t ticks = ago % 2 == 0 ? ago % 17 : 0;
    const std::int64_t move = ticks * config_.instruments[0].tick_size.raw();
    quote(orders::Price::from_raw(bid_.raw() + move), orders::Price::from_raw(ask_.raw() + move), then);
  }
}

OrderRig::Times OrderRig::run(std::size_t orders) {
  const std::size_t before = sink_.count;
  Times took{};
  for (std::size_t done = 0; done < orders; done += kBatch) {
    for (std::size_t step = 0; step < kSteps; ++step) {
      const auto begin = Clock::now();
      for (std::size_t i = 0; i < kBatch; ++i) call(static_cast<Step>(step), i);
      took[step] += Clock::now() - begin;
    }
    if (done / kBatch % kBatchesAtOnce == 0) analysis_->settle();
  }
  expect_sent(before, orders);
  for (orders::Duration& step : took) step /= static_cast<orders::Duration::rep>(sink_.count - before);
  return took;
}

void OrderRig::run(std::size_t orders, Step timed, std::vector<double>& samples) {
  const std::size_t before = sink_.count;
  for (std::size_t done = 0; done < orders; done += kBatch) {
    for (std::size_t step = 0; step < kSteps; ++step) {
      for (std::size_t i = 0; i < kBatch; ++i) {
        const auto begin = Clock::now();
        call(static_cast<Step>(step), i);
        if (static_cast<Step>(step) == timed) samples.push_back(nanoseconds(Clock::now() - begin));
      }
    }
    if (done / kBatch % kBatchesAtOnce == 0) analysis_->settle();
  }
  expect_sent(before, orders);
}

void OrderRig::offer(std::size_t orders, orders::Duration interval, std::vector<double>& samples) {
  const std::size_t before = sink_.count;
  samples.reserve(samples.size() + orders);  // growing would be charged to an order
  analysis_->run_freely(true);
  const auto start = Clock::now();
  for (std::size_t i = 0; i < orders; ++i) {
    const auto intended = start + interval * static_cast<orders::Duration::rep>(i);
    while (Clock::now() < intended) {
    }
    if (i % kBatch == 0) quote();
    request(i);
    samples.push_back(nanoseconds(Clock::now() - intended));
    const std::size_t place = (sink_.count - 1) % kBatch;
    accept(place);
    fill(place);
  }
  analysis_->run_freely(false);
  expect_sent(before, orders);
}

/// As the monitor hands it over.
void OrderRig::watch(const std::string& expression) {
  monitoring::RuleGroupView group;
  monitoring::RuleDefinition& rule = group.rules.emplace_back().definition;
  rule.name = "Loss";
  rule.expression_text = expression;
  rule.expression = monitoring::promql::parse(expression);
  rule.labels = {{"action", "halt_trading"}};
  watches_.offer(make_watch_plan({group}, registry_, {}, [this](const monitoring::Labels& alert) {
    return commands_of(alert, config_);
  }));
  while (core_->next_timer() > machine_time().monotonic) std::this_thread::yield();
  core_->on_timer(machine_time());
  if (watches_.newest()->set.table->size() == 0) throw std::runtime_error("the rule is not watched");
}

void OrderRig::hold_position() {
  if (holds_position_) return;
  quote();
  request(0);
  accept(0);
  fill(0);
  holds_position_ = true;
}

void OrderRig::resume() {
  quote();
  // The alert has ended.
  watches_.take_crossings(
      [](const WatchCrossing& each) { each.plan->set.table->set_firing(each.watch, false); });
  ControlCommand resume;
  resume.kind = ControlCommand::Kind::Resume;
  core_->on_control(resume, machine_time());
  if (core_->risk().trading_state() != risk::TradingState::Active) {
    throw std::runtime_error("trading did not go on after the resume");
  }
}

void OrderRig::breach(std::size_t times, std::vector<double>& samples) {
  fall(times, true, samples);
}
void OrderRig::fall(std::size_t times, std::vector<double>& samples) {
  fall(times, false, samples);
}

void OrderRig::fall(std::size_t times, bool halts, std::vector<double>& samples) {
  hold_position();
  const orders::Price fallen_bid = orders::Price::from_raw(bid_.raw() / 2);
  const orders::Price fallen_ask = orders::Price::from_raw(fallen_bid.raw() + ask_.raw() - bid_.raw());
  for (std::size_t i = 0; i < times; ++i) {
    const auto begin = Clock::now();
    quote(fallen_bid, fallen_ask);
    samples.push_back(nanoseconds(Clock::now() - begin));
    if ((core_->risk().trading_state() == risk::TradingState::Halted) != halts) {
      throw std::runtime_error(halts ? "the loss did not halt trading" : "something halted trading");
    }
    resume();
    analysis_->settle();
  }
}

void OrderRig::expect_sent(std::size_t before, std::size_t orders) const {
  const std::size_t sent = sink_.count - before;
  if (sent >= orders) return;
  throw std::runtime_error("orders were denied: " + std::to_string(sent) + " of " + std::to_string(orders) +
                           " reached the venue");
}

void OrderRig::call(Step step, std::size_t i) {
  switch (step) {
    case Step::Quote:
      return quote();
    case Step::Request:
      return request(i);
    case Step::Accepted:
      return accept(i);
    case Step::Fill:
      return fill(i);
  }
}

void OrderRig::quote() {
  quote(bid_, ask_);
}

void OrderRig::quote(orders::Price bid, orders::Price ask) {
  quote(bid, ask, machine_time());
}

void OrderRig::quote(orders::Price bid, orders::Price ask, orders::EventTime now) {
  orders::MarketEvent event;
  event.instrument = kInstrument;
  event.venue = kVenue;
  event.time = now.wall;
  event.quote = {bid, ask, orders::Quantity{1000}, orders::Quantity{1000}, now.wall};
  core_->on_market(event, now, {});
}

void OrderRig::request(std::size_t i) {
  orders::OrderRequest request;
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, ++number_).ptr;
  request.client_order_id = orders::ClientOrderId::truncated({text, static_cast<std::size_t>(end - text)});
  request.account = account_;
  request.strategy = strategy_;
  request.instrument = kInstrument;
  request.venue = kVenue;
  request.side = i % 2 == 0 ? orders::Side::Buy : orders::Side::Sell;
  request.terms.quantity = lot_;
  request.terms.limit_price = i % 2 == 0 ? ask_ : bid_;
  request.decided = machine_time();
  core_->on_request(request, true, request.decided);
}

void OrderRig::accept(std::size_t i) {
  VenueEvent event;
  event.venue = kVenue;
  event.report.kind = orders::ReportKind::Accepted;
  event.report.order = sink_.sent[i];
  event.report.venue = kVenue;
  core_->on_venue(event, machine_time());
}

void OrderRig::fill(std::size_t i) {
  VenueEvent event;
  event.venue = kVenue;
  event.report.kind = orders::ReportKind::Fill;
  event.report.order = sink_.sent[i];
  event.report.venue = kVenue;
  event.report.price = i % 2 == 0 ? ask_ : bid_;
  event.report.quantity = lot_;
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, ++trades_).ptr;
  event.report.trade_id = orders::VenueTradeId::truncated({text, static_cast<std::size_t>(end - text)});
  event.report.commission_currency = config_.instruments[0].settlement;
  core_->on_venue(event, machine_time());
}

}  // namespace vigil::engine::bench
