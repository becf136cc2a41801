"""Models at work in the engine: signals become orders, a broken model gives none, and the journal keeps what they said."""

import json
import signal
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Engine, get, vigil, wait_for

NAME = "synthetic-1s"


class Models(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.good = (ROOT / "configs" / "models" / f"{NAME}.json").read_text(encoding="utf-8")
        self.model = self.folder / "model.json"
        self.model.write_text(self.good, encoding="utf-8")
        text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        for before, after in (
            ("file: built-in", f"file: {self.model.name}"),
            ("least_confidence: high", "least_confidence: low"),
        ):
            self.assertEqual(text.count(before), 1, before)
            text = text.replace(before, after)
        self.config = self.folder / "engine.yaml"
        self.config.write_text(text, encoding="utf-8")
        self.data = self.folder / "data"

    def start(self):
        return Engine(self, "--config", self.config, "--data", self.data).wait_until_ready()

    def value(self, engine, name, **labels):
        return engine.metrics().total(name, **labels)

    def predictions(self, engine):
        return self.value(engine, "ml_predictions_total", model_name=NAME, outcome="pending")

    def model_of(self, engine):
        return get(f"{engine.url}/api/models").json()["models"][0]

    def bridge(self, engine):
        components = get(f"{engine.url}/ready").json()["components"]
        return next(component for component in components if component["name"] == "signal_bridge")

    def records(self, kind):
        run = vigil("journal", "dump", "--type", kind, self.data)
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def test_signals_become_orders_and_are_in_the_journal(self):
        engine = self.start()
        followed = lambda: any(order["strategy"] == "model-shares" for order in get(f"{engine.url}/api/orders").json()["orders"])
        wait_for("the strategy has followed a signal", followed, alive=engine)
        self.assertEqual(self.bridge(engine)["state"], "healthy")
        judged = lambda: self.model_of(engine)["predictions"]["correct"] > 0
        wait_for("a prediction was right", judged, alive=engine)
        model = self.model_of(engine)
        self.assertTrue(model["is_on"])
        self.assertGreaterEqual(model["predictions"]["made"], sum(v for k, v in model["predictions"].items() if k in ("correct", "incorrect")))
        self.assertEqual([feature["feature"] for feature in model["features"]], json.loads(self.good)["features"])
        engine.end()  # killed
        said = self.records("signal")
        self.assertGreater(len(said), 0)
        self.assertEqual({record["symbol"] for record in said}, {"BOLT"})
        self.assertEqual({record["model"] for record in said}, {NAME})
        self.assertLessEqual({record["signal"] for record in said}, {"buy", "sell"})
        times = [record["quote_time"] for record in said]
        self.assertEqual(times, sorted(times))
        self.assertEqual(vigil("journal", "verify", self.data).returncode, 0)
        first, second = (self.folder / name for name in ("first.json", "second.json"))
        for report in (first, second):
            run = vigil("replay", "--journal", self.data, "--report", report)
            self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(first.read_bytes(), second.read_bytes())

        again = self.start()
        wait_for("signals go on", lambda: self.predictions(again) > 0, alive=again)

    def test_a_broken_model_gives_no_signals_until_it_is_mended(self):
        engine = self.start()
        wait_for("the model predicts", lambda: self.predictions(engine) > 0, alive=engine)
        self.model.write_text(self.good.replace('"weights"', '"wights"'), encoding="utf-8")
        engine.child.send_signal(signal.SIGHUP)
        wait_for("the bridge is down", lambda: self.bridge(engine)["state"] == "unhealthy", alive=engine)
        answer = get(f"{engine.url}/ready")
        self.assertEqual((answer.status, answer.json()["status"]), (200, "degraded"))
        wait_for(
            "the metric says so",
            lambda: self.value(engine, "component_up", component="signal_bridge") == 0,
            alive=engine,
        )
        errors = {"error_type": "model_load_failure", "model_name": NAME}
        self.assertEqual(self.value(engine, "signal_bridge_inference_errors_total", **errors), 1)
        before = self.predictions(engine)
        quotes = lambda: self.value(engine, "market_data_messages_processed_total", symbol="BOLT")
        seen = quotes()
        wait_for("quotes come", lambda: quotes() > seen + 100, alive=engine)
        self.assertEqual(self.predictions(engine), before)
        self.assertIn("wights", engine.stdout())
        model = self.model_of(engine)
        self.assertFalse(model["is_on"])
        self.assertIn("wights", model["reason"])

        self.model.write_text(self.good, encoding="utf-8")
        engine.child.send_signal(signal.SIGHUP)
        wait_for("the bridge is up", lambda: self.bridge(engine)["state"] == "healthy", alive=engine)
        wait_for("the model predicts again", lambda: self.predictions(engine) > before, alive=engine)

    def test_an_engine_whose_model_is_missing_trades_without_it(self):
        self.model.unlink()
        engine = self.start()
        self.assertEqual(self.bridge(engine)["state"], "unhealthy")
        wait_for("it trades", lambda: get(f"{engine.url}/api/orders").json()["orders"], alive=engine)
        self.assertEqual(self.predictions(engine), 0)


if __name__ == "__main__":
    unittest.main()
