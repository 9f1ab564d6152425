"""How a run ended: its outcome, and the summary that is printed."""

import os
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core import console
from pipeline.core.settings import Settings, project_file
from pipeline.core.versions import DATABASE, current_version
from pipeline.inputs import rules
from pipeline.publishing import spark_readers
from pipeline.records.published import published_stamp, published_warnings

PUBLISHED, UNCHANGED, HELD, BUILT = "published", "unchanged", "held", "built"
VERDICTS = {
    PUBLISHED: "PUBLISHED",
    UNCHANGED: "UNCHANGED, published before:",
    HELD: "HELD after a rollback, readers keep:",
}
# A title, rows of two columns, and further fields of the line in JSON.
Summary = tuple[str, list[tuple[str, str]], dict[str, Any]]
HEADLINES = Path(__file__).with_name("headlines.sql")


@dataclass(frozen=True)
class Outcome:
    """
    How a run that did not fail ended, and the rows of each table of the version that readers see; for
    selected marts (BUILT), the rows of each.
    """

    status: str
    rows: Mapping[str, int]
    message: str = ""


def report(settings: Settings, outcome: Outcome, seconds: float) -> None:
    """Prints the summary of a run on standard output."""
    is_selected = outcome.status == BUILT
    summary = summary_of_selected if is_selected else summary_of_published
    title, rows, fields = summary(settings, outcome)
    if console.is_json():
        console.log(
            "audit marts" if is_selected else "publish",
            outcome.message or outcome.status,
            event=outcome.status,
            rows=sum(outcome.rows.values()),
            rows_by_table=outcome.rows,
            seconds=round(seconds, 3),
            **fields,
        )
        return
    print(f"\n{title}\n")
    console.table(rows, indent=2)
    print(f"\n  {seconds:.1f} seconds in total\n", flush=True)


def summary_of_published(settings: Settings, outcome: Outcome) -> Summary:
    """The summary of a run that built all marts."""
    source = published_stamp(settings).get("source") or settings.source
    database = settings.current / DATABASE
    figures, used = headlines(settings, database), rules.in_force(settings)
    marts = sum(name.startswith("marts.") for name in outcome.rows)
    tables = f"{marts} marts and {len(outcome.rows) - marts} operations tables"
    rows = [*figures, ("", "")] if figures else []
    rows += places_of(settings, source) + rules_in_words(used)
    count, findings = published_warnings(settings)
    if count:
        rows.append(("Warnings", f"{count}, listed in operations.data_quality_results"))
        rows += [("", finding) for finding in findings]
    fields = {
        "version": current_version(settings),
        "source": source,
        "database": str(database),
        "figures": dict(figures),
        **({"rules": used} if used else {}),
    }
    title = f"{VERDICTS[outcome.status]} {tables}, {sum(outcome.rows.values()):,} rows"
    return title, rows, fields


def summary_of_selected(settings: Settings, outcome: Outcome) -> Summary:
    """The summary of a run of selected marts, which publishes nothing."""
    seen = what_readers_see(settings, current_version(settings))
    rows = [(name, f"{count:,} rows") for name, count in outcome.rows.items()]
    rows += [("", ""), ("Until the next run", str(settings.built_in)), ("Published", seen)]
    fields = {"database": str(settings.built_in), "published": seen}
    return f"BUILT and audited: {outcome.message}", rows, fields


def places_of(settings: Settings, source: str) -> list[tuple[str, str]]:
    """Where the published tables are."""
    kept = f"{settings.environment.keep_versions} are kept in {settings.versions_dir}"
    spark = [("Spark SQL", "schemas published_marts and published_operations")]
    files = [
        ("DuckDB", str(settings.current / DATABASE)),
        ("Parquet", f"{settings.current / 'parquet'}{os.sep}<mart>.parquet"),
    ]
    return [
        ("Built from", source),
        *(files if not spark_readers.are_on_cluster(settings) else []),
        *(spark if spark_readers.are_served(settings) else []),
        ("Report page", str(settings.current / "report" / "index.html")),
        ("Quality checks", str(settings.current / "data_docs" / "index.html")),
        ("Version", f"{current_version(settings)} ({kept})"),
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


def headlines(settings: Settings, database: Path) -> list[tuple[str, str]]:
    """The figures of a published file; those without a mart or a row are left out."""
    run_vars = {**project_file(settings.project_dir)["vars"], **settings.vars}
    figures = []
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set variable currency = ?", [run_vars["reporting_currency"]])
        for query in connection.extract_statements(HEADLINES.read_text(encoding="utf-8")):
            with suppress(duckdb.CatalogException):
                row = connection.execute(query).fetchone()
                if row and row[1] is not None:
                    figures.append((row[0], row[1]))
    return figures
