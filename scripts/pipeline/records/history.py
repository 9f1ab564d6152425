"""The private history of runs, steps, quality results and models. Publications contain a copy of it."""

import datetime
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.errors import InternalError, first_line, not_permitted
from pipeline.core.settings import Settings, utc_now
from pipeline.core.versions import current_version
from pipeline.records.history_tables import ADDED_COLUMNS, TABLES

ATTEMPTS = 10
ERROR = "error"  # stops the run
WARNING = "warning"  # is reported
# A run in the history: its id and when it started.
Run = tuple[str, datetime.datetime]


@dataclass(frozen=True)
class QualityResult:
    """What an expectation found."""

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
    """What a raw table contained: age and number of its rows, and which values are empty."""

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
    """What dbt did with a model or seed."""

    model: str
    schema: str
    status: str
    rows: int | None
    seconds: float
    tests_count: int
    tests_seconds: float


@contextmanager
def _open(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The history for writing, with the tables and columns of this release."""
    with connect(settings.history_database) as connection:
        for name, columns in TABLES.items():
            connection.execute(f"create table if not exists {name} ({columns})")
        for table, column in ADDED_COLUMNS:
            connection.execute(f"alter table {table} add column if not exists {column}")
        yield connection


def connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens the history; waits some seconds if another process has it open."""
    for attempt in range(ATTEMPTS):
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            if "permission denied" in str(error).lower():
                raise not_permitted(path) from error
            is_held = isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
            if is_held and attempt < ATTEMPTS - 1:
                time.sleep(0.5)
                continue
            advice = (
                "Close the program that has it open; readers have a copy in schema operations of the"
                " published file."
                if is_held
                else "Move it away: the next run begins a new history, and the published file keeps"
                " a copy of this one."
            )
            raise InternalError(
                f"The run history {path} cannot be opened: {first_line(error)}", advice
            ) from error
    raise AssertionError("unreachable")


def start_run(settings: Settings, source: str | None = None) -> list[str]:
    """
    Enters the run as running. Closes runs that a dead process left as running, and returns their ids.
    """
    published = current_version(settings) or ""
    with _open(settings) as connection:
        left = connection.execute(
            """update pipeline_runs set
                status = case when run_id = ? then 'published' else 'interrupted' end,
                message = coalesce(message, 'the process ended without a result'),
                version = ?
            where status = 'running' returning run_id""",
            [published, published or None],
        ).fetchall()
        entry = {
            "run_id": settings.run_id,
            "status": "running",
            "engine": settings.target,
            "raw_data": "demo" if settings.is_demo else "source",
            "is_full_refresh": settings.full_refresh,
            "started_at": settings.started_at,
            "source": source,
        }
        _insert(connection, "pipeline_runs", [entry])
    return [row[0] for row in left]


def enter_full_refresh(settings: Settings) -> None:
    """Records that the run rebuilds everything although --full-refresh was not given."""
    _update_run(settings, is_full_refresh=True)


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
    """Enters a step that has ended."""
    entry = {
        "step_number": number,
        "step": step,
        "status": status,
        "message": message,
        "rows": rows,
        "seconds": round(seconds, 3),
        "started_at": started_at,
    }
    _add(settings, "pipeline_steps", [entry])


def add_results(settings: Settings, results: Iterable[QualityResult]) -> None:
    """Enters what the expectations of an audit found."""
    names = ("border", "table_name", "expectation", "severity", "is_met", "observed_value")
    entries = [{name: getattr(result, name) for name in names} for result in results]
    _add(settings, "data_quality_results", entries)


def add_deliveries(settings: Settings, found: Iterable[Delivery]) -> None:
    """Enters what the raw tables contained."""
    _add(settings, "source_freshness", [asdict(delivery) for delivery in found])


def add_models(settings: Settings, built: Iterable[ModelRun]) -> None:
    """Enters what dbt built, and how long it took."""
    entries = [asdict(model) for model in built]
    for entry in entries:
        entry["schema_name"] = entry.pop("schema")
    _add(settings, "pipeline_models", entries)


def finish_run(
    settings: Settings,
    status: str,
    *,
    as_of: str | None = None,
    rows: int | None = None,
    failed_step: str | None = None,
    message: str | None = None,
) -> None:
    """Enters the result of the run."""
    finished_at = utc_now()
    _update_run(
        settings,
        status=status,
        as_of_date=as_of,
        rows=rows,
        failed_step=failed_step,
        message=message,
        seconds=round((finished_at - settings.started_at).total_seconds(), 3),
        finished_at=finished_at,
        version=current_version(settings),
    )


def _update_run(settings: Settings, **values: Any) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    with _open(settings) as connection:
        connection.execute(
            f"update pipeline_runs set {columns} where run_id = ?",
            [*values.values(), settings.run_id],
        )


def _add(settings: Settings, table: str, entries: list[dict[str, Any]]) -> None:
    with _open(settings) as connection:
        _insert(connection, table, [{"run_id": settings.run_id, **entry} for entry in entries])


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, entries: list[dict[str, Any]]
) -> None:
    if entries:
        names = ", ".join(entries[0])
        places = ", ".join("?" * len(entries[0]))
        rows = [list(entry.values()) for entry in entries]
        # Replaced, because a run that finds people to erase may build twice.
        connection.executemany(f"insert or replace into {table} ({names}) values ({places})", rows)


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
