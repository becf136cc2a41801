"""`vigil run` tells of alerts: a real Alertmanager and a webhook hear of what rules find, over kills, silences and reloads."""

import datetime
import json
import unittest
import urllib.error
import urllib.parse
import urllib.request

from support import ROOT, Answer, Engine, free_port, get, vigil, wait_for
from test_delivery import Alertmanager, Webhook, temporary_folder

RULES = """\
groups:
  - name: connections
    interval: 1s
    rules:
      - alert: Connected
        expr: sum(exchange_connected) {comparison}
        labels: {{severity: critical, team: desk}}
        annotations: {{summary: "venues are connected"}}
"""
FIRES, RESTS = "> 0", "> 1000"

QUICK = {"group_wait": "0s", "group_interval": "100ms"}


def post(url, body=None):
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"}, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as response:
            return Answer(response.status, response.headers, response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())


class Setting:
    """A folder with a configuration, a rule file and a place for data; engines that run on them."""

    def __init__(self, test, alerting=None, comparison=FIRES):
        self.test = test
        self.folder = temporary_folder(test)
        self.config = self.folder / "engine.yaml"
        self.write_rules(comparison)
        self.write_config(alerting)

    def write_config(self, alerting):
        text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
        text += "\nrules: {files: [rules.yml]}\n"
        if alerting is not None:
            text += f"alerting: {json.dumps(alerting)}\n"
        self.config.write_text(text, encoding="utf-8")

    def write_rules(self, comparison):
        (self.folder / "rules.yml").write_text(RULES.format(comparison=comparison), encoding="utf-8")

    def start(self, keeps=True):
        data = ("--data", self.folder / "data") if keeps else ()
        return Engine(self.test, "--config", self.config, *data).wait_until_ready()


def hook(url):
    return {"receivers": [{"name": "hook", "kind": "webhook", "url": url}], "route": QUICK}


def statuses(webhook):
    """What the webhook was told of the alert, the oldest first."""
    return [alert["status"] for body in webhook.notifications() for alert in body["alerts"]]


def changes(engine, **parameters):
    return get(f"{engine.url}/api/alerts/history?{urllib.parse.urlencode(parameters)}").json()["changes"]


def silence(hours=1, **changed):
    now = datetime.datetime.now(datetime.timezone.utc)
    whole = {
        "matchers": [{"name": "alertname", "value": "Connected", "isRegex": False, "isEqual": True}],
        "startsAt": now.isoformat(),
        "endsAt": (now + datetime.timedelta(hours=hours)).isoformat(),
        "createdBy": "desk",
        "comment": "known",
    }
    return {**whole, **changed}


