"""Attribution's own SQL, as dbt compiles it, on random companies, against a second computation in exact arithmetic."""

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import dbt, own_data

MODELS = (
    "int_conversion_people",
    "int_attribution_conversions",
    "int_attribution_models",
    "int_attribution_paths",
    "int_attribution_anchors",
    "int_attribution_shape_shares",
    "int_attribution_touch_fractions",
    "int_attribution_touch_shares",
    "int_attribution_splits",
    "int_attribution_credits",
    "fct_conversions",
    "fct_attribution_credits",
)
INPUTS = {
    "rules.attribution_models": "model varchar, anchor varchar, weight decimal(12, 6)",
    "intermediate.int_conversions": """conversion_id varchar, conversion_type varchar, visitor_key varchar, person_key varchar,
        account_id varchar, opportunity_id varchar, order_id varchar, conversion_value decimal(18, 2),
        gross_margin decimal(12, 10), opportunity_created_at timestamp, converted_at timestamp""",
    "intermediate.int_opportunity_people": "opportunity_id varchar, person_key varchar, is_primary boolean",
    "intermediate.int_people": "person_key varchar, became_lead_at timestamp",
    "intermediate.int_consent": "person_key varchar, is_erased boolean",
    "intermediate.int_followed_touchpoints": """touchpoint_id varchar, path_visitor_key varchar, channel varchar, campaign_id varchar,
        utm_content varchar, utm_term varchar, is_attributable boolean, is_hidden boolean, touched_at timestamp""",
    "intermediate.int_accounts": "account_id varchar, account_name varchar",
    "intermediate.int_opportunities": "opportunity_id varchar, opportunity_name varchar",
    "intermediate.int_campaigns": "campaign_id varchar, campaign_name varchar",
    "intermediate.int_response_credits": """conversion_number bigint, model_number integer, channel varchar,
        credit_share double, credited_value decimal(18, 2)""",
    "intermediate.int_markov_removal_effects": """conversion_type varchar, replicate integer, channel varchar,
        removal_effect double""",
}
LOOKBACK = timedelta(days=180)
START = datetime(2025, 7, 1)
NAMED = ("FT", "LC", "OC", "CW", "LT", "LND")
SPREAD = ("MID", "ALL", "DECAY", "MARKOV", "SHAPLEY")
CHANNELS = ("Email", "Event", "Paid > Brand", "Direct")


@pytest.fixture(scope="module")
def statements(tmp_path_factory):
    """The models' compiled SQL in the order of the flow."""
    place = tmp_path_factory.mktemp("attribution")
    dbt(
        place,
        f"compile --quiet --select {' '.join(MODELS)}",
        own_data(place, "2025-12-31"),
    )
    compiled = {
        path.stem: path.read_text() for path in (place / "target" / "compiled").rglob("*.sql")
    }
    return [(name, compiled[name]) for name in MODELS]


@pytest.fixture(scope="module")
def database(statements):
    con = duckdb.connect()
    con.execute("set threads = 1; set TimeZone = 'UTC'")
    con.execute("attach ':memory:' as build")
    schemas = {schema for _, sql in statements for schema in re.findall(r'"build"\."(\w+)"', sql)}
    for schema in schemas | {"intermediate", "rules"}:
        con.execute(f"create schema if not exists build.{schema}")
    for table, columns in INPUTS.items():
        con.execute(f"create table build.{table} ({columns})")
    return con


def build(con, statements):
    for name, sql in statements:
        schema = "marts" if name.startswith("fct_") else "intermediate"
        con.execute(f"create or replace table build.{schema}.{name} as {sql}")


def moments(span=timedelta(days=200)):
    """Few distinct times, so that ties happen, and the exact ends of the lookback of the conversions at START."""
    edges = [
        START,
        START - LOOKBACK,
        START - LOOKBACK - timedelta(microseconds=1),
        START + timedelta(microseconds=1),
    ]
    some_day = st.integers(0, 40).map(
        lambda step: START - span + step * (span + timedelta(days=10)) / 40
    )
    return st.one_of(st.sampled_from(edges), some_day)


