"""Rules that the core judges at every change: `vigil run` acts and tells between two evaluations of a group."""

import json
import unittest

from support import ROOT, Engine, get, vigil, wait_for
from test_alerting import post
from test_delivery import temporary_folder

# Nothing but a watch can find what happens between two evaluations of a group that has one an hour.
RULES = """\
groups:
  - name: hourly
    interval: 1h
    rules:
      - alert: NotActive
        expr: risk_trading_state{state="active"} == 0
        labels: {severity: critical, action: "disable_strategy:momentum-shares"}
        annotations: {summary: "trading is not active"}
      - alert: Rejects
        expr: rate(order_processing_total[1m]) > 1e9
"""


class Watches(unittest.TestCase):
    def setUp(self):
        self.folder = temporary_folder(self)
        self.rules = self.folder / "rules.yml"
        self.rules.write_text(RULES, encoding="utf-8")
        self.config = self.folder / "engine.yaml"
        text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        self.config.write_text(text + "\nrules: {files: [rules.yml]}\n", encoding="utf-8")

    def rule(self, engine, name):
        groups = get(f"{engine.url}/api/v1/rules").json()["data"]["groups"]
        return next(rule for group in groups for rule in group["rules"] if rule["name"] == name)

    def test_a_watched_rule_fires_and_acts_between_evaluations_of_its_group(self):
        engine = Engine(self, "--config", self.config).wait_until_ready()
        wait_for("the core has the watches", lambda: engine.metrics().total("monitoring_watches") == 1)
        self.assertEqual(self.rule(engine, "NotActive")["watch"], {"active": True, "alerts": 1})
        self.assertEqual(self.rule(engine, "NotActive")["state"], "inactive")
        evaluated = self.rule(engine, "NotActive")["lastEvaluation"]

        self.assertEqual(post(f"{engine.url}/api/control/reduce").status, 200)
        wait_for("the alert fires", lambda: self.rule(engine, "NotActive")["state"] == "firing")
        self.assertEqual(self.rule(engine, "NotActive")["lastEvaluation"], evaluated)
        alert = self.rule(engine, "NotActive")["alerts"][0]
        self.assertEqual(alert["annotations"], {"summary": "trading is not active"})
        self.assertEqual(alert["value"], "0e+00")
        wait_for("the action is noted", lambda: engine.metrics().total("monitoring_alert_actions_total", result="done") == 1)
        metrics = engine.metrics()
        self.assertEqual(metrics.total("monitoring_watch_crossings_total"), 1)
        self.assertEqual(metrics.total("monitoring_alert_actions_total", action="disable_strategy", result="done"), 1)
        self.assertEqual(metrics.total("monitoring_alert_action_latched", action="disable_strategy"), 1)
        self.assertEqual(metrics.total("engine_control_commands_total", command="disable_strategy"), 1)

        in_force = get(f"{engine.url}/api/alerts/actions").json()["in_force"]
        self.assertEqual([(each["action"], each["target"], each["alert"]) for each in in_force],
                         [("disable_strategy", "momentum-shares", "NotActive")])

        # While it fires, a condition that comes and goes is not told again.
        self.assertEqual(post(f"{engine.url}/api/control/resume").status, 200)
        self.assertEqual(post(f"{engine.url}/api/control/reduce").status, 200)
        self.assertEqual(engine.metrics().total("monitoring_watch_crossings_total"), 1)
        self.assertEqual(post(f"{engine.url}/api/control/enable_strategy?name=momentum-shares").status, 200)
        self.assertEqual(get(f"{engine.url}/api/alerts/actions").json(), {"in_force": []})
        engine.stop()
        told = [json.loads(line)["fields"] for line in engine.stdout().splitlines()]
        names = [(entry["message"], entry.get("command", entry.get("alert"))) for entry in told]
        acted = names.index(("Control command", "disable_strategy"))
        self.assertLess(acted, names.index(("Alert fires", "NotActive")))

    def test_what_an_alert_that_has_ended_stopped_stays_stopped_after_a_kill(self):
        data = self.folder / "data"
        engine = Engine(self, "--config", self.config, "--data", data).wait_until_ready()
        wait_for("the core has the watches", lambda: engine.metrics().total("monitoring_watches") == 1)
        self.assertEqual(post(f"{engine.url}/api/control/reduce").status, 200)
        wait_for("the strategy is disabled", lambda: get(f"{engine.url}/api/alerts/actions").json()["in_force"])
        in_force = get(f"{engine.url}/api/alerts/actions").json()
        self.assertEqual(post(f"{engine.url}/api/control/resume").status, 200)
        self.rules.write_text("groups: []\n", encoding="utf-8")  # nothing fires any more
        engine.end()  # kill -9

        engine = Engine(self, "--config", self.config, "--data", data).wait_until_ready()
        self.assertEqual(get(f"{engine.url}/api/alerts/actions").json(), in_force)
        self.assertEqual(engine.metrics().total("risk_strategy_enabled", strategy="momentum-shares"), 0)
        self.assertEqual(engine.metrics().total("monitoring_alert_action_latched", action="disable_strategy"), 1)
        self.assertEqual(post(f"{engine.url}/api/control/enable_strategy?name=momentum-shares").status, 200)
        engine.end()

        engine = Engine(self, "--config", self.config, "--data", data).wait_until_ready()
        self.assertEqual(get(f"{engine.url}/api/alerts/actions").json(), {"in_force": []})

    def test_a_changed_rule_file_changes_the_watches(self):
        engine = Engine(self, "--config", self.config).wait_until_ready()
        wait_for("the core has the watches", lambda: engine.metrics().total("monitoring_watches") == 1)
        self.rules.write_text(RULES.replace('{state="active"} == 0', "> 1e9"), encoding="utf-8")
        self.assertEqual(post(f"{engine.url}/api/control/reload_limits").status, 200)
        wait_for("a watch for each state", lambda: engine.metrics().total("monitoring_watches") == 3)

    def test_rules_check_says_what_is_watched_and_what_is_in_the_way(self):
        found = vigil("rules", "check", "-v", self.rules)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("watched: judged at every change", found.stdout)
        self.assertIn("not watched: uses rate()", found.stdout)

    def test_peaks_are_of_gauges_that_the_engine_has(self):
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text + "\nhistory: {peaks: [trading_daily_pnl]}\n", encoding="utf-8")
        found = vigil("config", "check", self.config)
        self.assertEqual(found.returncode, 1)
        self.assertIn('history.peaks: must name gauges that `vigil metrics` lists, named "trading_daily_pnl"', found.stderr)


if __name__ == "__main__":
    unittest.main()
