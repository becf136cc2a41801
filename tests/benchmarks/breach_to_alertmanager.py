#!/usr/bin/env python3
"""How long after a gauge crossed its limit an Alertmanager has the alert in its hands.

    breach_to_alertmanager.py [--vigil BINARY] [--times N] [--data]

`vigil run` has one watched rule on the trading state and an Alertmanager, which is a socket of this script: it notes
when the first byte of each request has come. A person's command reduces trading, which is the crossing; the time of it
is that of the engine's own log, and both clocks are this machine's. Then trading goes on, the rule's group resolves the
alert, and the next crossing follows.
"""

import argparse
import http.server
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import unittest
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "integration"), str(ROOT / "tests")]

RULES = """\
groups:
  - name: bench
    interval: 1s
    rules:
      - alert: NotActive
        expr: risk_trading_state{state="active"} == 0
"""


class Receiver(http.server.BaseHTTPRequestHandler):
    """What Alertmanager's API takes, with the time at which each firing alert came."""

    protocol_version = "HTTP/1.1"
    firing, resolved = [], threading.Semaphore(0)

    def parse_request(self):
        self.came = time.time()  # the first line has been read
        return super().parse_request()

    def do_POST(self):
        alerts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        for alert in alerts:
            ends = alert.get("endsAt", "")
            if ends and datetime.fromisoformat(ends.replace("Z", "+00:00")).timestamp() <= time.time():
                self.resolved.release()
            elif alert["startsAt"] not in [starts for starts, _ in self.firing]:
                self.firing.append((alert["startsAt"], self.came))

    def log_message(self, *_):
        pass


def crossings(output):
    """Wall times of the crossings, from the engine's log."""
    times = []
    for line in output.splitlines():
        entry = json.loads(line)
        fields = entry["fields"]
        if fields.get("message") == "Trading state changed" and fields.get("state") == "reducing":
            times.append(datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00")).timestamp())
    return times


def measure(options):
    """Seconds, one for each crossing."""
    from support import Engine, wait_for
    from test_alerting import post

    test = unittest.TestCase()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with tempfile.TemporaryDirectory(prefix="vigil-bench-") as folder:
            config = Path(folder) / "engine.yaml"
            (Path(folder) / "rules.yml").write_text(RULES, encoding="utf-8")
            alerting = {"alertmanagers": [{"url": f"http://127.0.0.1:{server.server_port}"}]}
            text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
            config.write_text(f"{text}\nrules: {{files: [rules.yml]}}\nalerting: {json.dumps(alerting)}\n", encoding="utf-8")
            data = ("--data", Path(folder) / "data") if options.data else ()
            engine = Engine(test, "--config", config, *data).wait_until_ready()
            wait_for("the core has the watch", lambda: engine.metrics().total("monitoring_watches") == 1)
            for number in range(options.times):
                post(f"{engine.url}/api/control/reduce")
                wait_for("the alert has come", lambda: len(Receiver.firing) > number)
                post(f"{engine.url}/api/control/resume")
                Receiver.resolved.acquire(timeout=30)
            engine.stop()
            began = crossings(engine.stdout())
            return [came - crossed for crossed, (_, came) in zip(began, Receiver.firing, strict=True)]
    finally:
        test.doCleanups()
        server.shutdown()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vigil", default=str(ROOT / "build" / "release" / "vigil"))
    parser.add_argument("--times", type=int, default=100, help="crossings")
    parser.add_argument("--data", action="store_true", help="with a data folder: alerts are in the outbox on disk first")
    options = parser.parse_args(arguments)
    os.environ["VIGIL_BINARY"] = options.vigil
    took = sorted(measure(options))
    at = lambda share: took[min(len(took) - 1, int(share * len(took)))]  # noqa: E731
    print(f"{len(took)} crossings: median {statistics.median(took) * 1e3:.2f} ms, p99 {at(0.99) * 1e3:.2f} ms, most {took[-1] * 1e3:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
