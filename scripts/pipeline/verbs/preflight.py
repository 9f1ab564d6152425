"""Checks of a run, and of a dry run, before anything is built."""

import datetime

from pipeline.core import console, places
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings, project_file
from pipeline.core.versions import current_version
from pipeline.engines.catalogue import Catalogue
from pipeline.engines.spark_session import check_catalogue_is_free, check_installed, is_cluster
from pipeline.inputs.find import Inputs, find_inputs
from pipeline.publishing import spark_readers
from pipeline.records.history import Run
from pipeline.records.published import published_stamp

PUBLIC_SALT = (
    "email_hash_salt is the project's own, which is public: email hashes in the published marts can be"
    " reversed by trying addresses. Set var email_hash_salt to a secret in the file of --vars, and keep"
    " it: another salt gives other hashes"
)
# Corrections of the clock by a few seconds are normal.
TOLERANCE = datetime.timedelta(minutes=5)


def checked_inputs(settings: Settings, before: Run | None, writes: bool = True) -> Inputs:
    """
    What the run reads, if it can start; `before` is the last run that succeeded. Without `writes` only
    what another run may have open is not tried.
    """
    step = "preflight" if writes else "dry run"
    check_clock(settings, before)
    places.check_dbt_folders(settings)
    check_source(settings)
    places.check_build_database(settings, read_only=not writes)
    if settings.target == "spark":
        check_installed(settings)
    check_spark_readers(settings, is_opened=writes)
    if settings.target != "spark" and spark_readers.are_on_cluster(settings):
        raise InputError(
            f"{settings.warehouse_dir} is published on a cluster; this run would build here.",
            "Add --target spark, or set WAREHOUSE_DIR to another folder.",
        )
    found = find_inputs(settings)
    for note in found.notes:
        console.log(step, note)
    if has_public_salt(settings):
        console.warn(step, PUBLIC_SALT)
    return found


def check_spark_readers(settings: Settings, is_opened: bool = True) -> None:
    """Stops if there are readers of Spark SQL and their views could not be switched."""
    if spark_readers.are_served(settings):
        spark_readers.check_cluster(settings)
        if is_cluster(settings):
            Catalogue(settings).check_parameters(settings)
        elif is_opened:
            check_catalogue_is_free(settings)


def in_words(settings: Settings, found: Inputs) -> str:
    """What is read, from where, and up to which day."""
    days = settings.reload_days
    again = f", web events delivered {days[0]} to {days[1]} read again" if days else ""
    tables = "1 raw table" if len(found.tables) == 1 else f"{len(found.tables)} raw tables"
    return f"{tables} of {settings.source}{again}, facts up to {found.as_of}"


def check_source(settings: Settings) -> None:
    """Stops if the published version was built from another source, unless --replace-source is given."""
    before = published_stamp(settings).get("source")
    if before in (None, settings.source) or settings.replace_source or settings.select:
        return
    raise InputError(
        f"The published version {current_version(settings)} was built from {before}; this run reads"
        f" {settings.source} and would replace it.",
        "Check --raw-location and --vars, or set WAREHOUSE_DIR to another folder. To publish the"
        " other source, or if the raw data were moved, add --replace-source once.",
    )


def has_public_salt(settings: Settings) -> bool:
    """Whether emails of own data are hashed with the project's public salt."""
    default = project_file(settings.project_dir)["vars"]["email_hash_salt"]
    return not settings.is_demo and settings.vars.get("email_hash_salt", default) == default


def check_clock(settings: Settings, last: Run | None) -> None:
    """
    Stops if the clock is behind the last successful run: a run of today would then set aside facts
    that are already published. With --as-of it only warns.
    """
    if last is None or settings.started_at >= last[1] - TOLERANCE:
        return
    behind = (
        f"The clock says {settings.started_at:%Y-%m-%d %H:%M} UTC, but the last run ({last[0]}) began"
        f" at {last[1]:%Y-%m-%d %H:%M} UTC."
    )
    if settings.as_of or settings.is_demo:
        console.warn("preflight", f"{behind} The run goes on, because its day is given.")
        return
    raise InputError(
        behind,
        "Set the clock of the machine, then start again. If the clock was wrong then and is right now,"
        " run once with --as-of and today's date.",
    )
