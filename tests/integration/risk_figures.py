"""Computes value at risk and stress of a replay a second time, with numpy, from the market data and its fills.

Scenarios are what mids did in whole minutes; each minute must have an event. Instruments are quoted and settled in a
currency worth one of the reporting currency, in units of 1.
"""

import json
from collections import defaultdict

import numpy as np

from performance_figures import MINUTE, read_fills


def mids_at(rows, times):
    """The last mid before each time; NaN before the first."""
    stamps = np.array([row[0] for row in rows], dtype=np.int64)
    mids = np.array([np.nan if None in row[1:] else (row[1] + row[2]) / 2 for row in rows])
    places = np.searchsorted(stamps, times, side="left") - 1
    known = np.where(places < 0, np.nan, mids[np.maximum(places, 0)])
    for place in range(1, len(known)):  # a mid that is missing then is the one before
        if np.isnan(known[place]):
            known[place] = known[place - 1]
    return known


def loss_of(outcomes, confidence):
    losses = np.sort(-outcomes)
    n = len(losses)
    if n < np.ceil(1 / (1 - confidence) - 1e-9):
        return None, None
    var = losses[int(np.ceil(confidence * n - 1e-9)) - 1]
    return var, var + np.sum(np.maximum(losses - var, 0)) / ((1 - confidence) * n)


def compare(report_path, fills_path, quotes, stress, comparison, scenarios=250):
    """stress: name to the share by which all prices move."""
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    risk = report["risk"]
    held = defaultdict(lambda: defaultdict(float))
    for fill in read_fills(fills_path):
        held[fill["account"]][fill["symbol"]] += fill["signed"]
    first = min(report["input"]["first"], *(rows[0][0] for rows in quotes.values()))
    boundaries = np.arange(first // MINUTE + 1, risk["scenarios"]["as_of"] // MINUTE + 1) * MINUTE
    mids = {symbol: mids_at(rows, boundaries) for symbol, rows in quotes.items()}
    comparison.whole("scenarios", risk["scenarios"]["count"], min(len(boundaries), scenarios))
    for row in risk["accounts"]:
        positions = held[row["account"]]
        outcomes = np.zeros(len(boundaries))
        value, size = 0.0, 0.0
        for symbol, path in mids.items():
            moves = np.concatenate([[0.0], path[1:] / path[:-1] - 1])
            moves[np.isnan(moves)] = 0.0
            worth = positions[symbol] * path[-1]
            outcomes += worth * moves
            value += worth
            size += abs(worth)
        outcomes = outcomes[-scenarios:]
        scale = np.mean(np.abs(outcomes)) if len(outcomes) else 0.0
        for word, reported in row["value_at_risk"].items():
            var, cvar = loss_of(outcomes, float(word))
            comparison.number(f"{row['account']} VaR {word}", reported["var"], var, scale)
            comparison.number(f"{row['account']} CVaR {word}", reported["cvar"], cvar, scale)
        for name, shock in stress.items():
            comparison.number(f"{row['account']} {name}", row["stress"][name], value * shock, size * abs(shock))
