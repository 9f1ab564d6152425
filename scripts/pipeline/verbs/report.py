"""How a run ended: its outcome, and the summary that is printed."""

import os
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core import console
from pipeline.core.settings import Settings, project_file
from pipeline.core.versions import DATABASE, current_version
from pipeline.inputs import rules
from pipeline.publishing import spark_readers
from pipeline.records.published import Publication, published_stamp, published_warnings

PUBLISHED, UNCHANGED, HELD, BUILT = "published", "unchanged", "held", "built"
VERDICTS = {
    PUBLISHED: "PUBLISHED",
    UNCHANGED: "UNCHANGED, published before:",
    HELD: "HELD after a rollback, readers keep:",
}
# The figures of the summary: label, and a query that returns text. {currency} is filled in.
HEADLINES = {
    "Web sessions": """
        select format('{{:,}}, of them {{:,}} of known people', count(*), count(person_key))
        from marts.fct_sessions""",
    "Touchpoints": """
        select format('{{:,}} over {{:,}} channels', count(*), count(distinct channel))
        from marts.fct_touchpoints""",
    "Leads": """
        select format('{{:,}} of {{:,}} people', count(became_lead_at), count(*))
        from marts.dim_people""",
    "Marketing-qualified leads": """
        select format('{{:,}} journeys', count(mql_at)) from marts.fct_journeys""",
    "Opportunities": """
        select format('{{:,}}, {{:,}} of them open', count(*), count(*) filter (where not is_closed))
        from marts.fct_opportunities""",
    "Won opportunities": """
        select format('{{:,}}, {{:,.2f}} {currency}', count(*), coalesce(sum(amount), 0)::double)
        from marts.fct_opportunities where is_won""",
    "Credited for won opportunities": """
        select format(
            '{{:,.2f}} {currency}, exactly so by {{}} of {{}} attribution models',
            any_value(converted)::double, count(*) filter (where credited = converted), count(*)
        )
        from (
            select credits.model, sum(credits.credited_value) as credited
            from marts.fct_attribution_credits as credits
            inner join marts.fct_conversions as conversions using (conversion_id)
            where conversions.conversion_type = 'won'
            group by credits.model
        )
        cross join (
            select sum(conversion_value) as converted
            from marts.fct_conversions where conversion_type = 'won'
        )""",
    "Net revenue": """
        select format(
            '{{:,.2f}} {currency} in {{}} months, and {{:,.2f}} {currency} invoiced for months to come',
            coalesce(sum(net_amount) filter (where not is_deferred), 0)::double,
            count(distinct period_month) filter (where not is_deferred),
            coalesce(sum(net_amount) filter (where is_deferred), 0)::double
        )
        from marts.fct_revenue_by_month""",
    "Monthly recurring revenue": """
        select format('{{:,.2f}} {currency} of {{:,}} customers in {{}}', sum(end_mrr)::double,
            count(*) filter (where end_mrr > 0), strftime(period_month, '%Y-%m'))
        from marts.fct_mrr_movements
        where period_month = (select max(period_month) from marts.fct_mrr_movements)
        group by period_month""",
    "Raw rows set aside": """
        select format('{{:,}}, for the reasons in operations.rpt_rejected_rows',
            coalesce(sum(rows_count), 0)::bigint)
        from operations.rpt_rejected_rows""",
}


@dataclass(frozen=True)
class Outcome:
    """
    How a run that did not fail ended, and the version that readers see; for selected marts, the rows
    of each.
    """

    status: str
    publication: Publication | None
    message: str = ""
    built: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> Mapping[str, int]:
        """The rows of each table."""
        return self.publication.rows if self.publication else self.built


