"""Snowplow events in two batches, the second with late rows, through the adapter, against dbt Labs' expected files.

The expected files describe both batches together. What they say of the first alone are its page views, and the sessions that these
make up; that this is how the expected sessions follow from the expected page views is tested as well.

Where our definitions differ on purpose, a table names the row and the reason; all else is equal. Not compared, because no model keeps
it: engaged time, scroll depth, the cross-domain user and the column that dbt Labs added for its own test.
"""

from collections import namedtuple
from datetime import datetime, timedelta
from hashlib import md5
from zoneinfo import ZoneInfo

import pytest
from snowplow import rows
from support import connect, dbt, own_data, real_data, write_csv

pytestmark = pytest.mark.slow

GAP = timedelta(minutes=30)
BATCHES = ("sp_event.csv", "sp_event_update.csv")
CAMPAIGN = ("source", "medium", "campaign", "content", "term")

# One tracker session that begins 40 seconds after the one before: one session of ours, with its first source.
WITHIN_THE_SESSION_BEFORE = {"user_3_session_2": "user_3_session_1"}

# Theirs is what the URL's parameters say. Without them, ours is read off the referrer: (source, medium, campaign), channel.
CHANNELS = {
    ("facebook", "social", "campaign_1"): "Organic Social",
    ("google", "organic", "(none)"): "Organic Search",
    ("(direct)", "(none)", "(none)"): "Direct",
}
REFERRERS = {"google.com/": ("google", "organic", "(none)"), None: ("(direct)", "(none)", "(none)")}

BUILT = {
    "page_views": """
        select
            event_id, anonymous_id, user_id, page_host || page_path, occurred_at,
            utm_source, utm_medium, utm_campaign, utm_content, utm_term
        from canonical.web_events
        where event_type = 'page_view'
    """,
    "sessions": """
        select
            anonymous_id, visitor_key, landing_path, started_at, ended_at, pages_count,
            source, medium, campaign, channel
        from marts.fct_sessions
    """,
    "rows": "select entry, sum(rows_count)::bigint from canonical.raw_ledger where source_system = 'snowplow' group by all",
    "events": "select count(*) from canonical.web_events",
    "people": """
        select identifier, person_key from intermediate.int_person_identifiers where identifier_type = 'user'
    """,
}

Session = namedtuple(
    "Session", "device visitor landing started_at ended_at pages source medium campaign channel"
)


def utc(text):
    """Expected times are New York's, the tracker's own time zone."""
    local = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(
        tzinfo=ZoneInfo("America/New_York")
    )
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@pytest.fixture(scope="module")
def source():
    return real_data("snowplow/dbtlabs")


@pytest.fixture(scope="module")
def expected_page_views(source):
    return rows(source / "expected" / "snowplow_page_views_expected.csv")


@pytest.fixture(scope="module")
def expected_sessions(source):
    return rows(source / "expected" / "snowplow_sessions_expected.csv")


@pytest.fixture(scope="module")
def page_view_of_event(source):
    """The id that the expected file gives to the page view of an event, by event id."""
    return {
        row["root_id"]: row["id"]
        for name in ("sp_web_page.csv", "sp_web_page_update.csv")
        for row in rows(source / "web_page" / name)
    }


@pytest.fixture(scope="module")
def builds(source, tmp_path_factory):
    """What stands in one warehouse after the first batch, and after the second is delivered too."""
    place = tmp_path_factory.mktemp("dbtlabs")
    vars = own_data(place / "raw", "2018-01-01", web=["snowplow"])
    found = []
    for name in BATCHES:
        write_csv(place / "raw" / "snowplow" / "events" / name, rows(source / "event" / name))
        dbt(
            place,
            "build -s +fct_sessions +raw_ledger --resource-type seed --resource-type model",
            vars,
        )
        with connect(place) as database:
            found.append({what: database.execute(sql).fetchall() for what, sql in BUILT.items()})
    return found


@pytest.fixture(params=[1, 2], ids=["first_batch", "both_batches"])
def batches(request):
    """How many batches have been delivered."""
    return request.param


@pytest.fixture
def built(builds, batches):
    return builds[batches - 1]


@pytest.fixture
def page_views(batches, source, expected_page_views, page_view_of_event):
    """The expected page views of the batches that have been delivered."""
    delivered = {
        page_view_of_event[row["event_id"]]
        for name in BATCHES[:batches]
        for row in rows(source / "event" / name)
    }
    return [row for row in expected_page_views if row["page_view_id"] in delivered]


