"""Step publish: the audited marts as a new version, whole, and then one atomic rename."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline import history
from pipeline.errors import InternalError
from pipeline.marts import Mart, attach_statements, models
from pipeline.settings import Settings

# Readable by every DuckDB from 1.0 on: BI drivers lag behind.
STORAGE_VERSION = "v1.0.0"
DATABASE = "revenue.duckdb"


@dataclass(frozen=True)
class Publication:
    """What was published: where, and the rows of each table."""

    folder: Path
    rows: dict[str, int]

    @property
    def database(self) -> Path:
        """The published DuckDB file, under its stable path."""
        return self.folder.parents[1] / "current" / DATABASE


def publish(settings: Settings, as_of: str | None) -> Publication:
    """
    Writes versions/<run_id>, then puts it under `current`; readers of the old version are not
    disturbed.
    """
    unfinished = settings.versions_dir / f".{settings.run_id}.unfinished"
    folder = settings.versions_dir / settings.run_id
    try:
        remove_unfinished(settings)
        (unfinished / "parquet").mkdir(parents=True)
        rows = write_version(settings, unfinished, as_of)
        sync_tree(unfinished)
        unfinished.rename(folder)
        sync(settings.versions_dir)
        switch(settings, folder)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise InternalError(
            f"The new version could not be written: {error}.",
            "Check the disk under WAREHOUSE_DIR, then start again.",
        ) from error
    return Publication(folder, rows)


def switch(settings: Settings, folder: Path) -> None:
    """
    Points `current` at a version, by one rename: a reader sees the old whole or the new whole.
    """
    link = settings.warehouse_dir / f".current-{settings.run_id}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(settings.warehouse_dir))
    link.replace(settings.current)
    sync(settings.warehouse_dir)


def write_version(settings: Settings, folder: Path, as_of: str | None) -> dict[str, int]:
    """
    The DuckDB file and the Parquet files of a version; returns the rows per table, read back from
    the file.
    """
    path = folder / DATABASE
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = '{_text(folder / 'spill')}'")
        for statement in attach_statements(settings):
            connection.execute(statement)
        connection.execute(
            f"attach '{_text(path)}' as published (storage_version '{STORAGE_VERSION}')"
        )
        for schema in ("marts", "operations"):
            connection.execute(f"create schema published.{schema}")
        tables = models(settings)
        for mart in tables:
            connection.execute(
                f"create table published.{mart.schema}.{mart.name} as from"
                f" {mart.schema}.{mart.name}"
            )
        tables += copy_history(settings, connection, as_of)
        for mart in tables:
            describe(connection, mart)
        rows = {
            f"{mart.schema}.{mart.name}": _count(connection, f"published.{mart.schema}.{mart.name}")
            for mart in tables
        }
        run_rows = sum(rows.values())
        connection.execute(
            "update published.operations.pipeline_runs set rows = ? where run_id = ?",
            [run_rows, settings.run_id],
        )
        for mart in tables:
            connection.execute(
                f"copy published.{mart.schema}.{mart.name} to"
                f" '{_text(folder / 'parquet' / (mart.name + '.parquet'))}'"
                " (format parquet, compression zstd)"
            )
        lost = [
            mart.name
            for mart in models(settings)
            if _count(connection, f"{mart.schema}.{mart.name}")
            != rows[f"{mart.schema}.{mart.name}"]
        ]
        connection.execute("detach published")
    shutil.rmtree(folder / "spill", ignore_errors=True)
    if lost:
        raise InternalError(
            f"The copy of {', '.join(lost)} has not the rows of the build.", "Start again."
        )
    return rows


def copy_history(
    settings: Settings, connection: duckdb.DuckDBPyConnection, as_of: str | None
) -> list[Mart]:
    """
    The run history as tables of schema operations; this run stands in it as published, which makes
    it the stamp.
    """
    connection.execute(f"attach '{_text(settings.history_database)}' as history (read_only)")
    for name in history.TABLES:
        connection.execute(f"create table published.operations.{name} as from history.{name}")
    connection.execute("detach history")
    connection.execute(
        """update published.operations.pipeline_runs set
            status = 'published', as_of_date = ?, finished_at = cast(now() as timestamp),
            seconds = round(epoch(cast(now() as timestamp)) - epoch(started_at), 3)
        where run_id = ?""",
        [as_of, settings.run_id],
    )
    return [Mart("operations", name, history.DESCRIPTIONS[name], ()) for name in history.TABLES]


def describe(connection: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    """Puts the descriptions of the project into the file, where BI tools show them."""
    table = f"published.{mart.schema}.{mart.name}"
    connection.execute(f"comment on table {table} is '{_text(mart.description)}'")
    for name, _, description in mart.columns:
        connection.execute(f"comment on column {table}.\"{name}\" is '{_text(description)}'")


def remove_unfinished(settings: Settings) -> None:
    """Clears what a run that died while publishing has left."""
    for path in settings.versions_dir.glob(".*.unfinished"):
        shutil.rmtree(path, ignore_errors=True)
    for link in settings.warehouse_dir.glob(".current-*"):
        link.unlink(missing_ok=True)


def remove_old(settings: Settings) -> list[str]:
    """
    Removes all but the last `keep_versions` versions, never the current one; who has a file open
    keeps it.
    """
    current = settings.current.resolve().name
    versions = sorted(path.name for path in settings.versions_dir.iterdir() if path.is_dir())
    others = [name for name in versions if name != current]
    kept = settings.keep_versions - 1
    removed = others[: max(0, len(others) - kept)]
    for name in removed:
        shutil.rmtree(settings.versions_dir / name, ignore_errors=True)
    return removed


def sync(path: Path) -> None:
    """Makes sure that a file, or the entries of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Makes sure that all below a folder is on the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return row[0]


def _text(value: object) -> str:
    return str(value).replace("'", "''")