class Alerting(unittest.TestCase):
    def test_an_alertmanager_and_a_webhook_hear_of_an_alert_and_of_its_end(self):
        desk, webhook = Webhook(self), Webhook(self)
        alertmanager = Alertmanager(self, desk.url)
        setting = Setting(self, {"alertmanagers": [{"url": alertmanager.url}], **hook(webhook.url)})
        engine = setting.start()

        def listed():
            return get(f"{alertmanager.url}/api/v2/alerts").json()

        (alert,) = wait_for("the Alertmanager has it", listed, alive=engine)
        self.assertEqual(alert["labels"], {"alertname": "Connected", "severity": "critical", "team": "desk"})
        self.assertEqual(alert["annotations"], {"summary": "venues are connected"})
        expression = urllib.parse.quote_plus("sum(exchange_connected) > 0")
        self.assertEqual(alert["generatorURL"], f"{engine.url}/graph?g0.expr={expression}&g0.tab=1")
        wait_for("the webhook is told", lambda: statuses(webhook) == ["firing"], alive=engine)
        self.assertEqual(webhook.notifications()[0]["externalURL"], engine.url)

        setting.write_rules(RESTS)
        self.assertEqual(post(f"{engine.url}/api/control/reload_limits").status, 200)
        wait_for("the Alertmanager has it no more", lambda: not listed(), alive=engine)
        wait_for("the webhook is told of the end", lambda: statuses(webhook) == ["firing", "resolved"], alive=engine)

        told = {f"alertmanager:127.0.0.1:{alertmanager.port}", "hook"}

        def noted():
            found = changes(engine)
            return found if all({each["receiver"] for each in change["notified"]} == told for change in found) else None

        resolved, fired = wait_for("the history knows who was told", noted, alive=engine)
        self.assertEqual((resolved["state"], fired["state"]), ("resolved", "firing"))
        self.assertEqual(fired["alertname"], "Connected")
        self.assertEqual(fired["annotations"], alert["annotations"])
        self.assertEqual({each["result"] for each in resolved["notified"] + fired["notified"]}, {"success"})
        self.assertEqual(changes(engine, state="firing"), [fired])
        self.assertEqual(changes(engine, limit=1), [resolved])
        self.assertEqual(changes(engine, name="Other"), [])
        self.assertEqual(changes(engine, to=fired["time"]), [fired])
        metrics = engine.metrics()
        self.assertEqual(metrics.total("monitoring_alert_notifications_total", channel="hook", result="success"), 2)
        self.assertEqual(engine.stop(), 0)

        again = setting.start()
        self.assertEqual(changes(again), [resolved, fired])

    def test_what_a_killed_engine_did_not_get_to_tell_is_told_once_after_its_restart(self):
        port = free_port()
        setting = Setting(self, hook(f"http://127.0.0.1:{port}/"))
        engine = setting.start()

        def waiting():
            return engine.metrics().total("monitoring_alert_delivery_retries_total", channel="hook")

        wait_for("nobody takes the notification", waiting, alive=engine)
        engine.end()  # kill -9
        webhook = Webhook(self, port=port)
        engine = setting.start()
        wait_for("the webhook is told", lambda: statuses(webhook), alive=engine)

        def heard_again():
            return engine.metrics().total("monitoring_alerts_suppressed_total", reason="duplicate")

        wait_for("the rule says so again", heard_again, alive=engine)
        self.assertEqual(engine.stop(), 0)
        self.assertEqual(statuses(webhook), ["firing"])
        self.assertEqual(len(webhook.keys), 1)

    def test_a_silence_keeps_the_webhook_quiet_until_it_is_expired(self):
        webhook = Webhook(self)
        setting = Setting(self, hook(webhook.url), comparison=RESTS)
        engine = setting.start()
        answer = post(f"{engine.url}/api/control/silence", silence())
        self.assertEqual(answer.status, 200, answer.text)
        name = answer.json()["silenceID"]
        (shown,) = get(f"{engine.url}/api/silences").json()
        self.assertEqual((shown["id"], shown["status"], shown["createdBy"]), (name, {"state": "active"}, "desk"))

        setting.write_rules(FIRES)
        self.assertEqual(post(f"{engine.url}/api/control/reload_limits").status, 200)

        def kept_back():
            return engine.metrics().total("monitoring_alerts_suppressed_total", reason="silenced")

        wait_for("the alert is silenced", kept_back, alive=engine)
        self.assertEqual([each["state"] for each in changes(engine)], ["firing"])
        (alert,) = get(f"{engine.url}/api/alerts").json()["alerts"]
        self.assertEqual((alert["state"], alert["value"], alert["muted"]), ("firing", "3", "silenced"))
        self.assertEqual(webhook.notifications(), [])

        self.assertEqual(post(f"{engine.url}/api/control/expire_silence?id={name}").status, 200)
        wait_for("the webhook is told", lambda: statuses(webhook) == ["firing"], alive=engine)
        (alert,) = get(f"{engine.url}/api/alerts").json()["alerts"]
        self.assertEqual(alert["muted"], "none")
        (shown,) = get(f"{engine.url}/api/silences").json()
        self.assertEqual(shown["status"], {"state": "expired"})
        self.assertEqual(post(f"{engine.url}/api/control/expire_silence?id={name}").status, 404)

        self.assertEqual(engine.stop(), 0)
        entries = [json.loads(line)["fields"] for line in engine.stdout().splitlines()]
        commands = [entry for entry in entries if entry["message"] == "Control command" and "silence" in entry]
        self.assertEqual([entry["command"] for entry in commands], ["silence", "expire_silence"])
        self.assertEqual({entry["silence"] for entry in commands}, {name})
        self.assertEqual(commands[0]["created_by"], "desk")
        self.assertEqual(commands[0]["matchers"], '{alertname="Connected"}')

    def test_the_log_is_told_where_nothing_else_is_configured(self):
        engine = Setting(self).start()
        wait_for("the log has it", lambda: '"message":"Alerts fire"' in engine.stdout(), alive=engine)
        self.assertEqual(engine.stop(), 0)
        entries = [json.loads(line)["fields"] for line in engine.stdout().splitlines()]
        (told,) = [entry for entry in entries if entry["message"] == "Alerts fire"]
        self.assertEqual(told["severity"], "critical")
        self.assertIn("Connected", told["text"])

    def test_wrong_requests_say_what_is_wrong(self):
        engine = Setting(self, comparison=RESTS).start()
        for query, part in (
            ("state=loud", "must be pending, firing or resolved"),
            ("limit=0", "must be 1 to 1000"),
            ("limit=1001", "must be 1 to 1000"),
            ("limit=some", "must be a whole number"),
            ("from=yesterday", "timestamp"),
            ("from=20&to=10", "must not be before from"),
        ):
            answer = get(f"{engine.url}/api/alerts/history?{query}")
            self.assertEqual((answer.status, answer.json()["errorType"]), (400, "bad_data"), query)
            self.assertIn(part, answer.json()["error"])
        for body, part in (
            (b"no json", "must be a JSON object"),
            ({}, "matchers: must be"),
            (silence(endsAt="soon"), "endsAt: must be a time"),
            (silence(hours=-1), "endsAt: must be"),
            (silence(matchers=[]), "matchers: must have at least one"),
            (silence(comment=""), "comment: must say why"),
            (silence(id="x"), "id: must not be given"),
        ):
            answer = post(f"{engine.url}/api/control/silence", body)
            self.assertEqual(answer.status, 400, body)
            self.assertIn(part, answer.json()["error"])
        self.assertEqual(post(f"{engine.url}/api/control/expire_silence").status, 400)
        self.assertEqual(post(f"{engine.url}/api/control/expire_silence?id=x").status, 404)
        self.assertEqual(get(f"{engine.url}/api/control/silence").status, 405)
        self.assertEqual(get(f"{engine.url}/api/silences").json(), [])

    def test_a_reload_changes_who_is_told(self):
        first, second = Webhook(self), Webhook(self)
        setting = Setting(self, hook(first.url))
        engine = setting.start()
        wait_for("the first is told", lambda: statuses(first) == ["firing"], alive=engine)
        other = silence(matchers=[{"name": "alertname", "value": "Other"}])
        self.assertEqual(post(f"{engine.url}/api/control/silence", other).status, 200)

        receivers = [*hook(first.url)["receivers"], {"name": "second", "kind": "webhook", "url": second.url}]
        both = [{"receiver": "hook", "continue": True}, {"receiver": "second"}]
        setting.write_config({"receivers": receivers, "route": {"receiver": "hook", "routes": both, **QUICK}})
        answer = post(f"{engine.url}/api/control/reload_limits")
        self.assertEqual(answer.status, 200, answer.text)
        wait_for("the second is told", lambda: statuses(second) == ["firing"], alive=engine)
        self.assertEqual(len(get(f"{engine.url}/api/silences").json()), 1)

        setting.write_rules(RESTS)
        self.assertEqual(post(f"{engine.url}/api/control/reload_limits").status, 200)
        wait_for("the first hears of the end", lambda: statuses(first)[-1] == "resolved", alive=engine)
        wait_for("the second hears of the end", lambda: statuses(second) == ["firing", "resolved"], alive=engine)
        self.assertEqual([each["state"] for each in changes(engine)], ["resolved", "firing"])
        self.assertEqual(engine.stop(), 0)

    def test_without_data_other_receivers_need_a_restart_and_a_reload_says_so(self):
        setting = Setting(self, comparison=RESTS)
        engine = setting.start(keeps=False)
        setting.write_config({"receivers": [{"name": "other", "kind": "log"}]})
        answer = post(f"{engine.url}/api/control/reload_limits")
        self.assertEqual(answer.status, 422)
        self.assertIn("alerting: must be as it was at the start", answer.json()["error"])
        self.assertEqual(engine.metrics().select("config_last_reload_successful"), [0])
        setting.write_config(None)
        self.assertEqual(post(f"{engine.url}/api/control/reload_limits").status, 200)

    def test_a_wrong_section_is_refused_with_its_place(self):
        setting = Setting(self, {"route": {"receiver": "desk"}})
        result = vigil("config", "check", setting.config)
        self.assertEqual(result.returncode, 1)
        self.assertIn("alerting.route.receiver: must be a receiver (log), was desk", result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
