"""A file like a published one from a build: its marts with their descriptions, and a history of one run."""

from pathlib import Path

import duckdb
import yaml
from pipeline.records.history import IN_HISTORY
from support import ROOT

RUN = "20260101T000000Z-000000"


def make(place: Path, path: Path) -> Path:
    """Copies the marts of the build under a folder to a new file."""
    with duckdb.connect(str(path)) as connection:
        build = place / "warehouse" / "build.duckdb"
        if not build.exists():
            build = next(place.glob("*/build.duckdb"))
        connection.execute(f"attach '{build}' as build (read_only)")
        for schema in ("marts", "operations"):
            copy_schema(connection, "build", schema)
        for name, table in IN_HISTORY.items():
            connection.execute(f"create table operations.{name} ({table.definition})")
        connection.execute(
            f"""insert into operations.pipeline_runs
            (run_id, status, engine, raw_data, as_of_date, is_full_refresh, started_at)
            values ('{RUN}', 'published', 'duckdb', 'demo', '2025-12-31', true, '2026-01-01')"""
        )
        connection.execute(
            f"""insert into operations.data_quality_results values
            ('{RUN}', 'raw', 'salesforce.lead', 'id is given once', 'warning', false, '2 of 1059 values'),
            ('{RUN}', 'marts', 'marts.fct_sessions', 'has rows', 'error', true, '10488')"""
        )
        connection.execute(
            f"""insert into operations.source_freshness
            (run_id, source_system, raw_table, age_hours, sla_hours, is_fresh, latest_at, rows_count)
            values ('{RUN}', 'salesforce', 'task', 220.74, 168, false, '2025-12-22 19:15', 400)"""
        )
        describe(connection)
        connection.execute("detach build")
    return path


def copy(source: Path, path: Path, rows: bool = True) -> None:
    """Another file with the same tables, or with the same tables without rows."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        for schema in ("marts", "operations"):
            copy_schema(connection, "source", schema, "" if rows else " where false")
        connection.execute("detach source")


def copy_schema(
    connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, condition: str = ""
) -> None:
    """Copies the tables and views of a schema."""
    connection.execute(f"create schema {schema}")
    names = connection.execute(
        "select table_name from information_schema.tables where table_catalog = ? and table_schema = ?",
        [catalog, schema],
    ).fetchall()
    for (name,) in names:
        connection.execute(
            f"create table {schema}.{name} as from {catalog}.{schema}.{name}{condition}"
        )


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Puts the descriptions of the project's marts and of the history on the tables."""
    for path in sorted((ROOT / "models" / "marts").rglob("rpt_*.yml")) + sorted(
        (ROOT / "models" / "marts").rglob("fct_*.yml")
    ):
        schema = "operations" if path.parent.name == "operations" else "marts"
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            comment(connection, "table", f"{schema}.{model['name']}", model["description"])
            for column in model["columns"]:
                place = f'{schema}.{model["name"]}."{column["name"]}"'
                comment(connection, "column", place, column["description"])
    for name, table in IN_HISTORY.items():
        comment(connection, "table", f"operations.{name}", table.description)


def comment(connection: duckdb.DuckDBPyConnection, kind: str, place: str, text: str) -> None:
    """One comment."""
    quoted = text.replace("'", "''")
    connection.execute(f"comment on {kind} {place} is '{quoted}'")
