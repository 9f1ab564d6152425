"""The marts of this build: which the project has, where they lie before they are published, and how to
read them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.core.sql import limits, quoted

# The only schemas that are published, with the folder of the models that fill them.
PUBLISHED_SCHEMAS = ("marts", "operations")


# What audits read beside the marts, to reconcile with it.
SCHEMAS_BEFORE = ("canonical",)


# What audits read whichever marts are selected.
ALWAYS_BUILT = ("as_of",)


@dataclass(frozen=True)
class Mart:
    """A model of the published schemas, as dbt's manifest has it."""

    schema: str
    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]  # name, contract type, description
    unique: frozenset[str] = frozenset()  # the columns that are a primary key of their own

    @property
    def key(self) -> tuple[str, str]:
        """(schema, name)."""
        return self.schema, self.name

    @property
    def place(self) -> str:
        """schema.name, which is where it lies in every database."""
        return f"{self.schema}.{self.name}"


def models(settings: Settings, schemas: tuple[str, ...] = PUBLISHED_SCHEMAS) -> list[Mart]:
    """The enabled models of some schemas, by name; of a selection only what is built for it."""
    known = json.loads(settings.manifest.read_text(encoding="utf-8"))["nodes"]
    nodes = [known[name] for name in built_for(settings.select, known)]
    unique: dict[str, set[str]] = {}
    for node in known.values():
        metadata = node.get("test_metadata") or {}
        if metadata.get("name") == "primary_key" and node["column_name"]:
            unique.setdefault(node["attached_node"], set()).add(node["column_name"])
    return sorted(
        (
            Mart(
                node["schema"],
                node["alias"],
                " ".join(node["description"].split()),
                tuple(
                    (
                        name,
                        column.get("data_type") or "",
                        " ".join(column.get("description", "").split()),
                    )
                    for name, column in node["columns"].items()
                ),
                frozenset(unique.get(node["unique_id"], ())),
            )
            for node in nodes
            if node["resource_type"] == "model" and node["schema"] in schemas
        ),
        key=lambda mart: (mart.schema, mart.name),
    )


def relationships(settings: Settings) -> list[tuple[str, str, str, str]]:
    """
    The foreign keys between published tables, from the relationships tests of the project:
    (from_table, from_column, to_table, to_column).
    """
    nodes = json.loads(settings.manifest.read_text(encoding="utf-8"))["nodes"]
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
    """The ids of the nodes that a selection builds: all where nothing is selected."""
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
    Makes schemas marts, operations and canonical of the build readable in another DuckDB, under
    their own names: from the build database as it is, from Spark's Parquet files in the types of
    the contracts.
    """
    known = models(settings, PUBLISHED_SCHEMAS + SCHEMAS_BEFORE)
    statements = limits(settings.spill_dir)
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
            f"There is no Spark warehouse at {warehouse}, where the marts of target spark are read.",
            "Let spark.sql.warehouse.dir in profiles.yml be the folder spark in WAREHOUSE_DIR.",
        )
    return statements + [_spark_view(warehouse, mart) for mart in known]


def _spark_view(warehouse: Path, mart: Mart) -> str:
    folder = warehouse / f"{mart.schema}.db" / mart.name
    columns = ", ".join(
        f'cast("{name}" as {kind or "varchar"}) as "{name}"' for name, kind, _ in mart.columns
    )
    if any(folder.glob("**/*.parquet")):
        files = f"'{quoted(folder)}/**/*.parquet'"
        return f"create view {mart.place} as select {columns} from {files}"
    if not folder.is_dir():
        return "select 1"
    nothing = ", ".join(
        f'cast(null as {kind or "varchar"}) as "{name}"' for name, kind, _ in mart.columns
    )
    return f"create view {mart.place} as select {nothing} where false"


def rows_of(settings: Settings) -> dict[str, int]:
    """The rows of each mart as built."""
    with duckdb.connect() as connection:
        for statement in attach_statements(settings):
            connection.execute(statement)
        names = [mart.place for mart in models(settings)]
        counts = [f"select '{name}', count(*) from {name}" for name in names]
        return dict(connection.execute(" union all ".join(counts)).fetchall())


def files_of(
    connection: duckdb.DuckDBPyConnection, settings: Settings
) -> dict[tuple[str, str], Path]:
    """
    The marts, by (schema, name), that lie in files, with these; `connection` has the build database as `build`. A
    plain dbt command leaves tables and views instead.
    """
    views = connection.execute(
        "select schema_name, view_name, sql from duckdb_views() where database_name = 'build'"
    ).fetchall()
    files = {}
    for schema, name, sql in views:
        path = settings.mart_files_dir / f"{name}.parquet"
        if schema in PUBLISHED_SCHEMAS and quoted(path) in sql:
            files[schema, name] = path
    return files


def remove_stray_files(settings: Settings) -> None:
    """Removes files of marts that the project no longer has, and what a run that was killed has left of one."""
    known = {f"{mart.name}.parquet" for mart in models(settings)}
    for path in settings.mart_files_dir.glob("*"):
        if path.name not in known:
            path.unlink()


def tables_there(settings: Settings) -> set[tuple[str, str]]:
    """The (schema, table) pairs that the build has really left."""
    if settings.target != "duckdb":
        root = settings.spark_warehouse
        return {
            (path.parent.name.removesuffix(".db"), path.name)
            for path in root.glob("*.db/*")
            if path.is_dir()
        }
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
    return set(rows)
