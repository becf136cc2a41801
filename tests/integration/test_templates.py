"""Annotations as Prometheus expands them and as we do: texts, errors, and what is refused when a file is read."""

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import template_texts
from support import VIGIL, Process, free_port, get, reachable, wait_for

TOOL = VIGIL.parent / "tests" / "template_expand"
SEED = 20230202
DRAWN = 400
LABELS = {"job": "node", "instance": "db1.example.org:9100", "path": "/a b/<c>"}
EXTERNAL_LABELS = {"region": "eu-west", "replica": "a"}
EXTERNAL_URL = "http://example.org:9090/prom"
# Alert's name: its expression, the value of it.
ALERTS = {
    "Plain": ("vector(1.5)", "1.5"),
    "Large": ("vector(1234567890.123)", "1234567890.123"),
    "Negative": ("vector(-0.000123)", "-0.000123"),
    "Zero": ("vector(0)", "0"),
    "Infinite": ("vector(Inf)", "Inf"),
    "NotANumber": ("vector(NaN)", "NaN"),
    "Two words": ("vector(98765.4321)", "98765.4321"),
}
QUERIES = {
    "vector(1)": [({}, "1")],
    "absent(vector(1))": [],
    template_texts.QUERY: [({"i": "c"}, "3"), ({"i": "a"}, "1.5"), ({"i": "b"}, "2")],
}


def with_labels(expression):
    for name, value in LABELS.items():
        expression = f'label_replace({expression}, "{name}", "{value}", "", "")'
    return expression


def expand(requests):
    """What template_expand answers to each of (alert, value, template)."""
    lines = [
        json.dumps({
            "name": name,
            "template": template,
            "labels": LABELS,
            "external_labels": EXTERNAL_LABELS,
            "external_url": EXTERNAL_URL,
            "value": value,
            "queries": {
                query: [{"labels": labels, "value": number} for labels, number in samples]
                for query, samples in QUERIES.items()
            },
        })
        for name, value, template in requests
    ]  # fmt: skip
    done = subprocess.run([TOOL], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.removesuffix("\n").split("\n")]


@unittest.skipIf(shutil.which("prometheus") is None, "there is no Prometheus to compare with")
class Templates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write_rules(self, rules):
        path = self.folder / "rules.yml"
        # JSON is YAML.
        path.write_text(json.dumps({"groups": [{"name": "templates", "interval": "1s", "rules": rules}]}), encoding="utf-8")
        return path

    def annotations_of_prometheus(self, templates):
        """{alert: [expanded annotation]} of a running Prometheus."""
        annotations = {f"a{number}": template for number, template in enumerate(templates)}
        rules = self.write_rules([
            {"alert": name, "expr": with_labels(expression), "annotations": annotations}
            for name, (expression, _) in ALERTS.items()
        ])  # fmt: skip
        config = self.folder / "prometheus.yml"
        config.write_text(json.dumps({"global": {"external_labels": EXTERNAL_LABELS}, "rule_files": [str(rules)]}))
        url = f"http://127.0.0.1:{free_port()}"
        prometheus = Process(
            self,
            "prometheus",
            [
                shutil.which("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address={url.removeprefix('http://')}",
                f"--web.external-url={EXTERNAL_URL}",
                "--web.route-prefix=/",
            ],
        )

        def alerts():
            answer = reachable(f"{url}/api/v1/alerts")
            if answer is None or answer.status != 200:
                return None
            active = answer.json()["data"]["alerts"]
            return active if len(active) == len(ALERTS) else None

        try:
            active = wait_for("all alerts are active", alerts, alive=prometheus)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{prometheus.stderr()[-3000:]}") from None
        # An annotation without text is not listed.
        return {
            alert["labels"]["alertname"]: [alert["annotations"].get(key, "") for key in annotations] for alert in active
        }

    def compare(self, templates):
        theirs = self.annotations_of_prometheus(templates)
        requests = [(name, value, template) for name, (_, value) in ALERTS.items() for template in templates]
        expected = [text for name in ALERTS for text in theirs[name]]
        different = []
        for (name, _, template), ours, text in zip(requests, expand(requests), expected, strict=True):
            shown = ours.get("text", ours.get("failed", ours.get("refused")))
            if shown != text:
                different.append(f"{name}: {template}\n  Prometheus: {text!r}\n  we:         {shown!r}")
        if different:
            self.fail(f"{len(different)} of {len(requests)} expansions differ\n" + "\n".join(different[:40]))

    def test_written_templates_expand_as_in_prometheus(self):
        self.compare(template_texts.written())

    def test_drawn_templates_expand_as_in_prometheus(self):
        self.compare(template_texts.drawn(SEED, DRAWN))

    def test_drawn_formats_print_as_in_prometheus(self):
        self.compare(template_texts.drawn_formats(SEED, DRAWN))

    def test_templates_that_prometheus_refuses_are_refused_for_the_same_reason(self):
        templates = template_texts.refused()
        annotations = {f"a{number}": template for number, template in enumerate(templates)}
        rules = self.write_rules([{"alert": "Refused", "expr": "vector(1)", "annotations": annotations}])
        done = subprocess.run(["promtool", "check", "rules", rules], capture_output=True, text=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        found = re.findall(r'annotation "(a\d+)": (.*?)(?=\n\S*rules\.yml: |\n*\Z)', done.stdout + done.stderr, re.DOTALL)
        theirs = dict(found)
        different = []
        for number, ours in enumerate(expand([("Refused", "1", template) for template in templates])):
            reason = theirs.get(f"a{number}")
            if ours.get("refused") != reason:
                different.append(f"{templates[number]!r}\n  Prometheus: {reason!r}\n  we:         {ours!r}")
        if different:
            self.fail(f"{len(different)} of {len(templates)} reasons differ\n" + "\n".join(different[:40]))


if __name__ == "__main__":
    unittest.main()
