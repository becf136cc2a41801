#!/usr/bin/env python3
"""Trains a small model for the engine's signals on features that `vigil features` has written.

    vigil features --feed binance:spot_btcusdt.gz --out features.csv
    scripts/train_model.py features.csv --kind linear --symbol BTCUSDT --horizon 1s --name btc-1s --out models

Writes NAME.json, the description that the engine loads (docs/SIGNALS.md), and for --kind xgboost the model
NAME.xgboost.json beside it. A row's label is the sign of the mid's change from its time to the horizon after it;
rows without a change are left out. The later part of the rows, by time, is held out for the scores, and what lies
within a horizon before it is left out of the training, so that no label is known from both sides.

Needs numpy, and for --kind xgboost the xgboost package (Debian: python3-numpy, python3-xgboost).
"""

import argparse
import hashlib
import json
import math
import re
import sys
import time
from pathlib import Path

try:
    import numpy as np
except ImportError:
    sys.exit("train_model.py: numpy must be installed (Debian: python3-numpy), is not")

NOT_FEATURES = ("time", "symbol", "mid")
UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
BINS = 10


class Fault(Exception):
    """Something that the caller can put right."""


def duration(text):
    """Nanoseconds of "250ms", "5s", ..."""
    found = re.fullmatch(r"(\d+)(ns|us|ms|s|m|h)", text)
    if not found or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"must be a duration such as 250ms, 5s or 1m, was {text}")
    return int(found[1]) * UNITS[found[2]]


def share(text):
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"must be between 0 and 1, was {text}")
    return value


def count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, was {text}")
    return value


def read_table(path, symbol, wanted):
    """(times, mids, names of features, matrix [row, feature] with NaN for what is not known) of one symbol."""
    with open(path, encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split(",")
        if tuple(header[:3]) != NOT_FEATURES:
            raise Fault(f"{path}:1: must begin with {','.join(NOT_FEATURES)}, as `vigil features` writes it")
        names = wanted or header[3:]
        for name in names:
            if name not in header[3:]:
                raise Fault(f"--features: must name columns of {path} ({', '.join(header[3:])}), named {name}")
        columns = [header.index(name) for name in names]
        rows, symbols = [], set()
        for number, line in enumerate(file, 2):
            cells = line.rstrip("\n").split(",")
            if len(cells) != len(header):
                raise Fault(f"{path}:{number}: must have {len(header)} fields, has {len(cells)}")
            symbols.add(cells[1])
            if symbol is None or cells[1] == symbol:
                rows.append(cells)
    if symbol is None and len(symbols) > 1:
        raise Fault(f"--symbol: must be given, one of {', '.join(sorted(symbols))}")
    if not rows:
        raise Fault(f"--symbol: must be one of {', '.join(sorted(symbols)) or 'none: the file has no rows'}, was {symbol}")
    try:
        times = np.array([int(row[0]) for row in rows], dtype=np.int64)
        mids = np.array([float(row[2]) for row in rows])
        inputs = np.array([[float(row[c]) if row[c] else math.nan for c in columns] for row in rows])
    except ValueError as error:
        raise Fault(f"{path}: {error}") from None
    return times, mids, names, inputs


def labels_of(times, mids, horizon):
    """1 where the mid in force a horizon later is above, 0 where it is below, NaN where it is the same or not known:
    a quote at the very end of the horizon counts, and something must come after it."""
    last = np.searchsorted(times, times + horizon, side="right") - 1
    change = mids[last] - mids
    labels = np.where(change > 0, 1.0, np.where(change < 0, 0.0, math.nan))
    labels[times + horizon >= times[-1]] = math.nan
    return labels


def standardised(inputs):
    means = inputs.mean(axis=0)
    scales = inputs.std(axis=0)
    scales[scales < 1e-12] = 1.0
    return means, scales


def sigmoid(scores):
    return 1 / (1 + np.exp(-np.clip(scores, -700, 700)))


def fit_logistic(inputs, labels, ridge, steps=50):
    """Intercept and weights by Newton's method, with a little weight on small ones so that features that say the same
    have an answer."""
    design = np.column_stack([np.ones(len(inputs)), inputs])
    penalty = np.full(design.shape[1], ridge * len(inputs))
    penalty[0] = 0
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = sigmoid(design @ weights)
        gradient = design.T @ (chance - labels) + penalty * weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-10:
            return weights[0], weights[1:]
    raise Fault(f"the regression has not settled after {steps} steps: the labels may follow from the features")


def scores_of(chances, labels):
    """Accuracy, area under the ROC curve and mean logarithmic loss."""
    _, place, counts = np.unique(chances, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # equal ones share the mean of theirs
    ups = labels == 1
    up, down = int(ups.sum()), int((~ups).sum())
    scores = {"accuracy": float(((chances >= 0.5) == ups).mean())}
    if up and down:
        scores["auc"] = float((ranks[ups].sum() - up * (up + 1) / 2) / (up * down))
    kept = np.clip(chances, 1e-15, 1 - 1e-15)
    scores["log_loss"] = float(-np.where(ups, np.log(kept), np.log(1 - kept)).mean())
    return scores


def distribution_of(values):
    """Edges between tenths of the values, each once, and the share of values in each bin: edge < x <= next edge."""
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS))
    bins = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return {"edges": edges.tolist(), "shares": (bins / len(values)).tolist()}


