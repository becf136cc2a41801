"""Computes a replay's performance a second time, with numpy, from the market data and its fills: the value of every
account and strategy at whole minutes, returns and their ratios, drawdowns, and round trips with how far they went.

Instruments are quoted and settled in a currency worth one of the reporting currency and of 8 decimals, in units of 1,
and valued at the touch.
"""

import json
from collections import defaultdict

import numpy as np

from execution_figures import number

SECOND = 10**9
MINUTE = 60 * SECOND


class Touch:
    """Bid and ask by symbol as they were known."""

    def __init__(self, quotes):
        self.times, self.bids, self.asks = {}, {}, {}
        for symbol, rows in quotes.items():
            self.times[symbol] = np.array([row[0] for row in rows], dtype=np.int64)
            self.bids[symbol] = np.array([np.nan if row[1] is None else row[1] for row in rows])
            self.asks[symbol] = np.array([np.nan if row[2] is None else row[2] for row in rows])

    def value(self, symbol, positions, times, side):
        """Of positions at times; `side` as of np.searchsorted: "left" leaves out what came at that very time."""
        places = np.searchsorted(self.times[symbol], times, side=side) - 1
        marks = np.where(positions > 0, self.bids[symbol][np.maximum(places, 0)], self.asks[symbol][np.maximum(places, 0)])
        return np.where(positions == 0, 0.0, positions * np.where(places < 0, np.nan, marks))


def values_at(fills, touch, times):
    """Cash flows and the worth of what is held, by fills before each time."""
    total = np.zeros(len(times))
    for symbol in sorted({fill["symbol"] for fill in fills}):
        own = [fill for fill in fills if fill["symbol"] == symbol]
        stamps = np.array([fill["time"] for fill in own], dtype=np.int64)
        cash = np.concatenate([[0], np.cumsum([fill["cash"] for fill in own])])
        held = np.concatenate([[0], np.cumsum([fill["signed"] for fill in own])])
        places = np.searchsorted(stamps, times, side="left")
        total += cash[places] + touch.value(symbol, held[places], times, "left")
    return total


def ratios(returns, periods_per_year):
    result = {"returns": len(returns), "sharpe": None, "sortino": None}
    if len(returns) >= 2 and np.std(returns, ddof=1) > 0:
        result["sharpe"] = np.mean(returns) / np.std(returns, ddof=1) * np.sqrt(periods_per_year)
    downside = np.mean(np.minimum(returns, 0) ** 2) if len(returns) else 0
    if downside > 0:
        result["sortino"] = np.mean(returns) / np.sqrt(downside) * np.sqrt(periods_per_year)
    return result


def round_trips(fills, touch):
    """(P&L, seconds, adverse, favourable) of each, in the order in which they ended."""
    trips = []
    for symbol in {fill["symbol"] for fill in fills}:
        held, cash, began, worst, best = 0.0, 0.0, None, 0.0, 0.0
        times = touch.times[symbol]

        def see(value):
            nonlocal worst, best
            if not np.isnan(value):
                worst, best = min(worst, value), max(best, value)

        own = [fill for fill in fills if fill["symbol"] == symbol]
        for place, fill in enumerate(own):
            parts = [(fill["signed"], fill["cash"])]
            if held and np.sign(fill["signed"]) != np.sign(held) and abs(fill["signed"]) > abs(held) + 1e-12:
                share = abs(held) / abs(fill["signed"])
                closing = round(abs(fill["signed"]) * share, 8) * np.sign(fill["signed"])
                fee = round(fill["fee"] * share, 8)
                parts = [
                    (closing, -closing * fill["price"] - fee),
                    (fill["signed"] - closing, -(fill["signed"] - closing) * fill["price"] - (fill["fee"] - fee)),
                ]
            for signed, flow in parts:
                if held == 0:
                    began, cash, worst, best = fill["time"], 0.0, 0.0, 0.0
                held = round(held + signed, 8)
                cash += flow
                if held == 0:
                    see(cash)
                    trips.append((fill["time"], cash, (fill["time"] - began) / SECOND, -worst, best))
                else:
                    here = touch.value(symbol, np.array([held]), np.array([fill["time"]]), "right")[0]
                    see(cash + here)
            if held:
                until = own[place + 1]["time"] if place + 1 < len(own) else times[-1] + 1
                first = np.searchsorted(times, fill["time"], side="right")
                last = np.searchsorted(times, until, side="right")
                marks = (touch.bids if held > 0 else touch.asks)[symbol][first:last]
                marks = marks[~np.isnan(marks)]
                if len(marks):
                    see(cash + held * np.min(marks))
                    see(cash + held * np.max(marks))
    return [trip[1:] for trip in sorted(trips)]


