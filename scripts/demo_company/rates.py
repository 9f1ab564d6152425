"""Weekly exchange rates to USD: a smooth walk, the same for every seed and size."""

import math
from datetime import date, timedelta

import duckdb

from demo_company import statements
from demo_company.settings import FIRST_DAY, LAST_DAY

# Currency: rate at the start, amplitude and phase of two slow waves, digits.
CURRENCIES = {
    "EUR": (1.095, ((0.028, 61.0, 0.4), (0.011, 17.0, 1.9)), 4),
    "GBP": (1.270, ((0.031, 67.0, 0.9), (0.013, 19.0, 2.6)), 4),
    "JPY": (0.00688, ((0.00022, 57.0, 1.2), (0.00009, 15.0, 0.3)), 8),
}


def weekly_rates(last_day: date = LAST_DAY) -> list[tuple[date, str, str]]:
    """(day, currency, rate as text), from the first day on every Monday."""
    day, rows, week = FIRST_DAY, [], 0
    while day <= last_day:
        for currency, (start, waves, digits) in CURRENCIES.items():
            moved = sum(
                size * (math.sin(2 * math.pi * week / length + phase) - math.sin(phase))
                for size, length, phase in waves
            )
            rows.append((day, currency, f"{start + moved:.{digits}f}"))
        day, week = day + timedelta(days=7 - day.weekday()), week + 1
    return rows


def csv_text(last_day: date = LAST_DAY) -> str:
    return "rate_date,currency,base_currency,rate\n" + "".join(
        f"{day},{currency},USD,{rate}\n" for day, currency, rate in weekly_rates(last_day)
    )


def build(con: duckdb.DuckDBPyConnection, last_day: date) -> None:
    """Table exchange_rates: every day and currency, USD included."""
    con.execute("create table weekly_rates (rate_date date, currency varchar, rate decimal(18, 8))")
    con.executemany("insert into weekly_rates values (?, ?, ?)", weekly_rates(last_day))
    statements.run(con, "basis/exchange_rates")
