"""
Spark SQL of target spark, by the connection that dbt has: in the session of this process, or on a cluster. After a build in
this process, the session is dbt's own.
"""

import datetime
import re
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from multiprocessing import get_context
from typing import Any

import duckdb

from pipeline.core.errors import InputError, InternalError
from pipeline.core.settings import Settings
from pipeline.engines.spark_session import address, check_installed, is_cluster, target_of

CONNECTION = "pipeline"
# What the models count on; dbt-spark sets the first itself, but not every server listens.
NEEDED = {"spark.sql.ansi.enabled": "false", "spark.sql.session.timeZone": "UTC"}
# The most that one statement counts or inserts, so that none gets too long.
TABLES_AT_ONCE = 20
ROWS_AT_ONCE = 1000
Row = dict[str, Any]


class Catalogue:
    """Runs Spark SQL. The connection stays open until the process ends."""

    def __init__(self, settings: Settings) -> None:
        check_installed(settings)
        from dbt.adapters.factory import get_adapter, register_adapter
        from dbt.config.runtime import RuntimeConfig
        from dbt.flags import set_from_args
        from dbt_common.events.event_manager_client import cleanup_event_logger
        from dbt_common.exceptions import DbtBaseException

        target_of(settings)  # checks the profile
        cleanup_event_logger()  # until a dbt command sets it up, dbt would print
        arguments = Namespace(
            project_dir=str(settings.project_dir),
            profiles_dir=str(settings.profiles_dir),
            target="spark",
            profile=None,
            threads=None,
            vars={},
            which="run-operation",
        )
        try:
            set_from_args(arguments, None)
            config = RuntimeConfig.from_args(arguments)
            register_adapter(config, get_context("spawn"))
            self._adapter: Any = get_adapter(config)
            self._adapter.acquire_connection(CONNECTION)
            self._adapter.connections.get_thread_connection().handle  # noqa: B018 (connects)
        except (DbtBaseException, OSError) as error:
            place = address(settings) if is_cluster(settings) else "Spark"
            raise InternalError(
                f"{place} does not answer: {' '.join(str(error).split())[:300]}",
                "Check host and port of target spark in profiles.yml, and whether the server runs."
                if is_cluster(settings)
                else "Check the disk of WAREHOUSE_DIR and the memory (SPARK_DRIVER_MEMORY).",
            ) from error

    def check_parameters(self, settings: Settings) -> None:
        """Stops if the cluster has other settings than the profile names, or such that models would give other numbers."""
        stated = target_of(settings).get("server_side_parameters") or {}
        wanted = {
            re.sub("^set:hive(var|conf):", "", str(name)): str(stated[name]) for name in stated
        }
        wrong = []
        for name, value in {**wanted, **NEEDED}.items():
            has = next((row["value"] for row in self.run(f"set {name}")), None)
            if str(has).lower() != value.lower():
                wrong.append(f"{name} is {has} and must be {value}")
        if wrong:
            raise InputError(
                f"{address(settings)}: {'; '.join(wrong)}.",
                "Name each in profiles.yml under server_side_parameters. Spark's own Thrift server only takes those"
                " written `set:hivevar:<parameter>`; or set them on the server.",
            )

    def run(self, statement: str) -> list[Row]:
        """The rows of a statement."""
        from dbt_common.exceptions import DbtBaseException

        try:
            _, cursor = self._adapter.connections.add_query(statement, auto_begin=False)
            if not cursor.description:
                return []
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall() or []]
        except (DbtBaseException, OSError) as error:
            raise InternalError(
                f"Spark could not run `{statement[:100]}`: {' '.join(str(error).split())[:500]}",
                "Check the disk and memory of Spark (in process: WAREHOUSE_DIR and SPARK_DRIVER_MEMORY),"
                " then start again.",
            ) from error

    def schemas(self) -> set[str]:
        """The names of all schemas."""
        return {str(next(iter(row.values()))) for row in self.run("show schemas")}

    def tables(self, schema: str) -> set[str]:
        """The names of the tables and views of a schema; none if there is no such schema."""
        if schema not in self.schemas():
            return set()
        return {str(row["tableName"]) for row in self.run(f"show tables in {schema}")}

    def views(self, schema: str) -> set[str]:
        """The names of the views of a schema."""
        rows = self.run(f"show views in {schema}")
        return {str(row["viewName"]) for row in rows if not row["isTemporary"]}

    def counts(self, tables: Sequence[str]) -> dict[str, int]:
        """The rows of some tables."""
        found: dict[str, int] = {}
        for some in in_parts(tables, TABLES_AT_ONCE):
            counts = " union all ".join(
                f"select {text(table)} as name, count(*) as rows_count from {table}"
                for table in some
            )
            found |= {row["name"]: int(row["rows_count"]) for row in self.run(counts)}
        return found

    def copy(
        self, table: str, types: Mapping[str, str], connection: duckdb.DuckDBPyConnection
    ) -> None:
        """Copies a table into one of the same name in DuckDB, with these types of its columns; values travel as text."""
        values = ", ".join(f"cast(`{name}` as string) as `{name}`" for name in types)
        rows = self.run(f"select {values} from {table}")
        columns = ", ".join(
            f'cast(unnest(${number}::varchar[]) as {kind or "varchar"}) as "{name}"'
            for number, (name, kind) in enumerate(types.items(), start=1)
        )
        lists = [[row[name] for row in rows] for name in types]
        connection.execute(f"create table {table} as select {columns}", lists)

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts rows of Python values."""
        for some in in_parts(rows, ROWS_AT_ONCE):
            values = ", ".join(f"({', '.join(map(literal, row))})" for row in some)
            self.run(f"insert into {table} values {values}")


def in_parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Slices of a list, in its order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def text(value: str) -> str:
    """A text of Spark SQL, where a backslash escapes."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def literal(value: Any) -> str:
    """A value of Spark SQL."""
    if value is None:
        return "null"
    if isinstance(value, datetime.datetime):
        return f"timestamp '{value:%Y-%m-%d %H:%M:%S.%f}'"
    if isinstance(value, datetime.date):
        return f"date '{value}'"
    return text(value) if isinstance(value, str) else str(value).lower()


def type_name(kind: str) -> str:
    """A type of a contract or of DuckDB, as Spark calls it: all names are the same but text."""
    plain = kind.lower().removesuffix(" not null")
    return "string" if plain in ("", "varchar") else plain


def columns_of(columns: Iterable[tuple[str, str, str]]) -> str:
    """SQL: the columns of a table with type and description."""
    return ", ".join(
        f"`{name}` {type_name(kind)} comment {text(said)}" for name, kind, said in columns
    )
