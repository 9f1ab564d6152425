"""Parts of the text of DuckDB statements."""

import os
from pathlib import Path


def quoted(value: object) -> str:
    """A value with its single quotes doubled, to be put between single quotes."""
    return str(value).replace("'", "''")


def limits(spill: Path) -> list[str]:
    """
    Sets the memory and threads of profiles.yml, and the folder for data that do not fit in memory.
    DuckDB creates and removes this folder.
    """
    memory = os.environ.get("DUCKDB_MEMORY_LIMIT", "8GB")
    threads = os.environ.get("DUCKDB_THREADS", "2")
    return [
        f"set memory_limit = '{memory}'",
        "set block_allocator_memory = '50%'",
        f"set threads = {threads}",
        f"set temp_directory = '{quoted(spill)}'",
    ]
