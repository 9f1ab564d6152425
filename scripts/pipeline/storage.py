"""DuckDB files written anew, table by table, without the values that name somebody."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb

# Readable by every DuckDB from 1.0 on: BI drivers lag behind.
STORAGE_VERSION = "v1.0.0"
# A pattern that no text matches.
NOTHING = "[^\\s\\S]"
Table = tuple[str, str]


@dataclass(frozen=True)
class Described:
    """A table of `old`: its text columns, and what describes it and its columns."""

    schema: str
    name: str
    texts: tuple[str, ...]
    comment: str | None
    comments: tuple[tuple[str, str], ...]

    @property
    def key(self) -> Table:
        """(schema, table)."""
        return self.schema, self.name


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[Described]:
    """All tables of `old`; asked for at once, because each such question looks at every table."""
    tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables()"
        " where database_name = 'old' order by all"
    ).fetchall()
    columns: dict[Table, list[tuple[str, str, str | None]]] = defaultdict(list)
    for schema, table, *column in connection.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = 'old' order by schema_name, table_name, column_index"
    ).fetchall():
        columns[schema, table].append(tuple(column))
    return [
        Described(
            schema,
            name,
            tuple(column for column, kind, _ in columns[schema, name] if kind == "VARCHAR"),
            comment,
            tuple((column, said) for column, _, said in columns[schema, name] if said),
        )
        for schema, name, comment in tables
    ]


def pattern_of(names: Iterable[str]) -> str:
    """
    A pattern of texts that are one of the names or hold one as a word: in a list, a URL, a JSON.
    """
    escaped = [re.sub(r"([^A-Za-z0-9_])", r"\\\1", name) for name in sorted(names) if name]
    if not escaped:
        return NOTHING
    return f"(?i)(?:^|[^a-z0-9])(?:{'|'.join(escaped)})(?:$|[^a-z0-9])"


def names_somebody(column: str, pattern: str) -> str:
    """SQL: a value of the column names somebody. The pattern stands there as it is: then it is compiled once."""
    return f"coalesce(regexp_matches(\"{column}\", '{quoted(pattern)}'), false)"


def columns_with(
    connection: duckdb.DuckDBPyConnection, table: Described, pattern: str
) -> list[str]:
    """The columns of a table of `old` in which somebody is named."""
    if not table.texts:
        return []
    found = ", ".join(f"bool_or({names_somebody(text, pattern)})" for text in table.texts)
    row = connection.execute(f'select {found} from old."{table.schema}"."{table.name}"').fetchone()
    return [text for text, is_there in zip(table.texts, row or (), strict=True) if is_there]


def copy_tables(
    connection: duckdb.DuckDBPyConnection,
    found: dict[Described, list[str]],
    pattern_for: Callable[[Table], str],
    keeps_rows: Callable[[Table], bool],
) -> None:
    """
    Copies tables from `old` to `new`, with their comments; `found` has the columns that name
    somebody. Where a table keeps its rows, they have null in place of it; else they are left out.
    """
    connection.execute("begin")
    for schema in sorted({table.schema for table in found}):
        connection.execute(f'create schema if not exists new."{schema}"')
    for table, texts in found.items():
        pattern = pattern_for(table.key)
        columns, condition = "*", ""
        if texts and keeps_rows(table.key):
            blanked = ", ".join(
                f'case when {names_somebody(text, pattern)} then null else "{text}" end as "{text}"'
                for text in texts
            )
            columns = f"* replace ({blanked})"
        elif texts:
            named = " or ".join(names_somebody(text, pattern) for text in texts)
            condition = f" where not ({named})"
        place = f'"{table.schema}"."{table.name}"'
        connection.execute(
            f"create table new.{place} as select {columns} from old.{place}{condition}"
        )
        if table.comment:
            connection.execute(f"comment on table new.{place} is '{quoted(table.comment)}'")
        for column, said in table.comments:
            connection.execute(f"comment on column new.{place}.\"{column}\" is '{quoted(said)}'")
    connection.execute("commit")


def quoted(text: str) -> str:
    """Text inside quotes."""
    return text.replace("'", "''")
