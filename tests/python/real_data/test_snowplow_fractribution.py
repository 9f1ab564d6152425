"""Snowplow's own test data for attribution (67 visitors, 97 visits, 6 conversions), through the adapter.

The expected files are those of Snowplow's package. Where our definitions differ on purpose, the rows that differ stand in a table
below with the reason; every other row is equal. Not compared: `referral_path`, which no model keeps, spend, which is one constant, and
Shapley values; the attribution model that both publish is the last touch.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise

import pytest
from snowplow import rows, with_transactions
from support import connect, dbt, own_data, real_data, write_csv

pytestmark = pytest.mark.slow

GAP = timedelta(minutes=30)
THEIR_LOOKBACK = timedelta(days=30)

# The same channel under another name.
NAMES = {
    "Direct": "Direct",
    "Organic_Search": "Organic Search",
    "Paid_Search_Other": "Paid Search",
    "Referral": "Referral",
    "Video": "Organic Video",
}

# Another rule: quora.com is a social source in seed source_categories; seed channel_rules knows medium `affiliate`.
OTHER_RULES = {
    ("quora.com", "referral"): ("Referral", "Organic Social"),
    ("partners", "affiliate"): ("Unmatched_Channel", "Affiliates"),
}
OTHER_CHANNEL = {
    ("f0008275880593050809", datetime(2022, 6, 22, 12, 22, 46)),
    ("f0008984643240974463", datetime(2022, 7, 5, 6, 21, 50)),
}

# Two tracker sessions, one session of ours: less than 30 minutes lie between, and a new campaign starts none.
WITHIN_THE_SESSION_BEFORE = {
    ("f0004497876110531212", datetime(2022, 7, 13, 4, 37, 21)),
    ("f0008275880593050809", datetime(2022, 6, 22, 12, 23, 25)),
}


def visitor(customer_id):
    """The device of Snowplow's customer id: `f` (first-party cookie) and the domain_userid."""
    assert customer_id.startswith("f")
    return customer_id.removeprefix("f")


def channels(path):
    return path.split(" > ")


def collapsed(path):
    """Consecutive equal channels are one: what makes Snowplow's transformed_path of its path."""
    return tuple(channel for channel, _ in groupby(path))


@pytest.fixture(scope="module")
def expected():
    """Reads an expected file by the part of its name that tells it from the others."""
    folder = real_data("snowplow/fractribution") / "expected"
    return lambda name: rows(folder / f"snowplow_fractribution_{name}_expected.csv")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The marts built from these events alone."""
    source = real_data("snowplow/fractribution") / "source" / "snowplow_fractribution_events.csv"
    place = tmp_path_factory.mktemp("fractribution")
    write_csv(place / "raw" / "snowplow" / "events.csv", with_transactions(rows(source)))
    vars = own_data(place / "raw", "2022-08-01", web=["snowplow"])
    dbt(
        place,
        "build -s +fct_attribution_credits +fct_touchpoints +fct_sessions +raw_ledger --resource-type seed --resource-type model",
        vars,
    )
    return connect(place)


@pytest.fixture(scope="module")
def sessions(built):
    """Our sessions by (device, start)."""
    found = built.execute("""
        select anonymous_id, started_at, visitor_key, channel, source, medium, campaign, pages_count, events_count
        from marts.fct_sessions
    """)
    names = [column[0] for column in found.description]
    return {row[:2]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


@pytest.fixture(scope="module")
def visits(expected):
    """Snowplow's sessions by (device, start), in the order of time; texts lower case, as ours are."""
    found = {}
    for row in expected("sessions_by_customer_id"):
        start = datetime.fromisoformat(row["visit_start_tstamp"])
        texts = {name: row[name].lower() for name in ("source", "medium", "campaign")}
        found[visitor(row["customer_id"]), start] = {"channel": row["channel"], **texts}
    assert len(found) == 97
    return dict(sorted(found.items()))


@pytest.fixture(scope="module")
def visits_of_session(visits):
    """The visits that make up each of our sessions: those no more than the gap after the one before."""
    grouped = {}
    session = previous = None
    for visit in visits:
        if session is None or visit[0] != previous[0] or visit[1] - previous[1] > GAP:
            session = visit
            grouped[session] = []
        grouped[session].append(visit)
        previous = visit
    return grouped


