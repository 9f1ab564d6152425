"""
All currencies and days without an exchange rate, after a build that failed because one was missing: the
build itself names only the first.
"""

from pathlib import Path

import duckdb

from pipeline.core.settings import Settings

# Canonical tables with money: the amount, and the day of its rate.
AMOUNTS = {
    "ad_spend": ("spend", "spend_date"),
    "campaigns": ("actual_cost", "start_date"),
    "opportunities": ("amount", "created_at"),
    "revenue_lines": ("amount", "revenue_at"),
    "subscriptions": ("unit_amount", "started_at"),
}


def missing(settings: Settings, reporting_currency: str) -> list[str]:
    """One line per currency and table: the rows that need a rate, and their days."""
    if settings.target != "duckdb":
        return []
    query = Path(__file__).with_name("missing_rates.sql").read_text(encoding="utf-8")
    lines = []
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        tables = "select table_name from information_schema.tables where table_schema = 'canonical'"
        built = {name for (name,) in connection.execute(tables).fetchall()}
        for table in AMOUNTS.keys() & built:
            amount, day = AMOUNTS[table]
            found = connection.execute(
                query.format(table=table, amount=amount, day=day), [reporting_currency]
            ).fetchall()
            for currency, rows, first, last in found:
                count = f"{rows:,} {'row' if rows == 1 else 'rows'}"
                lines.append(
                    f"{table}: {currency} has no rate to {reporting_currency} in {count},"
                    f" {first} to {last}"
                )
    return sorted(lines)
