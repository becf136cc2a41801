#include "risk/scenario_book.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace vigil::risk {
namespace {

using doctest::Approx;
using namespace vigil::orders;
using std::chrono::minutes;

constexpr CurrencyId kUsd{0};
constexpr CurrencyId kBtc{1};
constexpr AccountId kMain{0};
constexpr AccountId kCoins{1};

/// Two shares and an inverse contract; an account in dollars and one in coins.
struct Book {
  explicit Book(ScenarioConfig with = {}) : config(std::move(with)) {}

  static std::vector<Instrument> make_instruments() {
    std::vector<Instrument> list(3);
    for (std::size_t i = 0; i < list.size(); ++i) {
      list[i].id = static_cast<InstrumentId>(i);
      list[i].symbol = std::string(1, static_cast<char>('A' + i));
      list[i].quote = kUsd;
      list[i].settlement = kUsd;
      list[i].tick_size = Price::from_raw(1'000'000);
      list[i].lot_size = Quantity::from_raw(1);
    }
    list[2].base = kBtc;
    list[2].settlement = kBtc;
    list[2].inverse = true;
    list[2].multiplier = Multiplier{100};
    return list;
  }
  static positions::PortfolioConfig portfolio_config() {
    positions::PortfolioConfig config;
    config.accounts = {{"MAIN", kUsd, Money{1'000'000}}, {"COINS", kBtc, Money{100}}};
    config.reporting_currency = kUsd;
    return config;
  }
  void fill(AccountId account, InstrumentId instrument, Side side, std::int64_t quantity, double price) {
    Order order;
    order.account = account;
    order.instrument = instrument;
    order.side = side;
    ExecutionReport report;
    report.kind = ReportKind::Fill;
    report.quantity = Quantity{quantity};
    report.price = Price::from_raw(std::llround(price * 1e8));
    portfolio.book(order, report, {});
    book.position_changed(account, instrument);
  }
  void interval(const std::vector<double>& mids) {
    ++number;
    book.sample(Timestamp{minutes{number}}, [&](InstrumentId id) -> std::optional<Price> {
      const double mid = mids[index(id)];
      if (std::isnan(mid)) return std::nullopt;
      return Price::from_raw(std::llround(mid * 1e8));
    });
  }

  ScenarioConfig config;
  std::vector<Instrument> instruments = make_instruments();
  std::vector<Currency> currencies{{"USD", 2}, {"BTC", 8}};
  positions::Portfolio portfolio{portfolio_config(), instruments, currencies, nullptr};
  ScenarioBook book{config, portfolio, instruments};
  std::int64_t number = 0;
};

TEST_CASE("the worked example: of losses 1 to 100 VaR95 is 95 and CVaR95 is 98") {
  std::vector<double> outcomes(100);
  for (std::size_t i = 0; i < 100; ++i) outcomes[i] = -static_cast<double>(i + 1);
  std::mt19937 random(3);
  std::shuffle(outcomes.begin(), outcomes.end(), random);
  ScenarioTail tail(100, 6);
  tail.begin(100);
  tail.keep_worst(6);
  tail.add(1, outcomes.data());
  const auto loss = historical_loss(tail.worst(), {0.95, 100});
  REQUIRE(loss);
  CHECK(loss->var == 95);
  CHECK(loss->cvar == Approx(98).epsilon(1e-12));
}

TEST_CASE("the worked example of performance: VaR80 .005 and CVaR80 .02") {
  const std::vector<double> returns{.01, -.02, .015, .005, -.005};
  ScenarioTail tail(5, 2);
  tail.begin(5);
  tail.keep_worst(2);
  tail.add(1, returns.data());
  const auto loss = historical_loss(tail.worst(), {0.8, 5});
  REQUIRE(loss);
  CHECK(loss->var == Approx(.005).epsilon(1e-12));
  CHECK(loss->cvar == Approx(.02).epsilon(1e-12));
}

TEST_CASE("there is no value before there are enough outcomes") {
  const std::vector<ScenarioOutcome> outcomes(200, {-1.0, 0});
  CHECK(!historical_loss(outcomes, {0.95, 19}));
  CHECK(historical_loss(outcomes, {0.95, 20}));
  CHECK(!historical_loss(outcomes, {0.99, 99}));
  CHECK(historical_loss(outcomes, {0.99, 100}));
}

TEST_CASE("the worst are those that sorting finds, however positions change") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t capacity = 1 + random() % 60;
    const std::size_t count = random() % (capacity + 1);
    const std::size_t number = random() % (count + 1);
    ScenarioTail tail(capacity, number);
    tail.begin(count);
    tail.keep_worst(number);
    std::vector<double> pnl(count, 0.0);
    // A row begins wherever the one before ends.
    std::vector<double> rows(capacity + 3);
    double* const row = rows.data() + random() % 4;
    for (int change = 0; change < 40; ++change) {
      // Few values, so that many are equal.
      for (double& move : rows) move = static_cast<double>(random() % 7) - 3;
      const double factor = static_cast<double>(random() % 9) - 4;
      const auto what_else = random() % 20;
      if (what_else == 0) {
        tail.begin(pnl.data(), count);
        tail.keep_worst(number);
      } else if (what_else < 4 || what_else == 5) {
        tail.clear();
        std::ranges::fill(pnl, 0.0);
      }
      if (what_else < 3 || what_else > 5) {
        tail.add(factor, row);
        for (std::size_t k = 0; k < count; ++k) pnl[k] += factor * row[k];
      }
      if (what_else == 2 || what_else == 5) tail.keep_worst(number);
      const std::vector<double> outcomes = tail.outcomes();
      REQUIRE(std::equal(pnl.begin(), pnl.end(), outcomes.begin()));
      std::vector<double> sorted = pnl;
      std::sort(sorted.begin(), sorted.end());
      REQUIRE(tail.worst().size() == number);
      for (std::size_t i = 0; i < number; ++i) {
        REQUIRE(tail.worst()[i].pnl == sorted[i]);
        REQUIRE(pnl[tail.worst()[i].scenario] == sorted[i]);
      }
    }
  }
}

