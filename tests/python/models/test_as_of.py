"""A run as of a past day shows what was known on that day: its marts are those of an export taken at its end.

The exports of that day are made here by plain loops over the rows, and share nothing with the SQL: of the edge-case company
with all its vendors, and of a random company in the generic tables whose whole past is known.
"""

import math
import shutil
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import small_project
from demo_exports import Exports
from random_company import LAST, STAGE_MAPPING, Tables, company, export
from support import ROOT, connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow

DAY = date(2025, 8, 31)
END = str(DAY + timedelta(days=1))
BUILD = "build --quiet --exclude-resource-type test --exclude-resource-type unit_test"
# They count raw rows, and the later export has more of them.
COUNT_RAW_ROWS = {"rpt_source_reconciliation", "rpt_rejected_rows"}


def is_same(one: tuple, other: tuple) -> bool:
    """Ratios are sums of floating point numbers, which add up in any order; all else is equal."""
    return all(
        math.isclose(value, twin, rel_tol=1e-9, abs_tol=1e-9)
        if isinstance(value, float) and isinstance(twin, float)
        else value == twin
        for value, twin in zip(one, other, strict=True)
    )


def in_order(row: tuple) -> tuple[str, str]:
    """By what is exact first, so that a difference in the last digit moves no row."""
    exact = [value for value in row if not isinstance(value, float)]
    return repr(exact), repr([round(value, 4) for value in row if isinstance(value, float)])


def differences(whole: Path, cut: Path) -> dict[str, str]:
    """Mart -> the rows that only one of two builds has, for every mart that differs in any column."""
    found = {}
    marts = "select table_name from information_schema.tables where table_schema = 'marts'"
    with connect(whole) as one, connect(cut) as other:
        names = [name for (name,) in one.execute(marts).fetchall()]
        assert len(names) > 40
        for name in sorted(set(names) - COUNT_RAW_ROWS):
            columns = [column for column, *_ in one.execute(f"describe marts.{name}").fetchall()]
            query = f"select {', '.join(columns)} from marts.{name}"
            rows = [
                sorted(connection.execute(query).fetchall(), key=in_order)
                for connection in (one, other)
            ]
            if len(rows[0]) != len(rows[1]) or not all(map(is_same, *rows)):
                others = [set(side) for side in rows]
                only = [
                    [row for row in rows[side] if row not in others[1 - side]] for side in (0, 1)
                ]
                found[name] = (
                    f"{len(only[0])} rows only as of the day, {len(only[1])} only in the export of it:\n"
                    f"  {columns}\n  {only[0][:2]}\n  {only[1][:2]}"
                )
    return found


def assert_equal(whole: Path, cut: Path) -> None:
    found = differences(whole, cut)
    assert not found, "\n" + "\n".join(f"{mart}: {what}" for mart, what in found.items())


# -- the edge-case company: Salesforce, Segment, Marketo, Google and LinkedIn Ads, Stripe, Calendly -------


def read_company(company: Path) -> Tables:
    """<vendor>/<table> -> rows."""
    exports = Exports(company / "raw")
    return {
        f"{vendor}/{table}": exports.rows(vendor, table)
        for vendor, table in exports.files
        if vendor != "rules"
    }


# When a row came into being, first column found; tables of definitions (users, prices) have no date.
CREATED = ("created_date", "created", "timestamp", "activity_date", "day", "date", "started_at")
CREATED += ("created_at", "effective_at")
# Versions of a campaign or account, which have their own way to the newest one.
VERSIONS = ("google_ads/campaign_history", "google_ads/account_history")
VERSIONS += ("linkedin_ads/campaign_history", "linkedin_ads/account_history")


