"""
Marketo beside Salesforce: people of both are counted once, merged ones come through as their survivor, programs are
campaigns. Invented rows (ids with an x) lie beside real ones, which lack readable fields. Visits, forms and program
statuses are invented whole: columns by Marketo's activity types.
"""

import csv
from decimal import Decimal

import pytest
from support import connect, dbt, own_data, real_data, write_csv

pytestmark = pytest.mark.slow

PARAMETERS = "utm_source=google&utm_medium=cpc"
MARCH = "2025-03-{:02d} 10:00:00".format


def activity(id: str, lead: str, day: int, **attributes: str) -> dict[str, str]:
    return {"id": id, "lead_id": lead, "activity_date": MARCH(day), **attributes}


def step(id: str, lead: str, day: int, program: str, status: str, success: str) -> dict[str, str]:
    return activity(
        id, lead, day, primary_attribute_value_id=program, new_status=status, success=success
    )


def change(id: str, lead: str, field: str, old: str, new: str) -> dict[str, str]:
    return activity(id, lead, 4, primary_attribute_value=field, old_value=old, new_value=new)


SALESFORCE = {
    "account": [{"id": "001", "name": "Acme"}],
    "opportunity": [{"id": "006", "name": "Acme"}],
    "contact": [{"id": "003A", "email": "ann@acme.example", "created_date": MARCH(1)}],
    "lead": [{"id": "00QB", "email": "bob@acme.example", "created_date": MARCH(1)}],
    "campaign": [{"id": "701X", "name": "Fair"}],
}
MARKETO = {
    "lead": [
        {"id": "x1", "email": "ann@acme.example", "sfdc_contact_id": "003A"},
        {"id": "x2", "email": "bob@acme.example", "sfdc_lead_id": "00QB"},
        {"id": "x3", "email": "cara@x.example", "lead_status": "New", "title": "CFO"}
        | {"company": "X", "lead_source": "Web", "unsubscribed": "TRUE"},
        {"id": "x4", "email": "Bob@acme.example"},
        {"id": "x5", "email": "gone@x.example"},
        {"id": "x7", "email": "gone2@x.example", "_fivetran_deleted": "TRUE"},
    ],
    "activity_delete_lead": [activity("x50", "x5", 9)],
    "activity_merge_leads": [activity("x60", "x3", 8, merge_ids="[x6, x9]")],
    "activity_change_data_value": [
        change("x70", "x3", "Lead Status", "New", "MQL"),
        change("x71", "x1", "Lead Status", "New", "MQL"),
        change("x72", "x3", "Company Name", "", "X"),
    ],
    "activity_change_status_in_progression": [
        step("x80", "x3", 1, "x1001", "Invited", "FALSE"),
        step("x81", "x3", 5, "x1001", "Attended", "TRUE"),
        step("x82", "x6", 2, "x1001", "Registered", "FALSE"),
        step("x83", "x1", 3, "x1001", "Attended", "TRUE"),
        step("x84", "x3", 3, "x1002", "Attended", "TRUE"),
    ],
    "activity_visit_webpage": [
        activity("x90", "x1", 1, primary_attribute_value="x.example/a", webpage_url="/a")
        | {
            "query_parameters": PARAMETERS,
            "referrer_url": "https://g.example",
        },
        activity("x91", "x6", 2, primary_attribute_value="x.example/b", webpage_url="/b"),
        activity("x92", "", 2, primary_attribute_value="x.example/b", webpage_url="/b"),
    ],
    "activity_fill_out_form": [
        activity("x90", "x3", 3, primary_attribute_value="Demo")
        | {"referrer_url": "https://x.example/demo?a=1"},
    ],
    "activity_click_email": [
        activity("x95", "x6", 3, link="https://x.example"),
        activity("x96", "x2", 3, link="https://x.example"),
    ],
    "program": [
        {"id": "x1001", "name": "Webinar on X", "channel": "Webinar"},
        {"id": "x1002", "name": "Fair", "channel": "Tradeshow", "sfdc_id": "701X"},
        {"id": "x1003", "name": "Old", "_fivetran_deleted": "TRUE"},
    ],
    "program_cost": [
        {"program_id": "x1001", "start_date": "2025-03-01", "cost": "100.10"},
        {"program_id": "x1001", "start_date": "2025-04-01", "cost": "200.20"},
        {"program_id": "x1002", "start_date": "2025-03-01", "cost": "50"},
    ],
}


def real_rows(table: str) -> list[dict[str, str]]:
    path = real_data("vendor_shapes/marketo") / f"marketo_{table}_data.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("marketo_people")
    for vendor, tables in (("salesforce", SALESFORCE), ("marketo", MARKETO)):
        for table, rows in tables.items():
            real = real_rows(table) if vendor == "marketo" else []
            write_csv(place / "raw" / vendor / f"{table}.csv", [*real, *rows])
    vendors = own_data(
        place / "raw", "2025-12-31", crm=["salesforce"], email=["marketo"], web=["marketo"]
    )
    models = "+int_person_identifiers +campaigns +campaign_responses +stg_marketo__raw_ledger"
    dbt(
        place,
        f"build --select {models} --indirect-selection buildable --exclude-resource-type test unit_test",
        {**vendors, "marketing_sources": ["marketo"]},
    )
    with connect(place) as connection:
        yield connection


