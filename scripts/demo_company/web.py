"""The events of Segment or of another tracker, and the anonymous crowd.

Sessions come first, whole and narrow; their events are written month by month.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import duckdb

from demo_company import statements
from demo_company.settings import Settings

EVENTS_COUNT = "sum(events_of(session, pages_count, has_repeat, conversion, is_identified))::bigint"
# Of a tracker: its event tables, and the columns by which the parts of a table are sorted.
TRACKERS = {
    "segment": (("pages", "tracks", "identifies"), "timestamp, id, received_at"),
    "snowplow": (("events",), "derived_tstamp, event_id, load_tstamp"),
    "ga4": (
        ("events",),
        "event_timestamp, user_pseudo_id, event_name, batch_event_index, _loaded_at",
    ),
    "rudderstack": (("pages", "tracks", "identifies"), "timestamp, id, received_at"),
}


def builders(tracker: str) -> dict[str, Callable[[str], str]]:
    """Event table: the select of its rows, of the sessions that a condition leaves."""
    prefix = "" if tracker == "segment" else f"{tracker}_"
    return {
        table: partial(
            lambda name, condition: statements.render(f"web/{name}", condition=condition),
            f"{prefix}{table}",
        )
        for table in TRACKERS[tracker][0]
    }


BUILDERS = builders("segment")


def add_crowd(con: duckdb.DuckDBPyConnection, web_events: int) -> None:
    """Add sessions of visitors who never become known, to reach the number of events asked for."""

    def crowd(devices_count: int) -> str:
        select = statements.render("web/crowd", devices_count=devices_count)
        return f"({select}) where started_at <= as_of_end()"

    (known,) = con.execute(f"select coalesce({EVENTS_COUNT}, 0) from sessions").fetchone()
    sample = 20_000
    (sampled,) = con.execute(f"select {EVENTS_COUNT} from {crowd(sample)}").fetchone()
    devices_count = max(20, round((web_events - known) * sample / sampled))
    con.execute(f"insert into sessions by name select * from {crowd(devices_count)}")


def month_condition(month: date) -> str:
    return (
        f"started_at >= timestamp '{month}' and started_at < timestamp '{month}' + interval 1 month"
    )


def event_parts(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(table, month, select) for every part of the event tables."""
    for table, builder in builders(settings.web).items():
        for month in settings.months:
            yield table, f"{month:%Y-%m}", builder(month_condition(month))
