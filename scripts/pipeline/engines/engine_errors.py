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
            connection.execute("set TimeZone = 'UTC'")
            timer = Timer(SECONDS, connection.interrupt)
            timer.start()
            try:
                return search(connection, f"({query}) as failed")
            finally:
                timer.cancel()
    except duckdb.Error:
        return ""


def search(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Computes each column alone, and of the first that fails ever fewer ids, until one is left."""
    described = connection.execute(f"describe select * from {rows}").fetchall()
    columns = [column for column, *_ in described]
    wrong = [name for name in columns if not computes(connection, f'max("{name}") from {rows}')]
    if not wrong or len(wrong) == len(columns):
        return ""
    place = f", column {', '.join(wrong)}"
    keys = [name for name in columns if name.endswith(("_id", "_key")) and name not in wrong]
    if not keys:
        return place
    ids = connection.execute(
        f'select distinct "{keys[0]}" from {rows} where "{keys[0]}" is not null order by 1'
    ).fetchall()
    some = f'max("{wrong[0]}") from {rows} where "{keys[0]}" between ? and ?'
    while len(ids) > 1:
        half = len(ids) // 2
        ids = ids[half:] if computes(connection, some, *ids[0], *ids[half - 1]) else ids[:half]
    is_found = bool(ids) and not computes(connection, some, *ids[0], *ids[0])
    return f"{place}, {keys[0]} = {ids[0][0]}" if is_found else place


def computes(connection: duckdb.DuckDBPyConnection, selected: str, *parameters: Any) -> bool:
    """Whether the engine can compute a value."""
    try:
        connection.execute(f"select {selected}", list(parameters))
    except VALUE_ERRORS:
        return False
    return True
