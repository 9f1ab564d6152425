#!/usr/bin/env python3
"""
Forecasts against what came: generated companies whose market goes on for a year after their exports
end, the forecasts of every past month end and of the last day, and what was booked and earned.

    python scripts/score_forecast.py
    python scripts/score_forecast.py --shape growing --seed 7 --keep scored

The two tables are those of docs/forecast.md. WAPE = sum of |forecast - actual| / sum of actual, over
all companies of a line. "past" are forecasts of past month ends, as rpt_forecast_backtest shows them;
"future" are those of the last day, which are compared with truth/future_*. With --keep, companies
that are there already are not generated again and only the models of the forecast are built again.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from demo_company.settings import DEMO_SEED, LAST_DAY
from demo_company.shapes import SHAPES, SHAPES_OF_FORECASTS
from pipeline.core.settings import PROJECT_DIR, make_settings
from pipeline.inputs.dbt_vars import make_dbt_vars
from pipeline.inputs.raw_files import find_files
from score_attribution import run

SCRIPTS = Path(__file__).resolve().parent
# Only what the forecast reads: no touchpoints, attribution, targets.
FORECAST = (
    "+rpt_revenue_forecast,path:models/intermediate/forecast rpt_revenue_forecast"
    " rpt_forecast_backtest"
)
INPUTS = (
    "+int_pipeline_snapshots +int_pipeline_months +int_revenue_by_month +int_mrr_by_month"
    " int_opportunity_closings"
)
# The forecast reads no days since a lead came, for which the whole web would have to be built.
NO_JOURNEYS = """
    create schema intermediate;
    create table intermediate.int_journeys (
        opportunity_id varchar, lead_at timestamp, is_opportunity_primary boolean
    );
"""
METHODS = (
    "combined",
    "model",
    "weighted_pipeline",
    "trailing_three_months",
    "same_month_last_year",
)
HORIZONS = (1, 3, 6)
MEASURES = ("bookings", "revenue")

PAST = """
    select measure, method, horizon_months, forecast_amount::double, actual_amount::double,
        is_in_interval
    from build.marts.rpt_forecast_backtest
    where not is_total
"""

FUTURE = """
    with truth as (
        select 'bookings' as measure, month, sum(won_amount)::double as amount
        from '{truth}/future_bookings.csv'
        group by month
        union all
        select 'revenue', month, net_revenue::double
        from '{truth}/future_revenue.csv'
    ),

    forecasts as (
        select measure, method, as_of_month, months_ahead, forecast_amount
        from build.intermediate.int_forecast_methods
        union all
        select measure, 'combined' as method, as_of_month, months_ahead, forecast_amount
        from build.intermediate.int_forecast_combinations
    ),

    made_last as (
        select forecasts.*
        from forecasts
        inner join build.intermediate.int_forecast_dates as dates using (as_of_month)
        where dates.is_current
    ),

    summed as (
        select
            made_last.measure, method, as_of_month, horizon_months,
            sum(forecast_amount) as forecast_amount,
            coalesce(sum(truth.amount), 0) as actual_amount
        from made_last
        inner join (values (1), (3), (6)) as horizons (horizon_months)
            on months_ahead between 1 and horizon_months
        left join truth
            on made_last.measure = truth.measure
            and truth.month = as_of_month + to_months(months_ahead::integer)
        group by all
    )

    select
        measure, method, horizon_months, summed.forecast_amount, summed.actual_amount,
        case when method = 'combined' then
            abs(summed.forecast_amount - summed.actual_amount)
            <= interval_factor * sqrt(cumulative_variance)
        end as is_in_interval
    from summed
    inner join build.intermediate.int_forecast_intervals as intervals
        using (measure, as_of_month, horizon_months)
    inner join build.intermediate.int_forecast_totals as totals
        using (measure, as_of_month)
    where totals.segment = '(all)' and totals.months_ahead = horizon_months
