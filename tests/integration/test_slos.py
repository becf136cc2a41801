"""Service level objectives of the running engine: what it publishes is what its own PromQL answers, files of objectives are
checked, loaded, refused and loaded again."""

import json
import math
import re
import tempfile
import unittest
import urllib.parse
from datetime import datetime
from pathlib import Path

from support import ROOT, Engine, get, vigil, wait_for

CONFIG = """\
instruments:
  - {symbol: ACME, quote: USD, tick_size: 0.01, lot_size: 1}
accounts:
  - {name: MAIN, initial_capital: 1000000}
synthetic:
  instruments:
    - {symbol: ACME, start_price: 100}
venues:
  - {name: SIM}
control:
  loopback: true
"""
MINE = """\
objectives:
- name: quotes-handled
  description: nine of ten events are handled
  target: 0.9
  sli:
    good: sum(rate(events_processed_total{result="ok"}[WINDOW]))
    total: sum(rate(events_processed_total[WINDOW]))
"""
WINDOWS = ["5m", "30m", "1h", "6h", "3d", "30d"]


def objectives(engine):
    return {each["name"]: each for each in get(f"{engine.url}/api/slos").json()["objectives"]}


def window(objective, name):
    (found,) = [each for each in objective["windows"] if each["window"] == name]
    return found


def seconds(time_text):
    return datetime.fromisoformat(time_text.replace("Z", "+00:00")).timestamp()


def shipped():
    """{name: (good or value or count, total or None)} of configs/slos.yml."""
    found = {}
    for line in (ROOT / "configs" / "slos.yml").read_text(encoding="utf-8").splitlines():
        if named := re.fullmatch(r"- name: (\S+)", line):
            sli = found[named.group(1)] = {}
        elif part := re.fullmatch(r"    (good|total|value|count): (.+)", line):
            sli[part.group(1)] = part.group(2)
    return {name: (sli.get("good") or sli.get("value") or sli["count"], sli.get("total")) for name, sli in found.items()}