amounts = st.one_of(
    st.sampled_from(
        [
            Decimal("0"),
            Decimal("0.01"),
            Decimal("-0.02"),
            Decimal("100"),
            Decimal("-100"),
            Decimal("50"),
            Decimal("-1000000000000000"),
        ]
    ),
    st.integers(-(10**17), 10**17).map(lambda cents: Decimal(cents) / 100),
    st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100),
)
weights = st.one_of(
    st.integers(0, 100).map(Decimal), st.integers(1, 10**8).map(lambda n: Decimal(n) / 10**6)
)
models = st.lists(
    st.dictionaries(st.sampled_from([*NAMED, *SPREAD]), weights, min_size=1, max_size=7),
    min_size=1,
    max_size=5,
)


@st.composite
def companies(draw):
    people = [f"p{n}" for n in range(draw(st.integers(1, 6)))]
    lead_at = {person: draw(st.one_of(st.none(), moments())) for person in people}
    touches = [
        {
            "id": f"t{number:02d}",
            "person": draw(st.sampled_from(people)),
            "channel": draw(st.sampled_from(CHANNELS)),
            "is_attributable": draw(st.integers(0, 9)) > 0,
            "is_hidden": draw(st.integers(0, 4)) == 0,
            "at": draw(moments()),
        }
        for number in range(draw(st.integers(0, 25)))
    ]
    conversions = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["lead", "mql", "order", "opportunity", "won"]))
        is_deal = kind in ("opportunity", "won")
        converted_at = draw(
            st.one_of(
                st.just(START), st.just(START), moments(), st.none() if is_deal else st.just(START)
            )
        )
        members = (
            draw(st.sets(st.sampled_from(people), max_size=4))
            if is_deal
            else {draw(st.sampled_from(people))}
        )
        created_at = draw(st.one_of(st.none(), moments())) if is_deal else None
        conversions.append(
            {
                "id": f"c{number}",
                "type": kind,
                "people": sorted(members),
                "value": draw(amounts),
                "created_at": converted_at if kind == "opportunity" else created_at,
                "at": converted_at,
            }
        )
    effects = st.dictionaries(
        st.sampled_from(CHANNELS), st.integers(0, 10**12).map(lambda n: n / 1e12), max_size=4
    )
    return {
        "effects": {kind: draw(effects) for kind in ("mql", "won")},
        "models": {f"m{number}": anchors for number, anchors in enumerate(draw(models))},
        "lead_at": lead_at,
        "touches": touches,
        "conversions": conversions,
    }


def load(con, statements, company):
    rows = {table: [] for table in INPUTS}
    for model, anchors in company["models"].items():
        rows["rules.attribution_models"] += [
            (model, anchor, weight) for anchor, weight in anchors.items()
        ]
    rows["intermediate.int_markov_removal_effects"] = [
        (kind, replicate, channel, effect)
        for kind, effects in company.get("effects", {}).items()
        for channel, effect in effects.items()
        for replicate in (0, 1)
    ]
    rows["intermediate.int_people"] = list(company["lead_at"].items())
    for touch in company["touches"]:
        rows["intermediate.int_followed_touchpoints"].append(
            (
                touch["id"],
                touch["person"],
                touch["channel"],
                "k",
                "ad",
                "keyword",
                touch["is_attributable"],
                touch["is_hidden"],
                touch["at"],
            )
        )
    for it in company["conversions"]:
        is_deal = it["type"] in ("opportunity", "won")
        person = None if is_deal else it["people"][0]
        deal = it["id"] if is_deal else None
        rows["intermediate.int_conversions"].append(
            (
                it["id"],
                it["type"],
                person,
                person,
                None,
                deal,
                None,
                it["value"],
                0.8,
                it["created_at"],
                it["at"],
            )
        )
        if is_deal:
            rows["intermediate.int_opportunity_people"] += [
                (deal, member, False) for member in it["people"]
            ]
    for table, values in rows.items():
        con.execute(f"delete from build.{table}")
        if values:
            con.executemany(
                f"insert into build.{table} values ({', '.join('?' * len(values[0]))})", values
            )
    build(con, statements)


