"""`vigil replay` from outside: files in, files out, and clear words where that cannot be."""

import bisect
import csv
import gzip
import tempfile
import unittest
import zipfile
from pathlib import Path

import recompute
from support import ROOT, market_data, needs_market_data, vigil

# Two instruments, one inverse; fees that do not divide evenly; two accounts; orders from files only.
CONFIG = """\
define_from_feed: false
reporting_currency: USD
currencies:
  - {code: USD, decimals: 2}
instruments:
  - {symbol: ACME, quote: USD, tick_size: 0.01, lot_size: 1}
  - {symbol: COIN, base: BTC, quote: USD, tick_size: 0.01, lot_size: 0.001}
  - symbol: BTCUSD-PERP
    base: BTC
    quote: USD
    inverse: true
    multiplier: 100
    tick_size: 0.1
    lot_size: 1
    initial_margin: 0.1
accounts:
  - {name: DOLLARS, base_currency: USD, initial_capital: 1000000}
  - {name: COINS, base_currency: BTC, initial_capital: 50}
venue_defaults:
  latency:
    outbound: {minimum: 100us, median: 0us, sigma: 0}
    inbound: {minimum: 100us, median: 0us, sigma: 0}
  fees:
    maker: {notional_ratio: -0.00001337}
    taker: {notional_ratio: 0.00012347, per_unit: 0.00000001}
venues:
  - {name: SIM-A}
  - name: SIM-B
    fees: {currency: base, taker: {notional_ratio: 0.0001}}
strategies:
  - {name: desk, kind: manual, account: DOLLARS}
  - {name: coins, kind: manual, account: COINS}
risk:
  stale_reference_after: 1h
  instruments:
    ACME: {max_order_quantity: 1000}
"""

QUOTES_HEADER = "ts,venue,symbol,bid,ask,bid_size,ask_size"
ORDERS_HEADER = (
    "ts,client_order_id,action,account,strategy,symbol,venue,side,type,time_in_force,quantity,limit_price,stop_price"
)
START = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


def quotes():
    """A small market: prices that wander by a fixed rule, sizes that run out, a crossed and a locked row."""
    rows, state = [], 1
    for step in range(400):
        state = (state * 1103515245 + 12345) % 2**31
        time = START + step * SECOND // 4
        acme = 10_000 + state // 7 % 200
        coin = 6_000_000 + state // 11 % 50_000
        perpetual = 600_000 + state // 13 % 5_000
        rows.append(f"{time},SIM-A,ACME,{acme / 100:.2f},{acme / 100 + 0.03:.2f},{state % 40 + 10},{state % 30 + 10}")
        rows.append(f"{time},SIM-B,COIN,{coin / 100:.2f},{coin / 100 + 1.11:.2f},{state % 5 + 1}.5,")
        rows.append(f"{time},SIM-A,BTCUSD-PERP,{perpetual / 10:.1f},{perpetual / 10 + 0.5:.1f},500,500")
    rows.append(f"{START + 100 * SECOND},SIM-A,ACME,100.05,100.04,5,5")
    rows.append(f"{START + 100 * SECOND + 1},SIM-A,ACME,100.05,100.05,5,5")
    rows.append(f"{START + 101 * SECOND},SIM-A,ACME,100.50,100.53,50,50")
    return "\n".join([QUOTES_HEADER, *rows]) + "\n"


