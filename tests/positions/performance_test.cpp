#include "positions/performance.h"

#include <doctest/doctest.h>

using namespace vigil::orders;
using namespace vigil::positions;

namespace {
Money money(const char* text) {
  return Money::parse(text).value();
}
}  // namespace

TEST_CASE("the maximum drawdown of the worked example is .02 exactly") {
  Drawdown drawdown;
  drawdown.start(money("100"));
  // 100 compounded by .01, -.02, .015, .005, -.005
  for (const char* equity : {"101", "98.98", "100.4647", "100.9670235", "100.46218838"}) {
    drawdown.update(money(equity));
  }
  CHECK(drawdown.greatest == .02);
  CHECK(drawdown.peak == money("101"));
}

TEST_CASE("the start is the first peak") {
  Drawdown drawdown;
  drawdown.start(money("200"));
  drawdown.update(money("150"));
  CHECK(drawdown.current == .25);
  drawdown.update(money("190"));
  CHECK(drawdown.current == .05);
  CHECK(drawdown.greatest == .25);
}

TEST_CASE("more than the peak can be lost, and nothing is a share of no peak") {
  Drawdown drawdown;
  drawdown.start(money("100"));
  drawdown.update(money("-50"));
  CHECK(drawdown.current == 1.5);
  Drawdown none;
  none.update(money("-50"));
  CHECK(none.current == 0);
  CHECK(none.greatest == 0);
}

TEST_CASE("a win ratio leaves out what came out at zero and is absent before the first decision") {
  TradeStatistics trades;
  CHECK_FALSE(trades.win_ratio());
  trades.add(Money{});
  CHECK_FALSE(trades.win_ratio());
  for (const char* pnl : {"10", "-4", "0", "2", "1"}) trades.add(money(pnl));
  CHECK(trades.win_ratio() == .75);
  CHECK(trades.breakeven == 2);
}

TEST_CASE("a profit factor is absent without losses") {
  TradeStatistics trades;
  trades.add(money("10"));
  CHECK_FALSE(trades.profit_factor());
  trades.add(money("-4"));
  CHECK(trades.profit_factor() == 2.5);
  CHECK(trades.gross_profit == money("10"));
  CHECK(trades.gross_loss == money("4"));
}
