"""
The funnel of the demo company and of the edge-case company, computed a second time from the raw tables for three months.
People and sessions come from the warehouse (test_identity and the web tests check them); stages, journeys, conversion,
velocity and hand-offs are plain loops over the CSV files.
"""

import csv
from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest
from demo_exports import Exports
from funnel_loops import PAIRS, STAGES, conversion, finish, journeys_of, velocity
from support import ROOT

AS_OF_END = datetime(2026, 1, 1)
# Most edge cases are of the spring of 2024.
MONTHS = {
    "demo company": [date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)],
    "edge-case company": [date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)],
}


class RawTables:
    """The raw tables of a company; empty values are None."""

    def __init__(self, folder: Path) -> None:
        self.exports = Exports(folder)

    def all_rows(self, vendor: str, table: str) -> list[dict]:
        return [
            {name: value or None for name, value in row.items()}
            for row in self.exports.rows(vendor, table)
        ]

    def newest(self, vendor: str, table: str) -> list[dict]:
        """The newest row of each id."""
        rows = self.all_rows(vendor, table)
        rows.sort(key=lambda row: row.get("_fivetran_synced") or "")
        return list({row.get("id") or row["uri"]: row for row in rows}.values())

    def __call__(self, vendor: str, table: str) -> list[dict]:
        """The newest row of each id, without deleted ones."""
        return [row for row in self.newest(vendor, table) if row.get("is_deleted") != "true"]


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def first(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)


@pytest.fixture(scope="module")
def raw(either_company) -> RawTables:
    return RawTables(either_company.raw)


@pytest.fixture(scope="module")
def months(either_company) -> list[date]:
    return MONTHS[either_company.name]


@pytest.fixture(scope="module")
def known(built_company):
    """What is taken from the warehouse: records and addresses of people, their first day and account; web sessions."""
    people = {
        key: {
            "visitor": None,
            "lead": lead,
            "created": None,
            "account": account,
            "said": set(),
            "deals": [],
            "owners": [],
            "activities": [],
            "owner": owner,
        }
        for key, lead, account, owner in built_company.execute(
            "select person_key, became_lead_at, account_id, owner_id from marts.dim_people"
        ).fetchall()
    }
    keys = {
        (kind, name): key
        for kind, name, key in built_company.execute(
            "select identifier_type, identifier, person_key from intermediate.int_person_identifiers"
        ).fetchall()
        if key in people
    }
    sessions = built_company.execute(
        "select anonymous_id, started_at, ended_at, visitor_key, person_key from marts.fct_sessions"
        " where visitor_key is not null order by started_at"
    ).fetchall()
    return people, keys, sessions


def read_statuses(raw: RawTables, people: dict, keys: dict) -> None:
    """What the CRM said of leads: their history, or the present status where there is none."""
    with (ROOT / "seeds" / "demo" / "rules" / "stage_mapping.csv").open(newline="") as file:
        stage_of = {
            row["source_status"]: row["stage"]
            for row in csv.DictReader(file)
            if row["object"] == "person"
        }
    changes = defaultdict(set)
    for row in raw("salesforce", "lead_history"):
        key = keys.get(("crm", row["lead_id"]))
        if row["field"] == "Status":
            changes[row["lead_id"]].add((at(row["created_date"]), row["new_value"]))
        elif key and row["new_value"].startswith("005"):
            people[key]["owners"].append((at(row["created_date"]), row["new_value"]))
    for row in raw("salesforce", "lead"):
        key = keys.get(("crm", row["id"]))
        if not key:
            continue
        people[key]["created"] = first(people[key]["created"], at(row["created_date"]))
        since = at(row["converted_date"]) or at(row["created_date"])
        previous = None
        for changed_at, status in sorted(changes[row["id"]] or {(since, row["status"])}):
            if stage_of[status] != previous:
                previous = stage_of[status]
                people[key]["said"].add((changed_at, previous, "status"))
    for row in raw("salesforce", "contact"):
        if key := keys.get(("crm", row["id"])):
            people[key]["created"] = first(people[key]["created"], at(row["created_date"]))
    for person in people.values():
        person["owners"].sort()


