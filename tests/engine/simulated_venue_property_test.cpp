// Rules that hold whatever is sent to the simulated venue and whatever the market does.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

namespace {

/// A step of a random session, drawn from the bits of one number so that a failing session shrinks.
class Step {
 public:
  explicit Step(std::uint64_t bits) : random_(bits) {}
  /// 0 to count - 1.
  int pick(int count) { return static_cast<int>(random_.from_one_to(count)) - 1; }

 private:
  Random random_;
};

/// Drives a venue with random commands and a random market. Market events and sends fall on whole
/// microseconds; with the outbound latency of plain_session() no command arrives on one, so every fill tells
/// what caused it.
struct Session {
  explicit Session(const SimulatedVenueConfig& config) : f(config, {}, 10h + 20s) {
    MarketEvent event;
    event.instrument = kShare;
    event.venue = kVenue;
    event.time = at(now);
    event.quote.bid = tick_price(0);
    event.quote.ask = tick_price(2);
    event.quote.bid_size = event.quote.ask_size = Quantity{10};
    bring(event);
  }

  void bring(const MarketEvent& event) {
    f.market(event);
    market[event.time] = event;
  }

  static Price tick_price(int ticks) { return Price::from_raw((1000 + ticks) * 1'000'000LL); }

  void run(const std::vector<std::uint64_t>& script) {
    for (const std::uint64_t bits : script) {
      Step step(bits);
      now += 1us + step.pick(1500) * 1us;
      while (step_by_step && f.venue.next_due() < at(now)) f.venue.advance(f.venue.next_due(), f.sink);
      f.advance(now);
      switch (step.pick(6)) {
        case 0:
        case 1:
          quote(step);
          break;
        case 2:
          trade(step);
          break;
        case 3:
        case 4:
          order(step);
          break;
        default:
          change(step);
          break;
      }
    }
    // DAY orders end with the session, what is left is canceled afterwards.
    for (std::uint64_t id = 1; id <= f.last_id; ++id) f.cancel(25s, OrderId{id});
    f.advance(40s);
  }

  void quote(Step& step) {
    MarketEvent event;
    event.instrument = kShare;
    event.venue = kVenue;
    event.time = at(now);
    event.quote.time = event.time;
    if (step.pick(12) != 0) event.quote.bid = tick_price(step.pick(7) - 4);
    if (step.pick(12) != 0) event.quote.ask = tick_price(step.pick(7) - 2);  // locked and crossed quotes too
    event.quote.bid_size = Quantity{step.pick(12)};
    event.quote.ask_size = Quantity{step.pick(12)};
    bring(event);
  }
  void trade(Step& step) {
    MarketEvent event;
    event.kind = MarketEventKind::Trade;
    event.instrument = kShare;
    event.venue = kVenue;
    event.time = at(now);
    event.price = tick_price(step.pick(10) - 5);
    event.size = Quantity{1 + step.pick(20)};
    const int aggressor = step.pick(3);
    if (aggressor != 2) event.aggressor = static_cast<Side>(aggressor);
    bring(event);
  }
  void order(Step& step) {
    VenueCommand command;
    command.kind = VenueCommand::Kind::New;
    command.order = OrderId{++f.last_id};
    command.venue = kVenue;
    command.instrument = kShare;
    command.side = static_cast<Side>(step.pick(2));
    command.type = static_cast<OrderType>(step.pick(4));
    command.time_in_force = static_cast<TimeInForce>(step.pick(5));
    command.terms.quantity = Quantity{step.pick(15)};  // sometimes 0, which is rejected
    if (has_limit(command.type)) command.terms.limit_price = tick_price(step.pick(9) - 4);
    if (has_stop(command.type)) command.terms.stop_price = tick_price(step.pick(9) - 4);
    command.expire_at = at(now + step.pick(20) * 1ms);
    f.venue.submit(command, at(now));
    sent[command.order] = command;
  }
  void change(Step& step) {
    if (f.last_id == 0) return;
    VenueCommand command;
    const int recent = static_cast<int>(std::min<std::uint64_t>(f.last_id, 12));
    command.order = OrderId{f.last_id - static_cast<std::uint64_t>(step.pick(recent))};
    command.venue = kVenue;
    command.instrument = kShare;
    command.kind = step.pick(2) == 0 ? VenueCommand::Kind::Cancel : VenueCommand::Kind::Replace;
    if (command.kind == VenueCommand::Kind::Cancel) {
      ++cancels[command.order];
    } else {
      ++replaces[command.order];
      command.terms = sent[command.order].terms;
      command.terms.quantity = Quantity{step.pick(20)};
      if (command.terms.limit_price) command.terms.limit_price = tick_price(step.pick(9) - 4);
      if (command.terms.stop_price && step.pick(2) == 0)
        command.terms.stop_price = tick_price(step.pick(9) - 4);
    }
    f.venue.submit(command, at(now));
  }

