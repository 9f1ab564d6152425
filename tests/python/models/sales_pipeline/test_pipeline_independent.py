"""The pipeline of the edge-case company, computed a second time: plain loops over its Salesforce tables replay every change
in time order and share nothing with the SQL; and the pipeline of a past day, from what was known on that day."""

import csv
import shutil
import statistics
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from demo_exports import Exports, read
from support import ROOT, connect, dbt, own_data

pytestmark = pytest.mark.slow

AS_OF = date(2025, 12, 31)
PAST = date(2025, 3, 31)
# June 2024: much is won, and one of these opportunities is deleted later. July 2025: a new quarter. December 2025: the deletion.
MONTHS = [date(2024, 6, 1), date(2025, 7, 1), date(2025, 12, 1)]
TABLES = ["account", "contact", "opportunity", "opportunity_history", "user"]
MARTS = "+rpt_pipeline_metrics +rpt_pipeline_movements"
SNAPSHOTS = "+fct_pipeline_snapshots"
# Entered in June 2025 with dates of February and March: a forgotten opportunity, and a changed amount.
ENTERED_LATE = "2025-06-02 08:00:00"
LATE_DEAL, LATE_CHANGE = "006XLATE", "006XSLIP"


def write(place: Path, tables: dict[str, list[dict]]) -> None:
    folder = place / "raw" / "salesforce"
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)


def known_today(company: Path) -> dict[str, list[dict]]:
    """The company's tables, each row synced when it was created, and two rows that came late."""
    exports = Exports(company / "raw")
    tables = {table: exports.rows("salesforce", table) for table in TABLES}
    for row in tables["opportunity_history"]:
        row["_fivetran_synced"] = row["created_date"]
    change = next(row for row in tables["opportunity_history"] if row["id"] == "008XSLIP2")
    late = {
        "opportunity_id": LATE_DEAL,
        "amount": "700.00",
        "created_date": "2025-02-10 09:00:00",
        "_fivetran_synced": ENTERED_LATE,
    }
    tables["opportunity_history"] += [
        {**change, **late, "id": "008XLATE1"},
        {
            **change,
            "id": "008XSLIPLATE",
            "amount": "15000.00",
            "created_date": "2025-03-28 09:00:00",
            "_fivetran_synced": ENTERED_LATE,
        },
    ]
    deal = next(row for row in tables["opportunity"] if row["id"] == LATE_CHANGE)
    tables["opportunity"].append(
        {**deal, "id": LATE_DEAL, **{k: v for k, v in late.items() if k in deal}}
        | {"close_date": change["close_date"], "stage_name": change["stage_name"]}
    )
    for row in tables["opportunity_history"]:  # what the deal was changed to later, it stays
        if row["opportunity_id"] == LATE_CHANGE and row["created_date"] > "2025-03-28 09:00:00":
            row["amount"] = "15000.00"
    deal["amount"] = "15000.00"
    return tables


