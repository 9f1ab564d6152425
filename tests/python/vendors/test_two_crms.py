"""
Two CRMs at once: each keeps its ids, and a person or a company that both have counts once.
"""

import csv
import hashlib
from decimal import Decimal
from pathlib import Path

import dbt_process
import generate_data
import pytest
import small_project
from support import ROOT, connect, dbt, dbt_environment, own_data, write_csv

pytestmark = pytest.mark.slow

DAY = "2025-03-01 10:00:00"
SALESFORCE = {
    "account": [
        {"id": "1", "name": "Acme", "website": "https://acme.example", "created_date": DAY},
        {"id": "2", "name": "Acme UK", "website": "acme.example", "created_date": DAY},
        {"id": "3", "name": "Ben", "website": "gmail.com", "created_date": DAY},
    ],
    "contact": [{"id": "1", "account_id": "1", "email": "ann@acme.example", "created_date": DAY}],
    "opportunity": [
        {"id": "1", "account_id": "1", "amount": "100", "owner_id": "1", "created_date": DAY}
        | {"stage_name": "Proposal", "close_date": "2025-06-30"},
        {"id": "2", "account_id": "1", "amount": "7", "created_date": DAY}
        | {"stage_name": "Proposal", "close_date": "2025-06-30"},
    ],
    "user": [{"id": "1", "name": "Sue Sales"}],
}
HUBSPOT = {
    "company": [
        {"id": "1", "property_domain": "www.acme.example", "property_createdate": DAY},
        {"id": "2", "property_domain": "gmail.com", "property_createdate": DAY},
    ],
    "contact": [
        {"id": "1", "property_email": "Ann@acme.example", "property_createdate": DAY},
        {"id": "2", "property_email": "bob@other.example", "property_createdate": DAY},
    ],
    "deal": [
        {"deal_id": "1", "property_hs_primary_associated_company": "1", "property_amount": "20"}
        | {"owner_id": "1", "property_createdate": DAY},
        {"deal_id": "2", "property_hs_primary_associated_company": "1", "property_amount": "7"}
        | {"property_closedate": "2025-06-30 12:00:00", "property_createdate": DAY},
    ],
    "owner": [{"owner_id": "1", "first_name": "Hal", "last_name": "Hub"}],
}
LINE = {"amount": "5", "currency": "USD", "revenue_at": DAY}
EVENT = {"event_type": "page_view", "occurred_at": DAY}
# Its ids are Salesforce's, as var crm_of says.
GENERIC = {
    "revenue_lines": [{"line_id": "1", "account_id": "1", "person_id": "2", **LINE}],
    "web_events": [{"event_id": "1", "anonymous_id": "d1", "person_id": "2", **EVENT}],
}
CRMS = ("salesforce", "hubspot")
# Of the others there are no rows here: without their models, the copy is built in half the time.
ENTITIES = ("accounts", "people", "opportunities", "owners", "record_merges")
MODELS = ("int_opportunities", "int_person_identifiers", "int_customer_accounts", "int_accounts")
# What else the warning about ids without their CRM looks at.
MENTIONS = ("email_events", "sales_activities", "qualification_answers")
TWINS = "opportunities_of_two_crms_are_the_same_and_count_twice"
WITHOUT_PREFIX = "ids_of_a_source_lack_the_name_of_their_crm_and_find_no_record"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with identity, opportunities and the staging of both CRMs; its raw files are in `raw`."""
    folder = tmp_path_factory.mktemp("two_crms")
    staged = [f"stg_{crm}__{entity}" for crm in CRMS for entity in ENTITIES]
    small_project.make(folder, (*MODELS, *staged, *MENTIONS))
    small_project.without_tests(folder)
    for test in (TWINS, WITHOUT_PREFIX):
        (path,) = (ROOT / "tests" / "dbt").rglob(f"{test}.sql")
        small_project.copy(path, folder)
    for vendor, tables in (("salesforce", SALESFORCE), ("hubspot", HUBSPOT), ("generic", GENERIC)):
        for table, rows in tables.items():
            write_csv(folder / "raw" / vendor / f"{table}.csv", rows)
    return folder


def build(project: Path, place: Path, select: str = "*", **vars: object) -> str:
    """dbt in the copy; returns what it printed."""
    environment = dbt_environment(place) | {
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
    }
    exit_code, printed = dbt_process.call(
        f"build -s {select}",
        own_data(project / "raw", "2025-12-31", crm=CRMS)
        | {"vendor_entities": dict.fromkeys(CRMS, ENTITIES)}
        | vars,
        environment,
        place / "dbt_output.txt",
        project,
    )
    assert exit_code == 0, printed
    return printed


@pytest.fixture(scope="module")
def built(project, tmp_path_factory):
    place = tmp_path_factory.mktemp("two_crms_built")
    printed = build(project, place, crm_of={"generic": "salesforce"})
    with connect(place) as database:
        yield database, printed


def test_ids_name_their_crm_and_references_find_them(built):
    database, _ = built
    found = database.execute(
        "select opportunity_id, opportunities.account_id, owner_name from canonical.opportunities"
        " left join canonical.owners using (owner_id) order by opportunity_id"
    ).fetchall()
    assert found == [
        ("hubspot:1", "hubspot:1", "Hal Hub"),
        ("hubspot:2", "hubspot:1", None),
        ("salesforce:1", "salesforce:1", "Sue Sales"),
        ("salesforce:2", "salesforce:1", None),
    ]


def test_a_person_of_both_crms_is_one(built):
    database, _ = built
    found = database.execute(
        "select list(identifier order by identifier) from intermediate.int_person_identifiers"
        " where identifier_type = 'crm' group by person_key order by 1"
    ).fetchall()
    assert found == [(["hubspot:1", "salesforce:1"],), (["hubspot:2"],), (["salesforce:2"],)]


def test_a_company_of_both_crms_is_one_account_with_the_opportunities_of_both(built):
    """Two accounts that the first CRM keeps apart stay apart, and a mail domain is no company."""
    database, _ = built
    accounts = database.execute(
        "select account_id from intermediate.int_accounts order by 1"
    ).fetchall()
    assert accounts == [("hubspot:2",), ("salesforce:1",), ("salesforce:2",), ("salesforce:3",)]
    amounts = database.execute(
        "select account_id, count(*), sum(amount) from intermediate.int_opportunities group by 1"
    ).fetchall()
    assert amounts == [("salesforce:1", 4, Decimal(134))]


def test_ids_of_other_sources_are_those_of_the_crm_in_crm_of(built):
    database, printed = built
    found = database.execute("select account_id, person_id from canonical.revenue_lines")
    assert found.fetchall() == [("salesforce:1", "salesforce:2")]
    assert f"Warning in test {WITHOUT_PREFIX}" not in printed


@pytest.mark.nightly
def test_a_warning_names_sources_whose_ids_lack_their_crm(project, tmp_path):
    printed = build(project, tmp_path, f"+{WITHOUT_PREFIX}")
    assert f"Warning in test {WITHOUT_PREFIX}" in printed
    assert "Got 3 results, configured to warn" in printed


def test_a_warning_lists_opportunities_that_may_be_one(built):
    """Of those without an amount or a date, nothing shows that they are."""
    _, printed = built
    assert f"Warning in test {TWINS}" in printed
    assert "Got 1 result, configured to warn" in printed


def share(text: str) -> int:
    """0, 1 or 2, by hash."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 3


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def keep(folder: Path, column: str, ids: set[str]) -> None:
    """Leaves of the tables of a CRM those rows that name no other record than these."""
    for path in folder.glob("*.csv"):
        rows = rows_of(path)
        if rows and column in rows[0]:
            kept = [row for row in rows if not row[column] or row[column] in ids]
            write_csv(path, kept or [dict.fromkeys(rows[0], "")])


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """
    A company whose two CRMs have the same owners and accounts, each its own opportunities, and a third of the people in
    both. Ids of the same record are equal in both: without the prefix they would collide.
    """
    place = tmp_path_factory.mktemp("two_crms_company")
    for crm in ("hubspot", "salesforce"):
        arguments = ["--web-events", "5000", "--crm", crm, "--quiet", "--out", str(place / crm)]
        assert generate_data.main(arguments) == 0
    raw = place / "salesforce"
    (place / "hubspot" / "hubspot").rename(raw / "hubspot")
    salesforce = {path.stem: rows_of(path) for path in (raw / "salesforce").glob("*.csv")}
    people = {row["id"]: row["email"] for row in salesforce["lead"] + salesforce["contact"]}
    contacts = {row["id"]: row["property_email"] for row in rows_of(raw / "hubspot/contact.csv")}
    deals = {row["deal_id"] for row in rows_of(raw / "hubspot" / "deal.csv")}
    of_salesforce = {deal for deal in deals if share(deal) == 0}
    keep(raw / "hubspot", "deal_id", deals - of_salesforce)
    for column, of_crm, ids in (
        ("contact_id", "hubspot", {key for key, email in contacts.items() if share(email) != 0}),
        ("opportunity_id", "salesforce", of_salesforce),
        ("lead_id", "salesforce", {key for key, email in people.items() if share(email) != 1}),
        ("contact_id", "salesforce", {key for key, email in people.items() if share(email) != 1}),
    ):
        keep(raw / of_crm, column, ids)
        for table in {"contact_id": ["contact"], "lead_id": ["lead"]}.get(column, ["opportunity"]):
            path = raw / of_crm / f"{table}.csv"
            write_csv(path, [row for row in rows_of(path) if row["id"] in ids])
    rules = rows_of(raw / "rules" / "target_accounts.csv")
    named = [
        row | {"account_id": row["account_id"] and f"salesforce:{row['account_id']}"}
        for row in rules
    ]
    write_csv(raw / "rules" / "target_accounts.csv", named)
    dbt(
        place,
        "build --quiet --exclude path:seeds/raw --exclude-resource-type unit_test",
        {"raw_data": "source", "raw_location": str(raw), "as_of_date": "2025-12-31"}
        | {"crm_sources": ["salesforce", "hubspot"], "crm_of": CRM_OF},
    )
    with connect(place) as database:
        yield database, salesforce, contacts


