"""Markov and Shapley, as dbt builds them, on random sets of paths, against numpy's inverse and the game itself."""

from collections import Counter, defaultdict
from itertools import combinations, groupby, pairwise
from math import factorial
from random import Random

import duckdb
import numpy as np
import pytest
from support import connect, dbt, own_data

MODELS = (
    "int_markov_probabilities",
    "int_markov_visits",
    "int_markov_removal_effects",
    "int_attribution_touch_fractions",
)
START, CONVERSION, END = "(start)", "(conversion)", "(end)"
# Sets of journeys: (path, whether it converted, how often).
CORNERS = {
    "definitions 8": [
        ("AB", True, 3),
        ("AB", False, 2),
        ("A", False, 2),
        ("B", True, 1),
        ("B", False, 2),
    ],
    "one channel": [("A", True, 1), ("A", False, 3)],
    "a channel that never converts": [("A", True, 2), ("C", False, 5), ("AC", False, 1)],
    "every path converts": [("A", True, 2), ("ABA", True, 1), ("BC", True, 4)],
    "cycles": [("ABABABABABAB", True, 1), ("BABABABA", False, 1), ("ABCABCABC", True, 1)],
    "a long way round": [("AB" * 400, True, 1)],
    "equal channels in a row": [("AAAB", True, 1), ("ABBB", False, 1)],
    "no conversions": [("A", False, 3), ("AB", False, 1)],
}


def random_sets(count):
    random = Random(7)
    for number in range(count):
        channels = "ABCDEFGH"[: random.randint(1, 8)]
        yield (
            f"set {number}",
            [
                (
                    "".join(random.choices(channels, k=random.randint(1, 9))),
                    random.random() < random.choice([0.1, 0.5, 0.9]),
                    random.randint(1, 5),
                )
                for _ in range(random.randint(1, 12))
            ],
        )


def collapsed(path):
    return [channel for channel, _ in groupby(path)]


def removal_effects(journeys):
    """{channel: effect} by removing the channel from the chain and solving for the chance to convert anew."""
    steps = Counter()
    for path, converts, count in journeys:
        states = [START, *collapsed(path), CONVERSION if converts else END]
        for step in pairwise(states):
            steps[step] += count
    states = sorted({state for step in steps for state in step} - {CONVERSION, END})
    place = {state: number for number, state in enumerate(states)}
    q, r = np.zeros((len(states), len(states))), np.zeros(len(states))
    for (state, following), count in steps.items():
        if following == CONVERSION:
            r[place[state]] += count
        elif following != END:
            q[place[state], place[following]] += count
    leaving = np.array([sum(n for (a, _), n in steps.items() if a == state) for state in states])
    q, r = q / leaving[:, None], r / leaving

    def chance(removed=None):
        kept = [number for number, state in enumerate(states) if state != removed]
        solved = np.linalg.solve(np.eye(len(kept)) - q[np.ix_(kept, kept)], r[kept])
        return solved[[states[number] for number in kept].index(START)]

    if chance() == 0:
        return {}
    return {state: 1 - chance(state) / chance() for state in states if state != START}


def shapley_values(journeys):
    """{channel: value} of the game in which a coalition earns the converting journeys that use only its channels."""
    channels = sorted({channel for path, converts, _ in journeys if converts for channel in path})

    def earned(coalition):
        return sum(
            count for path, converts, count in journeys if converts and set(path) <= set(coalition)
        )

    values, n = defaultdict(float), len(channels)
    for channel in channels:
        others = [other for other in channels if other != channel]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for coalition in combinations(others, size):
                values[channel] += weight * (earned((*coalition, channel)) - earned(coalition))
    return dict(values)


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A database with the models' results on all sets at once: the name of a set stands in conversion_type."""
    place = tmp_path_factory.mktemp("data_driven")
    (place / "warehouse").mkdir()
    with duckdb.connect(str(place / "warehouse" / "build.duckdb")) as con:
        con.execute("create schema intermediate")
        con.execute("use intermediate")
        write_inputs(con)
    dbt(place, f"run --select {' '.join(MODELS)}", own_data(place, "2025-12-31"))
    con = connect(place)
    con.execute("use intermediate")
    return con