def report(settings: Settings, outcome: Outcome, seconds: float) -> None:
    """Prints the summary of a run on standard output."""
    publication = outcome.publication
    if publication is None:
        report_selected(settings, outcome, seconds)
        return
    source = published_stamp(settings).get("source") or settings.source
    database = settings.current / DATABASE
    figures = headlines(database, currency_of(settings))
    used = rules.in_force(settings)
    if console.is_json():
        details: dict[str, Any] = {"rules": used} if used else {}
        console.log(
            "publish",
            outcome.message or outcome.status,
            event=outcome.status,
            version=publication.folder.name,
            source=source,
            database=str(database),
            rows=sum(publication.rows.values()),
            rows_by_table=publication.rows,
            seconds=round(seconds, 3),
            figures=dict(figures),
            **details,
        )
        return
    marts = sum(name.startswith("marts.") for name in publication.rows)
    total = sum(publication.rows.values())
    others = len(publication.rows) - marts
    print(
        f"\n{VERDICTS[outcome.status]} {marts} marts and {others} operations tables, {total:,} rows\n"
    )
    rows = [*figures, ("", "")] if figures else []
    rows += places_of(settings, publication, source) + rules_in_words(used)
    rows += warnings_of(settings)
    console.table(rows, indent=2)
    print(f"\n  {seconds:.1f} seconds in total\n", flush=True)


def warnings_of(settings: Settings) -> list[tuple[str, str]]:
    """How many warnings the published version has, and what has to be added to the rules."""
    count, findings = published_warnings(settings)
    text = f"{count}, listed in operations.data_quality_results"
    return [("Warnings", text), *(("", finding) for finding in findings)] if count else []


def places_of(settings: Settings, publication: Publication, source: str) -> list[tuple[str, str]]:
    """Where the published tables are."""
    kept = f"{settings.environment.keep_versions} are kept in {settings.versions_dir}"
    spark = [("Spark SQL", "schemas published_marts and published_operations")]
    return [
        ("Built from", source),
        ("DuckDB", str(settings.current / DATABASE)),
        ("Parquet", f"{settings.current / 'parquet'}{os.sep}<mart>.parquet"),
        *(spark if spark_readers.are_served(settings) else []),
        ("Quality checks", str(settings.current / "data_docs" / "index.html")),
        ("Version", f"{publication.folder.name} ({kept})"),
        ("Run history", f"schema operations; {settings.history_database}"),
    ]


def rules_in_words(used: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Which rules were used, on own data."""
    if not used:
        return []
    empty = f"{', '.join(used['empty']) or 'none'} (docs/rules.md says what is null without them)"
    default = f"{len(used['default'])} of seeds/rules: {', '.join(used['default'])}"
    return [
        ("Own rules", ", ".join(used["own"]) or "none"),
        ("Empty rules", empty),
        ("Default rules", textwrap.fill(default, 100)),
    ]


def report_selected(settings: Settings, outcome: Outcome, seconds: float) -> None:
    """Prints the summary of a run of selected marts."""
    seen = what_readers_see(settings, current_version(settings))
    if console.is_json():
        console.log(
            "audit marts",
            outcome.message,
            event=outcome.status,
            database=str(settings.built_in),
            rows=sum(outcome.rows.values()),
            rows_by_table=outcome.rows,
            published=seen,
            seconds=round(seconds, 3),
        )
        return
    lines = ["", f"BUILT and audited: {outcome.message}", ""]
    lines += [f"  {name}  {rows:,} rows" for name, rows in outcome.rows.items()]
    lines += ["", f"  They are in {settings.built_in} until the next run.", f"  {seen}"]
    print("\n".join([*lines, "", f"  {seconds:.1f} seconds in total", ""]), flush=True)


def currency_of(settings: Settings) -> str:
    """The reporting currency."""
    defaults = project_file(settings.project_dir)["vars"]
    return str({**defaults, **settings.vars}["reporting_currency"])


def what_readers_see(settings: Settings, before: str | None) -> str:
    """The version that readers see after a failure, and that of Spark's readers if it is another."""
    now = current_version(settings)
    if now is None:
        seen = "Nothing is published yet."
    elif now == before:
        seen = f"The published marts are untouched: {settings.current} is still version {now}."
    else:
        seen = f"The new version {now} was published before this failure: {settings.current}."
    if spark_readers.are_in_step(settings):
        return seen
    return f"{seen} Spark's readers see {spark_readers.in_words(settings)}."


def headlines(database: Path, currency: str) -> list[tuple[str, str]]:
    """The figures of a published file; those without a mart or a row are left out."""
    figures = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for label, query in HEADLINES.items():
            with suppress(duckdb.CatalogException):
                row = connection.execute(query.format(currency=currency)).fetchone()
                if row and row[0] is not None:
                    figures.append((label, row[0]))
    return figures