CRM_OF = dict.fromkeys(("marketo", "stripe", "calendly", "generic"), "salesforce")


@pytest.mark.nightly
def test_the_opportunities_of_both_crms_add_up_to_those_of_the_company(company):
    database, salesforce, _ = company
    delivered = salesforce["opportunity"]
    found = database.execute(
        "select count(*), sum(source_amount), count(distinct split_part(opportunity_id, ':', 1))"
        " from marts.fct_opportunities"
    ).fetchall()
    assert found == [(len(delivered), sum(Decimal(row["amount"] or 0) for row in delivered), 2)]


@pytest.mark.nightly
def test_every_person_and_every_company_counts_once(company):
    """HubSpot's export has one record per person, but for one that was merged into another."""
    database, salesforce, contacts = company
    found = database.execute(
        """
        select count(distinct lower(people.email)), count(distinct identifiers.person_key)
        from canonical.people
        inner join intermediate.int_person_identifiers as identifiers
            on identifiers.identifier_type = 'crm' and people.person_id = identifiers.identifier
        """
    ).fetchall()
    assert found == [(len(contacts) - 1, len(contacts) - 1)]
    accounts = [row for row in salesforce["account"] if row["is_deleted"] == "false"]
    without_website = [row for row in accounts if not row["website"]]
    count = database.execute("select count(*) from marts.dim_accounts").fetchall()
    assert count == [(len(accounts) + len(without_website),)]


@pytest.mark.nightly
def test_what_was_delivered_is_reconciled_with_both(company):
    database, *_ = company
    found = database.execute(
        "select source_system, measure from operations.rpt_source_reconciliation where difference <> 0"
    ).fetchall()
    assert found == []
