#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "engine/venue/delays.h"
#include "engine/venue/fees.h"
#include "engine/venue/report_channel.h"
#include "engine/venue/ring.h"
#include "engine/venue/simulated_book.h"
#include "engine/venue/simulated_venue_config.h"
#include "engine/venue/venue.h"
#include "engine/venue/venue_order.h"
#include "orders/instrument.h"

namespace vigil::engine {

/// How much a simulated venue holds at most. Commands and reports beyond their bound are lost and counted;
/// the engine finds those orders in doubt.
struct SimulatedVenueBounds {
  /// More are rejected: Other, "order table full".
  std::size_t max_open_orders = 100'000;
  /// A cancel of an order closed earlier is answered as UnknownOrder, and its id may be used again.
  std::size_t remembered_closed_orders = 10'000;
  std::size_t remembered_fills = 100'000;  ///< earlier ones are not told again
  std::size_t max_commands_under_way = 1'000'000;
  std::size_t max_reports_under_way = 1'000'000;
};

/// What a simulated venue did, for tests and logs. Reports are counted by their channel.
struct SimulatedVenueStatistics {
  std::uint64_t commands = 0;  ///< that arrived
  /// Under way at a disconnect, sent while disconnected, or beyond the bound.
  std::uint64_t commands_lost = 0;
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t fills = 0;       ///< late ones included
  std::uint64_t late_fills = 0;  ///< by fault, after the cancel
  std::uint64_t rate_limited = 0;
  std::uint64_t disconnects = 0;
  std::uint64_t refused_deliveries = 0;  ///< the sink had no room
};

/// A venue that trades against the recorded or synthetic market, deterministic: the same configuration,
/// market, commands and times give the same reports. One thread.
///
/// Time. A command arrives after the outbound latency and never overtakes an earlier one; a report travels
/// back alike (see ReportChannel). The caller goes forward in time and advances first: advance(t), then
/// on_market, submit or connect at t. How often it advances in between makes no difference. What falls on the
/// same instant goes in this order: connection changes, expiries (GTD by time and acceptance, then DAY),
/// commands that arrive (as sent), reports that are due, market events.
///
/// Orders. What is marketable on arrival fills as taker at the touch of this venue's feed, up to the size
/// that is left there; more is not known of the market, so the rest of a market order is canceled and the
/// rest of a limit order rests (IOC: is canceled). FOK fills whole at once or not at all. Resting orders fill
/// as maker at their own limit, see SimulatedBook. A stop is held until the far touch or a trade reaches it.
/// DAY orders expire at the session's end, and so do stops sent as IOC or FOK, which wait like DAY orders.
/// Within one market event resting orders fill first, then stops trigger.
///
/// Refusals, in the order they are looked for: RateLimited; Other (order id repeated); UnknownInstrument;
/// MarketClosed (not tradable, or no market event for it from this venue yet, or a market order before the
/// first quote); InvalidQuantity (not positive, not whole lots); InvalidPrice (missing, not wanted, not on
/// the tick, or not positive for an inverse contract); Other (GTD in the past; the reject fault; order table
/// full). A market order that finds its side of the market empty is accepted and canceled.
///
/// Disconnects. Commands under way are lost (the engine finds them in doubt); resting orders stay and trade
/// on; reports wait and are delivered on reconnection, behind the Connected event. Events tell changes only:
/// the connection at the start is the configuration's.
///
/// A sink that refuses keeps everything in its place: the same event is offered again by the next advance.
class SimulatedVenue : public Venue {
 public:
  /// `session_end`: time of day (UTC), 0 <= session_end < 24 h. Throws std::invalid_argument for a fee
  /// currency that is not configured.
  SimulatedVenue(orders::VenueId id, const SimulatedVenueConfig& config,
                 const std::vector<orders::Instrument>& instruments,
                 const std::vector<orders::Currency>& currencies, orders::Duration session_end,
                 const SimulatedVenueBounds& bounds = {});
  // The fee schedules point into instruments_.
  SimulatedVenue(const SimulatedVenue&) = delete;
  SimulatedVenue& operator=(const SimulatedVenue&) = delete;

  void submit(const VenueCommand& command, orders::Timestamp now) override;
  /// Events of other venues are ignored.
  void on_market(const orders::MarketEvent& event) override;
  /// The sink may submit while it takes a delivery; the delivery's time is then the time to submit at.
  void advance(orders::Timestamp now, VenueEventSink& sink) override;
  [[nodiscard]] orders::Timestamp next_due() const override;
  [[nodiscard]] bool connected() const override { return connected_; }

  /// Cuts or restores the connection by hand. A connection cut by hand stays down until restored by hand.
  void connect(bool up, orders::Timestamp now);

