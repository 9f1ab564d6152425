"""What the published version says about itself."""

from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.settings import Settings
from pipeline.core.sql import count
from pipeline.core.versions import DATABASE, cluster_tables, current_version
from pipeline.records.history import rows_of


def rows_by_table(folder: Path) -> dict[str, int]:
    """
    The rows of each table of a version, counted in its file, or when it was published on a cluster. Raises duckdb.Error if
    the file cannot be read.
    """
    if on_cluster := cluster_tables(folder):
        return {f"{table['schema']}.{table['name']}": table["rows"] for table in on_cluster}
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        return {name: count(connection, name) for (name,) in tables}


def published_rows(settings: Settings, table: str) -> list[dict[str, Any]]:
    """
    The rows that the current version has about its own run in a table of schema operations; none if
    nothing is published or the file cannot be read.
    """
    version = current_version(settings)
    try:
        with duckdb.connect(str(settings.current / DATABASE), read_only=True) as connection:
            return rows_of(
                connection.execute(f"from operations.{table} where run_id = ?", [version])
            )
    except duckdb.Error:
        return []


def published_stamp(settings: Settings) -> dict[str, Any]:
    """The run that built the current version: when it ended, its day, its source; empty if there is none."""
    return next(iter(published_rows(settings, "pipeline_runs")), {})


def published_warnings(settings: Settings) -> tuple[int, list[str]]:
    """
    How many expectations and dbt tests the current version does not meet, and what its dbt tests say
    of each row, such as a status that is not mapped.
    """
    unmet = [row for row in published_rows(settings, "data_quality_results") if not row["is_met"]]
    tests = [row["observed_value"] for row in unmet if row["border"] == "build"]
    return len(unmet), [line for observed in tests for line in observed.splitlines()[1:]]
