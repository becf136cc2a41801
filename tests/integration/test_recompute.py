"""The recomputation against figures worked out by hand, and against faults it must find."""

import contextlib
import copy
import csv
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import recompute
from recompute import UNIT, Contract, Position, half_even, parse, published, show

SHARE = Contract("USD", UNIT, False)


def book(contract, *fills):
    """Position after fills of (side, quantity, price, commission[, base commission]) in decimal text."""
    position = Position(contract)
    for side, *amounts in fills:
        quantity, price, commission, *base = [parse(text) for text in amounts]
        position.apply(recompute.SIDES[side], quantity, price, commission, base[0] if base else 0)
    return position


class Arithmetic(unittest.TestCase):
    def test_halves_round_to_even_on_both_sides_of_zero(self):
        self.assertEqual([half_even(n, 2) for n in (-5, -3, -1, 1, 3, 5)], [-2, -2, 0, 0, 2, 2])
        self.assertEqual([half_even(n, -3) for n in (-4, 4, 5)], [1, -1, -2])

    def test_decimals_survive_reading_and_writing(self):
        for text in ("0", "1", "-1", "0.00000001", "-12.5", "92233720368.54775807"):
            self.assertEqual(show(parse(text)), text)
        self.assertEqual(show(parse("-0.5000000000")), "-0.5")

    def test_what_is_no_exact_decimal_is_refused(self):
        for text in ("", "x", "1e5", "0.000000001", "--1", "1.2.3"):
            with self.assertRaises(recompute.InputError):
                parse(text)

    def test_percentiles_are_nearest_rank(self):
        self.assertEqual([recompute.percentile(list(range(1, 101)), p) for p in (50, 95, 99)], [50, 95, 99])
        self.assertEqual([recompute.percentile([7, 3], p) for p in (50, 95)], [3, 7])


class Positions(unittest.TestCase):
    def test_a_flip_realizes_the_closed_part_only(self):
        fills = [("buy", "100", "50", "1"), ("sell", "150", "55", "1.5"), ("buy", "50", "52", "0.5")]
        short = book(SHARE, *fills[:2])
        self.assertEqual((show(short.quantity), show(short.average_price())), ("-50", "55"))
        self.assertEqual(show(published(short.unrealized(parse("54")))), "50")
        flat = book(SHARE, *fills)
        self.assertEqual(show(published(flat.realized)), "647")
        self.assertEqual(flat.cash, flat.realized)
        self.assertIsNone(flat.average_price())

    def test_an_inverse_contract_settles_in_the_other_currency(self):
        contract = Contract("BTC", parse("100"), True)
        position = book(contract, ("buy", "10", "50000", "0"), ("buy", "10", "100000", "0"))
        self.assertEqual(show(position.average_price()), "66666.66666667")
        position.apply(-1, parse("20"), parse("80000"), 0, 0)
        self.assertEqual(show(published(position.realized)), "0.005")
        self.assertEqual(position.cash, position.realized)

    def test_a_commission_in_the_base_currency_shrinks_what_was_bought(self):
        position = book(SHARE, ("buy", "2", "100", "0", "0.002"))
        self.assertEqual(show(position.quantity), "1.998")
        self.assertEqual(show(published(position.cash)), "-200")
        self.assertEqual(show(published(position.realized)), "-0.2")
        self.assertEqual(show(position.average_price()), "100")

    def test_the_cash_identity_holds_without_a_remainder(self):
        for contract in (SHARE, Contract("USD", parse("0.3"), False), Contract("BTC", parse("100"), True)):
            position = Position(contract)
            state = 12345
            for _ in range(500):
                state = (state * 1103515245 + 12345) % 2**31
                side = 1 if state & 64 else -1
                position.apply(side, state % 999983 + 1, 3 * UNIT + state % 777777, state % 1001 - 500, 0)
                mark = 3 * UNIT + 1
                worth = (1 if position.quantity > 0 else -1) * contract.value(mark, abs(position.quantity))
                worth = -worth if contract.inverse else worth
                self.assertEqual(position.cash + worth, position.realized + position.unrealized(mark))


ROW = {
    "ts": "1",
    "order_id": "1",
    "client_order_id": "a",
    "venue": "X",
    "venue_trade_id": "t1",
    "account": "A",
    "strategy": "S",
    "symbol": "ABC",
    "side": "buy",
    "quantity": "600",
    "price": "100.1",
    "commission": "1.5",
    "commission_currency": "USD",
    "liquidity": "taker",
    "decision_mid": "100",
    "arrival_bid": "100",
    "arrival_ask": "100.1",
}
ROWS = [ROW, {**ROW, "ts": "2", "venue_trade_id": "t2", "quantity": "300", "price": "100.2"}]
REPORT = {
    "fills": 2,
    "positions": [
        {
            "account": "A",
            "symbol": "ABC",
            "currency": "USD",
            "multiplier": "1",
            "inverse": False,
            "quantity": "900",
            "average_price": "100.13333333",
            "realized": "-3",
            "unrealized": "-30",
            "mark": "100.1",
            "commissions": "3",
            "cash": "-90123",
        }
    ],
    "accounts": [
        {
            "account": "A",
            "currency": "USD",
            "initial_capital": "100000",
            "cash": "9877",
            "realized": "-3",
            "unrealized": "-30",
            "commissions": "3",
            "equity": "99967",
        }
    ],
    "slippage": {"ABC": {"mean": "8.32916875", "p50": "8.32916875", "p95": "8.32916875", "p99": "8.32916875"}},
}