@pytest.fixture(scope="module")
def conversions(built):
    """Our conversions by (device, time): value and path of channels."""
    found = built.execute("""
        select
            min(sessions.anonymous_id),
            credits.converted_at,
            sum(credits.credited_value),
            list(credits.channel order by credits.position),
            count(distinct sessions.anonymous_id)
        from marts.fct_attribution_credits as credits
        left join marts.fct_touchpoints as touchpoints on credits.touchpoint_id = touchpoints.touchpoint_id
        left join marts.fct_sessions as sessions on touchpoints.session_id = sessions.session_id
        where credits.model = 'linear' and credits.conversion_type = 'order'
        group by credits.conversion_id, credits.converted_at
    """).fetchall()
    assert {row[4] for row in found} == {1}
    return {(device, at): (value, path) for device, at, value, path, _ in found}


@pytest.fixture(scope="module")
def paths_without_conversion(built, conversions):
    """The channels of each device that never converted, in the order of time."""
    found = built.execute("""
        select sessions.anonymous_id, list(touchpoints.channel order by touchpoints.touched_at)
        from marts.fct_touchpoints as touchpoints
        inner join marts.fct_sessions as sessions on touchpoints.session_id = sessions.session_id
        group by sessions.anonymous_id
    """).fetchall()
    converted = {device for device, _ in conversions}
    return {device: path for device, path in found if device not in converted}


def test_every_raw_row_is_a_web_event(built):
    entries = "select entry, rows_count from canonical.raw_ledger where source_system = 'snowplow'"
    assert built.execute(entries).fetchall() == [("delivered", 98 + 6)]
    events = "select count(*), count(distinct event_id) from canonical.web_events"
    assert built.execute(events).fetchone() == (98 + 6, 98 + 6)


def test_sessions_are_the_visits_but_for_two_that_follow_within_the_gap(
    sessions, visits, visits_of_session
):
    assert set(sessions) == set(visits_of_session)
    assert set(visits) - set(sessions) == WITHIN_THE_SESSION_BEFORE
    assert len(sessions) == 95


def test_every_visitor_once(built, visits):
    devices, visitors, people = built.execute("""
        select count(distinct anonymous_id), count(distinct visitor_key), count(person_key)
        from marts.fct_sessions
    """).fetchone()
    assert (devices, visitors, people) == (67, 67, 0)
    assert devices == len({device for device, _ in visits})


def test_page_views_are_one_per_visit(sessions, visits_of_session):
    assert {session: row["pages_count"] for session, row in sessions.items()} == {
        session: len(inside) for session, inside in visits_of_session.items()
    }


def test_source_medium_and_campaign_are_those_of_the_session_s_first_visit(sessions, visits):
    for session, row in sessions.items():
        for name in ("source", "medium", "campaign"):
            assert row[name] == visits[session][name], session


def test_channels_are_the_same_but_for_two_visits_under_other_rules(sessions, visits):
    differing = set()
    for session, row in sessions.items():
        visit = visits[session]
        if row["channel"] != NAMES.get(visit["channel"]):
            differing.add(session)
            rule = OTHER_RULES[visit["source"], visit["medium"]]
            assert (visit["channel"], row["channel"]) == rule
    assert differing == OTHER_CHANNEL


def test_channel_counts(sessions, visits, expected):
    """Theirs less the visits that are no sessions of ours, under our channel names and rules."""
    theirs = Counter()
    for row in expected("channel_counts"):
        source, medium, campaign = (row[name].lower() for name in ("source", "medium", "campaign"))
        _, other_channel = OTHER_RULES.get((source, medium), (None, None))
        channel = other_channel or NAMES[row["channel"]]
        theirs[channel, source, medium, campaign] += int(row["number_of_sessions"])
    assert theirs.total() == 97
    for visit in WITHIN_THE_SESSION_BEFORE:
        row = visits[visit]
        theirs[NAMES[row["channel"]], row["source"], row["medium"], row["campaign"]] -= 1
    ours = Counter(
        (row["channel"], row["source"], row["medium"], row["campaign"]) for row in sessions.values()
    )
    assert ours == +theirs


def test_conversions_and_their_value(conversions, expected):
    theirs = {
        (visitor(row["customer_id"]), datetime.fromisoformat(row["conversion_tstamp"])): Decimal(
            row["revenue"]
        )
        for row in expected("conversions_by_customer_id")
    }
    assert len(theirs) == 6
    assert {conversion: value for conversion, (value, _) in conversions.items()} == theirs


