"""What a run concludes: from an audit's results, and at its end."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from pipeline import console, history, rules, spark_readers, summary
from pipeline.checks import ERROR
from pipeline.errors import DataError
from pipeline.history import QualityResult
from pipeline.publish import Publication, published_stamp
from pipeline.settings import Settings, project_file
from pipeline.versions import current_version

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


def judge(
    settings: Settings, results: list[QualityResult], advice: dict[tuple[str, str], str]
) -> str:
    """Records and shows what an audit found; an error that is not met stops the run."""
    history.add_results(settings, results)
    unmet = [result for result in results if not result.is_met]
    for result in unmet:
        if result.severity != ERROR:
            console.warn(
                f"audit {result.border}",
                sentence(result, advice),
                table=result.table_name,
                expectation=result.expectation,
            )
    errors = [sentence(result, advice) for result in unmet if result.severity == ERROR]
    if errors:
        raise DataError(
            "\n".join(errors),
            "Mend the raw data it names, or deliver it again, then start again."
            if unmet[0].border == "raw"
            else f"The marts as built are in {settings.built_in}: compare there. Readers keep"
            f" the last version.",
        )
    tables = len({result.table_name for result in results})
    return f"{len(results)} expectations on {tables} tables, {len(unmet)} warnings"


def sentence(result: QualityResult, advice: dict[tuple[str, str], str]) -> str:
    """One unmet expectation in words."""
    more = result.advice or advice.get((result.table_name, result.expectation), "")
    observed = f" (found: {result.observed_value})" if result.observed_value else ""
    return (
        f"{result.table_name}: not met: {result.expectation}{observed}{'; ' + more if more else ''}"
    )


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
        (
            "Version",
            f"{version} ({settings.keep_versions} are kept in {settings.versions_dir})",
        ),
        ("Run history", f"schema operations there; {settings.history_database}"),
    ]
    if spark_readers.are_served(settings):
        places.insert(3, ("Spark SQL", "schemas published_marts and published_operations"))
    figures = summary.headlines(publication.database, str(currency or "reporting currency"))
    used = rules.in_force(settings)
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
            **({"rules": asdict(used)} if used else {}),
        )
        return
    verdict = {
        PUBLISHED: "PUBLISHED",
        UNCHANGED: "UNCHANGED, published before:",
        HELD: "HELD after a rollback, readers keep:",
    }[outcome.status]
    if used:
        places += rules.in_words(used)
    print(summary.text(verdict, publication.rows, figures, places, seconds), flush=True)


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
