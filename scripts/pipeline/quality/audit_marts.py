"""Step audit marts: Great Expectations on the marts of this build, before readers see them."""

from contextlib import closing

import duckdb

from pipeline.core.console import OnProgress
from pipeline.core.settings import Settings
from pipeline.core.versions import current_version
from pipeline.engines import marts as built
from pipeline.engines.marts import ClusterReader, Mart, Reader
from pipeline.inputs.find import Inputs
from pipeline.records.history import ERROR, QualityResult
from pipeline.records.published import published_stamp, rows_by_table

LEDGER = "canonical.raw_ledger"
# Without a backslash: Spark and DuckDB write that differently in a text.
ADDRESS = "[^@ ]+@[^@ ]+[.][A-Za-z]{2,}"


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
        reader = built.reader_of(settings, auditor.database)
        entities = {mart.place for mart in built.models(settings, built.SCHEMAS_BEFORE)}
        reader.bring(sorted(entities & {"canonical.as_of", LEDGER}))
        auditor.database.execute("create schema audit")
        for statement in raw_counts(settings, found):
            auditor.database.execute(statement)
        count_rows(settings, marts, reader)
        if isinstance(reader, ClusterReader):
            stand_in(auditor.database)
        fed = {name for name in entities if reader.rows(f"select 1 as one from {name} limit 1")}
        results = auditor.run("canonical.as_of", [suites.of_the_day(found.as_of)])
        results += auditor.run(suites.MARTS, suites.all_marts(), "all marts")
        if LEDGER in entities:
            results += auditor.run(
                suites.DELIVERED, [suites.raw_is_counted()], "raw rows delivered"
            )
        for number, mart in enumerate(marts):
            on_progress(number, len(marts), mart.place)
            suite = suites.suite(mart.place, {name.split(".")[1] for name in fed})
            if isinstance(reader, ClusterReader):
                suite = [auditor.answered(one, mart.place, reader.rows) for one in suite]
            results += auditor.run(mart.place, suite)
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


def count_rows(settings: Settings, marts: list[Mart], reader: Reader) -> None:
    """Counts rows, and rows with an email address in a text, in one pass over each mart: table audit.marts."""
    published = rows_of_published(settings)
    reader.connection.execute(
        "create table audit.marts (table_name varchar, rows_count bigint, emails_count bigint,"
        " text_columns varchar, published_count bigint)"
    )
    for mart in marts:
        texts = [
            name
            for name, kind, _ in mart.columns
            if kind in ("string", "varchar") and not name.endswith(("_key", "_id", "currency"))
        ]
        has_address = " or ".join(
            f"case when {name} like '%@%' then regexp_replace({name}, '{ADDRESS}', '') <> {name} end"
            for name in texts
        )
        counted = reader.rows(
            f"select count(*) as rows_count, count(*) filter (where {has_address or 'false'})"
            f" as emails_count from {mart.place}"
        )[0]
        values = [*counted.values(), ", ".join(texts), published.get(mart.place)]
        reader.connection.execute(
            "insert into audit.marts values (?, ?, ?, ?, ?)", [mart.place, *values]
        )


def stand_in(database: duckdb.DuckDBPyConnection) -> None:
    """For each mart on the cluster, a view here with the same name and as many rows."""
    for place, rows in database.execute(
        "select table_name, rows_count from audit.marts"
    ).fetchall():
        database.execute(f"create view {place} as from range({rows})")


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
