"""
HubSpot tables as a loader really delivers them, through the adapter. The real rows lack amounts, stages and readable
properties, so invented ones (ids with an x) lie beside them.
"""

import csv
from datetime import date, datetime
from decimal import Decimal

import pytest
from support import connect, dbt, own_data, real_data, write_csv

pytestmark = pytest.mark.slow

TABLES = [
    "contact",
    "contact_property_history",
    "contact_merge_audit",
    "contact_form_submission",
    "company",
    "deal",
    "deal_property_history",
    "deal_stage",
    "deal_pipeline",
    "deal_pipeline_stage",
    "deal_contact",
    "deal_company",
    "merged_deal",
    "owner",
    "owner_team",
    "team",
    "engagement",
    "engagement_call",
    "engagement_meeting",
    "engagement_email",
    "engagement_task",
    "engagement_contact",
    "engagement_company",
    "engagement_deal",
    "email_event",
    "email_event_click",
    "email_event_status_change",
]
# Canonical entity: its key, and the raw tables that feed it with theirs.
ENTITIES = {
    "accounts": ("account_id", {"company": "id"}),
    "people": ("person_id", {"contact": "id"}),
    "opportunities": ("opportunity_id", {"deal": "deal_id"}),
    "sales_activities": (
        "activity_id",
        {f"engagement_{kind}": "engagement_id" for kind in ("call", "meeting", "email", "task")},
    ),
    "owners": ("owner_id", {"owner": "owner_id"}),
    "email_events": ("event_id", {"email_event": "id"}),
}
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
KINDS_OF_EMAILS = {
    "SENT": "sent",
    "DELIVERED": "delivered",
    "OPEN": "opened",
    "CLICK": "clicked",
    "BOUNCE": "bounced",
    "SPAMREPORT": "unsubscribed",
}


def contact_change(contact: str, name: str, at: str, value: str) -> dict[str, str]:
    return {"contact_id": contact, "name": name, "timestamp": at, "value": value, "source_id": "u1"}


def deal_change(deal: str, name: str, at: str, value: str) -> dict[str, str]:
    return {"deal_id": deal, "name": name, "timestamp": at, "value": value}


