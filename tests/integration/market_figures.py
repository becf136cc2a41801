"""Computes what a replay's report says of the market a second time, with numpy: correlations, the regime and what
strategies earned in each, alpha against a benchmark; and how far limits are used.

A sample is taken at every whole second, of what was known before it. Quotes and fills as in performance_figures.
"""

import json

import numpy as np

from performance_figures import MINUTE, SECOND, Touch, read_fills, values_at

DAY = 24 * 60 * MINUTE
STATES = ("quiet", "normal", "volatile", "unknown")


def whole_mids(rows, times):
    """The mid of the last quote before each time; NaN where it had one side, or there was none."""
    stamps = np.array([row[0] for row in rows], dtype=np.int64)
    mids = np.array([np.nan if None in row[1:] else (row[1] + row[2]) / 2 for row in rows])
    places = np.searchsorted(stamps, times, side="left") - 1
    return np.where(places < 0, np.nan, mids[np.maximum(places, 0)])


def quoted_between(rows, times):
    """Whether a quote with both sides came between each time and the one before."""
    stamps = np.array([row[0] for row in rows if None not in row[1:]], dtype=np.int64)
    places = np.searchsorted(stamps, times, side="left")
    return np.concatenate([[False], np.diff(places) > 0])


def correlations(quotes, symbols, boundaries, weight):
    returns = {}
    for symbol in symbols:
        logs = np.log(whole_mids(quotes[symbol], boundaries))
        moves = np.concatenate([[np.nan], np.diff(logs)])
        returns[symbol] = np.where(quoted_between(quotes[symbol], boundaries), moves, np.nan)
    matrix = np.full((len(symbols), len(symbols)), np.nan)
    for a, first in enumerate(symbols):
        for b, second in enumerate(symbols):
            both = ~np.isnan(returns[first]) & ~np.isnan(returns[second])
            x, y = returns[first][both], returns[second][both]
            weights = weight ** np.arange(len(x) - 1, -1, -1)
            scale = np.sqrt(np.sum(weights * x * x) * np.sum(weights * y * y))
            matrix[a, b] = 1 if a == b else np.sum(weights * x * y) / scale if scale > 0 else np.nan
    return matrix


def regimes(mids, short, long, warm_up):
    """State of each second, and the last ratio."""
    states, ratio = [], None
    sums = np.zeros(4)
    weights = np.array([0.5 ** (1 / short)] * 2 + [0.5 ** (1 / long)] * 2)
    last, count = None, 0
    for mid in mids:
        if not np.isnan(mid):
            if last is not None:
                squared = (np.log(mid) - last) ** 2
                sums = weights * sums + np.array([squared, 1, squared, 1])
                count += 1
            last = np.log(mid)
        if count >= warm_up and sums[2] > 0:
            ratio = float(np.sqrt((sums[0] / sums[1]) / (sums[2] / sums[3])))
            states.append("quiet" if ratio < 0.5 else "volatile" if ratio > 2 else "normal")
        else:
            states.append("unknown")
    return states, ratio


