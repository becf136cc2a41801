"""`vigil bench` from outside: what it reports, what it judges and how it ends; never how fast anything was."""

import json
import tempfile
import unittest
from pathlib import Path

from support import vigil

MET = """\
targets:
  - {name: met, source: test, measure: {case: health_check/vigil}, at_least: 0, unit: ns}
  - {name: later, source: test, measure: none, reason: not built, at_most: 1, unit: ns}
"""
MISSED = "targets: [{name: missed, source: test, measure: {case: health_check/vigil}, at_most: -1, unit: ns}]\n"
HEALTH = ("bench", "--quick", "--only", "health")


class Bench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_everything_is_measured_and_every_built_in_target_has_an_outcome(self):
        report = self.folder / "report.json"
        run = vigil("bench", "--quick", "--json", report)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        found = json.loads(report.read_text(encoding="utf-8"))
        subjects = {case["subject"] for case in found["cases"].values()}
        self.assertEqual(subjects, {"instruments", "distributions", "scrape", "memory", "orders", "logging", "history", "backtest", "alerts", "health", "export", "process", "journal", "signals"})
        for case in found["cases"].values():
            self.assertGreater(case["samples"], 0)
            self.assertLessEqual(case["min"], case["median"])
            self.assertLessEqual(case["median"], case["max"])
        for ratio in found["ratios"].values():
            self.assertIn(ratio["of"], found["cases"])
            self.assertIn(ratio["over"], found["cases"])
        for target in found["targets"]:
            self.assertEqual(target["outcome"] == "not measured", "reason" in target, target)
            self.assertEqual(target["outcome"] == "not measured", "measure" not in target, target)
        self.assertEqual(run.returncode == 1, any(t["outcome"] == "missed" for t in found["targets"]))
        self.assertTrue(found["environment"]["cpu"])
        self.assertIn("order_request_to_fill/monitoring", run.stdout)

    def test_met_targets_end_in_success_and_missed_ones_do_not(self):
        run = vigil(*HEALTH, "--targets", self.file("met.yaml", MET))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("not measured: not built", run.stdout)
        run = vigil(*HEALTH, "--targets", self.file("missed.yaml", MISSED))
        self.assertEqual(run.returncode, 1, run.stderr)

    def test_a_ratio_that_fell_is_named(self):
        targets = self.file("met.yaml", MET)
        memory = ("bench", "--quick", "--only", "memory", "--targets", targets, "--compare")
        bar = {"ratios": {"memory_counter": {"median": 1e-9}}}
        run = vigil(*memory, self.file("low.json", json.dumps(bar)))
        self.assertEqual(run.returncode, 0, run.stderr)
        bar["ratios"]["memory_counter"]["median"] = 1e9
        run = vigil(*memory, self.file("high.json", json.dumps(bar)))
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("worse: memory_counter", run.stdout)

    def test_files_that_cannot_be_used_are_refused_before_anything_is_measured(self):
        for option, text, words in (
            ("--targets", "targets: [{name: a}]", "targets[0].source"),
            ("--targets", "targets: [", "bad:1"),
            ("--compare", "{", "must be the JSON"),
            ("--compare", '{"ratios": 1}', "ratios"),
        ):
            run = vigil(*HEALTH, option, self.file("bad", text))
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(words, run.stderr)
            self.assertNotIn("measuring", run.stderr)

    def test_wrong_usage_is_refused(self):
        for arguments in (("--only", "everything"), ("--targets", self.folder / "absent"), ("--rounds", "3")):
            self.assertEqual(vigil("bench", "--quick", *arguments).returncode, 2)


if __name__ == "__main__":
    unittest.main()