def read_visits(raw: RawTables, people: dict, sessions: list[tuple]) -> None:
    """First visits, and the visits in which a demo, a chat or a contact form was sent."""
    of_device = defaultdict(list)
    for device, started_at, ended_at, _, key in sessions:
        of_device[device].append((started_at, ended_at, key))
        if key:
            people[key]["visitor"] = first(people[key]["visitor"], started_at)
    for row in raw("segment", "tracks"):
        section = "/" + (row["context_page_path"] or "/").split("/")[1]
        is_hand_raise = row["event"] in ("demo_requested", "chat_started") or (
            row["event"] == "form_submitted" and section == "/contact"
        )
        device = row["anonymous_id"] or f"user:{row['user_id']}"
        happened_at = at(row["timestamp"])
        place = bisect_right(of_device[device], happened_at, key=lambda session: session[0]) - 1
        if is_hand_raise and place >= 0:
            started_at, ended_at, key = of_device[device][place]
            if key and happened_at <= ended_at:
                raised_at = max(started_at, people[key]["lead"])
                people[key]["said"].add((raised_at, "mql", "hand_raise"))


def is_with_sales(person: dict, at_time: datetime, team_of: dict) -> bool:
    """Whether the lead was handed over by then: what is done before accepts nothing."""
    if not person["owners"]:
        return team_of.get(person["owner"], "Sales") != "Marketing"
    owners = [owner for moment, owner in person["owners"] if moment <= at_time]
    return bool(owners) and team_of.get(owners[-1]) in ("SDR", "Sales")


def read_activities(raw: RawTables, people: dict, keys: dict) -> None:
    """Completed calls, mails and meetings, with whether they reached the person."""
    done = [
        (keys.get(("crm", row["who_id"])), at(row["completed_date_time"]), row["call_disposition"] == "Connected")
        for row in raw("salesforce", "task")
        if row["is_closed"] == "true"
    ]  # fmt: skip
    done += [
        (keys.get(("crm", row["who_id"])), at(row["start_date_time"]), True)
        for row in raw("salesforce", "event")
        if row["no_show_c"] != "true"
    ]
    events = {row["uri"]: row for row in raw("calendly", "event")}
    for row in raw("calendly", "invitee"):
        event = events[row["event_uri"]]
        if row["status"] == event["status"] == "active" and row["is_no_show"] != "true":
            key = keys.get(("email", row["email"].strip().lower()))
            done.append((key, at(event["start_time"]), True))
    team_of = {row["id"]: row["department"] for row in raw("salesforce", "user")}
    for key, occurred_at, is_connected in done:
        if key and occurred_at < AS_OF_END:
            people[key]["activities"].append((occurred_at, is_connected))
            if is_with_sales(people[key], occurred_at, team_of):
                people[key]["said"].add((occurred_at, "sal", "activity"))
    for person in people.values():
        person["activities"].sort()