def orders():
    """Both sides, every type, flips, cancels, a replace, and what must be denied."""
    rows = []
    for step in range(90):
        time = START + step * SECOND + 12_345
        side = "buy" if step % 7 < 4 else "sell"
        quantity = 7 * (step % 9) + 3
        if step % 3 == 0:
            rows.append(f"{time},a{step},new,DOLLARS,desk,ACME,SIM-A,{side},market,IOC,{quantity},,")
        elif step % 3 == 1:
            rows.append(f"{time},p{step},new,COINS,coins,BTCUSD-PERP,SIM-A,{side},market,IOC,{quantity},,")
        else:
            rows.append(f"{time},c{step},new,DOLLARS,desk,COIN,SIM-B,{side},market,IOC,0.{quantity:03d},,")
    last = START + 95 * SECOND
    rows += [
        f"{last},rest,new,DOLLARS,desk,ACME,SIM-A,buy,limit,GTC,10,50.00,",
        f"{last + SECOND},rest,replace,DOLLARS,desk,ACME,SIM-A,buy,limit,GTC,20,51.00,",
        f"{last + 2 * SECOND},rest,cancel,DOLLARS,desk,ACME,SIM-A,buy,limit,GTC,,,",
        f"{last + 2 * SECOND},big,new,DOLLARS,desk,ACME,SIM-A,buy,limit,DAY,1001,100.00,",
        f"{last + 2 * SECOND},tick,new,DOLLARS,desk,ACME,SIM-A,buy,limit,DAY,1,100.001,",
        f"{last + 2 * SECOND},nobody,new,DOLLARS,desk,NOSUCH,SIM-A,buy,limit,DAY,1,100.00,",
        f"{last + 3 * SECOND},routed,new,DOLLARS,desk,ACME,,buy,limit,IOC,5,200.00,",
    ]
    return "\n".join([ORDERS_HEADER, *rows]) + "\n"


class Replay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def outputs(self, name):
        return {kind: self.folder / f"{name}.{kind}" for kind in ("report", "fills", "orders")}

    def replay(self, name, *arguments):
        """Runs a replay that must succeed and gives the paths of its three outputs."""
        paths = self.outputs(name)
        result = vigil(
            "replay", *arguments, "--report", paths["report"], "--fills", paths["fills"], "--orders-out", paths["orders"]
        )
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        return paths

    def recompute(self, paths, rules=recompute.Rules({"COIN": "BTC"}, {})):
        """The report, once every figure of it was found again from the fills."""
        report = recompute.read_report(paths["report"])
        comparison = recompute.compare(report, recompute.read_fills(paths["fills"]), rules, paths["orders"])
        self.assertEqual(comparison.differences, [])
        return report, comparison

    def small_replay(self, name="small"):
        config = self.write("engine.yaml", CONFIG)
        feed = self.write("quotes.csv", quotes())
        requests = self.write("orders.csv", orders())
        return self.replay(name, "--feed", f"quotes:{feed}", "--orders", requests, "--config", config)

    def assert_refused(self, code, *arguments, says):
        """The command ends with the code, says each text on standard error, and nothing like a crash."""
        result = vigil(*arguments)
        message = f"{arguments}: exit code {result.returncode}\n{result.stderr}"
        self.assertEqual(result.returncode, code, message)
        for text in says:
            self.assertIn(text, result.stderr, message)
        for text in ("terminate called", "Assertion", "AddressSanitizer"):
            self.assertNotIn(text, result.stderr)
        return result


class Example(Replay):
    def test_the_example_of_the_readme_earns_what_the_readme_says(self):
        folder = ROOT / "configs" / "example"
        paths = self.replay(
            "example", "--config", folder / "engine.yaml", "--feed", f"quotes:{folder / 'quotes.csv'}",
            "--orders", folder / "orders.csv",
        )  # fmt: skip
        report, _ = self.recompute(paths)
        (position,) = report["positions"]
        (account,) = report["accounts"]
        self.assertEqual((position["quantity"], position["realized"]), ("0", "647"))
        self.assertEqual((account["cash"], account["commissions"]), ("100647", "3"))
        self.assertEqual(report["denials"], {"max_order_quantity": 1})


