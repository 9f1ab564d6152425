"""
The same company in HubSpot's tables and in Salesforce's: its marts are the same, but for what one of both cannot say. What can be
evened out is evened out in Salesforce's export: its campaigns are taken away, and its history gets the first status of each lead.
"""

import math
import re
from collections import defaultdict
from pathlib import Path

import duckdb
import generate_data
import pytest
from demo_exports import read_csv
from support import ROOT, connect, dbt, write_csv

pytestmark = pytest.mark.nightly

VARS = {
    "salesforce": {},
    "hubspot": {
        "crm_sources": ["hubspot"],
        "email_sources": ["hubspot"],
        "hubspot_primary_contact_types": ["71"],
    },
}
# Columns that differ in every mart: Salesforce has one list of stages without pipelines.
OF_THE_VENDOR = {"source_system", "pipeline"}
DIFFERENT = {
    # HubSpot's users have no managers.
    "dim_owners": {"manager_id", "manager_name"},
    # A lead and its contact are one record.
    "dim_people": {"records_count", "previous_person_keys"},
    # Emails have the ids of another tool.
    "fct_touchpoints": {"touchpoint_id"},
    "fct_attribution_credits": {"touchpoint_id"},
}


def without_campaigns(folder: Path) -> None:
    """Takes away the campaigns of Salesforce, and what refers to them."""
    for table in ("campaign", "campaign_member"):
        (folder / f"{table}.csv").unlink()
    for table, column in (("opportunity", "campaign_id"), ("task", "what_id")):
        rows = read_csv(folder / f"{table}.csv")
        kept = [row | {column: re.sub("^701.*", "", row[column])} for row in rows]
        write_csv(folder / f"{table}.csv", kept)


def with_first_statuses(folder: Path) -> None:
    """Adds to the history what HubSpot's has too: the status in which a lead was created."""
    history, leads = (read_csv(folder / f"{table}.csv") for table in ("lead_history", "lead"))
    first = [
        {"id": f"first-{lead['id']}", "lead_id": lead["id"], "field": "Status"}
        | {"new_value": "Open - Not Contacted", "created_by_id": "005000002001"}
        | {"created_date": lead["created_date"], "_fivetran_synced": lead["_fivetran_synced"]}
        for lead in leads
    ]
    write_csv(folder / "lead_history.csv", [*history, *first])


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    """A read-only connection to the company in the shape of each CRM."""
    built = {}
    for crm, switches in VARS.items():
        place = tmp_path_factory.mktemp(crm)
        raw = place / "raw"
        arguments = ["--web-events", "5000", "--crm", crm, "--quiet", "--out", str(raw)]
        assert generate_data.main(arguments) == 0
        if crm == "salesforce":
            without_campaigns(raw / "salesforce")
            with_first_statuses(raw / "salesforce")
        dbt(
            place,
            # Salesforce's models have their data tests in every other build.
            "build --quiet --exclude path:seeds/raw --exclude-resource-type unit_test"
            + (" test" if crm == "salesforce" else ""),
            {
                "raw_data": "source",
                "raw_location": str(raw),
                "as_of_date": "2025-12-31",
                **switches,
            },
        )
        built[crm] = connect(place)
    yield built
    for database in built.values():
        database.close()


def rows(database: duckdb.DuckDBPyConnection, mart: str, left_out: set[str]) -> dict:
    """A mart's rows as exact values: lists of inexact ones."""
    columns = [
        (name, kind == "DOUBLE")
        for name, kind, *_ in database.execute(f"describe marts.{mart}").fetchall()
        if name not in left_out
    ]
    found = defaultdict(list)
    names = ", ".join(name for name, _ in columns)
    for row in database.execute(f"select {names} from marts.{mart}").fetchall():
        values = list(zip(row, columns, strict=True))
        exact = tuple(value for value, (_, is_double) in values if not is_double)
        found[exact].append([value for value, (_, is_double) in values if is_double])
    return found


def are_close(ours: list, theirs: list) -> bool:
    """Whether lists of rows of doubles are alike: the order of a sum moves its last digits."""
    pairs = zip(sorted(ours, key=str), sorted(theirs, key=str), strict=False)
    return len(ours) == len(theirs) and all(
        one is other
        if None in (one, other)
        else math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        for row, other_row in pairs
        for one, other in zip(row, other_row, strict=True)
    )


def test_every_mart_is_the_same_but_for_what_a_crm_cannot_say(companies):
    marts = [
        mart
        for (mart,) in companies["salesforce"]
        .execute("select table_name from information_schema.tables where table_schema = 'marts'")
        .fetchall()
    ]
    assert len(marts) > 80
    different = []
    for mart in sorted(marts):
        left_out = OF_THE_VENDOR | DIFFERENT.get(mart, set())
        ours, theirs = (rows(database, mart, left_out) for database in companies.values())
        keys = ours.keys() | theirs.keys()
        if not all(are_close(ours.get(key, []), theirs.get(key, [])) for key in keys):
            different.append(mart)
    assert different == []


@pytest.mark.parametrize("mart", DIFFERENT)
def test_what_is_said_to_differ_does(companies, mart):
    ours, theirs = (rows(database, mart, OF_THE_VENDOR) for database in companies.values())
    assert ours.keys() != theirs.keys()


def test_hubspot_reconciles_with_what_was_delivered(companies):
    found = (
        companies["hubspot"]
        .execute(
            "select measure, difference from operations.rpt_source_reconciliation where source_system = 'hubspot' order by 1"
        )
        .fetchall()
    )
    measures = ["accounts: rows", "opportunities: amount as delivered", "opportunities: rows"]
    assert found == [(measure, 0) for measure in [*measures, "owners: rows", "people: rows"]]


def test_the_example_of_the_page_is_of_this_company(companies):
    page = (ROOT / "docs" / "hubspot.md").read_text(encoding="utf-8")
    query, shown = (re.search(rf"```{kind}\n(.*?)```", page, re.S)[1] for kind in ("sql", "text"))
    (row,) = companies["hubspot"].execute(query).fetchall()
    assert " | ".join(map(str, row)) == shown.strip()
