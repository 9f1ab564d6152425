"""What is put into the text of a query."""

import os
from pathlib import Path


def quoted(value: object) -> str:
    """A value as it stands between the quotes of a text, which end it nowhere."""
    return str(value).replace("'", "''")


def limits(spill: Path) -> list[str]:
    """
    The memory and threads of profiles.yml, and the folder for what does not fit in memory: DuckDB makes it
    when it is needed, and removes it.
    """
    memory = os.environ.get("DUCKDB_MEMORY_LIMIT", "8GB")
    threads = os.environ.get("DUCKDB_THREADS", "2")
    return [
        f"set memory_limit = '{memory}'",
        "set block_allocator_memory = '50%'",
        f"set threads = {threads}",
        f"set temp_directory = '{quoted(spill)}'",
    ]