class Comparisons(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write_fills(self, rows):
        path = self.folder / "fills.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, recompute.FILL_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def differences(self, report, rows):
        return recompute.compare(report, recompute.read_fills(self.write_fills(rows))).differences

    def test_a_true_report_agrees(self):
        # V = 100.13333..., B = 100.05: 0.08333.../100.05 = 8.32916874...e-4, the worked example to more places.
        self.assertEqual(self.differences(REPORT, ROWS), [])

    def test_every_figure_that_is_off_by_one_is_found(self):
        def figures(part, path):
            for key, value in part.items() if isinstance(part, dict) else enumerate(part):
                if isinstance(value, (dict, list)):
                    yield from figures(value, [*path, key])
                elif key not in ("account", "symbol", "currency", "multiplier", "inverse", "mark"):
                    yield [*path, key]

        for path in figures(REPORT, []):
            report = copy.deepcopy(REPORT)
            part = report
            for key in path[:-1]:
                part = part[key]
            value = part[path[-1]]
            part[path[-1]] = value + 1 if isinstance(value, int) else show(parse(value) + 1)
            self.assertTrue(self.differences(report, ROWS), path)

    def test_a_fill_that_stands_twice_is_refused(self):
        with self.assertRaisesRegex(recompute.InputError, "fills.csv:4: a fill must be applied once"):
            recompute.read_fills(self.write_fills([*ROWS, ROWS[1]]))

    def test_an_order_without_a_benchmark_is_no_sample(self):
        rows = [*ROWS, {**ROW, "ts": "3", "order_id": "2", "venue_trade_id": "t3", "arrival_bid": ""}]
        fills = recompute.read_fills(self.write_fills(rows))
        samples, missing = recompute.slippage_of(fills)["ABC"]
        self.assertEqual((len(samples), missing), (1, 1))

    def test_an_account_in_another_currency_needs_a_rate(self):
        report = copy.deepcopy(REPORT)
        report["accounts"][0].update(
            currency="EUR", cash="54938.5", realized="-1.5", unrealized="-15", commissions="1.5", equity="99983.5"
        )
        fills = recompute.read_fills(self.write_fills(ROWS))
        self.assertEqual(len(recompute.compare(report, fills).passed_over), 1)
        for rates in ({("USD", "EUR"): parse("0.5")}, {("EUR", "USD"): parse("2")}):
            comparison = recompute.compare(report, fills, recompute.Rules({}, rates))
            self.assertEqual((comparison.differences, comparison.passed_over), ([], []))

    def test_a_commission_is_read_in_the_currency_it_was_charged_in(self):
        fill = recompute.Fill("1", "A", "BTCUSDT", 1, UNIT, parse("50000"), parse("0.001"), "BTC", None)
        rules = recompute.Rules({}, {("BNB", "USDT"): parse("600")})
        coin, contract = Contract("USDT", UNIT, False), Contract("USDT", 10 * UNIT, False)
        self.assertEqual(rules.split(fill, coin), (0, fill.commission))
        self.assertEqual(rules.split(fill, contract), (parse("50"), 0))
        self.assertEqual(rules.split(fill._replace(commission_currency="BNB"), coin), (parse("0.6"), 0))
        inverse = fill._replace(symbol="BTCUSD_PERP", commission=parse("5"), commission_currency="USD")
        self.assertEqual(rules.split(inverse, Contract("BTC", 100 * UNIT, True)), (parse("0.0001"), 0))
        with self.assertRaisesRegex(recompute.InputError, "needs --rate EUR/USDT"):
            rules.split(fill._replace(commission_currency="EUR"), coin)

    def test_the_command_says_what_differs(self):
        report = copy.deepcopy(REPORT)
        report["positions"][0]["cash"] = "0"
        path = self.folder / "report.json"
        path.write_text(json.dumps(report), encoding="utf-8")
        arguments = ["--report", str(path), "--fills", str(self.write_fills(ROWS))]
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(recompute.main(arguments), 1)
            path.write_text(json.dumps(REPORT), encoding="utf-8")
            self.assertEqual(recompute.main(arguments), 0)
        self.assertIn("position A ABC: cash: computed -90123, reported 0\n16 figures agree, 1 differ\n", output.getvalue())


if __name__ == "__main__":
    unittest.main()
