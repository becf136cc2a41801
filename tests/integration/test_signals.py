"""Features, training and models from outside: what `vigil features` writes against the documented formulas, a model
trained by scripts/train_model.py, and what the engine predicts with it against what was trained."""

import csv
import importlib.util
import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import model_figures
from support import ROOT, market_data, needs_market_data, vigil

HEADER = "ts,venue,symbol,bid,ask,bid_size,ask_size\n"
START = 1_700_000_000_000_000_000
TRAIN = ROOT / "scripts" / "train_model.py"
HAS_XGBOOST = importlib.util.find_spec("xgboost") is not None


def quotes(rows, seed, symbol="ACME", missing=0.0):
    """Lines of a quotes file: the larger side of the touch says where the mid goes next, most of the time."""
    random = np.random.default_rng(seed)
    lines, now, bid = [], START + int(random.integers(10**9)), 10_000
    imbalance = 0.0
    for _ in range(rows):
        now += int(random.exponential(40e6)) + (int(3e9) if random.random() < 0.002 else 0)
        bid += int(random.random() < abs(imbalance) * 0.7) * (1 if imbalance > 0 else -1) + int(random.integers(-1, 2)) * (random.random() < 0.2)
        imbalance = random.uniform(-1, 1)
        sizes = [f"{500 * (1 + imbalance):.2f}", f"{500 * (1 - imbalance):.2f}"]
        if random.random() < missing:
            sizes[int(random.integers(2))] = ""
        ask = bid + int(random.integers(-1, 4))
        lines.append((now, f"{now},SIM,{symbol},{bid / 100:.2f},{ask / 100:.2f},{sizes[0]},{sizes[1]}\n"))
    return lines


def number(text):
    return float(text) if text else math.nan


