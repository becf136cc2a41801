#include "positions/portfolio.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "desk.h"

using namespace desk;
using namespace std::chrono_literals;

TEST_CASE("before the first event an account is worth its initial capital") {
  Desk d;
  const AccountView view = d.account(kAlpha);
  CHECK(view.cash == money("100000"));
  CHECK(view.realized == Money{});
  CHECK(view.unrealized == Money{});
  CHECK(view.balance == money("100000"));
  CHECK(view.equity == money("100000"));
  CHECK(view.margin_used == Money{});
  CHECK(view.margin_available == money("100000"));
  CHECK(view.day_pnl == Money{});
  CHECK(view.peak_equity == money("100000"));
  CHECK(d.portfolio.account_count() == 3);
  CHECK(d.view(kAlpha, kShare).unrealized == Money{});
  CHECK_FALSE(d.view(kAlpha, kShare).average_price);
}

TEST_CASE("the worked example moves an account by 647.00") {
  Desk d;
  const BookedFill opened = d.fill(kAlpha, kShare, Side::Buy, "100", "50", "1.00", kUsd);
  CHECK(opened.applied);
  CHECK_FALSE(opened.conversion.needed);
  CHECK(d.fill(kAlpha, kShare, Side::Sell, "150", "55", "1.50", kUsd).effect.cycle_realized == money("498"));
  CHECK(d.portfolio.open_positions(kAlpha) == 1);
  CHECK(d.fill(kAlpha, kShare, Side::Buy, "50", "52", "0.50", kUsd).effect.cycle_realized == money("149"));
  const AccountView view = d.account(kAlpha);
  CHECK(view.realized == money("647"));
  CHECK(view.commissions == money("3"));
  CHECK(view.cash == money("100647"));
  CHECK(view.balance == money("100647"));
  CHECK(view.equity == money("100647"));
  CHECK(d.portfolio.open_positions(kAlpha) == 0);
  CHECK(d.portfolio.identity_residual().raw() == 0);
}

TEST_CASE("a position without a mark makes its account's worth absent, not zero") {
  Desk d;
  d.fill(kAlpha, kShare, Side::Buy, "10", "100", "1", kUsd);
  CHECK_FALSE(d.view(kAlpha, kShare).unrealized);
  CHECK_FALSE(d.view(kAlpha, kShare).mark);
  AccountView view = d.account(kAlpha);
  CHECK_FALSE(view.unrealized);
  CHECK_FALSE(view.equity);
  CHECK_FALSE(view.margin_used);
  CHECK_FALSE(view.margin_available);
  CHECK_FALSE(view.day_pnl);
  CHECK(view.balance == money("99999"));
  CHECK(view.cash == money("98999"));
  CHECK_FALSE(d.portfolio.firm(d.time).equity);
  CHECK(d.account(kBeta).equity == money("50000"));

  d.quote(kShare, "101", "102");
  view = d.account(kAlpha);
  CHECK(view.unrealized == money("10"));
  CHECK(view.equity == money("100009"));
  CHECK(view.margin_used == money("1010"));
  CHECK(view.day_pnl == money("9"));

  d.quote(kShare, std::nullopt, "102");  // the side a long is valued at went away
  CHECK_FALSE(d.account(kAlpha).equity);
  CHECK(d.account(kAlpha).peak_equity == money("100009"));
}

TEST_CASE("a long is valued at the bid, a short at the ask, both at the mid where configured") {
  Desk touch;
  touch.quote(kShare, "99", "101");
  touch.fill(kAlpha, kShare, Side::Buy, "10", "100");
  touch.fill(kBeta, kShare, Side::Sell, "10", "100");
  CHECK(touch.account(kAlpha).unrealized == money("-10"));
  CHECK(touch.account(kBeta).unrealized == money("-10"));
  CHECK(touch.view(kBeta, kShare).value == money("-1010"));
  CHECK(touch.view(kBeta, kShare).mark == price("101"));
  CHECK(touch.account(kBeta).margin_used == money("1010"));

  PortfolioConfig settings = config();
  settings.mark_basis = MarkBasis::Mid;
  Desk mid(settings);
  mid.quote(kShare, "99", "101");
  mid.fill(kAlpha, kShare, Side::Buy, "10", "100");
  mid.fill(kBeta, kShare, Side::Sell, "10", "100");
  CHECK(mid.account(kAlpha).unrealized == Money{});
  CHECK(mid.account(kBeta).unrealized == Money{});
  mid.quote(kShare, "99", std::nullopt);
  CHECK_FALSE(mid.account(kAlpha).unrealized);
}