def sessions_of(page_views):
    """Per session id of the tracker: the session, as the expected file builds it from page views.

    The last user id seen on a device is that of all its sessions; everything else comes from a session's first page view.
    """
    in_order = sorted(page_views, key=lambda row: utc(row["page_view_start"]))
    users = {}
    for row in in_order:
        if row["user_custom_id"]:
            users[row["user_snowplow_domain_id"]] = row["user_custom_id"]
    found = {}
    for row in in_order:
        device = row["user_snowplow_domain_id"]
        session = found.setdefault(
            row["session_id"],
            {
                "user_custom_id": row["user_custom_id"],
                "user_snowplow_domain_id": device,
                "inferred_user_id": users.get(device, device),
                "first_page_url": row["page_url"],
                "session_start": row["page_view_start"],
                "session_end": row["page_view_end"],
                "pages_count": 0,
                **{f"marketing_{name}": row[f"marketing_{name}"] for name in CAMPAIGN},
            },
        )
        session["session_end"] = max(session["session_end"], row["page_view_end"], key=utc)
        session["pages_count"] += 1
    return found


def test_expected_sessions_follow_from_the_expected_page_views_of_both_batches(
    expected_page_views, expected_sessions
):
    built_here = sessions_of(expected_page_views)
    assert len(expected_sessions) == 5
    assert built_here.keys() == {row["session_id"] for row in expected_sessions}
    for row in expected_sessions:
        session = built_here[row["session_id"]]
        assert {name: row[name] for name in session if name != "pages_count"} == {
            name: value for name, value in session.items() if name != "pages_count"
        }


def test_every_raw_row_is_a_web_event(batches, built):
    rows_count = {1: 6, 2: 9}[batches]
    assert (built["rows"], built["events"]) == ([("delivered", rows_count)], [(rows_count,)])


def test_page_views(batches, built, page_views, page_view_of_event):
    theirs = {
        row["page_view_id"]: [
            row["user_snowplow_domain_id"],
            row["user_custom_id"],
            row["page_url"],
            utc(row["page_view_start"]),
            *(row[f"marketing_{name}"] for name in CAMPAIGN),
        ]
        for row in page_views
    }
    ours = {page_view_of_event[event_id]: values for event_id, *values in built["page_views"]}
    assert len(built["page_views"]) == len(theirs) == {1: 4, 2: 7}[batches]
    assert ours == theirs


def test_sessions(batches, built, page_views, expected_sessions):
    """Each of theirs is one of ours, with its visitor, times, pages and source, but for the joined one."""
    people = dict(built["people"])
    referrers = {row["session_id"]: row["referer_url"] for row in expected_sessions}
    theirs = {}
    joined = {}
    for session_id, row in sessions_of(page_views).items():
        device, user = row["user_snowplow_domain_id"], row["inferred_user_id"]
        started_at, ended_at = utc(row["session_start"]), utc(row["session_end"])
        before = [
            other_id
            for other_id, other in theirs.items()
            if other.device == device and started_at - other.ended_at <= GAP
        ]
        if before:
            joined[session_id] = before[-1]
            first = theirs[before[-1]]
            pages = first.pages + row["pages_count"]
            theirs[before[-1]] = first._replace(ended_at=ended_at, pages=pages)
        else:
            campaign = tuple(row[f"marketing_{name}"] for name in CAMPAIGN[:3])
            origin = campaign if any(campaign) else REFERRERS[referrers[session_id]]
            visitor = people[user] if user != device else md5(device.encode()).hexdigest()
            theirs[session_id] = Session(
                device,
                visitor,
                "/",
                started_at,
                ended_at,
                row["pages_count"],
                *origin,
                CHANNELS[origin],
            )
    assert joined == {1: {}, 2: WITHIN_THE_SESSION_BEFORE}[batches]
    assert len(theirs) == {1: 3, 2: 4}[batches]
    assert sorted(map(Session._make, built["sessions"])) == sorted(theirs.values())


def test_visitors(built, page_views):
    """As many as they infer; who is first named in the second batch is the visitor of the first as well."""
    inferred = {row["inferred_user_id"] for row in sessions_of(page_views).values()}
    visitors = {visitor for _, visitor, *_ in built["sessions"]}
    assert len(visitors) == len(inferred)
    assert {user for user, _ in built["people"]} == inferred - {
        row["user_snowplow_domain_id"] for row in page_views
    }


def test_late_rows_change_what_the_first_batch_had_built(builds):
    """The second batch lengthens the first device's session, and names the user of the third one's."""
    first, both = (
        {session.device: session for session in map(Session._make, build["sessions"])}
        for build in builds
    )
    assert (first["domain_userid_1"].pages, both["domain_userid_1"].pages) == (1, 2)
    assert first["domain_userid_1"].visitor == both["domain_userid_1"].visitor
    assert first["domain_userid_3"].started_at == both["domain_userid_3"].started_at
    assert first["domain_userid_3"].visitor != both["domain_userid_3"].visitor
