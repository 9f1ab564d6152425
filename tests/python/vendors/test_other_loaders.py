"""
The real tables of three vendors with the names that Airbyte, native exports and APIs give to tables and columns: the staging
rows are those of Fivetran's names.
"""

import csv
import re

import dbt_process
import duckdb
import pytest
import small_project
from support import ROOT, connect, dbt_environment, own_data, real_data, write_csv

pytestmark = pytest.mark.nightly

VENDORS = {"salesforce": "crm", "hubspot": "crm", "google_ads": "ad"}
# Salesforce's opportunity_history in the data is a copy of opportunity with its versions, not OpportunityHistory.
SHAPES = {
    "salesforce": ["account", "contact", "lead", "opportunity", "task", "event", "user"],
    "hubspot": [
        *("contact", "company", "deal", "owner", "deal_stage", "deal_contact", "deal_company"),
        *("contact_property_history", "deal_property_history", "deal_pipeline_stage"),
        *("engagement", "engagement_call", "engagement_meeting", "engagement_contact"),
        "email_event",
    ],
    "google_ads": ["campaign_stats", "campaign_history", "account_history"],
}
TABLES = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "owner": "owners",
    "contact_property_history": "contacts_property_history",
    "deal_property_history": "deals_property_history",
    "engagement_call": "engagements_calls",
    "engagement_meeting": "engagements_meetings",
    "email_event": "email_events",
    "campaign_stats": "campaign",
    "account_history": "customer",
}
COLUMNS = {
    "deal": {"deal_id": "id", "deal_pipeline_id": "properties_pipeline"}
    | {"deal_pipeline_stage_id": "properties_dealstage", "owner_id": "properties_hubspot_owner_id"},
    "owner": {"owner_id": "id", "first_name": "firstName", "last_name": "lastName"},
    "contact_property_history": {"contact_id": "vid", "name": "property", "source_id": "source-id"},
    "deal_property_history": {"deal_id": "dealId", "name": "property"},
    "engagement_call": {"engagement_id": "id"},
    "engagement_meeting": {"engagement_id": "id"},
    # As Google's API and its CSV name them; the others as Airbyte does.
    "campaign_stats": {"id": "campaign.id", "customer_id": "customer.id", "date": "segments.date"}
    | {"device": "segments.device", "ad_network_type": "segments.ad_network_type"}
    | {"clicks": "metrics.clicks", "impressions": "metrics.impressions"}
    | {"cost_micros": "metrics.cost_micros"},
    "campaign_history": {"id": "campaign_id", "name": "campaign_name"}
    | {"advertising_channel_type": "campaign_advertising_channel_type"},
    "account_history": {"id": "customer_id", "currency_code": "customer_currency_code"}
    | {"time_zone": "customer_time_zone"},
}


def table_name(vendor: str, table: str) -> str:
    """Salesforce's tables are Account and Contact; the others' are listed."""
    return native(table) if vendor == "salesforce" else TABLES.get(table, table)


def column_name(vendor: str, table: str, column: str) -> str:
    """account_id of Salesforce is AccountId, status_c is Status__c; property_email of HubSpot is properties_email."""
    if column == "_fivetran_synced":
        return "_airbyte_extracted_at"
    if vendor == "salesforce":
        return native(column)
    if vendor == "hubspot" and column in ("is_deleted", "_fivetran_deleted"):
        return "archived"
    renamed = re.sub("^property_", "properties_", column) if vendor == "hubspot" else column
    return COLUMNS.get(table, {}).get(column, renamed)


def native(name: str) -> str:
    """Salesforce's own spelling; that of own fields ends with __c."""
    stem = name.removesuffix("_c")
    words = "".join(word[:1].upper() + word[1:] for word in stem.split("_"))
    return words + ("__c" if stem != name else "")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with the staging models of these vendors."""
    folder = tmp_path_factory.mktemp("other_loaders")
    models = (
        path.stem for name in VENDORS for path in (ROOT / "models/staging" / name).glob("*.sql")
    )
    small_project.make(folder, tuple(models))
    return small_project.without_tests(folder)


def built(project, place) -> duckdb.DuckDBPyConnection:
    """The staging models of the files in `raw`."""
    vendors = {kind: [v for v, k in VENDORS.items() if k == kind] for kind in VENDORS.values()}
    environment = dbt_environment(place) | {
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
    }
    exit_code, printed = dbt_process.call(
        "run -s staging",
        own_data(place / "raw", "2025-12-31", email=["hubspot"], **vendors),
        environment,
        place / "dbt_output.txt",
        project,
    )
    assert exit_code == 0, printed
    return connect(place)


@pytest.fixture(scope="module")
def databases(project, tmp_path_factory):
    """The same rows with Fivetran's names and with those of other loaders."""
    places = [tmp_path_factory.mktemp(name) for name in ("fivetran", "others")]
    for vendor, tables in SHAPES.items():
        shapes = real_data(f"vendor_shapes/{vendor}")
        for table in tables:
            prefix = "sf_" if vendor == "salesforce" else ""
            with (shapes / f"{prefix}{table}_data.csv").open(encoding="utf-8-sig") as file:
                rows = list(csv.DictReader(file))
            write_csv(places[0] / "raw" / vendor / f"{table}.csv", rows)
            named = [{column_name(vendor, table, name): row[name] for name in row} for row in rows]
            write_csv(places[1] / "raw" / vendor / f"{table_name(vendor, table)}.csv", named)
    found = [built(project, place) for place in places]
    yield found
    for database in found:
        database.close()


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_staging_rows_are_the_same(databases, vendor):
    ours, theirs = databases
    query = (
        "select table_name from information_schema.tables where table_schema = 'staging'"
        f" and table_name like 'stg_{vendor}__%' and table_name not like '%__raw_ledger' order by 1"
    )
    models = [name for (name,) in ours.execute(query).fetchall()]
    rows = {
        model: [
            database.execute(f"select * from staging.{model} order by all").fetchall()
            for database in (ours, theirs)
        ]
        for model in models
    }
    assert [model for model, (one, other) in rows.items() if one != other] == []
    assert sum(len(one) > 0 for one, _ in rows.values()) >= len(models) / 3, "there are rows"
