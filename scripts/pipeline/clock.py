"""The machine's clock: a run must not publish less because it stands in the past."""

import datetime

from pipeline import console
from pipeline.errors import InputError
from pipeline.history import Run
from pipeline.settings import Settings

# Machines correct their clocks by seconds; nobody's day changes by that.
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
