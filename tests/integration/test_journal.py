"""The journal from outside: what an independent client was told is compared with what an engine knows after it was
killed at any instant; damage, other configurations and disks without room are told clearly."""

import csv
import http.client
import itertools
import json
import os
import random
import resource
import shutil
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path

from support import ROOT, Engine, get, vigil, wait_for

# More by hand: VIGIL_KILLS=200 python3 tests/integration/run.py test_journal
KILLS = int(os.environ.get("VIGIL_KILLS", "12"))
CLIENTS = 3
DEFAULT = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")


class Client(threading.Thread):
    """Places orders over one connection, as fast as they are answered, and writes down what it was told."""

    def __init__(self, port, name, numbers):
        super().__init__(daemon=True)
        self.port, self.name_of_client, self.numbers = port, name, numbers
        self.acknowledged = {}  # client order id -> order id
        self.refused = {}  # client order id -> reason
        self.unanswered = set()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while True:
            number = next(self.numbers)
            client_order_id = f"{self.name_of_client}-{number}"
            price = 90 + number % 8
            order = {"client_order_id": client_order_id, "account": "MAIN", "strategy": "desk", "symbol": "ACME",
                     "venue": "SIM-A", "side": "buy", "type": "limit", "quantity": "1", "limit_price": f"{price}.0{number % 10}"}
            self.unanswered.add(client_order_id)
            try:
                connection.request("POST", "/api/control/order", json.dumps(order))
                answer = connection.getresponse()
                said = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                return  # the engine is gone
            if answer.status == 200:
                self.acknowledged[client_order_id] = said["order_id"]
            elif answer.status == 422:
                self.refused[client_order_id] = said["reason"]
            else:
                continue
            self.unanswered.discard(client_order_id)


