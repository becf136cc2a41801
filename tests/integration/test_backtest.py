"""`vigil rules backtest` over what an engine recorded: while it runs, after it was killed, with words for what is
wrong."""

import json
import re
import signal
import tempfile
import time
import unittest
from pathlib import Path

from support import Engine, vigil, wait_for

RULES = """\
groups:
- name: engine
  interval: 1s
  rules:
  - {record: "orders:rate", expr: "sum(rate(execution_orders_total[1m]))"}
  - {alert: Trading, expr: "orders:rate > 0", labels: {severity: info}}
  - {alert: Up, expr: "process_start_time_seconds > 0", for: 2s}
  - {alert: Never, expr: "process_start_time_seconds > 1e12"}
  - {alert: Unknown, expr: "no_such_metric > 0"}
"""


def contents(folder):
    """Names, times of change and contents of all files, but of the engine's lock."""
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()
    }


class Backtest(unittest.TestCase):
    """One recording for all tests: of an engine that judged the same rules, and was killed."""

    @classmethod
    def setUpClass(cls):
        cls.cleanups = []
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.rules = cls.folder / "rules.yml"
        cls.rules.write_text(RULES, encoding="utf-8")
        cls.config = cls.folder / "engine.yaml"
        rules = f"rules:\n  files: [{cls.rules}]\n"
        shown, count = re.subn(r"(?m)^rules:\n(  .*\n)*", rules, vigil("config", "show").stdout)
        assert count == 1
        cls.config.write_text(shown, encoding="utf-8")
        cls.data = cls.folder / "data"
        engine = Engine(_Owner(cls), "--config", cls.config, "--data", cls.data).wait_until_ready()
        wait_for("orders fire their alert", lambda: engine.stdout().count('"Alert fires"') >= 2, alive=engine)
        time.sleep(3)  # the length of the recording, not a wait for something
        cls.while_it_runs = cls.backtest("--format", "json")
        engine.stop(signal.SIGKILL)
        cls.live = {
            record["fields"]["alert"]: record["fields"]
            for record in (json.loads(line) for line in engine.stdout().splitlines() if '"Alert fires"' in line)
        }

    @classmethod
    def backtest(cls, *arguments, rules=None):
        return vigil("rules", "backtest", "--data", cls.data, "--rules", rules or cls.rules, *arguments)

    def found(self, *arguments, rules=None):
        result = self.backtest("--format", "json", *arguments, rules=rules)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def refused(self, code, *arguments, rules=None):
        result = self.backtest(*arguments, rules=rules)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        return result.stderr

    def test_it_works_while_the_engine_runs(self):
        self.assertEqual((self.while_it_runs.returncode, self.while_it_runs.stderr), (0, ""))
        found = json.loads(self.while_it_runs.stdout)
        self.assertEqual({firing["rule"] for firing in found["firings"]}, {"Trading", "Up"})

    def test_the_rules_that_ship_can_be_asked_about(self):
        self.assertGreater(self.found(rules="built-in")["rules"], 100)

    def test_what_fired_live_fires_again_with_the_same_values(self):
        firings = {firing["rule"]: firing for firing in self.found()["firings"]}
        self.assertEqual(set(firings), set(self.live))
        for rule, live in self.live.items():
            self.assertEqual(firings[rule]["value"], live["value"], rule)
            self.assertIsNone(firings[rule]["resolved_at"])
        self.assertEqual(firings["Trading"]["labels"], {"alertname": "Trading", "severity": "info"})
        self.assertLess(firings["Up"]["pending_since"], firings["Up"]["fired_at"])

    def test_text_has_alerts_missing_data_and_the_speed(self):
        result = self.backtest()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn('Trading{severity="info"}\n  fired at ', result.stdout)
        self.assertIn('Rules that never had data, which is not the same as "all is well":\n  Unknown ', result.stdout)
        self.assertRegex(result.stdout, r"\n5 rules, [0-9,]+ evaluations, 2 firings, from ")
        self.assertRegex(result.stdout, r"\n[0-9]+ s in [0-9.]+ s: [0-9,]+ times real time\n$")

    def test_nothing_in_the_folder_changes(self):
        before = contents(self.data)
        self.found("--sweep", "Never=1..3:1")
        self.assertEqual(contents(self.data), before)

    def test_from_and_to_bound_the_evaluations(self):
        whole = self.found()
        middle = self.found("--from", whole["from"], "--to", whole["from"])
        self.assertEqual((middle["from"], middle["to"]), (whole["from"], whole["from"]))
        self.assertEqual(middle["evaluations"], 5)
        self.assertGreater(whole["evaluations"], 15)
        self.assertIn("must have samples between --from and --to", self.refused(1, "--to", "1000"))

    def test_a_sweep_shows_what_other_thresholds_do(self):
        found = self.found("--sweep", "Trading=0..1000000:500000", "--sweep", "Never=0..0:1")
        trading, never = found["sweeps"]
        self.assertEqual([step["threshold"] for step in trading["steps"]], [0, 500000, 1000000])
        (own,) = [firing for firing in found["firings"] if firing["rule"] == "Trading"]
        self.assertEqual(trading["threshold"], 0)
        self.assertEqual([step["firings"] for step in trading["steps"]], [1, 0, 0])
        self.assertEqual(trading["steps"][0]["firing_seconds"], own["duration_seconds"])
        self.assertEqual((never["rule"], never["steps"][0]["firings"]), ("Never", 1))
        text = self.backtest("--sweep", "Trading=0..1000000:500000").stdout
        self.assertIn("\nTrading, compared with 0 in the file:\n     threshold   alerts ", text)

    def test_wrong_flags_are_refused_with_the_reason(self):
        self.assertIn("--sweep: must be RULE=FIRST..LAST:STEP", self.refused(2, "--sweep", "Never=1"))
        self.assertIn("must have at most 10000 steps", self.refused(2, "--sweep", "Never=0..10000:1"))
        self.assertIn(
            "--sweep: Nobody: must be an alert of the rule files, is none", self.refused(2, "--sweep", "Nobody=1..2:1")
        )
        self.assertIn("--from: must be a time such as", self.refused(2, "--from", "yesterday"))
        self.assertIn("--from: must not be after --to", self.refused(2, "--from", "2000", "--to", "1000"))
        self.assertIn("--interval: must be a time such as 10s", self.refused(2, "--interval", "0s"))
        self.assertIn("--ranges", self.refused(2, "--ranges", "open"))
        self.assertIn("--format", self.refused(2, "--format", "xml"))
        wrong = self.folder / "wrong.yml"
        wrong.write_text("groups: [{name: g, rules: [{alert: A, expr: 'x >'}]}]", encoding="utf-8")
        self.assertIn("wrong.yml:1: ", self.refused(2, rules=wrong))
        for arguments in (["--rules", self.rules], ["--data", self.data]):
            self.assertEqual(vigil("rules", "backtest", *arguments).returncode, 2)

    def test_a_rule_that_cannot_be_swept_is_named(self):
        rules = self.folder / "other.yml"
        rules.write_text("groups: [{name: g, rules: [{alert: A, expr: 'x > y'}]}]", encoding="utf-8")
        self.assertIn(
            '--sweep: A: the expression must be one comparison of series with a number, was "x > y"',
            self.refused(2, "--sweep", "A=1..2:1", rules=rules),
        )

    def test_a_folder_without_history_is_refused_and_left_alone(self):
        with tempfile.TemporaryDirectory(prefix="vigil-test-") as empty:
            result = vigil("rules", "backtest", "--data", empty, "--rules", self.rules)
            self.assertEqual(result.returncode, 1)
            self.assertIn("must be the data folder of an engine", result.stderr)
            self.assertEqual(list(Path(empty).iterdir()), [])


class _Owner:
    """Stands in for a test: what it is given to clean up is cleaned up with the class."""

    def __init__(self, cls):
        self.addCleanup = cls.addClassCleanup


if __name__ == "__main__":
    unittest.main()
