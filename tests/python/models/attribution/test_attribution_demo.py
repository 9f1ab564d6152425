"""The demo's attribution against a second computation: Markov by numpy, the bootstrap by hand; and what is said of a deal.

Both start from touchpoints and conversions, whose own tests are elsewhere.
"""

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import md5
from itertools import groupby, pairwise

import numpy as np
import pytest
from billing_histories import cents
from demo_exports import Exports, Rates
from support import ROOT, connect, dbt, own_data

LOOKBACK = timedelta(days=180)
AS_OF = datetime(2026, 1, 1)
GROUPS, REPLICATES = 500, 100
POISSON = (
    0.36787944117,
    0.73575888234,
    0.91969860293,
    0.98101184312,
    0.99634015317,
    0.99940581518,
    0.99991675885,
)
DEAL_TYPES = ("opportunity", "won")


@pytest.fixture(scope="module")
def company(demo_place):
    """Touches of each visitor in order, conversions with their people, and the account of each person."""
    with connect(demo_place) as database:
        fetch = lambda sql: database.execute(sql).fetchall()  # noqa: E731
        touches = defaultdict(list)
        for visitor, at, touch, channel, hidden in fetch(
            """select path_visitor_key, touched_at, touchpoint_id, channel, is_hidden
            from intermediate.int_touchpoints where is_attributable order by all"""
        ):
            touches[visitor].append((at, touch, channel, hidden))
        people = defaultdict(list)
        for conversion, visitor in fetch(
            "select conversion_id, path_visitor_key from intermediate.int_conversion_people"
        ):
            people[conversion].append(visitor)
        conversions = fetch(
            "select conversion_id, conversion_type, account_id, visitor_key, converted_at from intermediate.int_conversions"
        )
        accounts = dict(
            fetch(
                "select person_key, account_id from intermediate.int_people where account_id is not null"
            )
        )
    return touches, people, conversions, accounts


def path(company, conversion):
    touches, people, _, _ = company
    key, _, _, _, at = conversion
    if at is None:
        return []
    return sorted(
        touch
        for visitor in people[key]
        for touch in touches.get(visitor, [])
        if at - LOOKBACK <= touch[0] <= at
    )


def journeys(company, kind):
    """(channels in order, whether they converted) of a conversion type."""
    touches, people, conversions, accounts = company
    is_deal = kind in DEAL_TYPES
    unit_of = (
        (lambda visitor: accounts.get(visitor, visitor)) if is_deal else (lambda visitor: visitor)
    )
    last = defaultdict(lambda: datetime.min)
    for conversion in conversions:
        key, its_kind, account, _, at = conversion
        if its_kind != kind or at is None:
            continue
        units = {unit_of(visitor) for visitor in people[key]} | (
            {account} if is_deal and account else set()
        )
        for unit in units:
            last[unit] = max(last[unit], at)
        if found := path(company, conversion):
            yield [touch[2] for touch in found], True
    by_unit = defaultdict(list)
    for visitor, found in touches.items():
        by_unit[unit_of(visitor)] += found
    for unit, found in by_unit.items():
        after = [touch[2] for touch in sorted(found) if touch[0] > last[unit]]
        if after and max(found)[0] < AS_OF - LOOKBACK:
            yield after, False


def removal_effects(found):
    steps = Counter()
    for channels, converted in found:
        states = ["(start)", *(channel for channel, _ in groupby(channels)), converted]
        steps.update(pairwise(states))
    states = sorted({state for state, _ in steps})
    q = np.array([[steps[a, b] for b in states] for a in states], dtype=float)
    r = np.array([steps[a, True] for a in states], dtype=float)
    leaving = (q.sum(axis=1) + r + [steps[a, False] for a in states])[:, None]

    def chance(removed):
        kept = [number for number, state in enumerate(states) if state != removed]
        solved = np.linalg.solve(
            np.eye(len(kept)) - (q / leaving)[np.ix_(kept, kept)], (r / leaving[:, 0])[kept]
        )
        return solved[kept.index(states.index("(start)"))]

    if chance(None) == 0:
        return {}
    return {state: 1 - chance(state) / chance(None) for state in states if state != "(start)"}


