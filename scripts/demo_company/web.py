"""The events of Segment, and the anonymous crowd.

Sessions come first, whole and narrow; their events are written month by month.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

import duckdb

from demo_company import statements
from demo_company.settings import Settings

EVENTS_COUNT = "sum(events_of(session, pages_count, has_repeat, conversion, is_identified))::bigint"
# Event table: the select of its rows, of the sessions that a condition leaves.
BUILDERS = {
    table: partial(
        lambda table, condition: statements.render(f"web/{table}", condition=condition), table
    )
    for table in ("pages", "tracks", "identifies")
}


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
    for table, builder in BUILDERS.items():
        for month in settings.months:
            yield table, f"{month:%Y-%m}", builder(month_condition(month))