class Journaled(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vigil-journal-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"

    def config(self, *changes):
        text = DEFAULT
        for before, after in changes:
            self.assertIn(before, text)
            text = text.replace(before, after)
        path = self.folder / "engine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def engine(self, *arguments, **variables):
        return Engine(self, "--data", self.data, *arguments, **variables)

    def orders(self):
        """Every order of the journal, by client order id; found by doing it all again."""
        out = self.folder / "orders.csv"
        done = vigil("replay", "--journal", self.data, "--orders-out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {}
        with out.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["parent_order_id"] or not row["client_order_id"]:
                    continue
                self.assertNotIn(row["client_order_id"], rows, "an order that is there twice")
                rows[row["client_order_id"]] = row
        return rows


class Killed(Journaled):
    def test_no_acknowledged_order_is_lost_or_doubled_by_a_kill_at_any_instant(self):
        # As many orders as the clients can place, each with what it may want.
        config = self.config(("orders:\n  capacity: 20000", "orders:\n  capacity: 2000000"),
                             ("duplicate_window: 100ms ", "duplicate_window: 0s "),
                             ("max_price_deviation_bp: 50 ", "max_price_deviation_bp: 9000 "),
                             ("max_price_deviation_bp: 3 ", "max_price_deviation_bp: 9000 "),
                             ("max_period_deviation_bp: 500 ", "max_period_deviation_bp: 9000 "),
                             ("max_messages_per_second: 200", "max_messages_per_second: 100000"),
                             ("max_open_orders: 100", "max_open_orders: 100000"))
        dice = random.Random(20)
        numbers = itertools.count(1)
        acknowledged, refused, unanswered = {}, {}, set()
        for _ in range(KILLS):
            engine = self.engine("--config", config).wait_until_ready()
            # What was refused or acknowledged before a kill is known after it: the same id is no new order.
            for client_order_id in dice.sample(sorted(acknowledged), min(3, len(acknowledged))):
                again = json.dumps({"client_order_id": client_order_id, "account": "MAIN", "strategy": "desk", "symbol": "ACME",
                                    "side": "buy", "type": "limit", "quantity": "1", "limit_price": "90"})  # fmt: skip
                connection = http.client.HTTPConnection("127.0.0.1", engine.port, timeout=10)
                connection.request("POST", "/api/control/order", again)
                answer = connection.getresponse()
                said = json.loads(answer.read())
                connection.close()
                self.assertEqual((answer.status, said["reason"]), (422, "duplicate_client_order_id"))
                self.assertEqual(said["order_id"], acknowledged[client_order_id])
            clients = [Client(engine.port, f"C{i}", numbers) for i in range(CLIENTS)]
            for client in clients:
                client.start()
            time.sleep(dice.uniform(0.01, 0.5))  # the instant of the kill
            engine.stop(signal.SIGKILL)
            for client in clients:
                client.join(timeout=20)
                self.assertFalse(client.is_alive())
                acknowledged |= client.acknowledged
                refused |= client.refused
                unanswered |= client.unanswered

        self.assertGreater(len(acknowledged), 20 * KILLS, "the clients were at work")
        verified = vigil("journal", "verify", self.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        recovered = self.orders()
        for client_order_id, order_id in acknowledged.items():
            self.assertIn(client_order_id, recovered, "an order that was acknowledged is lost")
            row = recovered[client_order_id]
            self.assertEqual(int(row["order_id"]), order_id)
            self.assertNotEqual(row["state"], "Denied")
        for client_order_id, reason in refused.items():
            if client_order_id in recovered:
                self.assertEqual((recovered[client_order_id]["state"], recovered[client_order_id]["reason"]), ("Denied", reason))
        ours = {name for name in recovered if name.startswith("C")}
        self.assertLessEqual(ours, set(acknowledged) | set(refused) | unanswered, "an order that nobody placed")


class Refused(Journaled):
    def run_for_a_while(self, *arguments):
        engine = self.engine(*arguments).wait_until_ready()
        wait_for("events are recorded", lambda: engine.metrics().total("journal_records_written_total") > 300, alive=engine)
        engine.stop(signal.SIGKILL)

    def start_fails(self, *arguments):
        done = vigil("run", "--data", self.data, "--listen", "127.0.0.1:0", "--duration", "1s", *arguments, timeout=60)
        self.assertEqual(done.returncode, 1, done.stdout[-500:])
        return done.stderr

    def test_damage_is_named_by_verify_and_refused_at_the_start(self):
        self.run_for_a_while()
        (segment,) = sorted((self.data / "journal").glob("*.journal"))
        # Behind the first record, the configuration, and well before the end.
        content = bytearray(segment.read_bytes())
        size = int.from_bytes(content[100:104], "little")
        content[96 + size + 2000] ^= 0xFF
        segment.write_bytes(content)
        verified = vigil("journal", "verify", self.data)
        self.assertEqual(verified.returncode, 1)
        self.assertRegex(verified.stderr, r"\.journal: at byte \d+: record \d+ is damaged")
        self.assertEqual(self.start_fails(), verified.stderr)

    def test_other_parameters_are_taken_and_a_configuration_of_other_things_is_refused_with_what_differs(self):
        self.run_for_a_while()
        other = self.config(("{name: MAIN, base_currency: USD, initial_capital: 10000000}",
                             "{name: MAIN, base_currency: USD, initial_capital: 20000000}"))
        self.assertIn("written under a configuration of other things: \"    initial_capital: 10000000\" then", self.start_fails("--config", other))
        limits = self.config(("max_order_notional:", "max_order_notional: 1 #"))
        engine = self.engine("--config", limits).wait_until_ready()
        before = get(f"{engine.url}/api/positions").json()
        engine.stop(signal.SIGKILL)
        tuned = self.config(("max_attempts: 3", "max_attempts: 5"), ("window: 128", "window: 64"))
        for _ in range(2):
            engine = self.engine("--config", tuned).wait_until_ready()
            self.assertGreaterEqual(len(get(f"{engine.url}/api/positions").json()["positions"]), len(before["positions"]))
            engine.stop(signal.SIGKILL)
        verified = vigil("journal", "verify", self.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertRegex(verified.stdout, r"; [12] snapshots\n")  # of what was carried over
        replayed = vigil("replay", "--journal", self.data)
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assertIn("every event did what it did then", replayed.stdout)
        snapshot = sorted((self.data / "journal").glob("*.snapshot"))[0]
        damaged = bytearray(snapshot.read_bytes())
        damaged[1000] ^= 1
        snapshot.write_bytes(damaged)
        verified = vigil("journal", "verify", self.data)
        self.assertEqual((verified.returncode, verified.stderr), (1, f"{snapshot}: the checksum is wrong\n"))

    def test_a_head_that_was_kept_elsewhere_tells_whether_the_past_was_rewritten(self):
        self.run_for_a_while()
        head = vigil("journal", "verify", self.data).stdout.split("head ")[1].strip()
        self.run_for_a_while()
        self.assertEqual(vigil("journal", "verify", self.data, "--head", head).returncode, 0)
        sequence, _, digest = head.partition(":")
        wrong = f"{sequence}:{'0' * len(digest)}"
        verified = vigil("journal", "verify", self.data, "--head", wrong)
        self.assertEqual(verified.returncode, 1)
        self.assertIn(f"the head at record {sequence} must be 000", verified.stderr)

    def test_a_head_behind_the_last_seal_holds_after_the_next_start(self):
        config = self.folder / "seldom_synced.yaml"
        config.write_text(DEFAULT + "\njournal: {ack: async, sync_interval: 1m}\n", encoding="utf-8")
        self.run_for_a_while("--config", config)
        head = vigil("journal", "verify", self.data).stdout.split("head ")[1].strip()
        self.run_for_a_while("--config", config)
        verified = vigil("journal", "verify", self.data, "--head", head)
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_dump_and_replay_say_what_happened(self):
        self.run_for_a_while()
        lines = [json.loads(line) for line in vigil("journal", "dump", self.data).stdout.splitlines()]
        self.assertEqual([line["sequence"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual(lines[0]["type"], "run_started")
        quotes = [line for line in lines if line["type"] == "quote"]
        self.assertGreater(len(quotes), 50)
        self.assertIn(quotes[0]["symbol"], ("ACME", "BOLT", "BTCUSDT", "BTCUSD-PERP"))
        self.assertFalse([line for line in lines if "error" in line])
        until = len(lines) // 2
        known = json.loads(vigil("replay", "--journal", self.data, "--until", until).stdout)
        self.assertEqual((known["sequence"], known["trading_state"]), (until, "active"))
        self.assertEqual(known["time"], lines[until - 1]["time"])
        first, second = (vigil("replay", "--journal", self.data, "--metrics", self.folder / name) for name in ("a", "b"))
        self.assertEqual((first.returncode, second.returncode), (0, 0), first.stderr + second.stderr)
        self.assertEqual((self.folder / "a").read_bytes(), (self.folder / "b").read_bytes())
        beyond = vigil("replay", "--journal", self.data, "--until", len(lines) + 1)
        self.assertEqual(beyond.returncode, 2)
        self.assertIn("--until: must be a record of the journal", beyond.stderr)


    def test_alerts_stand_in_the_journal_beside_what_the_engine_did(self):
        engine = self.engine().wait_until_ready()
        self.assertEqual(get(f"{engine.url}/api/control/kill?level=firm", method="POST").status, 200)

        def fired():
            changes = get(f"{engine.url}/api/alerts/history?state=firing").json()["changes"]
            return {change["labels"]["alertname"] for change in changes}

        wait_for("an alert fires", fired, alive=engine)
        names = fired()
        self.assertEqual(engine.stop(signal.SIGTERM), 0)
        dump = vigil("journal", "dump", self.data, "--type", "alert")
        rows = [json.loads(line) for line in dump.stdout.splitlines()]
        recorded = {row["alert"] for row in rows if row["state"] == "firing"}
        self.assertLessEqual(names, recorded)
        report = self.folder / "report.json"
        self.assertEqual(vigil("replay", "--journal", self.data, "--report", report).returncode, 0)
        again = json.loads(report.read_text(encoding="utf-8"))["alerts"]
        self.assertEqual([(row["time"], row["alert"], row["state"], row["labels"], row["value"]) for row in rows],
                         [(row["time"], row["alert"], row["state"], row["labels"], row["value"]) for row in again])  # fmt: skip
        first = next(row for row in rows if row["state"] == "firing")
        state = vigil("replay", "--journal", self.data, "--until", str(first["sequence"])).stdout
        self.assertIn(first["alert"], [alert["alert"] for alert in json.loads(state)["alerts"]])

    def test_a_drop_copy_is_compared_fill_by_fill(self):
        engine = self.engine().wait_until_ready()
        wait_for("orders are filled", lambda: engine.metrics().total("orders_fills_total") > 3, alive=engine)
        engine.stop(signal.SIGKILL)
        copy = self.folder / "copy.csv"
        self.assertEqual(vigil("replay", "--journal", self.data, "--fills", copy).returncode, 0)
        agreed = vigil("journal", "reconcile", self.data, "--fills", copy)
        self.assertEqual(agreed.returncode, 0, agreed.stdout + agreed.stderr)
        self.assertRegex(agreed.stdout, r"^[1-9]\d* fills agree, 0 missing here, 0 missing there, 0 differ$")
        lines = copy.read_text(encoding="utf-8").splitlines()
        copy.write_text("\n".join([*lines[:-1], lines[-1].replace("SIM-", "SIN-")]) + "\n", encoding="utf-8")
        differs = vigil("journal", "reconcile", self.data, "--fills", copy)
        self.assertEqual(differs.returncode, 1)
        self.assertRegex(differs.stdout, r"missing here: SIN-\w .*\n(.*\n)*missing there: SIM-\w ")


class Halts(Journaled):
    def test_a_halt_survives_a_kill_and_a_person_ends_it(self):
        engine = self.engine().wait_until_ready()
        self.assertEqual(get(f"{engine.url}/api/control/halt", method="POST").status, 200)
        engine.stop(signal.SIGKILL)
        engine = self.engine().wait_until_ready()
        state = get(f"{engine.url}/api/risk").json()
        self.assertEqual((state["trading_state"], state["halt_reason"]), ("halted", "operator"))
        self.assertEqual(get(f"{engine.url}/api/control/resume", method="POST").status, 200)
        self.assertEqual(get(f"{engine.url}/api/risk").json()["trading_state"], "active")

    def test_a_disk_without_room_halts_trading_while_cancels_still_work(self):
        config = self.config(("quotes_per_second: 40 ", "quotes_per_second: 500 "),
                             ("\nhttp:\n", "\njournal: {segment_bytes: 4194304}\nhttp:\n"))
        engine = self.engine("--config", config).wait_until_ready()
        # Files may not be that large: there is no room for another segment.
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(engine.child.pid, resource.RLIMIT_FSIZE, ((4 << 20) - 1, unlimited))
        wait_for("trading is halted", lambda: get(f"{engine.url}/api/risk").json()["trading_state"] == "halted", alive=engine)
        self.assertEqual(get(f"{engine.url}/api/risk").json()["halt_reason"], "journal")
        self.assertEqual(engine.metrics().total("journal_records_lost_total"), 0)
        self.assertEqual(get(f"{engine.url}/api/control/cancel_all", method="POST").status, 200)
        self.assertEqual(get(f"{engine.url}/api/control/resume", method="POST").status, 200)
        wait_for("nobody can resume", lambda: get(f"{engine.url}/api/risk").json()["trading_state"] == "halted", alive=engine)
        resource.prlimit(engine.child.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))

        def resumed():
            get(f"{engine.url}/api/control/resume", method="POST")
            return get(f"{engine.url}/api/risk").json()["trading_state"] == "active"

        wait_for("with room again a person resumes", resumed, alive=engine)
        self.assertEqual(engine.metrics().total("journal_records_lost_total"), 0)
        self.assertEqual(engine.stop(signal.SIGTERM), 0)
        self.assertEqual(vigil("journal", "verify", self.data).returncode, 0)

    def test_a_journal_that_somebody_removes_halts_trading(self):
        engine = self.engine().wait_until_ready()
        shutil.rmtree(self.data / "journal")
        wait_for("trading is halted", lambda: get(f"{engine.url}/api/risk").json()["trading_state"] == "halted", alive=engine)
        self.assertEqual(get(f"{engine.url}/api/risk").json()["halt_reason"], "journal")
        self.assertIn("No such file or directory", engine.stdout())
        wait_for("the metric says so", lambda: engine.metrics().total("journal_state", state="failed") == 1, alive=engine)
        self.assertEqual(get(f"{engine.url}/api/control/cancel_all", method="POST").status, 200)
        self.assertEqual(engine.stop(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main()
