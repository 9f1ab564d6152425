"""The command `run`: preflight, audit raw, build, audit marts, report, publish, record."""

import dataclasses
import os
import shutil
import time
import traceback

from pipeline.core import access, console, places, versions
from pipeline.core.errors import SUCCESS, as_pipeline_error
from pipeline.core.lock import only_run
from pipeline.core.settings import Settings, new_run_id
from pipeline.engines.build import build
from pipeline.engines.failures import LeftBehindError
from pipeline.engines.marts import drop_build, rows_of
from pipeline.inputs.find import Inputs, check_selection
from pipeline.publishing import erasure, spark_readers
from pipeline.publishing.docs import make_docs
from pipeline.publishing.publish import publish
from pipeline.publishing.report_page import make_report_page
from pipeline.publishing.unchanged import (
    fingerprint,
    forget_build,
    full_refresh_if_changed,
    published_from,
    remember_build,
    rolled_back_from,
)
from pipeline.quality.audit_marts import audit_marts
from pipeline.quality.audit_raw import audit_raw
from pipeline.quality.judge import judge
from pipeline.records import history, notify
from pipeline.records.published import rows_by_table
from pipeline.verbs.preflight import checked_inputs, in_words
from pipeline.verbs.report import (
    BUILT,
    HELD,
    PUBLISHED,
    UNCHANGED,
    Outcome,
    report,
    what_readers_see,
)
from pipeline.verbs.steps import Steps, recorded_if_possible, stoppable

SAME_AS = "project, settings and raw files are those of version"


def run(settings: Settings) -> int:
    """Runs everything; returns the exit code."""
    start = time.monotonic()
    before = versions.current_version(settings)
    steps = Steps(settings)
    try:
        with stoppable():
            # Before the run is recorded: a misspelled name is not a failed run.
            check_selection(settings)
            places.check_warehouse(settings)
            # Before DuckDB opens the history: on a full disk it would end the process.
            places.check_disk(settings)
            with only_run(settings) as left_by:
                if left_by:
                    console.log(
                        "preflight", f"took over the lock of process {left_by}, which has died"
                    )
                access.set_modes(settings)
                steps.settings = settings = numbered_after_the_last(settings)
                outcome = recorded_run(settings, steps)
                report(settings, outcome, time.monotonic() - start)
    except BaseException as error:
        failure = as_pipeline_error(error)
        if os.environ.get("PIPELINE_DEBUG"):
            traceback.print_exception(error)
        seen = what_readers_see(settings, before)
        console.report_failure(failure, steps.at_work, seen)
        notify.failed(settings, failure, steps.at_work, seen, time.monotonic() - start)
        return failure.exit_code
    seconds = time.monotonic() - start
    rows = sum(outcome.rows.values())
    notify.ended(settings, outcome.status, outcome.message, rows, seconds)
    return SUCCESS


def numbered_after_the_last(settings: Settings) -> Settings:
    """The settings with a run id that sorts after all runs and versions."""
    last = history.newest_run(settings)
    newest = max([last[0] if last else "", *versions.kept_versions(settings)])
    if settings.run_id <= newest:
        settings = dataclasses.replace(settings, run_id=new_run_id(settings.started_at, newest))
    console.configure(settings.environment.pipeline_log, settings.run_id)
    return settings


def recorded_run(settings: Settings, steps: Steps) -> Outcome:
    """Runs the steps and enters the result in the history, also after a failure."""
    before = history.newest_run(settings, history.SUCCEEDED)
    left = history.start_run(settings, settings.source)
    for run_id in left:
        console.log(
            "preflight", f"run {run_id} had ended without a result; the history now says so"
        )
    for name in versions.discard(settings, left):
        console.log("preflight", f"removed version {name}, which that run had not put in place")
    shutil.rmtree(settings.spill_dir, ignore_errors=True)
    try:
        return publish_or_stop(settings, steps, before)
    except BaseException as error:
        failure = as_pipeline_error(error)
        with recorded_if_possible():
            history.finish_run(
                settings, "failed", failed_step=steps.at_work, message=failure.message
            )
        raise failure from error


