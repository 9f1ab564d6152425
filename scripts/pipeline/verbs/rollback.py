"""
The verb `rollback`: puts an earlier kept version under `current` again, by one rename, and then Spark's
views on it, where Spark has readers.
"""

import datetime

import duckdb

from pipeline.core import console, places, versions
from pipeline.core.errors import PUBLISHED, InputError, PipelineError, first_line
from pipeline.core.lock import only_run
from pipeline.core.settings import Settings
from pipeline.engines.spark_session import check_catalogue_is_free, check_method
from pipeline.publishing import spark_readers
from pipeline.records import history
from pipeline.records.published import publication_of_folder
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
        error = (
            raised
            if isinstance(raised, PipelineError)
            else InputError(
                f"`current` could not be switched: {raised}.",
                f"Make {settings.warehouse_dir} writable, then try again.",
            )
        )
        console.report_failure(error, STEP, what_readers_see(settings, before))
        return error.exit_code
    console.log(
        STEP, f"{settings.current} is version {chosen} now; it was {before}", version=chosen
    )
    console.log(
        STEP,
        f"a run in which project, settings and raw files are still those of {before} publishes"
        " nothing from now on; any change of them, or --force, does",
    )
    return PUBLISHED


def choose(settings: Settings, current: str | None, wanted: str | None) -> str:
    """
    The version asked for, else the newest before the current one; it must be kept. The current one is refused,
    but where Spark's views did not follow to it.
    """
    if wanted and wanted == current and not spark_readers.are_in_step(settings):
        return wanted
    kept = versions.kept_versions(settings)
    others = [name for name in kept if name != current]
    listed = f"Kept: {', '.join(kept)}." if kept else "Nothing has been published yet."
    if current is None or not others:
        raise InputError(
            f"There is no other version in {settings.versions_dir} to go back to.",
            f"{listed} KEEP_VERSIONS says how many a run keeps (now {settings.keep_versions}).",
        )
    if wanted is None:
        earlier = [name for name in others if name < current]
        if not earlier:
            raise InputError(
                f"No version earlier than the current one, {current}, is kept.",
                f"{listed} Name one to go forward to it: rollback VERSION.",
            )
        return earlier[-1]
    if wanted == current:
        raise InputError(f"{wanted} is the current version already.", listed)
    if wanted not in kept:
        raise InputError(f"No version {wanted} is kept in {settings.versions_dir}.", listed)
    return wanted


def check_version(settings: Settings, version: str) -> None:
    """Checks that the version can be read, because a broken file is no use to readers."""
    folder = settings.versions_dir / version
    try:
        publication_of_folder(folder)
    except duckdb.Error as error:
        raise InputError(
            f"{folder} cannot be read: {first_line(error)}", "Choose another version."
        ) from error


def record(settings: Settings, before: str | None, chosen: str) -> None:
    """One row in the history, as of a run."""
    history.start_run(settings)
    history.finish_run(
        settings, "rolled back", message=f"current was switched from {before} to {chosen}"
    )
    seconds = (
        datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - settings.started_at
    ).total_seconds()
    history.add_step(
        settings, 1, STEP, "ok", f"from {before} to {chosen}", None, seconds, settings.started_at
    )