def read_deals(raw: RawTables, people: dict, keys: dict) -> list[dict]:
    """Deals with their outcome and people, the primary one first."""
    history = defaultdict(list)
    for row in raw("salesforce", "opportunity_history"):
        history[row["opportunity_id"]].append((at(row["created_date"]), row["stage_name"]))
    roles = defaultdict(dict)
    for row in raw("salesforce", "opportunity_contact_role"):
        if key := keys.get(("crm", row["contact_id"])):
            group = roles[row["opportunity_id"]]
            group[key] = group.get(key, False) or row["is_primary"] == "true"
    survivors = {
        row["id"]: row["master_record_id"]
        for row in raw.all_rows("salesforce", "account")
        if row["master_record_id"]
    }
    deals = []
    for row in raw.newest("salesforce", "opportunity"):
        if row["id"] == "006XBADDATE":  # Rejected: it closes on the 31st of February.
            continue
        is_deleted = row["is_deleted"] == "true"
        closed_at, previous = None, None
        for changed_at, stage in sorted(history[row["id"]]):
            if stage == row["stage_name"] != previous:
                closed_at = changed_at
            previous = stage
        closed_at = closed_at or datetime.combine(
            date.fromisoformat(row["close_date"]), time(23, 59, 59)
        )
        if is_deleted:  # Lost at the last sync, which is after as_of.
            closed_at = AS_OF_END - timedelta(seconds=1)
        account = survivors.get(row["account_id"], row["account_id"])
        group = roles.get(row["id"]) or {
            key: False for key, person in people.items() if account and person["account"] == account
        }
        deal = {
            "id": row["id"],
            "type": {"New Business": "new_business", "Renewal": "renewal"}.get(
                row["type"], "expansion"
            ),
            "account": account,
            "created": at(row["created_date"]),
            "won": closed_at if row["is_won"] == "true" and not is_deleted else None,
            "lost": closed_at
            if is_deleted or row["is_closed"] == "true" != row["is_won"]
            else None,
            "amount": Decimal(0),
            "people": sorted(
                group,
                key=lambda key: (not group[key], people[key]["created"] or datetime.max, key),
            ),
        }
        for key in deal["people"]:
            people[key]["deals"].append(deal)
        deals.append(deal)
    return deals


@pytest.fixture(scope="module")
def journeys(known, raw):
    people, keys, sessions = known
    read_statuses(raw, people, keys)
    read_visits(raw, people, sessions)
    read_activities(raw, people, keys)
    deals = read_deals(raw, people, keys)
    rows = [
        {**row, "segment": "(one)", "buyer": person["account"] or key}
        for key, person in people.items()
        if person["lead"]
        for row in journeys_of(key, person)
    ]
    for deal in deals:
        if not deal["people"]:
            deal["people"] = [None]
            row = finish({"deal": deal, "own": True}, None)
            rows.append({**row, "segment": "(one)", "buyer": deal["account"] or deal["id"]})
    anonymous = {}
    for _, started_at, _, visitor, key in sessions:
        if not key:
            anonymous.setdefault(visitor, started_at)
    rows += [
        {**finish({"visitor": visited_at}, visitor), "segment": "(one)", "buyer": None}
        for visitor, visited_at in anonymous.items()
    ]
    return rows


def test_three_months_of_conversion_are_what_counting_the_raw_tables_gives(
    built_company, journeys, months
):
    expected = {
        (basis, month, start, end, window): counts
        for (basis, month, start, end, segment, window), counts in conversion(journeys).items()
        if month in months and segment == "(all)"
    }
    found = {
        row[:5]: row[5:]
        for row in built_company.execute(
            """
            select basis, period_month, from_stage, to_stage, window_days, entered_count, converted_count,
                entered_accounts_count, converted_accounts_count, entered_opportunities_count,
                converted_opportunities_count
            from marts.rpt_funnel_conversion
            where channel = '(all)' and segment = '(all)' and list_contains(?, period_month)
            """,
            [months],
        ).fetchall()
    }
    assert len(found) >= 3 * len(months) * (len(PAIRS) - 1)
    assert found == expected


def test_three_months_of_velocity_are_what_following_each_journey_gives(
    built_company, journeys, months
):
    expected = {}
    for month in months:
        for start, end in PAIRS:
            outcomes = []
            for row in journeys:
                if row[start] and row[start].date().replace(day=1) == month:
                    beyond = [row[stage] for stage in STAGES[STAGES.index(end) :] if row[stage]]
                    until = min(beyond) if beyond else row["exited_at"] or AS_OF_END
                    outcome = "moved" if beyond else "exited" if row["exited_at"] else "open"
                    outcomes.append(((until - row[start]) / timedelta(days=1), outcome))
            if outcomes:
                measured = [(days, outcome) for days, outcome in outcomes if days >= 0]
                moved = [days for days, outcome in measured if outcome == "moved"]
                counts = Counter(outcome for _, outcome in outcomes)
                expected[month, start, end] = (
                    counts["moved"],
                    counts["exited"],
                    counts["open"],
                    pytest.approx(median(moved)) if moved else None,
                    pytest.approx(sum(moved) / len(moved)) if moved else None,
                    velocity(measured),
                )
    found = {
        row[:3]: row[3:]
        for row in built_company.execute(
            """
            select period_month, from_stage, to_stage, moved_count, exited_count, censored_count, median_days,
                mean_days, incidence_median_days
            from marts.rpt_funnel_velocity
            where channel = '(all)' and segment = '(all)' and list_contains(?, period_month)
            """,
            [months],
        ).fetchall()
    }
    assert any(row[-1] is not None for row in expected.values())
    assert found == expected