def known_on(day: date, tables: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """What an export at the end of a day would have held: rows that had come, and deals as they were."""
    end = str(day + timedelta(days=1))
    history = [
        row
        for row in tables["opportunity_history"]
        if row["created_date"] < end and row["_fivetran_synced"] < end
    ]
    newest = {
        row["opportunity_id"]: row for row in sorted(history, key=lambda r: r["created_date"])
    }
    deals = []
    for row in tables["opportunity"]:
        now = newest.get(row["id"])
        if now:
            stage = now["stage_name"]
            deals.append(
                {
                    **row,
                    "stage_name": stage,
                    "amount": now["amount"],
                    "close_date": now["close_date"],
                    "is_closed": str(stage.startswith("Closed")).lower(),
                    "is_won": str(stage == "Closed Won").lower(),
                    "is_deleted": "false",
                }
            )
    return {**tables, "opportunity": deals, "opportunity_history": history}


def build(place: Path, tables: dict[str, list[dict]], as_of: date, marts: str):
    write(place, tables)
    shutil.copytree(ROOT / "seeds" / "demo" / "rules", place / "raw" / "rules")
    dbt(
        place,
        f"build --select {marts} --exclude-resource-type test --exclude-resource-type unit_test",
        own_data(place / "raw", as_of.isoformat(), crm=["salesforce"]),
    )
    return connect(place)


@pytest.fixture(scope="module")
def today(edge_company, tmp_path_factory):
    """The raw tables, and the database that dbt made of them."""
    tables = known_today(edge_company)
    with build(tmp_path_factory.mktemp("pipeline_today"), tables, AS_OF, MARTS) as database:
        yield tables, database


# -- plain loops ----------------------------------------------------------------------------------


def rates() -> dict[tuple[str, date], Decimal]:
    return {
        (row["currency"], date.fromisoformat(row["rate_date"])): Decimal(row["rate"])
        for row in read("demo/rules/fx_rates")
    }


def deals_of(tables: dict[str, list[dict]]) -> dict[str, dict]:
    """Each deal with its segment, rate, and history in time order: (time, stage, amount, close date)."""
    size = {row["id"]: row["number_of_employees"] for row in tables["account"]}
    merged = {row["id"]: row["master_record_id"] for row in tables["account"]}
    table, deals = rates(), {}
    for row in tables["opportunity"]:
        try:
            date.fromisoformat(row["close_date"])
        except ValueError:
            continue  # set aside: 31/02/2024 is no date
        created = datetime.fromisoformat(row["created_date"])
        rate, day = Decimal(1), created.date()
        if row["currency_iso_code"] != "USD":
            while (row["currency_iso_code"], day) not in table:
                day -= timedelta(days=1)
            rate = table[row["currency_iso_code"], day]
        count = int(size.get(merged.get(row["account_id"]) or row["account_id"]) or 0)
        segment = (
            "unknown"
            if not count
            else "smb"
            if count < 50
            else "mid"
            if count < 1000
            else "enterprise"
        )
        deals[row["id"]] = {
            "segment": segment,
            "rate": rate,
            "created": created,
            "is_deleted": row["is_deleted"] == "true",
            "history": [],
        }
    for row in sorted(tables["opportunity_history"], key=lambda row: row["created_date"]):
        deal = deals[row["opportunity_id"]]
        amount = (Decimal(row["amount"] or 0) * deal["rate"]).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        moment = datetime.fromisoformat(row["created_date"])
        deal["history"].append(
            (moment, row["stage_name"], amount, date.fromisoformat(row["close_date"]))
        )
        deal["has_amount"] = bool(row["amount"])
    for deal in deals.values():
        if deal["is_deleted"]:  # heard of in the last sync, capped to the last second of as_of
            _, _, amount, close = deal["history"][-1]
            moment = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 23, 59, 59)
            deal["history"].append((moment, "Closed: deleted", amount, close))
    return deals


def month_of(moment) -> date:
    return date(moment.year, moment.month, 1)


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def next_month(month: date) -> date:
    return month_of(month + timedelta(days=31))


def in_scope(scope: str, close: date, month: date) -> bool:
    return scope == "all_open" or quarter_of(close) == quarter_of(month)