class Published(unittest.TestCase):
    def query(self, expression, at):
        parameters = urllib.parse.urlencode({"query": expression, "time": f"{at:.3f}"})
        answer = get(f"{self.engine.url}/api/v1/query?{parameters}").json()
        self.assertEqual(answer["status"], "success", answer)
        values = [float(element["value"][1]) for element in answer["data"]["result"]]
        return [value for value in values if math.isfinite(value)]

    def test_the_objectives_that_ship_say_what_promql_says(self):
        self.engine = engine = Engine(self).wait_until_ready()

        # Rates need a second sample, and orders must have been sent: the second round, 30 s later, has them.
        def is_filled():
            found = objectives(engine)
            return all(window(found[name], "30d")["compliance"] is not None for name in ("order-success-rate", "risk-check-p95-500us"))

        wait_for("orders are judged", is_filled, patience=90, alive=engine)
        expressions = shipped()
        compared = 0
        report = get(f"{engine.url}/api/slos").json()
        self.assertEqual([each["name"] for each in report["objectives"]], list(expressions))
        for objective in report["objectives"]:
            name, (value, total) = objective["name"], expressions[objective["name"]]
            expression = f"({value}) / ({total})" if total else value
            for each in objective["windows"]:
                found = self.query(expression.replace("WINDOW", each["window"]), seconds(each["at"]))
                if objective["kind"] == "count":
                    self.assertAlmostEqual(each["count"], max(found), places=9)
                    self.assertEqual(each["met"], max(found) <= objective["at_most"])
                    continue
                if not found:
                    self.assertIsNone(each["compliance"], f"{name} {each}")
                    continue
                worst = min(max(min(found), 0), 1)
                self.assertAlmostEqual(each["compliance"], worst, places=9, msg=f"{name} {each}")
                self.assertEqual(each["met"], each["compliance"] >= objective["target"])
                if each["window"] != "30d" or "burn_rate" in each:
                    burnt = (1 - each["compliance"]) / (1 - objective["target"])
                    self.assertAlmostEqual(each["burn_rate"], burnt, places=9)
                compared += 1
        self.assertGreater(compared, 9 * len(WINDOWS))

        def of_metric(metrics, metric, **labels):
            found = metrics.select(metric, **labels)
            return found[0] if found else None

        # No evaluation between the two: else the figures are of different times.
        def is_same_time():
            before = get(f"{engine.url}/api/slos").text
            metrics = engine.metrics()
            return metrics if get(f"{engine.url}/api/slos").text == before and (self.keep(before)) else None

        metrics = wait_for("a quiet moment", is_same_time, alive=engine)
        for objective in self.report["objectives"]:
            name = objective["name"]
            if objective["kind"] == "count":
                self.assertEqual(metrics.select("slo_target_ratio", slo=name), [])
                self.assertEqual(of_metric(metrics, "slo_compliance_ratio", slo=name, window="1d"), float(objective["compliant"]))
                continue
            self.assertEqual(of_metric(metrics, "slo_target_ratio", slo=name), objective["target"])
            left = of_metric(metrics, "slo_error_budget_remaining_ratio", slo=name)
            self.assertEqual(left, objective["error_budget_remaining"])
            whole = window(objective, objective["compliance_period"])["compliance"]
            if whole is None:
                self.assertIsNone(objective["compliant"])
            else:
                self.assertEqual(objective["compliant"], whole >= objective["target"])
                self.assertAlmostEqual(left, 1 - (1 - whole) / (1 - objective["target"]), places=9)
            for each in objective["windows"]:
                labels = {"slo": name, "window": each["window"]}
                self.assertEqual(of_metric(metrics, "slo_compliance_ratio", **labels), each["compliance"])
                if "burn_rate" in each:
                    self.assertEqual(of_metric(metrics, "slo_burn_rate_ratio", **labels), each["burn_rate"])
        self.assertEqual(metrics.total("slo_evaluation_failures_total"), 0)
        self.assertEqual({each["component"] for each in self.report["components"]}, {"core", "feed", "process", "risk", "signal_bridge", "venues"})
        for each in self.report["components"]:
            for name, ratio in each["availability"].items():
                labels = {"component": each["component"], "window": name}
                self.assertEqual(metrics.select("component_availability_ratio", **labels), [ratio])
                self.assertLessEqual(ratio, 1)
        self.assertEqual(engine.stop(), 0)

    def keep(self, text):
        self.report = json.loads(text)
        return True


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.config = self.folder / "engine.yaml"
        self.mine = self.folder / "mine.yml"
        self.mine.write_text(MINE, encoding="utf-8")

    def write_config(self, section):
        self.config.write_text(CONFIG + section, encoding="utf-8")
        return self.config

    def test_check_reports_everything_wrong_and_exits_with_1(self):
        good = vigil("slo", "check", "-v", self.mine, ROOT / "configs" / "slos.yml")
        self.assertEqual(good.returncode, 0, good.stderr)
        self.assertIn("1 objectives found", good.stdout)
        self.assertIn("17 objectives found", good.stdout)
        self.assertIn("quotes-handled, target 0.9 over 30d, measured over 30d", good.stdout)
        self.mine.write_text(MINE.replace("0.9", "9").replace("[WINDOW]", ""), encoding="utf-8")
        bad = vigil("slo", "check", self.mine, self.folder / "none.yml")
        self.assertEqual(bad.returncode, 1)
        for part in (
            f"{self.mine}:4: objectives[0].target: must be a number above 0 and below 1, such as 0.999, was 9",
            f"{self.mine}:6: objectives[0].sli.good: must be an expression of PromQL with WINDOW",
            f"{self.mine}:7: objectives[0].sli.total: must be an expression of PromQL with WINDOW",
            "none.yml",
        ):
            self.assertIn(part, bad.stderr)
        self.assertEqual(vigil("slo").returncode, 2)
        self.assertEqual(vigil("slo", "check").returncode, 2)

    def test_files_stand_beside_those_that_ship_or_alone_and_are_loaded_again(self):
        engine = Engine(self, "--config", self.write_config("slo: {built_in: false, files: ['mi*.yml']}\n")).wait_until_ready()
        wait_for("the file's objective is judged", lambda: objectives(engine)["quotes-handled"]["compliant"] is not None, patience=60, alive=engine)
        self.assertEqual(list(objectives(engine)), ["quotes-handled"])
        self.assertEqual(engine.metrics().select("slo_target_ratio"), [0.9])

        self.mine.write_text(MINE.replace("0.9", "0.8"), encoding="utf-8")
        self.write_config("slo: {files: ['mi*.yml']}\n")
        url = f"{engine.url}/api/control/reload_limits"
        self.assertEqual(get(url, method="POST").status, 200)
        wait_for("the target is another", lambda: objectives(engine)["quotes-handled"]["target"] == 0.8, alive=engine)
        self.assertEqual(len(objectives(engine)), 18)
        wait_for("it is published", lambda: engine.metrics().select("slo_target_ratio", slo="quotes-handled") == [0.8], alive=engine)

        self.mine.write_text(MINE.replace("0.9", "0"), encoding="utf-8")
        answer = get(url, method="POST")
        self.assertEqual(answer.status, 422)
        self.assertIn("mine.yml:4: objectives[0].target: must be a number above 0", answer.json()["error"])
        self.assertEqual(objectives(engine)["quotes-handled"]["target"], 0.8)

        self.mine.write_text("", encoding="utf-8")
        self.assertEqual(get(url, method="POST").status, 422)
        # Without a word to the engine: it watches the file.
        self.mine.write_text(MINE.replace("0.9", "0.7"), encoding="utf-8")
        wait_for("the file is watched", lambda: objectives(engine)["quotes-handled"]["target"] == 0.7, alive=engine)
        self.assertEqual(engine.stop(), 0)

    def test_a_wrong_file_or_a_name_that_is_taken_ends_the_start(self):
        self.mine.write_text(MINE.replace("quotes-handled", "order-success-rate"), encoding="utf-8")
        answer = vigil("run", "--config", self.write_config("slo: {files: [mine.yml]}\n"), timeout=60)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("mine.yml:2: objective order-success-rate: must be of a name of its own, slos.yml (built in):", answer.stderr)
        answer = vigil("run", "--config", self.write_config("slo: {files: [none.yml, 'none*.yml']}\n"), timeout=60)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("none.yml: must be a file that can be read", answer.stderr)
        self.assertIn("none*.yml: must fit a file of objectives, fits none", answer.stderr)

    def test_without_a_history_or_metrics_there_are_no_objectives(self):
        for section in ("history: {enabled: false}\n", "metrics: {enabled: false}\n"):
            engine = Engine(self, "--config", self.write_config(section)).wait_until_ready()
            self.assertEqual(get(f"{engine.url}/api/slos").status, 404)
            self.assertEqual(engine.stop(), 0)

    @staticmethod
    def samples(engine):
        answer = get(f"{engine.url}/api/v1/query?query=count_over_time(component_up%7Bcomponent%3D%22core%22%7D%5B1h%5D)").json()
        return sum(float(element["value"][1]) for element in answer["data"]["result"])

    def test_availability_outlives_a_restart(self):
        data = self.folder / "data"
        self.write_config("")
        for run in range(2):
            engine = Engine(self, "--config", self.config, "--data", data).wait_until_ready()
            wait_for("components are judged", lambda: get(f"{engine.url}/api/slos").json()["components"], alive=engine)
            wait_for("three samples are recorded", lambda: self.samples(engine) >= 3, alive=engine)
            metrics = engine.metrics()
            self.assertEqual(metrics.select("component_availability_ratio", component="core", window="30d"), [1])
            compliance = window(objectives(engine)["error-rate-all-components"], "30d")["compliance"]
            # The first sample of a run alone makes no rate: what was before the restart does.
            self.assertEqual(compliance is not None, run == 1)
            self.assertEqual(engine.stop(), 0)


if __name__ == "__main__":
    unittest.main()