def handed_off(row: dict, person: dict, team_of: dict) -> tuple[datetime, str] | None:
    """When and to whom of sales the MQL went: owner already, first assignment, or no history."""
    before = [owner for moment, owner in person["owners"] if moment < row["mql"]]
    if before and team_of.get(before[-1]) in ("SDR", "Sales"):
        return row["mql"], before[-1]
    end = row["exited_at"] or row["customer"] or AS_OF_END
    for moment, owner in person["owners"]:
        if row["mql"] <= moment <= end and team_of.get(owner) in ("SDR", "Sales"):
            return moment, owner
    if not person["owners"] and team_of.get(person["owner"], "Sales") != "Marketing":
        return row["mql"], person["owner"]
    return None


def test_three_months_of_the_sla_are_what_the_raw_tables_say_of_each_lead(
    built_company, raw, known, journeys, months
):
    people, _, _ = known
    team_of = {row["id"]: row["department"] for row in raw("salesforce", "user")}
    deals = {deal["id"]: deal for person in people.values() for deal in person["deals"]}
    given = defaultdict(list)
    for row in journeys:
        person = people.get(row["visitor_key"])
        if person and row["mql"] and (handoff := handed_off(row, person, team_of)):
            given[row["visitor_key"]].append(handoff)
    expected, joined = defaultdict(Counter), 0
    for key, handoffs in given.items():
        handoffs.sort()
        for place, (moment, owner) in enumerate(handoffs):
            # A person who joins an open opportunity of the account belongs to no SLA.
            if any(
                deal["created"] < moment < (deal["won"] or deal["lost"] or datetime.max)
                for deal in deals.values()
                if deal["account"] and deal["account"] == people[key]["account"]
            ):
                joined += 1
                continue
            later = handoffs[place + 1][0] if place + 1 < len(handoffs) else datetime.max
            tries = [a for a in people[key]["activities"] if moment <= a[0] < later]
            waited = (tries[0][0] if tries else AS_OF_END) - moment
            follow_up = (
                "breached"
                if waited > timedelta(hours=24)
                else "met" if tries else "pending"
            )  # fmt: skip
            in_time = [a for a in tries if a[0] <= moment + timedelta(days=14)]
            cadence = (
                "met"
                if len(in_time) >= 5 or any(connected for _, connected in in_time)
                else "breached" if moment + timedelta(days=14) < AS_OF_END else "pending"
            )  # fmt: skip
            month = moment.date().replace(day=1)
            for team in (team_of.get(owner, "(unknown)"), "(all)"):
                expected[month, team, "follow_up"][follow_up] += 1
                expected[month, team, "cadence"][cadence] += 1
    found = {
        row[:3]: row[3:]
        for row in built_company.execute(
            """
            select period_month, team, metric, met_count, breached_count, pending_count
            from marts.rpt_sla_compliance
            where segment = '(all)' and metric in ('follow_up', 'cadence') and list_contains(?, period_month)
            """,
            [months],
        ).fetchall()
    }
    wanted = {
        place: (counts["met"], counts["breached"], counts["pending"])
        for place, counts in expected.items()
        if place[0] in months
    }
    assert len(found) >= 4 * len(months)
    assert found == wanted
    (found_joined,) = built_company.execute(
        "select count(*) from marts.fct_handoffs where handoff_kind = 'joined_open_opportunity'"
    ).fetchone()
    assert found_joined == joined > 0