TEST_CASE("a mark ages and a stale one flags the position and its account until it is renewed") {
  Desk d;
  d.quote(kShare, "100");
  d.fill(kAlpha, kShare, Side::Buy, "1", "100");
  d.time += 10s;
  d.tick();
  CHECK(d.view(kAlpha, kShare).mark_age == 10s);
  CHECK_FALSE(d.view(kAlpha, kShare).mark_stale);
  CHECK_FALSE(d.account(kAlpha).mark_stale);
  d.time += 1s;
  CHECK(d.view(kAlpha, kShare).mark_stale);
  d.tick();
  CHECK(d.account(kAlpha).mark_stale);
  CHECK(d.portfolio.firm(d.time).mark_stale);
  CHECK_FALSE(d.account(kBeta).mark_stale);
  CHECK(d.account(kAlpha).equity == money("100000"));  // flagged, not absent

  d.fill(kBeta, kShare, Side::Buy, "1", "100");  // opened at a stale mark
  CHECK(d.account(kBeta).mark_stale);
  d.fill(kBeta, kShare, Side::Sell, "1", "100");
  CHECK_FALSE(d.account(kBeta).mark_stale);

  d.quote(kShare, "100");
  CHECK_FALSE(d.account(kAlpha).mark_stale);
  CHECK(d.view(kAlpha, kShare).mark_age == 0s);
}

TEST_CASE("a quote received late is as old as it is, one without a time is new") {
  Desk d;
  Quote late{.bid = price("100"), .ask = price("100"), .bid_size = {}, .ask_size = {}, .time = d.time - 12s};
  d.portfolio.mark(kShare, late, d.now());
  CHECK(d.view(kAlpha, kShare).mark_age == 12s);
  CHECK(d.view(kAlpha, kShare).mark_stale);
  late.time = {};
  d.portfolio.mark(kShare, late, d.now());
  CHECK(d.view(kAlpha, kShare).mark_age == 0s);
}

TEST_CASE("margin is the share of the value at the mark that the instrument asks for") {
  Desk d;
  d.quote(kFuture, "4000");
  d.fill(kAlpha, kFuture, Side::Sell, "2", "4000");
  CHECK(d.account(kAlpha).margin_used == money("20000"));  // 2 * 4000 * 50 * 0.05
  CHECK(d.account(kAlpha).margin_available == money("80000"));
  d.quote(kFuture, "4010");
  CHECK(d.account(kAlpha).margin_used == money("20050"));
  CHECK(d.account(kAlpha).equity == money("99000"));
  CHECK(d.account(kAlpha).margin_available == money("78950"));
  CHECK(d.account(kAlpha).cash == money("500000"));  // the ledger's: 401000 of it is owed
}

