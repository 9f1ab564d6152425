"""
Step record: the private history of runs, steps and audit results. Publications carry a copy of it.
"""

import datetime
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.errors import InternalError, not_permitted
from pipeline.core.settings import Settings
from pipeline.core.versions import current_version
from pipeline.records.history_tables import ADDED_COLUMNS, TABLES

ATTEMPTS = 10


ERROR = "error"  # stops the run
WARNING = "warning"  # is reported
# A run in the history: its id and when it started.
Run = tuple[str, datetime.datetime]


@dataclass(frozen=True)
class QualityResult:
    """What one expectation found."""

    border: str
    table_name: str
    expectation: str
    severity: str
    is_met: bool
    observed_value: str
    advice: str = ""
    # What is wrong if it is not met, in words; {observed} is replaced.
    fault: str = ""


@dataclass(frozen=True)
class Delivery:
    """What a raw table brought: how new and how many its rows are, and what is filled in."""

    source_system: str
    raw_table: str
    age_hours: float | None
    sla_hours: float | None
    is_fresh: bool | None
    latest_at: datetime.datetime | None
    rows_count: int
    column_names: str
    empty_counts: str


@dataclass(frozen=True)
class ModelRun:
    """What dbt did with one model or seed."""

    model: str
    schema: str
    status: str
    rows: int | None
    seconds: float
    tests_count: int
    tests_seconds: float


@contextmanager
def _open(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The history, to be written to; a table or column that an older release lacked is added."""
    connection = connect(path)
    try:
        for name, columns in TABLES.items():
            connection.execute(f"create table if not exists {name} ({columns})")
        for table, column in ADDED_COLUMNS:
            connection.execute(f"alter table {table} add column if not exists {column}")
        yield connection
    finally:
        connection.close()


def connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens the history; another process may hold it for a moment, so it asks for some seconds."""
    for attempt in range(ATTEMPTS):
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            if "permission denied" in str(error).lower():
                raise not_permitted(path) from error
            held = isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
            if held and attempt < ATTEMPTS - 1:
                time.sleep(0.5)
                continue
            advice = (
                "Close what reads it (readers have a copy in schema operations of the published"
                " file)."
                if held
                else "Move it away: the next run begins a new history, and the published file keeps"
                " a copy of this one."
            )
            raise InternalError(
                f"The run history {path} cannot be opened: {error}", advice
            ) from error
    raise AssertionError("unreachable")


def start_run(settings: Settings, source: str | None = None) -> list[str]:
    """
    Enters the run as running, with the source that it reads. Runs that a dead process left so are closed; their ids are returned.
    """
    published = current_version(settings) or ""
    with _open(settings.history_database) as connection:
        left = connection.execute(
            """update pipeline_runs set
                status = case when run_id = ? then 'published' else 'interrupted' end,
                message = coalesce(message, 'the process ended without a result'),
                version = ?
            where status = 'running' returning run_id""",
            [published, published or None],
        ).fetchall()
        connection.execute(
            "insert into pipeline_runs (run_id, status, engine, raw_data, is_full_refresh,"
            " started_at, source)"
            " values (?, 'running', ?, ?, ?, ?, ?)",
            [
                settings.run_id,
                settings.target,
                "demo" if settings.is_demo else "source",
                settings.full_refresh,
                settings.started_at,
                source,
            ],
        )
    return [row[0] for row in left]


def enter_full_refresh(settings: Settings) -> None:
    """Records that the run rebuilds everything, although --full-refresh was not given."""
    with _open(settings.history_database) as connection:
        connection.execute(
            "update pipeline_runs set is_full_refresh = true where run_id = ?", [settings.run_id]
        )


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
    names = ["border", "table_name", "expectation", "severity", "is_met", "observed_value"]
    _add(settings, "data_quality_results", results, names)


def add_deliveries(settings: Settings, found: Iterable[Delivery]) -> None:
    """Enters what the raw tables brought."""
    _add(settings, "source_freshness", found, [field.name for field in fields(Delivery)])


def add_models(settings: Settings, built: Iterable[ModelRun]) -> None:
    """Enters what dbt built, and how long that took."""
    names = ["model", "schema", "status", "rows", "seconds", "tests_count", "tests_seconds"]
    _add(settings, "pipeline_models", built, names)


def _add(settings: Settings, table: str, entries: Iterable[object], names: list[str]) -> None:
    rows = [[settings.run_id, *(getattr(entry, name) for name in names)] for entry in entries]
    if rows:
        places = ", ".join("?" * len(rows[0]))
        with _open(settings.history_database) as connection:
            # Replaced: a run that finds people to be erased may build twice.
            connection.executemany(f"insert or replace into {table} values ({places})", rows)


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
                seconds = ?, finished_at = ?, version = ?
            where run_id = ?""",
            [
                status,
                as_of,
                rows,
                failed_step,
                message,
                round((finished_at - settings.started_at).total_seconds(), 3),
                finished_at,
                current_version(settings),
                settings.run_id,
            ],
        )


def newest_run(settings: Settings) -> Run | None:
    """The newest run, if there is one."""
    return _newest(settings, "")


def newest_success(settings: Settings) -> Run | None:
    """The newest run that succeeded."""
    return _newest(settings, "where status in ('published', 'unchanged', 'held', 'built')")


def _newest(settings: Settings, condition: str) -> Run | None:
    query = f"select run_id, started_at from pipeline_runs {condition} order by run_id desc limit 1"
    rows = read(settings, query)
    return (rows[0]["run_id"], rows[0]["started_at"]) if rows else None


def published(settings: Settings, run_ids: list[str]) -> list[str]:
    """Those of these runs that published a version, even if they failed after that."""
    query = "select run_id from pipeline_runs where status = 'published' or version = run_id"
    found = {row["run_id"] for row in read(settings, query)}
    return [run_id for run_id in run_ids if run_id in found]


def read(settings: Settings, query: str) -> list[dict[str, Any]]:
    """The rows of a query on the history; none if the history or the table does not exist yet."""
    if not settings.history_database.exists():
        return []
    with connect(settings.history_database, read_only=True) as connection:
        try:
            found = connection.execute(query)
        except duckdb.CatalogException:
            return []
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