TEST_CASE("a scenario is what prices did in an interval, applied to what is held at the last one's end") {
  ScenarioConfig config;
  config.scenarios = 4;
  config.confidences = {0.5};
  Book desk(config);
  desk.interval({100, 50, 20});
  CHECK(desk.book.count() == 0);
  desk.interval({110, 50, 20});
  desk.interval({99, 60, 25});
  CHECK(desk.book.count() == 2);
  desk.fill(kMain, InstrumentId{0}, Side::Buy, 10, 99);
  // +10 % and -10 % of 990.
  CHECK(desk.book.loss(kMain, 0)->var == Approx(-99).epsilon(1e-9));
  desk.fill(kMain, InstrumentId{1}, Side::Sell, 100, 60);  // 6000 short: 0 and +20 %
  CHECK(desk.book.loss(kMain, 0)->cvar > 0);
  const auto loss = desk.book.loss(kMain, 0);
  CHECK(loss->var == Approx(-99).epsilon(1e-9));
  CHECK(loss->cvar == Approx(-99 + (99 + 1200 + 99) / (0.5 * 2)).epsilon(1e-9));
}

TEST_CASE("who holds nothing has exactly nothing at risk, however it was bought and sold") {
  ScenarioConfig config;
  config.scenarios = 20;
  config.confidences = {0.5, 0.9};
  config.stress = {{.name = "crash", .all = -0.3, .shocks = {}}};
  Book desk(config);
  std::mt19937 random(17);
  std::uniform_real_distribution<double> moved(0, 20);
  for (int i = 0; i < 21; ++i) desk.interval({90.1 + moved(random), 50.3 + moved(random), 20.0});
  REQUIRE(desk.book.count() == 20);
  for (const InstrumentId instrument : {InstrumentId{0}, InstrumentId{1}}) {
    for (const std::int64_t quantity : {1, 3, 7, 13}) desk.fill(kMain, instrument, Side::Buy, quantity, 100);
  }
  for (const std::int64_t quantity : {11, 13}) {
    CHECK(desk.book.loss(kMain, 1)->var > 0);
    for (const InstrumentId instrument : {InstrumentId{0}, InstrumentId{1}}) {
      desk.fill(kMain, instrument, Side::Sell, quantity, 100);
    }
  }
  CHECK(desk.book.loss(kMain, 0)->var == 0);
  CHECK(desk.book.loss(kMain, 1)->cvar == 0);
  CHECK(desk.book.stress(kMain, 0) == 0);
  desk.fill(kMain, InstrumentId{1}, Side::Sell, 5, 100);
  CHECK(desk.book.loss(kMain, 1)->var > 0);
}