  /// All that the sink saw, for comparison.
  [[nodiscard]] std::string transcript() const {
    std::ostringstream out;
    for (const auto& [time, event] : f.sink.deliveries) {
      const ExecutionReport& r = event.report;
      out << orders::nanoseconds_of(time) << ' ' << static_cast<int>(event.kind) << ' '
          << static_cast<int>(r.kind) << ' ' << static_cast<std::uint64_t>(r.order) << ' '
          << orders::nanoseconds_of(r.venue_time) << ' ' << r.venue_order_id.view() << ' '
          << r.trade_id.view() << ' ' << r.price.to_string() << ' ' << r.quantity.to_string() << ' '
          << r.commission.to_string() << ' ' << static_cast<int>(r.reason) << ' ' << r.text.view() << '\n';
    }
    return out.str();
  }

  VenueFixture f;
  orders::Duration now = 0ms;
  bool step_by_step = false;  ///< an advance for everything that is due
  std::map<Timestamp, MarketEvent> market;
  std::map<OrderId, VenueCommand> sent;
  std::map<OrderId, int> cancels;
  std::map<OrderId, int> replaces;
};

SimulatedVenueConfig plain_session() {
  auto config = plain_config();
  config.outbound = {.minimum = 1ms, .median = 1ns, .sigma = 0};
  config.inbound.sigma = 1;
  return config;
}

SimulatedVenueConfig faulty_session(std::uint64_t seed) {
  auto config = plain_config();
  config.seed = seed;
  config.outbound.sigma = 1;
  config.inbound.sigma = 1;
  config.faults.drop_report = 0.1;
  config.faults.repeat_report = 0.1;
  config.faults.reorder_reports = 0.2;
  config.faults.delay_report = 0.1;
  config.faults.late_fill_after_cancel = 0.5;
  config.faults.reject_order = 0.05;
  config.faults.disconnect_every = 20ms;
  config.faults.disconnect_for = 3ms;
  config.faults.messages_per_second = 300;
  return config;
}

/// The life of one order as its reports tell it.
struct Life {
  OrderTerms terms;
  Quantity cum{};
  bool accepted = false;
  bool triggered = false;
  int final_reports = 0;
  int cancels_done = 0;
  int cancels_refused = 0;
  int replaces_answered = 0;
};

void check_reports(const Session& session) {
  std::map<OrderId, Life> lives;
  std::set<std::string> trade_ids;
  Timestamp delivered = Timestamp::min();
  Timestamp at_venue = Timestamp::min();
  for (const auto& [time, event] : session.f.sink.deliveries) {
    const ExecutionReport& report = event.report;
    RC_ASSERT(event.kind == VenueEvent::Kind::Report);
    RC_ASSERT(time >= delivered);
    RC_ASSERT(report.venue_time >= at_venue);
    RC_ASSERT(time > report.venue_time);
    delivered = time;
    at_venue = report.venue_time;

    const VenueCommand& command = session.sent.at(report.order);
    Life& life = lives[report.order];
    const bool closed = life.final_reports > 0;
    switch (report.kind) {
      case ReportKind::Accepted:
        RC_ASSERT(!life.accepted && !closed);
        life.accepted = true;
        life.terms = command.terms;
        break;
      case ReportKind::Rejected:
        RC_ASSERT(!life.accepted && !closed);
        ++life.final_reports;
        break;
      case ReportKind::Status:
        RC_FAIL("nobody asked");
        break;
      case ReportKind::Triggered:
        RC_ASSERT(life.accepted && !closed && !life.triggered && has_stop(command.type));
        life.triggered = true;
        break;
      case ReportKind::Fill:
        RC_ASSERT(life.accepted && !closed);
        RC_ASSERT(report.quantity > Quantity{0});
        RC_ASSERT(report.quantity.raw() % orders::kScale == 0);
        RC_ASSERT(!has_stop(command.type) || life.triggered);
        RC_ASSERT(trade_ids.insert(std::string(report.trade_id.view())).second);
        if (has_limit(command.type)) {
          RC_ASSERT((command.side == Side::Buy ? report.price <= *life.terms.limit_price
                                               : report.price >= *life.terms.limit_price));
        }
        life.cum = life.cum + report.quantity;
        RC_ASSERT(life.cum <= life.terms.quantity);
        if (life.cum == life.terms.quantity) ++life.final_reports;
        break;
      case ReportKind::Canceled:
        RC_ASSERT(life.accepted && !closed);
        if (command.time_in_force == TimeInForce::FillOrKill) RC_ASSERT(life.cum == Quantity{0});
        if (report.text.empty()) ++life.cancels_done;
        ++life.final_reports;
        break;
      case ReportKind::Expired:
        RC_ASSERT(life.accepted && !closed);
        RC_ASSERT(command.time_in_force != TimeInForce::GoodTillCancel);
        ++life.final_reports;
        break;
      case ReportKind::CancelRejected:
        ++life.cancels_refused;
        break;
      case ReportKind::Updated:
        RC_ASSERT(life.accepted && !closed);
        RC_ASSERT(report.terms.quantity > life.cum);
        life.terms = report.terms;
        ++life.replaces_answered;
        break;
      case ReportKind::UpdateRejected:
        ++life.replaces_answered;
        break;
    }
  }
  RC_ASSERT(lives.size() == session.sent.size());
  for (const auto& [id, life] : lives) {
    RC_ASSERT(life.final_reports == 1);
    const auto cancels = session.cancels.find(id);
    RC_ASSERT(life.cancels_done + life.cancels_refused ==
              1 + (cancels == session.cancels.end() ? 0 : cancels->second));
    const auto replaces = session.replaces.find(id);
    RC_ASSERT(life.replaces_answered == (replaces == session.replaces.end() ? 0 : replaces->second));
  }
  RC_ASSERT(session.f.venue.open_orders() == 0);
  RC_ASSERT(session.f.venue.next_due() == Timestamp::max());
}

/// What was taken from one side of the touch.
struct Budget {
  std::optional<Price> at_price;
  Quantity displayed{};
  Quantity granted{};  ///< displayed at first and every growth since the price came up
  Quantity taken{};
  Quantity taken_since_quote{};

