"""A real web shop (600 devices, own channels, purchases without value) through `generic` web events.

A company that has nothing but an event log must find every session, its channel, every purchase and its path. The expected
values are computed here from the file, by plain Python.
"""

import csv
import gzip
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

GAP = timedelta(minutes=30)
LOOKBACK = timedelta(days=180)


@pytest.fixture(scope="module")
def events():
    """The shop's events: id, device, channel, whether it is a purchase, time; in the file's order."""
    source = real_data("web_shop_events") / "ecom.csv.gz"
    with gzip.open(source, "rt", newline="") as file:
        return [
            {
                "event_id": f"{number:06d}",
                "anonymous_id": row["user_id"],
                "event_type": "order" if row["event"] == "purchase" else "page_view",
                "event_name": row["event"],
                "channel": row["acquisition_channel"],
                "occurred_at": row["timestamp"],
            }
            for number, row in enumerate(csv.DictReader(file))
        ]


@pytest.fixture(scope="module")
def built(events, tmp_path_factory):
    """The marts built from these events alone."""
    place = tmp_path_factory.mktemp("web_shop")
    folder = place / "raw" / "generic"
    folder.mkdir(parents=True)
    with (folder / "web_events.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, events[0].keys())
        writer.writeheader()
        writer.writerows(events)
    vars = own_data(place / "raw", "2024-06-30")
    dbt(place, "seed -s path:seeds/rules", vars)
    dbt(place, "run -s +fct_attribution_credits +fct_sessions +rpt_source_reconciliation", vars)
    return connect(place)


@pytest.fixture(scope="module")
def sessions(events):
    """Sessions by the definition: (device, channel, started_at, times of purchases), in time order per device."""
    by_device = defaultdict(list)
    for event in events:
        at = datetime.fromisoformat(event["occurred_at"])
        by_device[event["anonymous_id"]].append((at, event["event_id"], event))
    found = defaultdict(list)
    for device, rows in by_device.items():
        last_at = None
        for at, _, event in sorted(rows, key=lambda row: row[:2]):
            if last_at is None or at - last_at > GAP:
                found[device].append(
                    {"channel": event["channel"], "started_at": at, "purchases": []}
                )
            if event["event_type"] == "order":
                found[device][-1]["purchases"].append(at)
            last_at = at
    return found


def test_sessions_and_their_own_channels(built, sessions):
    expected = sorted(
        (device, session["channel"], session["started_at"])
        for device, rows in sessions.items()
        for session in rows
    )
    actual = built.execute(
        "select anonymous_id, channel, started_at from marts.fct_sessions order by all"
    ).fetchall()
    assert len(sessions) == 600
    assert len(expected) == 3605
    assert actual == expected


def test_every_purchase_is_an_order_conversion_credited_to_its_own_path(built, sessions):
    expected = []
    for rows in sessions.values():
        for session in rows:
            for bought_at in session["purchases"]:
                path = [
                    other["channel"]
                    for other in rows
                    if bought_at - LOOKBACK <= other["started_at"] <= bought_at
                ]
                expected.append((bought_at, len(path), path[0], path[-1]))
    actual = built.execute("""
        select
            converted_at,
            any_value(touches_count),
            max(channel) filter (where model = 'first_touch'),
            max(channel) filter (where model = 'last_touch')
        from marts.fct_attribution_credits
        where conversion_type = 'order'
        group by conversion_id, converted_at
    """).fetchall()
    assert len(expected) == 470
    assert sorted(actual) == sorted(expected)


def test_each_model_credits_470_orders(built):
    credited = built.execute("""
        select model, round(sum(credit_share), 6), sum(credited_value)
        from marts.fct_attribution_credits
        where conversion_type = 'order'
        group by model
    """).fetchall()
    assert {model for model, _, _ in credited} >= {"first_touch", "last_touch", "linear"}
    assert {(share, value) for _, share, value in credited} == {(470, 0)}


def test_no_raw_row_is_lost(built, events):
    raw, in_marts, set_aside, difference = built.execute("""
        select raw_value, mart_value, set_aside_value, difference
        from operations.rpt_source_reconciliation
        where measure = 'web_events: rows'
    """).fetchone()
    assert (raw, in_marts + set_aside, difference) == (len(events), len(events), 0)
