#!/usr/bin/env python3
"""Self-test of check_docs.py: each kind of fault is found where it stands, and a good page has none."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]
import check_docs
from counted import run_counted

LISTING = """\
execution_orders_total\tcounter\t1\texchange,status\tOrders by outcome.
risk_manager_risk_score\tgauge\t1\t-\tA score.
"""
HEAD = "| name | type | labels | unit | what it tells | when it looks wrong |\n|---|---|---|---|---|---|\n"
ORDERS = "| `execution_orders_total` | counter | exchange, status | 1 | orders | look at the log |\n"
SCORE = "| `risk_manager_risk_score` | gauge | - | 1 | the score, 0 \\| 100 | lower the exposure |\n"


class Metrics(unittest.TestCase):
    def faults(self, table):
        return check_docs.check_metrics("M.md", table, check_docs.read_listing(LISTING))

    def assert_fault(self, table, text):
        found = self.faults(table)
        self.assertEqual(len(found), 1, found)
        self.assertIn(text, found[0])

    def test_a_table_that_agrees_has_no_fault(self):
        self.assertEqual(self.faults(HEAD + ORDERS + SCORE), [])

    def test_a_missing_metric_is_found(self):
        self.assert_fault(HEAD + ORDERS, "risk_manager_risk_score: the program has this metric")

    def test_an_invented_metric_is_found(self):
        self.assert_fault(HEAD + ORDERS + SCORE + SCORE.replace("score`", "scores`"), "M.md:5: risk_manager_risk_scores")

    def test_each_difference_is_found(self):
        self.assert_fault(HEAD + ORDERS.replace("counter", "gauge") + SCORE, "type: must be counter, was gauge")
        self.assert_fault(HEAD + ORDERS.replace(", status", "") + SCORE, "labels: must be exchange, status")
        self.assert_fault(HEAD + ORDERS + SCORE.replace("| 1 |", "| usd |"), "unit: must be 1, was usd")

    def test_an_empty_explanation_is_found(self):
        self.assert_fault(HEAD + ORDERS.replace("look at the log", "-") + SCORE, "must say what it tells")

    def test_a_repeated_row_is_found(self):
        self.assert_fault(HEAD + ORDERS + SCORE + ORDERS, "stands in line 3 too")

    def test_a_listing_that_cannot_be_read_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "line 1"):
            check_docs.read_listing("execution_orders_total\n")


class Links(unittest.TestCase):
    def faults(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "docs").mkdir()
            (root / "docs" / "a.md").write_text("# One: a `b` thing\n", encoding="utf-8")
            (root / "README.md").write_text(text, encoding="utf-8")
            return check_docs.check_links(root)[0]

    def test_good_links_have_no_fault(self):
        self.assertEqual(self.faults("[a](docs/a.md) [b](docs/a.md#one-a-b-thing) [c](https://example.org/x)\n"), [])

    def test_a_dead_link_is_found(self):
        self.assertEqual(self.faults("text\n[a](docs/b.md)\n"), ["README.md:2: link must lead to a file, leads to docs/b.md"])

    def test_a_dead_heading_is_found(self):
        self.assertEqual(len(self.faults("[a](docs/a.md#two)\n")), 1)

    def test_code_is_not_a_link(self):
        self.assertEqual(self.faults("`[a](b.md)`\n```\n[a](b.md)\n```\n"), [])


if __name__ == "__main__":
    sys.exit(run_counted(sys.modules[__name__]))
