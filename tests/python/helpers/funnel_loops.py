"""The funnel of definitions.md as plain loops, event by event: what the tests compare the marts with. Nothing here is
taken from the SQL."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

STAGES = ["visitor", "lead", "mql", "sal", "sql", "opportunity", "customer"]
EXITS = ["disqualified", "recycled", "lost"]
PAIRS = [*pairwise(STAGES), ("mql", "sql"), ("lead", "customer")]


def walk(person: dict) -> list[dict]:
    """The journeys of one person, by going through what happened in order."""
    place = {stage: number for number, stage in enumerate(["lead", "mql", "sal", "sql", "deal"])}
    happened = [(at, stage, source, None) for at, stage, source in person["said"]]
    happened += [(deal["created"], "deal", "deal", deal) for deal in person["deals"]]
    happened.sort(
        key=lambda e: (
            e[0],
            place.get(e[1], 5 if e[1] == "customer" else 6),
            e[1],
            e[3]["id"] if e[3] else "",
        )
    )

    journey = {"visitor": person["visitor"], "lead": person["lead"], "trail": [], "accepted": False}
    journeys, last_said, open_until, is_open, is_mql = [journey], None, None, True, False
    for at, stage, source, deal in happened:
        if stage == "visitor":
            continue
        in_deal = open_until is not None and at <= open_until
        if stage == "deal":
            qualified = deal["type"] == "expansion" and last_said in ("mql", "sal", "sql")
            last_said = "deal"
            if not (
                deal["type"] == "new_business" or deal["created"] < person["lead"] or qualified
            ):
                journeys.append({"deal": deal, "own": True})
                continue
            if not is_open:
                journey = {"trail": [], "accepted": False}
                journeys.append(journey)
            journey["deal"] = deal
            until = deal["won"] or deal["lost"] or datetime.max
            open_until = max(until, open_until or until)
            is_open = False
            continue
        if source != "activity" and stage != "lead":
            last_said = stage
        if person["deals"] and stage in ("opportunity", "customer"):
            continue
        if in_deal:
            # The deal may be the colleagues': a step on of the person's own counts all the same.
            said = [STAGES.index(what) for _, what, by in journey["trail"] if by != "activity"]
            further = stage in ("mql", "sal", "sql") and STAGES.index(stage) > max(said, default=0)
            accepts = STAGES.index("mql") in said and not journey["accepted"]
            if further and (source != "activity" or accepts):
                journey["accepted"] = journey["accepted"] or stage != "mql"
                journey["trail"].append((at, stage, source))
            continue
        if stage == "mql":
            if not is_open:
                journey = {"trail": [], "accepted": False}
                journeys.append(journey)
                is_mql = False
            is_open, is_mql = True, True
            journey["trail"].append((at, stage, source))
        elif stage in EXITS and is_open:
            journey["exit"], is_open = (stage, at), False
        elif stage == "opportunity":
            if not is_open:
                journey = {"trail": [], "accepted": False}
                journeys.append(journey)
            is_open, is_mql = True, False
            journey["trail"].append((at, stage, source))
        elif stage == "customer" and is_open:
            is_open = False
            journey["trail"].append((at, stage, source))
        elif stage in ("lead", "sal", "sql") and is_open:
            if source == "activity" and (not is_mql or journey["accepted"]):
                continue
            journey["accepted"] = journey["accepted"] or stage != "lead"
            journey["trail"].append((at, stage, source))
    return journeys


def finish(journey: dict, key: str) -> dict:
    """A walked journey as the mart shows it."""
    times = dict.fromkeys(STAGES) | {stage: journey.get(stage) for stage in ("visitor", "lead")}
    deal, trail = journey.get("deal"), journey.get("trail", [])
    for at, stage, _ in trail:
        if stage != "lead" and times[stage] is None:
            times[stage] = at
    if deal:
        times["opportunity"], times["customer"] = deal["created"], deal["won"]
    for number, stage in enumerate(STAGES[2:5], 2):
        if times[stage] and any(
            times[later] and times[later] < times[stage]
            for later in STAGES[number + 1 :]
            if later not in ("opportunity", "customer") or not deal
        ):
            journey.setdefault("steps_back", []).append(stage)
    for stage in journey.get("steps_back", []):
        times[stage] = None
    exit_type, exited_at = journey.get("exit", (None, None))
    if deal and deal["lost"]:
        exit_type, exited_at = "lost", deal["lost"]
    current = (
        "opportunity" if deal else trail[-1][1] if trail else "lead" if times["lead"] else "visitor"
    )
    known = [times[stage] for stage in STAGES if times[stage]]
    is_primary = bool(deal) and deal["people"][0] == key
    return {
        "visitor_key": key,
        "opportunity_id": deal["id"] if deal else None,
        "type": deal["type"] if deal else None,
        "current_stage": "customer" if times["customer"] else current,
        "exit_type": exit_type,
        "won_amount": deal["amount"] if is_primary else Decimal("0.00"),
        "is_primary": is_primary,
        "is_out_of_order": known != sorted(known),
        "exited_at": exited_at,
        "own": journey.get("own", False),
        **times,
    }


def journeys_of(key: str, person: dict) -> list[dict]:
    """The journeys of one person, numbered and typed."""
    rows = [finish(journey, key) for journey in walk(person)]
    order = {id(row): number for number, row in enumerate(row for row in rows if not row["own"])}
    rows.sort(
        key=lambda row: (
            min(filter(None, [*(row[stage] for stage in STAGES), row["exited_at"]])),
            order.get(id(row), len(order)),
            row["opportunity_id"] or "",
        )
    )
    is_customer = False
    for row in rows:
        row["type"] = row["type"] or ("expansion" if is_customer else "new_business")
        is_customer = is_customer or row["customer"] is not None
    return rows


def conversion(journeys: list[dict]) -> dict[tuple, tuple[int, ...]]:
    """
    (basis, month, from, to, segment, window): entered and converted journeys, accounts and opportunities, all channels
    together.
    """
    counts = defaultdict(Counter)
    for first, second in PAIRS:
        accounts = defaultdict(list)
        for row in journeys:
            beyond = [row[stage] for stage in STAGES[STAGES.index(second) :] if row[stage]]
            row = {
                **row,
                "from": row[first],
                "to": row[second],
                "passed": min(beyond, default=None),
            }
            units = ["journeys", "opportunities"] if row["is_primary"] else ["journeys"]
            _count(counts, (first, second), row, units)
            if row["buyer"]:
                accounts[row["buyer"]].append(row)
        # An account enters a stage with the first of its people, and moves on with the first of them.
        for rows in accounts.values():
            account = {
                name: min((row[name] for row in rows if row[name]), default=None)
                for name in ("from", "to", "passed")
            }
            _count(
                counts, (first, second), {**account, "segment": rows[0]["segment"]}, ["accounts"]
            )
    return {
        slice_: tuple(
            count[kind, unit]
            for unit in ("journeys", "accounts", "opportunities")
            for kind in ("entered", "converted")
        )
        for slice_, count in counts.items()
    }


def _count(counts: dict, pair: tuple[str, str], row: dict, units: list[str]) -> None:
    """Counts what entered and converted in each slice."""
    for segment in (row["segment"], "(all)"):
        for unit in units:
            if row["from"]:
                month = row["from"].date().replace(day=1)
                counts["period", month, *pair, segment, None]["entered", unit] += 1
                for window in (90, None):
                    cohort = counts["cohort", month, *pair, segment, window]
                    cohort["entered", unit] += 1
                    cohort["converted", unit] += bool(row["passed"]) and (
                        window is None or row["passed"] - row["from"] <= timedelta(days=window)
                    )
            if row["to"]:
                month = row["to"].date().replace(day=1)
                counts["period", month, *pair, segment, None]["converted", unit] += 1


def velocity(durations: list[tuple[float, str]], minimum: int = 30) -> int | None:
    """
    First whole day on which the cumulative incidence of moving reaches half of its maximum, of
    (elapsed days, moved | exited | open); None for fewer than `minimum`.
    """
    if len(durations) < minimum:
        return None
    there, incidence, steps = 1.0, 0.0, []
    at_risk = len(durations)
    for day in sorted({int(days) for days, _ in durations}):
        today = Counter(outcome for days, outcome in durations if int(days) == day)
        incidence += there * today["moved"] / at_risk
        there *= 1 - (today["moved"] + today["exited"]) / at_risk
        at_risk -= today.total()
        steps.append((day, incidence))
    return next((day for day, value in steps if value >= incidence / 2 - 1e-12 and value > 0), None)
