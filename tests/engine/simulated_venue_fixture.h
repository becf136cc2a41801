#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/venue/simulated_venue.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;
using orders::ExecutionReport;
using orders::InstrumentId;
using orders::Liquidity;
using orders::MarketEvent;
using orders::MarketEventKind;
using orders::Money;
using orders::OrderId;
using orders::OrderTerms;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::Ratio;
using orders::RejectReason;
using orders::ReportKind;
using orders::Side;
using orders::TimeInForce;
using orders::Timestamp;
using orders::VenueId;

inline constexpr VenueId kVenue{2};
inline constexpr InstrumentId kShare{0};    // tick 0.01, lot 1, in USD
inline constexpr InstrumentId kCoin{1};     // BTC in USD, tick 0.5, lot 0.001
inline constexpr InstrumentId kInverse{2};  // 100 USD contracts settled in BTC
inline constexpr InstrumentId kClosed{3};   // not tradable
inline constexpr orders::CurrencyId kUsd{0};
inline constexpr orders::CurrencyId kBtc{1};

/// 10:00 UTC on a Tuesday, and so many after it.
inline constexpr Timestamp kStart{std::chrono::sys_days{std::chrono::year{2024} / 1 / 2} + 10h};
[[nodiscard]] inline Timestamp at(orders::Duration after) {
  return kStart + after;
}

[[nodiscard]] inline Price price(std::string_view text) {
  return Price::parse(text).value();
}
[[nodiscard]] inline Quantity quantity(std::string_view text) {
  return Quantity::parse(text).value();
}

[[nodiscard]] inline std::vector<orders::Currency> currencies() {
  return {{.code = "USD", .decimals = 2}, {.code = "BTC", .decimals = 8}};
}

[[nodiscard]] inline std::vector<orders::Instrument> instruments() {
  std::vector<orders::Instrument> list(4);
  list[0].symbol = "ACME";
  list[0].quote = list[0].settlement = kUsd;
  list[0].tick_size = price("0.01");
  list[0].lot_size = Quantity{1};
  list[1].symbol = "BTCUSD";
  list[1].base = kBtc;
  list[1].quote = list[1].settlement = kUsd;
  list[1].tick_size = price("0.5");
  list[1].lot_size = quantity("0.001");
  list[2].symbol = "BTCUSD-PERP";
  list[2].base = list[2].settlement = kBtc;
  list[2].quote = kUsd;
  list[2].tick_size = price("0.5");
  list[2].lot_size = Quantity{1};
  list[2].multiplier = orders::Multiplier{100};
  list[2].inverse = true;
  list[3] = list[0];
  list[3].symbol = "INDEX";
  list[3].tradable = false;
  for (std::size_t i = 0; i < list.size(); ++i) list[i].id = static_cast<InstrumentId>(i);
  return list;
}

/// Commands take exactly 1 ms, reports exactly 2 ms.
[[nodiscard]] inline SimulatedVenueConfig plain_config() {
  SimulatedVenueConfig config;
  config.name = "SIM";
  config.outbound = {.minimum = 0ns, .median = 1ms, .sigma = 0};
  config.inbound = {.minimum = 0ns, .median = 2ms, .sigma = 0};
  return config;
}

/// Keeps what a venue delivers; refuses while `full`.
class RecordingSink : public VenueEventSink {
 public:
  struct Delivery {
    Timestamp time{};
    VenueEvent event;
  };
  [[nodiscard]] bool deliver(const VenueEvent& event, Timestamp now) override {
    if (full) return false;
    deliveries.push_back({now, event});
    delivering = true;
    if (then) then(event, now);
    delivering = false;
    return true;
  }
  [[nodiscard]] std::vector<ReportKind> kinds(OrderId order) const {
    std::vector<ReportKind> kinds;
    for (const auto& delivery : deliveries) {
      if (delivery.event.kind != VenueEvent::Kind::Report) continue;
      if (delivery.event.report.order == order) kinds.push_back(delivery.event.report.kind);
    }
    return kinds;
  }
  /// The last report of an order; fails the test's access when there is none.
  [[nodiscard]] const ExecutionReport& last(OrderId order) const {
    for (auto i = deliveries.rbegin(); i != deliveries.rend(); ++i) {
      if (i->event.kind == VenueEvent::Kind::Report && i->event.report.order == order) return i->event.report;
    }
    throw std::out_of_range("no report of this order");
  }
  [[nodiscard]] std::vector<ExecutionReport> fills(OrderId order) const {
    std::vector<ExecutionReport> fills;
    for (const auto& delivery : deliveries) {
      const ExecutionReport& report = delivery.event.report;
      if (delivery.event.kind == VenueEvent::Kind::Report && report.order == order &&
          report.kind == ReportKind::Fill) {
        fills.push_back(report);
      }
    }
    return fills;
  }