TEST_CASE("a fee in the settlement currency, the base currency and another one") {
  Desk d;
  d.quote(kBtcUsdt, "50000");
  SUBCASE("settlement currency") {
    const BookedFill booked = d.fill(kAlpha, kBtcUsdt, Side::Buy, "1", "50000", "25", kUsdt);
    CHECK_FALSE(booked.conversion.needed);
    CHECK(booked.conversion.booked == money("25"));
    CHECK(d.view(kAlpha, kBtcUsdt).commissions == money("25"));
  }
  SUBCASE("no currency means the settlement currency") {
    d.fill(kAlpha, kBtcUsdt, Side::Buy, "1", "50000", "25");
    CHECK(d.view(kAlpha, kBtcUsdt).commissions == money("25"));
  }
  SUBCASE("base currency") {
    const BookedFill booked = d.fill(kAlpha, kBtcUsdt, Side::Buy, "1", "50000", "0.0005", kBtc);
    CHECK_FALSE(booked.conversion.needed);
    CHECK(d.view(kAlpha, kBtcUsdt).quantity == quantity("0.9995"));
    CHECK(d.view(kAlpha, kBtcUsdt).cash == money("-50000"));
    CHECK(d.view(kAlpha, kBtcUsdt).realized == money("-25"));
  }
  SUBCASE("another currency is converted at the rate of the fill, which is recorded") {
    d.quote(kEurUsd, "1.25");
    const BookedFill booked = d.fill(kAlpha, kBtcUsdt, Side::Buy, "1", "50000", "20", kEur);
    CHECK(booked.conversion.needed);
    CHECK(booked.conversion.possible);
    CHECK(booked.conversion.rate == ratio("1.25"));
    CHECK(booked.conversion.booked == money("25"));
    CHECK(d.view(kAlpha, kBtcUsdt).commissions == money("25"));
    d.quote(kEurUsd, "2");
    CHECK(d.view(kAlpha, kBtcUsdt).commissions == money("25"));
  }
  SUBCASE("without a rate it is booked as 0, counted and flagged") {
    const BookedFill booked = d.fill(kAlpha, kBtcUsdt, Side::Buy, "1", "50000", "20", kGbp);
    CHECK(booked.applied);
    CHECK(booked.conversion.needed);
    CHECK_FALSE(booked.conversion.possible);
    CHECK(booked.conversion.booked == Money{});
    CHECK(d.view(kAlpha, kBtcUsdt).commissions == Money{});
    CHECK(d.portfolio.missing_conversions() == 1);
  }
  CHECK(d.portfolio.identity_residual().raw() == 0);
}

TEST_CASE("a fee in a contract's other currency is converted at the fill's own price") {
  Desk d;
  // A contract of 0.01 BTC: its fee in BTC is no part of a contract.
  const BookedFill swap = d.fill(kAlpha, kSwap, Side::Buy, "10", "50000", "0.0001", kBtc);
  CHECK(swap.conversion.needed);
  CHECK(swap.conversion.rate == ratio("50000"));
  CHECK(swap.conversion.booked == money("5"));
  CHECK(d.view(kAlpha, kSwap).quantity == Quantity{10});
  // An inverse contract settles in BTC.
  const BookedFill inverse = d.fill(kAlpha, kInverse, Side::Buy, "10", "50000", "5", kUsd);
  CHECK(inverse.conversion.booked == money("0.0001"));
  CHECK(inverse.conversion.rate == ratio("0.00002"));
  const BookedFill settled = d.fill(kAlpha, kInverse, Side::Buy, "10", "50000", "0.0001", kBtc);
  CHECK_FALSE(settled.conversion.needed);
  CHECK(d.view(kAlpha, kInverse).commissions == money("0.0002"));
}

TEST_CASE("an inverse contract's P&L reaches the account at the contract's own mid") {
  Desk d;
  d.quote(kInverse, "40000");
  d.fill(kAlpha, kInverse, Side::Buy, "10", "40000", "0.0001", kBtc);  // 1000 USD at 40000 = 0.025 BTC
  d.quote(kInverse, "50000");
  CHECK(d.view(kAlpha, kInverse).unrealized == money("0.005"));
  const AccountView view = d.account(kAlpha);
  CHECK(view.unrealized == money("250"));
  CHECK(view.realized == money("-5"));
  CHECK(view.equity == money("100245"));
  CHECK(view.margin_used == money("100"));
  CHECK(view.cash == money("101245"));  // 0.025 - 0.0001 BTC; 0.02 of it is owed at the mark
}

