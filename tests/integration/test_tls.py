"""`vigil run` on addresses with TLS."""

import contextlib
import http.client
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Engine, free_port, get, vigil, wait_for

LISTEN = "listen: 127.0.0.1:9464\n"
HTTP = "http:\n  threads: 4\n"


def make_certificate(folder, name):
    """A self-signed certificate for 127.0.0.1, NAME.pem, and its key, NAME.key."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    return certificate, key


def configured(folder, certificate, key, listen, more="", http=""):
    text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
    for own in (LISTEN, HTTP):
        assert own in text, f"configs/default.yaml has no {own!r}"
    tls = f"  tls: {{certificate: {certificate}, key: {key}{more}}}\n"
    text = text.replace(LISTEN, f"listen: {listen}\n").replace(HTTP, HTTP + tls + http)
    path = folder / "engine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def handshake(port, authority, version):
    """The version agreed on; None when the server refuses."""
    context = ssl.create_default_context(cafile=authority)
    context.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL's own default would refuse TLS 1.1 before the server can
    context.minimum_version = context.maximum_version = version
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
                return connection.version()
    except (ssl.SSLError, ConnectionError):
        return None


class Tls(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.certificate, self.key = make_certificate(self.folder, "first")

    def start(self, more="", http=""):
        """An engine on a plain address, which the tests ask whether it is ready, and one with TLS."""
        self.port, plain = free_port(), free_port()
        listen = f'["https://127.0.0.1:{self.port}", "127.0.0.1:{plain}"]'
        config = configured(self.folder, self.certificate, self.key, listen, more, http)
        return Engine(self, "--config", config, listen=False, port=plain).wait_until_ready()

    def fetch(self, path, authority):
        context = ssl.create_default_context(cafile=authority)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()

    def test_tls_12_and_13_are_spoken_and_older_ones_refused(self):
        engine = self.start()
        with self.subTest("TLS 1.1"):
            self.assertIsNone(handshake(self.port, self.certificate, ssl.TLSVersion.TLSv1_1))
        self.assertEqual(handshake(self.port, self.certificate, ssl.TLSVersion.TLSv1_2), "TLSv1.2")
        self.assertEqual(handshake(self.port, self.certificate, ssl.TLSVersion.TLSv1_3), "TLSv1.3")
        status, text = self.fetch("/metrics", self.certificate)
        self.assertEqual(status, 200)
        self.assertIn("http_requests_total", text)
        dropped = lambda: engine.metrics().select("http_connections_dropped_total", reason="tls_handshake")
        wait_for("the refused handshake in the metrics", lambda: dropped() == [1])
        self.assertEqual(get(engine.url + "/health").status, 200)
        self.assertEqual(engine.stop(), 0)

    def test_a_minimum_of_13_refuses_12(self):
        self.start(', minimum_version: "1.3"')
        self.assertIsNone(handshake(self.port, self.certificate, ssl.TLSVersion.TLSv1_2))
        self.assertEqual(handshake(self.port, self.certificate, ssl.TLSVersion.TLSv1_3), "TLSv1.3")

    def test_plain_http_on_the_tls_address_gets_nothing_and_is_counted(self):
        engine = self.start()
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain:
            plain.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                self.assertNotIn(b"HTTP", plain.recv(4096))
        dropped = lambda: engine.metrics().select("http_connections_dropped_total", reason="tls_handshake")
        wait_for("the failed handshake in the metrics", lambda: dropped() == [1])

    def test_a_client_that_begins_no_handshake_is_dropped_and_others_are_served(self):
        engine = self.start(http="  request_timeout: 300ms\n")
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as silent:
            self.assertEqual(self.fetch("/health", self.certificate)[0], 200)
            self.assertEqual(silent.recv(1), b"")
        self.assertEqual(engine.metrics().select("http_connections_dropped_total", reason="slow_request"), [1])

    def test_requests_and_a_large_answer_go_through_one_connection(self):
        self.start()
        context = ssl.create_default_context(cafile=self.certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        self.addCleanup(connection.close)
        for path in ("/metrics", "/health", "/metrics"):
            connection.request("GET", path)
            response = connection.getresponse()
            self.assertEqual((response.status, response.getheader("Connection")), (200, "keep-alive"))
            self.assertEqual(len(response.read()), int(response.getheader("Content-Length")))
        connection.request("POST", "/no/such", body=b"y" * 60_000)  # which nobody reads
        self.assertEqual(connection.getresponse().status, 404)

    def test_sighup_takes_a_new_certificate_and_a_wrong_one_changes_nothing(self):
        engine = self.start()
        second, second_key = make_certificate(self.folder, "second")
        self.certificate.replace(self.folder / "old.pem")
        reloads = lambda: engine.metrics().select("config_last_reload_successful")
        second.replace(self.certificate)  # with the key of the first
        engine.child.send_signal(signal.SIGHUP)
        wait_for("the refusal", lambda: reloads() == [0])
        self.assertIn(f"http.tls.key: {self.key}: is not the key of the certificate in", engine.stderr())
        self.assertEqual(self.fetch("/health", self.folder / "old.pem")[0], 200)

        second_key.replace(self.key)
        engine.child.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: reloads() == [1])
        self.assertEqual(self.fetch("/health", self.certificate)[0], 200)
        with self.assertRaises(ssl.SSLError):
            self.fetch("/health", self.folder / "old.pem")

    def test_wrong_files_stop_the_start_and_are_named(self):
        _, other_key = make_certificate(self.folder, "other")
        missing = self.folder / "missing.key"
        for key, reason in [
            (other_key, f"is not the key of the certificate in {self.certificate}"),
            (self.certificate, "must hold a private key in PEM without a passphrase, found none"),
            (missing, "No such file or directory"),
        ]:
            config = configured(self.folder, self.certificate, key, "https://127.0.0.1:0")
            result = vigil("run", "--config", config, "--duration", "1s")
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(f"http.tls.key: {key}: {reason}", result.stderr)


if __name__ == "__main__":
    unittest.main()
