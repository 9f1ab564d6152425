"""
The tables of a version on a cluster: schemas `marts_<version>` and `operations_<version>`, which readers see when the views
are switched (spark_readers.py). The marts are copied there by the cluster; only the run history comes from this machine.
"""

import json
from pathlib import Path

import duckdb

from pipeline.core.settings import Settings
from pipeline.core.versions import ON_CLUSTER
from pipeline.engines.catalogue import Catalogue, columns_of, text
from pipeline.engines.marts import PUBLISHED_SCHEMAS, Mart
from pipeline.engines.spark_session import target_of
from pipeline.publishing import spark_readers

# The history grows with every run; the version's own file has all of it.
RUNS_COPIED = 50


def write_marts(settings: Settings, marts: list[Mart]) -> dict[str, int]:
    """Makes the schemas of this run's version and copies its marts; returns the rows of each, read back."""
    spark_readers.announce(settings, settings.run_id)
    catalogue = Catalogue(settings)
    for schema in PUBLISHED_SCHEMAS:
        catalogue.run(f"create schema {schema_of(settings, schema)}")
    for mart in marts:
        create(settings, catalogue, mart)
        names = ", ".join(f"`{name}`" for name, *_ in mart.columns)
        catalogue.run(f"insert into {place_of(settings, mart)} select {names} from {mart.place}")
    places = {place_of(settings, mart): mart.place for mart in marts}
    counts = catalogue.counts(list(places))
    return {places[name]: rows for name, rows in counts.items()}


def write_history(
    settings: Settings, tables: list[Mart], connection: duckdb.DuckDBPyConnection
) -> None:
    """Copies the last runs of the history, and what else is in schema operations of the version's file."""
    catalogue = Catalogue(settings)
    runs = f"""
        select run_id from published.operations.pipeline_runs order by run_id desc limit {RUNS_COPIED}"""
    for table in tables:
        create(settings, catalogue, table)
        names = [name for name, *_ in table.columns]
        condition = f"where run_id in ({runs})" if "run_id" in names else ""
        rows = connection.execute(
            f"select {', '.join(names)} from published.{table.place} {condition}"
        ).fetchall()
        catalogue.insert(place_of(settings, table), rows)


def create(settings: Settings, catalogue: Catalogue, table: Mart) -> None:
    """An empty table of the version, with the types and descriptions of the project."""
    kind = "delta" if target_of(settings)["type"] == "databricks" else "parquet"
    catalogue.run(
        f"create table {place_of(settings, table)} ({columns_of(table.columns)}) using {kind}"
        f" comment {text(table.description)}"
    )


def list_tables(folder: Path, tables: list[Mart], rows: dict[str, int]) -> None:
    """Records the tables of a version in its folder."""
    stated = [
        {
            "schema": table.schema,
            "name": table.name,
            "description": table.description,
            "rows": rows[table.place],
        }
        for table in tables
    ]
    (folder / ON_CLUSTER).write_text(json.dumps(stated, indent=1), encoding="utf-8")


def schema_of(settings: Settings, schema: str) -> str:
    """The schema of this run's version."""
    return spark_readers.schema_of(schema, settings.run_id)


def place_of(settings: Settings, table: Mart) -> str:
    """A table of this run's version."""
    return f"{schema_of(settings, table.schema)}.`{table.name}`"