MARCH = "2023-03-0{} 10:00:00".format
INVENTED = {
    "contact": [
        {"id": "x1", "property_email": "ann@acme.example", "property_lifecyclestage": "lead"}
        | {"property_hs_buying_role": "CHAMPION", "property_hs_merged_object_ids": "x3"},
        {"id": "x2", "property_lifecyclestage": "customer", "property_hs_lead_status": "NEW"}
        | {"property_hs_lifecyclestage_lead_date": MARCH(1)}
        | {"property_hs_lifecyclestage_customer_date": MARCH(2)},
        {"id": "x3", "property_email": "ann@old.example", "_fivetran_deleted": "true"},
        {"id": "x4", "_fivetran_deleted": "true"},
    ],
    "contact_property_history": [
        contact_change("x1", "lifecyclestage", MARCH(1), "lead"),
        contact_change("x1", "lifecyclestage", MARCH(2), "marketingqualifiedlead"),
        contact_change("x1", "hs_lead_status", MARCH(3), "BAD_TIMING"),
        contact_change("x1", "lead_status_reason", MARCH(3), "No budget"),
        contact_change("x1", "lifecyclestage", MARCH(4), ""),
        contact_change("x1", "lifecyclestage", MARCH(5), "lead"),
        contact_change("x1", "hubspot_owner_id", MARCH(5), "o1"),
        contact_change("x1", "jobtitle", MARCH(6), "CFO"),
    ],
    "contact_merge_audit": [{"vid_to_merge": "x3", "canonical_vid": "x1", "timestamp": MARCH(7)}],
    "company": [
        {"id": "xc1", "property_domain": "https://www.acme.example/en"},
        {"id": "xc2", "property_hs_merged_object_ids": "xc3;xc4"},
        {"id": "xc3", "is_deleted": "true"},
    ],
    "deal": [
        {"deal_id": "xd1", "deal_pipeline_id": "xp", "deal_pipeline_stage_id": "xs2"}
        | {"property_amount": "1000.10", "property_closedate": "2023-04-30 15:00:00"},
        {"deal_id": "xd2", "deal_pipeline_stage_id": "gone", "property_amount": "0.05"},
        {"deal_id": "xd3", "property_amount": "about 1m"},
        {"deal_id": "xd4", "property_amount": "7", "is_deleted": "true"}
        | {"_fivetran_synced": "2023-05-01 00:00:00"},
    ],
    "deal_pipeline": [{"pipeline_id": "xp", "label": "Partners"}],
    "deal_pipeline_stage": [
        {"stage_id": "xs1", "label": "Trial", "is_closed": "false", "closed_won": "false"},
        {"stage_id": "xs2", "label": "Signed", "is_closed": "true", "closed_won": "true"},
    ],
    "deal_property_history": [
        deal_change("xd1", "dealstage", MARCH(1), "xs1"),
        deal_change("xd1", "amount", MARCH(1), "900"),
        deal_change("xd1", "amount", MARCH(2), ""),
        deal_change("xd1", "closedate", MARCH(2), "1680253200000"),
        deal_change("xd1", "amount", MARCH(3), "1000.10"),
        deal_change("xd1", "closedate", MARCH(3), "2023-04-30T15:00:00Z"),
        deal_change("xd1", "hubspot_owner_id", MARCH(3), "o1"),
        deal_change("xd1", "dealstage", MARCH(4), "xs2"),
        deal_change("xd1", "dealname", MARCH(5), "Acme"),
        deal_change("xd1", "amount", MARCH(6), "a lot"),
    ],
    "deal_stage": [
        {"deal_id": "xd1", "value": "xs1", "date_entered": MARCH(7)},
        {"deal_id": "xd2", "value": "xs1", "date_entered": MARCH(1)},
    ],
    "deal_company": [
        {"deal_id": "xd1", "company_id": "xc1", "type_id": "341"},
        {"deal_id": "xd1", "company_id": "xc2", "type_id": "5"},
        {"deal_id": "xd1", "company_id": "xc2", "type_id": "341"},
    ],
    "deal_contact": [
        {"deal_id": "xd1", "contact_id": "x1", "type_id": "3"},
        {"deal_id": "xd1", "contact_id": "x1", "type_id": "71"},
        {"deal_id": "xd1", "contact_id": "x2", "type_id": "3"},
    ],
    "engagement": [{"id": "xe1", "owner_id": "o9"}, {"id": "xe2", "owner_id": "o2"}],
    "engagement_call": [
        {"engagement_id": "xe1", "property_hs_call_direction": "INBOUND"}
        | {"property_hs_call_disposition": CONNECTED, "property_hubspot_owner_id": "o1"}
        | {"property_hs_timestamp": MARCH(1)},
        {"engagement_id": "xe2", "property_hs_call_status": "NO_ANSWER"}
        | {"property_hs_timestamp": MARCH(1)},
        {"engagement_id": "xe3", "_fivetran_deleted": "true"},
    ],
    "engagement_email": [{"engagement_id": "xe4", "property_hs_email_direction": "INCOMING_EMAIL"}],
    "engagement_contact": [
        {"engagement_id": "xe1", "contact_id": "x2"},
        {"engagement_id": "xe1", "contact_id": "x1"},
    ],
    "engagement_company": [{"engagement_id": "xe1", "company_id": "xc1"}],
    "engagement_deal": [{"engagement_id": "xe1", "deal_id": "xd1"}],
    "email_event": [
        {"id": "xm1", "type": "CLICK", "recipient": "ann@acme.example", "created": MARCH(1)}
        | {"email_campaign_id": "9"},
        {"id": "xm2", "type": "STATUSCHANGE", "created": MARCH(2)},
        {"id": "xm3", "type": "STATUSCHANGE", "created": MARCH(2)},
        {"id": "xm4", "type": "SPAMREPORT", "created": MARCH(3)},
    ],
    "email_event_click": [{"id": "xm1", "url": "https://acme.example/offer"}],
    "email_event_status_change": [
        {"id": "xm2", "portal_subscription_status": "UNSUBSCRIBED", "subscriptions": "[]"},
        {"id": "xm3", "portal_subscription_status": "SUBSCRIBED", "subscriptions": "[]"},
    ],
}


def is_true(text: str | None) -> bool:
    return (text or "").lower() == "true"


def instant(text: str) -> datetime | None:
    """Loaders write hours of one digit, and some fractions of a second."""
    form = "%Y-%m-%d %H:%M:%S" + (".%f" if "." in text else "")
    return datetime.strptime(text, form) if text else None


