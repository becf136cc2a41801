"""`vigil run` with clients that are slow, greedy or curious."""

import json
import re
import signal
import socket
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Engine, get, wait_for

HTTP = "http:\n  threads: 4\n"
SMALL = """\
http:
  threads: 4
  request_timeout: 500ms
  send_timeout: 2s
  header_limit: 2048
  body_limit: 1024
"""


class Clients(unittest.TestCase):
    def start(self, http=SMALL):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        self.assertIn(HTTP, text)
        config = self.folder / "engine.yaml"
        config.write_text(text.replace(HTTP, http.format(folder=folder.name)), encoding="utf-8")
        return config

    def connect(self, engine, text=b"", buffer=None):
        client = socket.socket()
        self.addCleanup(client.close)
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.settimeout(20)
        client.connect(("127.0.0.1", engine.port))
        client.sendall(text)
        return client

    def status(self, engine, text):
        line = self.connect(engine, text).recv(4096).split(b"\r\n", 1)[0]
        return int(line.split()[1])

    def test_slow_clients_in_every_thread_leave_health_to_others(self):
        engine = Engine(self, "--config", self.start()).wait_until_ready()
        for _ in range(8):
            self.connect(engine, b"GET /health HTTP/1.1\r\nX: ", buffer=4096)
        for _ in range(3):
            self.assertEqual(get(engine.url + "/health", timeout=20).status, 200)
        slow = lambda: engine.metrics().total("http_connections_dropped_total")
        wait_for("the slow ones to be dropped", lambda: slow() >= 8)

    def test_limits_are_answered_and_counted(self):
        engine = Engine(self, "--config", self.start()).wait_until_ready()
        long = b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 3000 + b"\r\n\r\n"
        body = b"POST /api/control/halt HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + b"y" * 2000
        self.assertEqual(self.status(engine, long), 431)
        self.assertEqual(self.status(engine, body), 413)
        self.assertEqual(self.status(engine, b"no such thing\r\n\r\n"), 400)
        metrics = engine.metrics()
        for reason in ("header_too_large", "body_too_large", "malformed"):
            self.assertEqual(metrics.select("http_connections_dropped_total", reason=reason), [1], reason)

    def test_health_tells_nothing_but_states(self):
        engine = Engine(self, "--config", self.start()).wait_until_ready()
        text = get(engine.url + "/health").text
        config = (self.folder / "engine.yaml").read_text(encoding="utf-8")
        for name in re.findall(r"name: ([^\s,}#]+)", config):
            self.assertIsNone(re.search(rf"\b{re.escape(name)}\b", text), name)
        self.assertNotIn("/", text.replace("\\/", "/"))
        self.assertEqual(
            set(json.loads(text)), {"status", "version", "uptime_seconds"}, "a new field: may all see it?"
        )

    def test_secrets_are_read_again_on_sighup_and_a_missing_file_changes_nothing(self):
        http = 'http:\n  auth:\n    metrics: {{token: "file:{folder}/token"}}\n'
        config = self.start(http)
        token = self.folder / "token"
        token.write_text("first\n", encoding="utf-8")
        engine = Engine(self, "--config", config).wait_until_ready()

        def status(secret):
            return get(engine.url + "/metrics", headers={"Authorization": f"Bearer {secret}"}).status

        self.assertEqual([status("first"), status("renewed-one")], [200, 401])
        token.write_text("renewed-one\n", encoding="utf-8")
        engine.child.send_signal(signal.SIGHUP)
        wait_for("the new secret", lambda: status("renewed-one") == 200)
        self.assertEqual(status("first"), 401)
        token.unlink()
        engine.child.send_signal(signal.SIGHUP)
        wait_for("the refusal on standard error", lambda: "http.auth.metrics.token" in engine.stderr())
        self.assertEqual([status("first"), status("renewed-one")], [401, 200])
        self.assertEqual(engine.stop(), 0)
        self.assertNotIn("renewed-one", engine.stdout() + engine.stderr())


if __name__ == "__main__":
    unittest.main()
