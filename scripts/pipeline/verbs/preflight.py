"""Step preflight: everything that can be checked before anything is built."""

import datetime

from pipeline.core import console
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings, project_file
from pipeline.core.versions import current_version
from pipeline.records.history import Run
from pipeline.records.published import published_stamp

PUBLIC_SALT = (
    "email_hash_salt is the project's own, which anybody can read: email hashes in the published marts"
    " can be undone by trying addresses. Set var email_hash_salt to a secret of yours in the file of"
    " --vars, and keep it: another salt gives other hashes"
)


def check_source(settings: Settings) -> None:
    """A version is replaced by one of the same source, unless the command line says otherwise."""
    before = (published_stamp(settings) or {}).get("source")
    if before in (None, settings.source) or settings.replace_source or settings.select:
        return
    raise InputError(
        f"The published version {current_version(settings)} was built from {before}; this run reads"
        f" {settings.source} and would replace it.",
        "Check --raw-location and --vars, or set WAREHOUSE_DIR to another folder. To publish the"
        " other source, or if the raw data were moved, add --replace-source once.",
    )


def has_public_salt(settings: Settings) -> bool:
    """Whether the emails of own data are hashed with the salt that stands in the project."""
    default = project_file(settings.project_dir)["vars"]["email_hash_salt"]
    return not settings.is_demo and settings.vars.get("email_hash_salt", default) == default


# Clock corrections of a few seconds are normal and must not stop a run.
TOLERANCE = datetime.timedelta(minutes=5)


def check_clock(settings: Settings, last: Run | None) -> None:
    """
    Stops a run on own data, whose day is that of the clock, where the clock stands before the last
    run that went well: it would set facts aside that are published already. With --as-of it goes on, with a word.
    """
    if last is None or settings.started_at >= last[1] - TOLERANCE:
        return
    back = f"The clock says {settings.started_at:%Y-%m-%d %H:%M} UTC, and the last run ({last[0]})"
    back += f" began at {last[1]:%Y-%m-%d %H:%M} UTC."
    if settings.as_of or settings.is_demo:
        console.warn("preflight", f"{back} The day of this run is given, so it goes on.")
        return
    raise InputError(
        back,
        "Set the machine's clock right, then start again. If it is right now and was wrong then,"
        " start once with --as-of and today's date.",
    )