  void quote(std::optional<Price> new_price, Quantity size) {
    taken_since_quote = Quantity{0};
    if (new_price && new_price == at_price) {
      if (size > displayed) granted = granted + (size - displayed);
    } else {
      granted = size;
      taken = Quantity{0};
    }
    at_price = new_price;
    displayed = size;
  }
  void take(Quantity quantity) {
    taken = taken + quantity;
    taken_since_quote = taken_since_quote + quantity;
    RC_ASSERT(at_price.has_value());
    RC_ASSERT(taken <= granted);
    RC_ASSERT(taken_since_quote <= displayed);
  }
};

void check_sizes(const Session& session) {
  // Fills and market in time order; a fill at the time of a market event was caused by it.
  Budget bid;
  Budget ask;
  auto next_market = session.market.begin();
  Timestamp trade_time{};
  Quantity traded{};
  for (const auto& [time, event] : session.f.sink.deliveries) {
    const ExecutionReport& report = event.report;
    if (report.kind != ReportKind::Fill) continue;
    while (next_market != session.market.end() && next_market->first <= report.venue_time) {
      if (next_market->second.kind == MarketEventKind::Quote) {
        const orders::Quote& quote = next_market->second.quote;
        bid.quote(quote.bid, quote.bid_size.value_or(Quantity{0}));
        ask.quote(quote.ask, quote.ask_size.value_or(Quantity{0}));
      }
      ++next_market;
    }
    const VenueCommand& command = session.sent.at(report.order);
    Budget& far = command.side == Side::Buy ? ask : bid;
    const auto cause = session.market.find(report.venue_time);
    if (report.liquidity == Liquidity::Taker) {
      RC_ASSERT(report.price == far.at_price);
      far.take(report.quantity);
      continue;
    }
    RC_ASSERT(cause != session.market.end());  // only the market fills a resting order
    if (cause->second.kind == MarketEventKind::Quote) {
      far.take(report.quantity);
      continue;
    }
    if (trade_time != report.venue_time) traded = Quantity{0};
    trade_time = report.venue_time;
    traded = traded + report.quantity;
    RC_ASSERT(traded <= cause->second.size);
    RC_ASSERT((command.side == Side::Buy ? cause->second.price <= report.price
                                         : cause->second.price >= report.price));
  }
}

}  // namespace