  /// From now on it does nothing wrong: no faults, and the connection stays as it is.
  void behave();
  /// visit(order, instrument, side, quantity) for every fill of the orders that are remembered.
  template <typename Visit>
  void for_each_fill(Visit&& visit) const {
    orders_.for_each([&visit](const VenueOrder& order) {
      for (const VenueFill& fill : order.fills) visit(order.id, order.instrument, order.side, fill.quantity);
    });
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t open_orders() const noexcept { return orders_.open_count(); }
  [[nodiscard]] const SimulatedVenueStatistics& statistics() const noexcept { return statistics_; }
  [[nodiscard]] const ReportChannelStatistics& report_statistics() const noexcept {
    return reports_.statistics();
  }

 private:
  struct CommandUnderWay {
    orders::Timestamp arrival{};
    VenueCommand command;
  };
  struct ConnectionEvent {
    orders::Timestamp time{};
    VenueEvent::Kind kind = VenueEvent::Kind::Connected;
  };
  struct Refusal {
    orders::RejectReason reason = orders::RejectReason::None;
    std::string_view text;
  };

  // Time (simulated_venue.cpp).
  void start(orders::Timestamp now);
  void run_until(orders::Timestamp now);
  void do_next();
  [[nodiscard]] orders::Timestamp next_internal() const noexcept;
  [[nodiscard]] orders::Timestamp next_delivery() const noexcept;
  [[nodiscard]] bool deliver_next(VenueEventSink& sink);
  void set_connected(bool up);
  void schedule_disconnect();
  [[nodiscard]] bool over_message_rate();

  // Orders (simulated_venue_orders.cpp).
  void process(const VenueCommand& command);
  void process_new(const VenueCommand& command);
  void process_cancel(const VenueCommand& command);
  void process_replace(const VenueCommand& command);
  [[nodiscard]] Refusal check_new(const VenueCommand& command);
  [[nodiscard]] Refusal check_terms(const orders::Instrument& instrument, orders::OrderType type,
                                    const orders::OrderTerms& terms) const;
  void refuse(const VenueCommand& command, const Refusal& refusal);
  void place(VenueOrder& order);
  void execute(VenueOrder& order);
  void fill(VenueOrder& order, orders::Price price, orders::Quantity quantity, orders::Liquidity liquidity);
  void book_market_fills();
  void trigger(VenueOrder& order);
  void cancel(VenueOrder& order, std::string_view text);
  void late_fill(VenueOrder& order, orders::Quantity leaves);
  void close(VenueOrder& order, orders::OrderStatus as);
  void process_status(const VenueCommand& command);
  [[nodiscard]] orders::ExecutionReport status_of(const VenueOrder& order) const;
  [[nodiscard]] orders::ExecutionReport status_end() const;
  void send_fills_since(orders::Timestamp since);
  [[nodiscard]] orders::ExecutionReport fill_report(const VenueOrder& order, const VenueFill& fill) const;
  void note_lifetime(const VenueOrder& order);
  void expire_due();
  void expire(VenueOrder& order);
  [[nodiscard]] orders::ExecutionReport report_on(const VenueOrder& order, orders::ReportKind kind) const;
  void send(const orders::ExecutionReport& report);
  void send(const orders::ExecutionReport& report, orders::Timestamp venue_time);
  [[nodiscard]] SimulatedBook& book_of(const VenueOrder& order) {
    return books_[orders::index(order.instrument)];
  }

  orders::VenueId id_;
  std::string name_;
  std::string id_prefix_;  // of venue order and trade ids; room is left for twelve digits
  LatencyConfig outbound_;
  FaultConfig faults_;
  SimulatedVenueBounds bounds_;
  orders::Duration session_end_;
  std::vector<orders::Instrument> instruments_;
  std::vector<FeeSchedule> fees_;     // by instrument
  std::vector<SimulatedBook> books_;  // by instrument
  // A stream of draws for each use: a fault switched on leaves the latencies as they were.
  Random latency_random_;
  Random fault_random_;
  Random connection_random_;

  bool started_ = false;
  bool delivering_ = false;
  orders::Timestamp clock_ = orders::Timestamp::min();  // of the latest thing done
  Ring<CommandUnderWay> commands_;
  orders::Timestamp last_arrival_ = orders::Timestamp::min();
  ReportChannel reports_;

  bool connected_;
  orders::Timestamp next_change_ = orders::Timestamp::max();  // of the connection, by fault
  Ring<ConnectionEvent> connection_events_;                   // not yet delivered

  VenueOrderTable orders_;
  orders::Quantity executed_{};                                 // of all fills
  std::deque<std::pair<orders::OrderId, VenueFill>> fill_log_;  // the last ones
  std::uint64_t last_order_ = 0;
  std::uint64_t last_trade_ = 0;
  std::uint64_t last_priority_ = 0;
  std::map<std::pair<orders::Timestamp, std::uint64_t>, VenueOrder*> expiries_;  // GTD, by time and number
  std::size_t day_orders_ = 0;                                                   // open ones
  orders::Timestamp day_end_ = orders::Timestamp::max();                         // while there are any
  Ring<orders::Timestamp> recent_messages_;  // within the last second, at most messages_per_second
  std::vector<BookFill> market_fills_;       // scratch
  std::vector<VenueOrder*> triggered_;       // scratch
  SimulatedVenueStatistics statistics_;
};

}  // namespace vigil::engine
