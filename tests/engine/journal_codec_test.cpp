// What is written into a record is what is read from it, and bytes that are none are told.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstring>

#include "engine/random.h"
#include "engine/tape/event_codec.h"
#include "engine/tape/tape_reader.h"

using namespace vigil;
using namespace vigil::engine;

namespace {

/// Draws things of every kind from one seed, every field its own.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  template <typename Enum>
  Enum choice(Enum last) {
    return static_cast<Enum>(random_.below(static_cast<std::uint64_t>(last) + 1));
  }
  template <typename Id>
  Id id() {
    return static_cast<Id>(random_.bits());
  }
  template <typename Fixed>
  Fixed fixed() {
    return Fixed::from_raw(static_cast<decltype(Fixed{}.raw())>(random_.bits()));
  }
  template <typename Fixed>
  std::optional<Fixed> maybe() {
    return random_.chance(0.5) ? std::optional(fixed<Fixed>()) : std::nullopt;
  }
  template <typename Text>
  Text text() {
    std::string bytes(random_.below(Text::kCapacity + 1), ' ');
    for (char& byte : bytes) byte = static_cast<char>(random_.bits());
    return *Text::from(bytes);
  }
  orders::Timestamp time() {
    return orders::timestamp_from_nanoseconds(static_cast<std::int64_t>(random_.bits()));
  }
  orders::Duration duration() { return orders::Duration{static_cast<std::int64_t>(random_.bits())}; }
  bool flag() { return random_.chance(0.5); }
  std::uint64_t below(std::uint64_t count) { return random_.below(count); }

  orders::OrderTerms terms() {
    return {fixed<orders::Quantity>(), maybe<orders::Price>(), maybe<orders::Price>()};
  }
  orders::OrderRequest request() {
    orders::OrderRequest drawn;
    drawn.action = choice(orders::OrderRequest::Action::CancelAll);
    drawn.client_order_id = text<orders::ClientOrderId>();
    drawn.account = id<orders::AccountId>();
    drawn.strategy = id<orders::StrategyId>();
    drawn.instrument = id<orders::InstrumentId>();
    drawn.venue = id<orders::VenueId>();
    drawn.side = choice(orders::Side::Sell);
    drawn.type = choice(orders::OrderType::StopLimit);
    drawn.time_in_force = choice(orders::TimeInForce::FillOrKill);
    drawn.is_liquidation = flag();
    drawn.terms = terms();
    drawn.expire_at = time();
    drawn.decided = {time(), duration()};
    return drawn;
  }
  orders::ExecutionReport report() {
    orders::ExecutionReport drawn;
    drawn.kind = choice(orders::ReportKind::Status);
    drawn.order = id<orders::OrderId>();
    drawn.venue = id<orders::VenueId>();
    drawn.venue_order_id = text<orders::VenueOrderId>();
    drawn.venue_time = time();
    drawn.reason = choice(orders::RejectReason::Other);
    drawn.text = text<orders::FixedString<48>>();
    if (drawn.kind == orders::ReportKind::Updated) drawn.terms = terms();
    if (drawn.kind == orders::ReportKind::Status) {
      drawn.terms = terms();
      drawn.status = choice(orders::OrderStatus::Filled);
      drawn.cum_quantity = fixed<orders::Quantity>();
      drawn.instrument = id<orders::InstrumentId>();
      drawn.side = choice(orders::Side::Sell);
      drawn.type = choice(orders::OrderType::StopLimit);
      drawn.time_in_force = choice(orders::TimeInForce::FillOrKill);
    }
    if (drawn.kind != orders::ReportKind::Fill) return drawn;
    drawn.resent = flag();
    drawn.trade_id = text<orders::VenueTradeId>();
    drawn.price = fixed<orders::Price>();
    drawn.quantity = fixed<orders::Quantity>();
    drawn.commission = fixed<orders::Money>();
    drawn.commission_currency = id<orders::CurrencyId>();
    drawn.liquidity = choice(orders::Liquidity::Taker);
    return drawn;
  }
  orders::MarketEvent market() {
    orders::MarketEvent drawn;
    drawn.kind = choice(orders::MarketEventKind::Trade);
    drawn.instrument = id<orders::InstrumentId>();
    drawn.venue = id<orders::VenueId>();
    drawn.time = time();
    if (drawn.kind == orders::MarketEventKind::Quote) {
      drawn.quote = {maybe<orders::Price>(), maybe<orders::Price>(), maybe<orders::Quantity>(),
                     maybe<orders::Quantity>(), time()};
      return drawn;
    }
    drawn.price = fixed<orders::Price>();
    drawn.size = fixed<orders::Quantity>();
    if (flag()) drawn.aggressor = choice(orders::Side::Sell);
    return drawn;
  }
  Signal signal() {
    return {.instrument = id<orders::InstrumentId>(),
            .model = static_cast<std::uint16_t>(below(65536)),
            .type = choice(SignalType::Hold),
            .confidence = choice(Confidence::High),
            .probability = random_.uniform(),
            .quote_time = time()};
  }
  ControlCommand command() {
    ControlCommand drawn;
    drawn.kind = choice(ControlCommand::kLastKind);
    drawn.scope = {choice(risk::KillScope::Level::Instrument), static_cast<std::uint16_t>(below(65536))};
    drawn.strategy = id<orders::StrategyId>();
    drawn.venue = id<orders::VenueId>();
    drawn.by_alert = flag();
    drawn.detected = duration();
    return drawn;
  }
  std::optional<std::uint32_t> count() {
    return flag() ? std::optional(static_cast<std::uint32_t>(random_.bits())) : std::nullopt;
  }
  risk::Limits limits() {
    risk::Limits drawn;
    for (std::uint64_t i = below(4); i > 0; --i) {
      drawn.instruments.push_back(
          {maybe<orders::Quantity>(), maybe<orders::Money>(), maybe<orders::Quantity>(), count(), count()});
    }
    for (std::uint64_t i = below(4); i > 0; --i) {
      drawn.accounts.push_back({maybe<orders::Money>(), maybe<orders::Money>(), maybe<orders::Money>(),
                                maybe<orders::Ratio>(), maybe<orders::Ratio>(), count(), count(), count()});
    }
    for (std::uint64_t i = below(4); i > 0; --i) drawn.venue_messages_per_second.push_back(count());
    for (std::uint64_t i = below(4); i > 0; --i) {
      std::vector<bool>& row = drawn.permissions.emplace_back();
      for (std::uint64_t k = below(4); k > 0; --k) row.push_back(flag());
    }
    drawn.stale_reference_after = duration();
    drawn.market_order_needs_reference = flag();
    drawn.collar_period = duration();
    drawn.duplicate_window = duration();
    drawn.max_repeated_executions = static_cast<std::uint32_t>(random_.bits());
    drawn.repeated_executions_window = duration();
    drawn.breaker = {static_cast<std::uint32_t>(random_.bits()), duration(),
                     static_cast<std::uint32_t>(random_.bits())};
    drawn.cancel_on_halt = flag();
    return drawn;
  }

