"""
Random billing histories in the columns of the input contract, and what the definitions make of them, worked out day by
day in Python.
"""

import calendar
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from random import Random

FIRST_DAY = date(2023, 11, 1)
GRACE_DAYS = 10
CENT = Decimal("0.01")
UNKNOWN = "(unknown)"
INTERVALS = {"month": 1, "quarter": 3, "year": 12}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def month_of(day: date) -> date:
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def account_of(customer: str | None) -> str | None:
    """Half of the customers are companies that the CRM knows."""
    return customer if customer and customer[-1] in "13579" else None


def segment_of(customer: str) -> str:
    return "smb" if account_of(customer) else "unknown"


class Histories:
    """
    Random customers, each with subscriptions, invoices for service, orders, or some of these. Beside them stand a flat
    subscription in a foreign currency, one that changes its plan once, one known by its invoices, and orders of nobody.
    """

    def __init__(self, random: Random, customers: int, as_of: date) -> None:
        self.random, self.as_of = random, as_of
        self.subscriptions: list[dict] = []
        self.lines: list[dict] = []
        self.rates = self.make_rates()
        for number in range(customers):
            customer = f"C{number}"
            kind = random.choice(["contract", "invoices", "shop", "mixed", "mixed"])
            if kind in ("contract", "mixed"):
                self.add_subscriptions(customer)
            if kind in ("invoices", "mixed"):
                self.add_invoices(customer)
            if kind in ("shop", "mixed"):
                self.add_orders(customer)
        self.add_orders(None)
        self.add_renewed("flat", random.choice(["JPY", "EUR"]))
        self.add_renewed("changes plan", self.currency(), changes=True)
        self.add_renewed_invoices("flat invoices", random.choice(["JPY", "EUR"]))

    def __repr__(self) -> str:
        rows = [
            {name: str(value) for name, value in row.items() if value is not None}
            for row in self.subscriptions + self.lines
        ]
        return "\n".join([f"as_of {self.as_of}", *map(str, rows)])

    def month_ends(self) -> list[date]:
        """The days on which MRR is taken: each month's last, for the month of as_of as_of itself."""
        months = [add_months(FIRST_DAY, n) for n in range(40)]
        return [
            min(add_months(month, 1) - timedelta(1), self.as_of)
            for month in months
            if month <= self.as_of
        ]

    def make_rates(self) -> dict[str, list[tuple[date, Decimal]]]:
        # From a seed of their own: hypothesis need not shrink every rate of two years.
        random = Random(self.random.randint(0, 1000))
        rates = {"EUR": [], "JPY": []}
        for currency, middle in (("EUR", 1.1), ("JPY", 0.0069)):
            day = FIRST_DAY - timedelta(5)
            while day <= self.as_of:
                rate = Decimal(str(round(middle * random.uniform(0.8, 1.2), 8)))
                rates[currency].append((day, rate))
                day += timedelta(random.randint(3, 7))
        return rates

    def rate(self, currency: str, day: date) -> Decimal:
        if currency == "USD":
            return Decimal(1)
        rates = self.rates[currency]
        return rates[bisect(rates, day, key=lambda rate: rate[0]) - 1][1]

    def repeats(self, most: int) -> Iterator[int]:
        """Once to `most` times, each after the first by a throw of its own: hypothesis can leave out any."""
        for number in range(most):
            if number and self.random.randint(0, 4) == 0:
                return
            yield number

    def is_chosen(self, one_in: int) -> bool:
        return self.random.randint(0, one_in - 1) == one_in - 1

    def day(self, first: date = FIRST_DAY) -> date:
        return first + timedelta(self.random.randint(0, max((self.as_of - first).days, 0)))

    def money(self, largest: int) -> Decimal:
        return Decimal(self.random.randint(0, largest * 100)) / 100

    def currency(self) -> str:
        return self.random.choice(["USD", "EUR", "JPY"])

    def add_version(self, subscription: str, customer: str, **columns) -> None:
        self.subscriptions.append(
            {
                "source_system": "billing",
                "subscription_id": subscription,
                "customer_id": customer,
                "account_id": account_of(customer),
                "plan_name": None,
                "product_line": None,
                "billing_interval": "month",
                "currency": "USD",
                "quantity": 1,
                "unit_amount": None,
                "discount_amount": None,
                "valid_from": None,
                "valid_to": None,
                "started_at": None,
                "ended_at": None,
                **columns,
            }
        )

    def add_subscriptions(self, customer: str) -> None:
        for _ in self.repeats(2):
            subscription, currency = f"S{len(self.subscriptions)}", self.currency()
            first = len(self.subscriptions)
            started = valid_from = self.day()
            started_at = self.random.choice([None, started - timedelta(2)])
            for number in self.repeats(4):
                if valid_from > self.as_of:
                    break
                # Some start and end in one month, some end on a month's last day, some pause.
                length = self.random.choice([3, 17, 31, 61, 92, 365])
                valid_to = valid_from + timedelta(length)
                if self.is_chosen(5):
                    valid_to = add_months(month_of(valid_from), 1) - timedelta(
                        self.random.randint(0, 1)
                    )
                    valid_to = max(valid_to, valid_from)
                self.add_version(
                    subscription,
                    customer,
                    plan_name=f"plan {number}",
                    billing_interval=self.random.choice(["month", "quarter", "year"]),
                    currency=currency,
                    quantity=self.random.randint(1, 50),
                    unit_amount=Decimal(self.random.randint(0, 10**8)) / 10**6,
                    discount_amount=self.random.choice([None, self.money(20)]),
                    valid_from=valid_from,
                    valid_to=valid_to,
                    started_at=started_at,
                )
                valid_from = valid_to + timedelta(self.random.choice([0, 0, 0, 1, 40]))
            newest = self.subscriptions[-1]
            if self.is_chosen(2):
                newest["valid_to"] = None
            ended = self.day(newest["valid_from"]) if self.is_chosen(3) else None
            for version in self.subscriptions[first:]:
                version["ended_at"] = ended

    def add_renewed(self, customer: str, currency: str, changes: bool = False) -> None:
        """A subscription renewed without a gap until as_of, at one price or, in `changes`, at another from some version on."""
        interval = self.random.choice(["month", "quarter", "year"])
        months = INTERVALS[interval]
        first = self.as_of - timedelta(self.random.randint(0, (self.as_of - FIRST_DAY).days))
        price = Decimal(self.random.randint(10_000, 10_100))
        starts = [first]
        while add_months(first, months * len(starts)) <= self.as_of:
            starts.append(add_months(first, months * len(starts)))
        change_at = self.random.randint(1, len(starts)) if changes else len(starts)
        changed = price + self.random.choice([-5000, 7000])
        for number, start in enumerate(starts):
            self.add_version(
                customer,
                customer,
                plan_name="plan" if number < change_at else "another plan",
                billing_interval=interval,
                currency=currency,
                unit_amount=price if number < change_at else changed,
                valid_from=start,
                valid_to=None if start == starts[-1] else add_months(first, months * (number + 1)),
                started_at=first,
            )

    def add_renewed_invoices(self, customer: str, currency: str) -> None:
        """The same invoice month after month until as_of, from any day, the 31st too."""
        first = self.as_of - timedelta(self.random.randint(0, (self.as_of - FIRST_DAY).days))
        starts = [first]
        while starts[-1] <= self.as_of:
            starts.append(add_months(first, len(starts)))
        for start, end in pairwise(starts):
            line = self.add_line(customer, start, "sale", Decimal(10_000), start, end, customer)
            line.update({"currency": currency, "product_line": None})

    def add_invoices(self, customer: str) -> None:
        for number in self.repeats(2):
            start, months = self.day(), self.random.choice([0, 1, 3, 12])
            for _ in self.repeats(15):
                if start > self.as_of:
                    break
                end = (
                    add_months(start, months)
                    if months
                    else start + timedelta(self.random.randint(1, 70))
                )
                end += timedelta(self.random.choice([0, 0, 0, -1, 1]))
                end = max(end, start + timedelta(1))
                line = self.add_line(
                    customer, start, "sale", self.money(3000), start, end, f"{customer}-{number}"
                )
                if self.is_chosen(10):
                    self.add_line(
                        customer,
                        self.day(start),
                        "refund",
                        -line["amount"],
                        start,
                        end,
                        f"{customer}-{number}",
                    )
                start = end + timedelta(self.random.choice([0, 0, 0, 0, 9, 11, 45]))

    def add_orders(self, customer: str | None) -> None:
        for _ in self.repeats(6):
            kind = self.random.choice(["sale", "sale", "refund", "credit_note"])
            amount = self.money(500) * (1 if kind == "sale" else -1)
            self.add_line(customer, self.day(), kind, amount)

    def add_line(
        self,
        customer: str | None,
        day: date,
        kind: str,
        amount: Decimal,
        start: date | None = None,
        end: date | None = None,
        subscription: str | None = None,
    ) -> dict:
        line = {
            # Another system than the one that has the subscriptions, which are not among those.
            "source_system": "invoicing" if subscription else "billing",
            "line_id": f"L{len(self.lines)}",
            "order_id": f"O{len(self.lines)}",
            "refunded_line_id": None,
            "line_type": kind,
            "customer_id": customer,
            "account_id": account_of(customer),
            "subscription_id": subscription,
            "product_line": self.random.choice([None, "Analytics"]),
            "is_recurring": bool(subscription),
            "service_start_date": start,
            "service_end_date": end,
            "amount": amount,
            "currency": self.currency(),
            "revenue_at": day,
        }
        self.lines.append(line)
        return line


