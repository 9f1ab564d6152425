"""A random company in the generic tables, whose whole past is known: what its systems would have exported on any day."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

FIRST, LAST = datetime(2024, 3, 1), datetime(2025, 12, 31)

Tables = dict[str, list[dict]]


def company(seed: int, opportunities_count: int = 400, reopened_share: float = 0.1) -> Tables:
    """All that ever happened: rows of the generic tables, each with what it was at any time."""
    draw = random.Random(seed)

    def moment(first: datetime = FIRST, last: datetime = LAST) -> datetime:
        seconds = max(int((last - first).total_seconds()), 1)
        return first + timedelta(seconds=draw.randrange(seconds))

    made = defaultdict(list)
    for number in range(60):
        made["accounts"].append(
            {
                "account_id": f"a{number}",
                "website_domain": f"a{number}.example",
                "employee_count": draw.choice([5, 400, 5000]),
                "created_at": moment(FIRST, FIRST + timedelta(days=20)),
            }
        )
    for number in range(4):
        made["owners"].append(
            {"owner_id": f"u{number}", "team": ["Sales", "SDR"][number % 2], "is_active": "true"}
        )
    for number in range(300):
        person, created = f"p{number:03}", moment(FIRST + timedelta(days=21))
        changes, at = [], created
        for status in ["lead", "mql", "sal", "sql", "recycled", "mql"][: draw.randrange(1, 7)]:
            changes.append({"status": status, "owner_id": None, "changed_at": at})
            changes.append(
                {
                    "status": None,
                    "owner_id": f"u{draw.randrange(4)}",
                    "changed_at": at + timedelta(minutes=5),
                }
            )
            at += timedelta(days=draw.randrange(1, 90))
        converted = draw.random() < 0.4 and changes[-1]["changed_at"] + timedelta(days=3)
        if converted and converted < LAST:
            made["people"].append(
                {
                    "person_id": f"c{number:03}",
                    "record_type": "contact",
                    "email": f"{person}@a{number % 60}.example",
                    "account_id": f"a{number % 60}",
                    "created_at": converted,
                }
            )
        else:
            converted = None
        made["people"].append(
            {
                "person_id": person,
                "record_type": "lead",
                "email": f"{person}@a{number % 60}.example",
                "job_title": draw.choice([None, "CTO", "Analyst"]),
                "changes": changes,
                "converted_at": converted,
                "converted_to_person_id": f"c{number:03}" if converted else None,
                "created_at": created,
            }
        )
        for visit in range(draw.randrange(4)):
            made["web_events"].append(
                {
                    "event_id": f"{person}-{visit}",
                    "anonymous_id": f"d{number}",
                    "person_id": person,
                    "event_type": draw.choice(["page_view", "demo_request", "form_submit"]),
                    "channel": draw.choice(["Paid Search", "Direct", "Organic Search"]),
                    "occurred_at": moment(created - timedelta(days=20)),
                }
            )
        for activity in range(draw.randrange(3)):
            booked = moment(created)
            made["sales_activities"].append(
                {
                    "activity_id": f"{person}-{activity}",
                    "activity_type": draw.choice(["call", "meeting"]),
                    "person_id": person,
                    "contact_id": f"c{number:03}" if converted else None,
                    "owner_id": f"u{draw.randrange(4)}",
                    "end": draw.choice(["held", "no_show"]),
                    "scheduled_at": booked + timedelta(days=draw.randrange(30)),
                    "created_at": booked,
                }
            )
    for number in range(opportunities_count):
        created = moment(FIRST + timedelta(days=21), LAST - timedelta(days=1))
        at, amount, changes = created, draw.randrange(1, 900), []
        stages = ["Demo", "Offer", draw.choice(["Won", "Won", "Lost", "Offer"])]
        # Reopened after a win: the reason of a loss that was reopened has no history.
        if draw.random() < reopened_share:
            stages[2:] = ["Won", "Demo", "Won"]
        for stage in stages[: draw.randrange(1, len(stages) + 1)]:
            changes.append(
                {
                    "stage": stage,
                    "owner_id": f"u{draw.randrange(4)}",
                    "forecast_category": {"Won": "Closed", "Lost": "Omitted"}.get(
                        stage, "Pipeline"
                    ),
                    "amount": f"{amount}.50",
                    "close_date": at.date() + timedelta(days=0 if stage in ("Won", "Lost") else 60),
                    "changed_at": at,
                }
            )
            amount += draw.randrange(100)
            at += timedelta(days=draw.randrange(1, 120))
        made["opportunities"].append(
            {
                "opportunity_id": f"o{number:05}",
                "account_id": f"a{draw.randrange(60)}",
                "opportunity_type": draw.choice(["new_business", "expansion"]),
                "product_line": draw.choice(["Basic", "Pro"]),
                "currency": "USD",
                "changes": changes,
                "has_flags": draw.random() < 0.5,
                "created_at": created,
            }
        )
        made["opportunity_contacts"].append(
            {"opportunity_id": f"o{number:05}", "person_id": f"p{draw.randrange(300):03}"}
            | {"is_primary": "true", "created_at": created}
        )
    for number in range(80):
        started = moment().date()
        ended = draw.choice([None, started + timedelta(days=draw.randrange(40, 400))])
        made["subscriptions"].append(
            {
                "subscription_id": f"s{number}",
                "account_id": f"a{draw.randrange(60)}",
                "billing_interval": "month",
                "quantity": "1",
                "unit_amount": f"{draw.randrange(20, 500)}",
                "currency": "USD",
                "valid_from": started,
                "started_at": started,
                "ended_at": ended if ended and ended < LAST.date() else None,
            }
        )
    return made


def export(made: Tables, end: datetime) -> Tables:
    """What the company's systems would have delivered at an instant."""

    def known(rows: list[dict], column: str) -> list[dict]:
        return [row for row in rows if row[column] < end]

    def without(row: dict, *names: str) -> dict:
        return {name: value for name, value in row.items() if name not in names}

    tables = {
        name: known(made[name], "created_at") for name in ("accounts", "opportunity_contacts")
    }
    tables["owners"] = made["owners"]
    tables["web_events"] = known(made["web_events"], "occurred_at")
    tables["people"], tables["person_status_changes"] = [], []
    for person in known(made["people"], "created_at"):
        changes = known(person.get("changes", []), "changed_at")
        row = without(person, "changes")
        for name in ("status", "owner_id"):
            said = [change[name] for change in changes if change[name]]
            row[name] = said[-1] if said else None
        if row.get("converted_at") and row["converted_at"] >= end:
            row |= {"converted_at": None, "converted_to_person_id": None}
        tables["people"].append(row)
        of_person = {"person_id": person["person_id"]}
        tables["person_status_changes"] += [of_person | change for change in changes]
    contacts = {row["person_id"] for row in tables["people"]}
    tables["sales_activities"] = []
    for activity in known(made["sales_activities"], "created_at"):
        row = without(activity, "contact_id", "end")
        if activity["contact_id"] in contacts:  # a CRM moves a lead's activities to its contact
            row["person_id"] = activity["contact_id"]
        is_over = activity["scheduled_at"] < end
        row["activity_status"] = activity["end"] if is_over else "booked"
        row["occurred_at"] = activity["scheduled_at"] if row["activity_status"] == "held" else None
        row["is_connected"] = str(row["activity_status"] == "held").lower() if is_over else None
        tables["sales_activities"].append(row)
    tables["opportunities"], tables["opportunity_changes"] = [], []
    for opportunity in known(made["opportunities"], "created_at"):
        changes = known(opportunity["changes"], "changed_at")
        row = without(opportunity, "changes", "has_flags") | without(changes[-1], "changed_at")
        if opportunity["has_flags"]:
            row["is_closed"] = str(row["stage"] in ("Won", "Lost")).lower()
            row["is_won"] = str(row["stage"] == "Won").lower()
        row["lost_reason"] = "Price" if row["stage"] == "Lost" else None
        row["competitor"] = "Rival" if row["stage"] == "Lost" else None
        tables["opportunities"].append(row)
        of_opportunity = {"opportunity_id": opportunity["opportunity_id"]}
        tables["opportunity_changes"] += [of_opportunity | change for change in changes]
    tables["subscriptions"] = []
    for subscription in made["subscriptions"]:
        if datetime.combine(subscription["valid_from"], datetime.min.time()) < end:
            row = dict(subscription)
            if row["ended_at"] and row["ended_at"] >= end.date():
                row["ended_at"] = None
            tables["subscriptions"].append(row)
    return tables


STAGE_MAPPING = [
    {"vendor": "generic", "object": "opportunity", "source_status": status, "stage": stage}
    for status, stage in {
        "Demo": "opportunity",
        "Offer": "opportunity",
        "Won": "customer",
        "Lost": "lost",
    }.items()
]
