"""Draws PromQL expressions over given series from a seed: for two evaluators that must agree."""

import json
import re

# Without the remainder, which makes the last digit of a large power the first one: see remainder().
ARITHMETIC = ["+", "-", "*", "/", "^", "atan2"]
COMPARISONS = ["==", "!=", ">", "<", ">=", "<="]
SETS = ["and", "or", "unless"]
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
OF_VALUES = [
    "abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad",
]  # fmt: skip
OF_MOMENTS = ["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"]
OF_WINDOWS = [
    "rate", "increase", "delta", "irate", "idelta", "deriv", "changes", "resets", "avg_over_time", "min_over_time",
    "max_over_time", "sum_over_time", "count_over_time", "last_over_time", "present_over_time", "stddev_over_time",
    "stdvar_over_time", "absent_over_time",
]  # fmt: skip
OF_NATIVE_HISTOGRAMS = ["histogram_count", "histogram_sum"]
NUMBERS = ["0", "1", "2", "-1", "0.5", "3", "10", "100", "1e3", "0.001", "-2.5", "1e10", "0x1F", "NaN", "Inf", "-Inf", ".5", "1e-9"]
QUANTILES = ["0", "0.25", "0.5", "0.9", "0.99", "1", "-0.1", "1.5", "NaN"]
RANGES = ["1ms", "100ms", "150ms", "300ms", "500ms", "700ms", "1s", "1s", "1s500ms", "2s", "2s", "3s", "3s", "5s", "5s", "8s", "20s", "1m"]
OFFSETS = ["1ms", "50ms", "100ms", "300ms", "1s", "2s", "3s", "-100ms", "-50ms", "-1s"]
# What two servers that took samples of one value at different instants still agree about.
OF_CONSTANT_WINDOWS = [
    "rate", "increase", "delta", "irate", "idelta", "deriv", "changes", "resets", "min_over_time", "max_over_time",
    "last_over_time", "present_over_time", "absent_over_time",
]  # fmt: skip
RANGES_OF_CONSTANTS = ["3s", "4s", "5s"]
OFFSETS_OF_CONSTANTS = ["1ms", "300ms", "1s"]
# Steps of subqueries; the default is longer than what was recorded.
STEPS = ["50ms", "100ms", "130ms", "250ms", "500ms", "1s", "2s", ""]
PATTERNS = [".*", ".+", "", "a.*", ".*e.*", "[A-M].*", "(?i:sim-.)", "SIM-[AB]|", ".{3,5}", "buy|sell", "^ACME$", "\\\\d+"]
FIXED_TIME = re.compile(r" @ (?:[\d.-]+|start\(\)|end\(\))")
OTHER_LABELS = ["nothing", "instance", "exchange", "symbol", "side"]

