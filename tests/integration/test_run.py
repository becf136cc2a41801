"""`vigil run` from outside: a real Prometheus scrapes it, the views answer, the logs parse, signals end it."""

import json
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from support import PATIENCE, ROOT, VIGIL, Engine, Prometheus, free_port, get, reachable, vigil, wait_for

SCRAPE_SECONDS = 30

# `promtool check metrics` remarks on these and nothing else: names and a label that dashboards rely on.
KNOWN_REMARKS = {
    'execution_order_duration_quantile_seconds non-summary metrics should not have "quantile" label',
    'execution_pnl_realized_total non-counter metrics should not have "_total" suffix',
    'execution_positions_open_count non-histogram and non-summary metrics should not have "_count" suffix',
}


class Scraped(unittest.TestCase):
    def test_a_real_prometheus_scrapes_it_without_a_gap(self):
        self.assertIsNotNone(shutil.which("prometheus"), "Debian's package prometheus must be installed")
        engine = Engine(self).wait_until_ready()
        prometheus = Prometheus(self, engine.port)
        wait_for("a first scrape", lambda: prometheus.query("up"))
        time.sleep(SCRAPE_SECONDS)  # the length of the observation, not a wait for something

        window = f"[{SCRAPE_SECONDS}s]"
        self.assertEqual(prometheus.query(f"min_over_time(up{window})"), [1])
        (scrapes,) = prometheus.query(f"count_over_time(up{window})")
        self.assertGreaterEqual(scrapes, SCRAPE_SECONDS - 5)
        (samples,) = prometheus.query("scrape_samples_scraped")
        self.assertGreater(samples, 200)
        (target,) = prometheus.api("targets")["activeTargets"]
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))

        # What was scraped is an engine at work.
        self.assertGreater(sum(prometheus.query(f"increase(execution_orders_total{window})")), 0)
        self.assertTrue(prometheus.query("execution_pnl_realized_total"))
        self.assertTrue(prometheus.query("histogram_quantile(0.99, sum by (le) (execution_order_duration_seconds_bucket))"))
        metadata = prometheus.api("metadata")
        # OpenMetrics, which Prometheus asks for, names counters without their suffix.
        self.assertEqual(metadata["execution_orders"][0]["type"], "counter")
        self.assertIsNone(engine.poll())


