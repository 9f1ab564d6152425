"""Finds the columns and a row of a model for which the engine could not compute a value."""

from threading import Timer
from typing import Any

import duckdb

from pipeline.core.settings import Settings

SECONDS = 60  # limit of the search, which computes the model again for each column
VALUE_ERRORS = (
    duckdb.OutOfRangeException,
    duckdb.ConversionException,
    duckdb.InvalidInputException,
)


def place_of(settings: Settings, node: Any) -> str:
    """`, column x, account_id = a1` of a SQL model that failed on DuckDB; empty if it is not found."""
    query = getattr(node, "compiled_code", None)
    is_sql_model = node.resource_type == "model" and node.language == "sql"
    if settings.target != "duckdb" or not is_sql_model or not query:
        return ""
    try:
        with duckdb.connect(str(settings.build_database), read_only=True) as connection:
            timer = Timer(SECONDS, connection.interrupt)
            timer.start()
            try:
                return search(connection, f"({query}) as failed")
            finally:
                timer.cancel()
    except duckdb.Error:
        return ""


def search(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Computes each column alone, then halves the ids until one is left."""
    connection.execute("set TimeZone = 'UTC'")
    described = connection.execute(f"describe select * from {rows}").fetchall()
    columns = [column for column, *_ in described]
    wrong = [column for column in columns if not computes(connection, rows, column)]
    if not wrong or len(wrong) == len(columns):
        return ""
    place = f", column {', '.join(wrong)}"
    keys = [name for name in columns if name.endswith(("_id", "_key")) and name not in wrong]
    return place + (row_of(connection, rows, wrong[0], keys[0]) if keys else "")


def row_of(connection: duckdb.DuckDBPyConnection, rows: str, column: str, key: str) -> str:
    """The id of a row that fails; empty if rows with other ids fail too."""
    ids = [
        value
        for (value,) in connection.execute(
            f'select distinct "{key}" from {rows} where "{key}" is not null order by 1'
        ).fetchall()
    ]
    left: list[Any] = ids
    passed: list[Any] = []
    while len(left) > 1:
        half, rest = left[: len(left) // 2], left[len(left) // 2 :]
        is_first = not computes(connection, rows, column, key, half)
        left, passed = (half, rest) if is_first else (rest, half)
    is_found = left and not computes(connection, rows, column, key, left)
    if is_found and (not passed or computes(connection, rows, column, key, passed)):
        return f", {key} = {left[0]}"
    return ""


def computes(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    column: str,
    key: str = "",
    ids: list[Any] | None = None,
) -> bool:
    """Whether a column can be computed for all rows, or for those between the first and last id."""
    condition = f'where "{key}" between ? and ?' if ids else ""
    try:
        connection.execute(
            f'select max("{column}") from {rows} {condition}', [ids[0], ids[-1]] if ids else []
        )
    except VALUE_ERRORS:
        return False
    return True
