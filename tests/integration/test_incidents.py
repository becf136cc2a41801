"""The black box: what the engine keeps of a halt and of a crash."""

import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Engine, get, wait_for

DEFAULT = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")


class Incidents(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vigil-incidents-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.config = self.folder / "engine.yaml"
        self.config.write_text(DEFAULT + "\nincidents: {before: 20s, after: 1s}\n", encoding="utf-8")

    def engine(self):
        return Engine(self, "--data", self.folder / "data", "--config", self.config).wait_until_ready()

    @staticmethod
    def listed(engine):
        return [each["id"] for each in get(f"{engine.url}/api/incidents").json()["incidents"]]

    def bundle(self, engine, kind):
        def found():
            return next((each for each in self.listed(engine) if each.endswith(kind)), None)

        wait_for(f"an incident of kind {kind}", found, alive=engine)
        return get(f"{engine.url}/api/incidents/{found()}").json()

    def test_a_halt_and_a_crash(self):
        engine = self.engine()
        wait_for("a fill", lambda: '"message":"Order filled"' in engine.stdout(), alive=engine)
        self.assertFalse([each for each in self.listed(engine) if each.endswith("halt")])
        self.assertEqual(get(f"{engine.url}/api/control/halt", method="POST").status, 200)
        halt = self.bundle(engine, "halt")
        engine.stop(signal.SIGKILL)
        self.assertEqual(halt["triggers"][0]["what"], "operator")
        self.assertEqual(halt["state"]["trading_state"], "halted")
        self.assertEqual(halt["views"]["risk"]["trading_state"], "halted")
        self.assertIn("control", {each["type"] for each in halt["events"]})
        self.assertGreater(len(halt["quotes"]), 10)
        self.assertTrue(any("sent" in each["stages"] for each in halt["traces"]))
        self.assertIn("Order filled", {each["fields"]["message"] for each in halt["log"]})
        self.assertIn("risk_trading_state", {each["labels"]["__name__"] for each in halt["metrics"]})
        self.assertEqual(halt["notes"], [])

        engine = self.engine()
        crash = self.bundle(engine, "crash")
        self.assertEqual(crash["state"]["trading_state"], "halted")
        self.assertEqual(crash["triggers"][0]["time"], crash["to"])
        self.assertIn(halt["id"], self.listed(engine))
        for wrong in ("nothing", "20260101T000000.000Z-halt", "..%2f..%2fetc%2fpasswd"):
            self.assertEqual(get(f"{engine.url}/api/incidents/{wrong}").status, 404)
        self.assertGreater(engine.metrics().total("engine_incident_bundles_total"), 0)


if __name__ == "__main__":
    unittest.main()
