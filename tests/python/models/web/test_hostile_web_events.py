"""Web events as nobody should send them, among normal ones: each ends in a stated place, and the counts add up.

Two vendors deliver at once: `generic` as CSV, `segment` as Parquet, which can also hold the empty text as an id.
"""

from datetime import datetime, timedelta

import duckdb
import pytest
from pipeline.inputs.csv_files import broken_files
from pipeline.inputs.raw_files import RawFile
from support import connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow

AS_OF = "2025-06-30"
SITE = "https://www.shop.example/"
SQL = "x'); drop table marts.fct_sessions; --"
MILLION = 1_000_000
NOBODY = "anonymous_id and user_id are missing"


def event(event_id, device, at="2025-03-01 10:00:00", **more):
    return {
        "event_id": event_id,
        "anonymous_id": device,
        "event_type": "page_view",
        "occurred_at": str(at),
        **more,
    }


def series(prefix, device, count, step, **more):
    start = datetime(2025, 3, 1)
    return [event(f"{prefix}{n}", device, start + n * step, **more) for n in range(count)]


# Set aside as raw rows, by reason.
REJECTED = {
    "event_id is missing": [event("", "d-id"), event("  ", "d-id")],
    "event_type is missing": [event("no-type", "d-type", event_type="")],
    "occurred_at is missing": [event("no-time", "d-time", "")],
    "occurred_at is not a timestamp": [
        event("feb-30", "d-time", "2025-02-30 10:00:00"),
        event("epoch", "d-time", "1740823200"),
    ],
    "dated before earliest_event_date": [
        event("epoch-0", "d-1970", "1970-01-01 00:00:00"),
        event("last-early", "d-1970", "1999-12-31 23:59:59"),
    ],
    "dated after as_of": [
        event("2090", "d-2090", "2090-01-01 00:00:00"),
        event("first-late", "d-2090", "2025-07-01 00:00:00"),
    ],
    NOBODY: [event("nobody", "")],
}

