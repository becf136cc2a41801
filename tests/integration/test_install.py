"""The monitoring library installed into a fresh prefix: the example builds against it and is scraped."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import ROOT, VIGIL, Metrics, free_port, get, reachable, wait_for


class Install(unittest.TestCase):
    def run_or_fail(self, *command):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, errors="backslashreplace", timeout=600)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")

    def test_an_example_builds_against_an_installed_library_and_is_scraped(self):
        for tool in ("cmake", "ninja"):
            self.assertIsNotNone(shutil.which(tool), f"{tool} must be installed")
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        prefix, build, source = Path(folder.name) / "prefix", Path(folder.name) / "build", Path(folder.name) / "source"
        self.run_or_fail("cmake", "--install", VIGIL.resolve().parent, "--prefix", prefix, "--component", "monitoring")
        headers = {path.relative_to(prefix) for path in prefix.glob("include/**/*") if path.is_file()}
        self.assertIn(Path("include/vigil/monitoring/metrics/registry.h"), headers)
        self.assertEqual({path.suffix for path in headers}, {".h"})

        # A copy, so that nothing of the repository is found by chance.
        shutil.copytree(ROOT / "examples" / "checksum_worker", source)
        self.run_or_fail("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
        self.run_or_fail("cmake", "--build", build)

        port = free_port()
        url = f"http://127.0.0.1:{port}/metrics"
        worker = subprocess.Popen(
            [build / "checksum_worker", f"127.0.0.1:{port}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(worker.stdout.close)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        wait_for("the worker answers", lambda: reachable(url), alive=worker)
        empty = source / "empty"
        empty.touch()
        worker.stdin.write(f"{source / 'main.cpp'}\n{source / 'missing'}\n{empty}\n")
        worker.stdin.flush()
        worker.stdout.readline()
        self.assertEqual(worker.stdout.readline(), f"cbf29ce484222325 {empty}\n")

        metrics = Metrics(get(url).text)
        self.assertEqual(metrics.types["worker_file_duration_seconds"], "histogram")
        self.assertEqual(metrics.select("worker_files_total", result="ok"), [2])
        self.assertEqual(metrics.select("worker_files_total", result="unreadable"), [1])
        self.assertEqual(metrics.select("worker_bytes_total"), [os.path.getsize(source / "main.cpp")])
        self.assertEqual(metrics.select("worker_file_duration_seconds_count", result="ok"), [2])
        self.assertEqual(len(metrics.select("worker_file_duration_recent_seconds")), 2)
        worker.stdin.close()
        self.assertEqual(worker.wait(timeout=30), 0)
