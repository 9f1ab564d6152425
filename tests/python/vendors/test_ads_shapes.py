"""The real column names and quirks of four ad platforms: all spend arrives, once, in the account's currency."""

import csv
import shutil
from collections import defaultdict
from decimal import Decimal

import pytest
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

# Folder of the real data, prefix of its files there, and the table's own file name where the prefix is part of it.
VENDORS = {
    "google_ads": "",
    "linkedin_ads": "linkedin_",
    "facebook_ads": "facebook_ads_",
    "microsoft_ads": "microsoft_ads_",
}
DAILY = {
    "google_ads": (
        "campaign_stats",
        "date",
        "id",
        lambda row: Decimal(row["cost_micros"]) / 1_000_000,
    ),
    "linkedin_ads": (
        "ad_analytics_by_campaign",
        "day",
        "campaign_id",
        lambda row: Decimal(row["cost_in_local_currency"]),
    ),
    "facebook_ads": ("basic_ad", "date", "ad_id", lambda row: Decimal(row["spend"])),
    "microsoft_ads": (
        "campaign_performance_daily_report",
        "date",
        "campaign_id",
        lambda row: Decimal(row["spend"]),
    ),
}


def table_name(file_stem: str, prefix: str) -> str:
    """linkedin_ad_campaign_history_data is table campaign_history, linkedin_ad_analytics_by_campaign_data keeps its ad_."""
    name = file_stem.removesuffix("_data").removeprefix(prefix)
    return name.removeprefix("ad_") if name.endswith("_history") and prefix == "linkedin_" else name


@pytest.fixture(scope="module")
def raw_location(tmp_path_factory):
    raw = tmp_path_factory.mktemp("raw")
    for vendor, prefix in VENDORS.items():
        (raw / vendor).mkdir()
        for file in real_data(f"vendor_shapes/{vendor}").glob("*_data.csv"):
            shutil.copy(file, raw / vendor / f"{table_name(file.stem, prefix)}.csv")
    return raw


@pytest.fixture(scope="module")
def built(tmp_path_factory, raw_location):
    place = tmp_path_factory.mktemp("ads")
    rejects = " ".join(f"stg_{vendor}__raw_ledger" for vendor in VENDORS)
    dbt(
        place,
        f"build --select +ad_spend {rejects} --indirect-selection buildable",
        own_data(raw_location, "2025-12-31", ad=list(VENDORS)),
    )
    with connect(place) as connection:
        yield connection


def read(raw_location, vendor, table):
    with (raw_location / vendor / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("vendor", VENDORS)
def test_all_spend_is_in_canonical_or_set_aside_to_the_cent(built, raw_location, vendor):
    table, _, _, cost = DAILY[vendor]
    raw = read(raw_location, vendor, table)
    spend, impressions, clicks = built.execute(
        "select sum(spend), sum(impressions), sum(clicks) from canonical.ad_spend where platform = ?",
        [vendor],
    ).fetchone()
    aside = built.execute(
        f"select coalesce(sum(amount), 0) from staging.stg_{vendor}__raw_ledger"
        " where raw_table = ? and entry = 'set aside'",
        [table],
    ).fetchone()[0]
    assert spend > 0
    assert spend + aside == sum(map(cost, raw)).quantize(Decimal("0.01"))
    assert impressions == sum(int(row["impressions"] or 0) for row in raw)
    column = "inline_link_clicks" if vendor == "facebook_ads" else "clicks"
    assert clicks == sum(int(row[column] or 0) for row in raw)


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_day_of_a_campaign_is_one_row_with_its_own_spend(built, raw_location, vendor):
    table, day, campaign, cost = DAILY[vendor]
    of_ad = {}
    if vendor == "facebook_ads":
        of_ad = {row["id"]: row["campaign_id"] for row in read(raw_location, vendor, "ad_history")}
    expected = defaultdict(Decimal)
    for row in read(raw_location, vendor, table):
        expected[row[day][:10], of_ad.get(row[campaign], row[campaign])] += cost(row)
    # Microsoft Ads has a row for each network of a campaign.
    found = built.execute(
        "select cast(spend_date as varchar), campaign_id, sum(spend) from canonical.ad_spend"
        " where platform = ? group by all",
        [vendor],
    ).fetchall()
    assert len(found) == len(expected)
    for spend_date, campaign_id, spend in found:
        assert abs(spend - expected[spend_date, campaign_id]) <= Decimal("0.01")


def test_versions_of_campaigns_and_accounts_name_the_newest_and_fan_out_nothing(
    built, raw_location
):
    history = read(raw_location, "linkedin_ads", "campaign_history")
    names = {
        row["id"]: row["name"] for row in sorted(history, key=lambda row: row["last_modified_time"])
    }
    assert len(history) > len(names), "the set has several versions of a campaign"
    found = built.execute(
        "select distinct campaign_id, campaign_name, currency from canonical.ad_spend where platform = 'linkedin_ads'"
    ).fetchall()
    assert found
    for campaign_id, name, currency in found:
        assert (name, currency) == (names.get(campaign_id), "USD")