class SmallMarket(Replay):
    def test_a_recomputation_from_the_fills_gives_the_same_figures(self):
        report, comparison = self.recompute(self.small_replay())
        self.assertEqual(comparison.passed_over, [])
        self.assertEqual([row["account"] for row in report["accounts"]], ["DOLLARS", "COINS"])
        self.assertEqual({row["symbol"] for row in report["positions"]}, {"ACME", "COIN", "BTCUSD-PERP"})
        self.assertGreater(report["fills"], 60)
        self.assertEqual(report["identity_residual"], "0")

    def test_two_replays_give_the_same_bytes(self):
        first, second = self.small_replay("first"), self.small_replay("second")
        for kind, path in first.items():
            self.assertEqual(path.read_bytes(), second[kind].read_bytes(), kind)

    def test_the_report_counts_its_input(self):
        report, _ = self.recompute(self.small_replay())
        (file,) = report["input"]["files"]
        self.assertEqual((file["rows"], file["bad_lines"], file["crossed"], file["locked"]), (1203, 0, 1, 1))
        self.assertEqual(report["input"]["first"], START)
        self.assertEqual(report["input"]["last"], START + 101 * SECOND)

    def test_what_is_refused_is_counted_by_reason(self):
        report, _ = self.recompute(self.small_replay())
        for reason in ("max_order_quantity", "tick_size", "unknown_instrument"):
            self.assertEqual(report["denials"].get(reason), 1, report["denials"])
        with open(self.outputs("small")["orders"], encoding="utf-8", newline="") as file:
            by_id = {row["client_order_id"]: row for row in csv.DictReader(file) if not row["parent_order_id"]}
        self.assertEqual(len(by_id), 95)
        self.assertEqual((by_id["big"]["state"], by_id["big"]["reason"]), ("Denied", "max_order_quantity"))
        self.assertEqual((by_id["rest"]["state"], by_id["rest"]["quantity"]), ("Canceled", "20"))

    def test_a_compressed_feed_gives_the_same_result(self):
        plain = self.small_replay("plain")
        feed = self.write("packed.csv.gz", gzip.compress(quotes().encode()))
        packed = self.replay(
            "packed", "--feed", f"quotes:{feed}", "--orders", self.folder / "orders.csv",
            "--config", self.folder / "engine.yaml",
        )  # fmt: skip
        for kind in ("fills", "orders"):
            self.assertEqual(plain[kind].read_bytes(), packed[kind].read_bytes(), kind)

    def test_files_merge_by_time(self):
        plain = self.small_replay("plain")
        header, *rows = quotes().splitlines()
        feeds = []
        for symbol in ("ACME", "COIN", "BTCUSD-PERP"):
            own = [row for row in rows if row.split(",")[2] == symbol]
            feeds += ["--feed", f"quotes:{self.write(f'{symbol}.csv', chr(10).join([header, *own]) + chr(10))}"]
        merged = self.replay(
            "merged", *feeds, "--orders", self.folder / "orders.csv", "--config", self.folder / "engine.yaml"
        )
        self.assertEqual(plain["fills"].read_bytes(), merged["fills"].read_bytes())

    def test_the_built_in_configuration_trades_what_the_feed_defines(self):
        feed = self.write("quotes.csv", quotes())
        self.recompute(self.replay("built-in", "--feed", f"quotes:{feed}"))

    def test_no_output_is_asked_for_and_a_table_is_printed(self):
        feed = self.write("quotes.csv", quotes())
        result = vigil("replay", "--feed", f"quotes:{feed}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("ACME", result.stdout)


class Refusals(Replay):
    def test_wrong_usage_ends_with_2(self):
        feed = f"quotes:{self.write('quotes.csv', quotes())}"
        for arguments, says in (
            (["replay"], ["--feed"]),
            (["replay", "--feed", feed, "--no-such-flag"], ["--no-such-flag"]),
            (["replay", "--feed", feed, "--speed", "fast"], ["--speed"]),
            (["replay", "--feed", feed, "--speed", "-1x"], ["--speed"]),
            (["replay", "--feed", feed, "--on-bad-line", "guess"], ["--on-bad-line"]),
            (["no-such-command"], ["no-such-command"]),
            ([], ["run, replay"]),
            (["config"], ["ubcommand"]),
        ):
            with self.subTest(arguments):
                self.assert_refused(2, *arguments, says=says)

    def test_help_is_not_an_error(self):
        for arguments in (["--help"], ["replay", "--help"], ["run", "--help"], ["config", "--help"], ["--version"]):
            with self.subTest(arguments):
                result = vigil(*arguments)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertTrue(result.stdout)

    def test_a_feed_that_cannot_be_used_says_where_and_why(self):
        cases = [
            ("quotes:nowhere.csv", ["nowhere.csv"]),
            (f"quotes:{self.folder}", [str(self.folder)]),
            ("parquet:x.csv", ["must be quotes, trades, lobster or binance", '"parquet"']),
            ("quotes", ["must be FORMAT:PATH", '"quotes"']),
            (f"quotes:{self.write('empty.csv', '')}", ["empty.csv"]),
            (f"quotes:{self.write('header.csv', 'a,b,c' + chr(10))}", ["header.csv:1:", "a,b,c"]),
            (f"trades:{self.write('quotes.csv', quotes())}", ["quotes.csv:1:"]),
            (f"quotes:{self.write('cut.csv.gz', gzip.compress(quotes().encode())[:-100])}", ["cut.csv.gz"]),
            (f"lobster:{self.write('nonsense.csv', 'x' + chr(10))}", ["nonsense.csv"]),
            (f"binance:{self.write('nonsense.gz', gzip.compress(b'x'))}", ["nonsense.gz"]),
        ]
        for feed, says in cases:
            with self.subTest(feed):
                result = vigil("replay", "--feed", feed)
                self.assertIn(result.returncode, (1, 2), result.stderr)
                for text in says:
                    self.assertIn(text, result.stderr)

    def test_a_broken_line_says_file_line_field_and_finding(self):
        lines = quotes().splitlines()
        for text, says in (
            (f"{START},SIM-A,ACME,1e3,101,1,1", 'bid: must'),
            (f"{START},SIM-A,ACME,100,101,-1,1", "bid_size: must"),
            (f"soon,SIM-A,ACME,100,101,1,1", 'ts: must'),
            (f"{START - SECOND},SIM-A,ACME,100,101,1,1", "ts: must"),
            (f"{START},SIM-A,ACME,100,101,1", "columns"),
        ):
            with self.subTest(text):
                feed = self.write("broken.csv", "\n".join([*lines[:3], text, *lines[3:]]) + "\n")
                self.assert_refused(1, "replay", "--feed", f"quotes:{feed}", says=["broken.csv:4: ", says])
                paths = self.replay("skipped", "--feed", f"quotes:{feed}", "--on-bad-line", "skip")
                report = recompute.read_report(paths["report"])
                self.assertEqual(report["input"]["bad_lines"], 1)

    def test_a_broken_order_says_file_line_field_and_finding(self):
        feed = f"quotes:{self.write('quotes.csv', quotes())}"
        for row, says in (
            (f"{START},x,new,MAIN,desk,ACME,,hold,market,IOC,1,,", 'side: must be buy or sell, was "hold"'),
            (f"{START},x,amend,MAIN,desk,ACME,,buy,market,IOC,1,,", "action: must"),
            (f"{START},x,new,MAIN,desk,ACME,,buy,market,IOC,0.000000001,,", "quantity: must"),
            (f"{START},,new,MAIN,desk,ACME,,buy,market,IOC,1,,", "client_order_id: must"),
        ):
            with self.subTest(row):
                path = self.write("orders.csv", f"{ORDERS_HEADER}\n{row}\n")
                self.assert_refused(1, "replay", "--feed", feed, "--orders", path, says=["orders.csv:2: ", says])

    def test_all_faults_of_a_configuration_are_reported_at_once(self):
        config = CONFIG.replace("tick_size: 0.01, lot_size: 1}", "tick_size: -5, lot_size: 1}")
        config = config.replace("kind: manual, account: COINS", "kind: clever, account: COINS")
        path = self.write("engine.yaml", config + "colour: blue\n")
        feed = f"quotes:{self.write('quotes.csv', quotes())}"
        says = ["engine.yaml:6: ", "tick_size: must be positive, was", "engine.yaml:32: ", "kind: must be one of", "colour"]
        self.assert_refused(2, "replay", "--feed", feed, "--config", path, says=says)
        self.assert_refused(1, "config", "check", path, says=says)
        self.assert_refused(2, "run", "--config", path, says=says)

    def test_a_good_configuration_is_called_valid(self):
        result = vigil("config", "check", self.write("engine.yaml", CONFIG))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_no_configuration_crashes_the_reader(self):
        for text in ("", "\x00", "[", "- 1\n", "a: &a [*a]\n", "listen: {}\n", "{" * 5000, "accounts: 5\n", "\xff"):
            with self.subTest(text[:20]):
                result = vigil("config", "check", self.write("engine.yaml", text.encode("latin-1")))
                self.assertEqual(result.returncode, 1, result.stderr[:500])
                self.assertIn("engine.yaml", result.stderr)

    def test_an_output_that_cannot_be_written_is_an_error(self):
        feed = f"quotes:{self.write('quotes.csv', quotes())}"
        for flag in ("--report", "--fills", "--orders-out", "--perf"):
            with self.subTest(flag):
                self.assert_refused(1, "replay", "--feed", feed, flag, "/nowhere/out", says=["/nowhere/out"])

    def test_an_output_over_an_input_or_another_output_is_refused(self):
        path = self.write("quotes.csv", quotes())
        before = Path(path).read_bytes()
        other = Path(path).with_name("out.csv")
        for flag in ("--report", "--fills", "--orders-out", "--perf"):
            with self.subTest(flag):
                self.assert_refused(2, "replay", "--feed", f"quotes:{path}", flag, path, says=[flag, "--feed"])
        self.assertEqual(Path(path).read_bytes(), before)
        self.assert_refused(2, "replay", "--feed", f"quotes:{path}", "--report", other, "--fills", other, says=["--fills", "--report"])
        self.assertFalse(other.exists())


# Demonstration strategies on whatever the feeds define; the coin-margined contract in an account of its own, so
# that no figure depends on a rate.
REAL_CONFIG = """\
define_from_feed: true
accounts:
  - {name: DOLLARS, base_currency: USD, initial_capital: 100000000}
  - {name: COINS, base_currency: BTC, initial_capital: 1000}
venue_defaults:
  fees:
    maker: {notional_ratio: -0.00001}
    taker: {notional_ratio: 0.00033333}
strategies:
  - {name: crossing, kind: momentum, account: %(account)s, instruments: %(instruments)s, order_quantity: 1,
     max_position: 20, window: 32, entry_threshold_bp: 0.5, cooldown: 200ms}
  - {name: resting, kind: mean_reversion, account: %(account)s, instruments: %(instruments)s, order_quantity: 1,
     max_position: 20, window: 64, entry_threshold_bp: 0.5, cooldown: 500ms, aggressive: false}
risk:
  stale_reference_after: 10m
"""


class RealDays(Replay):
    def lobster(self, name):
        """Unpacks an archive and gives the path of its message file."""
        archive = market_data() / "lobster" / f"{name}.zip"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(self.folder / name)
        (message,) = (self.folder / name).rglob("*_message_*.csv")
        return message

    def check_quotes_traded_on(self, message, paths, symbol):
        """Bid and ask at each order's arrival are those of the orderbook file at that time, exactly."""
        midnight = 1_340_251_200_000_000_000  # 2012-06-21 00:00 in New York, UTC-4
        book = message.with_name(message.name.replace("_message_", "_orderbook_"))
        by_time = {}
        with open(message, encoding="ascii") as messages, open(book, encoding="ascii") as rows:
            for line, row in zip(messages, rows, strict=True):
                seconds, _, fraction = line.split(",", 1)[0].partition(".")
                time = midnight + int(seconds) * SECOND + int(fraction.ljust(9, "0"))
                ask, _, bid, _ = row.split(",")[:4]
                by_time.setdefault(time, set()).add((int(bid) * 10_000, int(ask) * 10_000))
        times = sorted(by_time)
        with open(paths["orders"], encoding="utf-8", newline="") as file:
            arrivals = {row["order_id"]: int(row["sent"]) for row in csv.DictReader(file) if row["sent"]}
        checked = 0
        with open(paths["fills"], encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["symbol"] != symbol:
                    continue
                time = times[bisect.bisect_right(times, arrivals[row["order_id"]]) - 1]
                quote = (recompute.parse(row["arrival_bid"]), recompute.parse(row["arrival_ask"]))
                self.assertIn(quote, by_time[time], row)
                checked += 1
        self.assertGreater(checked, 0)

    @needs_market_data
    def test_a_day_of_two_shares(self):
        apple = self.lobster("LOBSTER_SampleFile_AAPL_2012-06-21_1")
        amazon = self.lobster("LOBSTER_SampleFile_AMZN_2012-06-21_1")
        config = self.write(
            "engine.yaml", REAL_CONFIG % {"account": "DOLLARS", "instruments": "[AAPL, AMZN]"}
        )
        feeds = ["--feed", f"lobster:{apple}", "--feed", f"lobster:{amazon}"]
        paths = self.replay("day", *feeds, "--config", config)
        report, comparison = self.recompute(paths)
        self.assertEqual(comparison.passed_over, [])
        self.assertEqual([file["rows"] for file in report["input"]["files"]], [118_497, 57_515])
        self.assertEqual(report["input"]["bad_lines"], 0)
        self.assertEqual({row["symbol"] for row in report["positions"]}, {"AAPL", "AMZN"})
        self.check_quotes_traded_on(apple, paths, "AAPL")
        self.check_quotes_traded_on(amazon, paths, "AMZN")

    @needs_market_data
    def test_the_same_day_five_levels_deep(self):
        amazon = self.lobster("LOBSTER_SampleFile_AMZN_2012-06-21_5")
        paths = self.replay("deep", "--feed", f"lobster:{amazon}")
        report, _ = self.recompute(paths)
        self.assertEqual(report["input"]["files"][0]["rows"], 155_935)
        self.check_quotes_traded_on(amazon, paths, "AMZN")

    @needs_market_data
    def test_four_captures_together(self):
        captures = sorted((market_data() / "binance").glob("*20240808*.gz"))
        self.assertEqual(len(captures), 4)
        feeds = [word for capture in captures for word in ("--feed", f"binance:{capture}")]
        first = self.replay("first", *feeds)
        report, _ = self.recompute(first)
        self.assertEqual(report["input"]["bad_lines"], 0)
        self.assertEqual(report["input"]["rows"], 217_091)
        self.assertEqual(report["identity_residual"], "0")
        inverse = {row["symbol"]: row["inverse"] for row in report["positions"]}
        self.assertGreaterEqual(len(inverse), 3, inverse)
        second = self.replay("second", *feeds)
        for kind, path in first.items():
            self.assertEqual(path.read_bytes(), second[kind].read_bytes(), kind)

    @needs_market_data
    def test_the_inverse_contract_settles_in_its_own_account(self):
        (capture,) = (market_data() / "binance").glob("cm_btcusd_perp_20240808.gz")
        config = self.write("engine.yaml", REAL_CONFIG % {"account": "COINS", "instruments": "all"})
        report, comparison = self.recompute(self.replay("coins", "--feed", f"binance:{capture}", "--config", config))
        (position,) = report["positions"]
        self.assertEqual((position["inverse"], position["currency"], position["account"]), (True, "BTC", "COINS"))
        self.assertEqual(comparison.passed_over, [])


if __name__ == "__main__":
    unittest.main()
