"""
The response model (scripts/response_model) against direct optimisation of its likelihood, known effects and chance; effects
in closed form against a simulation of the steps.
"""

import shutil
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest
from response_model.fitting import Units, design_of, fit_response
from response_model.tables import rows_of, units_of
from scipy.optimize import minimize
from support import connect, dbt

CHANNELS = 4
STEPS = ("mql", "opportunity", "won")
SIMULATIONS = 16_000
LEFT_OUT = "lift_tests_with_nothing_to_compare_with_are_left_out_of_the_combined_effects"


def company(units_count: int, effects: tuple[float, ...], base: float, seed: int) -> Units:
    """Units of three steps, with touches by chance and known effects of the channels."""
    random = np.random.default_rng(seed)
    touches = random.poisson(0.7, (units_count, CHANNELS))
    exposures = np.log1p(touches)
    controls = (random.random((units_count, 2)) < 0.4).astype(float)
    score = base + exposures @ np.array(effects) + controls @ np.array([0.5, -0.3])
    return Units(
        steps=np.array(STEPS)[np.arange(units_count) % 3],
        is_reached=random.random(units_count) < 1 / (1 + np.exp(-score)),
        folds=random.integers(0, 5, units_count),
        exposures=exposures,
        controls=controls,
    )


def test_the_fit_is_the_maximum_of_the_published_likelihood():
    units = company(1500, (1.2, 0.6, 0.3, 0.0), -1.0, seed=1)
    fitted = fit_response(units, draws_count=1)
    names, step = np.unique(units.steps, return_inverse=True)
    design = design_of(step, 3, units)
    sign = np.where(units.is_reached, -1.0, 1.0)
    # Three intercepts, controls and common effects by step, channels and channels by step.
    penalties = np.repeat([1e-6, 1.0, fitted.penalty], [3, 3 * 2 + 3, CHANNELS * 4])

    def negative(parameters):
        lost = np.logaddexp(0, sign * (design @ parameters))
        slope = design.T @ (sign / (1 + np.exp(-sign * (design @ parameters))))
        return lost.sum() + penalties @ parameters**2 / 2, slope + penalties * parameters

    found = minimize(
        negative,
        np.zeros(len(penalties)),
        jac=True,
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 5000},
    ).x
    common, own, by_step = found[9:12], found[12:16], found[16:].reshape(3, CHANNELS)
    assert list(names) == fitted.step_names
    assert fitted.intercepts == pytest.approx(found[:3], abs=1e-6)
    assert fitted.controls.ravel() == pytest.approx(found[3:9], abs=1e-6)
    assert fitted.effects == pytest.approx(common[:, None] + own + by_step, abs=1e-6)


def test_known_effects_are_found_and_their_order_too():
    effects = (1.2, 0.8, 0.4, 0.0)
    fitted = fit_response(company(30_000, effects, -1.0, seed=2), draws_count=1)
    assert fitted.is_measurable
    assert fitted.effects.mean(axis=0) == pytest.approx(effects, abs=0.12)


@pytest.mark.parametrize("seed", range(5))
def test_touches_without_effect_are_no_measurable_effect(seed):
    fitted = fit_response(company(3000, (0, 0, 0, 0), -1.0, seed=10 + seed), draws_count=1)
    assert not fitted.is_measurable


def test_without_effect_the_gain_is_below_zero_on_average():
    """Noise that is fitted costs held-out log loss. A gain that was not held out would be above 0."""
    gains = [
        fit_response(company(600, (0, 0, 0, 0), -1.0, seed=40 + seed), draws_count=1).gain
        for seed in range(20)
    ]
    assert np.mean(gains) < -0.5


@pytest.mark.parametrize("seed", range(3))
def test_thirty_conversions_are_too_few_to_measure_small_effects(seed):
    """About thirty of three hundred get on, with the effects that the demo's channels have at a step."""
    units = company(300, (0.2, 0.1, 0.1, 0.0), -2.6, seed=20 + seed)
    assert 20 <= units.is_reached.sum() <= 45
    assert not fit_response(units, draws_count=1).is_measurable


def test_without_a_measurable_effect_the_channels_have_none():
    steps, reached, terms = [], [], []
    random = np.random.default_rng(3)
    for number in range(300):
        for term in ("(intercept)", "Email", "segment = smb")[: 3 - number % 2]:
            steps.append(STEPS[number % 3])
            reached.append(number % 7 == 0)
            terms.append((f"unit {number:03}", term))
    found = {
        "step": np.array(steps),
        "unit_id": np.array([unit for unit, _ in terms]),
        "term": np.array([term for _, term in terms]),
        "is_channel": np.array([term == "Email" for _, term in terms]),
        "value": np.ones(len(terms)),
        "fold": random.integers(0, 5, len(terms)),
        "is_reached": np.array(reached),
    }
    order = np.lexsort((found["term"], found["unit_id"], found["step"]))
    table = units_of({name: column[order] for name, column in found.items()})
    assert (table.channels, table.controls) == (["Email"], ["segment = smb"])
    rows = rows_of(table, fit_response(table.units, draws_count=2))
    assert set(rows["replicate"]) == {0, 1, 2}
    assert not rows["estimate"][rows["is_channel"]].any()
    assert {message.split(":")[0] for message in rows["message"]} == {"no measurable effect"}


