"""Delivery of alerts: a real Alertmanager and webhooks that fail at random get each alert, over kills of either side."""

import hashlib
import hmac
import json
import random
import shutil
import ssl
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import support
from support import Process, free_port, get, reachable, wait_for
from test_tls import make_certificate

DRIVER = support.VIGIL.parent / "tests" / "delivery_driver"

ALERTMANAGER_CONFIG = """\
route:
  receiver: desk
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 200ms
  repeat_interval: 1h
receivers:
  - name: desk
    webhook_configs:
      - url: {url}
        send_resolved: true
"""


def temporary_folder(test):
    folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


class Webhook:
    """Takes webhooks. Of each hundred requests it answers `failures` with 503 or 500, half of those after it took
    them; a key that it has seen is not taken again."""

    def __init__(self, test, failures=0, certificate=None, port=0):
        self.bodies, self.headers, self.keys, self.repeated = [], [], set(), 0
        self.lock = threading.Lock()
        chance = random.Random(20260131)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802 - the base class asks for this name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    luck = chance.randrange(100)
                    if luck >= failures / 2:
                        outer.take(self.headers, body)
                self.send_response(200 if luck >= failures else 500 if luck >= failures / 2 else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def take(self, headers, body):
        key = headers.get("Idempotency-Key")
        if key is not None and key in self.keys:
            self.repeated += 1
            return
        self.keys.add(key)
        self.headers.append(dict(headers))
        self.bodies.append(body)

    def notifications(self):
        with self.lock:
            return [json.loads(body) for body in self.bodies]

    def told(self):
        """{(alert's id, status): how often}"""
        counts = {}
        for notification in self.notifications():
            for alert in notification["alerts"]:
                key = (alert["labels"].get("id"), alert["status"])
                counts[key] = counts.get(key, 0) + 1
        return counts


class Alertmanager(Process):
    """The packaged Alertmanager on loopback."""

    def __init__(self, test, webhook_url, port=None):
        folder = temporary_folder(test)
        (folder / "alertmanager.yml").write_text(ALERTMANAGER_CONFIG.format(url=webhook_url), encoding="utf-8")
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(
            test,
            "alertmanager",
            [
                shutil.which("prometheus-alertmanager"),
                f"--config.file={folder / 'alertmanager.yml'}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
        )
        wait_for("Alertmanager is ready", lambda: getattr(reachable(f"{self.url}/-/ready"), "status", 0) == 200, alive=self)

    def active(self):
        """ids of the alerts that fire, each as often as it is listed."""
        return sorted(alert["labels"]["id"] for alert in get(f"{self.url}/api/v2/alerts").json())

    def groups(self):
        return {
            group["labels"]["alertname"]: len(group["alerts"]) for group in get(f"{self.url}/api/v2/alerts/groups").json()
        }


class Driver(Process):
    """Hands over alerts to the delivery in a process of its own."""

    def __init__(self, test, *arguments):
        super().__init__(test, "driver", [DRIVER, *arguments], stdin=subprocess.PIPE)
        test.addCleanup(self.child.stdin.close)
        wait_for("the driver is ready", lambda: self.stdout().startswith("ready"), alive=self)

    def say(self, *lines):
        for line in lines:
            self.child.stdin.write((json.dumps(line) + "\n").encode())
        self.child.stdin.flush()

    def finish(self):
        """Ends its input; what it says of its receivers."""
        self.child.stdin.close()
        if self.child.wait(timeout=60) != 0:
            raise AssertionError(self.stderr())
        return json.loads(self.stdout().splitlines()[-1])

    def kill(self):
        self.child.kill()
        self.child.wait()


def alert(number, name="Slow", resolved=False):
    labels = {"alertname": name, "id": f"{number:05}", "severity": "critical", "team": "trading"}
    return {"labels": labels, "annotations": {"summary": f"alert {number}"}, "resolved": resolved}


def ids(numbers):
    return [f"{number:05}" for number in numbers]


class Delivery(unittest.TestCase):
    def test_alerts_arrive_are_grouped_and_resolved(self):
        webhook = Webhook(self)
        alertmanager = Alertmanager(self, webhook.url)
        driver = Driver(self, "--alertmanager", alertmanager.url)
        driver.say(alert(1), alert(2), alert(3, name="Down"))
        wait_for("three alerts", lambda: alertmanager.active() == ids([1, 2, 3]), alive=alertmanager)
        self.assertEqual(alertmanager.groups(), {"Slow": 2, "Down": 1})
        wait_for("the desk is told", lambda: len(webhook.told()) == 3)

        driver.say(alert(1, resolved=True), alert(3, name="Down", resolved=True))
        wait_for("one alert", lambda: alertmanager.active() == ids([2]), alive=alertmanager)
        wait_for("the desk is told of the end", lambda: {("00001", "resolved"), ("00003", "resolved")} <= set(webhook.told()))
        ended = next(
            each
            for body in webhook.notifications()
            for each in body["alerts"]
            if (each["labels"]["id"], each["status"]) == ("00003", "resolved")
        )
        self.assertEqual(ended["annotations"], {"summary": "alert 3"})
        said = driver.finish()[f"alertmanager:127.0.0.1:{alertmanager.port}"]
        self.assertEqual((said["delivered"], said["failed"], said["waiting"]), (5, 0, 0))

    def test_nothing_is_lost_or_doubled_when_either_side_is_killed(self):
        webhook = Webhook(self)
        folder = temporary_folder(self)
        alertmanager = Alertmanager(self, webhook.url)
        arguments = ("--folder", folder, "--alertmanager", alertmanager.url)
        driver = Driver(self, *arguments)
        driver.say(*(alert(number) for number in range(100)))
        wait_for("the first alerts", lambda: alertmanager.active() == ids(range(100)), alive=alertmanager)

        # Killed while alerts are on their way: it forgets what it had, and hears of it when it is said again.
        driver.say(*(alert(number) for number in range(100, 300)))
        alertmanager.child.kill()
        alertmanager.child.wait()
        driver.say(*(alert(number) for number in range(300, 500)))
        driver.say(*(alert(number, resolved=True) for number in range(50)))
        wait_for("the last is on the disk", lambda: self.is_kept(folder, "00049", resolved=True), alive=driver)
        driver.kill()

        again = Alertmanager(self, webhook.url, alertmanager.port)
        driver = Driver(self, *arguments)
        wait_for("all that fires", lambda: again.active() == ids(range(50, 500)), alive=again)
        self.assertEqual(len(set(again.active())), 450)
        said = driver.finish()[f"alertmanager:127.0.0.1:{alertmanager.port}"]
        self.assertEqual((said["failed"], said["waiting"]), (0, 0))

    @staticmethod
    def is_kept(folder, alert_id, resolved):
        state = b'"resolved":true' if resolved else b'"resolved":false'
        records = (folder / "alerts.log").read_bytes().split(b"set")
        return any(alert_id.encode() in record and state in record for record in records)

    def test_a_webhook_is_signed_and_gets_groups(self):
        webhook = Webhook(self)
        driver = Driver(self, "--webhook", webhook.url, "--secret", "open sesame", "--group-wait-ms", "200")
        driver.say(alert(1), alert(2), alert(3, name="Down"))
        wait_for("two groups", lambda: len(webhook.notifications()) == 2, alive=driver)
        sizes = {body["groupLabels"]["alertname"]: len(body["alerts"]) for body in webhook.notifications()}
        self.assertEqual(sizes, {"Slow": 2, "Down": 1})
        for headers, body in zip(webhook.headers, webhook.bodies):
            signed = headers["X-Vigil-Timestamp"].encode() + b"." + body
            expected = "sha256=" + hmac.new(b"open sesame", signed, hashlib.sha256).hexdigest()
            self.assertEqual(headers["X-Vigil-Signature"], expected)
        self.assertEqual(driver.finish()["webhook"]["delivered"], 2)
        self.assertNotIn("sesame", driver.stdout() + driver.stderr())

    def test_a_webhook_over_tls_must_have_a_certificate_that_is_trusted(self):
        certificate = make_certificate(temporary_folder(self), "desk")
        webhook = Webhook(self, certificate=certificate)
        stranger = Driver(self, "--webhook", webhook.url)
        stranger.say(alert(1))
        wait_for("the refusal is told", lambda: "certificate" in stranger.stderr(), alive=stranger)
        said = stranger.finish()["webhook"]
        self.assertEqual((said["delivered"], said["waiting"]), (0, 1))
        self.assertEqual(webhook.notifications(), [])

        driver = Driver(self, "--webhook", webhook.url, "--ca-file", certificate[0])
        driver.say(alert(2))
        wait_for("the alert", lambda: webhook.told() == {("00002", "firing"): 1}, alive=driver)
        self.assertEqual(driver.finish()["webhook"]["delivered"], 1)

    def test_a_webhook_that_fails_at_random_gets_each_alert_once_over_a_kill(self):
        count = 1000
        webhook = Webhook(self, failures=30)
        folder = temporary_folder(self)
        arguments = ("--folder", folder, "--webhook", webhook.url)
        # Each alert is a group of its own.
        lines = [alert(number, name=f"A{number}") for number in range(count)]
        driver = Driver(self, *arguments)
        driver.say(*lines[: count // 2])
        wait_for("some are taken", lambda: len(webhook.told()) > count // 20, alive=driver)
        driver.kill()

        driver = Driver(self, *arguments)
        driver.say(*lines)  # a rule says again what fires
        wait_for("all are taken", lambda: len(webhook.told()) >= count, patience=120, alive=driver)
        self.assertEqual(driver.finish()["webhook"]["failed"], 0)
        told = webhook.told()
        self.assertEqual(sorted(told), sorted((each, "firing") for each in ids(range(count))))
        self.assertEqual(set(told.values()), {1})
        self.assertGreater(webhook.repeated, 0)


if __name__ == "__main__":
    unittest.main()
