"""
Keys that are hashes: ids of many shapes keep keys of their own, in the macro and through the real models; and another
hash, as another version of DuckDB may have, changes no figure.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import small_project
from jinja2 import Environment
from support import ROOT, own_data, write_csv

pytestmark = pytest.mark.slow

COUNT = 1_000_000
SHAPES = {
    "a counter with leading zeros": "printf('%016d', i)",
    "session and event": "printf('s%07de%07d', i // 1000, i % 1000)",
    "prefix and counter, twice": "printf('ORD-%04d/CU-%04d', i % 1000, i // 1000)",
    "tenant and user": "printf('tenant-%06d-user-%06d', i % 1000, i // 1000)",
    "two days": "strftime(date '2020-01-01' + cast(i % 1000 as int), '%Y-%m-%d')"
    " || strftime(date '2020-01-01' + cast(i // 1000 as int), '%Y-%m-%d')",
    "day and counter": "strftime(date '2020-01-01' + cast(i % 2000 as int), '%Y%m%d')"
    " || printf('-%06d', i // 2000)",
    "emails with running numbers": "printf('person%04d@priv%03d.net', i // 1000, i % 1000)",
    "UUIDs": "cast(uuid() as varchar)",
    "UUIDs that count": "printf('%08x-0000-4000-8000-%012x', i % 1000, i // 1000)",
    "client ids": "printf('GA1.1.%09d.%010d', i % 1000 * 1000003, 1700000000 + i // 1000)",
    "URLs": "printf('https://shop.example.com/p/%05d?utm_campaign=%05d', i % 1000, i // 1000)",
}


def hash64(text: str) -> str:
    """The macro's SQL for DuckDB."""
    source = (ROOT / "macros" / "engine" / "hash64.sql").read_text()
    return Environment(autoescape=True).from_string(source).module.duckdb__hash64(text)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_million_ids_of_a_shape_keep_keys_of_their_own(shape):
    with duckdb.connect() as connection:
        ids = f"(select {SHAPES[shape]} as id from range({COUNT}) as numbers (i))"
        keys = connection.execute(f"select count(distinct {hash64('id')}) from {ids}").fetchone()
    assert keys == (COUNT,)


class Shop:
    """A project of web sessions and orders, with a warehouse and raw data of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.project = small_project.make(
            place / "project", ("int_web_sessions", "int_customer_orders")
        )

    def deliver(self, events: list[tuple], orders: list[tuple] = ()) -> None:
        """Writes the raw files: events are (event id, device, time), orders (order id, line id)."""
        folder = self.place / "raw" / "generic"
        write_csv(
            folder / "web_events.csv",
            [
                {"event_id": event, "anonymous_id": device, "event_type": "page_view"}
                | {"page_url": "https://shop.example/", "occurred_at": at, "received_at": at}
                for event, device, at in events
            ],
        )
        write_csv(
            folder / "revenue_lines.csv",
            [
                {"line_id": line, "order_id": order, "customer_id": "one", "amount": "1.00"}
                | {"currency": "USD", "line_type": "sale", "revenue_at": "2025-03-01 10:00:00"}
                for order, line in orders or [("o", "l")]
            ],
        )

    def build(self, warehouse: str = "warehouse") -> None:
        """Builds its models, incrementally where the warehouse is there."""
        (self.place / warehouse).mkdir(exist_ok=True)
        environment = os.environ | {
            "DBT_PROFILES_DIR": str(self.project),
            "DBT_TARGET_PATH": str(self.place / "target"),
            "DBT_LOG_PATH": str(self.place / "logs"),
            "WAREHOUSE_DIR": str(self.place / warehouse),
        }
        vars = json.dumps(own_data(self.place / "raw", "2025-12-31"))
        build = ["build", "--exclude-resource-type", "unit_test", "--vars", vars]
        done = subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "--quiet", *build],
            env=environment,
            cwd=self.project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def rows(self, query: str, warehouse: str = "warehouse") -> list[tuple]:
        """Rows of a query on what was built."""
        with duckdb.connect(str(self.place / warehouse / "build.duckdb"), read_only=True) as built:
            return built.execute(query).fetchall()


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


SESSIONS = """
    select session_id, anonymous_id, session_key, events_count, started_at, ended_at
    from intermediate.int_web_sessions
    inner join intermediate.int_web_session_bounds using (device_key, started_at, events_count, ended_at)
    order by session_id
"""


def test_devices_and_orders_with_structured_ids_are_counted_each(shop):
    shop.deliver(
        [
            (f"s{n:07}e{n:07}", f"s{n // 60:07}d{n % 60:07}", "2025-03-01 10:00:00")
            for n in range(3000)
        ],
        [(f"ORD-{n % 50:04}/CU-{n // 50:04}", f"line {n}") for n in range(2000)],
    )
    shop.build()
    assert shop.rows("select count(*) from intermediate.int_web_sessions") == [(3000,)]
    assert shop.rows("select orders_count from intermediate.int_customer_orders") == [(2000,)]


def test_an_event_delivered_twice_and_replaced_by_another_delivered_twice_is_noticed(shop):
    other = ("other", "device", "2025-03-01 09:00:00")
    shop.deliver([other, *[("first", "before", "2025-03-01 10:00:00")] * 2])
    shop.build()
    shop.deliver([other, *[("second", "after", "2025-03-01 10:00:00")] * 2])
    shop.build()
    devices = shop.rows("select anonymous_id from intermediate.int_web_sessions order by 1")
    assert devices == [("after",), ("device",)]


@pytest.mark.nightly
def test_another_hash_builds_anew_what_earlier_runs_kept(shop):
    """As a version of DuckDB may bring it whose hash() gives other values."""
    events = [
        (f"e{n}", f"d{n % 7}", f"2025-03-{1 + n % 9:02} {10 + n % 5}:00:00") for n in range(200)
    ]
    shop.deliver(events)
    shop.build()
    before = shop.rows("select session_key from intermediate.int_web_session_bounds")
    for macro in ("hash64", "fingerprint"):
        path = shop.project / "macros" / "engine" / f"{macro}.sql"
        path.write_text(path.read_text().replace("hash({{", "hash('other', {{"))
    late = ("late", "d0", "2025-03-01 10:20:00")
    shop.deliver([*events, late, events[5]])
    shop.build()
    shop.build("fresh")
    assert shop.rows(SESSIONS) == shop.rows(SESSIONS, "fresh") != []
    after = shop.rows("select session_key from intermediate.int_web_session_bounds")
    assert not set(before) & set(after)
