#!/usr/bin/env python3
"""Computes a replay's result a second time, from its fills alone, and compares every figure exactly.

    recompute.py --report REPORT.json --fills FILLS.csv [--orders ORDERS.csv] [--rate FROM/TO=RATE]...
                 [--base SYMBOL=CURRENCY]...

Of the report only what is no result is taken as given: each position's currency, multiplier, direction of
quotation and mark, and each account's currency and initial capital. Computed from the fills: quantity, average
price, realized and unrealized P&L, commissions and cash of every position; cash, realized and unrealized P&L,
commissions and equity of every account; slippage by symbol; cum quantity and average price of every order.

Integers only, in units of 1e-8 (1e-16 for products); every division rounds half to even. The rules are those at
the top of positions/position.h, written a second time in another language by way of another structure.

A commission may be in the instrument's other currency (which is read from the symbol, or said by --base). Any
other currency, and a position in another currency than its account's, needs a --rate.

Prints what differs, then `N figures agree, N differ`; exit code 1 when one differs or nothing was compared.
"""

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from typing import NamedTuple

DIGITS = 8
UNIT = 10**DIGITS
DECIMAL = re.compile(rf"([+-]?)([0-9]+)(?:\.([0-9]{{1,{DIGITS}}})0*)?")
SIDES = {"buy": 1, "sell": -1}


class InputError(Exception):
    """Something in the files that cannot be read; says where."""


