"""The verb `run`: preflight, audit raw, build, audit marts, publish, record."""

import datetime
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

from pipeline import console, history, preflight, summary
from pipeline.audit_marts import advice_for as advice_for_marts
from pipeline.audit_marts import audit_marts
from pipeline.audit_raw import advice_for as advice_for_raw
from pipeline.audit_raw import audit_raw
from pipeline.build import build, summary_message, vars_of_run
from pipeline.checks import ERROR
from pipeline.errors import PUBLISHED, DataError, InternalError, PipelineError
from pipeline.history import QualityResult
from pipeline.lock import only_run
from pipeline.publish import Publication, publish, remove_old
from pipeline.settings import Settings


@dataclass
class Step:
    """The step at work: what it says of itself when it ends."""

    name: str
    message: str = ""
    rows: int | None = None


@dataclass
class Steps:
    """Runs steps one after the other, and records each in the history as soon as it has ended."""

    settings: Settings
    at_work: str = "preflight"
    number: int = field(default=0)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """One step: timed, logged, recorded; whatever it raises goes on, as a PipelineError."""
        self.number += 1
        self.at_work = name
        current = Step(name)
        started_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        start = time.monotonic()
        console.log(name, "started")
        try:
            yield current
        except BaseException as error:
            failure = as_pipeline_error(error)
            self._record(
                current.name, "failed", failure.message, None, time.monotonic() - start, started_at
            )
            raise failure from error
        seconds = time.monotonic() - start
        self._record(name, "ok", current.message, current.rows, seconds, started_at)
        console.log(name, f"done in {seconds:.1f} s: {current.message}")

    def _record(
        self,
        name: str,
        status: str,
        message: str,
        rows: int | None,
        seconds: float,
        started_at: datetime.datetime,
    ) -> None:
        history.add_step(
            self.settings, self.number, name, status, message, rows, seconds, started_at
        )