def export_of_the_day(tables: Tables) -> Tables:
    """The company's tables as they would have been delivered at the end of DAY."""
    kept = {}
    for name, rows in tables.items():
        created = next((column for column in CREATED if rows and column in rows[0]), None)
        if name.startswith("salesforce/"):
            created = "created_date" if "created_date" in rows[0] else None
        is_dated = created and name not in VERSIONS
        kept[name] = [dict(row) for row in rows if not is_dated or row[created] < END]
    contacts = {row["id"] for row in kept["salesforce/contact"]}
    lead_of = {row["converted_contact_id"]: row["id"] for row in kept["salesforce/lead"]}
    last, first_later = {}, {}
    for row in sorted(tables["salesforce/opportunity_history"], key=lambda r: r["created_date"]):
        if row["created_date"] < END:
            last[row["opportunity_id"]] = row
    for row in sorted(tables["salesforce/lead_history"], key=lambda r: r["created_date"]):
        # A change of owner is written twice, with names and with ids.
        is_named = row["field"] == "Owner" and not row["new_value"].startswith(("005", "00G"))
        if row["created_date"] >= END and not is_named:
            first_later.setdefault((row["lead_id"], row["field"]), row["old_value"])
    changed = {
        row["opportunity_id"]
        for row in tables["salesforce/opportunity_history"]
        if row["created_date"] >= END
    }
    for row in kept["salesforce/opportunity"]:
        row["is_deleted"] = "false"  # it was deleted on the day of the export
        if row["id"] not in changed:
            continue
        then = last[row["id"]]
        is_closed = then["stage_name"].startswith("Closed")
        if row["is_closed"] == "true" and not is_closed:
            row |= {"loss_reason_c": "", "competitor_c": ""}
        row |= {
            "stage_name": then["stage_name"],
            "amount": then["amount"],
            "close_date": then["close_date"],
            "forecast_category_name": {"BestCase": "Best Case", "Forecast": "Commit"}.get(
                then["forecast_category"], then["forecast_category"]
            ),
            "is_closed": str(is_closed).lower(),
            "is_won": str(then["stage_name"] == "Closed Won").lower(),
        }
    for row in kept["salesforce/lead"]:
        row["status"] = first_later.get((row["id"], "Status"), row["status"])
        row["owner_id"] = first_later.get((row["id"], "Owner"), row["owner_id"])
        if row["converted_date"] >= END:
            if (row["id"], "Status") not in first_later:
                row["status"] = ""
            row |= {name: "" for name in row if name.startswith("converted_")}
            row["is_converted"] = "false"
    for row in kept["salesforce/campaign_member"]:
        if row["contact_id"] not in contacts and row["lead_id"]:
            row["contact_id"] = ""
        if row["first_responded_date"] >= END:
            row |= {"has_responded": "false", "first_responded_date": "", "status": ""}
    for row in [*kept["salesforce/task"], *kept["salesforce/event"]]:
        if row["who_id"].startswith("003") and row["who_id"] not in contacts:
            row["who_id"] = lead_of.get(row["who_id"], row["who_id"])
    for row in kept["stripe/subscription"]:
        if row["ended_at"] >= END:
            row |= {"status": "active", "ended_at": ""}
    invoices = {row["id"] for row in kept["stripe/invoice"]}
    invoices |= {row["invoice_id"] for row in tables["stripe/invoice_line_item"]} - {
        row["id"] for row in tables["stripe/invoice"]
    }
    kept["stripe/invoice_line_item"] = [
        row for row in kept["stripe/invoice_line_item"] if row["invoice_id"] in invoices
    ]
    meetings = {row["uri"]: row for row in kept["calendly/event"]}
    for row in kept["calendly/invitee"]:
        if row["canceled_at"] >= END:
            row["status"] = "active"
            if row["event_uri"] in meetings:
                meetings[row["event_uri"]]["status"] = "active"
    return kept


def build(place: Path, tables: Tables, vars: dict) -> Path:
    for name, rows in tables.items():
        write_csv(place / "raw" / f"{name}.csv", rows)
    dbt(place, BUILD, {**vars, "raw_location": str(place / "raw"), "as_of_date": str(DAY)})
    return place