  std::vector<Delivery> deliveries;
  std::function<void(const VenueEvent&, Timestamp)> then;
  bool full = false;
  bool delivering = false;
};

/// A venue and its sink, driven by hand. The session ends at 20:00 UTC unless told otherwise.
struct VenueFixture {
  explicit VenueFixture(const SimulatedVenueConfig& config = plain_config(),
                        const SimulatedVenueBounds& bounds = {}, orders::Duration session_end = 20h)
      : venue(kVenue, config, instruments(), currencies(), session_end, bounds) {}

  void advance(orders::Duration after) { venue.advance(at(after), sink); }
  void send(orders::Duration after, const VenueCommand& command) {
    if (!sink.delivering) advance(after);
    venue.submit(command, at(after));
  }

  void market(const MarketEvent& event) {
    venue.advance(event.time, sink);
    venue.on_market(event);
  }
  void quote(orders::Duration after, std::optional<std::string_view> bid, std::optional<Quantity> bid_size,
             std::optional<std::string_view> ask, std::optional<Quantity> ask_size,
             InstrumentId instrument = kShare, VenueId from = kVenue) {
    MarketEvent event;
    event.instrument = instrument;
    event.venue = from;
    event.time = at(after);
    if (bid) event.quote.bid = price(*bid);
    if (ask) event.quote.ask = price(*ask);
    event.quote.bid_size = bid_size;
    event.quote.ask_size = ask_size;
    event.quote.time = event.time;
    market(event);
  }
  void trade(orders::Duration after, std::string_view at_price, Quantity size,
             std::optional<Side> aggressor = std::nullopt, InstrumentId instrument = kShare) {
    MarketEvent event;
    event.kind = MarketEventKind::Trade;
    event.instrument = instrument;
    event.venue = kVenue;
    event.time = at(after);
    event.price = price(at_price);
    event.size = size;
    event.aggressor = aggressor;
    market(event);
  }

  struct NewOrder {
    Side side = Side::Buy;
    OrderType type = OrderType::Limit;
    std::optional<std::string_view> limit{};
    std::optional<std::string_view> stop{};
    Quantity quantity{};
    TimeInForce time_in_force = TimeInForce::GoodTillCancel;
    InstrumentId instrument = kShare;
    Timestamp expire_at{};
  };
  /// Ids count from 1 unless one is given.
  OrderId submit(orders::Duration after, const NewOrder& order, std::optional<OrderId> id = std::nullopt) {
    VenueCommand command;
    command.kind = VenueCommand::Kind::New;
    command.order = id.value_or(OrderId{++last_id});
    command.venue = kVenue;
    command.instrument = order.instrument;
    command.side = order.side;
    command.type = order.type;
    command.time_in_force = order.time_in_force;
    command.terms.quantity = order.quantity;
    if (order.limit) command.terms.limit_price = price(*order.limit);
    if (order.stop) command.terms.stop_price = price(*order.stop);
    command.expire_at = order.expire_at;
    send(after, command);
    return command.order;
  }
  void cancel(orders::Duration after, OrderId order) {
    VenueCommand command;
    command.kind = VenueCommand::Kind::Cancel;
    command.order = order;
    command.venue = kVenue;
    send(after, command);
  }
  void replace(orders::Duration after, OrderId order, Quantity total, std::optional<std::string_view> limit,
               std::optional<std::string_view> stop = std::nullopt) {
    VenueCommand command;
    command.kind = VenueCommand::Kind::Replace;
    command.order = order;
    command.venue = kVenue;
    command.terms.quantity = total;
    if (limit) command.terms.limit_price = price(*limit);
    if (stop) command.terms.stop_price = price(*stop);
    send(after, command);
  }

  SimulatedVenue venue;
  RecordingSink sink;
  std::uint64_t last_id = 0;
};

}  // namespace vigil::engine::test
