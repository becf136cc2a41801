"""Execution quality, performance, risk and the market: every figure of a replay's report computed a second time from market data,
orders and fills."""

import copy
import gzip
import json
import random
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import execution_figures
import market_figures
import performance_figures
import risk_figures
from support import market_data, needs_market_data, vigil

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
MIDNIGHT_2012_06_21 = 1_340_251_200 * SECOND  # in New York, UTC-4

STRATEGIES = """\
define_from_feed: true
conversions:
  - {from: USDT, to: USD, rate: 1}
accounts:
  - {name: DOLLARS, base_currency: USD, initial_capital: 100000000}
venue_defaults:
  fees:
    maker: {notional_ratio: -0.00001}
    taker: {notional_ratio: 0.00033333}
strategies:
  - {name: crossing, kind: momentum, account: DOLLARS, order_quantity: 1,
     max_position: 20, window: 32, entry_threshold_bp: 0.5, cooldown: 200ms}
  - {name: resting, kind: mean_reversion, account: DOLLARS, order_quantity: 1,
     max_position: 20, window: 64, entry_threshold_bp: 0.5, cooldown: 500ms, aggressive: false}
  - {name: desk, kind: manual, account: DOLLARS}
risk:
  stale_reference_after: 10m
scenarios:
  stress:
    - {name: crash, all: -0.2}
    - {name: rally, all: 0.05}
"""
LIMITS = "  accounts:\n    default: {max_day_loss: 90000000}\n"
SHARE = 0.7  # of the capital in the benchmark
STRESS = {"crash": -0.2, "rally": 0.05}


