"""Step audit marts: Great Expectations on the marts of this build, before readers see them."""

from collections.abc import Iterator
from contextlib import closing

import duckdb

from pipeline.core.console import OnProgress
from pipeline.core.settings import Settings
from pipeline.core.versions import current_version
from pipeline.engines import marts as built
from pipeline.engines.marts import Mart
from pipeline.inputs.find import Inputs
from pipeline.records.history import ERROR, QualityResult
from pipeline.records.published import published_stamp, rows_by_table


def audit_marts(settings: Settings, found: Inputs, on_progress: OnProgress) -> list[QualityResult]:
    """The results on every mart. A missing mart ends the audit, because others may depend on it."""
    there = built.tables_there(settings)
    marts = built.models(settings)
    missing = [
        mart
        for mart in marts + built.models(settings, built.SCHEMAS_BEFORE)
        if mart.place not in there
    ]
    if missing:
        fault = "the build has not created it"
        return [
            QualityResult("marts", mart.place, "is there", ERROR, False, fault) for mart in missing
        ]
    from pipeline.quality import data_docs
    from pipeline.quality import mart_suites as suites
    from pipeline.quality.expectations import Auditor

    with closing(Auditor("marts", settings.run_id)) as auditor:
        for statement in (
            *built.attach_statements(settings),
            "create schema audit",
            *raw_counts(settings, found),
            *mart_counts(settings, marts),
        ):
            auditor.database.execute(statement)
        entities = [mart.name for mart in built.models(settings, built.SCHEMAS_BEFORE)]
        fed = {
            name
            for name in entities
            if auditor.database.execute(f"select 1 from canonical.{name} limit 1").fetchone()
        }
        results = auditor.run("canonical.as_of", [suites.of_the_day(found.as_of)])
        results += auditor.run(suites.MARTS, suites.all_marts(), "all marts")
        if "raw_ledger" in entities:
            results += auditor.run(
                suites.DELIVERED, [suites.raw_is_counted()], "raw rows delivered"
            )
        for number, mart in enumerate(marts):
            on_progress(number, len(marts), mart.place)
            results += auditor.run(mart.place, suites.suite(mart.place, fed))
        data_docs.write(settings, auditor.context, auditor.border, auditor.found)
        return results


def raw_counts(settings: Settings, found: Inputs) -> list[str]:
    """Counts the rows of the raw tables independently of what dbt has read."""
    attach = f"attach if not exists '{settings.build_database}' as build (read_only)"
    counts = [
        f"select '{table.declaration.vendor}' as source_system, '{table.declaration.table}' as"
        f" raw_table, (select count(*) from ({table.query})) as rows_count"
        for table in found.tables
    ]
    nothing = "select '' as source_system, '' as raw_table, 0 as rows_count where false"
    return [
        *([attach] if any(table.relation for table in found.tables) else []),
        "create table audit.raw_rows_delivered as " + " union all ".join([nothing, *counts]),
    ]


def mart_counts(settings: Settings, marts: list[Mart]) -> Iterator[str]:
    """Counts rows, and rows with an email address in a text, in one pass over each mart."""
    published = rows_of_published(settings)
    yield (
        "create table audit.marts (table_name varchar, rows_count bigint, emails_count bigint,"
        " text_columns varchar, published_count bigint)"
    )
    for mart in marts:
        texts = [
            name
            for name, kind, _ in mart.columns
            if kind in ("string", "varchar") and not name.endswith(("_key", "_id", "currency"))
        ]
        address = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
        has_address = " or ".join(
            f"case when contains(\"{name}\", '@') then regexp_matches(\"{name}\", '{address}') end"
            for name in texts
        )
        yield (
            f"insert into audit.marts select '{mart.place}', count(*),"
            f" count(*) filter (where {has_address or 'false'}), '{', '.join(texts)}',"
            f" {published.get(mart.place, 'null')} from {mart.place}"
        )


def rows_of_published(settings: Settings) -> dict[str, int]:
    """The rows of the published marts; nothing if they were built from another source."""
    if not current_version(settings):
        return {}
    if published_stamp(settings).get("source") != settings.source:
        return {}
    try:
        return rows_by_table(settings.current)
    except duckdb.Error:
        return {}