def comes_through(table: str, row: dict[str, str]) -> bool:
    """Whether a readable row has a canonical one: deals do even if they are deleted."""
    if table == "email_event":
        unsubscribes = row["id"] == "xm2"
        return not is_true(row.get("filtered_event")) and (
            row["type"] in KINDS_OF_EMAILS or unsubscribes
        )
    is_received = row.get("property_hs_email_direction") == "INCOMING_EMAIL"
    is_deleted = is_true(row.get("is_deleted")) or is_true(row.get("_fivetran_deleted"))
    return table == "deal" or not (is_deleted or is_received)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The rows by table, and the canonical models made of them."""
    shapes = real_data("vendor_shapes/hubspot")
    place = tmp_path_factory.mktemp("hubspot_shapes")
    rows = {}
    for table in TABLES:
        with (shapes / f"{table}_data.csv").open(newline="", encoding="utf-8") as file:
            rows[table] = [*csv.DictReader(file), *INVENTED.get(table, [])]
        write_csv(place / "raw" / "hubspot" / f"{table}.csv", rows[table])
    switches = own_data(
        place / "raw", "2025-12-31", crm=["hubspot"], email=["hubspot"], web=["hubspot"]
    )
    entities = [*ENTITIES, "person_status_changes", "opportunity_changes", "opportunity_contacts"]
    others = ["record_merges", "web_events", "campaigns", "campaign_responses"]
    later = ["later_conversions", "later_person_status_changes"]  # what people and activities read
    dbt(
        place,
        f"build -s path:models/staging/hubspot path:models/staging/generic {' '.join([*entities, *others, *later])}"
        " +erased_identifiers --exclude-resource-type test",
        {**switches, "hubspot_primary_contact_types": ["71"]},
    )
    with connect(place) as database:
        yield rows, database


def fetch(built, query: str) -> list[tuple]:
    return built[1].execute(query).fetchall()


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_raw_row_is_canonical_set_aside_or_left_out(built, entity):
    key, tables = ENTITIES[entity]
    canonical = {found for (found,) in fetch(built, f"select {key} from canonical.{entity}")}
    expected = set()
    for table, raw_key in tables.items():
        set_aside = fetch(
            built,
            "select raw_id from staging.stg_hubspot__raw_ledger"
            f" where entry = 'set aside' and raw_table = '{table}'",
        )
        assert set_aside == ([("xd3",)] if table == "deal" else [])
        rows = [row for row in built[0][table] if row[raw_key] != "xd3"]
        assert len({row[raw_key] for row in rows}) == len(rows) > 0
        expected |= {row[raw_key] for row in rows if comes_through(table, row)}
    assert canonical == expected


def test_amounts_arrive_to_the_cent(built):
    raw = [row.get("property_amount") for row in built[0]["deal"] if row["deal_id"] != "xd3"]
    total = sum(Decimal(amount) for amount in raw if amount)
    assert total == Decimal("1007.15")
    assert fetch(built, "select sum(amount) from canonical.opportunities") == [(total,)]
    assert fetch(
        built,
        "select raw_table, raw_id, rejection_reason from staging.stg_hubspot__raw_ledger where entry = 'set aside' order by 1",
    ) == [
        ("deal", "xd3", "property_amount is not a decimal(18, 2)"),
        ("deal_property_history", f"xd1|amount|{MARCH(6)}", "value of amount is not an amount"),
    ]


def test_statuses_come_from_the_history_else_from_the_dates_of_the_stages(built):
    """An emptied lifecycle stage is no status; the stage that follows it is a step back."""
    assert fetch(
        built,
        """
        select person_id, status, owner_id, reason, changed_by, strftime(changed_at, '%d')
        from canonical.person_status_changes order by person_id, changed_at, status
        """,
    ) == [
        ("x1", "lead", None, None, "u1", "01"),
        ("x1", "marketingqualifiedlead", None, None, "u1", "02"),
        ("x1", "BAD_TIMING", None, "No budget", "u1", "03"),
        ("x1", "lead", None, None, "u1", "05"),
        ("x1", None, "o1", None, "u1", "05"),
        ("x2", "lead", None, None, None, "01"),
        ("x2", "customer", None, None, None, "02"),
    ]
    assert fetch(built, "select status from canonical.people where person_id = 'x2'") == [
        ("customer",)
    ]


def test_opportunities_have_the_labels_of_today_and_one_company(built):
    assert fetch(
        built,
        """
        select opportunity_id, account_id, pipeline, stage, is_closed, is_won, is_deleted, close_date, closed_at
        from canonical.opportunities where opportunity_id like 'x%' order by 1
        """,
    ) == [
        ("xd1", "xc2", "Partners", "Signed", True, True, False, date(2023, 4, 30), None),
        ("xd2", None, None, "gone", None, None, False, None, None),
        ("xd4", None, None, None, None, None, True, None, datetime(2023, 5, 1)),
    ]
    companies = {row["deal_id"]: row["company_id"] for row in built[0]["deal_company"][:2]}
    deals = {row["deal_id"] for row in built[0]["deal"]}
    assert not companies.keys() & deals, "the real associations are of other deals"


def test_changes_carry_the_values_that_did_not_change(built):
    """An emptied amount is null until the next one. deal_stage counts for deals whose stages the history lacks."""
    found = fetch(
        built,
        """
        select opportunity_id, stage, amount, close_date, owner_id, strftime(changed_at, '%d')
        from canonical.opportunity_changes where opportunity_id like 'x%' order by opportunity_id, changed_at
        """,
    )
    first, last = date(2023, 3, 31), date(2023, 4, 30)
    assert found == [
        ("xd1", "Trial", Decimal(900), None, None, "01"),
        ("xd1", "Trial", None, first, None, "02"),
        ("xd1", "Trial", Decimal("1000.10"), last, "o1", "03"),
        ("xd1", "Signed", Decimal("1000.10"), last, None, "04"),
        ("xd2", "Trial", Decimal("0.05"), None, None, "01"),
    ]
    real = {(row["deal_id"], instant(row["date_entered"])) for row in built[0]["deal_stage"][:-2]}
    changes = "select opportunity_id, changed_at from canonical.opportunity_changes where opportunity_id not like 'x%'"
    assert set(fetch(built, changes)) == real


def test_a_person_with_two_labels_counts_once_and_is_primary(built):
    assert fetch(
        built,
        "select person_id, contact_role, is_primary from canonical.opportunity_contacts where opportunity_id = 'xd1' order by 1",
    ) == [("x1", "CHAMPION", True), ("x2", None, False)]
    (pairs,) = fetch(
        built, "select count(*) from canonical.opportunity_contacts where opportunity_id <> 'xd1'"
    )
    assert pairs == (
        len({(row["deal_id"], row["contact_id"]) for row in built[0]["deal_contact"][:-3]}),
    )


def test_activities_have_one_person_company_and_opportunity(built):
    assert fetch(
        built,
        """
        select activity_id, activity_type, activity_status, is_connected, person_id, account_id, opportunity_id, owner_id
        from canonical.sales_activities where activity_id like 'xe%' order by 1
        """,
    ) == [
        ("xe1", "inbound_call", "done", None, "x1", "xc1", "xd1", "o1"),
        ("xe2", "call", "done", False, None, None, None, "o2"),
    ]
    meetings = {
        (row["engagement_id"], instant(row["start_time"]))
        for row in built[0]["engagement_meeting"]
        if row["start_time"]
    }
    assert len(meetings) > 90
    held = "select activity_id, occurred_at from canonical.sales_activities where activity_status = 'held'"
    assert set(fetch(built, held)) >= meetings


def test_merges_are_known_once_with_the_time_of_the_audit(built):
    rows = built[0]
    expected = {("person", "x3", "x1", "ann@old.example", datetime(2023, 3, 7, 10))}
    expected |= {("account", merged, "xc2", None, None) for merged in ("xc3", "xc4")}
    expected |= {
        ("opportunity", row["merged_deal_id"], row["deal_id"], None, None)
        for row in rows["merged_deal"]
    }
    emails = {row["id"]: row.get("property_email") or None for row in rows["contact"]}
    for row in rows["contact"]:
        if row["id"] != "x1" and row.get("property_hs_merged_object_ids"):
            for merged in row["property_hs_merged_object_ids"].split(";"):
                expected.add(("person", merged, row["id"], emails.get(merged), None))
    for row in rows["contact_merge_audit"][:-1]:
        merge = ("person", row["vid_to_merge"], row["canonical_vid"], None)
        expected.add((*merge, instant(row["timestamp"])))
    found = fetch(
        built,
        "select record_type, merged_id, survivor_id, email, merged_at from canonical.record_merges",
    )
    assert set(found) == expected
    assert len(found) == len(expected)


def test_email_events_have_their_kind_time_and_link(built):
    expected = [
        (row["id"], KINDS_OF_EMAILS.get(row["type"], "unsubscribed"), row["recipient"])
        for row in built[0]["email_event"]
        if comes_through("email_event", row) and row.get("recipient")
    ]
    found = "select event_id, event_type, email from canonical.email_events where email is not null"
    assert sorted(fetch(built, found)) == sorted(expected)
    assert fetch(
        built,
        "select event_id, event_type, campaign_id, link_url from canonical.email_events where event_id like 'xm%' order by 1",
    ) == [
        ("xm1", "clicked", "9", "https://acme.example/offer"),
        ("xm2", "unsubscribed", None, None),
        ("xm4", "unsubscribed", None, None),
    ]


def test_forms_are_web_events_of_their_person(built):
    found = fetch(
        built,
        "select user_id, person_id, event_type, event_name, page_url, occurred_at from canonical.web_events",
    )
    assert sorted(found) == sorted(
        (
            f"hubspot:{row['contact_id']}",
            row["contact_id"],
            "form_submit",
            row["title"] or None,
            row["page_url"] or None,
            instant(row["timestamp"]),
        )
        for row in built[0]["contact_form_submission"]
    )


@pytest.mark.parametrize("entity", ["campaigns", "campaign_responses"])
def test_entities_that_hubspot_does_not_deliver_are_empty(built, entity):
    assert fetch(built, f"select count(*) from canonical.{entity}") == [(0,)]