"""


@dataclass(frozen=True)
class Outcome:
    """A forecast of one method and what came."""

    shape: str
    seed: int
    when: str
    measure: str
    method: str
    horizon: int
    forecast: float
    actual: float
    is_in_interval: bool | None


@dataclass(frozen=True)
class Score:
    """Many forecasts together."""

    count: int
    wape: float
    bias: float
    coverage: float | None


def generate(raw: Path, shape: str, seed: int, web_events: int) -> None:
    raw.mkdir(parents=True)
    run(
        [
            *(sys.executable, str(SCRIPTS / "generate_data.py"), "--quiet"),
            *("--shape", shape, "--seed", str(seed), "--future-months", "12"),
            *("--web-events", str(web_events), "--out", str(raw)),
        ],
        {},
    )


def create_database(path: Path) -> None:
    """A database in which INPUTS and FORECAST can be built."""
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(path) as con:
        con.execute(NO_JOURNEYS)


def build(company: Path, current: Path) -> Path:
    """The forecast of a company; returns the database.

    dbt sees every company under the same path, so that it does not parse the project again.
    """
    current.unlink(missing_ok=True)
    current.symlink_to(company.resolve())
    raw, work = current / "raw", current / "warehouse"
    settings = make_settings(
        target="duckdb",
        full_refresh=True,
        raw_location=str(raw),
        as_of=LAST_DAY.isoformat(),
        vars_file=None,
    )
    database = work / "build.duckdb"
    select = FORECAST
    if not database.exists():
        create_database(database)
        select = f"{INPUTS} {FORECAST}"
    run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--target", "duckdb"),
            *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            *("--select", select),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--vars", json.dumps(make_dbt_vars(settings, find_files(raw)))),
        ],
        {
            "WAREHOUSE_DIR": str(work),
            "DBT_TARGET_PATH": str(current.parent / "target"),
            "DBT_LOG_PATH": str(current.parent / "logs"),
        },
    )
    return database


def outcomes(shape: str, seed: int, raw: Path, database: Path) -> list[Outcome]:
    con = duckdb.connect()
    con.execute(f"attach '{database}' as build (read_only)")
    return [
        Outcome(shape, seed, when, *row)
        for when, query in (("past", PAST), ("future", FUTURE.format(truth=raw / "truth")))
        for row in con.execute(query).fetchall()
    ]


def score(found: Iterable[Outcome]) -> Score | None:
    rows = list(found)
    total = sum(abs(row.actual) for row in rows)
    if not total:
        return None
    checked = [row.is_in_interval for row in rows if row.is_in_interval is not None]
    return Score(
        len(rows),
        sum(abs(row.forecast - row.actual) for row in rows) / total,
        sum(row.forecast - row.actual for row in rows) / total,
        sum(checked) / len(checked) if checked else None,
    )


def line(name: str, rows: list[Outcome]) -> str | None:
    """WAPE of every method, and bias and coverage of the combination."""
    scores = [score(row for row in rows if row.method == method) for method in METHODS]
    combined = scores[0]
    if combined is None:
        return None
    cells = [f"{each.wape:.2f}" if each else "" for each in scores]
    coverage = "" if combined.coverage is None else f"{combined.coverage:.0%}"
    cells += [f"{combined.bias:+.0%}", coverage, str(combined.count)]
    return f"| {name} | {' | '.join(cells)} |"


def table(lines: dict[str, list[Outcome]]) -> str:
    names = [method.replace("_", " ") for method in METHODS]
    head = ["", *names, "bias", "coverage", "forecasts"]
    rows = [line(name, found) for name, found in lines.items()]
    return "\n".join(
        [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(row for row in rows if row)]
    )


def by_shape(found: list[Outcome]) -> str:
    """Bookings of the next three months."""
    rows = [row for row in found if row.measure == "bookings" and row.horizon == 3]
    past = [row for row in rows if row.when == "past"]
    shapes = dict.fromkeys(row.shape for row in past)
    return table(
        {shape: [row for row in past if row.shape == shape] for shape in shapes}
        | {"all, past": past, "all, future": [row for row in rows if row.when == "future"]}
    )


def by_horizon(found: list[Outcome]) -> str:
    """Bookings and revenue of all shapes."""
    return table(
        {
            f"{measure}, {horizon} month{'s' * (horizon > 1)}, {when}": [
                row
                for row in found
                if (row.measure, row.horizon, row.when) == (measure, horizon, when)
            ]
            for measure in MEASURES
            for horizon in HORIZONS
            for when in ("past", "future")
        }
    )


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--web-events", type=int, default=40_000, help="size (default %(default)s)")
    parser.add_argument(
        "--seed", type=int, action="append", help="several are scored together (default: three)"
    )
    parser.add_argument(
        "--shape",
        action="append",
        choices=sorted(SHAPES),
        help=f"(default: {', '.join(SHAPES_OF_FORECASTS)})",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep raw data and databases there"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    given = parse_arguments(arguments)
    found = []
    with tempfile.TemporaryDirectory(prefix="scoring-") as temporary:
        kept = given.keep or Path(temporary)
        for shape in given.shape or SHAPES_OF_FORECASTS:
            for seed in given.seed or (DEMO_SEED, DEMO_SEED + 1, DEMO_SEED + 2):
                company = kept / f"{shape}_{seed}"
                raw = company / "raw"
                if not raw.exists():
                    generate(raw, shape, seed, given.web_events)
                database = build(company, Path(temporary) / "company")
                found += outcomes(shape, seed, raw, database)
                print(f"{shape}, seed {seed}: built", file=sys.stderr, flush=True)
    print(f"{by_shape(found)}\n\n{by_horizon(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
