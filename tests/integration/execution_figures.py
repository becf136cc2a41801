#!/usr/bin/env python3
"""Computes a replay's execution quality a second time, with numpy, from the market data and the orders and
fills that it wrote, and compares every figure with the report's to 1e-9.

Of the report nothing is taken as given but until when it saw the market (`as_of`). Amounts are those of
instruments that settle in the reporting currency at 1; a mean over few fills that cancel out is compared on the
scale of what it is a mean of.
"""

import csv
import json
import sys
from collections import defaultdict

# Where Debian's python3-numpy is, should python3 be another one than Debian's.
sys.path.append("/usr/lib/python3/dist-packages")
import numpy as np

TOLERANCE = 1e-9
HORIZONS = {"50ms": 50_000_000, "1s": 10**9, "10s": 10 * 10**9, "60s": 60 * 10**9, "300s": 300 * 10**9}
TYPES = {"market": "market", "limit": "limit", "stop": "stop_loss", "stop_limit": "stop_loss"}
PARTS = ("delay", "execution", "opportunity", "fees")
CLOSED = {"Filled", "Canceled", "Expired", "Rejected"}


class Market:
    """Mids by symbol as they were known: the last one with a time not after the one asked for."""

    def __init__(self, quotes):
        """quotes: symbol to a list of (time, bid, ask) in their order; a side that is not quoted is None."""
        self.times, self.mids = {}, {}
        for symbol, rows in quotes.items():
            self.times[symbol] = np.array([row[0] for row in rows], dtype=np.int64)
            mids = [np.nan if None in row[1:] else (row[1] + row[2]) / 2 for row in rows]
            self.mids[symbol] = np.array(mids)

    def at(self, symbol, times):
        times = np.asarray(times, dtype=np.int64)
        places = np.searchsorted(self.times[symbol], times, side="right") - 1
        return np.where(places < 0, np.nan, self.mids[symbol][np.maximum(places, 0)])


def difference(a, b):
    """Of two prices or mids, which have at most nine places: without what their binary forms add."""
    return np.round(a - b, 9)


def number(text):
    return float(text) if text else np.nan