def publish_or_stop(settings: Settings, steps: Steps, before: history.Run | None) -> Outcome:
    """The steps up to the publication."""
    with steps.step("preflight") as step:
        found = checked_inputs(settings, before)
        step.message = in_words(settings, found)
        built_from = fingerprint(settings, found)
    as_of = found.as_of
    for_kept_versions = erasure.for_kept_versions(found.vars)
    requested = erasure.requested(settings, found)
    if not settings.is_always_built and requested <= erasure.known(settings):
        outcome = nothing_to_do(settings, built_from)
        if outcome:
            history.finish_run(settings, outcome.status, as_of_date=as_of, message=outcome.message)
            console.log(
                "preflight", f"{outcome.message}: nothing to do (--force builds all the same)"
            )
            bring_spark_in_step(settings, steps)
            return outcome
    settings = full_refresh_if_changed(settings)
    with steps.step("audit raw") as step, console.progress("audit raw") as bar:
        results = audit_raw(settings, found, as_of, bar)
        step.message = judge(settings, results)
    settings, is_new = build_without_erased(settings, steps, found, requested)
    # Before the audits, which keep the build database open.
    if settings.docs:
        with steps.step("docs") as step:
            step.message = make_docs(settings, found)
    with steps.step("audit marts") as step, console.progress("audit marts") as bar:
        results = audit_marts(settings, found, bar)
        step.message = judge(settings, results)
    if settings.select:
        return built_without_publishing(settings, as_of)
    with steps.step("report") as step:
        step.message = make_report_page(settings, found)
    with steps.step("publish") as step:
        rows = publish(settings, as_of, built_from)
        step.rows = sum(rows.values())
        step.message = f"{step.rows:,} rows in {len(rows)} tables as version {settings.run_id}"
    # Before an old version is removed: Spark's views may still read it.
    bring_spark_in_step(settings, steps)
    history.finish_run(settings, PUBLISHED, as_of_date=as_of, rows=step.rows)
    for name in versions.remove_old(settings):
        console.log("publish", f"removed old version {name}")
    if is_new:
        with steps.step("erase") as step:
            step.message = erasure.erase_in_kept_versions(settings, for_kept_versions)
    spark_readers.drop_removed(settings)
    erasure.remember(settings, requested | erasure.identifiers(settings))
    return Outcome(PUBLISHED, rows)


def build_without_erased(
    settings: Settings, steps: Steps, found: Inputs, requested: set[str]
) -> tuple[Settings, bool]:
    """
    Step build. It starts with new files if there are new erasure requests, and is repeated if the raw data name
    erased people by identifiers that they did not have before. Returns whether there were any of these.
    """
    if settings.select:
        build_once(settings, steps, found)
        return settings, False
    is_new = not requested <= erasure.known(settings)
    if is_new:
        settings = erasure.start_afresh(settings, found)
    build_once(settings, steps, found)
    if not is_new and not erasure.identifiers(settings) <= erasure.known(settings):
        is_new = True
        settings = erasure.start_afresh(settings, found)
        build_once(settings, steps, found)
    return settings, is_new


def build_once(settings: Settings, steps: Steps, found: Inputs) -> None:
    """One build, recorded as a step."""
    with steps.step("build") as step, console.progress("dbt build") as bar:
        if settings.full_refresh:
            forget_build(settings)
        try:
            step.message = build(settings, found, bar)
        except LeftBehindError as error:
            console.warn("build", f"{error.message} The build starts again without any table.")
            forget_build(settings)
            drop_build(settings)
            history.update_run(settings, is_full_refresh=True)
            step.message = build(dataclasses.replace(settings, full_refresh=True), found, bar)
        if not settings.select:
            remember_build(settings)


def bring_spark_in_step(settings: Settings, steps: Steps) -> None:
    """Switches the views of Spark's readers to the current version, if they show another."""
    if not spark_readers.are_in_step(settings):
        with steps.step("spark views") as step:
            step.message = spark_readers.switch(settings)
            spark_readers.drop_removed(settings)


def built_without_publishing(settings: Settings, as_of: str) -> Outcome:
    """The end of a run of selected marts: readers keep their version."""
    rows = rows_of(settings)
    message = f"nothing is published, because --select {' '.join(settings.select)} was given"
    history.finish_run(settings, BUILT, as_of_date=as_of, rows=sum(rows.values()), message=message)
    return Outcome(BUILT, rows, message)


def nothing_to_do(settings: Settings, built_from: str | None) -> Outcome | None:
    """Why this run need not build, or must not build a version again that was rolled back."""
    unchanged = published_from(settings, built_from)
    if unchanged:
        current = versions.current_version(settings)
        return Outcome(UNCHANGED, unchanged, f"{SAME_AS} {current}")
    refused = rolled_back_from(settings, built_from)
    if refused:
        message = f"{SAME_AS} {refused}, which was rolled back"
        return Outcome(HELD, rows_by_table(settings.current), message)
    return None
