"""Parts of DuckDB statements."""

from pathlib import Path

import duckdb

from pipeline.core.settings import Settings


def quoted(value: object) -> str:
    """A value with its single quotes doubled, to be put between single quotes."""
    return str(value).replace("'", "''")


def limits(settings: Settings, spill: Path) -> list[str]:
    """
    Sets the memory and threads of profiles.yml, and the folder for data that do not fit in memory.
    DuckDB creates and removes this folder.
    """
    return [
        f"set memory_limit = '{settings.environment.duckdb_memory_limit}'",
        "set block_allocator_memory = '50%'",
        f"set threads = {settings.environment.duckdb_threads}",
        f"set temp_directory = '{quoted(spill)}'",
    ]


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The rows of a table."""
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])
