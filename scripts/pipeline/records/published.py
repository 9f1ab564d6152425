"""What the published version says about itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.settings import Settings
from pipeline.core.versions import DATABASE, current_version


@dataclass(frozen=True)
class Publication:
    """A published version: its folder, and the rows of each table."""

    folder: Path
    rows: dict[str, int]

    @property
    def database(self) -> Path:
        """The published DuckDB file, under its stable path."""
        return self.folder.parents[1] / "current" / DATABASE


def publication_of(settings: Settings) -> Publication:
    """The version under `current`. Raises duckdb.Error if it cannot be read."""
    return publication_of_folder(settings.current.resolve())


def publication_of_folder(folder: Path) -> Publication:
    """A version, with the rows counted in its file."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        rows = {
            f"{schema}.{name}": count(connection, f'"{schema}"."{name}"') for schema, name in tables
        }
    return Publication(folder, rows)


def published_rows(settings: Settings, table: str) -> list[dict[str, Any]]:
    """
    The rows that the current version has about its own run in a table of schema operations; none if
    nothing is published or the file cannot be read.
    """
    version = current_version(settings)
    try:
        with duckdb.connect(str(settings.current / DATABASE), read_only=True) as connection:
            found = connection.execute(f"from operations.{table} where run_id = ?", [version])
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except duckdb.Error:
        return []


def published_stamp(settings: Settings) -> dict[str, Any] | None:
    """The run that built the current version: when it ended, its day, its source."""
    return next(iter(published_rows(settings, "pipeline_runs")), None)


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The rows of a table."""
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])