def path_of(company, it):
    """Touches on the path of a conversion, in order."""
    if it["at"] is None:
        return []
    found = [
        touch
        for touch in company["touches"]
        if touch["is_attributable"]
        and touch["person"] in it["people"]
        and it["at"] - LOOKBACK <= touch["at"] <= it["at"]
    ]
    return sorted(found, key=lambda touch: (touch["at"], touch["id"]))


def exact_shares(company, it, path, anchors):
    """Share of each place on the path as an exact fraction; {None: 1} where the model finds nothing to credit."""
    leads = [
        company["lead_at"][person]
        for person in it["people"]
        if company["lead_at"][person] is not None
    ]
    events = {
        "LC": min(leads, default=None),
        "OC": it["created_at"],
        "CW": it["at"] if it["type"] == "won" else None,
    }
    places = {}
    if path:
        places = {"FT": 0, "LT": len(path) - 1}
    for anchor, moment in events.items():
        if moment is not None and it["at"] is not None and moment <= it["at"]:
            before = [place for place, touch in enumerate(path) if touch["at"] <= moment]
            if before:
                places[anchor] = before[-1]
    if path:
        indirect = [place for place, touch in enumerate(path) if touch["channel"] != "Direct"]
        places["LND"] = indirect[-1] if indirect else len(path) - 1
    credit = defaultdict(Fraction)
    held = set()
    for anchor in NAMED:
        if anchor in anchors and anchor in places:
            held.add(places[anchor])
            credit[places[anchor]] += Fraction(anchors[anchor])
    middle = [place for place in range(len(path)) if place not in held]
    for spread, over in (("MID", middle), ("ALL", range(len(path)))):
        for place in over:
            credit[place] += Fraction(anchors.get(spread, 0)) / len(over)
    for anchor, parts in touch_weights(company, it, path).items():
        for place, part in parts.items():
            credit[place] += Fraction(anchors.get(anchor, 0)) * part / sum(parts.values())
    present = sum(credit.values())
    if not present:
        return {None: Fraction(1)}
    return {place + 1: weight / present for place, weight in credit.items() if weight}


def touch_weights(company, it, path):
    """What DECAY, MARKOV and SHAPLEY give to each place; nothing where they are missing."""
    effects = company.get("effects", {}).get(it["type"], {})
    counts = Counter(touch["channel"] for touch in path)
    days = [(path[-1]["at"] - touch["at"]) / timedelta(days=1) for touch in path]
    weights = {
        "DECAY": [Fraction(2 ** (-gap / 7)) for gap in days],
        "MARKOV": [Fraction(effects.get(touch["channel"], 0)) for touch in path],
        "SHAPLEY": [Fraction(1, len(counts) * counts[touch["channel"]]) for touch in path],
    }
    return {anchor: dict(enumerate(parts)) for anchor, parts in weights.items() if any(parts)}


def split(value, shares):
    """A value split over {place: share} to the cent by largest remainder, ties to the earlier place."""
    whole = {
        place: int(Decimal(share * 1e12).quantize(Decimal(1), ROUND_HALF_UP))
        for place, share in shares.items()
    }
    cents, total = abs(int(value * 100)), sum(whole.values())
    parts = {place: divmod(cents * weight, total) for place, weight in whole.items()}
    left_over = cents - sum(floor for floor, _ in parts.values())
    ranked = sorted(parts, key=lambda place: (-parts[place][1], place or 0))
    winners = set(ranked[:left_over])
    sign = -1 if value < 0 else 1
    return {
        place: sign * Decimal(floor + (place in winners)) / 100
        for place, (floor, _) in parts.items()
    }


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(company=companies())
def test_credits_are_those_of_exact_arithmetic_and_nothing_is_dropped(
    database, statements, company
):
    load(database, statements, company)
    check_credits(database, company)
    check_marts(database, company)


