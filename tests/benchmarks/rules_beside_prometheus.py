#!/usr/bin/env python3
"""How long a thousand rules over ten thousand series take the packaged Prometheus, and Vigil, on the same machine.

    rules_beside_prometheus.py [--vigil BINARY] [--turns N]

Prometheus scrapes 10,000 gauges from this script each second and evaluates 1,000 rules each second; the time its
group took is read from its own metrics. Vigil does the same in `vigil bench --only history`: the same rules, and
series that move in the same way. Neither runs while the other is measured.
"""

import argparse
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "integration"), str(ROOT / "tests")]

from support import Prometheus, wait_for  # noqa: E402

SERIES, GROUPS = 10_000, 1_000
WARM_UP = 70  # seconds: the rules look back over a minute


class Levels(http.server.BaseHTTPRequestHandler):
    """Gauges of which a third moves by a hundredth at each scrape."""

    values = [float(number) for number in range(SERIES)]
    turn = 0

    def do_GET(self):
        Levels.turn += 1
        lines = ["# TYPE bench_level gauge"]
        for number in range(SERIES):
            if (Levels.turn + number) % 3 == 0:
                self.values[number] += 0.01 if number % 2 == 0 else -0.01
            lines.append(f'bench_level{{group="{number // (SERIES // GROUPS)}",number="{number}"}} {self.values[number]!r}')
        body = ("\n".join(lines) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def rules():
    kinds = ["{} > 1e9", "avg_over_time({}[1m]) > 1e9", "sum by (group) ({}) > 1e9"]
    listed = [
        {"alert": f"Level{i}", "expr": kinds[i % len(kinds)].format(f'bench_level{{group="{i}"}}')} for i in range(GROUPS)
    ]
    return json.dumps({"groups": [{"name": "bench", "interval": "1s", "rules": listed}]})


def of_prometheus(turns):
    """Seconds, one for each turn."""
    test = unittest.TestCase()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Levels)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="vigil-bench-") as folder:
        file = Path(folder) / "rules.yml"
        file.write_text(rules(), encoding="utf-8")
        try:
            prometheus = Prometheus(test, server.server_port, rule_files=[file], global_config="  evaluation_interval: 1s\n")
            wait_for(
                "all series are scraped",
                lambda: prometheus.query("count(bench_level)") == [SERIES],
                alive=prometheus,
            )
            time.sleep(WARM_UP)
            took = []
            for _ in range(turns):
                time.sleep(1)
                took.append(group_duration(prometheus))
            return took
        finally:
            test.doCleanups()
            server.shutdown()


def group_duration(prometheus):
    groups = prometheus.api("rules")["groups"]
    return groups[0]["evaluationTime"]


def of_vigil(binary):
    """Seconds: the median of the benchmark."""
    with tempfile.TemporaryDirectory(prefix="vigil-bench-") as folder:
        report = Path(folder) / "report.json"
        subprocess.run([binary, "bench", "--only", "history", "--json", str(report)], check=False, stdout=subprocess.DEVNULL)
        cases = json.loads(report.read_text(encoding="utf-8"))["cases"]
        return cases["rules_1000_over_10k_series/vigil"]["median"] * 1e-9


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vigil", default=str(ROOT / "build" / "release" / "vigil"))
    parser.add_argument("--turns", type=int, default=30, help="evaluations of Prometheus to measure")
    options = parser.parse_args(arguments)
    if shutil.which("prometheus") is None:
        parser.error("prometheus is not installed; scripts/setup test does that")
    ours = of_vigil(options.vigil)
    theirs = of_prometheus(options.turns)
    middle = statistics.median(theirs)
    print(f"Vigil       {ours * 1e3:8.1f} ms")
    print(f"Prometheus  {middle * 1e3:8.1f} ms, {min(theirs) * 1e3:.1f} to {max(theirs) * 1e3:.1f}")
    print(f"ratio       {middle / ours:8.1f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
