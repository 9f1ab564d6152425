"""
Amounts of a company that reports in yen, rupees or rupiahs: the edge-case company with amounts up to 1e12, through the
vendors' own tables, the models and the dbt tests that follow each amount to the cent.
"""

import csv
import random
import shutil
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from demo_exports import Exports
from support import ROOT, connect, dbt

pytestmark = pytest.mark.nightly

LARGEST = Decimal("1000000000000.00")
# By what the money columns of each raw table are multiplied, so that the largest amounts get near 1e12; of those in minor
# or millionth units, too.
FACTORS = {
    "salesforce__opportunity": (50_000, {"amount": 0}),
    "salesforce__opportunity_history": (50_000, {"amount": 0}),
    "salesforce__campaign": (50_000_000, {"budgeted_cost": 0, "actual_cost": 0}),
    "google_ads__campaign_stats": (5_000_000_000, {"cost_micros": 6}),
    "linkedin_ads__ad_analytics_by_campaign": (5_000_000_000, {"cost_in_local_currency": 0}),
    "stripe__invoice": (400_000, {"total": 2}),
    "stripe__invoice_line_item": (400_000, {"amount": 2, "discount_amount": 2}),
    "stripe__price": (400_000, {"unit_amount": 2, "unit_amount_decimal": 2}),
    "stripe__charge": (400_000, {"amount": 2}),
    "stripe__refund": (400_000, {"amount": 2}),
    "stripe__credit_note": (400_000, {"amount": 2}),
}
# What has no large amount here: rules of the demo, and won journeys after recycling, of which there are none.
UNTOUCHED = {
    ("rpt_marketing_contribution", "sales_cost"),
    ("rpt_pipeline_coverage", "target_amount"),
    ("rpt_pipeline_generation", "target_amount"),
    ("rpt_recycle_yield", "won_amount"),
}
RATES = {"EUR": "1.10412345", "GBP": "1.29871234", "JPY": "0.91234567"}


def write_raw(company: Path, folder: Path) -> dict[str, Decimal]:
    """The company's raw tables with large amounts; returns each opportunity's amount as delivered."""
    draw = random.Random(3)
    delivered = {}
    exports = Exports(company / "raw")
    for vendor, table in sorted(exports.files):
        if vendor == "rules":
            continue
        factor, columns = FACTORS.get(f"{vendor}__{table}", (1, {}))
        rows = exports.rows(vendor, table)
        for row in rows:
            for name, places in columns.items():
                if row[name]:
                    row[name] = large(row[name], factor, places, draw)
            if (vendor, table) == ("salesforce", "opportunity") and row["amount"]:
                delivered[row["id"]] = Decimal(row["amount"])
        write(folder / vendor / f"{table}.csv", rows)
    days = [date(2023, 12, 1) + timedelta(days=number) for number in range(1200)]
    rates = [
        {"rate_date": day, "currency": currency, "base_currency": "USD", "rate": rate}
        for day in days
        for currency, rate in RATES.items()
    ]
    shutil.copytree(ROOT / "seeds" / "demo" / "rules", folder / "rules")
    write(folder / "rules" / "fx_rates.csv", rates)
    return delivered


def large(text: str, factor: int, places: int, draw: random.Random) -> str:
    """An amount times the factor with other digits at its end; at most 1e12, in units of 10^-places."""
    try:
        amount = Decimal(text) * factor
    except InvalidOperation:  # an edge case: the row is rejected
        return text
    if not places:
        return str(min(amount + draw.randrange(100) * Decimal("0.01"), LARGEST))
    return str(int(min(amount, LARGEST * 10**places)))


def write(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def delivered_and_built(edge_company, tmp_path_factory):
    place = tmp_path_factory.mktemp("large_amounts")
    delivered = write_raw(edge_company, place / "raw")
    vars = {"raw_data": "source", "raw_location": str(place / "raw"), "as_of_date": "2025-12-31"}
    dbt(place, "build --quiet --exclude-resource-type unit_test", vars)
    with connect(place) as built:
        yield delivered, built


def test_every_mart_with_money_was_built_from_large_amounts(delivered_and_built):
    _, built = delivered_and_built
    columns = built.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'marts' and data_type like 'DECIMAL%'"
    ).fetchall()
    assert len({table for table, _ in columns}) > 25
    for table, column in set(columns) - UNTOUCHED:
        largest = built.execute(f"select max(abs({column})) from marts.{table}").fetchone()[0]
        assert largest and largest > 10**8, (table, column, largest)


def test_an_opportunity_is_worth_what_was_delivered(delivered_and_built):
    delivered, built = delivered_and_built
    rows = built.execute(
        "select opportunity_id, source_amount from marts.fct_opportunities"
        " where source_amount is not null"
    ).fetchall()
    assert max(amount for _, amount in rows) == LARGEST
    assert [(name, amount) for name, amount in rows if delivered[name] != amount] == []