def check_credits(database, company):
    found = defaultdict(dict)
    for conversion, model, position, share, value in database.execute(
        "select conversion_id, model, position, credit_share, credited_value from build.intermediate.int_attribution_credits"
    ).fetchall():
        found[conversion, model][position] = (share, value)
    assert len(found) == len(company["conversions"]) * len(company["models"])

    for it in company["conversions"]:
        path = path_of(company, it)
        for model, anchors in company["models"].items():
            credits = found[it["id"], model]
            expected = exact_shares(company, it, path, anchors)
            assert credits.keys() == expected.keys()
            for place, (share, _) in credits.items():
                assert abs(Fraction(share) - expected[place]) < Fraction(
                    1,
                    10**11,  # DECAY counts in twelve digits
                )
            assert {place: value for place, (_, value) in credits.items()} == split(
                it["value"], {place: share for place, (share, _) in credits.items()}
            )
            assert sum(value for _, value in credits.values()) == it["value"]
            for place, (_, value) in credits.items():
                # A split of n cents is never a cent away, but for the twelve digits that shares are rounded to.
                assert (
                    abs(Fraction(value) - Fraction(it["value"]) * expected[place])
                    < Fraction(1, 100) + abs(Fraction(it["value"])) * len(credits) / 10**11
                )


def check_marts(database, company):
    """Nothing is dropped, and hidden touches name nobody."""
    touches = {touch["id"]: touch for touch in company["touches"]}
    totals = defaultdict(lambda: [0.0, Decimal(0)])
    for conversion, model, touch, channel, campaign, share, value in database.execute(
        """select conversion_id, model, touchpoint_id, channel, campaign_id, credit_share, credited_value
        from build.marts.fct_attribution_credits"""
    ).fetchall():
        totals[conversion, model][0] += share
        totals[conversion, model][1] += value
        if touch is None:
            assert channel in ("(unattributed)", "(hidden by consent)") and campaign == "(none)"
        else:
            assert not touches[touch]["is_hidden"] and channel == touches[touch]["channel"]
    for it in company["conversions"]:
        for model in company["models"]:
            share, value = totals[it["id"], model]
            assert abs(share - 1) < 1e-9 and value == it["value"]
    ids = [
        row[0]
        for row in database.execute(
            "select credit_id from build.marts.fct_attribution_credits"
        ).fetchall()
    ]
    assert len(ids) == len(set(ids))
    assert dict(
        database.execute(
            "select conversion_id, touches_count from build.marts.fct_conversions"
        ).fetchall()
    ) == {it["id"]: len(path_of(company, it)) for it in company["conversions"]}


def test_values_of_the_worked_examples(database, statements):
    """definitions 8: four touches j_shaped, 50.00; two touches; one touch."""
    path = [
        {
            "id": f"t{n}",
            "person": "p",
            "channel": "Email",
            "is_attributable": True,
            "is_hidden": False,
            "at": START,
        }
        for n in range(4)
    ]
    shapes = {
        "j_shaped": {"FT": 20, "LT": 60, "MID": 20},
        "u_shaped": {"FT": 40, "LT": 40, "MID": 20},
    }
    expected = {
        4: {
            "j_shaped": ["10.00", "5.00", "5.00", "30.00"],
            "u_shaped": ["20.00", "5.00", "5.00", "20.00"],
        },
        2: {"j_shaped": ["12.50", "37.50"], "u_shaped": ["25.00", "25.00"]},
        1: {"j_shaped": ["50.00"], "u_shaped": ["50.00"]},
    }
    for count, values in expected.items():
        order = {
            "id": "c",
            "type": "order",
            "people": ["p"],
            "value": Decimal(50),
            "created_at": None,
            "at": START,
        }
        load(
            database,
            statements,
            {
                "models": shapes,
                "lead_at": {"p": None},
                "touches": path[:count],
                "conversions": [order],
            },
        )
        for model, parts in values.items():
            credited = database.execute(
                """select credited_value from build.intermediate.int_attribution_credits
                where model = ? order by position""",
                [model],
            ).fetchall()
            assert [str(value) for (value,) in credited] == parts