# Set aside once they are put together: sessions, and second deliveries.
BOT = {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
AFTERWARDS = {
    "session longer than session_max_hours": series("long", "d-long", 61, timedelta(minutes=25)),
    "session with more events in a minute than bot_max_events_per_minute": series(
        "fast", "d-fast", 121, timedelta(milliseconds=400)
    ),
    "session of a user agent listed in bot_user_agents": series(
        "bot", "d-bot", 4, timedelta(minutes=1), **BOT
    ),
    "duplicate of event_id": [event("normal-1", "d-normal")] * 2,
}

# Rows that count, and the session each device must have: source, medium, campaign, landing path, events.
COUNTED = [
    (
        [
            event("normal-1", "d-normal"),
            event("normal-2", "d-normal", "2025-03-01 10:10:00"),
            event("#normal-3", "d-normal", "2025-03-01 10:20:00"),
        ],
        ("d-normal", "(direct)", "(none)", "(none)", None, 3),
    ),
    (
        [event("first-day", "d-2000", "2000-01-01 00:00:00")],
        ("d-2000", "(direct)", "(none)", "(none)", None, 1),
    ),
    (
        [event("last-day", "d-last", "2025-06-30 23:59:59.999")],
        ("d-last", "(direct)", "(none)", "(none)", None, 1),
    ),
    (
        [event("user-only", "", user_id="u1", page_url=SITE)],
        ("user:u1", "(direct)", "(none)", "(none)", "/", 1),
    ),
    (
        [
            event(
                "10-kb", "d-10kb", page_url=f"{SITE}{'a' * 10_000}?utm_source=google&utm_medium=cpc"
            )
        ],
        ("d-10kb", "google", "cpc", "(none)", "/" + "a" * 10_000, 1),
    ),
    (
        [
            event(
                "percent",
                "d-%",
                page_url=f"{SITE}?utm_source=100%&utm_medium=a%zz&utm_campaign=%FF",
            )
        ],
        ("d-%", "100%", "a%zz", "%ff", "/", 1),
    ),
    (
        [event("sql", "d-sql", utm_source="google", utm_medium="cpc", utm_campaign=SQL)],
        ("d-sql", "google", "cpc", SQL, None, 1),
    ),
    (
        [event("text", "d-😀\n,\"'", page_url=f"{SITE}a,b\"c'\nd?utm_source=é😀")],
        ("d-😀\n,\"'", "é😀", "(not set)", "(none)", "/a,b\"c'\nd", 1),
    ),
]

# Segment's own, in Parquet: (id, anonymous_id, user_id, timestamp) and where each ends.
PAGES = [
    ("", "s-1", None, "2025-03-01 10:00:00", "id is missing"),
    (None, "s-1", None, "2025-03-01 10:00:00", "id is missing"),
    ("p-time", "s-1", None, None, "timestamp is missing"),
    ("p-1970", "s-1", None, "1970-01-01 00:00:00", "dated before earliest_event_date"),
    ("p-2090", "s-1", None, "2090-01-01 00:00:00", "dated after as_of"),
    ("p-nobody", "", "", "2025-03-01 10:00:00", NOBODY),
    ("p-null", None, None, "2025-03-01 10:00:00", NOBODY),
    ("p-user", "", "u2", "2025-03-01 10:00:00", "user:u2"),
    ("p-user-3", None, "u3", "2025-03-01 10:00:00", "user:u3"),
]


def write_pages(folder):
    """The few hostile pages, and a device with a thousand sessions of a thousand page views each."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "create table pages (id varchar, anonymous_id varchar, user_id varchar, timestamp timestamp)"
        )
        connection.executemany(
            "insert into pages values (?, ?, ?, ?)", [page[:4] for page in PAGES]
        )
        connection.execute(f"copy pages to '{folder / 'few.parquet'}'")
        connection.execute(f"""
            copy (
                select
                    'm' || i as id, 's-million' as anonymous_id, null::varchar as user_id,
                    timestamp '2024-01-01' + to_seconds(i * 20 + i // 1000 * 1800) as timestamp
                from range({MILLION}) as numbers(i)
            ) to '{folder / "million.parquet"}'
        """)


def generic_rows():
    groups = [*REJECTED.values(), *AFTERWARDS.values(), *(rows for rows, _ in COUNTED)]
    return [row for rows in groups for row in rows]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile")
    write_csv(place / "raw" / "generic" / "web_events.csv", generic_rows())
    write_pages(place / "raw" / "segment" / "pages")
    vars = own_data(place / "raw", AS_OF, web=["generic", "segment"])
    dbt(place, "seed -s path:seeds/rules", vars)
    dbt(place, "run -s +rpt_rejected_rows +rpt_source_reconciliation +fct_sessions", vars)
    with connect(place) as connection:
        yield connection


def test_each_row_that_does_not_count_is_listed_with_its_reason(built):
    segment = [where for *_, where in PAGES if not where.startswith("user:")]
    expected = [
        *(("generic", "web_events", why, len(rows)) for why, rows in REJECTED.items()),
        *(("generic", "web_events", why, len(rows)) for why, rows in AFTERWARDS.items()),
        *(("segment", "pages", why, segment.count(why)) for why in set(segment)),
    ]
    actual = built.execute(
        "select source_system, raw_table, rejection_reason, rows_count from operations.rpt_rejected_rows"
    ).fetchall()
    assert sorted(actual) == sorted(expected)


def test_the_private_list_holds_each_rejected_row(built):
    expected = [(why, row["event_id"].strip()) for why, rows in REJECTED.items() for row in rows]
    actual = built.execute("""
        select rejection_reason, trim(raw_id) from canonical.raw_ledger
        where source_system = 'generic' and entry = 'set aside'
    """).fetchall()
    assert sorted(actual) == sorted(expected)


def test_each_row_that_counts_is_in_its_session(built):
    expected = [session for _, session in COUNTED]
    expected += [
        (where, "(direct)", "(none)", "(none)", None, 1)
        for *_, where in PAGES
        if where.startswith("user:")
    ]
    actual = built.execute("""
        select anonymous_id, source, medium, campaign, landing_path, events_count
        from marts.fct_sessions where anonymous_id <> 's-million'
    """).fetchall()
    assert sorted(actual, key=str) == sorted(expected, key=str)


def test_a_million_events_of_one_device_are_a_session_per_gap(built):
    assert built.execute("""
        select count(*), min(events_count), max(events_count), min(ended_at - started_at), max(ended_at - started_at)
        from marts.fct_sessions where anonymous_id = 's-million'
    """).fetchone() == (1000, 1000, 1000, *[timedelta(seconds=999 * 20)] * 2)


def test_the_counts_add_up_to_the_raw_rows(built):
    generic, segment = len(generic_rows()), len(PAGES) + MILLION
    rejected = sum(map(len, REJECTED.values()))
    rejected_pages = sum(not where.startswith("user:") for *_, where in PAGES)
    afterwards = sum(map(len, AFTERWARDS.values()))
    in_sessions = sum(len(rows) for rows, _ in COUNTED) + len(PAGES) - rejected_pages + MILLION
    lines = built.execute("""
        select source_system, measure, raw_value, mart_value, set_aside_value, difference
        from operations.rpt_source_reconciliation where raw_value <> 0
    """).fetchall()
    assert sorted(lines) == [
        (
            "(all)",
            "web_events in sessions: rows",
            generic + segment,
            in_sessions,
            rejected + rejected_pages + afterwards,
            0,
        ),
        ("generic", "web_events: rows", generic, generic - rejected, rejected, 0),
        ("segment", "web_events: rows", segment, segment - rejected_pages, rejected_pages, 0),
    ]


# -- files that are no CSV throughout ----------------------------------------------------------------

HEADER = b'event_id,anonymous_id,event_type,occurred_at,"page, url"\n'
GOOD = b"e1,d1,page_view,2025-03-01 10:00:00,\n" * 3
BROKEN = {
    "invalid encoding": b"e2,caf\xe9,page_view,2025-03-01 10:00:00,\n",
    "missing columns": b"e3,d1,page_view\n",
    "too many columns": b"e4,d1,page_view,2025-03-01 10:00:00,,,x\n",
    "unquoted value": b'e5,d1,page_view,2025-03-01 10:00:00,"never closed\n',
}


def csv_file(path, content):
    path.write_bytes(content)
    return RawFile(str(path), "csv")


@pytest.mark.parametrize("many", [0, 100_000], ids=["short", "long"])
@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_row_is_named_by_file_and_row(tmp_path, why, many):
    content = HEADER + GOOD * (many + 1) + BROKEN[why] + GOOD
    file = csv_file(tmp_path / "web_events.csv", content)
    with duckdb.connect() as connection:
        sentences = [text for text, _ in broken_files(connection, file)]
    row = 1 + 3 * (many + 1) + 1
    expected = f"{file.path} cannot be read: row {row} ({why}); the header is row 1"
    if why == "invalid encoding":
        expected = f"{file.path} is not UTF-8, but perhaps Latin-1 (Windows-1252): row {row}"
    assert sentences == [expected]


def test_all_broken_files_are_named_at_once_and_contents_are_not(tmp_path):
    several = BROKEN["missing columns"] * 4
    csv_file(tmp_path / "a.csv", HEADER + several)
    csv_file(tmp_path / "b.csv", HEADER + GOOD)
    csv_file(tmp_path / "c.csv", HEADER + GOOD + BROKEN["too many columns"])
    with duckdb.connect() as connection:
        sentences = [
            text for text, _ in broken_files(connection, RawFile(f"{tmp_path}/*.csv", "csv"))
        ]
    assert len(sentences) == 2
    assert (
        "row 2 (missing columns), row 3 (missing columns), row 4 (missing columns) and more"
        in sentences[0]
    )
    assert "c.csv cannot be read: row 5 (too many columns)" in sentences[1]


def test_a_file_whose_rows_end_in_different_ways_is_named(tmp_path):
    file = csv_file(tmp_path / "web_events.csv", b"event_id,page_url\r\ne1,x\r\ne2,x\ne3,x\r\n")
    with duckdb.connect() as connection:
        sentences = [text for text, _ in broken_files(connection, file)]
    assert sentences == [
        f"{file.path} cannot be read: its rows have different line endings (CR LF and LF), or it is not a CSV file"
    ]


@pytest.mark.parametrize(
    "content",
    [
        HEADER,
        HEADER + GOOD,
        HEADER.replace(b"\n", b"\r\n") + GOOD.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + HEADER + GOOD + b"\n\n",
        HEADER + b'e1,"d ""1"",\n",page_view,2025-03-01 10:00:00,\xc3\xa9\n',
        b"event_id\ne1\n",
    ],
    ids=["header only", "plain", "windows", "byte order mark", "quoted", "one column"],
)
def test_a_sound_file_passes(tmp_path, content):
    with duckdb.connect() as connection:
        assert broken_files(connection, csv_file(tmp_path / "web_events.csv", content)) == []


def test_dbt_alone_stops_at_broken_files_too_before_anything_is_built(tmp_path):
    path = tmp_path / "raw" / "generic" / "web_events.csv"
    path.parent.mkdir(parents=True)
    csv_file(path, HEADER + GOOD + BROKEN["invalid encoding"] + BROKEN["missing columns"])
    with pytest.raises(RuntimeError) as stopped:
        dbt(tmp_path, "run -s as_of", own_data(tmp_path / "raw", AS_OF))
    message = " ".join(str(stopped.value).split())
    assert "nothing was built" in message
    assert (
        f"generic.web_events: {path} cannot be read: row 5 (invalid encoding), row 6 (missing columns)"
        in message
    )
    assert "Save it as UTF-8" in message