# At the edges of the grammar: some are expressions, most are none.
ODD_TEXTS = [
    "{}", '{__name__=~".*"}', '{side=""}', "no_such_function(1)", "sum", "bool", "1 +", "", "a{", "a[5]", "a[0s]",
    "a offset 5", "a offset 1d1h1d", "1e", "0x", "08", "a @ b", "a @ 1e400", "1 + on(a) 2", "a + bool b", "a and bool b",
    "sum(a, b)", "sum by (a, b,) (c)", "sum by (a b) (c)", "sum by (1) (c)", "a{b=c}", "a{b='c',,}", "a{,}", "a{b~'c'}",
    "a{b=~'('}", "'a", '"a\\q"', "`a", "a:b:c", "a:", "up{__name__='x'}", "{__name__='a',__name__='b'}", "rate(a)",
    "rate(a[5m], 1)", "rate()", "time(1)", "1 ^ -2 ^ 3", "-1 ^ 2", "1 == 1", "1 == bool 1", "'a' + 'b'", "a[5m][5m]",
    "a[5m:1m][5m:1m]", "(a)[5m]", "a offset 5m offset 5m", "a @ 1 @ 2", "a offset 5m @ 1 [5m]", "1 offset 5m",
    "sum(a) offset 5m", "a[5m:]offset 1m", "start()", "end()", "a @ start", "a @ NaN", "a @ Inf", "a @ -1", "inf", "nan",
    "NaN", "Inf", "+Inf", "--1", "- - 1", "+a", "-a[5m]", "!a", "a ! b", "a = b", "a =~ b", "a <> b", "a && b", "# nothing",
    "1 # one", "a\n+\nb", "a\t+ b", "aä", "{a='ä'}", "a{b='\\xff'}", "on", "sum by", "by", "offset", "and", "group_left",
    "inf + 1", "sum + 1", "count_values(1, a)", "quantile('a', a)", "topk(a)", "topk(1)", "topk(1, 1)", "absent(1)",
    "scalar(1)", "vector(a)", "vector('a')", "label_replace(a, b, c, d, e)", "label_join(a)", "label_join(a, 'b')",
    "label_join(a, 'b', 'c')", "round(a, b)", "round(a, 1, 2)", "clamp(a, 1)", "clamp(vector(5), 3, 1)",
    "histogram_quantile(a)", "histogram_fraction(0, 1, a)", "days_in_month(1)", "hour(1)", "hour(vector(1), 1)",
    "a unless on() b", "a unless group_left b", "a or on(c) group_right b", "a + on(c) group_left(d) group_right(e) b",
    "a + ignoring(c) group_left() b", "a + group_left b", "a atan2 b", "1 atan2 2", "1 % 0", "1 / 0", "-1 / 0", "0 / 0",
    "5 % 3 % 2", "2 ^ 3 ^ 2", "1 + 2 * 3 - 4 / 5", "1 < bool 2 > bool 1", "a[1y]", "a[1w1d1h1m1s1ms]", "a[1ms1s]", "a[5.5m]",
    "a[1000000y]", "a[5m:0s]", "a[5m::]", "a[:5m]", "a[]", "a[5m", "a]", "(a", "a)", "()", "(", "{a=", "1..2", "1.", "1.e3",
    ".", "0b1", "0o7", "0x1.8p1", "1e-", "1E5", "1e+5", "Infinity", "99999999999999999999", "1e309", "1e-400",
    "a{b='c'}{d='e'}", "a{}", "a {b='c'}", "a.b", "0a", "_", "__a", "a{__b='c'}", "a{b:c='d'}", ":a", "sgn(-0)",
    "sgn(vector(-0))", "vector(-0)", "-0", "1 / -0", "sort(vector(1))", "pi()", "pi(1)", "month(vector(0))", "minute()",
    "label_replace(vector(1), '__name__', 'a b', '', '')", "label_replace(vector(1), '__name__', '', '', '')",
    "label_replace(vector(1), 'a', '$1', 'b', '(.*')", "label_join(vector(1), 'a', ',', 'b', 'c')",
    "label_join(vector(1), '__name__', ',')", "absent(a{b='c',d=~'e',f='g'})", "absent(a{b='c',b='d'})",
    "absent(sum(a{b='c'}))", "absent_over_time(a{b='c'}[5m])", "absent_over_time((a)[5m:])", "absent((a{b='c'}))",
    "absent(a or b)", "scalar(a)", "scalar(vector(1) or label_replace(vector(2), 'a', 'b', '', ''))", "topk(2, vector(1))",
    "count_values('a', vector(1.5))", "count_values('a', vector(1e100))", "count_values('a', vector(0/0))",
    "quantile(0.5, vector(1))", "holt_winters(a[5m], 0.5, 0.5)", "deriv(a[5m:1m] @ 100)", "timestamp(vector(1))",
    "timestamp(a)", "predict_linear(a[5m], 'x')", "a{b!~'c|'}", "{b=~'.+'}", "{b!='c'}", "{b=~'.*',c!=''}",
    "sum by (__name__) (a)", "sum without () (vector(1))", "sum by () (vector(1))", "group by (a) (vector(1))",
    "sum(vector(1)) by (a,)", "sum without (a) by (b) (c)", "sum by (a) (b) by (c)", "sum(a) without", "min(1)",
    "vector(1) == 1", "vector(1) == bool 1", "1 == vector(1)", "vector(1) > bool vector(0)", "vector(1) and vector(2)",
    "vector(1) unless vector(2)", "vector(1) or vector(2)", "vector(1) + on() group_left vector(2)",
]  # fmt: skip
# What came with later versions of Prometheus.
LATER_TEXTS = [
    '{"up"}', '{"a"="b"}', 'sum by ("side") (a)', "5m", "5m + 1", "a[-5m]", "a[5m+1m]", "a[(5m)]", "a[5m:1]", "a offset +5m",
    "a offset -(5m)", "a @ 5m", "topk(1m, a)", "limitk(1, a)", "limit_ratio(0.5, a)", "info(a)", 'sort_by_label(a, "b")',
    "mad_over_time(a[5m])", "histogram_avg(a)", "histogram_stddev(a)", "double_exponential_smoothing(a[5m], 0.5, 0.5)",
    "ts_of_max_over_time(a[5m])", "a{b='c' or d='e'}", "step()", "first_over_time(a[5m])", "a + on(b) group_left(*) c",
    "sum(a) by (b) by (c)", "sum_over_time(a[60])", "1_000", "a{b='c'}[1m30]", "0_1",
]  # fmt: skip