def half_even(numerator, denominator):
    """numerator / denominator rounded half to even."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, rest = divmod(numerator, denominator)  # rest >= 0
    if 2 * rest > denominator or (2 * rest == denominator and quotient % 2 == 1):
        quotient += 1
    return quotient


def parse(text, where="a decimal"):
    """Exact decimal text as an integer in units of 1e-8."""
    match = DECIMAL.fullmatch(text)
    if not match:
        raise InputError(f"{where}: must be a decimal of at most {DIGITS} places, was {text!r}")
    sign, whole, fraction = match.groups()
    raw = int(whole) * UNIT + int((fraction or "").ljust(DIGITS, "0"))
    return -raw if sign == "-" else raw


def show(raw, digits=DIGITS):
    """The shortest exact decimal of an integer in units of 10^-digits."""
    if raw is None:
        return "null"
    whole, fraction = divmod(abs(raw), 10**digits)
    text = f"{whole}.{fraction:0{digits}d}".rstrip("0").rstrip(".")
    return "-" + text if raw < 0 else text


class Fill(NamedTuple):
    order_id: str
    account: str
    symbol: str
    side: int
    quantity: int
    price: int
    commission: int
    commission_currency: str
    mid: int | None  # of the arrival, half to even


FILL_COLUMNS = (
    "ts,order_id,client_order_id,venue,venue_trade_id,account,strategy,symbol,side,quantity,price,commission,"
    "commission_currency,liquidity,decision_mid,arrival_bid,arrival_ask"
).split(",")


def read_fills(path):
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != FILL_COLUMNS:
            raise InputError(f"{path}:1: must be {','.join(FILL_COLUMNS)}, was {reader.fieldnames}")
        fills, seen, last = [], set(), 0
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if row["side"] not in SIDES:
                raise InputError(f"{where}: side: must be buy or sell, was {row['side']!r}")
            identity = (row["order_id"], row["venue_trade_id"])
            if identity in seen:
                raise InputError(f"{where}: a fill must be applied once, {identity} stands here again")
            seen.add(identity)
            if int(row["ts"]) < last:
                raise InputError(f"{where}: ts: must not go back, was {row['ts']} after {last}")
            last = int(row["ts"])
            mid = None
            if row["arrival_bid"] and row["arrival_ask"]:
                mid = half_even(parse(row["arrival_bid"], where) + parse(row["arrival_ask"], where), 2)
            fills.append(
                Fill(
                    row["order_id"],
                    row["account"],
                    row["symbol"],
                    SIDES[row["side"]],
                    parse(row["quantity"], where),
                    parse(row["price"], where),
                    parse(row["commission"], where),
                    row["commission_currency"],
                    mid,
                )
            )
    return fills


class Contract(NamedTuple):
    """What a position needs to know of its instrument."""

    currency: str
    multiplier: int
    inverse: bool

    def value(self, price, quantity):
        """Worth of a quantity >= 0 in the settlement currency, in units of 1e-16."""
        if self.inverse:
            return half_even(quantity * self.multiplier * UNIT, price)
        return half_even(price * quantity * self.multiplier, UNIT)


class Position:
    """One account in one instrument. Money in units of 1e-16."""

    def __init__(self, contract):
        self.contract = contract
        self.quantity = 0
        self.cost = 0  # of the open quantity
        self.realized = 0
        self.commissions = 0
        self.cash = 0

    def pay(self, fee):
        self.realized -= fee
        self.commissions += fee
        self.cash -= fee

    def book(self, direction, price, quantity):
        """Moves `quantity` in `direction` at `price`, without passing through zero; fees apart."""
        value = self.contract.value(price, quantity)
        flow = -direction * value
        self.cash += -flow if self.contract.inverse else flow
        held = abs(self.quantity)
        if self.quantity * direction >= 0:
            self.cost += value
        else:
            removed = self.cost if quantity == held else half_even(self.cost * quantity, held)
            gain = value - removed if self.quantity > 0 else removed - value
            self.realized += -gain if self.contract.inverse else gain
            self.cost -= removed
        self.quantity += direction * quantity

    def apply(self, side, quantity, price, commission, base_commission):
        """One fill; commission in the settlement currency, base_commission in units of the base currency."""
        movement = side * quantity - base_commission
        fee = commission * UNIT
        if base_commission:
            sign = 1 if base_commission > 0 else -1
            fee += sign * self.contract.value(price, abs(base_commission))
        self.pay(fee)
        direction = 1 if movement > 0 else -1
        rest = abs(movement)
        if self.quantity * direction < 0:
            closing = min(rest, abs(self.quantity))
            self.book(direction, price, closing)
            rest -= closing
        if rest:
            self.book(direction, price, rest)

    def average_price(self):
        size = abs(self.quantity) * self.contract.multiplier
        if self.quantity == 0 or (self.contract.inverse and self.cost <= 0):
            return None
        if self.contract.inverse:
            return half_even(size * UNIT, self.cost)
        return half_even(self.cost * UNIT, size)

    def unrealized(self, mark):
        """In units of 1e-16; 0 when flat, None without a mark."""
        if self.quantity == 0:
            return 0
        if mark is None:
            return None
        gain = self.contract.value(mark, abs(self.quantity)) - self.cost
        return gain if (self.quantity > 0) != self.contract.inverse else -gain


def published(exact):
    """1e-16 rounded once to 1e-8."""
    return None if exact is None else half_even(exact, UNIT)


class Rules(NamedTuple):
    """What an amount in another currency means."""

    bases: dict  # symbol: its base currency
    rates: dict  # (from, to): rate in units of 1e-8

    def convert(self, amount, source, target):
        """An amount in units of 1e-8 in the target currency; None without a rate."""
        if source == target or amount == 0:
            return amount
        if (source, target) in self.rates:
            return half_even(amount * self.rates[source, target], UNIT)
        if (target, source) in self.rates:
            return half_even(amount * UNIT, self.rates[target, source])
        return None

    def split(self, fill, contract):
        """(commission in the settlement currency, commission in units of the base currency)."""
        currency = fill.commission_currency
        if fill.commission == 0 or currency in ("", contract.currency):
            return fill.commission, 0
        if contract.inverse:  # settled in the base currency, quoted in what follows it in the symbol
            if fill.symbol.startswith(contract.currency + currency):
                return half_even(fill.commission * UNIT, fill.price), 0
        elif currency == self.bases.get(fill.symbol, currency if fill.symbol.startswith(currency) else None):
            # Where a unit is a unit of the base currency the fee comes out of the position; otherwise it is
            # converted at the fill's own price.
            if contract.multiplier == UNIT:
                return 0, fill.commission
            return half_even(fill.commission * fill.price, UNIT), 0
        converted = self.convert(fill.commission, currency, contract.currency)
        if converted is None:
            raise InputError(f"{fill.symbol}: commission in {currency}: needs --rate {currency}/{contract.currency}=RATE")
        return converted, 0


def positions_of(fills, contracts, rules):
    """{(account, symbol): Position} after all fills, in their order."""
    positions = {}
    for fill in fills:
        key = (fill.account, fill.symbol)
        if key not in contracts:
            raise InputError(f"report: positions: must have {key}, which the fills name")
        position = positions.setdefault(key, Position(contracts[key]))
        commission, base_commission = rules.split(fill, contracts[key])
        position.apply(fill.side, fill.quantity, fill.price, commission, base_commission)
    return positions


def orders_of(fills):
    """{order id: (first fill, sum of quantities, sum of price * quantity in 1e-16)} in the order of first fills."""
    orders = {}
    for fill in fills:
        first, quantity, value = orders.get(fill.order_id, (fill, 0, 0))
        orders[fill.order_id] = (first, quantity + fill.quantity, value + fill.price * fill.quantity)
    return orders


def slippage_of(fills):
    """{symbol: (samples in 1e-8 basis points, orders without a benchmark)}: s(V - B)/B of each order."""
    result = defaultdict(lambda: ([], 0))
    for fill, quantity, value in orders_of(fills).values():
        samples, missing = result[fill.symbol]
        if fill.mid is None or fill.mid <= 0:
            result[fill.symbol] = (samples, missing + 1)
            continue
        benchmark = fill.mid * quantity
        samples.append(half_even(fill.side * (value - benchmark) * 10_000 * UNIT, benchmark))
    return dict(result)


def percentile(samples, percent):
    """Nearest rank: the element at ceil(p * n) of the sorted samples."""
    rank = max(1, -(-percent * len(samples) // 100))
    return sorted(samples)[rank - 1]


class Comparison:
    """Counts figures that agree and keeps those that differ."""

    def __init__(self):
        self.agreed = 0
        self.differences = []
        self.passed_over = []  # accounts that could not be computed

    def figure(self, name, computed, reported):
        """`computed` in units of 1e-8 or None; `reported` as the file has it."""
        theirs = None if reported is None else parse(reported, name)
        self.equal(name, show(computed), show(theirs))

    def equal(self, name, computed, reported):
        if computed == reported:
            self.agreed += 1
        else:
            self.differences.append(f"{name}: computed {computed}, reported {reported}")


def compare_positions(report, positions, comparison):
    for row in report["positions"]:
        key = (row["account"], row["symbol"])
        name = f"position {key[0]} {key[1]}"
        position = positions.get(key)
        if position is None:
            comparison.differences.append(f"{name}: computed none, reported one")
            continue
        mark = None if row["mark"] is None else parse(row["mark"], name)
        comparison.figure(f"{name}: quantity", position.quantity, row["quantity"])
        comparison.figure(f"{name}: average_price", position.average_price(), row["average_price"])
        comparison.figure(f"{name}: realized", published(position.realized), row["realized"])
        comparison.figure(f"{name}: unrealized", published(position.unrealized(mark)), row["unrealized"])
        for figure in ("commissions", "cash"):
            if figure in row:
                comparison.figure(f"{name}: {figure}", published(getattr(position, figure)), row[figure])


def total(amounts):
    """Their sum, or None where one is missing."""
    amounts = list(amounts)
    return None if None in amounts else sum(amounts)


def compare_accounts(report, positions, rules, comparison):
    """An account's figures are in its own currency; one whose positions cannot be converted to it is passed over."""
    marks = {(row["account"], row["symbol"]): row["mark"] for row in report["positions"]}
    for account in report["accounts"]:
        own = {key: position for key, position in positions.items() if key[0] == account["account"]}
        target = account["currency"]
        name = f"account {account['account']}"
        if any(rules.convert(UNIT, position.contract.currency, target) is None for position in own.values()):
            comparison.passed_over.append(f"{name}: needs --rate for its positions in other currencies")
            continue

        def in_account(exact, currency):
            return None if exact is None else rules.convert(published(exact), currency, target)

        def figure(get):
            return total(in_account(get(key, position), position.contract.currency) for key, position in own.items())

        balances = defaultdict(int)
        for position in own.values():
            balances[position.contract.currency] += position.cash
        capital = parse(account["initial_capital"], name)
        cash = capital + total(in_account(balance, currency) for currency, balance in balances.items())
        realized = figure(lambda key, position: position.realized)
        marked = {key: None if marks.get(key) is None else parse(marks[key], name) for key in own}
        unrealized = figure(lambda key, position: position.unrealized(marked[key]))

        comparison.figure(f"{name}: cash", cash, account["cash"])
        comparison.figure(f"{name}: realized", realized, account["realized"])
        commissions = figure(lambda key, position: position.commissions)
        comparison.figure(f"{name}: commissions", commissions, account["commissions"])
        comparison.figure(f"{name}: unrealized", unrealized, account["unrealized"])
        equity = total([capital, realized, unrealized])
        comparison.figure(f"{name}: equity", equity, account["equity"])


