"""How a run has ended: its outcome, and the summary that is printed."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core import console
from pipeline.core.settings import Settings, project_file
from pipeline.core.versions import current_version
from pipeline.inputs import rules
from pipeline.publishing import spark_readers
from pipeline.records.published import Publication, published_stamp

PUBLISHED, UNCHANGED, HELD, BUILT = "published", "unchanged", "held", "built"


@dataclass(frozen=True)
class Outcome:
    """
    How a run that did not fail has ended, and the version that readers see; of a run of selected
    marts, the rows of each that it built.
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
    """The closing summary on standard output."""
    publication = outcome.publication
    if publication is None:
        report_try(settings, outcome, seconds)
        return
    version = publication.folder.name
    currency = settings.vars.get("reporting_currency") or vars_default(
        settings, "reporting_currency"
    )
    source = (published_stamp(settings) or {}).get("source") or settings.source
    places = [
        ("Built from", source),
        ("DuckDB", str(publication.database)),
        ("Parquet", f"{settings.current / 'parquet'}{os.sep}<mart>.parquet"),
        ("Version", f"{version} ({settings.keep_versions} are kept in {settings.versions_dir})"),
        ("Run history", f"schema operations there; {settings.history_database}"),
    ]
    if spark_readers.are_served(settings):
        places.insert(3, ("Spark SQL", "schemas published_marts and published_operations"))
    figures = headlines(publication.database, str(currency or "reporting currency"))
    used = rules.in_force(settings)
    details: dict[str, Any] = {"rules": asdict(used)} if used else {}
    if console.is_json():
        console.log(
            "publish",
            outcome.message or outcome.status,
            event=outcome.status,
            version=version,
            source=source,
            database=str(publication.database),
            rows=sum(publication.rows.values()),
            rows_by_table=publication.rows,
            seconds=round(seconds, 3),
            figures=dict(figures),
            **details,
        )
        return
    verdict = {
        PUBLISHED: "PUBLISHED",
        UNCHANGED: "UNCHANGED, published before:",
        HELD: "HELD after a rollback, readers keep:",
    }[outcome.status]
    if used:
        places += rules.in_words(used)
    print_summary(verdict, publication.rows, figures, places, seconds)


def report_try(settings: Settings, outcome: Outcome, seconds: float) -> None:
    """The closing lines of a run of selected marts."""
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
    print("\n".join([*lines, "", f"  {seconds:.1f} seconds in all", ""]), flush=True)


def vars_default(settings: Settings, name: str) -> object:
    """The project's own value of a var."""
    return project_file(settings.project_dir)["vars"].get(name)


def what_readers_see(settings: Settings, before: str | None) -> str:
    """What a failed run has left under `current`, and Spark's readers where they see another version."""
    late = "" if spark_readers.are_in_step(settings) else spark_readers.in_words(settings)
    return under_current(settings, before) + (f" Spark's readers see {late}." if late else "")


def under_current(settings: Settings, before: str | None) -> str:
    """What a failed run has left under `current`."""
    now = current_version(settings)
    if now is None:
        return "Nothing is published yet."
    if now == before:
        return f"The published marts are untouched: {settings.current} is still version {now}."
    return f"The new version {now} was published before this failure: {settings.current}."


@dataclass(frozen=True)
class Headline:
    """
    One figure: its label, the marts it needs, and a query that gives it as text ({currency} is
    filled in).
    """

    label: str
    marts: tuple[str, ...]
    query: str


HEADLINES = (
    Headline(
        "Web sessions",
        ("fct_sessions",),
        "select format('{{:,}}, of them {{:,}} of known people', count(*), count(person_key)) from"
        " marts.fct_sessions",
    ),
    Headline(
        "Touchpoints",
        ("fct_touchpoints",),
        "select format('{{:,}} over {{:,}} channels', count(*), count(distinct channel)) from"
        " marts.fct_touchpoints",
    ),
    Headline(
        "Leads",
        ("dim_people",),
        "select format('{{:,}} of {{:,}} people', count(became_lead_at), count(*)) from"
        " marts.dim_people",
    ),
    Headline(
        "Marketing-qualified leads",
        ("fct_journeys",),
        "select format('{{:,}} journeys', count(mql_at)) from marts.fct_journeys",
    ),
    Headline(
        "Opportunities",
        ("fct_opportunities",),
        "select format('{{:,}}, {{:,}} of them open', count(*), count(*) filter (where not"
        " is_closed))"
        " from marts.fct_opportunities",
    ),
    Headline(
        "Won opportunities",
        ("fct_opportunities",),
        "select format('{{:,}}, {{:,.2f}} {currency}', count(*), coalesce(sum(amount), 0)::double)"
        " from marts.fct_opportunities where is_won",
    ),
    Headline(
        "Credited for won opportunities",
        ("fct_conversions", "fct_attribution_credits"),
        """select format(
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
    ),
    Headline(
        "Net revenue",
        ("fct_revenue_by_month",),
        """select format(
            '{{:,.2f}} {currency} in {{}} months, and {{:,.2f}} {currency} invoiced for months to come',
            coalesce(sum(net_amount) filter (where not is_deferred), 0)::double,
            count(distinct period_month) filter (where not is_deferred),
            coalesce(sum(net_amount) filter (where is_deferred), 0)::double
        )
        from marts.fct_revenue_by_month""",
    ),
    Headline(
        "Monthly recurring revenue",
        ("fct_mrr_movements",),
        """select format('{{:,.2f}} {currency} of {{:,}} customers in {{}}', sum(end_mrr)::double,
            count(*) filter (where end_mrr > 0), strftime(period_month, '%Y-%m'))
        from marts.fct_mrr_movements
        where period_month = (select max(period_month) from marts.fct_mrr_movements)
        group by period_month""",
    ),
    Headline(
        "Raw rows set aside",
        ("rpt_rejected_rows",),
        "select format('{{:,}}, for the reasons in operations.rpt_rejected_rows',"
        " coalesce(sum(rows_count), 0)::bigint)"
        " from operations.rpt_rejected_rows",
    ),
)


def headlines(database: Path, currency: str) -> list[tuple[str, str]]:
    """
    The headline figures of a published file; those whose marts it lacks, or that have no row, are
    left out.
    """
    figures = []
    with duckdb.connect(str(database), read_only=True) as connection:
        there = {
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.tables"
            ).fetchall()
        }
        for headline in HEADLINES:
            if set(headline.marts) <= there:
                row = connection.execute(headline.query.format(currency=currency)).fetchone()
                if row and row[0] is not None:
                    figures.append((headline.label, row[0]))
    return figures


def print_summary(
    verdict: str,
    rows: Mapping[str, int],
    figures: list[tuple[str, str]],
    places: list[tuple[str, str]],
    seconds: float,
) -> None:
    """Prints the closing lines of a run that did not fail."""
    marts = sum(name.startswith("marts.") for name in rows)
    total = sum(rows.values())
    print(f"\n{verdict} {marts} marts and {len(rows) - marts} operations tables, {total:,} rows\n")
    gap = [("", "")] if figures else []
    console.table([*figures, *gap, *places], indent=2)
    print(f"\n  {seconds:.1f} seconds in all\n", flush=True)
