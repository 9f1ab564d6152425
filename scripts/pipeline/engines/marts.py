"""The marts of the build: which models they are, where they are, and how to read them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.core.sql import count, limits, quoted
from pipeline.engines.catalogue import Catalogue, Row
from pipeline.engines.spark_session import builds_on_cluster

PUBLISHED_SCHEMAS = ("marts", "operations")
# What audits read beside the marts, to reconcile them.
SCHEMAS_BEFORE = ("canonical",)
# What audits read whichever marts are selected.
ALWAYS_BUILT = ("as_of",)


@dataclass(frozen=True)
class Mart:
    """A model of the published schemas, from dbt's manifest."""

    schema: str
    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]  # name, type of the contract, description

    @property
    def place(self) -> str:
        """schema.name, in every database."""
        return f"{self.schema}.{self.name}"


def _nodes(settings: Settings) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = json.loads(settings.manifest.read_text("utf-8"))["nodes"]
    return nodes


def models(settings: Settings, schemas: tuple[str, ...] = PUBLISHED_SCHEMAS) -> list[Mart]:
    """The enabled models of some schemas, by name; with --select only those that are built."""
    nodes = _nodes(settings)
    found = []
    for name in built_for(settings.select, nodes):
        node = nodes[name]
        if node["resource_type"] == "model" and node["schema"] in schemas:
            columns = tuple(
                (column, entry.get("data_type") or "", _one_line(entry.get("description", "")))
                for column, entry in node["columns"].items()
            )
            description = _one_line(node["description"])
            found.append(Mart(node["schema"], node["alias"], description, columns))
    return sorted(found, key=lambda mart: mart.place)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def relationships(settings: Settings) -> list[tuple[str, str, str, str]]:
    """
    The foreign keys between published tables, from the relationships tests of the project:
    (from_table, from_column, to_table, to_column).
    """
    nodes = _nodes(settings)
    places = {mart.name: mart.place for mart in models(settings)}
    found = set()
    for node in nodes.values():
        metadata = node.get("test_metadata") or {}
        if metadata.get("name") == "relationships":
            arguments = metadata["kwargs"]
            target = re.sub(r".*['\"](\w+)['\"].*", r"\1", arguments["to"])
            source = nodes[node["attached_node"]]["alias"]
            if source in places and target in places:
                found.add((places[source], node["column_name"], places[target], arguments["field"]))
    return sorted(found)


def built_for(select: tuple[str, ...], nodes: dict[str, dict[str, Any]]) -> set[str]:
    """The ids of the nodes that a selection builds; without a selection all."""
    if not select:
        return set(nodes)
    wanted = {*select, *ALWAYS_BUILT}
    waiting = [name for name, node in nodes.items() if node["name"] in wanted]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found.add(name)
            waiting += nodes[name]["depends_on"].get("nodes", [])
    return found


def attach_statements(settings: Settings) -> list[str]:
    """
    Makes schemas marts, operations and canonical of the build readable in another DuckDB under their
    own names: views on the build database, or on Spark's Parquet files with the types of the contracts.
    """
    known = models(settings, PUBLISHED_SCHEMAS + SCHEMAS_BEFORE)
    statements = limits(settings, settings.spill_dir)
    statements += [
        f"create schema if not exists {schema}" for schema in PUBLISHED_SCHEMAS + SCHEMAS_BEFORE
    ]
    if settings.target == "duckdb":
        attach = f"attach if not exists '{quoted(settings.build_database)}' as build (read_only)"
        return [
            attach,
            *statements,
            *(f"create view {mart.place} as from build.{mart.place}" for mart in known),
        ]
    warehouse = settings.spark_warehouse
    if not warehouse.is_dir():
        raise InputError(
            f"There is no Spark warehouse {warehouse}, where the marts of target spark should be.",
            "Set spark.sql.warehouse.dir in profiles.yml to the folder spark in WAREHOUSE_DIR.",
        )
    return statements + [_spark_view(warehouse, mart) for mart in known]


def _spark_view(warehouse: Path, mart: Mart) -> str:
    folder = warehouse / f"{mart.schema}.db" / mart.name
    if not folder.is_dir():
        return "select 1"
    if any(folder.glob("**/*.parquet")):
        value, rows = '"{name}"', f"from '{quoted(folder)}/**/*.parquet'"
    else:
        value, rows = "null", "where false"
    columns = ", ".join(
        f'cast({value.format(name=name)} as {kind or "varchar"}) as "{name}"'
        for name, kind, _ in mart.columns
    )
    return f"create view {mart.place} as select {columns} {rows}"