def reporting_amount(histories: Histories, line: dict) -> Decimal:
    return cents(line["amount"] * histories.rate(line["currency"], line["revenue_at"]))


def spread(amount: Decimal, start: date, end: date) -> dict[date, Decimal]:
    """An amount over the days of its service: whole cents rounded down, the rest by largest remainder."""
    days: dict[date, int] = defaultdict(int)
    for offset in range((end - start).days):
        days[month_of(start + timedelta(offset))] += 1
    total = abs(amount) * 100
    exact = {month: total * count / (end - start).days for month, count in days.items()}
    whole = {month: share.to_integral_value(ROUND_FLOOR) for month, share in exact.items()}
    # Compared as whole numbers: two months of equal length have equal remainders.
    by_remainder = sorted(
        days, key=lambda month: (-(int(total) * days[month] % (end - start).days), month)
    )
    for month in by_remainder[: int(total - sum(whole.values()))]:
        whole[month] += 1
    return {month: share / 100 * (-1 if amount < 0 else 1) for month, share in whole.items()}


def expected_revenue(histories: Histories) -> dict[tuple, tuple]:
    months: dict[tuple, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for line in histories.lines:
        amount = reporting_amount(histories, line)
        customer = line["customer_id"] or UNKNOWN
        product_line = line["product_line"] or UNKNOWN
        if line["line_type"] != "sale":
            kind, parts = 2, {month_of(line["revenue_at"]): amount}
        elif line["is_recurring"]:
            kind, parts = 0, spread(amount, line["service_start_date"], line["service_end_date"])
        else:
            kind, parts = 1, {month_of(line["revenue_at"]): amount}
        for month, part in parts.items():
            months[customer, product_line, month][kind] += part
    return {key: (*kinds, sum(kinds), key[2] > histories.as_of) for key, kinds in months.items()}


def version_mrr(histories: Histories, version: dict, started: date) -> Decimal:
    price = version["quantity"] * version["unit_amount"] - (
        version["discount_amount"] or Decimal(0)
    )
    amount = max(price, Decimal(0)) * histories.rate(version["currency"], started)
    return cents(amount / INTERVALS[version["billing_interval"]])


def line_mrr(amount: Decimal, start: date, end: date) -> Decimal:
    for months in range(1, 15):
        from_start, from_end = add_months(start, months), add_months(end, -months)
        if abs((end - from_start).days) <= 1 or abs((start - from_end).days) <= 1:
            return cents(amount / months)
    return cents(amount * calendar.monthrange(start.year, start.month)[1] / (end - start).days)


def contracted_mrr(histories: Histories) -> dict[tuple[str, date], Decimal]:
    mrr: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    versions_of = defaultdict(list)
    for version in histories.subscriptions:
        versions_of[version["subscription_id"]].append(version)
    for versions in versions_of.values():
        started = versions[0]["started_at"] or min(version["valid_from"] for version in versions)
        for version in versions:
            ends = [end for end in (version["valid_to"], version["ended_at"]) if end]
            until = min(ends, default=date.max)
            for day in histories.month_ends():
                if version["valid_from"] <= day < until:
                    mrr[version["customer_id"], day] += version_mrr(histories, version, started)
    return mrr


def invoiced_mrr(histories: Histories) -> dict[tuple[str, date], Decimal]:
    contracted = {version["customer_id"] for version in histories.subscriptions}
    mrr: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    lines_of = defaultdict(list)
    for line in histories.lines:
        if (
            line["is_recurring"]
            and line["line_type"] == "sale"
            and line["customer_id"] not in contracted
        ):
            lines_of[line["customer_id"], line["subscription_id"]].append(line)
    for (customer, _), lines in lines_of.items():
        # Exchange rates move no MRR: that of the first invoice in a currency holds.
        first_days: dict[str, date] = {}
        for line in sorted(lines, key=lambda line: line["revenue_at"], reverse=True):
            first_days[line["currency"]] = line["revenue_at"]
        for day in histories.month_ends():
            active = [
                line
                for line in lines
                if line["service_start_date"] <= day
                and day < line["service_end_date"] + timedelta(GRACE_DAYS)
            ]
            if active:
                newest = max(active, key=lambda line: line["service_start_date"])
                # The rate of the first day of service holds: exchange rates move no MRR.
                currency = newest["currency"]
                started = min(
                    line["service_start_date"] for line in lines if line["currency"] == currency
                )
                amount = cents(newest["amount"] * histories.rate(currency, started))
                mrr[customer, day] += line_mrr(
                    amount, newest["service_start_date"], newest["service_end_date"]
                )
    return mrr


def opening_base(histories: Histories, mrr: dict[tuple[str, date], Decimal]) -> set[str]:
    """
    Customers from before the month of the first record: something of theirs began earlier, or they have MRR at the end of
    that month.
    """
    first_records = [line["revenue_at"] for line in histories.lines]
    first_records += [version["valid_from"] for version in histories.subscriptions]
    first_month = month_of(min(first_records))
    began = [(version["customer_id"], version["valid_from"]) for version in histories.subscriptions]
    began += [
        (version["customer_id"], version["started_at"])
        for version in histories.subscriptions
        if version["started_at"]
    ]
    began += [
        (line["customer_id"], line["service_start_date"] or line["revenue_at"])
        for line in histories.lines
        if line["line_type"] == "sale"
    ]
    first_end = min(add_months(first_month, 1) - timedelta(1), histories.as_of)
    return {customer for customer, day in began if day < first_month} | {
        customer for (customer, day), amount in mrr.items() if day == first_end and amount > 0
    }


def expected_movements(histories: Histories) -> dict[tuple, tuple]:
    mrr = {**contracted_mrr(histories), **invoiced_mrr(histories)}
    opening_customers = opening_base(histories, mrr)
    zero, movements = Decimal(0), {}
    for customer in {customer for (customer, _), amount in mrr.items() if amount > 0}:
        start, had_any = zero, False
        for day in histories.month_ends():
            end = mrr.get((customer, day), zero)
            if not had_any and end == 0:
                continue
            first = end if not had_any else zero
            opening = first if customer in opening_customers else zero
            new = first - opening
            reactivation = end if had_any and start == 0 else zero
            expansion = max(end - start, zero) if start > 0 else zero
            contraction = max(start - end, zero) if end > 0 else zero
            churn = start if end == 0 else zero
            movements[customer, month_of(day)] = (
                start, opening, new, reactivation, expansion, contraction, churn, end,
            )  # fmt: skip
            start, had_any = end, True
    return movements


def expected_bridge(movements: dict[tuple, tuple]) -> dict[tuple, list[Decimal]]:
    """(segment, month) -> sums of the movements, and over 12 months MRR then, of the same now, and what is kept of it."""
    bridge = defaultdict(lambda: [Decimal(0)] * 11)
    for (customer, month), row in movements.items():
        now = row[-1]
        then = movements.get((customer, add_months(month, -12)), (Decimal(0),))[-1]
        parts = (*row, then, now if then else Decimal(0), min(now, then))
        for segment in (segment_of(customer), "(all)"):
            sums = bridge[segment, month]
            bridge[segment, month] = [a + b for a, b in zip(sums, parts, strict=True)]
    return dict(bridge)
