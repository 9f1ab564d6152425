"""The funnel, computed a second time: random histories of people and deals go through dbt and through the plain loops
below, which follow the definitions event by event and share nothing with the SQL."""

import csv
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from funnel_loops import EXITS, STAGES, conversion, finish, journeys_of
from support import connect, dbt, own_data

PEOPLE, DEALS, ANONYMOUS = 400, 220, 60
FIRST_DAY, AS_OF = datetime(2024, 1, 1), date(2025, 12, 31)
AS_OF_END = datetime(2026, 1, 1)
RATES = {
    date(2024, 1, 1) + timedelta(days=7 * week): Decimal("1.10") + Decimal(week) / 1000
    for week in range(105)
}


def random_history(seed: int) -> dict[str, list[dict]]:
    """Raw tables of the generic vendor. Days are few and hours fewer, so that ties and exact windows are frequent."""
    draw = random.Random(seed)

    def moment(first: int = 0, last: int = 720) -> datetime:
        return FIRST_DAY + timedelta(
            days=draw.randrange(first, last), hours=draw.choice([0, 0, 12])
        )

    tables = defaultdict(list)
    for number in range(40):
        size = draw.choice([None, 10, 49, 50, 999, 1000])
        tables["accounts"].append({"account_id": f"a{number}", "employee_count": size})
    for number in range(PEOPLE):
        person, created = f"p{number}", moment()
        base = {"email": f"{person}@example{number}.com", "account_id": f"a{draw.randrange(44)}"}
        records = [
            {
                "person_id": person,
                "created_at": created,
                "status": draw.choice([None, "MQL", "recycled"]),
                **base,
            }
        ]
        if draw.random() < 0.1:
            records.append(
                {"person_id": f"{person}b", "created_at": moment(), "status": None, **base}
            )
        tables["people"].extend(records)
        day = created
        for record in records:
            for _ in range(draw.choice([0, 0, 1, 2, 3, 5, 8])):
                day += timedelta(days=draw.choice([1, 1, 7, 30]), hours=draw.choice([0, 12]))
                status = draw.choice(
                    [
                        "lead",
                        "mql",
                        "MQL",
                        " mql",
                        "sal",
                        "sql",
                        *EXITS,
                        "mql",
                        "odd",
                        None,
                        "customer",
                    ]
                )
                if day < AS_OF_END:
                    tables["person_status_changes"].append(
                        {"person_id": record["person_id"], "status": status, "changed_at": day}
                    )
        for visit in range(draw.choice([0, 0, 1, 2])):
            start, device = moment(), f"d{number}"
            kind = draw.choice(["page_view", "page_view", "demo_request", "chat_started"])
            for step, event_type in enumerate(["page_view", kind]):
                tables["web_events"].append(
                    {
                        "event_id": f"{device}-{visit}-{step}",
                        "anonymous_id": device,
                        "person_id": person,
                        "event_type": event_type,
                        "channel": "Referral",
                        "occurred_at": start + timedelta(minutes=5 * step),
                    }
                )
        for activity in range(draw.choice([0, 0, 0, 1, 3])):
            tables["sales_activities"].append(
                {
                    "activity_id": f"{person}-{activity}",
                    "person_id": person,
                    "activity_type": "task",
                    "activity_status": draw.choice(["done", "done", "no_show"]),
                    "occurred_at": moment(),
                }
            )
    for number in range(ANONYMOUS):
        event = {"anonymous_id": f"x{number}", "event_type": "page_view", "channel": "Direct"}
        tables["web_events"].append({"event_id": f"x{number}", "occurred_at": moment(), **event})
    for number in range(DEALS):
        deal, created = f"o{number:03}", moment()
        chosen = draw.sample(range(PEOPLE), draw.choice([0, 1, 1, 2, 4]))
        if chosen and draw.random() < 0.2:
            created = next(
                row["created_at"] for row in tables["people"] if row["person_id"] == f"p{chosen[0]}"
            )
        closed = created + timedelta(
            days=draw.choice([-3, 0, 30, 89, 90, 91]), hours=draw.choice([0, 0, 1])
        )
        outcome = draw.choice(["open", "won", "won", "lost"]) if closed < AS_OF_END else "open"
        given = draw.random() < 0.6
        tables["opportunities"].append(
            {
                "opportunity_id": deal,
                "account_id": draw.choice([None, *(f"a{draw.randrange(60)}" for _ in range(9))]),
                "opportunity_type": draw.choice(
                    [None, "new_business", "new_business", "expansion", "renewal"]
                ),
                "stage": {"open": "opportunity", "won": "customer", "lost": "lost"}[outcome],
                "amount": draw.choice([None, "100.00", "333.33", "0.05"]),
                "currency": draw.choice([None, "USD", "EUR"]),
                "created_at": created,
                "closed_at": closed if outcome != "open" and given else None,
                "close_date": closed.date(),
            }
        )
        primary = draw.choice([None, *chosen])
        for person in chosen:
            tables["opportunity_contacts"].append(
                {"opportunity_id": deal, "person_id": f"p{person}", "is_primary": person == primary}
            )
            # Something is said of the person at the very instant at which the deal begins or ends.
            instant, taken = (
                draw.choice([created, closed]),
                {row["changed_at"] for row in tables["person_status_changes"]},
            )
            if draw.random() < 0.5 and instant not in taken and instant < AS_OF_END:
                status = draw.choice(["mql", "sql", "recycled"])
                tables["person_status_changes"].append(
                    {"person_id": f"p{person}", "status": status, "changed_at": instant}
                )
    return tables