def read_fills(path):
    import csv

    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sign = 1 if row["side"] == "buy" else -1
            quantity, price, fee = number(row["quantity"]), number(row["price"]), number(row["commission"])
            yield {
                "time": int(row["ts"]), "symbol": row["symbol"], "account": row["account"], "strategy": row["strategy"],
                "signed": sign * quantity, "price": price, "fee": fee, "cash": -sign * quantity * price - fee,
            }  # fmt: skip


def compare_series(what, row, fills, touch, capital, times, comparison, windows, periods_per_year):
    values = capital + values_at(fills, touch, times)
    values[0] = capital  # before the first event
    returns = values[1:] / values[:-1] - 1
    for word, length in windows.items():
        expected = ratios(returns[-length:] if length else returns, periods_per_year)
        reported = row["ratios"][word]
        comparison.whole(f"{what} {word} returns", reported["returns"], expected["returns"])
        comparison.number(f"{what} {word} sharpe", reported["sharpe"], expected["sharpe"])
        comparison.number(f"{what} {word} sortino", reported["sortino"], expected["sortino"])
    trips = round_trips(fills, touch)
    pnl = np.array([trip[0] for trip in trips])
    gains, losses = pnl[pnl > 1e-9], pnl[pnl < -1e-9]
    comparison.whole(f"{what} trades", (row["trades"], row["wins"], row["losses"]), (len(trips), len(gains), len(losses)))
    comparison.number(f"{what} gross profit", row["gross_profit"], float(np.sum(gains)))
    comparison.number(f"{what} gross loss", row["gross_loss"], -float(np.sum(losses)))
    if len(gains) + len(losses):
        comparison.number(f"{what} win ratio", row["win_ratio"], len(gains) / (len(gains) + len(losses)))
    comparison.number(f"{what} profit factor", row["profit_factor"], np.sum(gains) / -np.sum(losses) if len(losses) else None)
    for key, place in (("mean_trade", 0), ("mean_held_seconds", 1), ("mean_adverse_excursion", 2), ("mean_favourable_excursion", 3)):
        column = np.array([trip[place] for trip in trips])
        comparison.number(f"{what} {key}", row[key], float(np.mean(column)) if len(column) else None, np.mean(np.abs(column)) if len(column) else 0)


def compare(report_path, fills_path, quotes, capital, comparison, periods_per_year=525_960):
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    performance = report["performance"]
    touch = Touch(quotes)
    fills = list(read_fills(fills_path))
    first = min(report["input"]["first"], *(rows[0][0] for rows in quotes.values()))
    boundaries = np.arange(first // MINUTE + 1, performance["as_of"] // MINUTE + 1) * MINUTE
    times = np.concatenate([[first], boundaries])
    windows = {"1h": 60, "24h": 1440, "all": 0}
    by_strategy, by_account = defaultdict(list), defaultdict(list)
    for fill in fills:
        by_strategy[fill["strategy"]].append(fill)
        by_account[fill["account"]].append(fill)
    common = (capital, times, comparison, windows, periods_per_year)
    for row in performance["strategies"]:
        own = by_strategy[row["strategy"]]
        compare_series(f"strategy {row['strategy']}", row, own, touch, *common)
        comparison.number(f"strategy {row['strategy']} fees", row["fees"], sum(fill["fee"] for fill in own))
    for row in performance["accounts"]:
        compare_series(f"account {row['account']}", row, by_account[row["account"]], touch, *common)
