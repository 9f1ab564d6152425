"""Random billing histories through dbt, compared to the cent with the definitions worked out day by day in Python."""

import calendar
import csv
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import pytest
from support import connect, dbt, own_data

AS_OF = date(2025, 10, 17)  # within a month: its MRR is that of the day
FIRST_DAY = date(2023, 11, 1)
GRACE_DAYS = 10
CUSTOMERS = 400
CENT = Decimal("0.01")
UNKNOWN = "(unknown)"
MODELS = "+fct_revenue_by_month +fct_mrr_movements"


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def month_of(day: date) -> date:
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_ends() -> list[date]:
    """The days on which MRR is taken: each month's last, for the month of as_of as_of itself."""
    months = [add_months(FIRST_DAY, n) for n in range(40)]
    return [min(add_months(month, 1) - timedelta(1), AS_OF) for month in months if month <= AS_OF]


class Histories:
    """Random subscriptions, revenue lines and exchange rates, in the columns of the input contract."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.subscriptions: list[dict] = []
        self.lines: list[dict] = []
        self.rates = self.make_rates()
        for number in range(CUSTOMERS):
            customer = f"C{number}"
            kind = self.random.choice(["contract", "invoices", "shop", "mixed", "mixed"])
            if kind in ("contract", "mixed"):
                self.add_subscriptions(customer)
            if kind in ("invoices", "mixed"):
                self.add_invoices(customer)
            if kind in ("shop", "mixed"):
                self.add_orders(customer)
        self.add_orders("")

    def make_rates(self) -> dict[tuple[str, date], Decimal]:
        rates = {}
        for currency, middle in (("EUR", 1.1), ("JPY", 0.0069)):
            day = FIRST_DAY - timedelta(5)
            while day <= AS_OF:
                rates[currency, day] = Decimal(
                    str(round(middle * self.random.uniform(0.8, 1.2), 8))
                )
                day += timedelta(self.random.randint(1, 7))
        return rates

    def rate(self, currency: str, day: date) -> Decimal:
        if currency == "USD":
            return Decimal(1)
        return self.rates[currency, max(d for c, d in self.rates if c == currency and d <= day)]

    def day(self, first: date = FIRST_DAY, last: date = AS_OF) -> date:
        return first + timedelta(self.random.randint(0, max((last - first).days, 0)))

    def money(self, largest: int) -> Decimal:
        return Decimal(self.random.randint(0, largest * 100)) / 100

    def currency(self) -> str:
        return self.random.choice(["USD", "EUR", "JPY"])

    def add_subscriptions(self, customer: str) -> None:
        for _ in range(self.random.randint(1, 2)):
            subscription, currency = f"S{len(self.subscriptions)}", self.currency()
            started = valid_from = self.day()
            ended = ""
            versions = self.random.randint(1, 4)
            for number in range(versions):
                if valid_from > AS_OF:
                    break
                # Some start and end in one month, some end on a month's last day, some pause.
                length = self.random.choice([3, 17, 31, 61, 92, 365])
                valid_to = valid_from + timedelta(length)
                if self.random.random() < 0.2:
                    valid_to = add_months(month_of(valid_from), 1) - timedelta(
                        self.random.randint(0, 1)
                    )
                    valid_to = max(valid_to, valid_from)
                is_last = number == versions - 1
                if is_last and self.random.random() < 0.3:
                    ended = self.day(valid_from).isoformat()
                self.subscriptions.append(
                    {
                        "subscription_id": subscription,
                        "customer_id": customer,
                        "plan_name": f"plan {number}",
                        "billing_interval": self.random.choice(["month", "quarter", "year"]),
                        "quantity": self.random.randint(1, 50),
                        "unit_amount": Decimal(self.random.randint(0, 10**8)) / 10**6,
                        "discount_amount": self.random.choice(["", self.money(20)]),
                        "currency": currency,
                        "valid_from": valid_from,
                        "valid_to": "" if is_last and self.random.random() < 0.5 else valid_to,
                        "started_at": self.random.choice(["", started - timedelta(2)]),
                        "ended_at": "",
                    }
                )
                valid_from = valid_to + timedelta(self.random.choice([0, 0, 0, 1, 40]))
            for version in self.subscriptions:
                if version["subscription_id"] == subscription:
                    version["ended_at"] = ended
                    version["started_at"] = self.subscriptions[-1]["started_at"]

    def add_invoices(self, customer: str) -> None:
        for number in range(self.random.randint(1, 2)):
            start, months = self.day(), self.random.choice([0, 1, 3, 12])
            for _ in range(self.random.randint(1, 15)):
                if start > AS_OF:
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
                if self.random.random() < 0.1:
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

    def add_orders(self, customer: str) -> None:
        for _ in range(self.random.randint(1, 6)):
            kind = self.random.choice(["sale", "sale", "refund", "credit_note"])
            amount = self.money(500) * (1 if kind == "sale" else -1)
            self.add_line(customer, self.day(), kind, amount)

    def add_line(
        self,
        customer: str,
        day: date,
        kind: str,
        amount: Decimal,
        start: date | str = "",
        end: date | str = "",
        subscription: str = "",
    ) -> dict:
        line = {
            "line_id": f"L{len(self.lines)}",
            "order_id": f"O{len(self.lines)}",
            "line_type": kind,
            "customer_id": customer,
            "subscription_id": subscription,
            "product_line": self.random.choice(["", "Analytics"]),
            "is_recurring": bool(subscription),
            "service_start_date": start,
            "service_end_date": end,
            "amount": amount,
            "currency": self.currency(),
            "revenue_at": day,
        }
        self.lines.append(line)
        return line

    def write(self, folder: Path) -> None:
        rates = [
            {"rate_date": day, "currency": currency, "rate": rate}
            for (currency, day), rate in self.rates.items()
        ]
        for file, rows in (
            ("generic/subscriptions", self.subscriptions),
            ("generic/revenue_lines", self.lines),
            ("rules/fx_rates", rates),
        ):
            path = folder / f"{file}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="") as target:
                writer = csv.DictWriter(target, rows[0])
                writer.writeheader()
                writer.writerows(rows)


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
    return {key: (*kinds, sum(kinds), key[2] > AS_OF) for key, kinds in months.items()}


def version_mrr(histories: Histories, version: dict, started: date) -> Decimal:
    price = version["quantity"] * version["unit_amount"] - (
        version["discount_amount"] or Decimal(0)
    )
    months = {"month": 1, "quarter": 3, "year": 12}[version["billing_interval"]]
    return cents(max(price, Decimal(0)) * histories.rate(version["currency"], started) / months)


def line_mrr(amount: Decimal, start: date, end: date) -> Decimal:
    for months in range(1, 15):
        if abs((end - add_months(start, months)).days) <= 1:
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
            until = min((date.fromisoformat(str(end)) for end in ends), default=date.max)
            for day in month_ends():
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
        for day in month_ends():
            active = [
                line
                for line in lines
                if line["service_start_date"] <= day
                and day < line["service_end_date"] + timedelta(GRACE_DAYS)
            ]
            if active:
                newest = max(active, key=lambda line: line["service_start_date"])
                amount = reporting_amount(histories, newest)
                mrr[customer, day] += line_mrr(
                    amount, newest["service_start_date"], newest["service_end_date"]
                )
    return mrr


def expected_movements(histories: Histories) -> dict[tuple, tuple]:
    mrr = {**contracted_mrr(histories), **invoiced_mrr(histories)}
    zero, movements = Decimal(0), {}
    for customer in {customer for (customer, _), amount in mrr.items() if amount > 0}:
        start, had_any = zero, False
        for day in month_ends():
            end = mrr.get((customer, day), zero)
            if not had_any and end == 0:
                continue
            new = end if not had_any else zero
            reactivation = end if had_any and start == 0 else zero
            expansion = max(end - start, zero) if start > 0 else zero
            contraction = max(start - end, zero) if end > 0 else zero
            churn = start if end == 0 else zero
            movements[customer, month_of(day)] = (
                start, new, reactivation, expansion, contraction, churn, end,
            )  # fmt: skip
            start, had_any = end, True
    return movements


@pytest.mark.parametrize("seed", [1])
def test_random_histories_equal_the_definitions_to_the_cent(tmp_path: Path, seed: int) -> None:
    histories = Histories(seed)
    histories.write(tmp_path / "raw")
    dbt(
        tmp_path,
        f"build --quiet --select {MODELS} --exclude-resource-type test unit_test",
        own_data(tmp_path / "raw", AS_OF.isoformat(), billing=["generic"]),
    )
    connection = connect(tmp_path)
    revenue = connection.execute(
        "select customer_id, product_line, period_month, recurring_amount, one_off_amount, refunded_amount,"
        " net_amount, is_deferred from marts.fct_revenue_by_month"
    ).fetchall()
    movements = connection.execute(
        "select customer_id, period_month, start_mrr, new_mrr, reactivation_mrr, expansion_mrr, contraction_mrr,"
        " churn_mrr, end_mrr from marts.fct_mrr_movements"
    ).fetchall()

    with localcontext() as context:
        context.prec = 60
        assert {row[:3]: row[3:] for row in revenue} == expected_revenue(histories)
        expected = expected_movements(histories)
    assert {row[:2]: row[2:] for row in movements} == expected
    # The histories hold what the definitions are about.
    assert all(any(row[column] > 0 for row in expected.values()) for column in range(7))
