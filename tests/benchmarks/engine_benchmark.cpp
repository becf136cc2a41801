// How many orders the core carries from request to booked fill in a second on one thread, what each stage of
// an order's life costs, and what monitoring adds. Rounds with monitoring on and off alternate, so that a
// drift of the machine hits both; medians and spreads are printed.
//
//     engine_benchmark [--orders N] [--rounds N]

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/core/core.h"

namespace {

using namespace vigil;
using namespace vigil::engine;

constexpr std::size_t kBatch = 64;  ///< calls timed at once, so that the clock's own cost is spread
constexpr orders::InstrumentId kInstrument{0};
constexpr orders::VenueId kVenue{0};

enum Step : std::size_t { Quote, Request, Accepted, Fill, kSteps };
constexpr std::array<const char*, kSteps> kStepNames{"quote (marks, strategies, gauges)",
                                                     "request (create, check, send)", "venue accepts",
                                                     "venue fills (book, risk, metrics)"};

class Sink : public VenueGateway {
 public:
  SendResult send(const VenueCommand& command, orders::EventTime) noexcept override {
    last = command.order;
    sent[count++ % kBatch] = command.order;
    return SendResult::Sent;
  }
  orders::OrderId last = orders::kNoOrder;
  std::array<orders::OrderId, kBatch> sent{};
  std::size_t count = 0;
};

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

/// One engine, fed by hand.
class Rig {
 public:
  explicit Rig(bool monitoring)
      : config_(benchmark_config()),
        registry_(monitoring),
        logger_(config_.log, registry_, [](std::string_view) {}),
        core_(std::make_unique<Core>(config_, StageClock::Mode::Live,
                                     CoreLinks{registry_, logger_, sink_, nullptr}, machine_time())) {
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

  /// Runs `orders` orders (rounded up to whole batches) from quote to fill; adds the time of each step.
  void run(std::size_t orders, std::array<orders::Duration, kSteps>& took) {
    for (std::size_t done = 0; done < orders; done += kBatch) {
      timed(took[Quote], [&](std::size_t i) { quote(i); });
      timed(took[Request], [&](std::size_t i) { request(i); });
      timed(took[Accepted], [&](std::size_t i) { accept(i); });
      timed(took[Fill], [&](std::size_t i) { fill(i); });
    }
  }

  [[nodiscard]] std::size_t sent() const { return sink_.count; }

 private:
  template <typename Work>
  void timed(orders::Duration& total, Work&& work) {
    const auto before = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kBatch; ++i) work(i);
    total += std::chrono::steady_clock::now() - before;
  }

  void quote(std::size_t) {
    const orders::EventTime now = machine_time();
    orders::MarketEvent event;
    event.instrument = kInstrument;
    event.venue = kVenue;
    event.time = now.wall;
    event.quote = {bid_, ask_, orders::Quantity{1000}, orders::Quantity{1000}, now.wall};
    core_->on_market(event, now, {});
  }
  void request(std::size_t i) {
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
  void accept(std::size_t i) {
    VenueEvent event;
    event.venue = kVenue;
    event.report.kind = orders::ReportKind::Accepted;
    event.report.order = sink_.sent[i];
    event.report.venue = kVenue;
    core_->on_venue(event, machine_time());
  }
  void fill(std::size_t i) {
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

  EngineConfig config_;
  monitoring::Registry registry_;
  monitoring::Logger logger_;
  Sink sink_;
  std::unique_ptr<Core> core_;
  orders::AccountId account_{0};
  orders::StrategyId strategy_{0};
  orders::Price bid_;
  orders::Price ask_;
  orders::Quantity lot_;
  std::uint64_t number_ = 0;
  std::uint64_t trades_ = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::size_t number(const char* text) {
  std::size_t value = 0;
  const char* const last = text + std::strlen(text);
  const auto [end, error] = std::from_chars(text, last, value);
  if (error != std::errc{} || end != last || value == 0) {
    std::fprintf(stderr, "must be a positive whole number, was \"%s\"\n", text);
    std::exit(2);
  }
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t orders_per_round = 64'000;
  std::size_t rounds = 11;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--orders") == 0 && i + 1 < argc) {
      orders_per_round = number(argv[++i]);
    } else if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
      rounds = number(argv[++i]);
    } else {
      std::fprintf(stderr, "usage: engine_benchmark [--orders N] [--rounds N]\n");
      return 2;
    }
  }
  Rig on(true);
  Rig off(false);
  std::array<orders::Duration, kSteps> warm{};
  on.run(orders_per_round, warm);
  off.run(orders_per_round, warm);

  std::array<std::array<std::vector<double>, kSteps>, 2> per_step;
  std::array<std::vector<double>, 2> per_order;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::array<double, 2> whole{};
    for (const std::size_t side : {round % 2, 1 - round % 2}) {  // 0 = monitoring on
      Rig& rig = side == 0 ? on : off;
      const std::size_t before = rig.sent();
      std::array<orders::Duration, kSteps> took{};
      rig.run(orders_per_round, took);
      const auto done = static_cast<double>(rig.sent() - before);
      if (done < static_cast<double>(orders_per_round)) {
        std::fprintf(stderr, "orders were denied: %.0f of %zu reached the venue\n", done, orders_per_round);
        return 1;
      }
      for (std::size_t step = 0; step < kSteps; ++step) {
        const double ns = static_cast<double>(took[step].count()) / done;
        per_step[side][step].push_back(ns);
        if (step != Quote) whole[side] += ns;
      }
      per_order[side].push_back(whole[side]);
    }
    ratios.push_back(whole[1] / whole[0]);
  }

  std::printf("%-36s %12s %12s\n", "median ns per call", "monitoring", "without");
  for (std::size_t step = 0; step < kSteps; ++step) {
    std::printf("%-36s %12.0f %12.0f\n", kStepNames[step], median(per_step[0][step]),
                median(per_step[1][step]));
  }
  std::printf("%-36s %12.0f %12.0f\n", "an order, request to booked fill", median(per_order[0]),
              median(per_order[1]));
  std::printf("%-36s %12.0f %12.0f\n", "orders/s, one core", 1e9 / median(per_order[0]),
              1e9 / median(per_order[1]));
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  std::printf(
      "throughput with monitoring over without: median %.3f, spread %.3f to %.3f, %zu rounds of %zu orders\n",
      median(ratios), *least, *most, rounds, orders_per_round);
  return 0;
}