TEST_CASE("an inverse contract gains in its coin what its price gains in dollars") {
  ScenarioConfig config;
  config.scenarios = 2;
  config.confidences = {0.5};
  config.stress = {{"crash", -0.5, {}}, {"only A", 0, {{InstrumentId{0}, -0.1}}}};
  Book desk(config);
  desk.interval({100, 50, 20'000});
  desk.interval({100, 50, 25'000});
  desk.interval({100, 50, 20'000});
  desk.fill(kCoins, InstrumentId{2}, Side::Buy, 40, 20'000);  // 40 * 100 / 20000 = 0.2 coins
  // Prices 25 % up: 100 * 40 * (1/20000 - 1/25000) = 0.04 coins; 20 % down: 100 * 40 * (1/20000 - 1/16000).
  const auto loss = desk.book.loss(kCoins, 0);
  REQUIRE(loss);
  CHECK(loss->var == Approx(-0.04).epsilon(1e-9));
  CHECK(loss->cvar == Approx(-0.04 + 0.09).epsilon(1e-9));
  CHECK(desk.book.stress(kCoins, 0) == Approx(4000 * (1.0 / 20'000 - 1.0 / 10'000)).epsilon(1e-9));
  CHECK(desk.book.stress(kCoins, 1) == 0);
}

TEST_CASE("a stress scenario moves all by its share, and some by their own") {
  ScenarioConfig config;
  config.scenarios = 0;
  config.stress = {{"crash", -0.2, {{InstrumentId{1}, 0.1}}}};
  Book desk(config);
  desk.interval({100, 50, 20});
  desk.fill(kMain, InstrumentId{0}, Side::Buy, 10, 100);
  CHECK(desk.book.stress(kMain, 0) == Approx(-200));
  desk.fill(kMain, InstrumentId{1}, Side::Sell, 10, 50);
  CHECK(desk.book.stress(kMain, 0) == Approx(-250));
  desk.interval({200, 50, 20});
  CHECK(desk.book.stress(kMain, 0) == Approx(-450));
  CHECK(!desk.book.loss(kMain, 0));
}

TEST_CASE("an instrument without a price takes part once it has one") {
  ScenarioConfig config;
  config.scenarios = 3;
  config.confidences = {0.5};
  Book desk(config);
  const double none = std::nan("");
  desk.interval({100, none, 20});
  desk.fill(kMain, InstrumentId{1}, Side::Buy, 10, 50);
  desk.interval({100, 50, 20});  // no move: there was no price before
  desk.interval({100, 40, 20});
  CHECK(desk.book.loss(kMain, 0)->cvar == Approx(80).epsilon(1e-9));
}

TEST_CASE("losses are those of everything summed up and sorted, on random trades and markets") {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> move(-0.05, 0.05);
    ScenarioConfig config;
    config.scenarios = 20 + random() % 60;
    config.confidences = {0.9, 0.95};
    Book desk(config);
    std::vector<double> mids{100, 50, 20};
    std::vector<std::vector<double>> history;  // returns by interval, the newest last
    std::vector<double> held(3, 0.0);
    desk.interval(mids);
    for (int step = 0; step < 400; ++step) {
      if (random() % 3 == 0) {
        std::vector<double> before = mids;
        for (double& mid : mids) mid = std::round(mid * (1 + move(random)) * 1e6) / 1e6;
        desk.interval(mids);
        history.push_back({mids[0] / before[0] - 1, mids[1] / before[1] - 1, mids[2] / before[2] - 1});
        if (history.size() > config.scenarios) history.erase(history.begin());
      } else {
        const std::size_t which = random() % 2;
        const bool buys = random() % 2 == 0;
        const auto quantity = static_cast<std::int64_t>(1 + random() % 50);
        held[which] += static_cast<double>(buys ? quantity : -quantity);
        desk.fill(kMain, static_cast<InstrumentId>(which), buys ? Side::Buy : Side::Sell, quantity,
                  mids[which]);
      }
      std::vector<double> losses;
      double scale = 1;
      for (const auto& r : history) {
        losses.push_back(-(held[0] * mids[0] * r[0] + held[1] * mids[1] * r[1]));
        scale = std::max(scale, std::abs(losses.back()));
      }
      std::sort(losses.begin(), losses.end());
      for (std::size_t c = 0; c < 2; ++c) {
        const double a = config.confidences[c];
        const auto n = static_cast<double>(losses.size());
        const auto loss = desk.book.loss(kMain, c);
        if (losses.size() < (c == 0 ? 10 : 20)) {
          CHECK(!loss);
          continue;
        }
        const double var = losses[static_cast<std::size_t>(std::ceil(a * n - 1e-9)) - 1];
        double beyond = 0;
        for (const double each : losses) beyond += std::max(each - var, 0.0);
        REQUIRE(loss);
        CHECK(std::abs(loss->var - var) <= 1e-9 * scale);
        CHECK(std::abs(loss->cvar - (var + beyond / ((1 - a) * n))) <= 1e-9 * scale);
      }
    }
  }
}

}  // namespace
}  // namespace vigil::risk
