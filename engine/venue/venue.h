#pragma once

#include <cstdint>

#include "orders/execution_report.h"
#include "orders/market.h"
#include "orders/order.h"

namespace vigil::engine {

/// What the core asks a venue to do. Plain data, copied through queues.
struct VenueCommand {
  enum class Kind : std::uint8_t {
    New,
    Cancel,
    Replace,
    Status,      ///< how does the order stand: its fills once more, then a Status report (FIX 35=H)
    MassStatus,  ///< a Status report for each open order, then one for no order, which has the quantity of
                 ///< all fills so far (FIX 35=AF)
    Fills,       ///< all fills since `since` once more (FIX 35=AD)
    Adopt,       ///< the venue's order `known_as` is called `order` from now on
  };
  Kind kind = Kind::New;
  orders::OrderId order = orders::kNoOrder;
  orders::VenueId venue = orders::kNoVenue;
  orders::InstrumentId instrument = orders::kNoInstrument;
  orders::Side side = orders::Side::Buy;
  orders::OrderType type = orders::OrderType::Limit;
  orders::TimeInForce time_in_force = orders::TimeInForce::Day;
  orders::OrderTerms terms;  ///< New and Replace
  orders::Timestamp expire_at{};
  orders::OrderId known_as = orders::kNoOrder;  ///< Adopt
  orders::Timestamp since{};                    ///< Fills; the venue's time

  template <typename Wire>
  void state(Wire& wire) {
    wire.choice(kind, Kind::Adopt);
    wire(order);
    wire(venue);
    wire(instrument);
    wire.choice(side, orders::Side::Sell);
    wire.choice(type, orders::OrderType::StopLimit);
    wire.choice(time_in_force, orders::TimeInForce::FillOrKill);
    wire(terms);
    wire(expire_at);
    wire(known_as);
    wire(since);
  }
};

/// A command that says nothing of an order but which it is.
[[nodiscard]] inline VenueCommand command_about(VenueCommand::Kind kind, orders::OrderId order,
                                                orders::VenueId venue,
                                                orders::InstrumentId instrument) noexcept {
  VenueCommand command;
  command.kind = kind;
  command.order = order;
  command.venue = venue;
  command.instrument = instrument;
  return command;
}

enum class SendResult : std::uint8_t {
  Sent,
  Disconnected,  ///< certainly not sent; may be tried again
  QueueFull,     ///< certainly not sent; the transport's bound is reached
};

/// What a venue tells the engine.
struct VenueEvent {
  enum class Kind : std::uint8_t { Report, Connected, Disconnected };
  Kind kind = Kind::Report;
  orders::VenueId venue = orders::kNoVenue;
  orders::ExecutionReport report;  ///< Kind::Report
};

/// Where venue events go: the core itself under a manual clock, a queue in the live engine. Answers false
/// when there is no room; the venue then keeps the event and offers it again.
class VenueEventSink {
 public:
  virtual ~VenueEventSink() = default;
  [[nodiscard]] virtual bool deliver(const VenueEvent& event, orders::Timestamp now) = 0;
};

/// The engine's way to its venues: direct under a manual clock, through a queue in the live engine. Called on
/// the core thread.
class VenueGateway {
 public:
  virtual ~VenueGateway() = default;
  [[nodiscard]] virtual SendResult send(const VenueCommand& command, orders::EventTime now) noexcept = 0;
};

/// One venue, driven by one thread that also brings it the market. Time is an argument throughout.
class Venue {
 public:
  virtual ~Venue() = default;
  virtual void submit(const VenueCommand& command, orders::Timestamp now) = 0;
  virtual void on_market(const orders::MarketEvent& event) = 0;
  /// Does all that is due until `now`, in time order, and delivers what the engine would have received by
  /// then.
  virtual void advance(orders::Timestamp now, VenueEventSink& sink) = 0;
  /// When advance next has something to do; Timestamp::max() when nothing is pending.
  [[nodiscard]] virtual orders::Timestamp next_due() const = 0;
  [[nodiscard]] virtual bool connected() const = 0;
};

}  // namespace vigil::engine
