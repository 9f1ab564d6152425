"""
Forecasts of past month ends show what was known then: those of a whole history are those of an export that was taken on
the day, by a random company whose whole past is known.
"""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import score_forecast
from random_company import FIRST, LAST, STAGE_MAPPING, Tables, company, export
from support import connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow

# What no export of the day can tell: closings that were undone later. Only the last one of an
# opportunity is kept, so a past forecast does not know the others.
KNOWN_LATER = {"reopened_share": 0}
COMPARED = {
    "marts.rpt_revenue_forecast": "is_current",
    "intermediate.int_win_probabilities": "",
    "intermediate.int_forecast_methods": "",
    "intermediate.int_forecast_intervals": "standard_deviation",
}


def with_revenue(made: Tables, seed: int) -> Tables:
    """Single sales, and services of several months that are billed on their first day."""
    draw = random.Random(seed)
    made["revenue_lines"] = []
    for number in range(600):
        at = FIRST + timedelta(seconds=draw.randrange(int((LAST - FIRST).total_seconds())))
        is_recurring = draw.random() < 0.3
        made["revenue_lines"].append(
            {
                "line_id": f"l{number}",
                # Customers without subscriptions: with one, invoices are no longer the basis of MRR.
                "customer_id": f"customer{draw.randrange(40)}",
                "amount": f"{draw.randrange(10, 900)}.00",
                "currency": "USD",
                "is_recurring": str(is_recurring).lower(),
                "service_start_date": at.date() if is_recurring else None,
                "service_end_date": at.date() + timedelta(days=180) if is_recurring else None,
                "revenue_at": at,
            }
        )
    return made


def build(place: Path, made: Tables, day: date) -> Path:
    """The forecasts from an export at the end of a day; returns the folder of the database."""
    end = datetime.combine(day + timedelta(days=1), time())
    tables = export(made, end)
    tables["revenue_lines"] = [row for row in made["revenue_lines"] if row["revenue_at"] < end]
    for name, rows in tables.items():
        write_csv(place / "raw" / "generic" / f"{name}.csv", rows)
    write_csv(place / "raw" / "rules" / "stage_mapping.csv", STAGE_MAPPING)
    score_forecast.create_database(place / "warehouse" / "build.duckdb")
    dbt(
        place,
        f"build --quiet --select {score_forecast.INPUTS} {score_forecast.FORECAST}"
        " --exclude-resource-type test unit_test",
        own_data(place / "raw", day.isoformat()),
    )
    return place


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Company and its forecasts as of the last day, by seed; each is built once."""
    built: dict[int, tuple[Tables, Path]] = {}

    def of_seed(seed: int) -> tuple[Tables, Path]:
        if seed not in built:
            made = with_revenue(company(seed, **KNOWN_LATER), seed)
            place = tmp_path_factory.mktemp(f"whole_{seed}")
            built[seed] = made, build(place, made, LAST.date())
        return built[seed]

    return of_seed


def forecasts(place: Path, table: str, without: str, month: date) -> list[tuple]:
    excluded = f"exclude ({without})" if without else ""
    with connect(place) as database:
        rows = database.execute(
            f"select * {excluded} from {table} where as_of_month = ?", [month]
        ).fetchall()
    # Sums of floating-point numbers add up in any order.
    return sorted(
        (tuple(float(f"{v:.9g}") if isinstance(v, float) else v for v in row) for row in rows),
        key=repr,
    )


NIGHTLY = pytest.mark.nightly
CASES = [pytest.param(7, date(2025, 8, 31), id="7-August")] + [
    pytest.param(seed, day, marks=NIGHTLY, id=f"{seed}-{day:%B}")
    for seed, day in (
        (7, date(2025, 4, 30)),
        (7, date(2025, 11, 30)),
        (8, date(2025, 6, 30)),
        (8, date(2025, 9, 30)),
    )
]


@pytest.mark.parametrize(("seed", "day"), CASES)
def test_a_past_forecast_is_that_of_an_export_of_its_day(whole, tmp_path, seed, day):
    made, place = whole(seed)
    cut = build(tmp_path, made, day)
    month = day.replace(day=1)
    for table, without in COMPARED.items():
        past = forecasts(place, table, without, month)
        assert past
        assert past == forecasts(cut, table, without, month), table
