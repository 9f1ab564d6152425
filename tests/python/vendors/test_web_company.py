"""
The same company with its web events in the tables of each tracker. Everything right of staging reads canonical web_events and nothing
else of a tracker, so equal events make equal marts.
"""

import csv
import shutil

import generate_data
import pytest
from demo_company import web, writing
from support import connect, dbt, own_data

pytestmark = pytest.mark.nightly

TRACKERS = sorted(web.TRACKERS)
# What Snowplow and RudderStack say like Segment; hosts are parts of URLs, and names of events decide nothing.
EVENTS = """
    select
        event_id, anonymous_id, user_id, email, event_type, page_url, page_path, referrer,
        coalesce(page_host, regexp_extract(page_url, '://([^/]+)', 1)) as page_host,
        coalesce(referrer_host, nullif(regexp_extract(referrer, '://([^/]+)', 1), '')) as referrer_host,
        utm_source, utm_medium, utm_campaign, utm_content, utm_term, click_id, order_id, order_value, currency,
        user_agent, ip_address, has_consent, occurred_at, received_at
    from canonical.web_events
    where source_system = ?
"""
# GA4 has no ids of events, no email, user agent or IP address, and one version of each event.
LOST_IN_GA4 = (
    "event_id, email, user_agent, ip_address, page_path, page_host, referrer_host, received_at"
)


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """The raw folder of the company, by tracker."""
    folders = {}
    for tracker in TRACKERS:
        folders[tracker] = tmp_path_factory.mktemp(tracker) / "raw"
        arguments = ["--web-events", "5000", "--web", tracker, "--quiet"]
        assert generate_data.main([*arguments, "--out", str(folders[tracker])]) == 0
    return folders


@pytest.fixture(scope="module")
def events(exports, tmp_path_factory):
    """The canonical events of all trackers in one database."""
    place = tmp_path_factory.mktemp("trackers")
    for tracker, folder in exports.items():
        shutil.copytree(folder / tracker, place / "raw" / tracker)
    folders = " ".join(f"path:models/staging/{tracker}" for tracker in TRACKERS)
    dbt(
        place,
        f"build -s {folders} web_events +erased_identifiers --resource-type seed --resource-type model",
        own_data(place / "raw", "2025-12-31", web=TRACKERS),
    )
    with connect(place) as database:
        yield database


def rows(database, query: str, tracker: str) -> list[tuple]:
    return sorted(database.execute(query, [tracker]).fetchall(), key=str)


@pytest.mark.parametrize("tracker", ["snowplow", "rudderstack"])
def test_every_event_is_the_same(events, tracker):
    ours = rows(events, EVENTS, "segment")
    assert len(ours) > 4000
    assert rows(events, EVENTS, tracker) == ours


def test_ga4_has_every_event_once_without_what_it_does_not_know(events):
    query = f"""
        select distinct * exclude ({LOST_IN_GA4}) replace (
            case event_type when 'login' then 'identify' else event_type end as event_type
        )
        from ({EVENTS})
    """
    assert rows(events, query, "ga4") == rows(events, query, "segment")


@pytest.mark.parametrize("tracker", TRACKERS)
def test_every_declared_table_and_column_is_written(exports, tracker):
    declared = {
        table: {column["name"] for column in entry["columns"]}
        for (_, table), entry in writing.declarations([tracker]).items()
        if table in web.TRACKERS[tracker][0]
    }
    written = {}
    for path in (exports[tracker] / tracker).iterdir():
        with path.open(newline="", encoding="utf-8") as lines:
            written[path.stem] = set(next(csv.reader(lines)))
    assert written == declared