class Executions:
    """The files of a replay as columns."""

    def __init__(self, fills_path, orders_path, market):
        with open(fills_path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with open(orders_path, encoding="utf-8", newline="") as file:
            self.orders = [row for row in csv.DictReader(file) if row["sent"] and row["state"] in CLOSED]
        if any(row["parent_order_id"] for row in self.orders):
            raise ValueError("split orders are not recomputed here")
        self.rows = rows
        column = lambda name: np.array([number(row[name]) for row in rows])  # noqa: E731
        words = lambda name: np.array([row[name] for row in rows])  # noqa: E731
        self.time = np.array([int(row["ts"]) for row in rows], dtype=np.int64)
        self.symbol, self.venue, self.order = words("symbol"), words("venue"), words("order_id")
        self.strategy, self.liquidity = words("strategy"), words("liquidity")
        self.side = np.where(words("side") == "buy", 1.0, -1.0)
        self.price, self.quantity, self.fee = column("price"), column("quantity"), column("commission")
        self.bid, self.ask = column("arrival_bid"), column("arrival_ask")
        self.notional = self.price * self.quantity
        self.mid = np.full(len(rows), np.nan)
        for symbol in set(self.symbol):
            own = self.symbol == symbol
            self.mid[own] = market.at(symbol, self.time[own])
        self.market = market

    def mids_after(self, horizon, as_of):
        """By fill; NaN where the replay did not get there."""
        due = self.time + horizon
        result = np.full(len(due), np.nan)
        for symbol in set(self.symbol):
            own = (self.symbol == symbol) & (due < as_of)
            result[own] = self.market.at(symbol, due[own])
        return result


class Comparison:
    def __init__(self):
        self.agree = 0
        self.differences = []

    def number(self, what, reported, computed, scale=0.0):
        """`scale`: of what sums and differences are made of."""
        if reported is None or computed is None or np.isnan(computed):
            equal = reported is None and (computed is None or np.isnan(computed))
        else:
            equal = abs(reported - computed) <= TOLERANCE * max(abs(computed), scale)
        self.note(equal, what, reported, computed)

    def whole(self, what, reported, computed):
        self.note(reported == computed, what, reported, computed)

    def note(self, equal, what, reported, computed):
        if equal:
            self.agree += 1
        else:
            self.differences.append(f"{what}: report {reported!r}, recomputed {computed!r}")


def mean(values):
    return float(np.mean(values)) if len(values) else None


def size(values):
    return float(np.mean(np.abs(values))) if len(values) else 0.0


def compare_markouts(reported, executions, comparison):
    groups = {(row["venue"], row["strategy"], row["liquidity"], row["horizon"]): row for row in reported["markouts"]}
    seen = set()
    for word, horizon in HORIZONS.items():
        after = executions.mids_after(horizon, reported["as_of"])
        markout = 1e4 * executions.side * (after - executions.price) / executions.price
        keys = list(zip(executions.venue, executions.strategy, executions.liquidity))
        for key in sorted(set(keys)):
            own = np.array([each == key for each in keys]) & ~np.isnan(after)
            if not own.any():
                continue
            row = groups.get((*key, word), {})
            seen.add((*key, word))
            comparison.whole(f"markouts {key} {word} samples", row.get("samples"), int(own.sum()))
            comparison.number(f"markouts {key} {word}", row.get("mean"), mean(markout[own]), size(markout[own]))
    comparison.whole("groups of markouts", set(groups), seen)


def compare_spreads(reported, executions, comparison):
    rows = {(row["symbol"], row["venue"]): row for row in reported["spreads"]}
    keys = list(zip(executions.symbol, executions.venue))
    comparison.whole("spreads", set(rows), {key for key, mid in zip(keys, executions.mid) if not np.isnan(mid)})
    for key, row in rows.items():
        own = np.array([each == key for each in keys]) & ~np.isnan(executions.mid)
        q, p, s = executions.quantity, executions.price, executions.side

        def weighted(against, which):
            return np.sum((q * 2 * s * (p - against))[which]), np.sum(np.abs(q * 2 * (p - against))[which])

        total, scale = weighted(executions.mid, own)
        whole = np.sum((q * executions.mid)[own])
        comparison.number(f"spreads {key} effective", row["effective"], 1e4 * total / whole, 1e4 * scale / whole)
        for word, horizon in HORIZONS.items():
            after = executions.mids_after(horizon, reported["as_of"])
            which = own & ~np.isnan(after)
            at = row["horizons"][word]
            if not which.any():
                comparison.whole(f"spreads {key} {word}", at, {"realized": None, "impact": None})
                continue
            whole = np.sum((q * executions.mid)[which])
            effective, scale = weighted(executions.mid, which)
            realized, other = weighted(after, which)
            comparison.number(f"spreads {key} {word} realized", at["realized"], 1e4 * realized / whole, 1e4 * other / whole)
            comparison.number(
                f"spreads {key} {word} impact", at["impact"], 1e4 * (effective - realized) / whole,
                1e4 * (scale + other) / whole,
            )  # fmt: skip


def fills_by_order(executions):
    places = defaultdict(list)
    for place, order in enumerate(executions.order):
        places[order].append(place)
    return places


def compare_benchmarks(reported, executions, comparison):
    samples = defaultdict(list)
    places = fills_by_order(executions)
    for order in executions.orders:
        own = places.get(order["order_id"])
        if not own:
            continue
        s = 1 if order["side"] == "buy" else -1
        quantity = np.sum(executions.quantity[own])
        bid, ask = number(order["arrival_bid"]), number(order["arrival_ask"])
        benchmarks = {
            "decision": number(order["decision_mid"]),
            "arrival": (bid + ask) / 2,
            "touch": ask if s == 1 else bid,
            "limit": number(order["limit_price"]),
        }
        for word, benchmark in benchmarks.items():
            if np.isnan(benchmark):
                continue
            # The differences first: averages that differ little from the benchmark keep their digits.
            excess = np.sum(executions.quantity[own] * (executions.price[own] - benchmark))
            cost = 1e4 * s * excess / quantity / benchmark
            samples[order["venue"], TYPES[order["type"]], word].append((cost, np.sum(executions.notional[own])))
    rows = {(row["venue"], row["order_type"], row["benchmark"]): row for row in reported["benchmarks"]}
    comparison.whole("benchmarks", set(rows), set(samples))
    for key, row in rows.items():
        costs, values = np.array(samples.get(key, [(np.nan, np.nan)])).T
        comparison.whole(f"benchmarks {key} orders", row["orders"], len(costs))
        comparison.number(f"benchmarks {key}", row["mean"], mean(costs), size(costs))
        by_value = float(np.sum(costs * values) / np.sum(values))
        comparison.number(f"benchmarks {key} by value", row["mean_by_value"], by_value, size(costs))
        comparison.number(f"benchmarks {key} USD", row["executed_usd"], float(np.sum(values)))


def compare_shortfall(reported, executions, comparison):
    parts = defaultdict(list)
    places = fills_by_order(executions)
    for order in executions.orders:
        s = 1 if order["side"] == "buy" else -1
        decision, ordered = number(order["decision_mid"]), number(order["quantity"])
        end = executions.market.at(order["symbol"], [int(order["closed"])])[0]
        own = places.get(order["order_id"], [])
        executed = np.sum(executions.quantity[own])
        arrival = (number(order["arrival_bid"]) + number(order["arrival_ask"])) / 2
        if np.isnan(decision) or (executed > 0 and np.isnan(arrival)) or (executed < ordered and np.isnan(end)):
            continue
        delay = s * executed * difference(arrival, decision) if executed > 0 else 0.0
        execution = s * np.sum(executions.quantity[own] * difference(executions.price[own], arrival)) if executed > 0 else 0.0
        opportunity = s * (ordered - executed) * difference(end, decision) if executed < ordered else 0.0
        fees = np.sum(executions.fee[own])
        parts[order["strategy"]].append((delay, execution, opportunity, fees, ordered * decision))
    rows = {row["strategy"]: row for row in reported["shortfall"]}
    comparison.whole("shortfall", set(rows), set(parts))
    for strategy, row in rows.items():
        columns = np.array(parts[strategy]).T
        whole = np.sum(columns[4])
        comparison.whole(f"shortfall {strategy} orders", row["orders"], columns.shape[1])
        comparison.number(f"shortfall {strategy} ordered", row["ordered_usd"], whole)
        total = 0.0
        for word, column in zip(PARTS, columns):
            scale = np.sum(np.abs(column))
            comparison.number(f"shortfall {strategy} {word}", row["usd"][word], np.sum(column), scale)
            comparison.number(
                f"shortfall {strategy} {word} points", row["basis_points"][word], 1e4 * np.sum(column) / whole,
                1e4 * scale / whole,
            )  # fmt: skip
            total += np.sum(column)
        comparison.number(f"shortfall {strategy} total", row["usd"]["total"], total, np.sum(np.abs(columns[:4])))


def compare_edges(reported, executions, comparison):
    edge = 1e4 * executions.side * (executions.mid - executions.price) / executions.price
    for row in reported["edges"]:
        after = executions.mids_after(HORIZONS[row["horizon"]], reported["as_of"])
        own = (executions.strategy == row["strategy"]) & ~np.isnan(after) & ~np.isnan(executions.mid)
        markout = 1e4 * executions.side * (after - executions.price) / executions.price
        what = f"edges {row['strategy']} {row['horizon']}"
        comparison.whole(f"{what} samples", row["samples"], int(own.sum()))
        comparison.number(f"{what} at fill", row["at_fill"], mean(edge[own]), size(edge[own]))
        comparison.number(f"{what} at horizon", row["at_horizon"], mean(markout[own]), size(markout[own]))
        decay = mean(markout[own]) / mean(edge[own]) if mean(edge[own]) > 0 else None
        # A ratio of two means: off by what both are.
        scale = size(markout[own]) / abs(mean(edge[own])) * max(1.0, size(edge[own]) / abs(mean(edge[own])))
        comparison.number(f"{what} decay", row["decay"], decay, scale)


def compare_venues(reported, executions, comparison, slack):
    costs = []
    for row in reported["venues"]:
        venue = row["venue"]
        own = executions.venue == venue
        orders = [order for order in executions.orders if order["venue"] == venue]
        comparison.whole(f"{venue} fills", row["fills"], int(own.sum()))
        comparison.whole(f"{venue} orders", row["orders"], len(orders))
        comparison.whole(f"{venue} filled", row["filled"], sum(order["state"] == "Filled" for order in orders))
        comparison.whole(f"{venue} rejected", row["rejected"], sum(order["state"] == "Rejected" for order in orders))
        if not own.any():
            continue
        mid = (executions.bid + executions.ask) / 2
        half = 1e4 * (executions.ask - executions.bid) / 2 / mid
        cost = 1e4 * executions.side * (executions.price - mid) / mid
        known = own & ~np.isnan(mid)
        value = np.sum(executions.notional[known])
        price = np.sum((cost * executions.notional)[known]) / value
        fees = 1e4 * np.sum(executions.fee[own]) / np.sum(executions.notional[own])
        comparison.number(f"{venue} price cost", row["price_cost"], price, size(cost[known]))
        comparison.number(f"{venue} fees", row["fees"], fees)
        comparison.number(f"{venue} all in", row["all_in_cost"], price + fees, size(cost[known]))
        costs.append(price + fees)
        quoted = known & (executions.ask > executions.bid)
        spread = executions.ask[quoted] - executions.bid[quoted]
        ratio = 2 * executions.side[quoted] * difference(executions.price[quoted], mid[quoted]) / spread
        comparison.number(f"{venue} E/Q", row["effective_over_quoted_spread"], mean(ratio), size(ratio))
        uncrossed = known & (executions.ask >= executions.bid)
        surprise = (cost - np.where(executions.liquidity == "maker", -half, half))[uncrossed]
        comparison.number(f"{venue} surprise", row["cost_surprise"], mean(surprise), size(cost[known]))
        score = 0.0
        for each in surprise:
            score = max(0.0, score + each - slack)
        comparison.number(f"{venue} score", row["cost_surprise_score"], score, size(cost[known]) * len(surprise))
        first = [int(order["first_fill"]) - int(order["sent"]) for order in orders if order["first_fill"]]
        comparison.number(f"{venue} first fill", row["seconds_to_first_fill"], mean(np.array(first) / 1e9))
    comparison.whole("the league's order", costs, sorted(costs))


def compare(report_path, fills_path, orders_path, quotes, slack=0.5):
    with open(report_path, encoding="utf-8") as file:
        reported = json.load(file)["execution_quality"]
    executions = Executions(fills_path, orders_path, Market(quotes))
    comparison = Comparison()
    compare_markouts(reported, executions, comparison)
    compare_spreads(reported, executions, comparison)
    compare_benchmarks(reported, executions, comparison)
    compare_shortfall(reported, executions, comparison)
    compare_edges(reported, executions, comparison)
    compare_venues(reported, executions, comparison, slack)
    return comparison