def write_inputs(con):
    """The tables that the models read."""
    con.execute("""
    create table int_markov_transitions (conversion_type varchar, bootstrap_group int, from_state varchar,
        to_state varchar, transitions_count bigint);
    create table int_bootstrap_weights as select 1 as bootstrap_group, 0 as replicate, 1 as weight;
    create table int_attribution_conversions (conversion_number bigint, conversion_type varchar);
    create table int_attribution_anchors (conversion_number bigint, last_touched_at timestamp);
    create table int_attribution_paths (conversion_number bigint, position int, channel varchar, touched_at timestamp);
    """)
    transitions, conversions, touches = [], [], []
    for name, journeys in sets().items():
        for path, converts, count in journeys:
            states = (
                [START, *collapsed(path), CONVERSION] if converts else [START, *collapsed(path)]
            )
            transitions += [(name, 1, *step, count) for step in pairwise(states)]
            for _ in range(count if converts else 0):
                conversions.append((len(conversions), name))
                touches += [
                    (len(conversions) - 1, position, channel)
                    for position, channel in enumerate(path, 1)
                ]
    insert(con, "int_markov_transitions", transitions)
    insert(con, "int_attribution_conversions", conversions)
    insert(con, "int_attribution_paths", [(*touch, "2025-01-01") for touch in touches])
    con.execute(
        "insert into int_attribution_anchors select conversion_number, '2025-01-01' from int_attribution_conversions"
    )


def insert(con, table, rows):
    """All rows at once, as lists of their columns: far faster than row by row."""
    lists = ", ".join("unnest(?)" for _ in rows[0])
    con.execute(
        f"insert into {table} select {lists}", [list(column) for column in zip(*rows, strict=True)]
    )


def sets():
    return {**CORNERS, **dict(random_sets(200))}


def found_effects(con):
    effects = defaultdict(dict)
    for name, channel, effect in con.execute(
        "select conversion_type, channel, removal_effect from int_markov_removal_effects"
    ).fetchall():
        effects[name][channel] = effect
    return effects


def test_removal_effects_are_those_of_solving_the_chain_without_the_channel(solved):
    found = found_effects(solved)
    for name, journeys in sets().items():
        expected = removal_effects(journeys)
        assert found[name].keys() == expected.keys(), name
        for channel, effect in expected.items():
            assert found[name][channel] == pytest.approx(effect, abs=1e-9), (name, channel)
    assert found["no conversions"] == {}
    assert solved.execute("select max(power) from int_markov_visits").fetchone()[0] < 1e-12


def test_both_results_of_the_worked_example(solved):
    effects = found_effects(solved)["definitions 8"]
    assert effects == {"A": 0.625, "B": 1.0}
    classical = {c: 4 * effect / sum(effects.values()) for c, effect in effects.items()}
    assert classical == pytest.approx({"A": 1.538462, "B": 2.461538}, abs=1e-6)
    assert credited(solved, "markov_fraction")["definitions 8"] == pytest.approx(
        {"A": 1.153846, "B": 2.846154}, abs=1e-6
    )


def test_shapley_is_the_value_of_the_game(solved):
    found = credited(solved, "shapley_fraction")
    for name, journeys in sets().items():
        assert found[name] == pytest.approx(shapley_values(journeys), abs=1e-9), name


def credited(con, fraction):
    """{set: {channel: conversions}} by a column of int_attribution_touch_fractions."""
    sums = defaultdict(dict)
    for name, channel, conversions in con.execute(f"""
        select conversion_type, channel, sum({fraction})
        from int_attribution_touch_fractions
        inner join int_attribution_paths using (conversion_number, position)
        inner join int_attribution_conversions using (conversion_number)
        group by all
    """).fetchall():
        sums[name][channel] = conversions
    return sums
