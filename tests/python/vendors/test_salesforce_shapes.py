"""Salesforce tables as a loader really delivers them (hundreds of columns, no currency, no history tables) through the adapter."""

import csv
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

# sf_opportunity_history_data is a copy of opportunity with its versions, not Salesforce's OpportunityHistory.
TABLES = ["account", "contact", "lead", "opportunity", "task", "event", "user"]
# Canonical entity: its key and the raw tables that feed it.
ENTITIES = {
    "accounts": ("account_id", ["account"]),
    "people": ("person_id", ["contact", "lead"]),
    "opportunities": ("opportunity_id", ["opportunity"]),
    "sales_activities": ("activity_id", ["task", "event"]),
    "owners": ("owner_id", ["user"]),
}
WITHOUT_TABLE = [
    "person_status_changes",
    "opportunity_changes",
    "opportunity_contacts",
    "campaigns",
    "campaign_responses",
]
UNREADABLE = "unreadable-amount"


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def with_living_twins(opportunities):
    """Every real opportunity is deleted: each gets a twin that is not, so that the other columns are read too; one cannot be."""
    twins = [{**row, "id": "live-" + row["id"], "is_deleted": "false"} for row in opportunities]
    return [*opportunities, *twins, {**twins[0], "id": UNREADABLE, "amount": "about 1m"}]


def is_true(text):
    return text.lower() == "true"


def is_living(row):
    return not is_true(row.get("is_deleted", "")) and not row.get("master_record_id")


def is_left_out(table, row):
    """Deleted; of a deal that is no reason to forget it."""
    return is_true(row.get("is_deleted", "")) and table != "opportunity"


def comes_through(table, row):
    return is_living(row) or table == "opportunity"


def instant(text):
    return datetime.fromisoformat(text) if text else None


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """The real rows by table, and the place where they are as the raw files of a run."""
    shapes = real_data("vendor_shapes/salesforce")
    place = tmp_path_factory.mktemp("salesforce_shapes")
    (place / "raw" / "salesforce").mkdir(parents=True)
    rows = {table: read(shapes / f"sf_{table}_data.csv") for table in TABLES}
    rows["opportunity"] = with_living_twins(rows["opportunity"])
    for table in TABLES:
        write(place / "raw" / "salesforce" / f"{table}.csv", rows[table])
    return rows, place


@pytest.fixture(scope="module")
def built(raw):
    rows, place = raw
    later = ["later_conversions", "later_person_status_changes"]  # what people and activities read
    models = " ".join([*ENTITIES, *WITHOUT_TABLE, "record_merges", *later, "+erased_identifiers"])
    dbt(
        place,
        f"build -s path:models/staging/salesforce path:models/staging/generic {models} --exclude-resource-type test unit_test",
        own_data(place / "raw", "2020-12-31", crm=["salesforce"]),
    )
    with connect(place) as database:
        yield rows, database


def fetch(database, query):
    return database.execute(query).fetchall()


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_raw_row_is_canonical_set_aside_deleted_or_merged(built, entity):
    rows, database = built
    key, tables = ENTITIES[entity]
    survivors = {found for (found,) in fetch(database, f"select {key} from canonical.{entity}")}
    merges = {
        found for (found,) in fetch(database, "select merged_id from canonical.record_merges")
    }
    rejected = fetch(
        database,
        "select raw_table, raw_id from staging.stg_salesforce__raw_ledger where entry = 'set aside'",
    )
    for table in tables:
        assert rows[table], f"{table} has no rows to lose"
        ids = {row["id"] for row in rows[table]}
        set_aside = [raw_id for raw_table, raw_id in rejected if raw_table == table]
        deleted = {row["id"] for row in rows[table] if is_left_out(table, row)} - merges
        canonical = survivors & ids
        assert len(canonical) + len(set_aside) + len(merges & ids) + len(deleted) == len(
            rows[table]
        )
        assert canonical == {row["id"] for row in rows[table] if comes_through(table, row)} - set(
            set_aside
        )


def test_a_deleted_opportunity_stays_as_one_that_is_deleted(built):
    """All ten real ones are; deleted deals come through as lost ones. The last sync is all that is known of the time."""
    rows, database = built
    expected = sorted(
        (row["id"], instant(row["_fivetran_synced"]))
        for row in rows["opportunity"]
        if is_true(row["is_deleted"])
    )
    assert len(expected) == 10
    found = (
        "select opportunity_id, closed_at from canonical.opportunities where is_deleted order by 1"
    )
    assert fetch(database, found) == expected


