"""The engine's PromQL against that of a real Prometheus 2.42: the same expressions, at the same instants, over the same samples.

VIGIL_DIFFERENTIAL_EXPRESSIONS and VIGIL_DIFFERENTIAL_SEED say how many are drawn and from what.

The engine records its metrics every 100 ms, is stopped and started again on the same data (counters begin anew), and has rules
whose series come and go. What it recorded is read back as raw samples and handed to the Prometheus by remote write, so that
both have the same to answer from. The end of a series is no sample; it is handed over by the rule that both follow: a series
that had a sample in one cycle and has none in the next ends then. A second Prometheus scrapes the engine itself, see Scraped.
"""

import collections
import http.client
import json
import math
import os
import random
import re
import struct
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

import remote_write
from promql_expressions import LATER_TEXTS, ODD_TEXTS, Expressions
from support import NO_LABELS_OF_SCRAPES, ROOT, Engine, Prometheus, get, wait_for

EXPRESSIONS = int(os.environ.get("VIGIL_DIFFERENTIAL_EXPRESSIONS", "1500"))
SEED = int(os.environ.get("VIGIL_DIFFERENTIAL_SEED", "1"))

# Libraries of mathematics, and sums in another order, differ in their last digits; and what is left of equal numbers, as in
# a variance, is nothing but such digits.
RELATIVE, ABSOLUTE = 1e-9, 1e-24
LOOKBACK = "2s"
SECONDS_BEFORE_RESTART, SECONDS_AFTER_RESTART = 2, 7
# Negative offsets reach beyond the instant that is asked for; all that they reach must have been recorded.
REACH = 4000

CONFIG = """
rules: {files: [rules.yml], evaluation_interval: 100ms}
history: {interval: 100ms}
query: {ranges: closed, lookback: %s, timeout: 60s}
""" % LOOKBACK

CONFIG_OF_SCRAPED = """
history: {interval: 1s}
query: {ranges: closed, lookback: %s}
""" % LOOKBACK
# What expressions over scraped series reach back to, in milliseconds.
QUIET = 15_000
# Between two samples of a server that takes one each second, on a busy machine.
LONGEST_GAP = 1_500

RULES = """\
groups:
  - name: fast
    interval: 100ms
    rules:
      - {record: "test:always", expr: "vector(1)"}
      - {record: "test:comes_and_goes", expr: "exchange_connected and on() (vector(time() % 2) < 1.1)"}
      - {record: "test:comes_seldom", expr: "sum by (side) (execution_orders_total) and on() (vector(time() % 3) < 0.15)"}
      - {record: "test:uneven", expr: "sin(events_processed_total) * 1e3 + vector(0)  or sin(events_processed_total * 7) * 1e3"}
      - {record: "test:odd", expr: 'label_replace(vector(0 / 0), "kind", "nan", "", "") or label_replace(vector(1 / 0), "kind", "inf", "", "") or label_replace(vector(-1 / 0), "kind", "minus_inf", "", "") or label_replace(vector(-0), "kind", "minus_zero", "", "") or label_replace(vector(1e-300), "kind", "tiny", "", "") or label_replace(vector(1e300), "kind", "huge", "", "")'}
      - {record: "test:odd_at_times", expr: 'label_replace(vector(time() % 1 < bool 0.3), "kind", "nan", "", "") / 0 or label_replace(1 / floor(vector(time() % 2)), "kind", "inf", "", "") or label_replace(floor(vector(time() * 5)) % 3 - 1, "kind", "around_zero", "", "")'}
      - {alert: Flaps, expr: "test:comes_and_goes", for: 300ms, labels: {severity: info}}
"""

NAME = "__name__"
OF_RULES = re.compile(r"test:|ALERTS")


# What Prometheus 2.42 answers when it runs into a bug of its own: a subquery so short that it has not one step within another,
# a range in brackets at a fixed time.
THEIR_BUGS = ("unexpected error: runtime error", "unexpected number of samples")