class Expressions:
    """Expressions over `series`, {name: {label: its values}}. Each names few metrics, so that operators find partners.

    `constant`: the series do not change, but servers may have taken them at different instants."""

    def __init__(self, random, series, constant=False):
        self.constant = constant
        self.windows = OF_CONSTANT_WINDOWS if constant else OF_WINDOWS
        self.ranges = RANGES_OF_CONSTANTS if constant else RANGES
        self.offsets = OFFSETS_OF_CONSTANTS if constant else OFFSETS
        self.random = random
        self.series = series
        self.names = sorted(series)
        self.buckets = [name for name in self.names if name.endswith("_bucket")]
        self.instants = []
        self.focus = []

    def draw(self, instants):
        """The text of one expression, of any type; `instants` are what `@` may name, in milliseconds."""
        self.instants = instants
        # Most metrics of a kind share their labels; a histogram is three of them.
        self.focus = [self.random.choice(self.names)]
        if self.random.random() < 0.5:
            self.focus.append(self.random.choice(self.names))
        depth = self.random.choice([1, 2, 2, 3, 3, 4])
        kind = self.random.random()
        if kind < 0.86:
            text = self.vector(depth)
        elif kind < 0.90:
            text = self.extreme(depth)
        elif kind < 0.94:
            text = self.scalar(depth)
        elif kind < 0.97:
            text = self.selector() if self.constant else self.matrix(1)
        elif kind < 0.98:
            text = self.random.choice(['"text"', "'it''s'", '"a\\tb"', "`raw\\n`", "'\\u00e4'"])
        else:
            text = self.of_wrong_type()
        is_mutable = not self.constant and not any(function + "(" in text for function in OF_MOMENTS)
        return self.mutated(text) if is_mutable and self.random.random() < 0.07 else text

    # -- What is wrong

    def of_wrong_type(self):
        return self.one_of(
            lambda: f"rate({self.selector()})",
            lambda: f"sum({self.matrix(1)})",
            lambda: f"{self.matrix(1)} + 1",
            lambda: f"{self.scalar(1)} and {self.vector(1)}",
            lambda: f"{self.scalar(1)} > {self.scalar(1)}",
            lambda: f"sum({self.scalar(1)})",
            lambda: f"topk({self.selector()}, {self.selector()})",
            lambda: f"topk({self.random.choice(['NaN', 'Inf', '1e30'])}, {self.selector()})",
            lambda: f"{self.selector()} > on(side) group_left bool {self.selector()}",
            lambda: f"{self.selector()} and on(side) group_left {self.selector()}",
            lambda: f"{self.selector()} + on(side) group_left(side) {self.selector()}",
            lambda: f"count_values(\"{self.random.choice(['le-', '0a', '', 'a:b'])}\", {self.selector()})",
            lambda: f"label_replace({self.selector()}, \"{self.random.choice(['a-', 'a', ''])}\", \"$1\", \"side\", \"{self.random.choice(['(', '(.*)'])}\")",
            lambda: f"label_join({self.selector()}, \"{self.random.choice(['a-', 'a', ''])}\", \"-\", \"side\", \"{self.random.choice(['x-', 'side'])}\")",
            lambda: f"holt_winters({self.matrix(1)}, {self.random.choice(NUMBERS)}, {self.random.choice(NUMBERS)})",
            lambda: self.random.choice(ODD_TEXTS),
            lambda: self.random.choice(LATER_TEXTS),
        )

    def mutated(self, text):
        """With one piece left out, doubled or exchanged: still an expression, or none."""
        pieces = pieces_of(text)
        at = self.random.randrange(len(pieces))
        change = self.random.randrange(4)
        if change == 0:
            del pieces[at]
        elif change == 1:
            pieces.insert(at, pieces[at])
        elif change == 2:
            other = self.random.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        else:
            pieces[at] = self.random.choice(["(", ")", "[", "]", "{", "}", ",", "by", "on", "bool", "offset", "@", "1", "-", "==", "and", '"x"', "5m", "sum", ":"])
        return "".join(pieces)

    # -- Selectors

    def metric(self):
        name = self.random.choice(self.focus)
        if name not in self.series:
            return self.random.choice(self.names)
        return name

    def matcher(self, labels):
        if not labels or self.random.random() < 0.08:
            label = self.random.choice(OTHER_LABELS)
            return f'{label}{self.random.choice(["=", "!=", "=~", "!~"])}"{self.random.choice(["", "x", "SIM-A"])}"'
        label = self.random.choice(sorted(labels))
        operator = self.random.choice(["=", "=", "!=", "=~", "!~"])
        if operator in ("=", "!="):
            return f"{label}{operator}{json.dumps(self.random.choice(labels[label]))}"
        pattern = self.random.choice(PATTERNS)
        if self.random.random() < 0.4:
            few = self.random.sample(labels[label], min(len(labels[label]), self.random.randint(1, 3)))
            pattern = "|".join(few).replace(".", "\\\\.").replace("+", "\\\\+")
        return f'{label}{operator}"{pattern}"'

    def plain_selector(self, name=None):
        chosen = name or self.metric()
        labels = self.series.get(chosen, {})
        matchers = [self.matcher(labels) for _ in range(self.random.choice([0, 0, 0, 1, 1, 2]))]
        way = 0 if self.constant else self.random.random()
        if way < 0.9:
            return chosen + (f"{{{','.join(matchers)}}}" if matchers else self.random.choice(["", "", "{}"]))
        if way < 0.95:
            return "{" + ", ".join([f'__name__="{chosen}"', *matchers]) + ("}" if self.random.random() < 0.8 else ",}")
        pattern = chosen.rsplit("_", 1)[0] + "_.*"
        return "{" + ",".join([f'__name__=~"{pattern}"', *matchers]) + "}"

    def shift(self):
        shifts = []
        if self.random.random() < 0.15:
            shifts.append(f" offset {self.random.choice(self.offsets)}")
        if self.random.random() < 0.10:
            instant = self.random.choice([f"{self.random.choice(self.instants) / 1000:.3f}", "start()", "end()"])
            shifts.append(f" @ {instant}")
        self.random.shuffle(shifts)
        return "".join(shifts)

    def selector(self, name=None):
        return self.plain_selector(name) + self.shift()

    def matrix(self, depth, name=None):
        if depth > 1 and self.random.random() < 0.3:
            inner = self.one_of(lambda: self.selector(name), lambda: f"({self.vector(depth - 2)})", lambda: self.window(depth - 1, name))
            return f"{inner}[{self.random.choice(self.ranges[-8:])}:{self.random.choice(STEPS)}]{self.shift()}"
        return f"{self.plain_selector(name)}[{self.random.choice(self.ranges)}]{self.shift()}"

    # -- Numbers

    def scalar(self, depth):
        if depth <= 0:
            return self.random.choice(NUMBERS)
        return self.one_of(
            lambda: self.random.choice(NUMBERS),
            lambda: "time()",
            lambda: "pi()",
            lambda: f"scalar({self.vector(depth - 1)})",
            lambda: f"{self.random.choice('-+')}{self.scalar(depth - 1)}",
            lambda: f"({self.scalar(depth - 1)} {self.random.choice(ARITHMETIC)} {self.scalar(depth - 1)})",
            lambda: f"({self.scalar(depth - 1)} {self.random.choice(COMPARISONS)} bool {self.scalar(depth - 1)})",
        )

    # -- Vectors

    def one_of(self, *ways):
        return self.random.choice(ways)()

    def vector(self, depth, name=None):
        if depth <= 0:
            return self.selector(name)
        ways = [
            (4, lambda: self.selector(name)),
            (6, lambda: self.window(depth, name)),
            (6, lambda: self.aggregation(depth, name)),
            (5, lambda: self.with_scalar(depth, name)),
            (7, lambda: self.with_vector(depth)),
            (4, lambda: self.of_values(depth, name)),
            (2, lambda: self.histogram_quantile(depth)),
            (2, lambda: self.relabelled(depth, name)),
            (1, lambda: f"{self.random.choice('-+')}{self.vector(depth - 1, name)}"),
            (1, lambda: f"({self.vector(depth - 1, name)})"),
            (1, lambda: f"absent({self.vector(depth - 1, name)})"),
            (1, lambda: f"vector({self.scalar(depth - 1)})"),
            (1, lambda: f"{self.random.choice(['sort', 'sort_desc'])}({self.vector(depth - 1, name)})"),
            (0 if self.constant else 1, lambda: self.timestamp(depth, name)),
            (1, lambda: self.moment(depth)),
            (1, lambda: self.remainder(name)),
        ]
        chosen = self.random.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
        return chosen()

    def moment(self, depth):
        function = self.random.choice(OF_MOMENTS)
        argument = self.one_of(lambda: f"vector({self.scalar(depth - 1)})", lambda: self.vector(depth - 1))
        # NaN and what is no 64-bit number of seconds is a time in Go that depends on the processor.
        return f"{function}({self.random.choice(['', f'({argument}) > -1e11 < 1e11'])})"

    def timestamp(self, depth, name):
        inner = self.vector(depth - 1, name)
        # Prometheus 2.42 forgets an offset that stands beside `@`, here only.
        return f"timestamp({FIXED_TIME.sub('', inner) if ' offset ' in inner else inner})"

    def remainder(self, name):
        divisor = self.random.choice([self.random.choice(NUMBERS), self.selector(name)])
        return f"({self.selector(name)} % {divisor})"

    def of_values(self, depth, name):
        inner = self.vector(depth - 1, name)
        return self.one_of(
            lambda: f"{self.random.choice(OF_VALUES)}({inner})",
            lambda: f"{self.random.choice(OF_VALUES)}({inner})",
            lambda: f"clamp({inner}, {self.scalar(depth - 2)}, {self.scalar(depth - 2)})",
            lambda: f"clamp_{self.random.choice(['min', 'max'])}({inner}, {self.scalar(depth - 2)})",
            lambda: f"round({inner}{self.random.choice(['', f', {self.scalar(depth - 2)}'])})",
            lambda: f"{self.random.choice(OF_NATIVE_HISTOGRAMS)}({inner})",
        )

    def window(self, depth, name=None):
        matrix = self.matrix(depth, name)
        if self.constant or self.random.random() < 0.75:
            return f"{self.random.choice(self.windows)}({matrix})"
        return self.one_of(
            lambda: f"quantile_over_time({self.quantile(depth)}, {matrix})",
            # Prometheus 2.42 takes other samples for a prediction at each step, although `@` fixes them.
            lambda: f"predict_linear({FIXED_TIME.sub('', matrix)}, {self.scalar(depth - 2)})",
            lambda: f"holt_winters({matrix}, {self.random.choice(['0.1', '0.5', '0.9'])}, {self.random.choice(['0.1', '0.5', '0.99'])})",
        )

    def quantile(self, depth):
        return self.random.choice(QUANTILES) if self.random.random() < 0.9 else self.scalar(depth - 2)

    def labels_of_focus(self, most=3):
        known = sorted({label for name in self.focus for label in self.series.get(name, {})} | {self.random.choice(OTHER_LABELS)})
        return self.random.sample(known, self.random.randint(0, min(most, len(known))))

    def grouping(self, most=3):
        way = self.random.random()
        if way < 0.3:
            return ""
        labels = self.labels_of_focus(most)
        if self.random.random() < 0.05:
            labels.append("__name__")
        return f"{self.random.choice(['by', 'by', 'without'])} ({', '.join(labels)})"

    def aggregation(self, depth, name=None):
        inner = self.vector(depth - 1, name)
        operator, arguments = self.one_of(
            lambda: (self.random.choice(AGGREGATIONS), inner),
            lambda: (self.random.choice(AGGREGATIONS), inner),
            lambda: (self.random.choice(AGGREGATIONS), inner),
            lambda: ("quantile", f"{self.quantile(depth)}, {inner}"),
            # Values become labels, of which every digit counts: nothing that libraries of mathematics round differently.
            lambda: ("count_values", f'"{self.random.choice(["value", "side", "symbol"])}", {self.selector(name)}{self.random.choice(["", " % 10", " > 1"])}'),
        )
        # With three labels, the second step of a range loses one of them in Prometheus 2.42.
        grouping = self.grouping(1 if operator == "count_values" else 3)
        if self.random.random() < 0.5:
            return f"{operator} {grouping} ({arguments})" if grouping else f"{operator}({arguments})"
        return f"{operator}({arguments}) {grouping}"

    def extreme(self, depth):
        """The largest or smallest. Which of equal ones is nobody's promise, so nothing may depend on their labels."""
        text = f"{self.random.choice(['topk', 'bottomk'])}{self.grouping()}({self.random.choice(['0', '1', '2', '3', '5', '-1', '2.9'])}, {self.vector(depth - 1)})"
        if self.random.random() < 0.4:
            return f"{self.random.choice(['sum', 'count', 'min', 'max', 'avg'])}({text})"
        return text

    def with_scalar(self, depth, name):
        vector, scalar = self.vector(depth - 1, name), self.scalar(depth - 1)
        operator = self.random.choice(ARITHMETIC + COMPARISONS)
        if operator in COMPARISONS and self.random.random() < 0.3:
            operator += " bool"
        sides = [vector, scalar]
        self.random.shuffle(sides)
        return self.joined(sides[0], operator, sides[1])

    def joined(self, left, operator, right):
        text = f"{left} {operator} {right}"
        return text if self.random.random() < 0.3 else f"({text})"

    def with_vector(self, depth):
        if self.random.random() < 0.25:
            return self.with_one_side(depth)
        name = self.random.choice([None, self.metric(), self.metric()])
        left, right = self.vector(depth - 1, name), self.vector(depth - 1, name)
        operator = self.random.choice(ARITHMETIC + COMPARISONS + SETS + SETS)
        if operator in COMPARISONS and self.random.random() < 0.3:
            operator += " bool"
        way = self.random.random()
        if way < 0.3:
            operator += f" {self.random.choice(['on', 'ignoring'])}({', '.join(self.labels_of_focus())})"
        return self.joined(left, operator, right)

    def with_one_side(self, depth):
        """Many series with one of each group."""
        name = self.metric()
        labels = sorted(self.series.get(name, {})) or ["side"]
        on = self.random.sample(labels, self.random.randint(0, len(labels)))
        many = self.vector(depth - 1, name)
        one = f"{self.random.choice(AGGREGATIONS)} by ({', '.join(on)}) ({self.vector(depth - 1, name)})"
        extra = [label for label in labels if label not in on] + ["nothing"]
        included = self.random.sample(extra, self.random.choice([0, 0, 1]))
        operator = self.random.choice(ARITHMETIC + COMPARISONS)
        if operator in COMPARISONS and self.random.random() < 0.3:
            operator += " bool"
        matching = f"on({', '.join(on)})" if self.random.random() < 0.7 else f"ignoring({', '.join(extra)})"
        if self.random.random() < 0.5:
            return self.joined(many, f"{operator} {matching} group_left({', '.join(included)})", one)
        return self.joined(one, f"{operator} {matching} group_right({', '.join(included)})", many)

    def histogram_quantile(self, depth):
        name = self.random.choice(self.buckets) if self.random.random() < 0.9 else None
        inner = self.one_of(
            lambda: self.selector(name),
            lambda: f"{self.random.choice(['rate', 'increase', 'last_over_time'])}({self.matrix(1, name)})",
        )
        if self.random.random() < 0.5:
            others = [label for label in self.series.get(name, {}) if label != "le"]
            by = ["le", *self.random.sample(others, self.random.randint(0, min(2, len(others))))]
            inner = f"sum by ({', '.join(by)}) ({inner})"
        return f"histogram_quantile({self.quantile(depth)}, {inner})"

    def relabelled(self, depth, name):
        inner = self.vector(depth - 1, name)
        labels = [*self.labels_of_focus(2), "side", "__name__"]
        source, target = self.random.choice(labels), self.random.choice([*labels, "made"])
        if self.random.random() < 0.4:
            sources = ", ".join(f'"{label}"' for label in self.labels_of_focus(3))
            return f'label_join({inner}, "{target}", "{self.random.choice(["", "-", ", "])}"{", " if sources else ""}{sources})'
        pattern = self.random.choice(["(.*)", "(.)(.*)", "([A-Z]+)-?(.*)", "", "b.*", "(?P<first>.).*", ".*"])
        replacement = self.random.choice(["$1", "x-$1", "$2$1", "", "${1}y", "$first", "fixed", "$$", "$3"])
        return f'label_replace({inner}, "{target}", "{replacement}", "{source}", "{pattern}")'


def pieces_of(text):
    """Words, texts in quotes, spaces and single characters."""
    pieces, at = [], 0
    while at < len(text):
        end = at + 1
        if text[at].isalnum() or text[at] == "_":
            while end < len(text) and (text[end].isalnum() or text[end] in "_:."):
                end += 1
        elif text[at] in "\"'`":
            closing = text.find(text[at], at + 1)
            end = len(text) if closing < 0 else closing + 1
        pieces.append(text[at:end])
        at = end
    return pieces or [""]