TEST_CASE("figures in another currency follow its rate without a fill or a mark of their own") {
  Desk d;
  d.quote(kShare, "100");
  d.fill(kGamma, kShare, Side::Buy, "10", "100", "4", kUsd);
  CHECK_FALSE(d.account(kGamma).realized);  // no rate of USD to EUR yet
  CHECK_FALSE(d.account(kGamma).cash);
  CHECK_FALSE(d.account(kGamma).equity);
  d.quote(kEurUsd, "1.25");
  CHECK(d.account(kGamma).realized == money("-3.2"));
  CHECK(d.account(kGamma).equity == money("19996.8"));
  CHECK(d.account(kGamma).cash == money("19196.8"));
  d.quote(kShare, "112.5");
  CHECK(d.account(kGamma).unrealized == money("100"));
  d.quote(kEurUsd, "1", "1");
  CHECK(d.account(kGamma).unrealized == money("125"));
  CHECK(d.account(kGamma).realized == money("-4"));
  CHECK(d.account(kGamma).equity == money("20121"));
  CHECK(d.account(kGamma).peak_equity == money("20121"));
  CHECK(d.portfolio.rate(kUsd, kEur) == ratio("1"));
}

TEST_CASE("a stablecoin is worth its peg, and coins quoted in it convert across it") {
  PortfolioConfig settings = config();
  settings.conversions = {{kUsdt, kUsd, ratio("0.99")}};
  Desk d(settings);
  d.quote(kBtcUsdt, "50000");
  d.quote(kEthBtc, "0.05");
  CHECK(d.portfolio.convert(money("2"), kBtc, kUsd) == money("99000"));
  d.fill(kAlpha, kEthBtc, Side::Buy, "10", "0.04");
  CHECK(d.view(kAlpha, kEthBtc).unrealized == money("0.1"));
  CHECK(d.account(kAlpha).unrealized == money("4950"));
  d.quote(kBtcUsdt, "60000");
  CHECK(d.account(kAlpha).unrealized == money("5940"));
  // A perpetual on the same pair does not move the rate while the spot market is heard.
  d.quote(kSwap, "70000");
  CHECK(d.account(kAlpha).unrealized == money("5940"));
}

TEST_CASE("the event that moves a mark and a rate at once is seen by the drawdown as one") {
  PortfolioConfig settings = config();
  settings.accounts[0].initial_capital = money("1000");
  Desk d(settings);
  d.quote(kInverse, "50000");
  d.fill(kAlpha, kInverse, Side::Sell, "1000", "50000");  // short 2 BTC worth of a coin whose rate it moves
  // At the new mark and the old rate the loss would be 1 BTC * 50000.
  d.quote(kInverse, "100000");
  CHECK(d.account(kAlpha).unrealized == money("-100000"));
  d.quote(kInverse, "50000");
  CHECK(d.account(kAlpha).peak_equity == money("1000"));
  CHECK(d.account(kAlpha).max_drawdown == 100);
}

TEST_CASE("sums over instruments, accounts and strategies agree exactly") {
  Desk d;
  d.quote(kEurUsd, "1.08371");
  d.quote(kBtcUsdt, "61234.57");
  d.quote(kShare, "33.333333", "33.333334");
  d.quote(kFuture, "4123.25");
  for (const AccountId account : {kAlpha, kBeta, kGamma}) {
    d.fill(account, kShare, Side::Buy, "7.77777777", "31.11111111", "0.33333333", kUsd, kTrend);
    d.fill(account, kShare, Side::Sell, "3.33333333", "32.7", "0.11", kUsd, kMaker);
    d.fill(account, kBtcUsdt, Side::Buy, "0.12345678", "60999.99", "0.00012345", kBtc, kMaker);
    d.fill(account, kBtcUsdt, Side::Sell, "0.0777", "61888.88", "1.2345", kUsdt, kTrend);
    d.fill(account, kFuture, Side::Sell, "1", "4111.75", "2.25", kUsd);
  }
  FirmView firm{Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, false};
  for (const AccountId account : {kAlpha, kBeta, kGamma}) {
    Money realized, unrealized, commissions, margin;
    for (std::size_t i = 0; i < instruments().size(); ++i) {
      const PositionView view = d.view(account, static_cast<InstrumentId>(i));
      realized += view.realized_account.value();
      unrealized += view.unrealized_account.value();
      commissions += view.commissions_account.value();
      margin += view.margin_account.value();
    }
    const AccountView view = d.account(account);
    CHECK(view.realized == realized);
    CHECK(view.unrealized == unrealized);
    CHECK(view.commissions == commissions);
    CHECK(view.margin_used == margin);
    CHECK(view.equity == *view.balance + unrealized);
    const CurrencyId base = d.portfolio.config().accounts[index(account)].base_currency;
    *firm.realized += d.portfolio.convert(realized, base, kUsd).value();
    *firm.equity += d.portfolio.convert(*view.equity, base, kUsd).value();
  }
  CHECK(d.portfolio.firm(d.time).realized == firm.realized);
  CHECK(d.portfolio.firm(d.time).equity == firm.equity);
  CHECK(d.portfolio.identity_residual().raw() == 0);
}

