"""
The private history of runs, steps, quality results, raw tables and models. Publications contain a copy of it in schema
operations, whose tables operations_tables.yml describes.
"""

import datetime
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipeline.core.errors import InternalError, first_line, not_permitted
from pipeline.core.settings import Settings, utc_now
from pipeline.core.versions import current_version

ATTEMPTS = 10
ERROR = "error"  # stops the run
WARNING = "warning"  # is reported
SUCCEEDED = "status in ('published', 'unchanged', 'held', 'built')"
# A run in the history: its id and when it started.
Run = tuple[str, datetime.datetime]


@dataclass(frozen=True)
class Table:
    """A table of schema operations: the type and the description of each column, by its name."""

    description: str
    columns: dict[str, tuple[str, str]]
    primary_key: tuple[str, ...] = ()

    @property
    def definition(self) -> str:
        """SQL of its columns and key."""
        columns = [f"{name} {kind}" for name, (kind, _) in self.columns.items()]
        key = [f"primary key ({', '.join(self.primary_key)})"] if self.primary_key else []
        return ", ".join(columns + key)


_TABLES_FILE = Path(__file__).with_name("operations_tables.yml")
TABLES = {
    name: Table(**entry)
    for name, entry in yaml.safe_load(_TABLES_FILE.read_text(encoding="utf-8")).items()
}
IN_HISTORY = {name: table for name, table in TABLES.items() if table.primary_key}


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


@contextmanager
def _open(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The history for writing, with the tables and columns of this release."""
    with connect(settings.history_database) as connection:
        for name, table in IN_HISTORY.items():
            connection.execute(f"create table if not exists {name} ({table.definition})")
            for column, (kind, _) in table.columns.items():
                if not kind.endswith("not null"):  # an earlier release may not have it
                    connection.execute(
                        f"alter table {name} add column if not exists {column} {kind}"
                    )
        yield connection


def connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens the history; waits some seconds if another process has it open."""
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            if "permission denied" in str(error).lower():
                raise not_permitted(path) from error
            is_held = isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
            if is_held and attempts_left:
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
        "status": "running",
        "engine": settings.target,
        "raw_data": "demo" if settings.is_demo else "source",
        "is_full_refresh": settings.full_refresh,
        "started_at": settings.started_at,
        "source": source,
    }
    add(settings, "pipeline_runs", [entry])
    return [row[0] for row in left]


def add(settings: Settings, table: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Enters rows of this run."""
    rows = [{"run_id": settings.run_id, **entry} for entry in entries]
    if rows:
        names, places = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
        with _open(settings) as connection:
            # Replaced, because a run that finds people to erase may build twice.
            connection.executemany(
                f"insert or replace into {table} ({names}) values ({places})",
                [list(row.values()) for row in rows],
            )


def add_results(settings: Settings, results: Iterable[QualityResult]) -> None:
    """Enters what the expectations of an audit found. Advice is only for messages."""
    entries = [asdict(result) for result in results]
    for entry in entries:
        del entry["advice"]
    add(settings, "data_quality_results", entries)


def update_run(settings: Settings, **values: Any) -> None:
    """Sets columns of this run."""
    columns = ", ".join(f"{name} = ?" for name in values)
    with _open(settings) as connection:
        connection.execute(
            f"update pipeline_runs set {columns} where run_id = ?",
            [*values.values(), settings.run_id],
        )


def finish_run(settings: Settings, status: str, **values: Any) -> None:
    """Enters the result of the run; `values` are further columns."""
    finished_at = utc_now()
    update_run(
        settings,
        status=status,
        seconds=round((finished_at - settings.started_at).total_seconds(), 3),
        finished_at=finished_at,
        version=current_version(settings),
        **values,
    )


def newest_run(settings: Settings, condition: str = "true") -> Run | None:
    """The newest run for which the condition is true, such as SUCCEEDED."""
    query = f"from pipeline_runs where {condition} order by run_id desc limit 1"
    return next(((run["run_id"], run["started_at"]) for run in read(settings, query)), None)


def published(settings: Settings) -> set[str]:
    """The runs that published a version, even if they failed after that."""
    query = "select run_id from pipeline_runs where status = 'published' or version = run_id"
    return {row["run_id"] for row in read(settings, query)}


def read(settings: Settings, query: str) -> list[dict[str, Any]]:
    """The rows of a query on the history; none if the history or the table does not exist yet."""
    if not settings.history_database.exists():
        return []
    with connect(settings.history_database, read_only=True) as connection:
        try:
            return rows_of(connection.execute(query))
        except duckdb.CatalogException:
            return []


def rows_of(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of a query that was executed, as dictionaries."""
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
