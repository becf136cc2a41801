#include <doctest/doctest.h>

#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "execution_fixture.h"

namespace vigil::orders {
namespace {

using namespace test;

/// Everything that was said, kept; figures by looking at all of it.
struct Batch {
  struct Quoted {
    Timestamp time;
    std::optional<double> mid;
  };
  std::map<InstrumentId, std::vector<Quoted>> quotes;
  std::vector<FillNote> fills;

  [[nodiscard]] std::optional<double> mid_at(InstrumentId instrument, Timestamp time) const {
    std::optional<double> last;
    const auto found = quotes.find(instrument);
    if (found == quotes.end()) return last;
    for (const Quoted& quoted : found->second) {
      if (quoted.time <= time) last = quoted.mid;
    }
    return last;
  }
};

double side_of(const FillNote& fill) {
  return fill.order.side == Side::Buy ? 1 : -1;
}

TEST_CASE("streamed figures are those of the whole history, on random streams") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](std::int32_t n) {
      return static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(n));
    };
    Bench bench;
    Batch batch;
    for (int step = 0; step < 600; ++step) {
      // Often in the same moment, now and then long after.
      const std::int32_t pause = below(10);
      if (pause > 3) bench.wait(std::chrono::milliseconds{below(120)});
      if (pause == 9) bench.wait(std::chrono::seconds{below(90)});
      const InstrumentId instrument{static_cast<std::uint16_t>(below(2))};
      if (below(4) != 0) {
        std::optional<Price> bid = Price::from_raw(100'0000'0000 + below(1000) * 1'000'000LL);
        std::optional<Price> ask = Price::from_raw(bid->raw() + (below(20) - 2) * 1'000'000LL);
        if (below(30) == 0) bid.reset();
        bench.analysis.quote(instrument, bid, ask, bench.now);
        std::optional<double> mid;
        if (bid && ask) mid = (bid->to_double() + ask->to_double()) / 2;
        batch.quotes[instrument].push_back({bench.now, mid});
        bench.bid = bid;
        bench.ask = ask;
        continue;
      }
      FillNote fill = bench.fill(bench.order(below(2) == 0 ? Side::Buy : Side::Sell), "100", 1 + below(50));
      fill.order.instrument = instrument;
      fill.order.venue = VenueId{static_cast<std::uint16_t>(below(2))};
      fill.order.strategy = StrategyId{static_cast<std::uint16_t>(below(2))};
      fill.liquidity = static_cast<Liquidity>(below(3));
      fill.price = Price::from_raw(100'0000'0000 + below(1000) * 1'000'000LL);
      bench.analysis.filled(fill);
      batch.fills.push_back(fill);
    }
    bench.wait(std::chrono::seconds{200});  // some horizons have not passed
    bench.analysis.tick(bench.now);

    using Key = std::tuple<VenueId, StrategyId, Liquidity, std::size_t>;
    std::map<Key, RunningMean> markouts;
    std::map<std::tuple<InstrumentId, VenueId, std::size_t>, std::array<double, 3>> spreads;
    std::map<std::pair<InstrumentId, VenueId>, std::array<double, 2>> effective;
    for (const FillNote& fill : batch.fills) {
      const double s = side_of(fill);
      const double price = fill.price.to_double();
      const double quantity = fill.quantity.to_double();
      std::optional<double> then;
      if (fill.bid.has_value() && fill.ask.has_value()) {
        then = static_cast<double>(fill.bid.raw() + fill.ask.raw()) / 2e8;
      }
      if (then) {
        auto& sums = effective[{fill.order.instrument, fill.order.venue}];
        sums[0] += quantity * 2 * s * (price - *then);
        sums[1] += quantity * *then;
      }
      for (std::size_t h = 0; h < kHorizons; ++h) {
        const Timestamp due = fill.time + kMarkoutHorizons[h];
        const auto mid = due < bench.now ? batch.mid_at(fill.order.instrument, due) : std::nullopt;
        if (!mid) continue;
        markouts[{fill.order.venue, fill.order.strategy, fill.liquidity, h}].add(1e4 * s * (*mid - price) /
                                                                                 price);
        if (!then) continue;
        auto& sums = spreads[{fill.order.instrument, fill.order.venue, h}];
        sums[0] += quantity * 2 * s * (price - *then);
        sums[1] += quantity * 2 * s * (price - *mid);
        sums[2] += quantity * *then;
      }
    }

    std::size_t samples = 0;
    for (const MarkoutGroup& group : bench.analysis.figures().groups) {
      for (std::size_t h = 0; h < kHorizons; ++h) {
        const RunningMean expected = markouts[{group.venue, group.strategy, group.liquidity, h}];
        CHECK(group.markouts[h].count == expected.count);
        CHECK(group.markouts[h].sum == doctest::Approx(expected.sum).epsilon(1e-9));
        samples += expected.count;
      }
    }
    CHECK(samples > 100);
    for (const auto& [key, sums] : effective) {
      const auto& figures = bench.analysis.figures().spread(index(key.first), index(key.second));
      CHECK(figures.effective == doctest::Approx(sums[0]).epsilon(1e-9));
      CHECK(figures.mid == doctest::Approx(sums[1]).epsilon(1e-9));
    }
    for (const auto& [key, sums] : spreads) {
      const auto& [instrument, venue, h] = key;
      const auto& figures = bench.analysis.figures().spread(index(instrument), index(venue)).horizons[h];
      CHECK(figures.effective == doctest::Approx(sums[0]).epsilon(1e-9));
      CHECK(figures.realized == doctest::Approx(sums[1]).epsilon(1e-9));
      CHECK(figures.mid == doctest::Approx(sums[2]).epsilon(1e-9));
    }
  }
}

}  // namespace
}  // namespace vigil::orders