@pytest.mark.nightly
def test_the_edge_case_company_as_of_a_past_day_is_its_export_of_that_day(
    edge_company, tmp_path_factory
):
    tables = read_company(edge_company)
    places = []
    for name, exported in (("whole", tables), ("cut", export_of_the_day(tables))):
        place = tmp_path_factory.mktemp(f"edge_{name}")
        # The demo's rules: those of a raw location have no targets.
        shutil.copytree(ROOT / "seeds" / "demo" / "rules", place / "raw" / "rules")
        places.append(build(place, exported, {"raw_data": "source"}))
    assert_equal(*places)


# -- a random company in the generic tables --------------------------------------------------------


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [7])
def test_a_company_as_of_a_past_day_is_its_export_of_that_day(tmp_path_factory, seed):
    made = company(seed)
    places = []
    for name, end in (("whole", LAST), ("cut", datetime.fromisoformat(END))):
        tables = {f"generic/{table}": rows for table, rows in export(made, end).items()}
        tables["rules/stage_mapping"] = STAGE_MAPPING
        place = tmp_path_factory.mktemp(name)
        places.append(build(place, tables, own_data(place / "raw", str(DAY))))
    assert_equal(*places)


# -- the command as a user types it ----------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Thousands of opportunities with their history, published as of four months before their export."""
    root = tmp_path_factory.mktemp("as_of_a_past_day")
    marts = ("fct_opportunities", "fct_pipeline_snapshots")
    project = small_project.without_tests(small_project.make(root / "project", marts))
    pipeline = small_project.Pipeline(project, root)
    for table, rows in export(company(11, opportunities_count=4000), LAST).items():
        write_csv(pipeline.raw / "generic" / f"{table}.csv", rows)
    write_csv(pipeline.raw / "rules" / "stage_mapping.csv", STAGE_MAPPING)
    outcome = pipeline.run("--as-of", str(DAY))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return pipeline


def test_no_open_opportunity_shows_that_it_is_won_or_lost_later(published):
    ((count, shown),) = published.published("""
        select count(*), count(*) filter (where source_stage in ('Won', 'Lost'))
        from marts.fct_opportunities where not is_closed
    """)
    assert count > 1000
    assert shown == 0


def test_every_opportunity_has_the_values_of_the_day(published):
    rows = export(company(11, opportunities_count=4000), datetime.fromisoformat(END))
    columns = ("opportunity_id", "stage", "amount", "owner_id", "forecast_category", "close_date")
    columns += ("lost_reason", "competitor")
    expected = {tuple(str(row[name]) for name in columns) for row in rows["opportunities"]}
    found = published.published("""
        select opportunity_id, source_stage, source_amount, owner_id, forecast_category, close_date,
            lost_reason, competitor
        from marts.fct_opportunities
    """)
    assert {tuple(map(str, row)) for row in found} == expected


def test_snapshots_show_what_was_known_at_their_dates(published):
    """A snapshot of the past is that of the changes until its date, whatever came later."""
    changes = export(company(11, opportunities_count=4000), LAST)["opportunity_changes"]
    snapshots = published.published("""
        select opportunity_id, source_stage, amount, close_date, snapshot_date
        from marts.fct_pipeline_snapshots
    """)
    history = defaultdict(list)
    for change in changes:
        history[change["opportunity_id"]].append(change)
    expected = set()
    for day in {row[-1] for row in snapshots}:
        end = datetime.combine(day + timedelta(days=1), datetime.min.time())
        for opportunity, of_opportunity in history.items():
            known = [change for change in of_opportunity if change["changed_at"] < end]
            if known and known[-1]["stage"] not in ("Won", "Lost"):
                then = known[-1]
                expected.add(
                    (opportunity, then["stage"], then["amount"], str(then["close_date"]), str(day))
                )
    assert len(expected) > 1000
    assert {tuple(map(str, row)) for row in snapshots} == expected
