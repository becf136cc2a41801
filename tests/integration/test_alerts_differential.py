"""The engine's alerts against those of a real Prometheus 2.42 that scrapes it: the same rules, over a run in which things go wrong."""

import re
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Engine, Prometheus, get, wait_for
from test_alerting import post

# Rules whose condition is a state that the script sets, with every way from one state to the next. Where there is nothing to
# compare, the engine keeps an alert unless told otherwise, and Prometheus ends it.
RULES = """\
groups:
  - name: script
    interval: 1s
    rules:
      - {alert: Halted, expr: 'execution_trading_halted == 1', for: 2s, labels: {severity: critical}}
      - {alert: HaltedForLong, expr: 'max(execution_trading_halted) == 1', for: 10m}
      - {alert: HaltedAtOnce, expr: 'sum by (state) (risk_trading_state{state!="active"}) > 0', labels: {level: '{{ $labels.state }} {{ $value }}'}}
      - {alert: HaltedOverAlerts, expr: 'count(ALERTS{alertname="Halted", alertstate="firing"}) > 0', annotations: {vigil_no_data: clear}}
      - {alert: KillSwitch, expr: 'risk_kill_switch_engaged > 0', for: 2s, keep_firing_for: 3s, labels: {of: '{{ $labels.level }}'}}
      - {alert: VenuePaused, expr: 'risk_venue_paused == 1 unless on (exchange) exchange_connected == 0', for: 1s}
      - {alert: VenueDown, expr: 'exchange_connected == 0', for: 2s, labels: {severity: info}}
      - {alert: StrategyDisabled, expr: 'risk_strategy_enabled < 1', for: 0s, keep_firing_for: 2s}
      - {alert: Recorded, expr: 'script:strategies:enabled / count(risk_strategy_enabled) < 1', for: 1s}
      - {record: 'script:strategies:enabled', expr: 'sum(risk_strategy_enabled)'}
      - {alert: Commands, expr: 'sum by (command) (increase(engine_control_commands_total{command=~"halt|resume|kill"}[10m])) > 0 and on () vector(time()) > 0'}
      - {alert: Never, expr: 'execution_trading_halted > 5'}
"""

CONFIG = """
rules: {files: [alerts.yml, script.yml]}
query: {ranges: closed}
"""
DOWN = "  - {name: SIM-D, healthy_at_start: false}\n\nrouter:\n"

# What a scrape adds.
OF_SCRAPES = ("instance", "job")
# Of what the engine adds to rules: to Prometheus these are texts without a meaning.
OWN_CONDITIONS = ("vigil_exit_threshold", "vigil_minimum_samples")
# Of how long something took on this machine. The two sample it at other moments, so that near its threshold such a rule
# says one thing here and the other there, for as long as the machine is busy.
OF_DURATIONS = "_seconds_bucket"


def quick(text):
    """The rules that ship, judged each second; what must last for a while lasts two seconds."""
    text = re.sub(r"^(  interval: ).*", r"\g<1>1s", text, flags=re.MULTILINE)
    return re.sub(r"^(    for: )[1-9].*", r"\g<1>2s", text, flags=re.MULTILINE)


def states(alerts):
    """{(name, labels): state}"""
    found = {}
    for alert in alerts:
        labels = {name: text for name, text in alert["labels"].items() if name not in (*OF_SCRAPES, "alertname")}
        found[(alert["labels"]["alertname"], tuple(sorted(labels.items())))] = alert["state"]
    return found


def without_what_passes(path):
    """A second of pending before it fires may pass unseen on a busy machine."""
    return [state for state, following in zip(path, path[1:] + [""]) if (state, following) != ("pending", "firing")]


