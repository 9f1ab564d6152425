"""The future of a company: raw data say nothing of it, and the truth says what a longer export would hold."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import generate_data
import pytest
from demo_company import rates, writing
from demo_company.settings import LAST_DAY, Settings

pytestmark = pytest.mark.nightly

SETTINGS = Settings(web_events=5_000, seed=11, future_months=12)
END = str(LAST_DAY + timedelta(days=1))
TYPES = {"New Business": "new_business", "Existing Business": "expansion", "Renewal": "renewal"}


def rows(folder: Path, name: str) -> list[dict]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    """Exports of the last day, as the command line writes them."""
    folder = tmp_path_factory.mktemp("exported")
    arguments = ["--web-events", "5000", "--seed", "11", "--future-months", "12"]
    assert generate_data.main([*arguments, "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture(scope="module")
def later(tmp_path_factory) -> Path:
    """The same company, exported a year later."""
    folder = tmp_path_factory.mktemp("later")
    con = duckdb.connect()
    generate_data.build_company(con, SETTINGS.in_the_end)
    writing.write_location(con, SETTINGS.in_the_end, folder)
    con.close()
    return folder


@pytest.fixture(scope="module")
def usd():
    """USD per unit of a currency on a day, as text or date."""
    steps = defaultdict(list)
    for day, currency, rate in rates.weekly_rates(SETTINGS.market_ends_on):
        steps[currency].append((str(day), Decimal(rate)))

    def rate(currency: str, day: str) -> Decimal:
        if currency == "USD":
            return Decimal(1)
        return max(step for step in steps[currency] if step[0] <= day)[1]

    return rate


def test_nothing_that_was_recorded_after_the_last_day_is_exported(exported):
    recorded = {"created", "created_date", "timestamp", "received_at", "activity_date", "rate_date"}
    recorded |= {"closed_at", "ended_at", "canceled_at", "changed_at", "started_at", "answered_at"}
    checked = 0
    for path in sorted(exported.rglob("*.csv")):
        if path.parent.name == "truth":
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                for column in recorded & row.keys():
                    assert row[column] < END, (path.name, column, row)
                    checked += 1
    assert checked > 10_000


def test_the_exports_are_those_of_a_later_day_without_what_came_then(exported, later):
    """History that a later export tells differently would make every back-test a fiction."""
    for name, recorded in (
        ("salesforce/opportunity_history", "created_date"),
        ("stripe/subscription", "start_date"),
    ):
        keys = ("opportunity_id", "stage_name", "amount", "close_date", "customer_id", recorded)
        then, now = (
            {
                tuple(row.get(key) for key in keys)
                for row in rows(folder, name)
                # Records that were entered twice are those of the weeks before an export.
                if row[recorded] < END and not row.get("opportunity_id", "").startswith("0069")
            }
            for folder in (exported, later)
        )
        assert then == now and len(then) > 25
    invoices = {row["id"] for row in rows(later, "stripe/invoice") if row["created"] < END}
    lines = [
        row for row in rows(later, "stripe/invoice_line_item") if row["invoice_id"] in invoices
    ]
    assert sorted(rows(exported, "stripe/invoice_line_item"), key=lambda row: row["id"]) == sorted(
        lines, key=lambda row: row["id"]
    )


def test_future_bookings_are_what_the_later_export_says_was_won(exported, later, usd):
    """Some accounts have no number of employees, so segments are added up."""
    won, told = ({}, {})
    for row in rows(later, "salesforce/opportunity"):
        if row["is_won"] == "true" and row["close_date"] >= END:
            rate = usd(row["currency_iso_code"], row["created_date"][:10])
            key = (row["close_date"][:7] + "-01", TYPES[row["type"]])
            count, amount = won.get(key, (0, Decimal(0)))
            won[key] = (count + 1, amount + Decimal(row["amount"]) * rate)
    for row in rows(exported / "truth", "future_bookings"):
        key = (row["month"], row["opportunity_type"])
        count, amount = told.get(key, (0, Decimal(0)))
        told[key] = (count + int(row["won_count"]), amount + Decimal(row["won_amount"]))
        assert row["segment"] in ("smb", "mid", "enterprise")
    assert told.keys() == won.keys() and len({month for month, _ in told}) > 5
    for key, (count, amount) in told.items():
        assert count == won[key][0]
        assert float(amount) == pytest.approx(float(won[key][1]), abs=0.05)


def test_future_revenue_is_what_the_later_export_says_was_earned(exported, later, usd):
    """By loops over the days of every service."""
    invoices = {row["id"]: row for row in rows(later, "stripe/invoice") if row["status"] != "void"}
    recurring = {row["id"] for row in rows(later, "stripe/price") if row["type"] == "recurring"}
    earned = defaultdict(float)

    def usd_of(row: dict, amount: float, day: str) -> float:
        currency = row["currency"].upper()
        return amount / (1 if currency == "JPY" else 100) * float(usd(currency, day))

    for row in rows(later, "stripe/invoice_line_item"):
        if row["invoice_id"] not in invoices:
            continue
        day = invoices[row["invoice_id"]]["created"][:10]
        amount = usd_of(row, int(row["amount"]) - int(row["discount_amount"] or 0), day)
        start, end = (date.fromisoformat(row[key][:10]) for key in ("period_start", "period_end"))
        days = (end - start).days
        if row["price_id"] not in recurring or days <= 0:
            earned[day[:7]] += amount
            continue
        for number in range(days):
            earned[str(start + timedelta(days=number))[:7]] += amount / days
    for row in rows(later, "stripe/refund"):
        earned[row["created"][:7]] -= usd_of(row, int(row["amount"]), row["created"][:10])
    for row in rows(later, "stripe/credit_note"):
        if not row["refund_id"] and row["status"] != "void":
            earned[row["created"][:7]] -= usd_of(row, int(row["amount"]), row["created"][:10])
    told = {
        row["month"][:7]: row["net_revenue"] for row in rows(exported / "truth", "future_revenue")
    }
    assert list(told) == [f"2026-{month:02}" for month in range(1, 13)]
    for month, amount in told.items():
        assert float(amount) == pytest.approx(earned[month], abs=0.02)
