"""Rewrites DuckDB files, table by table, without the values that name an erased person."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.core.sql import quoted

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

    @property
    def place(self) -> str:
        """Where it lies in its database, for SQL."""
        return f'"{self.schema}"."{self.name}"'


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


def views_on(connection: duckdb.DuckDBPyConnection, files: dict[Table, Path]) -> list[Described]:
    """Parquet files as views of `old`, which is attached for them."""
    connection.execute("attach ':memory:' as old")
    described = []
    for (schema, name), path in files.items():
        source = f"read_parquet('{quoted(path)}')"
        connection.execute(f'create schema if not exists old."{schema}"')
        connection.execute(f'create view old."{schema}"."{name}" as from {source}')
        columns = connection.execute(
            f"select column_name, column_type from (describe from {source})"
        ).fetchall()
        texts = tuple(column for column, kind in columns if kind == "VARCHAR")
        described.append(Described(schema, name, texts, None, ()))
    return described


def pattern_of(names: Iterable[str]) -> str:
    """
    A pattern of texts that are one of the names or hold one as a word: in a list, a URL, a JSON.
    """
    escaped = [
        re.sub(r"([^A-Za-z0-9_\x80-\U0010ffff])", r"\\\1", name) for name in sorted(names) if name
    ]
    if not escaped:
        return NOTHING
    return f"(?i)(?:^|[^a-z0-9])(?:{'|'.join(escaped)})(?:$|[^a-z0-9])"


def word_of(name: str) -> str:
    """A word, lower case, that stands in every text that holds the name: of an email one of the local part."""
    local = name.lower().split("@", maxsplit=1)[0]
    words: list[str] = re.findall("[a-z0-9]+", local) or re.findall("[a-z0-9]+", name.lower())
    return max(words, key=len)


class Register:
    """
    The values of `old` that name an erased person. A pattern of thousands of names is slow on millions of values, so
    it is only tried on values that contain a word of a name. After that, whole values are compared.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, label: str, names: Iterable[str]
    ) -> None:
        self.connection, self.label = connection, label
        names = {name for name in names if name}
        worded = {name for name in names if re.search("[A-Za-z0-9]", name)}
        self.pattern = pattern_of(names)
        # Names in another script have no word to look for first.
        self.wordless_pattern = pattern_of(names - worded)
        connection.execute(f"create temp table {label}_values (value varchar)")
        connection.execute(
            f"create temp table {label}_names as select unnest(?::varchar[]) as name",
            [sorted({name.lower() for name in names})],
        )
        connection.execute(
            f"create temp table {label}_words as select unnest(?::varchar[]) as word",
            [sorted({word_of(name) for name in worded})],
        )

    def columns_with(self, table: Described) -> list[str]:
        """The columns of a table that name an erased person; their values are in the register."""
        if not table.texts or not self._find_candidates(table):
            return []
        # Parsing the pattern is expensive, so use it only if there are candidates.
        self.connection.execute(
            f"delete from {self.label}_candidates"
            f" where not regexp_matches(value, '{quoted(self.pattern)}')"
        )
        self.connection.execute(
            f"insert into {self.label}_values select distinct value from {self.label}_candidates"
        )
        rows = self.connection.execute(
            f"select distinct column_name from {self.label}_candidates"
        ).fetchall()
        return [column for column in table.texts if (column,) in rows]

    def names_somebody(self, column: str) -> str:
        """SQL: whether a value of a searched column names an erased person."""
        return f'coalesce("{column}" in (select value from {self.label}_values), false)'

    def _find_candidates(self, table: Described) -> bool:
        """Values of a table that are a name, or hold a word of one, with their columns; whether there are any."""
        place = f"old.{table.place}"
        found = " union all ".join(
            f"""select distinct '{quoted(column)}' as column_name, "{column}" as value from {place}
                where lower("{column}") in (select name from {self.label}_names)
                    or regexp_matches("{column}", '[^a-zA-Z0-9]')"""
            for column in table.texts
        )
        self.connection.execute(
            f"""create or replace temp table {self.label}_candidates as
            with found as ({found}),

            words as (
                select column_name, value,
                    unnest(regexp_split_to_array(lower(value), '[^a-z0-9]+')) as word
                from found
            )

            select column_name, value from words semi join {self.label}_words using (word)
            union
            select column_name, value from found
            where lower(value) in (select name from {self.label}_names)
                or regexp_matches(value, '{quoted(self.wordless_pattern)}')"""
        )
        return self.connection.execute(
            f"select exists (from {self.label}_candidates)"
        ).fetchone() == (True,)


def copy_tables(
    connection: duckdb.DuckDBPyConnection,
    found: dict[Described, list[str]],
    register_for: Callable[[Table], Register],
    keeps_rows: Callable[[Table], bool],
) -> None:
    """
    Copies tables from `old` to `new`, with their comments. `found` has the columns that name an erased
    person. Tables that keep their rows get null in these columns; other tables lose the rows.
    """
    connection.execute("begin")
    for schema in sorted({table.schema for table in found}):
        connection.execute(f'create schema if not exists new."{schema}"')
    for table, texts in found.items():
        place = table.place
        kept = without_names(table, texts, register_for(table.key), keeps_rows(table.key))
        connection.execute(f"create table new.{place} as {kept}")
        if table.comment:
            connection.execute(f"comment on table new.{place} is '{quoted(table.comment)}'")
        for column, said in table.comments:
            connection.execute(f"comment on column new.{place}.\"{column}\" is '{quoted(said)}'")
    connection.execute("commit")


def without_names(table: Described, texts: list[str], register: Register, keeps_rows: bool) -> str:
    """
    A query on a table of `old` with columns that name an erased person: without these rows, or with null in place of
    these values if the table keeps its rows.
    """
    columns, condition = "*", ""
    if texts and keeps_rows:
        blanked = ", ".join(
            f'case when {register.names_somebody(text)} then null else "{text}" end as "{text}"'
            for text in texts
        )
        columns = f"* replace ({blanked})"
    elif texts:
        named = " or ".join(register.names_somebody(text) for text in texts)
        condition = f" where not ({named})"
    return f"select {columns} from old.{table.place}{condition}"
