"""
Small invented exports: Pipedrive through its adapter, with the field names of its API; another CRM and two tools through
the views that docs/other_sources.md shows.
"""

import re
from datetime import date, datetime
from decimal import Decimal

import dbt_process
import duckdb
import pytest
import small_project
from support import ROOT, connect, dbt_environment, own_data, write_csv

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "other_sources.md").read_text(encoding="utf-8")
DAY, NEXT = "2025-03-01 10:00:00", "2025-03-02 10:00:00"
PIPEDRIVE = {
    "organizations": [
        {"id": "1", "name": "Acme", "website": "https://www.acme.example/", "add_time": DAY},
        {"id": "2", "name": "Gone", "active_flag": "false", "add_time": DAY},
    ],
    "persons": [
        {"id": "1", "primary_email": "ann@acme.example", "org_id": "1", "add_time": DAY}
        | {"marketing_status": "unsubscribed", "active_flag": "true"},
    ],
    "deals": [
        {"id": "1", "title": "Won", "org_id": "1", "person_id": "1", "status": "won"}
        | {"value": "100.50", "currency": "eur", "stage_id": "4", "pipeline_id": "1"}
        | {"add_time": DAY, "close_time": NEXT},
        {"id": "2", "title": "Open", "org_id": "1", "status": "open", "value": "7"}
        | {"expected_close_date": "2025-06-30", "add_time": DAY},
        {"id": "3", "title": "Deleted", "status": "deleted", "add_time": DAY, "update_time": NEXT},
    ],
}
DYNAMICS = {
    "account": [
        {"accountid": "1", "name": "Beta", "websiteurl": "beta.example", "numberofemployees": "5"}
        | {"createdon": DAY}
    ],
    "contact": [
        {"contactid": "1", "emailaddress1": "bob@beta.example", "jobtitle": "CFO"}
        | {"_parentcustomerid_value": "1", "createdon": DAY}
    ],
    "opportunity": [
        {"opportunityid": "1", "_parentaccountid_value": "1", "_parentcontactid_value": "1"}
        | {"name": "Licence", "stepname": "Propose", "estimatedvalue": "20", "actualvalue": ""}
        | {"statecode": "0", "actualclosedate": "", "estimatedclosedate": "2025-07-31"}
        | {"createdon": DAY}
    ],
}
TOOLS = {
    "intercom.conversations": [
        {"conversation_id": "1", "contact_id": "7", "contact_email": "bob@beta.example"}
        | {"initiated_by": "contact", "source_url": "https://us.example/p", "created_at": DAY},
        {"conversation_id": "2", "contact_id": "7", "contact_email": "bob@beta.example"}
        | {"initiated_by": "bot", "source_url": "https://us.example/p", "created_at": DAY},
    ],
    "encharge.events": [
        {"event_id": "1", "email": "bob@beta.example", "campaign": "Welcome"}
        | {"event": "Link clicked", "event_time": DAY},
        {"event_id": "2", "email": "bob@beta.example", "campaign": "Welcome"}
        | {"event": "Entered flow", "event_time": DAY},
    ],
}
SEGMENT = {
    "pages": [{"id": "p1", "anonymous_id": "d1", "timestamp": DAY, "url": "https://us.example/"}],
    "tracks": [
        {"id": "t1", "anonymous_id": "d1", "event": "chat_started", "timestamp": DAY},
        {"id": "t2", "anonymous_id": "d1", "event": "tour_finished", "timestamp": DAY},
    ],
}
ENTITIES = ("accounts", "people", "opportunities", "opportunity_contacts")
EVENTS = ("web_events", "email_events")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The canonical models of all of these sources together."""
    project = tmp_path_factory.mktemp("other_sources")
    folders = ("pipedrive", "segment")
    staged = [p.stem for name in folders for p in (ROOT / "models/staging" / name).glob("*__*.sql")]
    small_project.make(project, (*ENTITIES, *EVENTS, "later_person_status_changes", *staged))
    small_project.without_tests(project)
    raw = project / "raw"
    for vendor, tables in (("pipedrive", PIPEDRIVE), ("segment", SEGMENT)):
        for table, rows in tables.items():
            write_csv(raw / vendor / f"{table}.csv", rows)
    (raw / "generic").mkdir()
    with duckdb.connect() as exports:
        exported = {f"dynamics.{table}": rows for table, rows in DYNAMICS.items()} | TOOLS
        for table, rows in exported.items():
            write_csv(project / "exports" / f"{table}.csv", rows)
            exports.execute(f"create schema if not exists {table.split('.')[0]}")
            file = f"read_csv('{project}/exports/{table}.csv', all_varchar = true)"
            exports.execute(f"create table {table} as select * from {file}")
        for views in re.findall(r"```sql\n(.*?)```", PAGE, re.S):
            exports.execute(views)
        for entity in (*ENTITIES, *EVENTS):
            exports.execute(f"copy (from {entity}) to '{raw}/generic/{entity}.parquet'")
    place = tmp_path_factory.mktemp("other_sources_built")
    vendors = {"crm": ["pipedrive", "generic"], "web": ["generic", "segment"]}
    environment = dbt_environment(place) | {
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
    }
    output = place / "dbt_output.txt"
    switches = own_data(raw, "2025-12-31", **vendors)
    exit_code, printed = dbt_process.call("build", switches, environment, output, project)
    assert exit_code == 0, printed
    with connect(place) as built:
        yield built


def fetch(database, query):
    return database.execute(query).fetchall()


def test_deals_of_pipedrive_are_opportunities(database):
    found = fetch(
        database,
        """
        select opportunity_id, account_id, pipeline, stage, currency, amount, is_closed, is_won, is_deleted,
            close_date, closed_at
        from canonical.opportunities where source_system = 'pipedrive' order by 1
        """,
    )
    closed = datetime(2025, 3, 2, 10)
    won = ("1", "4", "EUR", Decimal("100.50"), True, True, False, date(2025, 3, 2), closed)
    is_open = (None, None, None, Decimal(7), False, False, False, date(2025, 6, 30), None)
    deleted = (None, None, None, None, False, False, True, None, closed)
    assert found == [
        ("pipedrive:1", "pipedrive:1", *won),
        ("pipedrive:2", "pipedrive:1", *is_open),
        ("pipedrive:3", None, *deleted),
    ]


def test_persons_and_organizations_of_pipedrive_are_people_and_accounts(database):
    assert fetch(
        database,
        "select person_id, email, account_id, is_email_opted_out from canonical.people"
        " where source_system = 'pipedrive'",
    ) == [("pipedrive:1", "ann@acme.example", "pipedrive:1", True)]
    accounts = "select account_id, website_domain from canonical.accounts where source_system = "
    assert fetch(database, accounts + "'pipedrive'") == [("pipedrive:1", "acme.example")]
    contacts = "select opportunity_id, person_id, is_primary from canonical.opportunity_contacts"
    assert fetch(database, f"{contacts} order by 1") == [
        ("generic:1", "generic:1", True),
        ("pipedrive:1", "pipedrive:1", True),
    ]


def test_the_views_of_the_page_make_opportunities_of_another_crm(database):
    july, bob = date(2025, 7, 31), "bob@beta.example"
    assert fetch(
        database,
        """
        select opportunity_id, account_name, website_domain, stage, amount, opportunities.currency, is_closed,
            is_won, close_date, people.email
        from canonical.opportunities
        inner join canonical.accounts using (account_id)
        inner join canonical.opportunity_contacts using (opportunity_id)
        inner join canonical.people using (person_id)
        where opportunities.source_system = 'generic'
        """,
    ) == [
        (
            "generic:1",
            "Beta",
            "beta.example",
            "Propose",
            Decimal(20),
            "EUR",
            False,
            False,
            july,
            bob,
        )
    ]


def test_events_of_tools_come_through_segment_or_the_views_and_add_up(database):
    events = (
        "select event_id, event_type, coalesce(email, anonymous_id) from canonical.{} order by 1"
    )
    assert fetch(database, events.format("web_events")) == [
        ("chat:1", "chat_started", "bob@beta.example"),
        ("p1", "page_view", "d1"),
        ("t1", "chat_started", "d1"),
        ("t2", "tour_finished", "d1"),
    ]
    emails = "select event_id, event_type, campaign_id from canonical.email_events"
    assert fetch(database, emails) == [("1", "clicked", "Welcome")]