TEST_CASE("strategies have netting positions of their own") {
  Desk d;
  d.quote(kShare, "110");
  d.fill(kAlpha, kShare, Side::Buy, "10", "100", "1", kUsd, kTrend);
  d.fill(kAlpha, kShare, Side::Sell, "10", "105", "1", kUsd, kMaker);
  CHECK(d.portfolio.position(kAlpha, kShare).flat());
  CHECK(d.portfolio.strategy_position(kTrend, kShare).quantity() == Quantity{10});
  CHECK(d.portfolio.strategy_position(kMaker, kShare).quantity() == Quantity{-10});
  CHECK(d.portfolio.strategy(kTrend).realized == money("-1"));
  CHECK(d.portfolio.strategy(kTrend).unrealized == money("100"));
  CHECK(d.portfolio.strategy(kMaker).unrealized == money("-50"));
  // Whatever the split, realized and unrealized add up to the account's.
  CHECK(*d.account(kAlpha).realized + *d.account(kAlpha).unrealized ==
        *d.portfolio.strategy(kTrend).realized + *d.portfolio.strategy(kTrend).unrealized +
            *d.portfolio.strategy(kMaker).realized + *d.portfolio.strategy(kMaker).unrealized);

  d.fill(kBeta, kShare, Side::Sell, "10", "110", "0", kUsd, kTrend);  // closes over accounts
  CHECK(d.portfolio.strategy(kTrend).realized == money("99"));
  CHECK(d.portfolio.strategy(kTrend).trades.wins == 1);
  d.fill(kBeta, kShare, Side::Buy, "10", "125", "0", kUsd, kMaker);
  CHECK(d.portfolio.strategy(kMaker).trades.losses == 1);
  CHECK(d.portfolio.strategy(kMaker).trades.gross_loss == money("201"));
}

TEST_CASE("a strategy's figures in another currency follow its rate") {
  Desk d;
  d.fill(kAlpha, kEthBtc, Side::Buy, "10", "0.04", "0.01", kBtc, kTrend);
  CHECK_FALSE(d.portfolio.strategy(kTrend).realized);
  d.quote(kBtcUsdt, "50000");
  CHECK(d.portfolio.strategy(kTrend).realized == money("-500"));
  CHECK_FALSE(d.portfolio.strategy(kTrend).unrealized);
  d.quote(kEthBtc, "0.05");
  CHECK(d.portfolio.strategy(kTrend).unrealized == money("5000"));
  d.quote(kBtcUsdt, "40000");
  CHECK(d.portfolio.strategy(kTrend).unrealized == money("4000"));
}

TEST_CASE("a round trip that no rate converts is left out of the statistics and counted") {
  Desk d;
  d.fill(kAlpha, kEthBtc, Side::Buy, "1", "0.04", "0", kNoCurrency, kTrend);
  d.fill(kAlpha, kEthBtc, Side::Sell, "1", "0.05", "0", kNoCurrency, kTrend);
  CHECK(d.portfolio.strategy(kTrend).trades.wins == 0);
  CHECK(d.portfolio.missing_conversions() == 2);  // the account's and the strategy's
}

TEST_CASE("the day starts at midnight UTC with the equity the last event left") {
  Desk d;
  d.quote(kShare, "100");
  d.fill(kAlpha, kShare, Side::Buy, "10", "100", "5", kUsd);
  d.quote(kShare, "110");
  CHECK(d.account(kAlpha).day_pnl == money("95"));
  d.time = std::chrono::sys_days{std::chrono::year{2024} / 3 / 6} - 1ns;
  d.tick();
  CHECK(d.account(kAlpha).day_pnl == money("95"));
  d.time += 1ns;
  d.quote(kShare, "108");  // the first event of the day belongs to the day
  CHECK(d.account(kAlpha).day_pnl == money("-20"));
  d.time += 24h;
  d.tick();
  CHECK(d.account(kAlpha).day_pnl == Money{});
  d.time -= 48h;  // a clock that goes back does not start a day again
  d.quote(kShare, "109");
  CHECK(d.account(kAlpha).day_pnl == money("10"));
}

