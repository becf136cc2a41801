#pragma once

#include <string>
#include <vector>

#include "orders/execution_analysis.h"
#include "readings.h"

namespace vigil::orders::test {

inline Price price(const std::string& text) {
  return Price::parse(text).value();
}

inline Timestamp after(Duration since_start) {
  return Timestamp{std::chrono::seconds{1'000'000}} + since_start;
}

/// An analysis with its metrics, told by hand: instruments ALPHA and BETA, venues north and south, strategies
/// fast and slow. An order stands at 99 to 101 unless a test says otherwise.
struct Bench : Readings {
  explicit Bench(const ExecutionQualityConfig& config = {})
      : Readings(registry),
        metrics(registry, {"ALPHA", "BETA"}, {"north", "south"}, {"fast", "slow"}, {100, 200, 500}),
        analysis(config, metrics, instruments, CurrencyId{0}, 2) {}

  [[nodiscard]] ExecutedOrder order(Side side = Side::Buy, OrderType type = OrderType::Limit) const {
    return {.id = OrderId{1},
            .instrument = InstrumentId{0},
            .strategy = StrategyId{0},
            .venue = VenueId{0},
            .side = side,
            .type = type,
            .arrival_bid = bid,
            .arrival_ask = ask};
  }
  [[nodiscard]] FillNote fill(const ExecutedOrder& of, const std::string& at,
                              std::int64_t quantity = 10) const {
    const double notional = price(at).to_double() * static_cast<double>(quantity);
    return {.order = of,
            .time = now,
            .price = price(at),
            .quantity = Quantity{quantity},
            .parent = kNoOrder,
            .liquidity = Liquidity::Taker,
            .bid = bid,
            .ask = ask,
            .notional_usd = notional,
            .fee_usd = 0};
  }
  /// What is known of an order that ended with these fills.
  [[nodiscard]] OrderEndNote end(const ExecutedOrder& of, std::int64_t ordered,
                                 const std::vector<FillNote>& fills) const {
    OrderEndNote note{.order = of,
                      .time = now,
                      .status = OrderStatus::Filled,
                      .is_slice = false,
                      .is_parent = false,
                      .ordered = Quantity{ordered},
                      .executed = {},
                      .traded_value = {},
                      .limit_price = {},
                      .decision_mid = {},
                      .end_bid = {},
                      .end_ask = {},
                      .to_first_fill = OrderEndNote::kNever,
                      .to_full_fill = OrderEndNote::kNever};
    for (const FillNote& each : fills) {
      note.executed = note.executed + each.quantity;
      note.traded_value += each.price * each.quantity;
    }
    if (note.executed != note.ordered) note.status = OrderStatus::Canceled;
    return note;
  }
  void quote(const std::string& new_bid, const std::string& new_ask,
             InstrumentId instrument = InstrumentId{0}) {
    analysis.quote(instrument, price(new_bid), price(new_ask), now);
    if (instrument != InstrumentId{0}) return;
    bid = price(new_bid);
    ask = price(new_ask);
  }
  void wait(Duration time) { now += time; }

  /// In dollars; BETA settles in euros.
  static std::vector<Instrument> two_instruments() {
    std::vector<Instrument> two(2);
    two[0].settlement = CurrencyId{0};
    two[1].id = InstrumentId{1};
    two[1].settlement = CurrencyId{1};
    return two;
  }

  std::vector<Instrument> instruments = two_instruments();
  monitoring::Registry registry;
  ExecutionMetrics metrics;
  ExecutionAnalysis analysis;
  Timestamp now = after({});
  std::optional<Price> bid = Price{99};
  std::optional<Price> ask = Price{101};
};

}  // namespace vigil::orders::test