class BothTellAlike(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
        cls.addClassCleanup(folder.cleanup)
        owner = unittest.TestCase()
        cls.addClassCleanup(owner.doCleanups)
        files = [Path(folder.name) / name for name in ("alerts.yml", "script.yml")]
        files[0].write_text(quick((ROOT / "configs" / "alerts.yml").read_text(encoding="utf-8")), encoding="utf-8")
        files[1].write_text(RULES, encoding="utf-8")
        text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        assert text.count("\nrouter:\n") == 1
        config = Path(folder.name) / "engine.yaml"
        config.write_text(text.replace("\nrouter:\n", DOWN) + CONFIG, encoding="utf-8")
        cls.engine = Engine(owner, "--config", config).wait_until_ready()
        cls.prometheus = Prometheus(owner, cls.engine.port, rule_files=files)
        groups = get(f"{cls.engine.url}/api/v1/rules").json()["data"]["groups"]
        cls.left_out = {rule["name"] for group in groups for rule in group["rules"] if rule["type"] == "alerting" and (rule["annotations"].keys() & set(OWN_CONDITIONS) or OF_DURATIONS in rule["query"])}
        cls.rules = sum(len(group["rules"]) for group in groups)

    def setUp(self):
        self.paths = ({}, {})

    def look(self):
        """The alerts of both now; remembers through which states each went."""
        now = (states(get(f"{self.engine.url}/api/v1/alerts").json()["data"]["alerts"]), states(self.prometheus.api("alerts")["alerts"]))
        for seen, path in zip(now, self.paths):
            for key in seen.keys() | path.keys():
                state = seen.get(key, "inactive")
                if path.setdefault(key, ["inactive"])[-1] != state:
                    path[key].append(state)
        return now

    def command(self, path):
        self.assertEqual(post(f"{self.engine.url}/api/control/{path}").status, 200, path)

    def until(self, what, *expected):
        """Both have all of these (name, state), none of those with the state `inactive`, and agree in all."""
        last = [None, None]

        def agreed():
            last[:] = ({key: state for key, state in each.items() if key[0] not in self.left_out} for each in self.look())
            found = {(name, state) for (name, _), state in last[0].items()}
            names = {name for name, _ in found}
            has_all = all(name not in names if state == "inactive" else (name, state) in found for name, state in expected)
            return has_all and last[0] == last[1]

        try:
            wait_for(what, agreed, alive=self.engine)
        except AssertionError as error:
            ours, theirs = (set(each.items()) for each in last)
            raise AssertionError(f"{error}\nexpected {expected}\nonly the engine: {sorted(ours - theirs)}\nonly Prometheus: {sorted(theirs - ours)}\nboth: {sorted(ours & theirs)}") from None

    def test_over_a_run_in_which_things_go_wrong(self):
        self.until("a venue is down", ("VenueDown", "firing"), ("LPDisconnected", "firing"), ("Halted", "inactive"), ("KillSwitch", "inactive"))
        for command in ("kill?level=strategy&name=momentum-coin", "disable_strategy?name=momentum-shares", "pause_venue?name=SIM-A", "halt"):
            self.command(command)
        self.until(
            "all is wrong",
            ("Halted", "firing"),
            ("HaltedForLong", "pending"),
            ("HaltedAtOnce", "firing"),
            ("HaltedOverAlerts", "firing"),
            ("KillSwitch", "firing"),
            ("VenuePaused", "firing"),
            ("StrategyDisabled", "firing"),
            ("Recorded", "firing"),
            ("Never", "inactive"),
        )
        for command in ("resume", "release?level=strategy&name=momentum-coin", "enable_strategy?name=momentum-shares", "resume_venue?name=SIM-A"):
            self.command(command)
        gone = ("Halted", "HaltedForLong", "HaltedAtOnce", "HaltedOverAlerts", "KillSwitch", "VenuePaused", "StrategyDisabled", "Recorded")
        self.until("all is well", ("VenueDown", "firing"), *((name, "inactive") for name in gone))

        scripted = set(re.findall(r"alert: (\w+)", RULES))
        ours, theirs = ({key: without_what_passes(path) for key, path in paths.items() if key[0] in scripted} for paths in self.paths)
        self.assertEqual(ours, theirs)
        self.assertGreater(len(ours), len(scripted))
        print(f"{self.rules} rules, {len(self.paths[0])} alerts", flush=True)