def movements(deals: dict[str, dict], month: date, scope: str) -> dict[str, dict[str, Decimal]]:
    """Segment -> what moved in the month, replaying all changes from the beginning."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    changes = sorted(
        (moment, deal, stage, amount, close)
        for deal, known in deals.items()
        for moment, stage, amount, close in known["history"]
    )
    held: dict[str, tuple[str, Decimal, date]] = {}

    def note(deal: str, what: str, amount: Decimal) -> None:
        for segment in (deals[deal]["segment"], "(all)"):
            found[segment][what] += amount

    def standing(what: str) -> None:
        for deal, (stage, amount, close) in held.items():
            if not stage.startswith("Closed") and in_scope(scope, close, month):
                note(deal, what, amount)

    for _, deal, stage, amount, close in [c for c in changes if month_of(c[0]) < month]:
        held[deal] = (stage, amount, close)
    standing("start")
    for _, deal, stage, amount, close in [c for c in changes if month_of(c[0]) == month]:
        is_open, is_due = not stage.startswith("Closed"), in_scope(scope, close, month)
        if deal not in held:
            if is_due:
                note(deal, "created", amount)
        else:
            old_stage, old_amount, old_close = held[deal]
            was_open = not old_stage.startswith("Closed")
            was_due = in_scope(scope, old_close, month)
            if not was_open and stage != old_stage and is_due:
                note(deal, "reopened", amount)
                if not is_open:  # another end, without having been open between
                    note(deal, "won" if stage == "Closed Won" else "lost", amount)
            if was_open and was_due and not is_due:
                note(deal, "pushed_out", old_amount)
            if was_open and is_due:
                if not was_due:
                    note(deal, "pulled_in", old_amount)
                note(deal, "increased" if amount > old_amount else "decreased", abs(amount - old_amount))  # fmt: skip
                if not is_open:
                    note(deal, "won" if stage == "Closed Won" else "lost", amount)
        held[deal] = (stage, amount, close)
    standing("end")
    return found


COLUMNS = ["start", "created", "reopened", "pulled_in", "increased", "decreased", "won", "lost"]
COLUMNS += ["pushed_out", "end"]


@pytest.mark.parametrize("month", MONTHS, ids=str)
@pytest.mark.parametrize("scope", ["all_open", "due_this_quarter"])
def test_movements_are_what_replaying_the_changes_gives(today, month, scope):
    tables, database = today
    expected = movements(deals_of(tables), month, scope)
    assert any(expected["(all)"].values())
    found = database.execute(
        f"""
        select segment, {", ".join(f"{column}_amount" for column in COLUMNS)}
        from marts.rpt_pipeline_movements where period_month = ? and pipeline_scope = ?
        """,
        [month, scope],
    ).fetchall()
    assert {row[0]: list(row[1:]) for row in found} == {
        segment: [expected[segment][column] for column in COLUMNS] for segment, *_ in found
    }
    assert set(expected) <= {row[0] for row in found}


def closings(deals: dict[str, dict], first: date, last: date, segment: str) -> tuple[list, list]:
    """(won, lost) deals that closed in the months from first to last, as (amount or None, cycle in days)."""
    won, lost = [], []
    for deal in deals.values():
        moment, stage, amount, _ = deal["history"][-1]
        is_asked = segment in (deal["segment"], "(all)") and first <= month_of(moment) <= last
        if stage.startswith("Closed") and is_asked:
            days = (moment.date() - deal["created"].date()).days
            closed = (amount if deal["has_amount"] else None, days)
            (won if stage == "Closed Won" else lost).append(closed)
    return won, lost


def metrics(deals: dict[str, dict], month: date, segment: str) -> dict:
    first = month
    for _ in range(5):
        first = month_of(first - timedelta(days=1))
    won, lost = closings(deals, month, month, segment)
    trailing_won, trailing_lost = closings(deals, first, month, segment)
    created = [
        deal["history"][0][2]
        for deal in deals.values()
        if segment in (deal["segment"], "(all)") and month_of(deal["created"]) == month
    ]
    is_open = []
    for deal in deals.values():
        past = [step for step in deal["history"] if month_of(step[0]) <= month]
        if segment in (deal["segment"], "(all)") and past and not past[-1][1].startswith("Closed"):
            is_open.append(past[-1][2])
    sizes = [amount for amount, _ in won if amount is not None]
    trailing_sizes = [amount for amount, _ in trailing_won if amount is not None]
    velocity = None
    if trailing_won:
        win_rate = len(trailing_won) / (len(trailing_won) + len(trailing_lost))
        size = float(sum(trailing_sizes)) / len(trailing_sizes)
        velocity = len(is_open) * win_rate * size / statistics.median(d for _, d in trailing_won)
    return {
        "created_count": len(created),
        "created_amount": sum(created),
        "won_count": len(won),
        "won_amount": sum(sizes),
        "lost_count": len(lost),
        "lost_amount": sum(amount or 0 for amount, _ in lost),
        "open_count": len(is_open),
        "open_amount": sum(is_open),
        "win_rate": len(won) / (len(won) + len(lost)) if won or lost else None,
        "average_deal_size": float(sum(sizes)) / len(sizes) if sizes else None,
        "median_cycle_days": statistics.median(days for _, days in won) if won else None,
        "pipeline_velocity": velocity,
    }


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_metrics_are_what_counting_the_deals_gives(today, month):
    tables, database = today
    deals = deals_of(tables)
    found = database.execute(
        "select * from marts.rpt_pipeline_metrics where period_month = ?", [month]
    )
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert {row["segment"] for row in rows} == {"(all)", *(d["segment"] for d in deals.values())}
    for row in rows:
        for name, expected in metrics(deals, month, row["segment"]).items():
            if expected is None:
                assert row[name] is None, (row["segment"], name)
            else:
                assert float(row[name]) == pytest.approx(float(expected), rel=1e-9), (
                    row["segment"],
                    name,
                )


# -- a past day -----------------------------------------------------------------------------------


def test_the_pipeline_of_a_past_day_is_what_was_known_then_but_for_what_was_entered_late(
    today, tmp_path_factory
):
    tables, database = today
    then = known_on(PAST, tables)
    late = {
        row["opportunity_id"]
        for row in tables["opportunity_history"]
        if row["created_date"] <= f"{PAST} 23:59:59" and row not in then["opportunity_history"]
    }
    assert late == {LATE_DEAL, LATE_CHANGE}
    query = """
        select opportunity_id, snapshot_date, stage, source_stage, amount, close_date, age_days, segment, team, owner_id
        from marts.fct_pipeline_snapshots where snapshot_date <= ?
    """
    as_of_today = set(database.execute(query, [PAST]).fetchall())
    with build(tmp_path_factory.mktemp("pipeline_then"), then, PAST, SNAPSHOTS) as past:
        as_of_then = set(past.execute(query, [PAST]).fetchall())
    different = as_of_today ^ as_of_then
    assert {row[0] for row in different} == late
    assert len(as_of_then) > 150
    amounts = {row[4] for row in different if row[0] == LATE_CHANGE and row[1] == PAST}
    assert amounts == {Decimal("12000.00"), Decimal("15000.00")}
    assert {row for row in as_of_then if row[0] == LATE_DEAL} == set()
