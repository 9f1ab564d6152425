"""
All currencies and days without an exchange rate, after a build that failed because one was missing: the
build itself names only the first.
"""

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
MISSING = """
    select
        upper(trim(amounts.currency)) as code,
        count(*),
        min(cast(amounts.{day} as date)),
        max(cast(amounts.{day} as date))
    from canonical.{table} as amounts
    cross join canonical.as_of
    left join intermediate.int_exchange_rates as rates
        on
            upper(trim(amounts.currency)) = rates.currency
            and cast(amounts.{day} as date) = rates.rate_date
    where
        rates.rate is null
        and upper(trim(amounts.currency)) <> ?
        and amounts.{amount} is not null
        and cast(amounts.{day} as date) <= as_of.as_of_date
    group by code
    order by code
"""


def missing(settings: Settings, reporting_currency: str) -> list[str]:
    """One line per currency and table: the rows that need a rate, and their days."""
    if settings.target != "duckdb":
        return []
    lines = []
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        tables = "select table_name from information_schema.tables where table_schema = 'canonical'"
        built = {name for (name,) in connection.execute(tables).fetchall()}
        for table, (amount, day) in AMOUNTS.items():
            if table in built:
                query = MISSING.format(table=table, amount=amount, day=day)
                found = connection.execute(query, [reporting_currency]).fetchall()
                lines += [
                    f"{table}: {currency} has no rate to {reporting_currency} in {rows:,}"
                    f" {'row' if rows == 1 else 'rows'}, {first} to {last}"
                    for currency, rows, first, last in found
                ]
    return lines