 private:
  Random random_;
};

template <typename Thing>
std::string written(const Thing& thing) {
  std::string bytes(4096, '\0');
  WireWriter out(bytes.data(), bytes.size());
  fields(out, thing);
  CHECK_FALSE(out.has_overflowed());
  bytes.resize(out.size());
  return bytes;
}

/// Read back and written again it is the same; a byte less is none; of its bytes none may be read beyond.
template <typename Thing>
void check_round_trip(const Thing& thing, Thing read = {}) {
  const std::string bytes = written(thing);
  WireReader in(bytes);
  fields(in, read);
  RC_ASSERT(!in.has_failed());
  RC_ASSERT(in.is_at_end());
  RC_ASSERT(written(read) == bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    WireReader part(std::string_view{bytes}.substr(0, cut));
    Thing rest = read;
    fields(part, rest);
    RC_ASSERT(part.has_failed());
  }
}

std::string limits_text(const risk::Limits& limits) {
  std::string bytes(8192, '\0');
  WireWriter out(bytes.data(), bytes.size());
  put_limits(out, limits);
  bytes.resize(out.size());
  return bytes;
}

}  // namespace

TEST_CASE("every event reads back as it was written, and a part of one does not") {
  CHECK(rc::check("orders, replaces and cancels",
                  [](std::uint64_t seed) { check_round_trip(Draw(seed).request()); }));
  CHECK(rc::check("signals", [](std::uint64_t seed) { check_round_trip(Draw(seed).signal()); }));
  CHECK(rc::check("reports", [](std::uint64_t seed) { check_round_trip(Draw(seed).report()); }));
  CHECK(rc::check("market data", [](std::uint64_t seed) {
    const orders::MarketEvent event = Draw(seed).market();
    orders::MarketEvent of_kind;
    of_kind.kind = event.kind;
    check_round_trip(event, of_kind);
  }));
  CHECK(rc::check("commands", [](std::uint64_t seed) { check_round_trip(Draw(seed).command()); }));
  CHECK(rc::check("limits", [](std::uint64_t seed) {
    const std::string bytes = limits_text(Draw(seed).limits());
    WireReader in(bytes);
    risk::Limits read;
    get_limits(in, read);
    RC_ASSERT(!in.has_failed());
    RC_ASSERT(in.is_at_end());
    RC_ASSERT(limits_text(read) == bytes);
  }));
}

TEST_CASE("a choice that there is not, and a flag that is neither, are no event") {
  const std::string bytes = written(Draw(7).request());
  std::string wrong = bytes;
  wrong[0] = 17;  // of four actions
  WireReader in(wrong);
  orders::OrderRequest request;
  fields(in, request);
  CHECK(in.has_failed());
  bool flag = false;
  WireReader two(std::string_view{"\2", 1});
  two(flag);
  CHECK(two.has_failed());
}

TEST_CASE("a length that reaches beyond the bytes does not make a list of limits long") {
  const std::string bytes = "\xff\xff\xff\xff rest";
  WireReader in(bytes);
  risk::Limits limits;
  get_limits(in, limits);
  CHECK(in.has_failed());
  CHECK(limits.instruments.size() < 10);
}

TEST_CASE("a record that does not fit is left out, not cut") {
  char small[16];
  WireWriter out(small, sizeof small);
  const orders::OrderRequest request = Draw(3).request();
  fields(out, request);
  CHECK(out.has_overflowed());
  CHECK(out.size() <= sizeof small);
}

TEST_CASE("any bytes are a tape or none, and reading them ends") {
  CHECK(rc::check("bytes", [](const std::string& bytes) {
    const auto tape = read_tape(bytes);
    if (tape) RC_ASSERT(tape->size() <= bytes.size());
  }));
}
