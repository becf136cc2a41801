"""The rules that ship: checked and tested by promtool and by the engine, loaded by both, explained, and about metrics that exist."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from urllib.parse import quote

from support import ROOT, Engine, Prometheus, get, vigil, wait_for

RULES = ROOT / "configs" / "alerts.yml"
BASELINES = ROOT / "configs" / "baselines.yml"
TESTS = sorted((ROOT / "tests" / "rules").glob("*_test.yml"))
RUNBOOKS = ROOT / "docs" / "RUNBOOKS.md"
ALERTS, OBJECTIVES, TIERS = 78, 16, 3

CONFIG = f"""\
instruments:
  - {{symbol: ACME, quote: USD, tick_size: 0.01, lot_size: 1}}
accounts:
  - {{name: MAIN, initial_capital: 1000000}}
synthetic:
  instruments:
    - {{symbol: ACME, start_price: 100}}
venues:
  - {{name: SIM}}
rules:
  files: ["{RULES}"]
"""

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}")
MATCHER = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"([^"]*)"')
NAME = re.compile(r"(?<![\w:.])([a-zA-Z_:][a-zA-Z0-9_:]*)(?!\w)(?!\s*\()")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
KEYWORDS = {"and", "or", "unless"}


def promtool(*arguments):
    command = [shutil.which("promtool"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)


def metric_names(expression):
    """The names of series that the expression selects, in the order of their appearance."""
    text = QUOTED.sub("", expression)
    text = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\boffset\s+\w+", " ", text)
    return [name for name in NAME.findall(text) if name not in KEYWORDS]


def family(name, catalogue):
    """A series' family: without what a histogram's series end in."""
    return name if name in catalogue else re.sub(r"_(?:bucket|count|sum)$", "", name)


def catalogue():
    """{name: labels} of `vigil metrics`."""
    rows = [line.split("\t") for line in vigil("metrics").stdout.splitlines()]
    return {row[0]: set() if row[3] == "-" else set(row[3].split(",")) for row in rows}


def comparable(groups):
    """What two servers must agree on, of the answer of /api/v1/rules: Prometheus sorts groups, and writes 1e+09."""
    found = {}
    for group in groups:
        rules = [[rule[key] for key in ("name", "duration", "labels", "annotations")] for rule in group["rules"]]
        queries = [NUMBER.sub(lambda number: repr(float(number.group())), rule["query"]) for rule in group["rules"]]
        found[group["name"]] = (group["interval"], rules, queries)
    assert len(found) == len(groups)
    return found


class Checked(unittest.TestCase):
    def test_promtool_and_the_engine_find_nothing_wrong(self):
        for answer in (promtool("check", "rules", "--lint-fatal", RULES), vigil("rules", "check", "--lint-fatal", RULES)):
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
            self.assertIn(f"{ALERTS + OBJECTIVES * TIERS} rules found", answer.stdout)

    def test_the_baselines_to_copy_are_right_too(self):
        for answer in (promtool("check", "rules", "--lint-fatal", BASELINES), vigil("rules", "check", "--lint-fatal", BASELINES)):
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_the_unit_tests_pass_in_the_engine(self):
        for ranges in ("closed", "left_open"):
            answer = vigil("rules", "test", "--ranges", ranges, *TESTS)
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_the_unit_tests_pass_in_promtool(self):
        answer = promtool("test", "rules", *TESTS)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)


class Served(unittest.TestCase):
    """What the engine and a Prometheus that scrapes it make of the file."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        cls.addClassCleanup(folder.cleanup)
        config = Path(folder.name) / "engine.yaml"
        config.write_text(CONFIG, encoding="utf-8")
        # The helpers end with a test; here it is the class.
        owner = unittest.TestCase()
        cls.addClassCleanup(owner.doCleanups)
        cls.engine = Engine(owner, "--config", config).wait_until_ready()
        cls.prometheus = Prometheus(owner, cls.engine.port, rule_files=[RULES])
        cls.groups = cls.rules_of_engine()
        cls.rules = [rule for group in cls.groups for rule in group["rules"]]
        cls.metrics = catalogue()
        cls.runbooks = RUNBOOKS.read_text(encoding="utf-8")
        cls.headings = re.findall(r"^#+ (.+)$", cls.runbooks, re.MULTILINE)

    @classmethod
    def rules_of_engine(cls):
        return get(f"{cls.engine.url}/api/v1/rules").json()["data"]["groups"]

    def waiting(self):
        """{metric: alerts} of the runbooks' table of rules that wait for data."""
        table = self.runbooks.split("### Rules that wait for data")[1].split("\n## ")[0]
        found = {}
        for metrics, alerts in re.findall(r"^\| (`.+`) \| (.+) \|$", table, re.MULTILINE):
            found |= {metric: alerts for metric in re.findall(r"`([^`]+)`", metrics)}
        return found

    def test_a_prometheus_loads_the_same_rules(self):
        ours, theirs = comparable(self.groups), comparable(self.prometheus.api("rules")["groups"])
        self.assertEqual(theirs.keys(), ours.keys())
        for name in ours:
            self.assertEqual(theirs[name], ours[name])
        self.assertEqual(len(self.rules), ALERTS + OBJECTIVES * TIERS)

    def test_all_rules_are_evaluated_without_a_fault(self):
        def evaluated(rules):
            return all(rule["lastEvaluation"] > "2" for rule in rules)

        wait_for("the engine evaluates all rules", lambda: evaluated(r for g in self.rules_of_engine() for r in g["rules"]), patience=90)
        self.assertEqual([rule["lastError"] for g in self.rules_of_engine() for rule in g["rules"] if rule.get("lastError")], [])
        self.assertEqual(self.engine.metrics().total("monitoring_rule_evaluations_total", result="failure"), 0)

        def groups():
            return self.prometheus.api("rules")["groups"]

        wait_for("Prometheus evaluates all rules", lambda: evaluated(r for g in groups() for r in g["rules"]), patience=90)
        self.assertEqual([rule["lastError"] for g in groups() for rule in g["rules"] if rule.get("lastError")], [])

    def test_every_alert_has_a_section_in_the_runbooks(self):
        for rule in self.rules:
            topic = rule["labels"].get("slo", rule["name"])
            with self.subTest(alert=rule["name"]):
                self.assertEqual(self.headings.count(topic), 1)
                self.assertEqual(rule["annotations"]["runbook_url"], f"docs/RUNBOOKS.md#{topic.lower()}")

    def test_every_alert_says_who_acts_and_what_is_wrong(self):
        priorities = {"critical": "P0", "high": "P1", "warning": "P2", "info": "P2"}
        for rule in self.rules:
            with self.subTest(alert=rule["name"]):
                self.assertEqual(rule["labels"]["priority"], priorities[rule["labels"]["severity"]])
                self.assertIn(rule["labels"]["team"], ("trading", "infrastructure", "ml"))
                self.assertTrue(rule["labels"]["action"])
                self.assertTrue(rule["annotations"]["summary"] and rule["annotations"]["description"])

    def test_every_metric_exists_or_is_said_to_be_awaited(self):
        waiting = self.waiting()
        for rule in self.rules:
            with self.subTest(alert=rule["name"]):
                names = [family(name, self.metrics) for name in metric_names(rule["query"])]
                self.assertTrue(names)
                topic = rule["labels"].get("slo", rule["name"])
                for name in names:
                    if name not in waiting:
                        self.assertIn(name, self.metrics)
                    else:
                        self.assertIn(topic, waiting[name], f"who waits for {name}, in RUNBOOKS.md")

    def test_no_metric_that_exists_is_said_to_be_awaited(self):
        self.assertEqual([name for name in self.waiting() if name in self.metrics], [], "published by now: take these out of RUNBOOKS.md")

    def test_selectors_name_labels_that_the_metric_has(self):
        for rule in self.rules:
            for name, matchers in SELECTOR.findall(rule["query"]):
                labels = self.metrics.get(family(name, self.metrics))
                if labels is None:
                    continue
                allowed = labels | ({"le"} if name.endswith("_bucket") else set())
                with self.subTest(alert=rule["name"], metric=name):
                    self.assertLessEqual({label for label, _, _ in MATCHER.findall(matchers)}, allowed)

    def test_bounds_and_components_that_rules_ask_for_are_there(self):
        metrics = self.engine.metrics()
        components = {labels["component"] for name, labels, _ in metrics.samples if name == "component_up"}
        bounds = {}
        for name, labels, _ in metrics.samples:
            if name.endswith("_bucket"):
                bounds.setdefault(name, set()).add(labels["le"])
        for rule in self.rules:
            for name, matchers in SELECTOR.findall(rule["query"]):
                for label, operator, text in MATCHER.findall(matchers):
                    with self.subTest(alert=rule["name"]):
                        if label == "le" and operator == "=" and name in bounds:
                            self.assertIn(text, bounds[name])
                        if name == "component_up" and rule["labels"].get("slo") != "availability-signal-bridge":
                            self.assertIn(text, components)

    def test_the_runbooks_ask_what_the_engine_can_answer(self):
        waiting = self.waiting()
        expressions = [text for text in re.findall(r"`ask '([^'`]+)'`", self.runbooks) if text != "..."]
        self.assertGreater(len(expressions), 80)
        for expression in expressions:
            with self.subTest(expression=expression):
                answer = get(f"{self.engine.url}/api/v1/query?query={quote(expression)}")
                self.assertEqual(answer.status, 200, answer.text)
                for name in metric_names(expression):
                    self.assertIn(family(name, self.metrics), self.metrics.keys() | waiting.keys())
