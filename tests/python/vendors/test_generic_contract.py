"""What the vendor `generic` takes as the canonical contract says, where only a run on files shows it.

Which facts are dated after as_of depends on the reporting time zone; a company's domain may be written in many ways.
"""

import pytest
from support import connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow

# Time zone, the last instant of 30 June 2025 in it, and the first one after it, both in UTC.
DAY_ENDS = [
    ("UTC", "2025-06-30 23:59:59", "2025-07-01 00:00:00"),
    ("America/New_York", "2025-07-01 03:59:59", "2025-07-01 04:00:00"),
    ("Asia/Tokyo", "2025-06-30 14:59:59", "2025-06-30 15:00:00"),
]


@pytest.mark.parametrize(("timezone", "last", "too_late"), DAY_ENDS)
def test_facts_count_until_the_day_of_as_of_ends_in_the_reporting_timezone(
    timezone, last, too_late, tmp_path
):
    events = [
        {"event_id": name, "anonymous_id": "d", "event_type": "page_view", "occurred_at": at}
        for name, at in [("last", last), ("too late", too_late)]
    ]
    spend = [
        {"platform": "x", "campaign_id": day, "currency": "USD", "spend": "1.00", "spend_date": day}
        for day in ["2025-06-30", "2025-07-01"]
    ]
    write_csv(tmp_path / "raw" / "generic" / "web_events.csv", events)
    write_csv(tmp_path / "raw" / "generic" / "ad_spend.csv", spend)
    vars = own_data(tmp_path / "raw", "2025-06-30") | {"reporting_timezone": timezone}
    models = "+web_events +ad_spend +raw_ledger"
    dbt(tmp_path, f"build -s {models} --exclude-resource-type test unit_test", vars)

    with connect(tmp_path) as built:
        rejected = built.execute(
            "select raw_table, raw_id, rejection_reason from canonical.raw_ledger"
            " where entry = 'set aside' order by 1"
        ).fetchall()
        assert built.execute("select event_id from canonical.web_events").fetchall() == [("last",)]
        assert built.execute(
            "select cast(spend_date as text) from canonical.ad_spend"
        ).fetchall() == [("2025-06-30",)]
    assert [(table, reason) for table, _, reason in rejected] == [
        ("ad_spend", "dated after as_of"),
        ("web_events", "dated after as_of"),
    ]


def test_the_domain_of_a_company_visit_is_found_however_it_is_written(tmp_path):
    """A www inside a domain is part of it."""
    forms = [" https://WWW.Acme.com/en", "acme.com", "http://acme.com", "my.www.org"]
    visits = [
        {"visit_id": f"v{number}", "company_domain": form, "visited_at": "2025-03-01 10:00:00"}
        for number, form in enumerate(forms)
    ]
    write_csv(tmp_path / "raw" / "generic" / "company_visits.csv", visits)
    dbt(tmp_path, "run -s +company_visits", own_data(tmp_path / "raw", "2025-06-30"))

    with connect(tmp_path) as built:
        found = built.execute(
            "select company_domain, count(*) from canonical.company_visits group by 1 order by 1"
        )
        assert found.fetchall() == [("acme.com", 3), ("my.www.org", 1)]