@pytest.mark.parametrize("kind", ["lead", "mql", "opportunity", "won", "order"])
def test_removal_effects_of_the_demo_are_those_of_numpy(demo_place, company, kind):
    with connect(demo_place) as database:
        found = dict(
            database.execute(
                """select channel, removal_effect from marts.rpt_channel_effects
                where model = 'markov' and conversion_type = ?""",
                [kind],
            ).fetchall()
        )
    expected = removal_effects(journeys(company, kind))
    assert len(expected) > 5
    assert found == pytest.approx(expected, abs=1e-9)


def number(text):
    return int(md5(text.encode()).hexdigest()[:8], 16)


def drawn(group, replicate):
    """How often a replicate draws a group: Poisson(1) from the hash of both."""
    draw = (number(f"{group}|{replicate}") + 0.5) / 2**32
    return sum(draw >= limit for limit in POISSON)


def test_intervals_are_those_of_a_bootstrap_by_hand(demo_place, company):
    first_channels = []
    for conversion in company[2]:
        key, kind, account, visitor, _ = conversion
        if kind == "mql":
            found = path(company, conversion)
            channel = "(unattributed)"
            if found:
                channel = "(hidden by consent)" if found[0][3] else found[0][2]
            first_channels.append((number(account or visitor or key) % GROUPS, channel))
    channels = sorted({channel for _, channel in first_channels})

    def shares(weight):
        counts = Counter()
        for group, channel in first_channels:
            counts[channel] += weight(group)
        total = sum(counts.values())
        return {channel: round(counts[channel] / total, 12) for channel in channels}

    def ranks(found):
        return sorted(channels, key=lambda channel: (-found[channel], channel))

    own = shares(lambda group: 1)
    weights = {
        (group, replicate): drawn(group, replicate)
        for group in {group for group, _ in first_channels}
        for replicate in range(1, REPLICATES + 1)
    }
    replicates = [
        shares(lambda group, replicate=replicate: weights[group, replicate])
        for replicate in range(1, REPLICATES + 1)
    ]
    with connect(demo_place) as database:
        rows = database.execute(
            """select channel, effect_share, low, high, channel_rank, rank_stability from marts.rpt_channel_effects
            where model = 'first_touch' and conversion_type = 'mql'"""
        ).fetchall()
    assert sorted(row[0] for row in rows) == channels
    for channel, share, low, high, rank, stability in rows:
        values = [found[channel] for found in replicates]
        place_in = ranks(own).index(channel)
        kept = sum(ranks(found).index(channel) == place_in for found in replicates) / REPLICATES
        assert share == pytest.approx(own[channel], abs=1e-9)
        assert (low, high) == pytest.approx(np.percentile(values, [5, 95]), abs=1e-9)
        assert (rank, stability) == (place_in + 1, pytest.approx(kept, abs=1e-9))


