"""
Step record: the private history of runs, steps and audit results. Publications carry a copy of it.
"""

import datetime
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import InternalError
from pipeline.settings import Settings

TABLES = {
    "pipeline_runs": """
        run_id varchar primary key,
        status varchar not null,
        engine varchar not null,
        raw_data varchar not null,
        as_of_date date,
        is_full_refresh boolean not null,
        failed_step varchar,
        message varchar,
        rows bigint,
        seconds double,
        started_at timestamp not null,
        finished_at timestamp""",
    "pipeline_steps": """
        run_id varchar not null,
        step_number bigint not null,
        step varchar not null,
        status varchar not null,
        message varchar,
        rows bigint,
        seconds double not null,
        started_at timestamp not null,
        primary key (run_id, step_number)""",
    "data_quality_results": """
        run_id varchar not null,
        border varchar not null,
        table_name varchar not null,
        expectation varchar not null,
        severity varchar not null,
        is_met boolean not null,
        observed_value varchar,
        primary key (run_id, border, table_name, expectation)""",
}
DESCRIPTIONS = {
    "pipeline_runs": "One row per run of the pipeline: published, failed, running or interrupted."
    " The newest published row"
    " is the version this file holds.",
    "pipeline_steps": "One row per step of a run, with its seconds, the rows it wrote and its"
    " message.",
    "data_quality_results": "One row per run and expectation of the two audits (border raw or"
    " marts): whether it was met,"
    " and what was observed. A warning does not stop a run, an error does.",
}


@dataclass(frozen=True)
class QualityResult:
    """What one expectation found."""

    border: str
    table_name: str
    expectation: str
    severity: str
    is_met: bool
    observed_value: str


@contextmanager
def _open(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = None
    for attempt in range(10):
        try:
            connection = duckdb.connect(str(path))
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower() or attempt == 9:
                raise InternalError(
                    f"The run history {path} cannot be written: {error}",
                    "Close what reads it (readers have a copy in schema operations of the published"
                    " file).",
                ) from error
            time.sleep(0.5)
    assert connection is not None
    try:
        for name, columns in TABLES.items():
            connection.execute(f"create table if not exists {name} ({columns})")
        yield connection
    finally:
        connection.close()


def start_run(settings: Settings) -> list[str]:
    """
    Enters the run as running. Runs that a dead process left so are closed; their ids are returned.
    """
    published = settings.current.resolve().name if settings.current.is_symlink() else ""
    with _open(settings.history_database) as connection:
        left = connection.execute(
            """update pipeline_runs set
                status = case when run_id = ? then 'published' else 'interrupted' end,
                message = coalesce(message, 'the process ended without a verdict')
            where status = 'running' returning run_id""",
            [published],
        ).fetchall()
        connection.execute(
            "insert into pipeline_runs (run_id, status, engine, raw_data, is_full_refresh,"
            " started_at)"
            " values (?, 'running', ?, ?, ?, ?)",
            [
                settings.run_id,
                settings.target,
                "demo" if settings.is_demo else "source",
                settings.full_refresh,
                settings.started_at,
            ],
        )
    return [row[0] for row in left]


def add_step(
    settings: Settings,
    number: int,
    step: str,
    status: str,
    message: str,
    rows: int | None,
    seconds: float,
    started_at: datetime.datetime,
) -> None:
    """Enters one finished step."""
    with _open(settings.history_database) as connection:
        connection.execute(
            "insert into pipeline_steps values (?, ?, ?, ?, ?, ?, ?, ?)",
            [settings.run_id, number, step, status, message, rows, round(seconds, 3), started_at],
        )


def add_results(settings: Settings, results: Iterable[QualityResult]) -> None:
    """Enters what the expectations of an audit found."""
    rows = [
        [
            settings.run_id,
            r.border,
            r.table_name,
            r.expectation,
            r.severity,
            r.is_met,
            r.observed_value,
        ]
        for r in results
    ]
    if rows:
        with _open(settings.history_database) as connection:
            connection.executemany(
                "insert into data_quality_results values (?, ?, ?, ?, ?, ?, ?)", rows
            )


def finish_run(
    settings: Settings,
    status: str,
    *,
    as_of: str | None = None,
    rows: int | None = None,
    failed_step: str | None = None,
    message: str | None = None,
) -> None:
    """Enters the verdict."""
    finished_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    with _open(settings.history_database) as connection:
        connection.execute(
            """update pipeline_runs set
                status = ?, as_of_date = ?, rows = ?, failed_step = ?, message = ?,
                seconds = ?, finished_at = ?
            where run_id = ?""",
            [
                status,
                as_of,
                rows,
                failed_step,
                message,
                round((finished_at - settings.started_at).total_seconds(), 3),
                finished_at,
                settings.run_id,
            ],
        )
