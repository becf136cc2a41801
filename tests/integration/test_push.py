"""`vigil run` pushes its metrics: a real Pushgateway takes and forgets them, and nobody there stops nothing."""

import base64
import http.server
import json
import shutil
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from support import ROOT, Engine, Metrics, Process, free_port, get, reachable, vigil, wait_for


class Gateway(Process):
    """The packaged Pushgateway on loopback."""

    def __init__(self, test, port=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(
            test,
            "pushgateway",
            [
                shutil.which("prometheus-pushgateway"),
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
        )
        wait_for("the gateway is ready", lambda: getattr(reachable(f"{self.url}/-/ready"), "status", 0) == 200, alive=self)

    def groups(self):
        """Labels of the groups it has."""
        return [group["labels"] for group in get(f"{self.url}/api/v1/metrics").json()["data"]]

    def metrics(self):
        return Metrics(get(f"{self.url}/metrics").text)


class Receiver:
    """An HTTP server that gives each request the next answer (the last one again and again) and keeps what came."""

    def __init__(self, test, *answers):
        self.requests = []
        received, waiting = self.requests, list(answers)

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                received.append((self.command, self.path, dict(self.headers), body.decode()))
                status = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"as told\n")

            do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)


def config(test, **keys):
    """A copy of the default configuration with these keys of push_gateway."""
    folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
    test.addCleanup(folder.cleanup)
    path = Path(folder.name) / "push.yaml"
    text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
    path.write_text(f"{text}\npush_gateway: {json.dumps(keys)}\n", encoding="utf-8")
    return path


def log_entries(engine):
    return [json.loads(line) for line in engine.stdout().splitlines()]