@pytest.fixture(scope="module")
def given(demo_place, tmp_path_factory) -> Path:
    """The demo with parameters that are given; its own 27 won opportunities are too few for a fit."""
    place = tmp_path_factory.mktemp("given")
    (place / "warehouse").mkdir()
    for path in (demo_place / "warehouse").glob("build.duckdb*"):  # with its log, if there is one
        shutil.copy(path, place / "warehouse")
    with connect(place) as database:
        database.execute(
            f"""copy (
                select distinct step, term, is_channel, 'fitted: given' as message, null::double as standard_error,
                    case when is_channel then hash(step, term) % 100 / 60.0
                    else hash(step, term) % 100 / 100.0 - 0.8 end as estimate
                from intermediate.int_response_terms
            ) to '{place}/rpt_response_parameters.parquet'"""
        )
    dbt(
        place,
        "run --quiet --select int_response_parameters int_response_remaining int_response_effects"
        " int_lift_test_effects int_combined_effects rpt_response_parameters rpt_incremental_effects",
        {"fitted_parameters_location": str(place), "response_minimum_won": 1},
    )
    return place


def test_too_few_won_opportunities_are_no_measurable_effect(demo):
    """The demo has 27: all of its new business is the baseline's."""
    rows = demo.execute(
        """select channel, incremental_revenue, low, won_amount, message from marts.rpt_incremental_effects
        where source = 'observed'"""
    ).fetchall()
    won, count = demo.execute(
        """select sum(amount), count(*) from intermediate.int_opportunities
        where opportunity_type = 'new_business' and is_won"""
    ).fetchone()
    assert count < 30
    [(channel, baseline, low, total, message)] = rows
    assert (channel, baseline, low, total) == ("(baseline)", won, None, won)
    assert message.startswith("no measurable effect: 27 opportunities won")


def test_effects_are_those_of_a_simulation_of_the_steps(given):
    """Every step behind a win is drawn again: it was taken, so its draw is below its chance; is it without the channel?"""
    random = np.random.default_rng(4)
    with connect(given) as database:
        winners = database.execute(
            "select opportunity_id, step, unit_id, amount from intermediate.int_response_winners order by all"
        ).fetchall()
        points = defaultdict(list)
        for step, unit, term, is_channel, value in database.execute(
            """select terms.step, unit_id, terms.term, terms.is_channel, value * estimate
            from intermediate.int_response_terms as terms
            semi join intermediate.int_response_winners using (step, unit_id)
            inner join marts.rpt_response_parameters using (step, term)
            order by all"""  # the draws follow this order
        ).fetchall():
            points[step, unit].append((term, is_channel, value))
        published = database.execute(
            "select channel, incremental_revenue, standard_error, won_amount from intermediate.int_response_effects"
        ).fetchall()
    assert len(published) > 10
    draws = {key: random.random(SIMULATIONS) for key in points}
    revenue = sum(float(amount) for _, step, _, amount in winners if step == "won")
    for channel, effect, standard_error, won in published:
        kept = {}
        for key, terms in points.items():
            with_all = sum(value for _, _, value in terms)
            taken = sum(
                value
                for term, is_channel, value in terms
                if is_channel and channel in (term, "(baseline)")
            )
            chances = [1 / (1 + np.exp(-score)) for score in (with_all, with_all - taken)]
            kept[key] = draws[key] * chances[0] < chances[1]
        by_step = defaultdict(lambda: np.zeros(SIMULATIONS, dtype=bool))
        amounts = {}
        for opportunity, step, unit, amount in winners:
            # Units without any touch keep their step.
            by_step[opportunity, step] |= kept.get((step, unit), np.ones(SIMULATIONS, dtype=bool))
            amounts[opportunity] = float(amount)
        left = sum(
            amount
            * np.logical_and.reduce([taken for (name, _), taken in by_step.items() if name == won])
            for won, amount in amounts.items()
        )
        expected = left if channel == "(baseline)" else revenue - left
        error = 5 * expected.std() / np.sqrt(SIMULATIONS) + 0.01
        assert expected.mean() == pytest.approx(effect, abs=error), channel
        # The luck of the opportunities, and half of the effect for what observation cannot see.
        caused = won - effect if channel == "(baseline)" else effect
        luck = np.sqrt(standard_error**2 - (caused / 2) ** 2)
        assert luck == pytest.approx(expected.std(), rel=0.25, abs=0.01), channel


def test_a_lift_test_with_nothing_to_compare_with_is_a_warning(given):
    """Of four tests, one has MQLs in its days. The demo has no conversion before 2024, and no touch of campaign 7 then."""
    with duckdb.connect(str(given / "warehouse" / "build.duckdb")) as database:
        database.execute(
            """insert into rules.lift_tests (channel, campaign, start_date, end_date, metric,
                incremental_conversions, standard_error)
            values ('Email', null, '2025-03-01', '2025-03-31', 'mql', 1, 1),
                ('Email', null, '2023-03-01', '2023-03-31', 'mql', 1, 1),
                ('Event', '7', '2025-03-01', '2025-03-31', 'mql', 1, 1),
                ('Email', null, '2025-12-01', '2026-01-31', 'mql', 1, 1)"""
        )
    dbt(given, "run --quiet --select int_lift_test_effects", {})
    printed = dbt(given, f"test --select {LEFT_OUT}", {})
    assert "Got 2 results, configured to warn if != 0" in printed
    (compiled,) = (given / "target" / "compiled").rglob(f"{LEFT_OUT}.sql")
    with connect(given) as database:
        found = [finding for (finding,) in database.execute(compiled.read_text()).fetchall()]
    assert [finding.split(". ")[0] for finding in found] == [
        "rules/lift_tests.csv, Email mql 2023-03-01 to 2023-03-31 is not used:"
        " the company had no such conversion in these days",
        "rules/lift_tests.csv, Event mql 2025-03-01 to 2025-03-31 is not used:"
        " the company had no such conversion, or no touch of campaign 7, in these days",
    ]