def compare_slippage(report, fills, comparison):
    slippage = slippage_of(fills)
    comparison.equal("slippage: symbols", sorted(slippage), sorted(report["slippage"]))
    for symbol, (samples, missing) in slippage.items():
        row = report["slippage"].get(symbol)
        if row is None:
            continue
        name = f"slippage {symbol}"
        if "samples" in row:
            comparison.equal(f"{name}: samples", len(samples), row["samples"])
        if "missing_benchmark" in row:
            comparison.equal(f"{name}: missing_benchmark", missing, row["missing_benchmark"])
        comparison.figure(f"{name}: mean", half_even(sum(samples), len(samples)) if samples else None, row["mean"])
        for percent in (50, 95, 99):
            computed = percentile(samples, percent) if samples else None
            comparison.figure(f"{name}: p{percent}", computed, row[f"p{percent}"])


def compare_orders(path, fills, comparison):
    """Cum quantity and average price of each order; a parent's are the sums over its slices."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sums = {order_id: (quantity, value) for order_id, (_, quantity, value) in orders_of(fills).items()}
    for row in rows:
        if row["parent_order_id"]:
            quantity, value = sums.get(row["order_id"], (0, 0))
            parent_quantity, parent_value = sums.get(row["parent_order_id"], (0, 0))
            sums[row["parent_order_id"]] = (parent_quantity + quantity, parent_value + value)
    known = {row["order_id"] for row in rows}
    for order_id in sums:
        if order_id not in known:
            comparison.differences.append(f"order {order_id}: has fills, must have a row in {path}")
    for row in rows:
        name = f"order {row['order_id']}"
        quantity, value = sums.get(row["order_id"], (0, 0))
        over = parse(row["overfill_quantity"], name)
        comparison.figure(f"{name}: cum_quantity", quantity - over, row["cum_quantity"])
        average = half_even(value, quantity) if quantity else None
        comparison.figure(f"{name}: average_price", average, row["average_price"] or None)
    return len(rows)


def compare(report, fills, rules=Rules({}, {}), orders_path=None):
    """A Comparison of all figures of the report with those computed from the fills."""
    contracts = {
        (row["account"], row["symbol"]): Contract(row["currency"], parse(row["multiplier"]), row["inverse"])
        for row in report["positions"]
    }
    positions = positions_of(fills, contracts, rules)
    comparison = Comparison()
    comparison.equal("fills", len(fills), report["fills"])
    compare_positions(report, positions, comparison)
    compare_accounts(report, positions, rules, comparison)
    compare_slippage(report, fills, comparison)
    if orders_path:
        compare_orders(orders_path, fills, comparison)
    return comparison


def read_report(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="Computes a replay's result again from its fills and compares.")
    parser.add_argument("--report", required=True)
    parser.add_argument("--fills", required=True)
    parser.add_argument("--orders", help="the orders CSV of the same replay")
    parser.add_argument("--base", action="append", default=[], metavar="SYMBOL=CURRENCY")
    parser.add_argument("--rate", action="append", default=[], metavar="FROM/TO=RATE")
    options = parser.parse_args(arguments)
    try:
        bases = dict(text.split("=", 1) for text in options.base)
        rates = {}
        for text in options.rate:
            pair, rate = text.split("=", 1)
            source, target = pair.split("/", 1)
            rates[source, target] = parse(rate, "--rate")
    except ValueError:
        parser.error("--base must be SYMBOL=CURRENCY and --rate FROM/TO=RATE")
    return options, Rules(bases, rates)


def main(arguments):
    options, rules = parse_arguments(arguments)
    try:
        comparison = compare(read_report(options.report), read_fills(options.fills), rules, options.orders)
    except (InputError, OSError, ValueError) as error:
        print(f"recompute: {error}", file=sys.stderr)
        return 1
    for line in comparison.differences + comparison.passed_over:
        print(line)
    print(f"{comparison.agreed} figures agree, {len(comparison.differences)} differ")
    return 0 if comparison.agreed > 1 and not comparison.differences else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