class Push(unittest.TestCase):
    def test_a_real_gateway_has_the_metrics_until_the_engine_ends(self):
        self.assertIsNotNone(shutil.which("prometheus-pushgateway"), "Debian's package prometheus-pushgateway must be installed")
        gateway = Gateway(self)
        path = config(self, url="http://127.0.0.1:1", job="desk", grouping=["instance=a/b"], interval="200ms")
        engine = Engine(self, "--config", path, PROMETHEUS_PUSH_GATEWAY=gateway.url).wait_until_ready()
        wait_for("a group", gateway.groups, alive=engine)
        self.assertEqual(gateway.groups(), [{"job": "desk", "instance": "a/b"}])

        def orders():
            return gateway.metrics().total("execution_orders_total", job="desk", instance="a/b")

        first = wait_for("pushed orders", orders, alive=engine)
        wait_for("the next push has more", lambda: orders() > first, alive=engine)
        pushed, scraped = gateway.metrics(), engine.metrics()
        for name, kind in scraped.types.items():
            # The gateway publishes some metrics of its own process by the same names.
            if not name.startswith("process_") and pushed.types.get(name) is not None:
                self.assertEqual(pushed.types[name], kind, name)
        self.assertLessEqual({name for name in scraped.types if name.startswith("trading_")}, set(pushed.types))
        self.assertEqual(pushed.total("push_failure_time_seconds", job="desk"), 0)
        self.assertGreater(scraped.total("monitoring_export_latency_seconds_count", exporter="push_gateway"), 1)
        self.assertEqual(scraped.total("monitoring_records_dropped_total", exporter="push_gateway"), 0)

        self.assertEqual(engine.stop(), 0)
        # The gateway answers a deletion before it has done it.
        wait_for("no group is left", lambda: gateway.groups() == [])

    def test_the_gateway_keeps_the_last_values_where_it_is_told_to(self):
        gateway = Gateway(self)
        path = config(self, url=gateway.url, interval="1h", delete_at_end=False)
        engine = Engine(self, "--config", path).wait_until_ready()
        wait_for("a group", gateway.groups, alive=engine)
        wait_for("orders", lambda: engine.metrics().total("execution_orders_total") > 0, alive=engine)
        self.assertEqual(engine.stop(), 0)
        self.assertEqual(gateway.groups(), [{"job": "vigil"}])
        self.assertGreater(gateway.metrics().total("execution_orders_total", job="vigil"), 0)

    def test_a_gateway_that_comes_late_gets_the_metrics_all_the_same(self):
        port = free_port()
        engine = Engine(self, "--config", config(self, interval="200ms"), PROMETHEUS_PUSH_GATEWAY=f"http://127.0.0.1:{port}")
        engine.wait_until_ready()

        def failed():
            return engine.metrics().total("monitoring_records_dropped_total", exporter="push_gateway", reason="connection")

        wait_for("failed pushes", lambda: failed() >= 2, alive=engine)
        orders = engine.metrics().total("execution_orders_total")
        wait_for("trading goes on", lambda: engine.metrics().total("execution_orders_total") > orders, alive=engine)
        gateway = Gateway(self, port)
        wait_for("a group", gateway.groups, alive=engine)
        self.assertEqual(engine.stop(), 0)
        entries = [entry for entry in log_entries(engine) if "ush gateway" in entry["fields"]["message"]]
        self.assertEqual([entry["level"] for entry in entries], ["WARN", "INFO"])
        self.assertIn(f"http://127.0.0.1:{port}", entries[0]["fields"]["what"])

    def test_failures_are_counted_by_reason_and_credentials_are_sent_and_never_shown(self):
        receiver = Receiver(self, 500, None, 202)
        path = config(self, interval="100ms")
        url = f"http://desk:open%20sesame@127.0.0.1:{receiver.port}/prefix"
        engine = Engine(self, "--config", path, PROMETHEUS_PUSH_GATEWAY=url).wait_until_ready()
        wait_for("pushes", lambda: len(receiver.requests) > 3, alive=engine)
        metrics = engine.metrics()
        for reason in ("refused", "connection"):
            self.assertEqual(metrics.total("monitoring_records_dropped_total", exporter="push_gateway", reason=reason), 1, reason)
        self.assertEqual(engine.stop(), 0)
        self.assertEqual(receiver.requests[-1][0], "DELETE")
        for method, request_path, headers, body in receiver.requests:
            self.assertEqual(request_path, "/prefix/metrics/job/vigil")
            self.assertEqual(headers["Authorization"], "Basic " + base64.b64encode(b"desk:open sesame").decode())
            if method == "PUT":
                self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"))
                self.assertGreater(len(Metrics(body).samples), 200)
        self.assertNotIn("sesame", engine.stdout() + engine.stderr())

    def test_a_receiver_that_says_nothing_holds_up_neither_trading_nor_the_end(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            engine = Engine(self, "--config", config(self, url=url, interval="1s", timeout="300ms")).wait_until_ready()

            def late():
                return engine.metrics().total("monitoring_records_dropped_total", exporter="push_gateway", reason="timeout")

            wait_for("a push given up", late, alive=engine)
            orders = engine.metrics().total("execution_orders_total")
            wait_for("trading goes on", lambda: engine.metrics().total("execution_orders_total") > orders, alive=engine)
            self.assertEqual(engine.stop(), 0)

    def test_a_wrong_url_is_refused_at_the_start(self):
        refused = vigil("run", "--duration", "1s", PROMETHEUS_PUSH_GATEWAY="https://gateway:9091", timeout=30)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("PROMETHEUS_PUSH_GATEWAY: must be http://", refused.stderr)
        self.assertIn("HTTPS is not supported", refused.stderr)

    def test_nothing_is_pushed_with_metrics_off(self):
        receiver = Receiver(self, 202)
        url = f"http://127.0.0.1:{receiver.port}"
        ended = vigil("run", "--duration", "1s", "--listen", "127.0.0.1:0", ENABLE_METRICS="false", PROMETHEUS_PUSH_GATEWAY=url, timeout=60)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(receiver.requests, [])
