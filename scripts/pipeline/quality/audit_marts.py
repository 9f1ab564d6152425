"""Step audit marts: Great Expectations on the marts of this build, before any reader sees them."""

from collections.abc import Callable
from typing import Any

from pipeline.core.console import OnProgress
from pipeline.core.settings import Settings
from pipeline.engines import marts as built
from pipeline.inputs.find import Inputs
from pipeline.quality import mart_suites as suites
from pipeline.records.history import ERROR, QualityResult

BORDER = "marts"


def presence(settings: Settings) -> list[QualityResult]:
    """Whether each mart that dbt's manifest lists is really there."""
    there = built.tables_there(settings)
    return [
        QualityResult(
            BORDER,
            mart.place,
            "is there",
            ERROR,
            mart.key in there,
            "",
            fault="the build has not made it",
        )
        for mart in built.models(settings, built.PUBLISHED_SCHEMAS + built.SCHEMAS_BEFORE)
    ]


def audit_marts(settings: Settings, found: Inputs, on_progress: OnProgress) -> list[QualityResult]:
    """
    Every expectation on every mart. A mart that is not there ends the audit: nothing else could be
    trusted then.
    """
    results = presence(settings)
    if not all(result.is_met for result in results):
        return results
    from pipeline.quality.expectations import Auditor

    auditor = Auditor(BORDER, [*built.attach_statements(settings), *raw_counts(settings, found)])
    try:
        fed = fed_entities(settings, auditor.query)
        known = built.models(settings)
        for number, mart in enumerate(known):
            on_progress(number, len(known), mart.place)
            suite = suites.suite(mart.place, fed)
            results += auditor.run(mart.schema, mart.name, suite, mart.place)
        return results
    finally:
        auditor.close()


def raw_counts(settings: Settings, found: Inputs) -> list[str]:
    """Counts the rows of the raw tables as they lie, apart from anything that dbt has read."""
    attach = f"attach if not exists '{settings.build_database}' as build (read_only)"
    counts = [
        f"select '{table.declaration.vendor}' as source_system, '{table.declaration.table}' as"
        f" raw_table,"
        f" (select count(*) from ({table.query})) as rows_count"
        for table in found.tables
    ]
    nothing = "select '' as source_system, '' as raw_table, 0 as rows_count where false"
    return [
        *([attach] if any(table.relation for table in found.tables) else []),
        "create schema audit",
        f"create table {suites.DELIVERED} as " + " union all ".join([nothing, *counts]),
    ]


def fed_entities(settings: Settings, query: Callable[[str], list[Any]]) -> set[str]:
    """The canonical entities that have rows in this build."""
    entities = [mart.name for mart in built.models(settings, built.SCHEMAS_BEFORE)]
    return {name for name in entities if query(f"select 1 from canonical.{name} limit 1")}