TEST_CASE("the day starts at another time where configured") {
  PortfolioConfig settings = config();
  settings.day_start = 17h + 30min;
  Desk d(settings);
  d.quote(kShare, "100");
  d.fill(kAlpha, kShare, Side::Buy, "10", "90");
  CHECK(d.account(kAlpha).day_pnl == money("100"));
  d.time += 5h;
  d.tick();
  CHECK(d.account(kAlpha).day_pnl == money("100"));
  d.time += 30min;
  d.tick();
  CHECK(d.account(kAlpha).day_pnl == Money{});
  d.time = std::chrono::sys_days{std::chrono::year{2024} / 3 / 6} + 1h;  // midnight is within the day
  d.quote(kShare, "101");
  CHECK(d.account(kAlpha).day_pnl == money("10"));
}

TEST_CASE("a day that starts while equity is not known starts at the last one known") {
  Desk d;
  d.quote(kShare, "100");
  d.fill(kAlpha, kShare, Side::Buy, "10", "90");
  d.quote(kShare, std::nullopt, std::nullopt);
  d.time += 24h;
  d.tick();
  CHECK_FALSE(d.account(kAlpha).day_pnl);
  d.quote(kShare, "103");
  CHECK(d.account(kAlpha).day_pnl == money("30"));
}

TEST_CASE("equity's drawdown counts from its running peak, the start included") {
  PortfolioConfig settings = config();
  settings.accounts[0].initial_capital = money("100");
  Desk d(settings);
  d.quote(kShare, "100");
  d.fill(kAlpha, kShare, Side::Buy, "1", "100");
  for (const char* mark : {"101", "98.98", "100.4647", "100.9670235", "100.46218838"}) d.quote(kShare, mark);
  CHECK(d.account(kAlpha).max_drawdown == .02);
  CHECK(d.account(kAlpha).peak_equity == money("101"));
  CHECK(d.account(kAlpha).drawdown == doctest::Approx(.005325).epsilon(.001));
}

TEST_CASE("a fill that does not fit is refused, counted and changes nothing") {
  Desk d;
  d.quote(kShare, "100");
  d.fill(kAlpha, kShare, Side::Buy, "1", "100", "0", kNoCurrency, kTrend);
  const BookedFill refused = d.fill(kAlpha, kShare, Side::Buy, "92233720368", "1", "0", kNoCurrency, kTrend);
  CHECK_FALSE(refused.applied);
  CHECK_FALSE(refused.effect.applied);
  CHECK(refused.effect.change == PositionChange::Increased);
  const BookedFill fee = d.fill(kAlpha, kBtcUsdt, Side::Buy, "1", "1", "1000000000000", kBtc);
  CHECK_FALSE(fee.applied);
  CHECK(d.portfolio.refused_fills() == 2);
  CHECK(d.portfolio.position(kAlpha, kShare).quantity() == Quantity{1});
  CHECK(d.portfolio.strategy_position(kTrend, kShare).quantity() == Quantity{1});
  CHECK(d.account(kAlpha).equity == money("100000"));
}

TEST_CASE("a fill that fits the account but not its strategy is refused whole") {
  Desk d;
  REQUIRE(d.fill(kAlpha, kShare, Side::Buy, "60000000000", "1", "0", kNoCurrency, kTrend).applied);
  CHECK_FALSE(d.fill(kBeta, kShare, Side::Buy, "60000000000", "1", "0", kNoCurrency, kTrend).applied);
  CHECK(d.portfolio.position(kBeta, kShare).flat());
  CHECK(d.portfolio.open_positions(kBeta) == 0);
  CHECK(d.fill(kBeta, kShare, Side::Buy, "60000000000", "1", "0", kNoCurrency, kMaker).applied);
}

