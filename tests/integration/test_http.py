"""`vigil run` asks callers for credentials, by group of paths."""

import base64
import http.client
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Engine, get, vigil

AUTH = """\
http:
  auth:
    metrics: {{token: "file:{folder}/token"}}
    api: {{user: desk, password: "environment:VIGIL_TEST_PASSWORD"}}
    control: {{token: "environment:VIGIL_TEST_CONTROL"}}
"""
SECRETS = {"VIGIL_TEST_PASSWORD": "open:sesame", "VIGIL_TEST_CONTROL": "only for control"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class Folder:
    """A folder with a configuration that has this section for `http`, gone with the test."""

    def __init__(self, test, section):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        test.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        own = "http:\n  threads: 4\n"
        test.assertIn(own, text)
        self.config = self.path / "engine.yaml"
        self.config.write_text(text.replace(own, section.format(folder=folder.name)), encoding="utf-8")


class Authentication(unittest.TestCase):
    def post(self, engine, path, headers):
        connection = http.client.HTTPConnection("127.0.0.1", engine.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("POST", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status

    def test_each_group_of_paths_takes_its_own_credentials(self):
        folder = Folder(self, AUTH)
        (folder.path / "token").write_text("scrape-me\n", encoding="utf-8")
        engine = Engine(self, "--config", folder.config, **SECRETS).wait_until_ready()

        def status(path, headers=None):
            return get(engine.url + path, headers=headers).status

        scraper, desk, control = bearer("scrape-me"), basic("desk", "open:sesame"), bearer("only for control")
        self.assertEqual(status("/health"), 200)
        self.assertEqual([status("/metrics", each) for each in (None, scraper, desk, control)], [401, 200, 401, 401])
        self.assertEqual([status("/api/status", each) for each in (None, scraper, desk, control)], [401, 401, 200, 401])
        self.assertEqual([status("/no/such", each) for each in (None, desk)], [401, 404])
        self.assertEqual([status("/api/control/halt", each) for each in (None, control)], [401, 405])
        posts = [self.post(engine, "/api/control/halt", each) for each in ({}, scraper, desk, bearer("wrong"), control)]
        self.assertEqual(posts[:4], [401] * 4)
        self.assertNotIn(posts[4], (401, 403))

        refused = get(engine.url + "/api/orders")
        self.assertEqual(refused.headers["WWW-Authenticate"], 'Basic realm="vigil", charset="UTF-8"')
        self.assertEqual(refused.json()["errorType"], "unauthorized")
        self.assertEqual(engine.stop(), 0)
        for secret in ("scrape-me", "open:sesame", "only for control"):
            self.assertNotIn(secret, engine.stdout() + engine.stderr())

    def test_the_shown_configuration_has_no_secret(self):
        folder = Folder(self, AUTH)
        (folder.path / "token").write_text("scrape-me\n", encoding="utf-8")
        shown = vigil("config", "show", folder.config, **SECRETS)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(f"file:{folder.path}/token", shown.stdout)
        for secret in ("scrape-me", "open:sesame", "only for control"):
            self.assertNotIn(secret, shown.stdout)

    def test_a_missing_secret_stops_the_start(self):
        folder = Folder(self, AUTH)
        result = vigil("run", "--config", folder.config, **SECRETS)
        self.assertNotEqual(result.returncode, 0)
        fault = f"http.auth.metrics.token: must name a file that can be read, was {folder.path}/token"
        self.assertIn(fault, result.stderr)


if __name__ == "__main__":
    unittest.main()