def write(tables: dict[str, list[dict]], folder: Path) -> None:
    """One CSV per table, and the exchange rates as a rule of the user's own."""
    rates = [
        {"rate_date": day, "currency": "EUR", "base_currency": "USD", "rate": rate}
        for day, rate in RATES.items()
    ]
    for place, rows in {
        "rules/fx_rates": rates,
        **{f"generic/{name}": rows for name, rows in tables.items()},
    }.items():
        path = folder / f"{place}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)


def deals_of(tables: dict) -> dict[str, dict]:
    """Each deal with its outcome, its close and its value at the rate of its own day."""
    deals = {}
    for row in tables["opportunities"]:
        closed_at = row["closed_at"]
        if row["stage"] != "opportunity" and closed_at is None:
            closed_at = datetime.combine(row["close_date"], datetime.max.time()).replace(
                microsecond=0
            )
        amount = Decimal(row["amount"] or 0)
        if row["currency"] == "EUR":
            day = max(day for day in RATES if day <= row["created_at"].date())
            amount = (amount * RATES[day]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        deals[row["opportunity_id"]] = {
            "id": row["opportunity_id"],
            "type": row["opportunity_type"] or "new_business",
            "account": row["account_id"],
            "created": row["created_at"],
            "won": closed_at if row["stage"] == "customer" else None,
            "lost": closed_at if row["stage"] == "lost" else None,
            "amount": amount if row["stage"] == "customer" else Decimal(0),
            "people": [],
        }
    return deals


def people_of(tables: dict, key_of: dict[str, str]) -> dict[str, dict]:
    """Each person with first visit, first record and everything that was said of them."""
    people = defaultdict(
        lambda: {
            "visitor": None,
            "lead": None,
            "created": None,
            "account": None,
            "said": set(),
            "deals": [],
        }
    )
    changes = defaultdict(list)
    for row in tables["person_status_changes"]:
        if row["status"]:
            changes[row["person_id"]].append((row["changed_at"], row["status"]))
    for row in tables["people"]:
        person = people[key_of[row["person_id"]]]
        person["created"] = min(filter(None, [person["created"], row["created_at"]]))
        person["lead"] = person["created"]
        person["account"] = row["account_id"]
        history = changes[row["person_id"]] or [(row["created_at"], row["status"])]
        previous = None
        for changed_at, status in sorted(history, key=lambda change: change[0]):
            stage = (status or "").strip().lower()
            if stage in STAGES + EXITS and stage != previous:
                person["said"].add((changed_at, stage, "status"))
                previous = stage
    visits = defaultdict(list)
    for row in tables["web_events"]:
        if row.get("person_id"):
            visits[row["event_id"].rsplit("-", 1)[0]].append(row)
    for events in visits.values():
        person = people[key_of[events[0]["person_id"]]]
        start = min(event["occurred_at"] for event in events)
        person["visitor"] = min(filter(None, [person["visitor"], start]))
        person["lead"] = min(person["lead"], start)
    for events in visits.values():
        person = people[key_of[events[0]["person_id"]]]
        if {event["event_type"] for event in events} & {"demo_request", "chat_started"}:
            start = min(event["occurred_at"] for event in events)
            person["said"].add((max(start, person["lead"]), "mql", "hand_raise"))
    for row in tables["sales_activities"]:
        if row["activity_status"] == "done":
            people[key_of[row["person_id"]]]["said"].add((row["occurred_at"], "sal", "activity"))
    return people


def link(deals: dict, people: dict, tables: dict, key_of: dict[str, str]) -> None:
    """Puts people on deals: the roles if there are any, else everyone of the account; the primary first."""
    roles = defaultdict(dict)
    for row in tables["opportunity_contacts"]:
        key = key_of[row["person_id"]]
        roles[row["opportunity_id"]][key] = (
            roles[row["opportunity_id"]].get(key, False) or row["is_primary"]
        )
    for deal in deals.values():
        of_account = {
            key: False for key, person in people.items() if deal["account"] == person["account"]
        }
        group = roles.get(deal["id"]) or of_account
        deal["people"] = sorted(
            group, key=lambda key: (not group[key], people[key]["created"], key)
        )
        for key in deal["people"]:
            people[key]["deals"].append(deal)


def segment_of(tables: dict) -> dict[str, str]:
    """The size band of each account."""

    def band(size: int | None) -> str:
        return (
            "unknown"
            if size is None
            else "smb"
            if size < 50
            else "mid"
            if size < 1000
            else "enterprise"
        )

    return {row["account_id"]: band(row["employee_count"]) for row in tables["accounts"]}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The tables that were drawn, and the database that dbt made of them."""
    place = tmp_path_factory.mktemp("funnel")
    tables = random_history(seed=20)
    write(tables, place / "raw")
    switched_on = own_data(place / "raw", AS_OF.isoformat())
    dbt(
        place,
        "build --indirect-selection cautious --select +rpt_funnel_conversion +fct_journeys"
        " +fct_opportunities +fct_stage_transitions"
        " --exclude-resource-type unit_test --exclude test_type:generic",
        switched_on,
    )
    with connect(place) as database:
        yield tables, database


def computed(tables, database) -> list[dict]:
    """Every journey, by the loops above. Only the name of a person, a hash, is taken from dbt."""
    key_of = dict(
        database.execute(
            "select identifier, person_key from intermediate.int_person_identifiers where identifier_type = 'crm'"
        ).fetchall()
    )
    deals, people = deals_of(tables), people_of(tables, key_of)
    link(deals, people, tables, key_of)
    segments, journeys = segment_of(tables), []
    for key, person in people.items():
        for number, row in enumerate(journeys_of(key, person), 1):
            journeys.append(
                {
                    **row,
                    "number": number,
                    "segment": segments.get(person["account"], "unknown"),
                    "buyer": person["account"] or key,
                }
            )
    for deal in deals.values():
        if not deal["people"]:
            deal["people"] = [None]
            row = finish({"deal": deal, "own": True}, None)
            journeys.append(
                {
                    **row,
                    "number": 1,
                    "segment": segments.get(deal["account"], "unknown"),
                    "buyer": deal["account"] or deal["id"],
                }
            )
    for row in tables["web_events"]:
        if not row.get("person_id"):
            journeys.append(
                {
                    **finish({"visitor": row["occurred_at"]}, "anonymous"),
                    "type": "new_business",
                    "number": 1,
                    "segment": "unknown",
                    "buyer": None,
                }
            )
    return journeys


def test_every_journey_is_what_a_loop_over_the_history_finds(built):
    tables, database = built
    expected = sorted(
        (
            row["visitor_key"] or "",
            row["number"],
            row["opportunity_id"] or "",
            row["type"],
            row["segment"],
            row["current_stage"],
            row["exit_type"],
            row["won_amount"],
            row["is_primary"],
            row["is_out_of_order"],
            row["exited_at"],
            *(row[stage] for stage in STAGES),
        )
        for row in computed(tables, database)
    )
    found = sorted(
        database.execute(
            """
            select
                case when person_key is not null then visitor_key when visitor_key is null then '' else 'anonymous' end,
                journey_number, coalesce(opportunity_id, ''), journey_type, segment, current_stage, exit_type,
                won_amount, is_opportunity_primary, is_out_of_order, exited_at,
                visitor_at, lead_at, mql_at, sal_at, sql_at, opportunity_at, customer_at
            from marts.fct_journeys
            """
        ).fetchall(),
        key=lambda row: tuple(str(value) for value in row),
    )
    expected.sort(key=lambda row: tuple(str(value) for value in row))
    different = [pair for pair in zip(expected, found, strict=False) if pair[0] != pair[1]]
    assert not different, (
        f"{len(different)} of {len(expected)} journeys differ, the first: {different[0]}"
    )
    assert len(expected) == len(found)


def test_conversion_is_what_counting_the_journeys_gives(built):
    tables, database = built
    expected = conversion(computed(tables, database))
    found = {
        tuple(row[:6]): tuple(row[6:])
        for row in database.execute(
            """
            select basis, period_month, from_stage, to_stage, segment, window_days, entered_count, converted_count,
                entered_accounts_count, converted_accounts_count, entered_opportunities_count,
                converted_opportunities_count
            from marts.rpt_funnel_conversion
            where channel = '(all)'
            """
        ).fetchall()
    }
    assert found == expected


def test_the_histories_hold_every_case_that_the_definitions_speak_of(built):
    _, database = built
    cases = {
        "a skipped MQL": "mql_at is null and sql_at is not null",
        "re-entry by MQL": "journey_number > 1 and mql_at is not null",
        "re-entry by a deal": "journey_number > 1 and mql_at is null and opportunity_at is not null",
        "recycled": "exit_type = 'recycled'",
        "disqualified": "exit_type = 'disqualified'",
        "won before the lead": "customer_at < lead_at and is_out_of_order",
        "a deal without people": "visitor_key is null and opportunity_id is not null",
        "a second person of a deal": "opportunity_id is not null and not is_opportunity_primary",
        "an expansion out of an MQL": "journey_type = 'expansion' and mql_at is not null and opportunity_id is not null",
        "an MQL while the deal is open": "mql_at > opportunity_at and is_out_of_order",
        "a renewal of its own": "journey_type = 'renewal' and lead_at is null",
        "an MQL as the deal closes": "exit_type = 'lost' and exited_at in (select changed_at from canonical.person_status_changes where status = 'mql')",
        "exactly 90 days": "customer_at = opportunity_at + interval 90 day",
        "an anonymous visitor": "person_key is null and visitor_at is not null",
    }
    missing = [
        case
        for case, condition in cases.items()
        if not database.execute(
            f"select count(*) from marts.fct_journeys where {condition}"
        ).fetchone()[0]
    ]
    assert not missing