TEST_CASE("a portfolio works without metrics") {
  Portfolio portfolio(config(), instruments(), currencies(), nullptr);
  Order order;
  order.account = kAlpha;
  order.instrument = kShare;
  order.strategy = kTrend;
  ExecutionReport report;
  report.quantity = Quantity{1};
  report.price = Price{10};
  CHECK(portfolio.book(order, report, {}).applied);
  order.side = Side::Sell;
  CHECK(portfolio.book(order, report, {}).effect.cycle_closed);
  portfolio.mark(kShare, {}, {});
  portfolio.tick({});
}

TEST_CASE("a configuration that makes no sense says what and where") {
  const auto built = [](const PortfolioConfig& settings) {
    Portfolio portfolio(settings, instruments(), currencies(), nullptr);
  };
  PortfolioConfig settings = config();
  settings.accounts[1].base_currency = kNoCurrency;
  CHECK_THROWS_WITH_AS(built(settings), "accounts: beta.base_currency: must be a configured currency",
                       std::invalid_argument);
  settings = config();
  settings.reporting_currency = kNoCurrency;
  CHECK_THROWS_AS(built(settings), std::invalid_argument);
  settings = config();
  settings.day_start = 24h;
  CHECK_THROWS_AS(built(settings), std::invalid_argument);
  settings = config();
  settings.stale_mark_after = 0s;
  CHECK_THROWS_AS(built(settings), std::invalid_argument);
}

TEST_CASE("a round trip remembers the worst and the best that it stood at, commissions included") {
  Desk d;
  d.quote(kShare, "100", "101");
  d.fill(kAlpha, kShare, Side::Buy, "10", "100", "1", kUsd);
  d.quote(kShare, "95", "96");    // -50 - 1
  d.quote(kShare, "110", "111");  // 100 - 1
  d.quote(kShare, "104", "105");
  BookedFill part = d.fill(kAlpha, kShare, Side::Sell, "5", "104", "1", kUsd);
  CHECK_FALSE(part.account_trade);
  const BookedFill closed = d.fill(kAlpha, kShare, Side::Sell, "5", "104", "1", kUsd);
  REQUIRE(closed.account_trade);
  CHECK(closed.account_trade->pnl == money("37"));
  CHECK(closed.account_trade->adverse == money("51"));
  CHECK(closed.account_trade->favourable == money("99"));
}

TEST_CASE("a flip ends one round trip and begins another, which knows nothing of the first") {
  Desk d;
  d.quote(kShare, "100", "101");
  d.fill(kAlpha, kShare, Side::Buy, "10", "100");
  d.quote(kShare, "90", "91");
  const BookedFill flipped = d.fill(kAlpha, kShare, Side::Sell, "20", "95");
  REQUIRE(flipped.account_trade);
  CHECK(flipped.account_trade->pnl == money("-50"));
  CHECK(flipped.account_trade->adverse == money("100"));
  CHECK(flipped.account_trade->favourable == Money{});
  // Short at 95 and worth 91 to buy back.
  const BookedFill closed = d.fill(kAlpha, kShare, Side::Buy, "10", "92");
  REQUIRE(closed.account_trade);
  CHECK(closed.account_trade->pnl == money("30"));
  CHECK(closed.account_trade->adverse == Money{});
  CHECK(closed.account_trade->favourable == money("40"));
}

TEST_CASE("strategies have round trips of their own") {
  Desk d;
  d.quote(kShare, "100", "101");
  d.fill(kAlpha, kShare, Side::Buy, "10", "100", "0", kUsd, kTrend);
  const BookedFill other = d.fill(kAlpha, kShare, Side::Sell, "10", "101", "0", kUsd, kMaker);
  CHECK(other.account_trade);
  CHECK_FALSE(other.strategy_trade);
  d.quote(kShare, "107", "108");
  const BookedFill own = d.fill(kAlpha, kShare, Side::Sell, "10", "106", "0", kUsd, kTrend);
  REQUIRE(own.strategy_trade);
  CHECK(own.strategy_trade->pnl == money("60"));
  CHECK(own.strategy_trade->favourable == money("70"));
}
