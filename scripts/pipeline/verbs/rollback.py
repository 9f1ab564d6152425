"""The command `rollback`: switches `current`, and Spark's views, to another kept version."""

import duckdb

from pipeline.core import console, places, versions
from pipeline.core.errors import SUCCESS, InputError, PipelineError, as_pipeline_error, first_line
from pipeline.core.lock import only_run
from pipeline.core.settings import Settings, utc_now
from pipeline.engines.spark_session import check_catalogue_is_free, check_method
from pipeline.publishing import spark_readers
from pipeline.records import history
from pipeline.records.published import rows_by_table
from pipeline.verbs.report import what_readers_see
from pipeline.verbs.run import numbered_after_the_last

STEP = "rollback"


def rollback(settings: Settings, wanted: str | None) -> int:
    """Switches, records it in the history, and says what the next run will do."""
    before = versions.current_version(settings)
    try:
        places.check_warehouse(settings)
        with only_run(settings):
            settings = numbered_after_the_last(settings)
            chosen = choose(settings, before, wanted)
            check_version(settings, chosen)
            if spark_readers.are_served(settings):
                check_method(settings)
                check_catalogue_is_free(settings)
                spark_readers.prepare(settings, chosen)
            versions.switch(settings, settings.versions_dir / chosen)
            record(settings, before, chosen)
            if spark_readers.are_served(settings):
                console.log(STEP, spark_readers.switch(settings))
                spark_readers.drop_removed(settings)
    except (PipelineError, OSError) as raised:
        error = as_pipeline_error(raised)
        console.report_failure(error, STEP, what_readers_see(settings, before))
        return error.exit_code
    console.log(
        STEP, f"{settings.current} is now version {chosen}; before: {before}", version=chosen
    )
    console.log(
        STEP,
        f"a run with the project, settings and raw files of {before} will publish nothing, unless"
        " --force is given",
    )
    return SUCCESS


def choose(settings: Settings, current: str | None, wanted: str | None) -> str:
    """
    The version asked for, else the newest one before the current version. The current version is
    only accepted if Spark's views do not show it yet.
    """
    if wanted and wanted == current and not spark_readers.are_in_step(settings):
        return wanted
    kept = versions.kept_versions(settings)
    others = [name for name in kept if name != current]
    advice = f"Kept: {', '.join(kept)}."
    if current is None or not others:
        raise InputError(
            f"There is no other version in {settings.versions_dir}.",
            f"{advice if kept else 'Nothing has been published yet.'} KEEP_VERSIONS sets how many"
            f" versions a run keeps (now {settings.environment.keep_versions}).",
        )
    if wanted is None:
        earlier = [name for name in others if name < current]
        if not earlier:
            raise InputError(
                f"There is no version before the current one, {current}.",
                f"{advice} To switch to a newer one, name it: rollback VERSION.",
            )
        return earlier[-1]
    if wanted == current:
        raise InputError(f"{wanted} is already the current version.", advice)
    if wanted not in kept:
        raise InputError(f"There is no version {wanted} in {settings.versions_dir}.", advice)
    return wanted


def check_version(settings: Settings, version: str) -> None:
    """Stops if the file of the version cannot be read."""
    folder = settings.versions_dir / version
    try:
        rows_by_table(folder)
    except duckdb.Error as error:
        raise InputError(
            f"{folder} cannot be read: {first_line(error)}", "Choose another version."
        ) from error


def record(settings: Settings, before: str | None, chosen: str) -> None:
    """Enters the rollback in the history, as a run with one step."""
    history.start_run(settings)
    message = f"current was switched from {before} to {chosen}"
    history.finish_run(settings, "rolled back", message=message)
    step = {
        "step_number": 1,
        "step": STEP,
        "status": "ok",
        "message": message,
        "seconds": round((utc_now() - settings.started_at).total_seconds(), 3),
        "started_at": settings.started_at,
    }
    history.add(settings, "pipeline_steps", [step])