def expected_features(rows):
    """The formulas of docs/SIGNALS.md over the quotes of one symbol: {name: array, NaN where it is not known}."""
    time = np.array([int(row["ts"]) for row in rows])
    bid, ask = (np.array([float(row[key]) for row in rows]) for key in ("bid", "ask"))
    bid_size, ask_size = (np.array([number(row[key]) for row in rows]) for key in ("bid_size", "ask_size"))
    count = len(rows)
    mid = (bid + ask) / 2
    sizes = bid_size + ask_size
    out = {"spread_bp": 1e4 * (ask - bid) / mid, "touch_imbalance": (bid_size - ask_size) / sizes}
    micro = (bid * ask_size + ask * bid_size) / sizes
    out["microprice_bp"] = 1e4 * (micro - mid) / mid
    for k in (1, 4, 16, 64):
        out[f"return_{k}_bp"] = np.concatenate([np.full(k, math.nan), 1e4 * (mid[k:] / mid[:-k] - 1)])
    for word, seconds in (("1s", 1), ("10s", 10)):
        length = seconds * 10**9 // 20
        steps = time // length
        begin = steps - 20
        known = begin > steps[0]
        before = np.searchsorted(steps, begin, side="left")  # the quote before it was in force
        out[f"return_{word}_bp"] = np.where(known, 1e4 * (mid / mid[np.maximum(before - 1, 0)] - 1), math.nan)
        inside = np.searchsorted(steps, steps, side="left") - before
        out[f"quote_rate_{word}"] = np.where(known, inside / seconds, math.nan)
    for n in (16, 64):
        mean, values = 0.0, np.full(count, math.nan)
        for i in range(1, count):
            square = (1e4 * (mid[i] / mid[i - 1] - 1)) ** 2
            mean = square if i == 1 else mean + 2 / (n + 1) * (square - mean)
            if i >= n:
                values[i] = math.sqrt(mean)
        out[f"volatility_{n}_bp"] = values
        flow = np.full(count, math.nan)
        flow[1:] = np.where(bid[1:] >= bid[:-1], bid_size[1:], 0.0) - np.where(bid[1:] <= bid[:-1], bid_size[:-1], 0.0)
        flow[1:] += np.where(ask[1:] >= ask[:-1], ask_size[:-1], 0.0) - np.where(ask[1:] <= ask[:-1], ask_size[1:], 0.0)
        flow[1:][np.isnan(sizes[1:]) | np.isnan(sizes[:-1])] = math.nan
        values = np.full(count, math.nan)
        for i in range(n, count):
            values[i] = flow[i - n + 1 : i + 1].sum() / sizes[i - n + 1 : i + 1].sum()
        out[f"order_flow_{n}"] = values
    for n in (16, 64, 256):
        means = np.full(count, math.nan)
        for i in range(n - 1, count):
            means[i] = mid[i - n + 1 : i + 1].mean()
        out[f"mid_to_mean_{n}_bp"] = 1e4 * (mid - means) / means
    return mid, out


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Signals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def feed(self, *streams):
        path = self.folder / "quotes.csv"
        lines = sorted(line for stream in streams for line in stream)
        path.write_text(HEADER + "".join(text for _, text in lines), encoding="utf-8")
        return path

    def features(self, feed, *more):
        out = self.folder / "features.csv"
        run = vigil("features", "--feed", f"quotes:{feed}", "--out", out, *more)
        self.assertEqual(run.returncode, 0, run.stderr)
        return out, read(out)

    def train(self, table, kind, *more):
        command = [sys.executable, str(TRAIN), str(table), "--kind", kind, "--name", "m", "--out", str(self.folder / "models"), *more]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    def test_features_are_those_of_the_formulas(self):
        feed = self.feed(quotes(1500, 1, "ACME", 0.01), quotes(700, 2, "BOLT"))
        _, found = self.features(feed)
        given = read(feed)
        self.assertEqual(len(found), len(given))
        for symbol in ("ACME", "BOLT"):
            rows = [row for row in found if row["symbol"] == symbol]
            mid, expected = expected_features([row for row in given if row["symbol"] == symbol])
            self.assertEqual(set(rows[0]), {"time", "symbol", "mid", *expected})
            np.testing.assert_allclose([float(row["mid"]) for row in rows], mid, rtol=1e-15)
            for name, values in expected.items():
                ours = np.array([number(row[name]) for row in rows])
                np.testing.assert_array_equal(np.isnan(ours), np.isnan(values), err_msg=name)
                np.testing.assert_allclose(ours, values, rtol=1e-9, atol=1e-9, err_msg=name)
                self.assertGreater((~np.isnan(values)).sum(), 100, name)

    def test_the_best_bid_and_ask_of_all_venues_is_what_features_are_of(self):
        feed = self.folder / "quotes.csv"
        feed.write_text(HEADER + f"{START},A,X,10,12,1,1\n{START + 1},B,X,11,13,3,1\n", encoding="utf-8")
        _, found = self.features(feed)
        self.assertEqual([row["mid"] for row in found], ["11", "11.5"])
        self.assertEqual(float(found[1]["touch_imbalance"]), 0.5)

    def test_quotes_without_a_mid_are_left_out_and_counted(self):
        feed = self.folder / "quotes.csv"
        feed.write_text(HEADER + f"{START},A,X,10,,1,\n{START + 1},A,X,11,13,3,1\n", encoding="utf-8")
        run = vigil("features", "--feed", f"quotes:{feed}", "--out", self.folder / "out.csv")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("1 rows; 1 quotes without a mid left out", run.stdout)

    def test_a_linear_model_is_trained_and_predicts_as_it_was_trained(self):
        table, _ = self.features(self.feed(quotes(6000, 3)))
        run = self.train(table, "linear", "--horizon", "250ms", "--version", "a1")
        self.assertEqual(run.returncode, 0, run.stderr)
        path = self.folder / "models" / "m.json"
        model = json.loads(path.read_text(encoding="utf-8"))
        self.assertGreater(model["training"]["scores"]["accuracy"], 0.6)
        self.assertGreater(model["training"]["scores"]["auc"], 0.65)
        self.assertAlmostEqual(sum(model["importance"].values()), 1)

        _, rows = self.features(self.folder / "quotes.csv", "--model", path)
        terms = model["linear"]
        asked = 0
        for row in rows:
            inputs = [number(row[name]) for name in model["features"]]
            if any(map(math.isnan, inputs)):
                self.assertEqual(row["m"], "")
                continue
            score = terms["intercept"] + sum(
                w * (x - m) / s for w, x, m, s in zip(terms["weights"], inputs, terms["means"], terms["scales"])
            )
            self.assertAlmostEqual(float(row["m"]), 1 / (1 + math.exp(-score)), places=12)
            asked += 1
        self.assertGreater(asked, 4000)

    @unittest.skipUnless(HAS_XGBOOST, "python3-xgboost is not installed")
    def test_a_boosted_model_is_trained_and_predicts_as_the_library_does(self):
        import xgboost

        table, _ = self.features(self.feed(quotes(6000, 4)))
        run = self.train(table, "xgboost", "--horizon", "250ms", "--features", "touch_imbalance,spread_bp,return_1_bp")
        self.assertEqual(run.returncode, 0, run.stderr)
        path = self.folder / "models" / "m.json"
        model = json.loads(path.read_text(encoding="utf-8"))
        self.assertGreater(model["training"]["scores"]["accuracy"], 0.6)
        booster = xgboost.Booster(model_file=str(path.parent / model["xgboost"]["file"]))

        _, rows = self.features(self.folder / "quotes.csv", "--model", path)
        known = [row for row in rows if row["m"]]
        inputs = np.array([[float(row[name]) for name in model["features"]] for row in known], dtype=np.float32)
        theirs = booster.predict(xgboost.DMatrix(inputs, feature_names=model["features"]))
        np.testing.assert_allclose([float(row["m"]) for row in known], theirs, rtol=1e-6)
        self.assertGreater(len(known), 5000)

        booster_file = path.parent / model["xgboost"]["file"]
        booster_file.write_bytes(booster_file.read_bytes()[:-1])
        run = vigil("features", "--feed", f"quotes:{self.folder / 'quotes.csv'}", "--out", self.folder / "x", "--model", path)
        self.assertEqual(run.returncode, 1)
        self.assertIn("whose SHA-256 is", run.stderr)

    def test_the_shipped_models_can_be_asked(self):
        folder = ROOT / "configs" / "models"
        models = [folder / "btcusdt-1s-linear.json", folder / "btcusdt-1s-xgboost.json"]
        _, rows = self.features(self.feed(quotes(500, 5)), "--model", models[0], models[1])
        for name in ("btcusdt-1s-linear", "btcusdt-1s-xgboost"):
            chances = [float(row[name]) for row in rows if row[name]]
            self.assertGreater(len(chances), 300)
            self.assertTrue(all(0 <= chance <= 1 for chance in chances))

    def check_replay(self, spec, models):
        """What a replay says of these models against the same figures from the table of features."""
        folder = ROOT / "configs" / "models"
        config = self.folder / "replay.yaml"
        listed = "".join(f"  - {{name: {name}, file: {folder / name}.json}}\n" for name in models)
        config.write_text((ROOT / "configs" / "replay.yaml").read_text(encoding="utf-8") + "models:\n" + listed, encoding="utf-8")
        report, out = self.folder / "report.json", self.folder / "asked.csv"
        run = vigil("replay", "--feed", spec, "--config", config, "--report", report)
        self.assertEqual(run.returncode, 0, run.stderr)
        run = vigil("features", "--feed", spec, "--out", out, "--model", *(folder / f"{name}.json" for name in models))
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = read(out)
        time = np.array([int(row["time"]) for row in rows])
        mid = np.array([float(row["mid"]) for row in rows])
        found = json.loads(report.read_text(encoding="utf-8"))["models"]
        self.assertEqual([model["model"] for model in found], list(models))
        for model in found:
            description = json.loads((folder / f"{model['model']}.json").read_text(encoding="utf-8"))
            chance = np.array([number(row[model["model"]]) for row in rows])
            expected = model_figures.outcomes(time, mid, chance, 10**9)
            predictions = model["predictions"]
            self.assertEqual(predictions["not_judged"].pop("unchanged"), expected.pop("unchanged"))
            self.assertEqual(predictions.pop("not_judged"), {"overflow": 0, "model_off": 0})
            self.assertEqual(predictions, expected)
            self.assertGreater(expected["correct"], 100)
            share = expected["correct"] / (expected["correct"] + expected["incorrect"])
            self.assertAlmostEqual(model["accuracy"]["24h"], share, places=12)
            inputs = np.array([[number(row[name]) for name in description["features"]] for row in rows])
            asked = inputs[~np.isnan(inputs).any(axis=1)]
            for place, feature in enumerate(model["features"]):
                name = description["features"][place]
                drift = model_figures.drift(asked[:, place], description["distribution"][name])
                np.testing.assert_allclose(feature["drift"], drift, rtol=1e-9, atol=1e-12, err_msg=name)
                self.assertEqual(feature["importance_in_training"], description["importance"][name])
            if model["kind"] == "linear":
                shares = model_figures.importance(time, inputs, description["linear"])
                np.testing.assert_allclose([feature["importance"] for feature in model["features"]], shares, rtol=1e-9)

    def test_numpy_finds_again_what_a_replay_says_of_its_models(self):
        feed = self.feed(quotes(9000, 12))
        self.check_replay(f"quotes:{feed}", ["btcusdt-1s-linear", "btcusdt-1s-xgboost", "synthetic-1s"])

    @needs_market_data
    def test_numpy_finds_again_what_a_replay_of_a_recording_says_of_its_models(self):
        for capture in ("usdm_btcusdt", "spot_ethusdt"):
            spec = f"binance:{market_data() / 'binance' / f'{capture}_20240808.gz'}"
            self.check_replay(spec, ["btcusdt-1s-linear", "btcusdt-1s-xgboost"])

    def test_labels_end_where_the_future_does_and_scores_are_of_rows_not_trained_on(self):
        spec = importlib.util.spec_from_file_location("train_model", TRAIN)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        times = np.array([0, 1, 2, 3, 5, 9])
        labels = module.labels_of(times, np.array([10.0, 11, 11, 9, 12, 12]), 2)
        # At 0: the mid at 2 is 11; at 1: 9 at 3; at 2: 9 in force at 4; at 3: 12 at 5; at 5: the same at 7.
        np.testing.assert_array_equal(labels, [1, 0, 0, 1, math.nan, math.nan])
        learn, judge = module.split(np.arange(100), 0.25, 10)
        self.assertEqual((np.flatnonzero(learn).max(), np.flatnonzero(judge).min()), (64, 75))
        scores = module.scores_of(np.array([0.9, 0.6, 0.6, 0.1]), np.array([1.0, 1, 0, 0]))
        self.assertEqual(scores["accuracy"], 0.75)
        self.assertEqual(scores["auc"], 0.875)
        self.assertAlmostEqual(scores["log_loss"], -(math.log(0.9) * 2 + math.log(0.6) + math.log(0.4)) / 4)
        bins = module.distribution_of(np.array([1.0, 1, 1, 2]))
        self.assertEqual(bins["shares"][0], 0.75)
        self.assertAlmostEqual(sum(bins["shares"]), 1)

    def test_what_cannot_be_trained_on_is_refused_with_the_reason(self):
        table, _ = self.features(self.feed(quotes(1500, 6), quotes(300, 7, "BOLT")))
        for more, words in (
            ((), "--symbol: must be given, one of ACME, BOLT"),
            (("--symbol", "CASH"), "--symbol: must be one of ACME, BOLT, was CASH"),
            (("--symbol", "ACME", "--features", "moon"), "--features: must name columns of"),
            (("--symbol", "BOLT"), "must have at least 1000 rows"),
        ):
            run = self.train(table, "linear", *more)
            self.assertEqual(run.returncode, 1, run.stdout)
            self.assertIn(words, run.stderr)
        self.assertEqual(self.train(table, "linear", "--horizon", "1 s").returncode, 2)
        self.assertEqual(self.train(self.folder / "none.csv", "linear").returncode, 1)
        (self.folder / "other.csv").write_text("a,b\n", encoding="utf-8")
        self.assertIn("must begin with time,symbol,mid", self.train(self.folder / "other.csv", "linear").stderr)

    def test_wrong_usage_is_refused(self):
        feed = self.feed(quotes(10, 8))
        self.assertEqual(vigil("features", "--out", self.folder / "x").returncode, 2)
        self.assertEqual(vigil("features", "--feed", f"quotes:{feed}").returncode, 2)
        run = vigil("features", "--feed", f"quotes:{feed}", "--out", feed)
        self.assertEqual(run.returncode, 2)
        self.assertIn("--out: must be a file of its own", run.stderr)
        (self.folder / "model.json").write_text("{}", encoding="utf-8")
        run = vigil("features", "--feed", f"quotes:{feed}", "--out", self.folder / "x", "--model", self.folder / "model.json")
        self.assertEqual(run.returncode, 1)
        self.assertIn("model.json:1: format: must be given, was missing", run.stderr)


if __name__ == "__main__":
    unittest.main()