def test_a_checkout_without_a_source_belongs_to_the_visit_of_its_second(sessions):
    """Snowplow's session id makes it a session of its own, which the expected files leave out for it is no page view."""
    row = sessions["f0006911334202687206", datetime(2022, 7, 19, 5, 26, 51)]
    assert (row["pages_count"], row["events_count"]) == (
        1,
        3,
    )  # the page view, the checkout, its order
    assert row["channel"] == "Organic Search"


def test_paths_to_conversion(conversions, expected):
    theirs = {
        (visitor(row["customer_id"]), datetime.fromisoformat(row["conversion_tstamp"])): [
            NAMES[channel] for channel in channels(row["path"])
        ]
        for row in expected("paths_to_conversion")
    }
    assert {conversion: path for conversion, (_, path) in conversions.items()} == theirs


def test_paths_without_conversion(paths_without_conversion, expected):
    """Equal but for the visits within the session before, and those under other rules."""
    theirs = {
        visitor(row["customer_id"]): channels(row["path"])
        for row in expected("paths_to_non_conversion")
    }
    assert len(theirs) == 61
    assert set(theirs) == set(paths_without_conversion)
    differing = {
        device: (path, paths_without_conversion[device])
        for device, path in theirs.items()
        if [NAMES.get(channel) for channel in path] != paths_without_conversion[device]
    }
    assert differing == {
        # The paid visit is 10 seconds after the organic one: one session, with its first source.
        "f0004497876110531212": (["Organic_Search", "Paid_Search_Other"], ["Organic Search"]),
        # The direct visit is 39 seconds after the one from quora.com: one session, from a social source.
        "f0008275880593050809": (["Referral", "Direct"], ["Organic Social"]),
        # Medium `affiliate`.
        "f0008984643240974463": (["Unmatched_Channel"], ["Affiliates"]),
    }


def test_the_lookback_decides_nothing_here(visits, expected):
    """Theirs is 30 days, ours 180: no visit before a conversion, or before the last visit, is as far away as either."""
    converted_at = {
        visitor(row["customer_id"]): datetime.fromisoformat(row["conversion_tstamp"])
        for row in expected("conversions_by_customer_id")
    }
    starts = defaultdict(list)
    for device, start in visits:
        starts[device].append(start)
    for device, times in starts.items():
        assert converted_at.get(device, times[-1]) - times[0] < THEIR_LOOKBACK


def test_their_transformed_paths_only_collapse_repeated_channels(expected):
    for name in ("paths_to_conversion", "paths_to_non_conversion"):
        for row in expected(name):
            transformed = channels(row["transformed_path"])
            assert collapsed(channels(row["path"])) == tuple(transformed)
            assert all(channel != following for channel, following in pairwise(transformed))


def test_path_summary(conversions, paths_without_conversion, expected):
    """Ours, collapsed as theirs; the three paths without conversion that differ are moved to where ours have them."""
    ours = defaultdict(lambda: [0, 0, Decimal(0)])
    for value, path in conversions.values():
        ours[collapsed(path)][0] += 1
        ours[collapsed(path)][2] += value
    for path in paths_without_conversion.values():
        ours[collapsed(path)][1] += 1

    theirs = {
        tuple(NAMES.get(channel, channel) for channel in channels(row["transformed_path"])): [
            int(row["conversions"]),
            int(row["non_conversions"]),
            Decimal(row["revenue"] or 0),
        ]
        for row in expected("path_summary")
    }
    for before, after in {
        ("Organic Search", "Paid Search"): ("Organic Search",),
        ("Referral", "Direct"): ("Organic Social",),
        ("Unmatched_Channel",): ("Affiliates",),
    }.items():
        theirs[before][1] -= 1
        theirs.setdefault(after, [0, 0, Decimal(0)])[1] += 1
    assert ours == {path: counts for path, counts in theirs.items() if any(counts)}


def test_last_touch_by_channel(built, expected):
    """A channel without credit has no row here, and zeros there."""
    ours = {
        channel: (conversions, value)
        for channel, conversions, value in built.execute("""
            select channel, sum(credit_share), sum(credited_value)
            from marts.fct_attribution_credits
            where model = 'last_touch' and conversion_type = 'order'
            group by channel
        """).fetchall()
    }
    theirs = {
        NAMES[row["CHANNEL"]]: (float(row["CONVERSIONS"]), round(Decimal(row["REVENUE"]), 2))
        for row in expected("channel_attribution")
        if row["ATTRIBUTION_TYPE"] == "last_touch" and float(row["CONVERSIONS"])
    }
    assert len(theirs) == 3
    assert ours == theirs
