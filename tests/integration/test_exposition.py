"""The formats of /metrics, read by those who know them best: a strict OpenMetrics parser and a real Prometheus."""

import sys
import tempfile
import time
import unittest
from pathlib import Path

# Where Debian's python3-prometheus-client is, should python3 be another one than Debian's.
sys.path.append("/usr/lib/python3/dist-packages")

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open_metrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from support import Engine, Prometheus, get, wait_for

CONFIG = """\
metrics:
  exemplars: true
"""
OPEN_METRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}
PROTOBUF = {"Accept": "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"}
DURATION = "execution_order_duration_seconds"


def engine_with_exemplars(test):
    folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
    test.addCleanup(folder.cleanup)
    config = Path(folder.name) / "engine.yaml"
    default = Path(__file__).resolve().parents[2] / "configs" / "default.yaml"
    text = default.read_text(encoding="utf-8").replace("metrics:\n  enabled: true\n", CONFIG + "  enabled: true\n")
    config.write_text(text, encoding="utf-8")
    return Engine(test, "--config", config).wait_until_ready()


class Formats(unittest.TestCase):
    def setUp(self):
        self.engine = engine_with_exemplars(self)
        self.url = f"http://127.0.0.1:{self.engine.port}/metrics"
        wait_for(
            "orders are filled",
            lambda: self.engine.metrics().total("execution_traded_notional_total") > 0,
            alive=self.engine,
        )

    def test_a_strict_openmetrics_parser_reads_the_whole_catalogue(self):
        answer = get(self.url, headers=OPEN_METRICS)
        self.assertTrue(answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0"))
        families = {family.name: family for family in parse_open_metrics(answer.text)}
        self.assertGreater(len(families), 80)
        duration = families[DURATION]
        self.assertEqual((duration.type, duration.unit), ("histogram", "seconds"))
        exemplars = [sample.exemplar for sample in duration.samples if sample.exemplar]
        self.assertTrue(exemplars)
        for exemplar in exemplars:
            self.assertEqual(len(exemplar.labels["trace_id"]), 32)
            self.assertLess(abs(float(exemplar.timestamp) - time.time()), 120)
        created = [sample.value for sample in duration.samples if sample.name.endswith("_created")]
        self.assertTrue(all(abs(value - time.time()) < 120 for value in created))
        self.assertEqual(families["execution_build"].type, "info")

    def test_both_text_formats_have_the_same_series(self):
        # Histograms of signed values have neither sum nor count in OpenMetrics; creation times are only there.
        def series(families):
            found = set()
            for family in families:
                for sample in family.samples:
                    labels = {key: text for key, text in sample.labels.items() if key not in ("le", "quantile")}
                    if not sample.name.endswith(("_created", "_sum", "_count")):
                        found.add((sample.name, tuple(sorted(labels.items()))))
            return found

        # Series that only some traffic brings (the scrape's own) are there after one scrape of each format.
        for headers in ({}, OPEN_METRICS):
            get(self.url, headers=headers)
        plain = series(parse_text(get(self.url).text))
        opened = series(parse_open_metrics(get(self.url, headers=OPEN_METRICS).text))
        self.assertEqual(plain - opened, set())

    def test_name_chooses_families(self):
        text = get(f"{self.url}?name[]=execution_orders_total&name[]={DURATION}_bucket").text
        self.assertEqual(
            {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")},
            {"execution_orders_total", DURATION},
        )

    def test_head_tells_the_length_only(self):
        answer = get(f"{self.url}?name[]=execution_build_info", method="HEAD")
        self.assertEqual((answer.status, answer.text), (200, ""))
        self.assertGreater(int(answer.headers["Content-Length"]), 50)

    def test_protobuf_is_answered_as_such(self):
        answer = get(self.url, headers=PROTOBUF, encoding="latin-1")
        self.assertTrue(answer.headers["Content-Type"].startswith("application/vnd.google.protobuf"))
        self.assertIn(DURATION, answer.text)


class Ingested(unittest.TestCase):
    def test_a_real_prometheus_ingests_native_histograms_and_exemplars(self):
        engine = engine_with_exemplars(self)
        prometheus = Prometheus(self, engine.port, "--enable-feature=native-histograms,exemplar-storage")

        # A native histogram has no buckets of its own series: functions take it whole.
        def median():
            return prometheus.query(f"histogram_quantile(0.5, sum({DURATION}))")

        (native,) = wait_for("a native histogram", lambda: [x for x in median() if x == x], alive=engine)
        self.assertGreater(native, 0)
        self.assertLess(native, 5)
        (counted,) = prometheus.query(f"sum(histogram_count({DURATION}))")
        self.assertGreater(counted, 0)
        self.assertEqual(prometheus.query(f"count({DURATION}_bucket)"), [])

        def exemplars():
            now = time.time()
            return prometheus.api("query_exemplars", query=DURATION, start=now - 300, end=now + 60)

        found = wait_for("exemplars", exemplars, alive=engine)
        labels = found[0]["exemplars"][0]["labels"]
        self.assertEqual(len(labels["trace_id"]), 32)
        (target,) = prometheus.api("targets")["activeTargets"]
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))