def as_pipeline_error(error: BaseException) -> PipelineError:
    """Any exception as one with an exit code; what nobody foresaw is internal."""
    if isinstance(error, PipelineError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return InternalError(
            "The run was stopped from outside.", "Start it again; nothing has to be mended."
        )
    return InternalError(
        f"{type(error).__name__}: {error}",
        "This is a fault of the pipeline: see the traceback with PIPELINE_DEBUG=1.",
    )


def run(settings: Settings) -> int:
    """A whole run; the exit code is the verdict."""
    steps = Steps(settings)
    start = time.monotonic()
    before = settings.current.resolve().name if settings.current.is_symlink() else None
    try:
        with stoppable():
            preflight.check_warehouse(settings)
            with only_run(settings) as left_by:
                if left_by:
                    console.log(
                        "preflight", f"took over the lock of process {left_by}, which has died"
                    )
                publication = recorded_run(settings, steps)
                report(settings, publication, time.monotonic() - start)
    except PipelineError as error:
        console.report_failure(error, steps.at_work, what_readers_see(settings, before))
        return error.exit_code
    return PUBLISHED


def recorded_run(settings: Settings, steps: Steps) -> Publication:
    """The steps, with the verdict entered in the history whatever happens."""
    for run_id in history.start_run(settings):
        console.log(
            "preflight", f"run {run_id} had ended without a verdict; the history says so now"
        )
    try:
        return publish_or_stop(settings, steps)
    except BaseException as error:
        failure = as_pipeline_error(error)
        history.finish_run(settings, "failed", failed_step=steps.at_work, message=failure.message)
        raise failure from error


def publish_or_stop(settings: Settings, steps: Steps) -> Publication:
    """The five steps that lead to a publication, and its record."""
    with steps.step("preflight") as step:
        preflight.check_disk(settings)
        preflight.check_build_database(settings)
        found = preflight.find_inputs(settings)
        for note in found.notes:
            console.log("preflight", note)
        as_of = str(vars_of_run(settings, found)["as_of_date"])
        where = settings.raw_location or (
            "the demo company" if settings.is_demo else "the tables of the database"
        )
        step.message = f"{len(found.tables)} raw tables of {where}, facts up to {as_of}"
    with steps.step("audit raw") as step, console.progress("audit raw") as bar:
        results = audit_raw(settings, found, bar.update)
        step.message = judge(settings, results, advice_for_raw(found))
    with steps.step("build") as step, console.progress("dbt build") as bar:
        outcome = build(settings, found, bar.update)
        for warning in outcome.warnings:
            console.log("build", f"warning: {warning}")
        step.message = summary_message(outcome)
    with steps.step("audit marts") as step, console.progress("audit marts") as bar:
        results = audit_marts(settings, found, bar.update)
        step.message = judge(settings, results, advice_for_marts())
    with steps.step("publish") as step:
        publication = publish(settings, as_of)
        step.rows = sum(publication.rows.values())
        step.message = (
            f"{step.rows:,} rows in {len(publication.rows)} tables as version {settings.run_id}"
        )
    history.finish_run(settings, "published", as_of=as_of, rows=step.rows)
    for name in remove_old(settings):
        console.log("publish", f"removed old version {name}")
    return publication


def judge(
    settings: Settings, results: list[QualityResult], advice: dict[tuple[str, str], str]
) -> str:
    """Records and shows what an audit found; an error that is not met stops the run."""
    history.add_results(settings, results)
    unmet = [result for result in results if not result.is_met]
    for result in unmet:
        if result.severity != ERROR:
            console.log(f"audit {result.border}", f"warning: {sentence(result, advice)}")
    errors = [sentence(result, advice) for result in unmet if result.severity == ERROR]
    if errors:
        raise DataError(
            "\n".join(errors),
            "Mend the raw data it names, or deliver it again, then start again."
            if unmet[0].border == "raw"
            else f"The marts as built are in {settings.build_database}: compare there. Readers keep"
            f" the last version.",
        )
    tables = len({result.table_name for result in results})
    return f"{len(results)} expectations on {tables} tables, {len(unmet)} warnings"


def sentence(result: QualityResult, advice: dict[tuple[str, str], str]) -> str:
    """One unmet expectation in words."""
    more = advice.get((result.table_name, result.expectation), "")
    observed = f" (found: {result.observed_value})" if result.observed_value else ""
    return (
        f"{result.table_name}: not met: {result.expectation}{observed}{'; ' + more if more else ''}"
    )


def report(settings: Settings, publication: Publication, seconds: float) -> None:
    """The closing summary on standard output."""
    currency = "reporting currency"
    found = settings.vars.get("reporting_currency") or vars_default(settings, "reporting_currency")
    places = [
        ("DuckDB", str(publication.database)),
        ("Parquet", f"{settings.current / 'parquet'}{os.sep}<mart>.parquet"),
        (
            "Version",
            f"{settings.run_id} ({settings.keep_versions} are kept in {settings.versions_dir})",
        ),
        ("Run history", f"schema operations there; {settings.history_database}"),
    ]
    figures = summary.headlines(publication.database, str(found or currency))
    print(summary.text(publication.rows, figures, places, seconds), flush=True)


def vars_default(settings: Settings, name: str) -> object:
    """The project's own value of a var."""
    from pipeline.settings import project_file

    return project_file(settings.project_dir)["vars"].get(name)


def what_readers_see(settings: Settings, before: str | None) -> str:
    """What a failed run has left under `current`."""
    now = settings.current.resolve().name if settings.current.is_symlink() else None
    if now is None:
        return "Nothing is published yet."
    if now == before:
        return f"The published marts are untouched: {settings.current} is still version {now}."
    return f"The new version {now} was published before this failure: {settings.current}."


@contextmanager
def stoppable() -> Iterator[None]:
    """A scheduler's SIGTERM ends the run like Ctrl-C: recorded, and with the lock given back."""
    handler: Callable[[int, FrameType | None], NoReturn] = _stop
    previous = signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
