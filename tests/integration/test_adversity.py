"""`vigil run` trades on whatever its neighbours do: a scraper that reads a byte a second, a thousand connections that say
nothing, an Alertmanager that never answers."""

import json
import resource
import shutil
import signal
import socket
import tempfile
import threading
import time
import unittest
from pathlib import Path

from support import ROOT, Engine, get, wait_for
from test_alerting import post

DEFAULT = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
ORDER = {"account": "MAIN", "strategy": "desk", "symbol": "BOLT", "venue": "SIM-A", "side": "buy", "type": "limit", "quantity": "1"}
# The longest that an order may take through all of it: it is on the disk then, on a machine that has other things to do.
PATIENT = 2


class Adversity(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vigil-adversity-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.orders = 0

    def engine(self, *changes, extra=""):
        text = DEFAULT
        room = (("max_price_deviation_bp: 50 ", "max_price_deviation_bp: 900 "), ("max_position: 80 ", "max_position: 8000 "),
                ("max_open_orders: 100", "max_open_orders: 10000"))  # fmt: skip
        for before, after in (*room, *changes):
            self.assertIn(before, text)
            text = text.replace(before, after)
        config = self.folder / "engine.yaml"
        config.write_text(text + extra, encoding="utf-8")
        return Engine(self, "--config", config, "--data", self.folder / "data").wait_until_ready()

    def trades(self, engine, patience=PATIENT):
        """An order is taken up and kept."""
        self.orders += 1
        before = time.monotonic()
        price = f"41.{10 + self.orders % 80}"  # the same terms again would be a duplicate
        order = ORDER | {"client_order_id": f"A-{self.orders}", "limit_price": price}
        answer = post(f"{engine.url}/api/control/order", order)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertLess(time.monotonic() - before, patience)

    def connect(self, engine, buffer=None):
        client = socket.socket()
        self.addCleanup(client.close)
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.settimeout(20)
        client.connect(("127.0.0.1", engine.port))
        return client

    def test_a_scraper_that_reads_a_byte_a_second_keeps_nobody_waiting(self):
        engine = self.engine()
        slow = [self.connect(engine, buffer=4096) for _ in range(16)]  # more than there are threads
        for client in slow:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        for _ in range(6):
            for client in slow:
                self.assertEqual(len(client.recv(1)), 1)
            self.trades(engine)
            self.assertEqual(get(f"{engine.url}/health", timeout=PATIENT).status, 200)
            self.assertGreater(engine.metrics().total("events_processed_total"), 0)
            time.sleep(1)  # as slow as it is said to be
        self.assertEqual(engine.stop(signal.SIGTERM), 0)

    def test_a_thousand_idle_connections_leave_room_for_who_asks(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for connections in (64, 2000):  # fewer than come, and more
            engine = self.engine(("http:\n  threads: 4\n", f"http: {{threads: 4, connections: {connections}}}\n"))
            idle = []
            for _ in range(1000):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", engine.port))
                idle.append(client)
            # Where there are more than may be open, who comes last waits until those before had their second.
            patience = PATIENT if connections > 1000 else 30
            for _ in range(3):
                self.trades(engine, patience)
                self.assertEqual(get(f"{engine.url}/health", timeout=20).status, 200)
                self.assertGreater(engine.metrics().total("events_processed_total"), 0)
            if connections < 1000:
                self.assertGreater(engine.metrics().total("http_connections_dropped_total", reason="too_many"), 0)
            for client in idle:
                client.close()
            self.assertEqual(engine.stop(signal.SIGTERM), 0)
            shutil.rmtree(self.folder / "data")

    def test_an_alertmanager_that_never_answers_keeps_nobody_waiting(self):
        server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.addCleanup(server.close)
        taken = []

        def accept():
            while True:
                try:
                    taken.append(server.accept()[0])  # and not a word
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        alerting = {"alertmanagers": [{"url": f"http://127.0.0.1:{server.getsockname()[1]}", "timeout": "500ms"}]}
        (self.folder / "rules.yml").write_text(
            "groups: [{name: g, interval: 1s, rules: [{alert: Connected, expr: 'sum(exchange_connected) > 0'}]}]", encoding="utf-8")  # fmt: skip
        engine = self.engine(extra=f"\nrules: {{files: [rules.yml]}}\nalerting: {json.dumps(alerting)}\n")

        def failed():
            self.trades(engine)
            return engine.metrics().total("monitoring_alert_delivery_retries_total") >= 2

        wait_for("it is given up twice", failed, alive=engine)
        self.assertGreater(len(taken), 0)
        self.assertGreater(engine.metrics().total("monitoring_alert_outbox_entries"), 0)  # not forgotten
        self.assertEqual(engine.stop(signal.SIGTERM, patience=30), 0)


if __name__ == "__main__":
    unittest.main()