def test_people_of_both_are_people_once(built):
    people = built.execute(
        "select person_id, status, job_title, company_name, lead_source, is_email_opted_out"
        " from canonical.people where email not like '%@email.com' or email is null order by all"
    ).fetchall()
    assert people == [
        ("003A", None, None, None, None, None),
        ("00QB", None, None, None, None, None),
        ("marketo:x3", "New", "CFO", "X", "Web", True),
        ("marketo:x4", None, None, None, None, None),
    ]
    keys = dict(
        built.execute(
            "select identifier, person_key from intermediate.int_person_identifiers"
            " where identifier_type = 'crm'"
        ).fetchall()
    )
    same = [["00QB", "marketo:x4"], ["marketo:x3", "marketo:x6", "marketo:x9"], ["003A"]]
    found = [{keys[name] for name in names} for names in same]
    assert [len(one) for one in found] == [1, 1, 1]
    assert len(set.union(*found)) == 3


def test_real_people_and_merges_come_through(built):
    real = {row["id"] for row in real_rows("lead")}
    gone = {row["lead_id"] for row in real_rows("activity_delete_lead")}
    merges = [
        (merged.strip(), row["lead_id"])
        for row in real_rows("activity_merge_leads")
        for merged in row["merge_ids"].strip("[]").split(",")
        if merged
    ]
    assert real
    assert merges
    found = built.execute(
        "select person_id from canonical.people where person_id like 'marketo:%'"
        " and person_id not like '%:x%'"
    ).fetchall()
    expected = real - gone - {merged for merged, _ in merges}
    assert {name for (name,) in found} == {f"marketo:{name}" for name in expected}
    assert len(found) == len(expected)
    rows = built.execute(
        "select merged_id, survivor_id from canonical.record_merges where merged_id not like '%:x%'"
    ).fetchall()
    assert {merged for merged, _ in rows} == {f"marketo:{merged}" for merged, _ in merges}
    assert set(rows) <= {(f"marketo:{merged}", f"marketo:{kept}") for merged, kept in merges}


def test_only_people_without_a_crm_record_have_marketos_history_of_status(built):
    changes = built.execute(
        "select person_id, status from canonical.person_status_changes where person_id like '%x%'"
    ).fetchall()
    assert changes == [("marketo:x3", "MQL")]


def test_programs_are_campaigns_unless_salesforce_has_them(built):
    campaigns = built.execute(
        "select campaign_id, campaign_name, campaign_type, launched_by, actual_cost, start_date::varchar"
        " from canonical.campaigns where campaign_id like '%x%' or campaign_id = '701X' order by 1"
    ).fetchall()
    assert campaigns == [
        ("701X", "Fair", None, None, None, None),
        ("marketo:x1001", "Webinar on X", "Webinar", "marketing", Decimal("300.30"), "2025-03-01"),
    ]
    responses = built.execute(
        "select response_id, person_id, response_status, is_responded, responded_at::varchar"
        " from canonical.campaign_responses order by 1"
    ).fetchall()
    assert responses == [
        ("marketo:x1001:x1", "003A", "Attended", True, MARCH(3)),
        ("marketo:x1001:x3", "marketo:x3", "Attended", True, MARCH(5)),
        ("marketo:x1001:x6", "marketo:x6", "Registered", False, None),
    ]


def test_visits_forms_and_clicks_are_those_of_their_people(built):
    events = built.execute(
        "select event_id, person_id, event_type, event_name, page_url from canonical.web_events order by 1"
    ).fetchall()
    assert events == [
        ("form_submit:x90", "marketo:x3", "form_submit", "Demo", "https://x.example/demo?a=1"),
        ("page_view:x90", "003A", "page_view", None, f"https://x.example/a?{PARAMETERS}"),
        ("page_view:x91", "marketo:x6", "page_view", None, "https://x.example/b"),
    ]
    clicks = built.execute(
        "select event_id, person_id from canonical.email_events where event_id like '%:x%' order by 1"
    ).fetchall()
    assert clicks == [("clicked:x95", "marketo:x6"), ("clicked:x96", "00QB")]


def test_rows_that_are_not_used_are_counted(built):
    aside = built.execute(
        "select raw_table, raw_id, rejection_reason from staging.stg_marketo__raw_ledger"
        " where entry = 'set aside' and raw_id like '%x%'"
    ).fetchall()
    assert aside == [("activity_visit_webpage", "x92", "lead_id is missing")]
    delivered = built.execute(
        "select raw_table, rows_count from staging.stg_marketo__raw_ledger"
        " where entry = 'delivered' and rows_of = 'web_events' order by 1"
    ).fetchall()
    assert delivered == [("activity_fill_out_form", 1), ("activity_visit_webpage", 3)]