class Connection:
    """Asks one server; it keeps its connection."""

    def __init__(self, test, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        test.addCleanup(self.connection.close)

    def ask(self, path, **parameters):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", f"/api/v1/{path}", urllib.parse.urlencode(parameters), form)

    def answer(self):
        return json.loads(self.connection.getresponse().read())


def key_of(labels):
    return tuple(sorted(labels.items()))


def is_close(ours, theirs):
    left, right = float(ours), float(theirs)
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return left == right or math.isclose(left, right, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def samples_by_labels(data):
    """{labels: [(time, value)]} of a vector or a matrix."""
    found = {}
    for series in data["result"]:
        samples = series["values"] if "values" in series else [series["value"]]
        if key_of(series["metric"]) in found:
            raise AssertionError(f"twice: {series['metric']}")
        found[key_of(series["metric"])] = samples
    return found


def values_by_time(data):
    found = collections.defaultdict(list)
    for samples in samples_by_labels(data).values():
        for instant, value in samples:
            found[instant].append(float(value))
    return {instant: sorted(values, key=lambda value: (math.isnan(value), value)) for instant, values in found.items()}


def is_sorted(expression):
    """Is it a call of sort() or sort_desc() as a whole?"""
    if not re.match(r"sort(_desc)?\(.*\)$", expression):
        return False
    open_brackets = 0
    for at, character in enumerate(expression):
        open_brackets += {"(": 1, ")": -1}.get(character, 0)
        if character == ")" and open_brackets == 0:
            return at + 1 == len(expression)
    return False


def are_same_samples(ours, theirs):
    return len(ours) == len(theirs) and all(a[0] == b[0] and is_close(a[1], b[1]) for a, b in zip(ours, theirs))


def differences(expression, ours, theirs):
    """What is different about two answers to an expression, in words; empty: nothing."""
    if ours["status"] != theirs["status"]:
        return f"status {ours['status']} ({ours.get('error', '')}), theirs {theirs['status']} ({theirs.get('error', '')})"
    if ours["status"] == "error":
        if ours["errorType"] != theirs["errorType"]:
            return f"error {ours['errorType']} ({ours['error']}), theirs {theirs['errorType']} ({theirs['error']})"
        return ""
    ours, theirs = ours["data"], theirs["data"]
    if ours["resultType"] != theirs["resultType"]:
        return f"type {ours['resultType']}, theirs {theirs['resultType']}"
    if ours["resultType"] == "scalar":
        return "" if are_same_samples([ours["result"]], [theirs["result"]]) else f"{ours['result']}, theirs {theirs['result']}"
    if ours["resultType"] == "string":
        return "" if ours["result"] == theirs["result"] else f"{ours['result']}, theirs {theirs['result']}"
    if re.search(r"\b(topk|bottomk)\b", expression):
        # Which of equal ones is kept depends on the order in which a heap meets them: only the values are promised.
        left, right = values_by_time(ours), values_by_time(theirs)
        if left.keys() == right.keys():
            if all(len(left[at]) == len(right[at]) and all(map(is_close, left[at], right[at])) for at in left):
                return ""
        return f"values {str(left)[:400]}, theirs {str(right)[:400]}"
    left, right = samples_by_labels(ours), samples_by_labels(theirs)
    if left.keys() != right.keys():
        return f"only ours {list(left.keys() - right.keys())[:3]}, only theirs {list(right.keys() - left.keys())[:3]} of {len(left)}, {len(right)}"
    for labels, samples in left.items():
        if not are_same_samples(samples, right[labels]):
            apart = [(a, b) for a, b in zip(samples, right[labels]) if a[0] != b[0] or not is_close(a[1], b[1])]
            return f"{dict(labels)}: {str(apart[:3])}, {len(samples)} and {len(right[labels])} samples"
    if is_sorted(expression) and ours["resultType"] == "vector":
        # Equal ones may stand in any order.
        if not all(is_close(a["value"][1], b["value"][1]) for a, b in zip(ours["result"], theirs["result"])):
            return "another order"
    return ""


def milliseconds(seconds):
    return round(float(seconds) * 1000)


def with_ends(all_series, restart):
    """The series with their ends: at the first cycle that has no sample of theirs. An engine knows nothing of its predecessor's."""
    cycles = {}
    for labels, samples in all_series:
        kind = bool(OF_RULES.match(labels[NAME]))
        cycles.setdefault(kind, set()).update(instant for instant, _ in samples)
    for kind, instants in cycles.items():
        order = sorted(instants)
        cycles[kind] = {one: other for one, other in zip(order, order[1:]) if not one < restart <= other}
    for labels, samples in all_series:
        next_of = cycles[bool(OF_RULES.match(labels[NAME]))]
        ended = []
        for at, (instant, value) in enumerate(samples):
            ended.append((instant, value))
            following = next_of.get(instant)
            if following is not None and (at + 1 == len(samples) or samples[at + 1][0] != following):
                ended.append((following, None))
        yield labels, ended


def catalogue_of(all_series):
    """{name: {label: its values, sorted}}"""
    found = {}
    for labels, _ in all_series:
        known = found.setdefault(labels[NAME], {})
        for label, text in labels.items():
            if label != NAME:
                known.setdefault(label, set()).add(text)
    return {name: {label: sorted(texts) for label, texts in labels.items()} for name, labels in found.items()}


def default_config(folder, more):
    text = (ROOT / "configs" / "default.yaml").read_text(encoding="utf-8")
    file = Path(folder) / "engine.yaml"
    file.write_text(text + more, encoding="utf-8")
    return file


def post(url):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=30)
    connection.request("POST", urllib.parse.urlsplit(url).path)
    status = connection.getresponse().status
    connection.close()
    return status


def raw_samples(server_url, selector, begin, end):
    """[(labels, [(time, value)])] of a selector between two times in milliseconds."""
    parameters = {"query": f"{selector}[{end - begin}ms]", "time": f"{end / 1000:.3f}"}
    answer = get(f"{server_url}/api/v1/query?{urllib.parse.urlencode(parameters)}", timeout=60).json()
    if answer["status"] != "success":
        raise AssertionError(answer)
    return [(each["metric"], [(milliseconds(instant), float(value)) for instant, value in each["values"]]) for each in answer["data"]["result"]]


def folder_of(owner):
    folder = tempfile.TemporaryDirectory(prefix="vigil-test-")
    owner.addCleanup(folder.cleanup)
    return folder.name


class Recorded:
    """An engine, and a Prometheus that has what it recorded."""

    def __init__(self, owner):
        folder = folder_of(owner)
        (Path(folder) / "rules.yml").write_text(RULES, encoding="utf-8")
        config = default_config(folder, CONFIG)

        def started():
            return Engine(owner, "--config", config, "--data", Path(folder) / "data").wait_until_ready()

        begin = milliseconds(time.time())
        engine = started()
        time.sleep(SECONDS_BEFORE_RESTART)
        if engine.stop() != 0:
            raise AssertionError(engine.stderr())
        restart = milliseconds(time.time())
        self.engine = started()
        time.sleep(SECONDS_AFTER_RESTART)
        self.end = milliseconds(time.time())
        self.series = raw_samples(self.engine.url, '{__name__=~".+"}', begin, self.end)
        self.begin = min(samples[0][0] for _, samples in self.series)
        self.prometheus = Prometheus(owner, None, "--web.enable-remote-write-receiver", f"--query.lookback-delta={LOOKBACK}")
        remote_write.write(self.prometheus.port, with_ends(self.series, restart))

    def instant(self, draw):
        """Of a cycle, or between two, or from before everything began."""
        way = draw.random()
        if way < 0.05:
            return self.begin - draw.randint(-200, 3000)
        instant = draw.randint(self.begin, self.end - REACH)
        return instant if way < 0.5 else instant // 100 * 100

    def latest(self):
        return self.end - REACH


class Scraped:
    """An engine that trades no more, and a Prometheus that has scraped it since before."""

    def __init__(self, owner):
        self.engine = Engine(owner, "--config", default_config(folder_of(owner), CONFIG_OF_SCRAPED)).wait_until_ready()
        self.prometheus = Prometheus(owner, self.engine.port, f"--query.lookback-delta={LOOKBACK}", job_config=NO_LABELS_OF_SCRAPES)
        wait_for("orders are filled", lambda: self.engine.metrics().total("execution_traded_notional_total") > 0, alive=self.engine)

    def halt(self):
        if post(f"{self.engine.url}/api/control/halt") != 200:
            raise AssertionError("the engine was not halted")
        # What was under way ends, and is sampled and scraped.
        self.quiet_from = milliseconds(time.time()) + 2500

    def is_ready(self):
        """Has it been quiet for long enough, and was none of the samples since then missed, by the engine or by a scrape?"""
        self.end = milliseconds(time.time()) - 1500
        self.begin = self.end - QUIET
        if self.begin < self.quiet_from:
            return False
        for url, name in ((self.engine.url, "orders_capacity"), (self.prometheus.url, "orders_capacity"), (self.prometheus.url, "up")):
            series = raw_samples(url, name, self.begin, self.end)
            if not series:
                return False
            times = [self.begin, *(instant for instant, _ in series[0][1]), self.end]
            if max(after - before for before, after in zip(times, times[1:])) > LONGEST_GAP or (name == "up" and any(value == 0 for _, value in series[0][1])):
                return False
        return True

    def choose_series(self):
        """Those of names of which both have the same series, that have not changed since, in both.

        Most histograms are left out: Prometheus asks for OpenMetrics, which writes le="1.0" where the engine records le="1"."""

        def names(url):
            found = collections.defaultdict(list)
            for labels, samples in raw_samples(url, '{__name__=~".+"}', self.begin, self.end):
                values = {struct.pack("<d", value) for _, value in samples}
                is_whole = samples[0][0] <= self.begin + LONGEST_GAP and samples[-1][0] >= self.end - LONGEST_GAP
                found[labels[NAME]].append((key_of(labels), values.pop() if len(values) == 1 and is_whole else None))
            return {name: sorted(each, key=lambda pair: pair[0]) for name, each in found.items() if all(value for _, value in each)}

        ours, theirs = names(self.engine.url), names(self.prometheus.url)
        self.series = [(dict(labels), []) for name in ours.keys() & theirs.keys() if ours[name] == theirs[name] for labels, _ in ours[name]]

    def instant(self, draw):
        return draw.randint(self.end - 2000, self.end)

    def latest(self):
        return self.end


class BothAnswerAlike(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        owner = unittest.TestCase()
        cls.addClassCleanup(owner.doCleanups)
        cls.scraped = Scraped(owner)
        cls.scraped.halt()
        cls.recorded = Recorded(owner)

    def compare(self, samples, number, constant):
        print(f"{number} expressions from seed {SEED} over {len(samples.series)} series", flush=True)
        draw = random.Random(SEED)
        expressions = Expressions(draw, catalogue_of(samples.series), constant)
        ours, theirs = Connection(self, samples.engine.port), Connection(self, samples.prometheus.port)
        found, counts = [], collections.Counter()
        for _ in range(number):
            instant = samples.instant(draw)
            text = expressions.draw([instant, samples.instant(draw), samples.instant(draw)])
            path, parameters = "query", {"query": text, "time": f"{instant / 1000:.3f}"}
            if draw.random() < 0.15:
                step = draw.choice([100, 130, 500, 1000])
                end = max(instant, min(samples.latest(), instant + step * draw.randint(0, 20)))
                path = "query_range"
                parameters = {"query": text, "start": f"{instant / 1000:.3f}", "end": f"{end / 1000:.3f}", "step": f"{step / 1000:.3f}"}
            ours.ask(path, **parameters)
            theirs.ask(path, **parameters)
            our_answer, their_answer = ours.answer(), theirs.answer()
            if their_answer.get("error", "").startswith(THEIR_BUGS):
                counts["theirs crashed"] += 1
                continue
            counts[kind_of(their_answer)] += 1
            if difference := differences(text, our_answer, their_answer):
                found.append(f"{path} {parameters}\n    {difference}")
        print(", ".join(f"{many} {kind}" for kind, many in sorted(counts.items())), flush=True)
        self.assertEqual(len(found), 0, f"{len(found)} differences from seed {SEED}:\n" + "\n".join(found[:200]))
        self.assertGreater(counts["values"], number * 0.4, "most expressions must find something")

    def test_1_over_what_the_engine_recorded(self):
        self.compare(self.recorded, EXPRESSIONS, constant=False)

    def test_2_over_what_prometheus_scraped(self):
        # The samples of the two differ in their instants, so only series that have not changed for long are compared.
        wait_for("it is quiet and sampled without a gap for long enough", self.scraped.is_ready, patience=120, alive=self.scraped.engine)
        self.scraped.choose_series()
        self.assertGreater(len({labels[NAME] for labels, _ in self.scraped.series}), 90)
        self.compare(self.scraped, EXPRESSIONS // 5, constant=True)


    def test_3_at_the_edges_of_the_grammar(self):
        samples = self.recorded
        ours, theirs = Connection(self, samples.engine.port), Connection(self, samples.prometheus.port)
        for text in ODD_TEXTS + LATER_TEXTS:
            with self.subTest(text):
                parameters = {"query": text, "time": f"{samples.latest() / 1000:.3f}"}
                ours.ask("query", **parameters)
                theirs.ask("query", **parameters)
                self.assertEqual(differences(text, ours.answer(), theirs.answer()), "")


def kind_of(answer):
    if answer["status"] == "error":
        return f"refused ({answer['errorType']})"
    return "values" if answer["data"]["result"] else "empty"
