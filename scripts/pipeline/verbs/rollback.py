"""The command `rollback`: switches `current`, and Spark's views, to another kept version."""

import duckdb

from pipeline.core import console, places, versions
from pipeline.core.errors import SUCCESS, InputError, PipelineError, as_pipeline_error, first_line
from pipeline.core.lock import only_run
from pipeline.core.settings import Settings
from pipeline.publishing import spark_readers
from pipeline.records import history
from pipeline.records.published import rows_by_table
from pipeline.verbs.preflight import check_spark_readers
from pipeline.verbs.report import what_readers_see
from pipeline.verbs.run import numbered_after_the_last
from pipeline.verbs.steps import Steps

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
            check_spark_readers(settings)
            if spark_readers.are_served(settings):
                spark_readers.prepare(settings, chosen)
            history.start_run(settings)
            with Steps(settings).step(STEP) as step:
                versions.switch(settings, settings.versions_dir / chosen)
                step.message = f"current was switched from {before} to {chosen}"
            history.finish_run(settings, "rolled back", message=step.message)
            if spark_readers.are_served(settings):
                console.log(STEP, spark_readers.switch(settings))
                spark_readers.drop_removed(settings)
    except (PipelineError, OSError) as raised:
        error = as_pipeline_error(raised)
        console.report_failure(error, STEP, what_readers_see(settings, before))
        return error.exit_code
    console.log(
        STEP,
        f"{settings.current} is now version {chosen}; before: {before}. A run with the project, settings"
        f" and raw files of {before} will publish nothing, unless --force is given",
        version=chosen,
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