class Execution(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def replay(self, *arguments, benchmark, limits=""):
        paths = [self.folder / name for name in ("report.json", "fills.csv", "orders-out.csv")]
        configuration = f"{STRATEGIES}benchmark: {{symbol: {benchmark}, share: {SHARE}}}\n"
        # What a loss limit cannot judge it denies: with one there are other orders where marks are missing.
        configuration = configuration.replace("risk:\n", f"risk:\n{limits}")
        outputs = ["--report", paths[0], "--fills", paths[1], "--orders-out", paths[2]]
        result = vigil("replay", *arguments, "--config", self.write("engine.yaml", configuration), *outputs)
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        return paths

    def assert_agrees(self, paths, quotes, benchmark, at_least):
        comparison = execution_figures.compare(*paths, quotes)
        performance_figures.compare(paths[0], paths[1], quotes, 100_000_000, comparison)
        risk_figures.compare(paths[0], paths[1], quotes, STRESS, comparison)
        market_figures.compare(paths[0], paths[1], quotes, 100_000_000, benchmark, SHARE, comparison)
        self.assertEqual("\n".join(comparison.differences), "")
        self.assertGreater(comparison.agree, at_least)
        return json.loads(paths[0].read_text(encoding="utf-8"))["execution_quality"]


class SmallMarket(Execution):
    """Two made-up shares: a side is missing now and then, quotes cross, many moments have several quotes."""

    def market(self):
        draw = random.Random(7)
        rows, quotes, time = [], {"ACME": [], "BOLT": []}, START
        prices = {"ACME": 10_000, "BOLT": 4_200}
        for _ in range(6000):
            if draw.random() < 0.7:
                time += draw.randrange(1, 120_000_000)
            symbol = draw.choice(["ACME", "BOLT"])
            prices[symbol] += draw.choice([-2, -1, -1, 0, 0, 1, 1, 2])
            bid, ask = prices[symbol] / 100, (prices[symbol] + draw.choice([-1, 0, 1, 2, 3, 5])) / 100
            missing = draw.random()
            cells = ["" if missing < 0.01 else f"{bid:.2f}", "" if missing > 0.99 else f"{ask:.2f}"]
            sizes = [draw.randrange(1, 9) if cell else "" for cell in cells]
            rows.append(f"{time},XSIM,{symbol},{cells[0]},{cells[1]},{sizes[0]},{sizes[1]}")
            quotes[symbol].append((time, *(float(cell) if cell else None for cell in cells)))
        orders = []
        for number in range(500):
            at = START + number * (time - START) // 520
            symbol = draw.choice(["ACME", "BOLT"])
            side, quantity = draw.choice(["buy", "sell"]), draw.randrange(1, 12)
            kind = draw.choice(["market,IOC", "limit,DAY", "limit,IOC", "limit,FOK"])
            price = "" if kind.startswith("market") else f"{prices[symbol] / 100 + draw.randrange(-40, 40) / 100:.2f}"
            orders.append(f"{at},o{number},new,DOLLARS,desk,{symbol},XSIM,{side},{kind},{quantity},{price},")
        header = "ts,venue,symbol,bid,ask,bid_size,ask_size\n"
        order_header = (
            "ts,client_order_id,action,account,strategy,symbol,venue,side,type,time_in_force,quantity,limit_price,stop_price\n"
        )
        feed = self.write("quotes.csv", header + "\n".join(rows) + "\n")
        requests = self.write("orders.csv", order_header + "\n".join(orders) + "\n")
        return ["--feed", f"quotes:{feed}", "--orders", requests], quotes

    def test_every_figure_is_found_again(self):
        arguments, quotes = self.market()
        quality = self.assert_agrees(self.replay(*arguments, benchmark="BOLT"), quotes, "BOLT", at_least=200)
        self.assertEqual({row["order_type"] for row in quality["benchmarks"]}, {"market", "limit"})
        self.assertEqual({row["benchmark"] for row in quality["benchmarks"]}, {"decision", "arrival", "touch", "limit"})
        self.assertEqual({row["liquidity"] for row in quality["markouts"]}, {"maker", "taker"})
        self.assertEqual({row["strategy"] for row in quality["shortfall"]}, {"crossing", "resting", "desk"})

    def test_the_comparison_finds_a_figure_that_is_wrong(self):
        arguments, quotes = self.market()
        paths = self.replay(*arguments, benchmark="BOLT")
        report = json.loads(paths[0].read_text(encoding="utf-8"))

        def faults(change):
            wrong = copy.deepcopy(report)
            change(wrong["execution_quality"])
            other = self.write("wrong.json", json.dumps(wrong))
            return len(execution_figures.compare(other, paths[1], paths[2], quotes).differences)

        def scale(row, key):
            row[key] *= 1 + 1e-8

        self.assertEqual(faults(lambda quality: None), 0)
        self.assertGreater(faults(lambda quality: scale(quality["markouts"][0], "mean")), 0)
        self.assertGreater(faults(lambda quality: scale(quality["shortfall"][0], "ordered_usd")), 0)
        self.assertGreater(faults(lambda quality: scale(quality["benchmarks"][0], "executed_usd")), 0)
        self.assertGreater(faults(lambda quality: scale(quality["venues"][0], "fees")), 0)
        self.assertGreater(faults(lambda quality: quality["spreads"].pop()), 0)


class RealDays(Execution):
    @needs_market_data
    def test_a_day_of_two_shares(self):
        arguments, quotes = [], {}
        for name in ("AAPL", "AMZN"):
            archive = market_data() / "lobster" / f"LOBSTER_SampleFile_{name}_2012-06-21_1.zip"
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(self.folder / name)
            (message,) = (self.folder / name).rglob("*_message_*.csv")
            arguments += ["--feed", f"lobster:{message}"]
            book = message.with_name(message.name.replace("_message_", "_orderbook_"))
            with open(message, encoding="ascii") as messages, open(book, encoding="ascii") as rows:
                quotes[name] = [self.lobster_quote(line, row) for line, row in zip(messages, rows, strict=True)]
        quality = self.assert_agrees(self.replay(*arguments, benchmark="AMZN", limits=LIMITS), quotes, "AMZN", at_least=160)
        self.assertEqual({row["horizon"] for row in quality["edges"]}, set(execution_figures.HORIZONS))

    @staticmethod
    def lobster_quote(line, row):
        seconds, _, fraction = line.split(",", 1)[0].partition(".")
        ask, _, bid, _ = row.split(",")[:4]
        time = MIDNIGHT_2012_06_21 + int(seconds) * SECOND + int(fraction.ljust(9, "0"))
        return time, int(bid) / 10_000, int(ask) / 10_000

    @needs_market_data
    def test_three_captures_of_one_evening(self):
        arguments, quotes = [], {}
        for capture in ("spot_btcusdt", "spot_ethusdt", "usdm_btcusdt"):
            path = market_data() / "binance" / f"{capture}_20240808.gz"
            arguments += ["--feed", f"binance:{path}"]
            rows = []
            with gzip.open(path, "rt", encoding="ascii") as lines:
                for line in lines:
                    time, _, text = line.partition(" ")
                    if "@bookTicker" not in text:
                        continue
                    data = json.loads(text)["data"]
                    rows.append((int(time), float(data["b"]), float(data["a"])))
            quotes[capture] = rows
        paths = self.replay(*arguments, benchmark="BTCUSDT", limits=LIMITS)
        symbols = self.symbols_of(paths[1])
        by_symbol = {symbols[capture]: rows for capture, rows in quotes.items() if capture in symbols}
        self.assert_agrees(paths, by_symbol, "BTCUSDT", at_least=160)

    @staticmethod
    def symbols_of(fills):
        """By capture: the symbol that the engine gives to what is in it."""
        known = {"spot_btcusdt": "BTCUSDT", "spot_ethusdt": "ETHUSDT", "usdm_btcusdt": "BTCUSDT-PERP"}
        text = fills.read_text(encoding="utf-8")
        return {capture: symbol for capture, symbol in known.items() if f",{symbol}," in text}


if __name__ == "__main__":
    unittest.main()