def explain(warehouse, key, *options):
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "explain.py", key, *options],
        env={**os.environ, "WAREHOUSE_DIR": str(warehouse)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_won_amounts_of_the_raw_export_are_credited_by_month_currency_and_model(either_company):
    """Raw CRM = fct_conversions = credits of every model, to the cent; an amount has the rate of the day it was created."""
    rate, exports = Rates(), Exports(either_company.raw)
    sold = {
        deal["id"]: (
            deal["currency_iso_code"],
            cents(
                Decimal(deal["amount"] or 0)
                * rate(deal["currency_iso_code"], date.fromisoformat(deal["created_date"][:10]))
            ),
        )
        for deal in exports.newest("salesforce", "opportunity", dated="created_date")
        if deal["is_won"] == "true" and deal["is_deleted"] != "true"
    }
    with connect(either_company.place) as database:
        closed = dict(
            database.execute(
                """select opportunity_id, cast(date_trunc('month', converted_at) as date)
                from marts.fct_conversions where conversion_type = 'won'"""
            ).fetchall()
        )
        credits = database.execute(
            """select credits.model, conversions.opportunity_id, sum(credits.credited_value)
            from marts.fct_attribution_credits as credits
            inner join marts.fct_conversions as conversions using (conversion_id)
            where credits.conversion_type = 'won'
            group by all"""
        ).fetchall()
    raw = defaultdict(Decimal)
    for deal, (currency, amount) in sold.items():
        raw[closed[deal], currency] += amount
    credited = defaultdict(lambda: defaultdict(Decimal))
    for model, deal, amount in credits:
        credited[model][closed[deal], sold[deal][0]] += amount
    assert set(closed) == set(sold)
    assert len(raw) > 20
    assert credited == dict.fromkeys(credited, raw)
    assert len(credited) == 16


def test_an_opportunity_is_explained_touch_by_touch_and_model_by_model(demo_place, tmp_path):
    with connect(demo_place) as database:
        opportunity, value, touches = database.execute(
            """select opportunity_id, conversion_value, touches_count from marts.fct_conversions
            where conversion_type = 'won' and touches_count > 3 order by conversion_value desc limit 1"""
        ).fetchone()
        models = [
            row[0]
            for row in database.execute(
                "select distinct model from marts.fct_attribution_credits"
            ).fetchall()
        ]
    # As published: under another name than the build, in the folder `current`.
    (tmp_path / "current").mkdir()
    built = demo_place / "warehouse" / "build.duckdb"
    (tmp_path / "current" / "revenue.duckdb").symlink_to(built)
    said = explain(tmp_path, opportunity)
    assert said.returncode == 0, said.stderr
    won = said.stdout.split("\nwon ")[1]
    assert f"opportunity {opportunity}" in won and f"value {value:,.2f}" in won
    listed = won.split("Touches")[1].split("Credit")[0].strip().splitlines()
    hidden = re.search(r"and (\d+) \(hidden by consent\)", listed[-1])
    assert (len(listed) - 1 + int(hidden[1]) if hidden else len(listed)) == touches
    assert all(f"\n  {model}" in won for model in models)


def test_an_unknown_id_and_a_missing_file_are_named(demo_place, tmp_path):
    built = demo_place / "warehouse" / "build.duckdb"
    unknown = explain(tmp_path, "nobody", "--database", str(built))
    assert unknown.returncode == 1 and "nobody is not the id of a conversion" in unknown.stderr
    absent = explain(tmp_path, "nobody")
    assert absent.returncode == 1
    assert f"There is no {tmp_path / 'current' / 'revenue.duckdb'}" in absent.stderr


def test_rules_that_make_no_sense_stop_the_run_before_anything_is_built(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "attribution_models.csv").write_text(
        "model,anchor,weight\nlinear,ALL,90\nmine,FTT,60\nmine,LT,-40\nmine,LT,many\nfirst_touch,FT,100\n"
    )
    with pytest.raises(RuntimeError) as failed:
        dbt(
            tmp_path,
            "run --quiet --select as_of",
            {
                **own_data(tmp_path, "2025-12-31"),
                "published_attribution_models": ["linear", "absent"],
            },
        )
    for words in (
        "model linear: its weights sum to 90",
        "model mine, anchor FTT: there is no such anchor; they are FT,",
        "model mine, anchor LT is there twice",
        "the weight -40 is no number from 0 to 100",
        "the weight many is no number from 0 to 100",
        "var published_attribution_models names absent, which has no rows",
    ):
        assert words in str(failed.value)
    assert (
        not (tmp_path / "warehouse" / "build.duckdb").exists()
        or not connect(tmp_path)
        .execute("select count(*) from information_schema.tables where table_name = 'as_of'")
        .fetchone()[0]
    )