TEST_SUITE("simulated venue: any session") {
  TEST_CASE("without faults every order lives one legal life and no size is filled twice") {
    CHECK(rc::check("random sessions", [](const std::vector<std::uint64_t>& script) {
      Session session(plain_session());
      session.run(script);
      check_reports(session);
      check_sizes(session);
    }));
  }

  TEST_CASE("long sessions obey the same rules") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      Random random(seed);
      std::vector<std::uint64_t> script(3000);
      for (auto& bits : script) bits = random.bits();
      Session session(plain_session());
      session.run(script);
      CHECK(session.f.venue.statistics().fills > 100);
      // The rules assert through RapidCheck, which needs a property to report to.
      CHECK(rc::check("a long session", [&] {
        check_reports(session);
        check_sizes(session);
      }));
    }
  }

  TEST_CASE("the same seed gives the same reports with all faults on, another seed others") {
    Random random(3);
    std::vector<std::uint64_t> script(2000);
    for (auto& bits : script) bits = random.bits();
    const auto transcript = [&](std::uint64_t seed) {
      Session session(faulty_session(seed));
      session.run(script);
      CHECK(session.f.venue.statistics().late_fills > 0);
      CHECK(session.f.venue.statistics().disconnects > 0);
      CHECK(session.f.venue.statistics().commands_lost > 0);
      CHECK(session.f.venue.report_statistics().reordered > 0);
      CHECK(session.f.venue.report_statistics().delayed > 0);
      return session.transcript();
    };
    const std::string first = transcript(1);
    CHECK(first.size() > 10'000);
    CHECK(first == transcript(1));
    CHECK(first != transcript(2));
  }

  TEST_CASE("how often the venue is advanced does not matter") {
    CHECK(rc::check("same transcript", [](const std::vector<std::uint64_t>& script, std::uint64_t seed) {
      Session once(faulty_session(seed));
      once.run(script);
      Session often(faulty_session(seed));
      often.step_by_step = true;
      often.run(script);
      RC_ASSERT(once.transcript() == often.transcript());
    }));
  }

  TEST_CASE("with faults fills never exceed an order and never pass its limit") {
    CHECK(rc::check("repeats apart", [](const std::vector<std::uint64_t>& script, std::uint64_t seed) {
      Session session(faulty_session(seed));
      session.run(script);
      std::map<OrderId, std::map<std::string, Quantity>> fills;
      for (const auto& [time, event] : session.f.sink.deliveries) {
        if (event.kind != VenueEvent::Kind::Report || event.report.kind != ReportKind::Fill) continue;
        fills[event.report.order][std::string(event.report.trade_id.view())] = event.report.quantity;
      }
      for (const auto& [id, by_trade] : fills) {
        if (session.replaces.contains(id)) continue;  // its quantity may be another by now
        Quantity sum{};
        for (const auto& [trade, quantity] : by_trade) sum = sum + quantity;
        RC_ASSERT(sum <= session.sent.at(id).terms.quantity);
      }
    }));
  }
}

}  // namespace vigil::engine::test