def test_set_aside_is_the_amount_that_is_none(built):
    _, database = built
    assert fetch(
        database,
        "select raw_table, raw_id, rejection_reason from staging.stg_salesforce__raw_ledger"
        " where entry = 'set aside'",
    ) == [("opportunity", UNREADABLE, "amount is not a decimal(18, 2)")]


def test_accounts_and_their_merges(built):
    rows, database = built
    expected = sorted(
        (row["id"], row["name"], row["owner_id"]) for row in rows["account"] if is_living(row)
    )
    assert (
        fetch(
            database, "select account_id, account_name, owner_id from canonical.accounts order by 1"
        )
        == expected
    )
    merges = sorted(
        (
            "account" if table == "account" else "person",
            row["id"],
            row["master_record_id"],
            row.get("email") or None,
        )
        for table in ("account", "contact", "lead")
        for row in rows[table]
        if row["master_record_id"]
    )
    assert merges, "the real accounts hold a merged one"
    assert (
        fetch(
            database,
            "select record_type, merged_id, survivor_id, email from canonical.record_merges order by all",
        )
        == merges
    )


def test_people_are_contacts_and_leads_with_what_they_became(built):
    rows, database = built
    contacts = [
        (
            "contact",
            row["id"],
            row["email"] or None,
            row["account_id"] or None,
            row["mailing_country"] or None,
            None,
            None,
            instant(row["created_date"]),
        )
        for row in rows["contact"]
    ]
    leads = [
        (
            "lead",
            row["id"],
            row["email"] or None,
            row["converted_account_id"] or None,
            row["country"] or None,
            row["converted_contact_id"] or None,
            instant(row["converted_date"]),
            instant(row["created_date"]),
        )
        for row in rows["lead"]
    ]
    found = fetch(
        database,
        """
        select record_type, person_id, email, account_id, country, converted_to_person_id, converted_at, created_at
        from canonical.people
        """,
    )
    assert Counter(found) == Counter(contacts + leads)


def test_opportunities_of_a_company_with_one_currency(built):
    rows, database = built
    expected = [
        (
            row["id"],
            row["stage_name"],
            Decimal(row["amount"]) if row["amount"] else None,
            "USD",
            is_true(row["is_closed"]),
            is_true(row["is_won"]),
            date.fromisoformat(row["close_date"][:10]),
            None,
        )
        for row in rows["opportunity"]
        if is_living(row) and row["id"] != UNREADABLE
    ]
    found = fetch(
        database,
        """
        select opportunity_id, stage, amount, currency, is_closed, is_won, close_date, closed_at
        from canonical.opportunities
        where not is_deleted
        """,
    )
    assert len(expected) == 10
    assert Counter(found) == Counter(expected)


def test_activities_know_their_person_account_and_opportunity(built):
    rows, database = built
    expected = [
        (
            row["id"],
            kind,
            status,
            row["who_id"] or None,
            row["what_id"] if row["what_id"].startswith("001") else row["account_id"] or None,
            row["what_id"] if row["what_id"].startswith("006") else None,
            instant(row[occurred]),
        )
        for table, kind, status, occurred in [
            ("task", "task", "done", "completed_date_time"),
            ("event", "meeting", "held", "start_date_time"),
        ]
        for row in rows[table]
    ]
    found = fetch(
        database,
        """
        select activity_id, activity_type, activity_status, person_id, account_id, opportunity_id, occurred_at
        from canonical.sales_activities
        """,
    )
    assert Counter(found) == Counter(expected)


def test_owners(built):
    rows, database = built
    expected = sorted(
        (
            row["id"],
            row["name"],
            row["department"] or None,
            row["manager_id"] or None,
            is_true(row["is_active"]),
        )
        for row in rows["user"]
    )
    found = fetch(
        database,
        "select owner_id, owner_name, team, manager_id, is_active from canonical.owners order by 1",
    )
    assert found == expected


@pytest.mark.parametrize("entity", WITHOUT_TABLE)
def test_tables_that_the_company_lacks_are_empty(built, entity):
    _, database = built
    assert fetch(database, f"select count(*) from canonical.{entity}") == [(0,)]