def shares_of(contributions):
    mean = np.abs(contributions).mean(axis=0)
    return (mean / mean.sum() if mean.sum() > 0 else mean).tolist()


class Linear:
    def __init__(self, options):
        self.ridge = options.ridge

    def fit(self, inputs, labels, names):
        self.means, self.scales = standardised(inputs)
        self.intercept, self.weights = fit_logistic((inputs - self.means) / self.scales, labels, self.ridge)

    def contributions(self, inputs):
        return (inputs - self.means) / self.scales * self.weights

    def chances(self, inputs):
        return sigmoid(self.intercept + self.contributions(inputs).sum(axis=1))

    def write(self, folder, name):
        return {
            "linear": {
                "intercept": float(self.intercept),
                "weights": self.weights.tolist(),
                "means": self.means.tolist(),
                "scales": self.scales.tolist(),
            }
        }


class Boosted:
    def __init__(self, options):
        try:
            import xgboost
        except ImportError:
            raise Fault("--kind xgboost: the xgboost package must be installed (Debian: python3-xgboost), is not") from None
        self.xgboost = xgboost
        self.rounds = options.trees
        self.parameters = {
            "objective": "binary:logistic",
            "max_depth": options.depth,
            "eta": options.rate,
            "min_child_weight": 20,
            "seed": options.seed,
            "nthread": 1,
        }

    def matrix(self, inputs, labels=None):
        return self.xgboost.DMatrix(inputs.astype(np.float32), labels, feature_names=self.names)

    def fit(self, inputs, labels, names):
        self.names = names
        self.booster = self.xgboost.train(self.parameters, self.matrix(inputs, labels), self.rounds)

    def contributions(self, inputs):
        few = inputs[:: max(1, len(inputs) // 5000)]
        return self.booster.predict(self.matrix(few), pred_contribs=True)[:, :-1]

    def chances(self, inputs):
        return self.booster.predict(self.matrix(inputs)).astype(float)

    def write(self, folder, name):
        path = folder / f"{name}.xgboost.json"
        self.booster.save_model(str(path))
        return {"xgboost": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}}


KINDS = {"linear": Linear, "xgboost": Boosted}


def split(times, held_out, horizon):
    """Masks of the rows to train on and of those held out."""
    begin = times[int(len(times) * (1 - held_out))]
    return times + horizon < begin, times >= begin


def train(options):
    started = time.monotonic()
    times, mids, names, inputs = read_table(options.table, options.symbol, options.features)
    if (np.diff(times) < 0).any():
        raise Fault(f"{options.table}: time must not go back")
    labels = labels_of(times, mids, options.horizon)
    usable = ~np.isnan(labels) & ~np.isnan(inputs).any(axis=1)
    times, inputs, labels = times[usable], inputs[usable], labels[usable]
    if len(times) < options.least_rows:
        raise Fault(f"{options.table}: must have at least {options.least_rows} rows with all features and a label, has {len(times)}")
    learn, judge = split(times, options.held_out, options.horizon)
    for which, mask in (("to train on", learn), ("held out", judge)):
        if len(np.unique(labels[mask])) < 2:
            raise Fault(f"{options.table}: the rows {which} must have mids that rise and mids that fall, have not")

    model = KINDS[options.kind](options)
    model.fit(inputs[learn], labels[learn], names)
    scores = scores_of(model.chances(inputs[judge]), labels[judge])
    importance = shares_of(model.contributions(inputs[learn]))
    seconds = time.monotonic() - started

    options.out.mkdir(parents=True, exist_ok=True)
    description = {
        "format": 1,
        "name": options.name,
        "version": options.version,
        "kind": options.kind,
        "features": names,
        "label": "mid_sign",
        "horizon": options.horizon_text,
        "thresholds": {"buy": options.buy, "sell": options.sell},
        "confidence": {"medium": options.medium, "high": options.high},
        **model.write(options.out, options.name),
        "distribution": {name: distribution_of(inputs[learn][:, i]) for i, name in enumerate(names)},
        "importance": dict(zip(names, map(float, importance))),
        "training": {"seconds": round(seconds, 3), "samples": int(learn.sum()), "scores": scores},
    }
    path = options.out / f"{options.name}.json"
    path.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    ups = labels[judge].mean()
    print(f"{path}: {options.kind}, {len(names)} features, trained on {int(learn.sum())} rows in {seconds:.1f} s")
    print(f"held out: {int(judge.sum())} rows, {ups:.3f} of them rising; " + ", ".join(f"{k} {v:.4f}" for k, v in scores.items()))
    for name, part in sorted(zip(names, importance), key=lambda each: -each[1]):
        print(f"  {name:20} {part:.3f}")


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, help="CSV of `vigil features`")
    parser.add_argument("--kind", choices=sorted(KINDS), required=True)
    parser.add_argument("--name", required=True, help="what the configuration calls the model")
    parser.add_argument("--version", default="1", help="any word; shown in signal_bridge_model_info (default 1)")
    parser.add_argument("--symbol", help="whose rows are trained on; needed where there are several")
    parser.add_argument("--horizon", dest="horizon_text", default="1s", help="250ms, 1s, 1m, ... (default 1s)")
    parser.add_argument("--features", type=lambda text: text.split(","), help="comma separated; default: all")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--held-out", type=share, default=0.25, help="share of rows to score on (default 0.25)")
    parser.add_argument("--least-rows", type=count, default=1000, help="refuse to train on fewer (default 1000)")
    parser.add_argument("--buy", type=share, default=0.6, help="signal buy from this probability on (default 0.6)")
    parser.add_argument("--sell", type=share, default=0.4, help="signal sell up to this probability (default 0.4)")
    parser.add_argument("--medium", type=share, default=0.6, help="medium confidence from here on (default 0.6)")
    parser.add_argument("--high", type=share, default=0.75, help="high confidence from here on (default 0.75)")
    parser.add_argument("--ridge", type=float, default=1e-4, help="linear: weight on small weights (default 0.0001)")
    parser.add_argument("--trees", type=count, default=40, help="xgboost (default 40)")
    parser.add_argument("--depth", type=count, default=3, help="xgboost (default 3)")
    parser.add_argument("--rate", type=share, default=0.2, help="xgboost: learning rate (default 0.2)")
    parser.add_argument("--seed", type=int, default=1, help="xgboost (default 1)")
    options = parser.parse_args(arguments)
    try:
        options.horizon = duration(options.horizon_text)
    except argparse.ArgumentTypeError as error:
        parser.error(f"--horizon: {error}")
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,40}", options.name):
        parser.error(f"--name: must be 1 to 40 letters, digits or . _ - :, was {options.name}")
    if not (options.sell <= 0.5 <= options.buy and options.sell < options.buy):
        parser.error("--sell, --buy: must be at most and at least 0.5, and apart")
    if not 0.5 <= options.medium <= options.high:
        parser.error("--medium, --high: must be at least 0.5, medium at most high")
    return options


def main(arguments):
    try:
        train(parse(arguments))
    except (Fault, OSError) as fault:
        print(f"train_model.py: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
