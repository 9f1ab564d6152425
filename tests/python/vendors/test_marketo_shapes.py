"""Marketo's real column names and quirks (files open with a byte-order mark): every activity arrives or is set aside."""

import csv
import shutil

import pytest
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

EVENT_TYPES = {
    "activity_send_email": "sent",
    "activity_email_delivered": "delivered",
    "activity_open_email": "opened",
    "activity_click_email": "clicked",
    "activity_email_bounced": "bounced",
    "activity_unsubscribe_email": "unsubscribed",
}


@pytest.fixture(scope="module")
def raw_location(tmp_path_factory):
    raw = tmp_path_factory.mktemp("raw")
    (raw / "marketo").mkdir()
    for file in real_data("vendor_shapes/marketo").glob("*_data.csv"):
        name = file.stem.removeprefix("marketo_").removesuffix("_data")
        shutil.copy(file, raw / "marketo" / f"{name}.csv")
    return raw


@pytest.fixture(scope="module")
def built(tmp_path_factory, raw_location):
    place = tmp_path_factory.mktemp("marketo")
    dbt(
        place,
        "build --select +email_events stg_marketo__raw_ledger --indirect-selection buildable",
        own_data(raw_location, "2025-12-31", email=["marketo"]),
    )
    with connect(place) as connection:
        yield connection


@pytest.mark.parametrize("table", EVENT_TYPES)
def test_every_activity_is_an_event_at_its_own_time_or_set_aside(built, raw_location, table):
    file = raw_location / "marketo" / f"{table}.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), (
        "the set's files open with a byte-order mark"
    )
    with file.open(encoding="utf-8-sig", newline="") as lines:
        raw = {row["id"]: row for row in csv.DictReader(lines)}
    skipped = {id for id, row in raw.items() if row.get("action_result") == "skipped"}
    events = built.execute(
        "select event_id, strftime(occurred_at, '%Y-%m-%d %H:%M:%S.%g'), coalesce(link_url, '')"
        " from canonical.email_events where event_type = ?",
        [EVENT_TYPES[table]],
    ).fetchall()
    aside = built.execute(
        "select raw_id from staging.stg_marketo__raw_ledger where raw_table = ? and entry = 'set aside'",
        [table],
    ).fetchall()
    assert {raw_id for (raw_id,) in aside} == skipped
    assert sorted(events) == sorted(
        (f"{EVENT_TYPES[table]}:{id}", row["activity_date"], row.get("link", ""))
        for id, row in raw.items()
        if id not in skipped
    )
