#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/core.h"

namespace vigil::engine::test {

using orders::Money;
using orders::Price;
using orders::Quantity;

inline constexpr orders::InstrumentId kStock{0};
inline constexpr orders::InstrumentId kOther{1};
inline constexpr orders::VenueId kVenueA{0};
inline constexpr orders::VenueId kVenueB{1};
inline constexpr orders::AccountId kMain{0};
inline constexpr orders::StrategyId kManual{0};

/// Two instruments, two venues, one account, one manual strategy, no limits.
inline EngineConfig small_config() {
  EngineConfig config;
  config.currencies = {{"USD", 2}};
  for (const char* symbol : {"ACME", "OTHER"}) {
    orders::Instrument instrument;
    instrument.id = static_cast<orders::InstrumentId>(config.instruments.size());
    instrument.symbol = symbol;
    instrument.quote = orders::CurrencyId{0};
    instrument.settlement = orders::CurrencyId{0};
    instrument.tick_size = *Price::parse("0.01");
    instrument.lot_size = Quantity{1};
    config.instruments.push_back(instrument);
  }
  for (const char* name : {"A", "B"}) {
    SimulatedVenueConfig venue;
    venue.name = name;
    config.venues.push_back(venue);
  }
  positions::AccountConfig account;
  account.name = "main";
  account.base_currency = orders::CurrencyId{0};
  account.initial_capital = Money{1'000'000};
  config.portfolio.accounts.push_back(account);
  config.portfolio.reporting_currency = orders::CurrencyId{0};
  config.portfolio.strategy_count = 1;
  StrategyConfig strategy;
  strategy.name = "manual";
  strategy.account = kMain;
  config.strategies.push_back(strategy);
  config.orders.order_capacity = 4096;
  config.orders.fill_capacity = 8192;
  config.limits.stale_reference_after = std::chrono::hours{1};
  config.router.stale_quote_after = std::chrono::hours{1};
  return config;
}

/// The core alone under a manual clock: commands to venues are kept for the test to look at, venue events are
/// the test's to bring.
class CoreHarness : private VenueGateway, private CoreObserver {
 public:
  explicit CoreHarness(EngineConfig start_config = small_config())
      : config(std::move(start_config)),
        logger(quiet(), registry, [](std::string_view) {}),
        core(config, StageClock::Mode::Manual, CoreLinks{registry, logger, *this, this, &watches}, now()) {}

  EngineConfig config;
  monitoring::Registry registry;
  monitoring::Logger logger;
  orders::Timestamp time = orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000);
  std::vector<VenueCommand> commands;
  std::vector<VenueCommand> questions;  ///< about orders; always sent
  std::vector<risk::Verdict> denials;
  SendResult answer = SendResult::Sent;
  WatchDesk watches;
  Core core;

  [[nodiscard]] orders::EventTime now() const { return orders::manual_time(time); }
  void pass(orders::Duration duration) {
    const orders::Timestamp until = time + duration;
    while (orders::Timestamp{core.next_timer()} <= until) {
      time = std::max(time, orders::Timestamp{core.next_timer()});
      core.on_timer(now());
    }
    time = until;
  }

  void quote(const char* bid, const char* ask, orders::InstrumentId instrument = kStock,
             orders::VenueId venue = kVenueA, std::int64_t size = 1000) {
    orders::MarketEvent event;
    event.instrument = instrument;
    event.venue = venue;
    event.time = time;
    event.quote.bid = Price::parse(bid);
    event.quote.ask = Price::parse(ask);
    event.quote.bid_size = Quantity{size};
    event.quote.ask_size = Quantity{size};
    event.quote.time = time;
    core.on_market(event, now(), {});
  }

  void trade(const char* price, orders::InstrumentId instrument = kStock,
             std::optional<orders::Side> aggressor = std::nullopt, orders::Duration waited = {}) {
    orders::MarketEvent event;
    event.kind = orders::MarketEventKind::Trade;
    event.instrument = instrument;
    event.venue = kVenueA;
    event.time = time;
    event.price = *Price::parse(price);
    event.size = Quantity{7};
    event.aggressor = aggressor;
    core.on_market(event, now(), waited);
  }

  static orders::OrderRequest order(const char* id, orders::Side side, std::int64_t quantity,
                                    const char* limit, orders::VenueId venue = kVenueA) {
    orders::OrderRequest request;
    request.client_order_id = *orders::ClientOrderId::from(id);
    request.account = kMain;
    request.strategy = kManual;
    request.instrument = kStock;
    request.venue = venue;
    request.side = side;
    request.terms.quantity = Quantity{quantity};
    request.terms.limit_price = Price::parse(limit);
    return request;
  }
  void send(orders::OrderRequest request) {
    request.decided = now();
    core.on_request(request, true, now());
  }
  void cancel(const char* id) {
    orders::OrderRequest request;
    request.action = orders::OrderRequest::Action::Cancel;
    request.client_order_id = *orders::ClientOrderId::from(id);
    send(request);
  }
  orders::Order& find(const char* id) { return *core.orders().find(*orders::ClientOrderId::from(id)); }

  void report(orders::ReportKind kind, orders::OrderId id,
              orders::RejectReason reason = orders::RejectReason::None) {
    VenueEvent event;
    event.report.kind = kind;
    event.report.order = id;
    event.report.venue = core.orders().find(id)->venue;
    event.report.reason = reason;
    event.report.terms = core.orders().find(id)->pending_terms;
    event.venue = event.report.venue;
    core.on_venue(event, now());
  }
  void fill(orders::OrderId id, std::int64_t quantity, const char* price, const char* trade,
            const char* commission = "0") {
    VenueEvent event;
    event.report.kind = orders::ReportKind::Fill;
    event.report.order = id;
    event.report.venue = core.orders().find(id)->venue;
    event.report.quantity = Quantity{quantity};
    event.report.price = *Price::parse(price);
    event.report.trade_id = *orders::VenueTradeId::from(trade);
    event.report.commission = *Money::parse(commission);
    event.report.commission_currency = orders::CurrencyId{0};
    event.venue = event.report.venue;
    core.on_venue(event, now());
  }
  void control(ControlCommand::Kind kind, risk::KillScope scope = {}) {
    ControlCommand command;
    command.kind = kind;
    command.scope = scope;
    core.on_control(command, now());
  }

 private:
  static monitoring::LogConfig quiet() {
    monitoring::LogConfig log;
    log.level = monitoring::LogLevel::Fatal;
    return log;
  }
  SendResult send(const VenueCommand& command, orders::EventTime) noexcept override {
    using Kind = VenueCommand::Kind;
    if (command.kind == Kind::Status || command.kind == Kind::MassStatus || command.kind == Kind::Fills) {
      questions.push_back(command);
      return SendResult::Sent;
    }
    if (answer == SendResult::Sent) commands.push_back(command);
    return answer;
  }
  void denied(const orders::OrderRequest&, const orders::Order*, const risk::Verdict& verdict,
              orders::EventTime) override {
    denials.push_back(verdict);
  }
  void rejected(const orders::Order&, const orders::ExecutionReport&) override {}
  void filled(const orders::Order&, const orders::ExecutionReport&, const positions::BookedFill&,
              orders::EventTime) override {}
  void forgotten(const orders::Order&) override {}
  void alert(const AlertNote&, orders::EventTime) override {}
  void reference(orders::InstrumentId, const orders::Quote&) override {}
};

}  // namespace vigil::engine::test
