"""Rows, seconds and tests of each model, from dbt's results."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import duckdb

from pipeline.core.settings import Settings
from pipeline.engines.marts import files_of
from pipeline.records.history import ModelRun


def model_runs(results: list[Any], rows: Mapping[tuple[str, str], int]) -> list[ModelRun]:
    """One entry per model and seed. A test counts for the model that its yml belongs to."""
    tests: dict[str, list[float]] = defaultdict(list)
    for result in results:
        attached = getattr(result.node, "attached_node", None)
        if result.node.resource_type == "test" and attached:
            tests[attached].append(result.execution_time)
    return [
        ModelRun(
            model=result.node.name,
            schema=result.node.schema,
            status=str(result.status),
            rows=rows.get((result.node.schema, result.node.alias)),
            seconds=round(result.execution_time, 3),
            tests_count=len(tests[result.node.unique_id]),
            tests_seconds=round(sum(tests[result.node.unique_id]), 3),
        )
        for result in results
        if result.node.resource_type in ("model", "seed")
    ]


def rows_there(settings: Settings) -> dict[tuple[str, str], int]:
    """The rows of every table and mart file of the build, by (schema, name)."""
    if settings.target != "duckdb" or not settings.build_database.exists():
        return {}
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        tables += files_of(connection, settings)
        counts = " union all ".join(
            f"select '{schema}', '{name}', count(*) from \"{schema}\".\"{name}\""
            for schema, name in tables
        )
        rows = connection.execute(counts).fetchall() if counts else []
    return {(schema, name): count for schema, name, count in rows}
