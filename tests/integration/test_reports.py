"""Reports: a replay's page, and those of days of a running engine."""

import datetime
import html.parser
import json
import random
import shutil
import signal
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from support import ROOT, Engine, get, vigil, wait_for

DEFAULT = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
SESSION_END = "session_end: 00:00 "
# 2025-12-31 23:50:00 UTC
BEFORE_MIDNIGHT = 1_767_225_000_000_000_000
SYMBOLS = ("ACME", "<script>alert(1)</script>", "A&B")


def feed():
    """Twenty minutes over midnight."""
    draw = random.Random(11)
    mids = {symbol: 100.0 + 50 * place for place, symbol in enumerate(SYMBOLS)}
    rows = ["ts,venue,symbol,bid,ask,bid_size,ask_size"]
    for step in range(4800):
        for place, symbol in enumerate(SYMBOLS):
            mids[symbol] *= 1 + draw.gauss(0, 0.0002)
            time = BEFORE_MIDNIGHT + step * 250_000_000 + place
            venue = draw.choice(("SIM-A", "SIM-B"))
            rows.append(f"{time},{venue},{symbol},{mids[symbol] - 0.02:.2f},{mids[symbol] + 0.02:.2f},100,100")
    return "\n".join(rows) + "\n"


class Page(html.parser.HTMLParser):
    """What a page's tables say, by heading of the column; and whatever would run or load something."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.tiles, self.suspicious = [], [], []
        self.at = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if tag in ("script", "link", "iframe", "img", "object") or any(name.startswith("on") for name in names):
            self.suspicious.append(tag)
        if tag == "table":
            self.tables.append(([], []))
        if tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        if tag in ("td", "th", "b"):
            self.at = tag
            place = {"td": lambda: self.tables[-1][1][-1], "th": lambda: self.tables[-1][0], "b": lambda: self.tiles}
            place[tag]().append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th", "b"):
            self.at = None

    def handle_data(self, data):
        if self.at == "td":
            self.tables[-1][1][-1][-1] += data
        elif self.at == "th":
            self.tables[-1][0][-1] += data
        elif self.at == "b":
            self.tiles[-1] += data

    def rows(self, *headings):
        """Of the table that begins with these headings."""
        for columns, rows in self.tables:
            if columns[: len(headings)] == list(headings):
                return [dict(zip(columns, row)) for row in rows if row]
        raise AssertionError(f"no table {headings} among {[columns for columns, _ in self.tables]}")


def shown(text, decimals, sign=False):
    value = float(text)
    digits = f"{abs(value):,.{decimals}f}"
    if not digits.strip("0.,"):
        return digits
    return ("−" if value < 0 else "+" if sign else "") + digits


def well_formed(text):
    xml.etree.ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))


class Reports(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vigil-reports-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def check_page(self, text, report):
        """The page is sound, and says what the JSON says."""
        well_formed(text)
        page = Page(text)
        self.assertEqual(page.suspicious, [])
        accounts = page.rows("Account", "Currency", "P&L")
        self.assertEqual(len(accounts), len(report["accounts"]))
        for row, account in zip(accounts, report["accounts"]):
            self.assertEqual(row["Account"], account["account"])
            for column, name, sign in (("P&L", "pnl", True), ("Equity", "equity", False)):
                expected = "–" if account[name] is None else shown(account[name], 2, sign)
                self.assertEqual(row[column], expected)
        if report["traded"]:
            traded = page.rows("Symbol", "Venue", "Fills")
            for row, cell in zip(traded, report["traded"]):
                self.assertEqual((row["Symbol"], row["Venue"]), (cell["symbol"], cell["venue"]))
                self.assertEqual(row["Fills"], f"{cell['fills']:,}")
            self.assertEqual(len(traded), min(len(report["traded"]), 100))
        self.assertIn(f"{report['fills']:,}", page.tiles)
        return page

    def test_a_replay_over_midnight(self):
        quotes = self.folder / "quotes.csv"
        quotes.write_text(feed(), encoding="utf-8")
        texts = []
        for run in ("run-a", "run-b"):
            report, page = self.folder / f"{run}.json", self.folder / run / "page.html"
            page.parent.mkdir()
            result = vigil("replay", "--feed", f"quotes:{quotes}", "--report", report, "--html", page)
            self.assertEqual(result.returncode, 0, result.stderr)
            texts.append((report.read_bytes(), page.read_bytes().replace(run.encode(), b"")))
        self.assertEqual(texts[0], texts[1])
        report = json.loads(texts[0][0])
        self.assertGreater(report["fills"], 10)
        self.assertEqual(report["fills"], sum(cell["fills"] for cell in report["traded"]))
        text = (self.folder / "run-a" / "page.html").read_text(encoding="utf-8")
        self.check_page(text, report)
        self.assertIn('href="../run-a.json"', text)

        equity = report["curves"]["accounts"][0]
        times = [point[0] for point in equity["points"]]
        self.assertLessEqual(len(times), 512)
        self.assertEqual(times, sorted(set(times)))
        self.assertAlmostEqual(equity["points"][0][1], float(report["accounts"][0]["initial_capital"]))
        for _, first, least, greatest, last in equity["points"]:
            self.assertTrue(least <= first <= greatest and least <= last <= greatest)

        # A page alone, which then has no JSON to link to.
        page = self.folder / "alone.html"
        self.assertEqual(vigil("replay", "--feed", f"quotes:{quotes}", "--html", page).returncode, 0)
        self.assertNotIn("href=", page.read_text(encoding="utf-8"))
        result = vigil("replay", "--feed", f"quotes:{quotes}", "--html", page, "--report", page)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("--html: must be a file of its own", result.stderr)

    def engine(self, seconds_to_end=None, data=True, **more):
        """One whose session ends so many seconds from now, or else far away; and the day that ends then."""
        now = datetime.datetime.now(datetime.timezone.utc)
        end = now + (datetime.timedelta(hours=12) if seconds_to_end is None else datetime.timedelta(seconds=seconds_to_end))
        end = end.replace(microsecond=0)
        self.assertIn(SESSION_END, DEFAULT)
        text = DEFAULT.replace(SESSION_END, f"session_end: {end:%H:%M:%S} ")
        for section, lines in more.items():
            text += f"\n{section}: {lines}\n"
        config = self.folder / "engine.yaml"
        config.write_text(text, encoding="utf-8")
        where = ("--data", self.folder / "data") if data else ()
        engine = Engine(self, *where, "--config", config).wait_until_ready()
        return engine, f"{end - datetime.timedelta(microseconds=1):%Y-%m-%d}"

    @staticmethod
    def days(engine):
        return [each["day"] for each in get(f"{engine.url}/api/reports").json()["reports"]]

    def test_a_day_of_a_running_engine(self):
        engine, day = self.engine(12)
        self.assertEqual(self.days(engine), [])
        for path in ("/api/reports/", "/reports/"):
            self.assertEqual(get(engine.url + path + day).status, 404)
            answer = get(engine.url + path + "yesterday")
            self.assertEqual((answer.status, answer.json()["errorType"]), (400, "bad_data"))
            self.assertEqual(get(engine.url + path + "..%2f..%2fetc").status, 400)
        today = get(f"{engine.url}/api/reports/today").json()
        self.assertEqual((today["report"]["day"], today["report"]["is_over"]), (day, False))
        self.assertIn("objectives", today["slos"])
        page = get(f"{engine.url}/reports/today")
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        well_formed(page.text)
        self.assertEqual(get(f"{engine.url}/reports/today.json").json()["report"]["day"], day)

        files = [self.folder / "data" / "reports" / f"{day}{kind}" for kind in (".json", ".html")]
        wait_for("the day's report", lambda: self.days(engine) == [day], alive=engine)
        self.assertTrue(all(file.exists() for file in files))
        report = get(f"{engine.url}/api/reports/{day}").json()
        self.assertEqual(report, json.loads(files[0].read_text(encoding="utf-8")))
        self.assertTrue(report["report"]["is_over"] and report["report"]["is_partial"])
        self.assertGreater(report["fills"], 0)
        self.assertTrue(report["risk"]["accounts"][0]["limits"])
        self.check_page(get(f"{engine.url}/reports/{day}").text, report)
        listed = get(f"{engine.url}/api/reports").json()["reports"][0]
        self.assertEqual(get(engine.url + listed["json"]).status, 200)
        self.assertEqual(get(engine.url + listed["html"]).status, 200)
        self.assertFalse(listed["complete"])
        metrics = engine.metrics()
        self.assertEqual(metrics.total("daily_reports_total", outcome="written"), 1)
        tomorrow = get(f"{engine.url}/api/reports/today").json()
        self.assertGreater(tomorrow["report"]["day"], day)
        self.assertFalse(tomorrow["report"]["is_partial"])

        # It was killed: the day comes back with the journal, and what is written stays as it is.
        before = [file.read_bytes() for file in files]
        engine.stop(signal.SIGKILL)
        engine = Engine(self, "--data", self.folder / "data", "--config", self.folder / "engine.yaml").wait_until_ready()
        self.assertEqual(self.days(engine), [day])
        again = get(f"{engine.url}/api/reports/today").json()
        self.assertEqual(again["report"]["from"], tomorrow["report"]["from"])
        self.assertGreaterEqual(again["fills"], tomorrow["fills"])
        # And one that is gone is written again.
        engine.stop(signal.SIGKILL)
        for file in files:
            file.unlink()
        engine = Engine(self, "--data", self.folder / "data", "--config", self.folder / "engine.yaml").wait_until_ready()
        wait_for("the report again", lambda: self.days(engine) == [day], alive=engine)
        rewritten = json.loads(files[0].read_text(encoding="utf-8"))
        first = json.loads(before[0])
        for part in ("accounts", "traded", "orders", "curves", "positions"):
            self.assertEqual(rewritten[part], first[part], part)

    def test_a_report_that_cannot_be_written(self):
        folder = self.folder / "data" / "reports"
        folder.mkdir(parents=True)
        engine, day = self.engine(10)
        obstacle = folder / f"{day}.html.new"
        obstacle.mkdir()
        wait_for(
            "a failure",
            lambda: engine.metrics().total("daily_reports_total", outcome="failed") > 0,
            alive=engine,
        )
        self.assertEqual(get(f"{engine.url}/ready").status, 200)
        self.assertEqual(self.days(engine), [])
        wait_for("a word in the log", lambda: "Daily report not written" in engine.stdout(), alive=engine)
        obstacle.rmdir()
        wait_for("the report", lambda: self.days(engine) == [day], alive=engine)

    def test_without_a_data_folder(self):
        engine, day = self.engine(8, data=False)
        wait_for("the day's report", lambda: self.days(engine) == [day], alive=engine)
        report = get(f"{engine.url}/api/reports/{day}").json()
        self.check_page(get(f"{engine.url}/reports/{day}").text, report)

    def test_a_wrong_configuration(self):
        config = self.folder / "wrong.yaml"
        config.write_text(DEFAULT.replace("reports: {keep: 400}", "reports: {keep: 0, colour: blue}"), encoding="utf-8")
        result = vigil("config", "check", config)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("reports.keep", result.stderr)
        self.assertIn("reports.colour", result.stderr)


if __name__ == "__main__":
    unittest.main()
