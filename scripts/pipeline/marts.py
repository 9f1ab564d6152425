"""
The marts of this build: which the project has, where they lie before they are published, and how to
read them.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.settings import Settings

# The only schemas that are published, with the folder of the models that fill them.
PUBLISHED_SCHEMAS = ("marts", "operations")
# What audits read beside the marts, to reconcile with it.
SCHEMAS_BEFORE = ("canonical",)


@dataclass(frozen=True)
class Mart:
    """A model of the published schemas, as dbt's manifest has it."""

    schema: str
    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]  # name, contract type, description


def models(settings: Settings, schemas: tuple[str, ...] = PUBLISHED_SCHEMAS) -> list[Mart]:
    """The enabled models of some schemas, by name."""
    nodes = json.loads(settings.manifest.read_text(encoding="utf-8"))["nodes"].values()
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
            )
            for node in nodes
            if node["resource_type"] == "model" and node["schema"] in schemas
        ),
        key=lambda mart: (mart.schema, mart.name),
    )


def attach_statements(settings: Settings) -> list[str]:
    """
    Makes schemas marts, operations and canonical of the build readable in another DuckDB, under
    their own names: from the build database as it is, from Spark's Parquet files in the types of
    the contracts.
    """
    known = models(settings, PUBLISHED_SCHEMAS + SCHEMAS_BEFORE)
    statements = [
        f"create schema if not exists {schema}" for schema in PUBLISHED_SCHEMAS + SCHEMAS_BEFORE
    ]
    if settings.target == "duckdb":
        attach = f"attach if not exists '{_quoted(settings.build_database)}' as build (read_only)"
        return [
            attach,
            *statements,
            *(f"create view {m.schema}.{m.name} as from build.{m.schema}.{m.name}" for m in known),
        ]
    warehouse = settings.warehouse_dir / "spark"
    if not warehouse.is_dir():
        raise InputError(
            f"There is no local Spark warehouse at {warehouse}: the marts of a remote cluster stay"
            f" there.",
            "Publish from the cluster's own catalogue, or run target spark with method session.",
        )
    return statements + [_spark_view(warehouse, mart) for mart in known]


def _spark_view(warehouse: Path, mart: Mart) -> str:
    folder = warehouse / f"{mart.schema}.db" / mart.name
    columns = ", ".join(
        f'cast("{name}" as {kind or "varchar"}) as "{name}"' for name, kind, _ in mart.columns
    )
    if any(folder.glob("**/*.parquet")):
        files = f"'{_quoted(folder)}/**/*.parquet'"
        return f"create view {mart.schema}.{mart.name} as select {columns} from {files}"
    if not folder.is_dir():
        return "select 1"
    nothing = ", ".join(
        f'cast(null as {kind or "varchar"}) as "{name}"' for name, kind, _ in mart.columns
    )
    return f"create view {mart.schema}.{mart.name} as select {nothing} where false"


def tables_there(settings: Settings) -> set[tuple[str, str]]:
    """The (schema, table) pairs that the build has really left."""
    import duckdb

    if settings.target != "duckdb":
        root = settings.warehouse_dir / "spark"
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


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
