"""What the integration tests share: the binary, processes that always end, free ports, HTTP, metrics."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VIGIL = Path(os.environ.get("VIGIL_BINARY", ROOT / "build" / "release" / "vigil"))

# Long enough for a busy machine; nothing here waits this long unless something is wrong.
PATIENCE = 30.0


def environment(**changes):
    """This process's environment without what would change the engine's behaviour, and with these variables."""
    ours = ("ENABLE_METRICS", "METRICS_PORT", "PROMETHEUS_PUSH_GATEWAY", "VIGIL_LOG_LEVEL")
    return {key: text for key, text in os.environ.items() if key not in ours} | changes


def vigil(*arguments, timeout=600, **variables):
    """Runs the binary to its end, with these environment variables besides."""
    command = [str(VIGIL), *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=timeout,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    """Status, headers and text of an HTTP answer, whatever its status."""

    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    def json(self):
        return json.loads(self.text)


def get(url, timeout=10, headers=None, method="GET", encoding="utf-8"):
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout) as response:
            return Answer(response.status, response.headers, response.read().decode(encoding))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())


def wait_for(what, condition, patience=PATIENCE, alive=None):
    """Polls until condition() is true and returns it; `alive` is a process that must not end meanwhile."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if alive is not None and alive.poll() is not None:
            raise AssertionError(f"{what}: the process ended with exit code {alive.returncode}")
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: did not happen within {patience:.0f} s")
        time.sleep(0.05)


def reachable(url):
    try:
        return get(url, timeout=2)
    except (OSError, urllib.error.URLError):
        return None


class Process:
    """A child whose output goes to files, so that nobody blocks on a pipe; ended with the test."""

    def __init__(self, test, name, command, stdin=subprocess.DEVNULL, **variables):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.folder = Path(folder.name)
        self.stdout_path = self.folder / f"{name}.out"
        self.stderr_path = self.folder / f"{name}.err"
        with open(self.stdout_path, "wb") as out, open(self.stderr_path, "wb") as err:
            self.child = subprocess.Popen(
                [str(word) for word in command],
                stdin=stdin,
                stdout=out,
                stderr=err,
                env=environment(**variables),
            )
        test.addCleanup(folder.cleanup)
        test.addCleanup(self.end)

    def poll(self):
        return self.child.poll()

    @property
    def returncode(self):
        return self.child.returncode

    def stdout(self):
        return self.stdout_path.read_text(encoding="utf-8", errors="replace")

    def stderr(self):
        return self.stderr_path.read_text(encoding="utf-8", errors="replace")

    def stop(self, number=signal.SIGINT, patience=PATIENCE):
        """Asks it to end and gives its exit code."""
        self.child.send_signal(number)
        return self.child.wait(timeout=patience)

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()


class Engine(Process):
    """`vigil run`, answering on a port of its own."""

    def __init__(self, test, *arguments, listen=True, port=None, **variables):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [VIGIL, "run", *arguments]
        if listen:
            command += ["--listen", f"127.0.0.1:{self.port}"]
        super().__init__(test, "vigil", command, **variables)

    def wait_until_ready(self):
        def ready():
            answer = reachable(f"{self.url}/ready")
            return answer is not None and answer.status == 200

        try:
            wait_for("/ready answers 200", ready, alive=self)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.stderr()[-2000:]}\n{self.stdout()[-2000:]}") from None
        return self

    def metrics(self):
        return Metrics(get(f"{self.url}/metrics").text)


PROMETHEUS_CONFIG = """\
global:
  scrape_interval: 1s
  scrape_timeout: 900ms
"""
PROMETHEUS_SCRAPES = """\
scrape_configs:
  - job_name: vigil
    static_configs:
      - targets: ["127.0.0.1:{port}"]
"""
# Within that job: series are called what the engine calls them.
NO_LABELS_OF_SCRAPES = """\
    metric_relabel_configs:
      - {action: labeldrop, regex: instance|job}
"""


class Prometheus(Process):
    """The packaged Prometheus on loopback, with these rule files, scraping one engine every second or, without a
    port, nothing."""

    def __init__(self, test, target_port, *flags, rule_files=(), global_config="", job_config=""):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        test.addCleanup(folder.cleanup)
        config = Path(folder.name) / "prometheus.yml"
        text = PROMETHEUS_CONFIG + global_config
        if target_port is not None:
            text += PROMETHEUS_SCRAPES.format(port=target_port) + job_config
        text += f"rule_files: {json.dumps([str(file) for file in rule_files])}\n"
        config.write_text(text, encoding="utf-8")
        self.port = port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(
            test,
            "prometheus",
            [
                shutil.which("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder.name}/data",
                f"--web.listen-address=127.0.0.1:{port}",
                *flags,
            ],
        )
        wait_for("Prometheus is ready", lambda: getattr(reachable(f"{self.url}/-/ready"), "status", 0) == 200, alive=self)

    def api(self, path, **parameters):
        answer = get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}").json()
        if answer["status"] != "success":
            raise AssertionError(answer)
        return answer["data"]

    def query(self, expression):
        """The values of an instant query."""
        return [float(sample["value"][1]) for sample in self.api("query", query=expression)["result"]]


SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


class Metrics:
    """A text exposition: `types` and `helps` by family, `samples` as [(name, labels, value)]."""

    def __init__(self, text):
        self.types, self.helps, self.samples = {}, {}, []
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line[len("# TYPE ") :].split(" ", 1)
                self.types[name] = kind
            elif line.startswith("# HELP "):
                name, _, words = line[len("# HELP ") :].partition(" ")
                self.helps[name] = words
            elif line and not line.startswith("#"):
                match = SAMPLE.match(line)
                if not match:
                    raise AssertionError(f"not a sample: {line!r}")
                labels = dict(LABEL.findall(match.group(2) or ""))
                self.samples.append((match.group(1), labels, float(match.group(3))))

    def select(self, name, **labels):
        """Values of the series of that name with (at least) these labels."""
        return [value for each, own, value in self.samples if each == name and labels.items() <= own.items()]

    def total(self, name, **labels):
        return sum(self.select(name, **labels))


def market_data():
    """The folder with real market data, or None."""
    folder = os.environ.get("VIGIL_MARKET_DATA")
    return Path(folder) if folder and Path(folder).is_dir() else None


def needs_market_data(function):
    reason = "VIGIL_MARKET_DATA names no folder with real market data; replays of real days were NOT tested"
    return unittest.skipIf(market_data() is None, reason)(function)