def rows_there(settings: Settings) -> dict[str, int]:
    """The rows of every table and mart file of the build, by schema.name."""
    if settings.target != "duckdb" or not settings.build_database.exists():
        return {}
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not internal"
        ).fetchall()
        names = [name for (name,) in tables] + list(files_of(connection, settings))
        return {name: count(connection, name) for name in names}


def files_of(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, Path]:
    """
    The marts that are files, by schema.name, with their file. `connection` has the build database
    as `build`. A plain dbt command leaves tables instead.
    """
    found = connection.execute(
        "select schema_name, view_name, sql from duckdb_views() where database_name = 'build'"
    ).fetchall()
    files = {}
    for schema, name, sql in found:
        path = settings.mart_files_dir / f"{name}.parquet"
        if schema in PUBLISHED_SCHEMAS and quoted(path) in sql:
            files[f"{schema}.{name}"] = path
    return files


def remove_stray_files(settings: Settings) -> None:
    """Removes files of marts that the project no longer has, and those of a run that was killed."""
    known = {f"{mart.name}.parquet" for mart in models(settings)}
    for path in settings.mart_files_dir.glob("*"):
        if path.name not in known:
            path.unlink()


def drop_build(settings: Settings) -> None:
    """Drops the schemas of the build from Spark's catalogue, with all tables, and files that belong to none."""
    catalogue = Catalogue(settings)
    of_build = {
        node["schema"]
        for node in _nodes(settings).values()
        if node["resource_type"] in ("model", "seed")
    }
    for schema in sorted(of_build & catalogue.schemas()):
        catalogue.run(f"drop schema {schema} cascade")


def tables_there(settings: Settings) -> set[str]:
    """The tables and views that the build has created, as schema.name."""
    if builds_on_cluster(settings):
        catalogue = Catalogue(settings)
        return {
            f"{schema}.{name}"
            for schema in PUBLISHED_SCHEMAS + SCHEMAS_BEFORE
            for name in catalogue.tables(schema)
        }
    if settings.target != "duckdb":
        folders = [path for path in settings.spark_warehouse.glob("*.db/*") if path.is_dir()]
        return {f"{path.parent.name.removesuffix('.db')}.{path.name}" for path in folders}
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    return {name for (name,) in rows}


class Reader:
    """Reads the marts of a build that DuckDB can read: its own, and Spark's files."""

    def __init__(self, settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.marts = {
            mart.place: mart for mart in models(settings, PUBLISHED_SCHEMAS + SCHEMAS_BEFORE)
        }
        for statement in self.statements(settings):
            connection.execute(statement)

    def statements(self, settings: Settings) -> list[str]:
        """What makes the marts readable in `connection`."""
        return attach_statements(settings)

    def rows(self, query: str) -> list[Row]:
        """The rows of a query in the SQL that both engines have."""
        found = self.connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def counts(self, places: Sequence[str]) -> dict[str, int]:
        """The rows of some marts."""
        return {place: count(self.connection, place) for place in places}

    def bring(self, places: Iterable[str]) -> None:
        """Makes sure that queries in `connection` can read some marts, which should be small."""


class ClusterReader(Reader):
    """Reads the marts of a build on a cluster, by its SQL."""

    def __init__(self, settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(settings, connection)
        self._catalogue = Catalogue(settings)

    def statements(self, settings: Settings) -> list[str]:
        """Only schemas, for what is brought here."""
        schemas = PUBLISHED_SCHEMAS + SCHEMAS_BEFORE
        return limits(settings, settings.spill_dir) + [f"create schema {name}" for name in schemas]

    def rows(self, query: str) -> list[Row]:
        """The rows of a query, from the cluster."""
        return self._catalogue.run(query)

    def counts(self, places: Sequence[str]) -> dict[str, int]:
        """The rows of some marts, from the cluster."""
        return self._catalogue.counts(places)

    def bring(self, places: Iterable[str]) -> None:
        """Copies marts of the cluster into `connection`."""
        for place in places:
            types = {name: kind for name, kind, _ in self.marts[place].columns}
            self._catalogue.copy(place, types, self.connection)


def reader_of(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Reader:
    """What reads the marts of this build; `connection` is to DuckDB."""
    return (ClusterReader if builds_on_cluster(settings) else Reader)(settings, connection)


def rows_of(settings: Settings) -> dict[str, int]:
    """The rows of each mart of the build."""
    with duckdb.connect() as connection:
        places = [mart.place for mart in models(settings)]
        return reader_of(settings, connection).counts(places)