def compare_strategy(row, fills, touch, capital, times, states, growth, windows, comparison):
    name = row["strategy"]
    pnl = values_at(fills, touch, times)
    known = ~np.isnan(pnl)
    earned = dict.fromkeys(STATES, 0.0)
    last = 0.0
    for place in np.flatnonzero(known):
        earned[states[place - 1] if place else "unknown"] += pnl[place] - last
        last = pnl[place]
    size = np.sum(np.abs(np.diff(pnl[known]))) or 1
    for state in STATES:
        comparison.number(f"{name} {state} P&L", row["pnl_by_regime"][state], earned[state], size)
    alpha = pnl - capital * growth
    scale = np.nanmax(np.abs(pnl)) + capital * np.nanmax(np.abs(growth))
    comparison.number(f"{name} alpha", row["alpha"], None if np.isnan(alpha[-1]) else alpha[-1], scale)
    starts = np.concatenate([[True], times[1:] // MINUTE > times[:-1] // MINUTE])
    ends = alpha[starts]
    for word, minutes in windows.items():
        back = min(minutes, len(ends) - 1)
        rate = (ends[-1] - ends[-1 - back]) / back / 60 if back else np.nan
        expected = None if np.isnan(rate) else rate
        comparison.number(f"{name} alpha rate {word}", row["alpha_per_second"][word], expected, scale / 3600)


def compare_limits(risk, fills, touch, quotes, end, comparison):
    for account in risk["accounts"]:
        limits = {row["limit_type"]: row for row in account["limits"]}
        if not limits:
            continue
        own = [fill for fill in fills if fill["account"] == account["account"]]
        lost = {}
        for symbol in quotes:
            here = [fill for fill in own if fill["symbol"] == symbol]
            # The day begins at midnight, with what was known then; a replay goes on for a while after its data.
            began, ended = values_at(here, touch, np.array([end // DAY * DAY, end + 1]))
            lost[symbol] = began - ended
        total = sum(lost.values())
        size = sum(abs(loss) for loss in lost.values())
        row = limits["max_daily_loss"]
        comparison.number("day's loss", float(row["used"]), max(total, 0.0), size)
        comparison.number("headroom of it", float(row["headroom"]), float(row["limit"]) - max(total, 0.0))
        comparison.number("utilization of it", row["utilization"], max(total, 0.0) / float(row["limit"]), size / float(row["limit"]))
        worst = max(lost, key=lost.get)
        named = row["top_contributor"]
        comparison.whole("who lost most", named and named["symbol"], worst if lost[worst] > 0 else None)
        value_at_risk = account["value_at_risk"]["0.99"]["var"]
        if value_at_risk is not None:
            used = float(limits["value_at_risk"]["used"])
            # Money has eight decimals.
            comparison.number("value at risk", used, max(value_at_risk, 0.0), max(abs(value_at_risk), 10))


def compare(report_path, fills_path, quotes, capital, benchmark, share, comparison):
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    fills = list(read_fills(fills_path))
    touch = Touch(quotes)
    first = min(report["input"]["first"], *(rows[0][0] for rows in quotes.values()))
    times = np.arange(first // SECOND, report["performance"]["as_of"] // SECOND + 1, dtype=np.int64) * SECOND

    reported = report["risk"]["correlations"]
    boundaries = times[times % (10 * SECOND) == 0]
    boundaries = np.concatenate([[times[0]], boundaries[boundaries > times[0]]])
    matrix = correlations(quotes, reported["symbols"], boundaries, 0.5 ** (10 / 600))
    comparison.whole("correlations as of", reported["as_of"], int(boundaries[-1]) // (10 * SECOND) * 10 * SECOND)
    for a, symbol in enumerate(reported["symbols"]):
        for b, other in enumerate(reported["symbols"]):
            expected = None if np.isnan(matrix[a, b]) else matrix[a, b]
            comparison.number(f"correlation {symbol} {other}", reported["matrix"][a][b], expected, 1)

    market = report["performance"]["market"]
    states, ratio = regimes(whole_mids(quotes[reported["symbols"][0]], times), 60, 3600, 300)
    comparison.whole("regime", market["regime"], states[-1])
    comparison.number("volatility over usual", market["volatility_over_usual"], ratio)

    held = whole_mids(quotes[benchmark], times)
    for place in range(1, len(held)):
        if np.isnan(held[place]):
            held[place] = held[place - 1]
    known = held[~np.isnan(held)]
    growth = share * (held / known[0] - 1)
    comparison.number("benchmark", market["benchmark_growth"], growth[-1], 1)
    windows = {"1h": 60, "24h": 24 * 60}
    for row in market["strategies"]:
        own = [fill for fill in fills if fill["strategy"] == row["strategy"]]
        compare_strategy(row, own, touch, capital, times, states, growth, windows, comparison)
    compare_limits(report["risk"], fills, touch, quotes, report["performance"]["as_of"] + SECOND, comparison)