class Running(unittest.TestCase):
    """One engine for the tests that only look."""

    @classmethod
    def setUpClass(cls):
        cls.cleanups = []
        cls.engine = Engine(_Owner(cls.cleanups)).wait_until_ready()
        # Orders, fills and refusals come within seconds; every test here may rely on them.
        wait_for(
            "orders are filled", lambda: cls.engine.metrics().total("execution_traded_notional_total") > 0, alive=cls.engine
        )

    @classmethod
    def tearDownClass(cls):
        for cleanup in reversed(cls.cleanups):
            cleanup()

    def test_promtool_reports_only_the_documented_exceptions(self):
        self.assertIsNotNone(shutil.which("promtool"), "Debian's package prometheus must be installed")
        text = get(f"{self.engine.url}/metrics").text
        result = subprocess.run(
            ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60
        )
        remarks = {line.strip() for line in (result.stdout + result.stderr).splitlines() if line.strip()}
        self.assertEqual(remarks, KNOWN_REMARKS)

    def test_the_exposition_is_plain_text_and_consistent(self):
        answer = get(f"{self.engine.url}/metrics")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers)
        metrics = self.engine.metrics()
        self.assertEqual(set(metrics.types), set(metrics.helps))
        seen = set()
        for name, labels, _ in metrics.samples:
            identity = (name, tuple(sorted(labels.items())))
            self.assertNotIn(identity, seen)
            seen.add(identity)

    def test_every_metric_exposed_is_in_the_catalogue(self):
        catalogue = {}
        for line in vigil("metrics").stdout.splitlines():
            name, kind, _, labels, _ = line.split("\t")
            catalogue[name] = (kind, set() if labels == "-" else set(labels.split(",")))
        metrics = self.engine.metrics()
        for name, kind in metrics.types.items():
            self.assertIn(name, catalogue)
            # Text format 0.0.4 has no type for infos.
            expected = catalogue[name][0].replace("info", "gauge")
            self.assertEqual(kind, expected, name)
        for name, labels, _ in metrics.samples:
            family = name if name in metrics.types else re.sub(r"_(bucket|sum|count)$", "", name)
            self.assertEqual(set(labels) - {"le"}, catalogue[family][1], name)

    def test_histograms_add_up(self):
        metrics = self.engine.metrics()
        histograms = [name for name, kind in metrics.types.items() if kind == "histogram"]
        self.assertTrue(histograms)
        for name in histograms:
            buckets = {}
            for each, labels, value in metrics.samples:
                if each == f"{name}_bucket":
                    key = tuple(sorted((label, text) for label, text in labels.items() if label != "le"))
                    buckets.setdefault(key, []).append((float(labels["le"].replace("+Inf", "inf")), value))
            for key, own in buckets.items():
                bounds, counts = zip(*own)
                self.assertEqual(list(bounds), sorted(set(bounds)), name)
                self.assertEqual(list(counts), sorted(counts), name)
                self.assertEqual(bounds[-1], float("inf"), name)
                self.assertEqual([counts[-1]], metrics.select(f"{name}_count", **dict(key)), name)

    def test_counters_only_grow_and_orders_go_on(self):
        first = self.engine.metrics()
        orders = first.total("execution_orders_total")
        wait_for(
            "more orders", lambda: self.engine.metrics().total("execution_orders_total") > orders, alive=self.engine
        )
        second = self.engine.metrics()
        later = {(name, tuple(sorted(labels.items()))): value for name, labels, value in second.samples}
        for name, labels, value in first.samples:
            family = re.sub(r"_(bucket|count)$", "", name)
            if "counter" in (first.types.get(name), first.types.get(family)) or (
                first.types.get(family) == "histogram" and not name.endswith("_sum")
            ):
                self.assertGreaterEqual(later[name, tuple(sorted(labels.items()))], value, (name, labels))

    def test_positions_money_and_risk_are_there(self):
        metrics = self.engine.metrics()
        for name in (
            "execution_pnl_realized_total",
            "execution_positions_open_count",
            "execution_risk_exposure_notional",
            "risk_manager_checks_performed_total",
            "account_equity_usd",
            "execution_slippage_basis_points_count",
            "market_data_messages_processed_total",
        ):
            self.assertTrue(metrics.select(name), name)
        self.assertEqual(set(metrics.select("execution_trading_halted")), {0})

    def test_the_views_answer_json(self):
        for path in ("/health", "/ready", "/api/status", "/api/orders", "/api/positions", "/api/risk"):
            with self.subTest(path):
                answer = get(self.engine.url + path)
                self.assertEqual(answer.status, 200)
                self.assertTrue(answer.headers["Content-Type"].startswith("application/json"), answer.headers)
                self.assertIsInstance(answer.json(), (dict, list))
                self.assertTrue(answer.json())

    def test_ready_names_its_components(self):
        answer = get(f"{self.engine.url}/ready").json()
        states = {entry["name"]: entry["state"] for entry in answer["components"]}
        self.assertLessEqual({"feed", "venues", "risk", "core"}, set(states))
        self.assertLessEqual({*states.values(), answer["status"]}, {"healthy", "degraded"})
        self.assertIn(get(f"{self.engine.url}/health").json()["status"], ("healthy", "degraded"))

    def test_an_unknown_path_is_not_found(self):
        self.assertEqual(get(f"{self.engine.url}/nowhere").status, 404)

    def test_a_broken_request_does_not_end_the_server(self):
        for raw in (b"GET\r\n\r\n", b"\x00" * 64, b"GET /metrics HTTP/9.9\r\n\r\n", b"POST /metrics HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.engine.port), timeout=10) as connection:
                connection.sendall(raw)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
        self.assertEqual(get(f"{self.engine.url}/health").status, 200)

    def test_the_log_is_one_json_object_a_line(self):
        *lines, _ = self.engine.stdout().split("\n")  # the last may still be written
        self.assertTrue(lines)
        for line in lines:
            entry = json.loads(line)
            self.assertLessEqual({"timestamp", "level", "target", "fields"}, set(entry), line)
            self.assertLessEqual(set(entry), {"timestamp", "level", "target", "fields", "span"}, line)
            self.assertRegex(entry["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
            self.assertIn(entry["level"], ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"))
            self.assertRegex(entry["target"], r"^[a-z_]+::[a-z_]+$")
            self.assertIsInstance(entry["fields"]["message"], str)
            if "span" in entry:
                self.assertIsInstance(entry["span"]["name"], str)

    def test_an_order_keeps_its_correlation_id_in_the_log(self):
        by_order = {}
        for line in self.engine.stdout().split("\n")[:-1]:
            fields = json.loads(line)["fields"]
            if "order_id" in fields and "correlation_id" in fields:
                by_order.setdefault(fields["order_id"], set()).add(fields["correlation_id"])
        self.assertTrue(by_order)
        for order, ids in by_order.items():
            self.assertEqual(len(ids), 1, order)

    def test_nothing_is_said_on_standard_error(self):
        for line in self.engine.stderr().splitlines():
            self.assertNotRegex(line, r"(?i)error|fail|assert|sanitizer")


class _Owner:
    """Takes the place of a test where a class owns a process."""

    def __init__(self, cleanups):
        self.cleanups = cleanups

    def addCleanup(self, function):
        self.cleanups.append(function)


class Life(unittest.TestCase):
    def test_a_signal_ends_it_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                engine = Engine(self).wait_until_ready()
                self.assertEqual(engine.stop(number), 0, engine.stderr()[-2000:])
                self.assertTrue(engine.stdout().endswith("\n"))
                json.loads(engine.stdout().splitlines()[-1])

    def test_a_duration_ends_it(self):
        engine = Engine(self, "--duration", "2s")
        self.assertEqual(engine.child.wait(timeout=PATIENCE), 0, engine.stderr()[-2000:])

    def test_a_port_in_use_is_a_clear_error(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = vigil("run", "--listen", f"127.0.0.1:{port}", timeout=PATIENCE)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(f"127.0.0.1:{port}", result.stderr)

    def test_wrong_flags_are_refused(self):
        for arguments in (["--listen", "here"], ["--listen", "127.0.0.1:99999"], ["--duration", "soon"], ["--bogus"]):
            with self.subTest(arguments):
                result = vigil("run", *arguments, timeout=PATIENCE)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertTrue(result.stderr.strip())

    def test_a_configuration_that_is_not_there_is_refused(self):
        result = vigil("run", "--config", "nowhere.yaml", timeout=PATIENCE)
        self.assertIn(result.returncode, (1, 2))
        self.assertIn("nowhere.yaml", result.stderr)


class Surroundings(unittest.TestCase):
    """What a caller may do to a process before it runs."""

    def run_in_shell(self, script):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        data = Path(folder.name) / "data"
        command = script.format(run=f"exec '{VIGIL}' run --listen 127.0.0.1:0 --data '{data}' --duration 2s")
        return subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, timeout=PATIENCE).returncode, data

    def test_with_closed_standard_streams_nothing_goes_into_its_files(self):
        for streams in (">&-", "2>&-", "<&- >&- 2>&-"):
            with self.subTest(streams=streams):
                code, data = self.run_in_shell("{run} >/dev/null 2>/dev/null " + streams)
                self.assertEqual(code, 0)
                self.assertEqual((data / "lock").read_bytes(), b"")
                for file in (data / "delivery").glob("*.log"):
                    self.assertNotIn(b'"timestamp":"', file.read_bytes(), file)

    def test_a_limit_on_the_size_of_files_ends_nothing(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as config:
            text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
            config.write(text + "\njournal: {enabled: false}\n")  # it takes the room of a whole file at once
            config.flush()
            code, data = self.run_in_shell(f"ulimit -f 64; {{run}} --config {config.name} >/dev/null")
        self.assertEqual(code, 0)
        self.assertLessEqual(max(file.stat().st_size for file in data.rglob("*") if file.is_file()), 64 * 1024)

    def test_output_that_does_not_arrive_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([VIGIL, "metrics"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (1, "standard output: cannot be written\n"))

    def test_an_empty_path_is_no_path(self):
        for flag in ("--data", "--config"):
            self.assertEqual((vigil("run", flag, "").returncode, vigil("run", flag, "").stderr.splitlines()[0]),
                             (2, f'{flag}: must be a path, was ""'))


class Limits(unittest.TestCase):
    """The limits of a running engine, read again at SIGHUP."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.config = Path(folder.name) / "engine.yaml"
        self.text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        self.config.write_text(self.text, encoding="utf-8")
        self.engine = Engine(self, "--config", self.config).wait_until_ready()

    def day_loss_limit(self):
        return self.engine.metrics().select("risk_manager_limit_usd", limit_type="max_daily_loss", account="MAIN")

    def reload(self, old, new):
        self.assertIn(old, self.text)
        self.config.write_text(self.text.replace(old, new), encoding="utf-8")
        self.engine.child.send_signal(signal.SIGHUP)

    def test_a_new_limit_takes_effect_and_a_wrong_file_changes_nothing(self):
        self.assertEqual(self.day_loss_limit(), [250000])
        self.reload("max_day_loss: 250000", "max_day_loss: 240000")
        wait_for("the new limit", lambda: self.day_loss_limit() == [240000], alive=self.engine)

        self.reload("max_day_loss: 250000", "max_day_loss: -1")
        failed = lambda: self.engine.metrics().select("config_last_reload_successful") == [0]
        wait_for("the refusal", failed, alive=self.engine)
        self.assertEqual(self.day_loss_limit(), [240000])
        self.assertIn("max_day_loss: must be positive, was -1", self.engine.stderr())
        wait_for("the refusal in the log", lambda: '"Limits and secrets not reloaded' in self.engine.stdout())

        self.reload("max_day_loss: 250000", "max_day_loss: 230000")
        wait_for("the next limit", lambda: self.day_loss_limit() == [230000], alive=self.engine)
        self.assertEqual(self.engine.metrics().select("config_last_reload_successful"), [1])


class Environment(unittest.TestCase):
    def test_the_port_may_come_from_the_environment(self):
        engine = Engine(self, listen=False, port=(port := free_port()), METRICS_PORT=str(port)).wait_until_ready()
        self.assertEqual(get(f"{engine.url}/metrics").status, 200)

    def test_the_flag_wins_over_the_environment(self):
        other = free_port()
        engine = Engine(self, METRICS_PORT=str(other)).wait_until_ready()
        self.assertNotEqual(engine.port, other)
        self.assertIsNone(reachable(f"http://127.0.0.1:{other}/metrics"))

    def test_without_metrics_the_engine_trades_and_the_endpoint_is_absent(self):
        engine = Engine(self, ENABLE_METRICS="false").wait_until_ready()
        self.assertEqual(get(f"{engine.url}/metrics").status, 404)
        for path in ("/health", "/api/status", "/api/orders", "/api/positions"):
            self.assertEqual(get(engine.url + path).status, 200, path)
        wait_for("an order in the log", lambda: '"order_id"' in engine.stdout(), alive=engine)
        self.assertEqual(engine.stop(), 0)

    def test_a_variable_that_makes_no_sense_is_refused(self):
        for name, text in (("METRICS_PORT", "http"), ("METRICS_PORT", "70000"), ("ENABLE_METRICS", "perhaps")):
            with self.subTest(name=name, text=text):
                result = vigil("run", "--duration", "1s", timeout=PATIENCE, **{name: text})
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn(f"{name}: must be", result.stderr)
                self.assertIn(text, result.stderr)


if __name__ == "__main__":
    unittest.main()
