"""Stripe's real column names and quirks, whose ids hardly join: every row and cent arrives or is listed as set aside."""

import csv
import shutil
from collections import Counter
from decimal import Decimal

import pytest
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

# The set's currencies (usd, eur) have two decimals.
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def raw_location(tmp_path_factory):
    raw = tmp_path_factory.mktemp("raw")
    (raw / "stripe").mkdir()
    for file in real_data("vendor_shapes/stripe").glob("*_data.csv"):
        shutil.copy(file, raw / "stripe" / f"{file.stem.removesuffix('_data')}.csv")
    return raw


@pytest.fixture(scope="module")
def built(tmp_path_factory, raw_location):
    place = tmp_path_factory.mktemp("stripe")
    dbt(
        place,
        "build --select +subscriptions +revenue_lines stg_stripe__raw_ledger --indirect-selection buildable",
        own_data(raw_location, "2025-12-31", billing=["stripe"]),
    )
    with connect(place) as connection:
        yield connection


def read(raw_location, table):
    with (raw_location / "stripe" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("table", "line_type", "sign"),
    [
        ("invoice_line_item", "sale", 1),
        ("refund", "refund", -1),
        ("credit_note", "credit_note", -1),
    ],
)
def test_every_row_and_cent_of_a_raw_table_is_revenue_or_set_aside(
    built, raw_location, table, line_type, sign
):
    raw = read(raw_location, table)
    revenue = built.execute(
        "select count(*), sum(amount) from canonical.revenue_lines where line_type = ?", [line_type]
    ).fetchone()
    aside = built.execute(
        "select count(*), coalesce(sum(amount), 0) from staging.stg_stripe__raw_ledger"
        " where raw_table = ? and entry = 'set aside'",
        [table],
    ).fetchone()
    assert len(raw) > 0
    assert revenue[0] + aside[0] == len(raw)
    assert revenue[1] + aside[1] == sign * sum(Decimal(row["amount"]) for row in raw) * CENT


def test_lines_of_invoices_that_are_not_delivered_stay_in_the_totals(built, raw_location):
    delivered = {row["id"] for row in read(raw_location, "invoice")}
    missing = [
        row for row in read(raw_location, "invoice_line_item") if row["invoice_id"] not in delivered
    ]
    lines = dict(
        built.execute(
            "select line_id, (amount, cast(revenue_at as varchar)) from canonical.revenue_lines"
        ).fetchall()
    )
    assert missing
    for row in missing:
        expected = (Decimal(row["amount"]) * CENT, row["period_start"])
        assert lines[f"{row['invoice_id']}:{row['id']}"] == expected


def test_refunds_of_unknown_charges_stay_in_the_totals_without_a_customer(built, raw_location):
    charges = {row["id"] for row in read(raw_location, "charge")}
    unknown = sorted(
        row["id"] for row in read(raw_location, "refund") if row["charge_id"] not in charges
    )
    found = built.execute(
        "select line_id from canonical.revenue_lines where line_type = 'refund' and customer_id is null order by line_id"
    ).fetchall()
    assert unknown
    assert [line_id for (line_id,) in found] == unknown


def test_every_subscription_that_was_billed_has_its_versions(built, raw_location):
    billed = Counter(row["subscription_id"] for row in read(raw_location, "invoice_line_item"))
    found = built.execute(
        "select subscription_id, valid_from, valid_to from canonical.subscriptions"
    ).fetchall()
    assert Counter(subscription_id for subscription_id, _, _ in found) == billed
    assert all(valid_from < valid_to for _, valid_from, valid_to in found), (
        "these subscriptions ended after a day"
    )
