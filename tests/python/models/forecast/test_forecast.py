"""
The forecast of the demo company and of the edge-case company, computed again in numpy from the steps of opportunities:
transition probabilities with their priors, win probabilities by solving the absorbing chain, and expected bookings.
"""

from collections import Counter, defaultdict
from datetime import date
from statistics import median

import numpy as np
import pytest

WEIGHT, HISTORY = 20, 24
# Assumed where nothing has closed yet: wins and losses a month.
ASSUMED = {"new_business": (0.05, 0.10), "expansion": (0.05, 0.10), "renewal": (0.40, 0.06)}
WON, LOST = "(won)", "(lost)"


def months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


@pytest.fixture(scope="module")
def steps(built_company):
    """Type -> (stage, age bucket, next stage, month) of each opportunity that was open at a month's start."""
    found = defaultdict(list)
    for opportunity_type, *step in built_company.execute(
        """select opportunity_type, source_stage, age_bucket, next_stage, step_month
        from intermediate.int_opportunity_steps where source_stage is not null"""
    ).fetchall():
        found[opportunity_type].append(tuple(step))
    return found


@pytest.fixture(scope="module")
def snapshots(built_company):
    return built_company.execute(
        """select period_month, opportunity_type, coalesce(source_stage, stage), least(age_days // 30, 6),
            amount, segment
        from intermediate.int_pipeline_snapshots"""
    ).fetchall()


def chain(opportunity_type, steps, all_steps, open_stages, as_of_month):
    """The matrix of steps between (stage, age) states, and the probabilities of being won in the next step."""
    known = [
        (stage, age, target)
        for stage, age, target, month in steps
        if 0 <= months_between(month, as_of_month) < HISTORY
    ]
    stages = sorted(
        {stage for stage, _, _ in known}
        | {t for _, _, t in known if t not in (WON, LOST)}
        | open_stages
    )
    targets = [*stages, WON, LOST]
    in_all = [
        target
        for _, _, target, month in all_steps
        if 0 <= months_between(month, as_of_month) < HISTORY
    ]
    of_all_types, overall = Counter(in_all), Counter(target for _, _, target in known)
    by_stage = Counter((stage, target) for stage, _, target in known)
    by_age = Counter(known)
    in_stage = Counter(stage for stage, _, _ in known)
    at_age = Counter((stage, age) for stage, age, _ in known)
    number = {(stage, age): 7 * i + age for i, stage in enumerate(stages) for age in range(7)}
    moves, wins = np.zeros((len(number), len(number))), np.zeros(len(number))
    for (stage, age), row in number.items():
        leaned = {}
        for target in targets:
            win, loss = ASSUMED[opportunity_type]
            pooled = {WON: win, LOST: loss, stage: 1 - win - loss}.get(target, 0)
            if opportunity_type != "renewal":
                pooled = (of_all_types[target] + WEIGHT * pooled) / (len(in_all) + WEIGHT)
            top = (overall[target] + WEIGHT * pooled) / (len(known) + WEIGHT)
            prior = (by_stage[stage, target] + WEIGHT * top) / (in_stage[stage] + WEIGHT)
            leaned[target] = (by_age[stage, age, target] + WEIGHT * prior) / (
                at_age[stage, age] + WEIGHT
            )
        # Other types may reach stages that this one never does.
        for target, probability in leaned.items():
            if target == WON:
                wins[row] = probability / sum(leaned.values())
            elif target != LOST:
                moves[row, number[target, min(age + 1, 6)]] += probability / sum(leaned.values())
    return number, moves, wins


def as_of_months(built_company):
    return [
        month
        for (month,) in built_company.execute(
            "select as_of_month from intermediate.int_forecast_dates order by 1"
        ).fetchall()
    ]


def test_win_probabilities_are_those_of_the_absorbing_chain(built_company, steps, snapshots):
    """A wrong power or prior would shift every expected amount."""
    months = as_of_months(built_company)
    assert len(months) > 6
    assert len(steps) == 3
    all_steps = [step for own_steps in steps.values() for step in own_steps]
    for as_of_month in (months[0], months[-1]):
        for opportunity_type, own_steps in steps.items():
            open_stages = {
                stage
                for month, of_type, stage, *_ in snapshots
                if (month, of_type) == (as_of_month, opportunity_type)
            }
            number, moves, wins = chain(
                opportunity_type, own_steps, all_steps, open_stages, as_of_month
            )
            ever = np.linalg.solve(np.eye(len(number)) - moves, wins)
            reported = {
                (stage, age): probability
                for stage, age, probability in built_company.execute(
                    "select source_stage, age_bucket, win_probability"
                    " from marts.rpt_stage_probabilities"
                    " where as_of_month = ? and opportunity_type = ?",
                    [as_of_month, opportunity_type],
                ).fetchall()
            }
            assert set(reported) == set(number)
            for state, row in number.items():
                assert reported[state] == pytest.approx(ever[row], abs=1e-9)


def test_expected_bookings_of_the_open_pipeline_are_those_of_the_chain(
    built_company, steps, snapshots
):
    as_of_month = as_of_months(built_company)[0]
    open_now = [row[1:] for row in snapshots if row[0] == as_of_month]
    ratios = dict(
        built_company.execute(
            "select opportunity_type, amount_ratio from intermediate.int_forecast_amount_ratios"
            " where as_of_month = ?",
            [as_of_month],
        ).fetchall()
    )
    all_steps = [step for own_steps in steps.values() for step in own_steps]
    chains = {
        opportunity_type: chain(
            opportunity_type,
            own_steps,
            all_steps,
            {stage for of_type, stage, *_ in open_now if of_type == opportunity_type},
            as_of_month,
        )
        for opportunity_type, own_steps in steps.items()
    }
    reported = defaultdict(dict)
    for segment, ahead, amount in built_company.execute(
        "select segment, months_ahead, sum(expected_amount) from intermediate.int_open_expected_amounts"
        " where as_of_month = ? group by all",
        [as_of_month],
    ).fetchall():
        reported[segment][ahead] = amount
    in_month = {opportunity_type: wins for opportunity_type, (_, _, wins) in chains.items()}
    for ahead in range(1, 13):
        expected = defaultdict(float)
        for opportunity_type, stage, age, amount, segment in open_now:
            number = chains[opportunity_type][0]
            expected[segment] += (
                float(amount or 0)
                * ratios.get(opportunity_type, 1)
                * in_month[opportunity_type][number[stage, age]]
            )
        assert expected == pytest.approx(
            {s: amounts[ahead] for s, amounts in reported.items()}, rel=1e-9
        )
        in_month = {
            opportunity_type: chains[opportunity_type][1] @ probabilities
            for opportunity_type, probabilities in in_month.items()
        }


def test_the_published_forecast_is_the_median_of_its_methods(built_company):
    """The model counts twice; the total is the median, unless more is already won or contracted."""
    methods = defaultdict(list)
    for *key, method, amount in built_company.execute(
        "select measure, as_of_month, months_ahead, method, forecast_amount"
        " from intermediate.int_forecast_methods"
    ).fetchall():
        methods[tuple(key)] += [amount, amount] if method == "model" else [amount]
    combined = {
        tuple(key): amount
        for *key, amount in built_company.execute(
            "select measure, as_of_month, months_ahead, forecast_amount"
            " from intermediate.int_forecast_combinations"
        ).fetchall()
    }
    assert combined == pytest.approx({key: median(found) for key, found in methods.items()})
    differences = built_company.execute(
        """select report.as_of_month, report.target_month, report.measure,
            report.forecast_amount, combined.forecast_amount
        from marts.rpt_revenue_forecast as report
        inner join intermediate.int_forecast_combinations as combined
            using (as_of_month, measure, months_ahead)
        where component = '(all)' and segment = '(all)'
            and abs(report.forecast_amount - combined.forecast_amount) > 0.5
            and report.forecast_amount > (
                select coalesce(sum(forecast_amount), 0) from marts.rpt_revenue_forecast as certain
                where certain.as_of_month = report.as_of_month and certain.target_month = report.target_month
                    and certain.measure = report.measure and certain.segment = '(all)'
                    and certain.component in ('won_so_far', 'contracted')
            ) + 0.01"""
    ).fetchall()
    assert differences == []


def test_the_back_test_compares_with_what_really_happened(built_company):
    rows = built_company.execute(
        """select measure, as_of_month, horizon_months, actual_amount from marts.rpt_forecast_backtest
        where not is_total and method = 'combined'"""
    ).fetchall()
    assert {measure for measure, *_ in rows} == {"bookings", "revenue"}
    won = Counter()
    for month, amount in built_company.execute(
        "select date_trunc('month', closed_at)::date, amount from marts.fct_opportunities where is_won"
    ).fetchall():
        won[month] += amount or 0
    earned = Counter()
    for month, amount in built_company.execute(
        "select period_month, net_amount from marts.fct_revenue_by_month"
    ).fetchall():
        earned[month] += amount
    for measure, as_of_month, horizon, actual in rows:
        happened = won if measure == "bookings" else earned
        months = {
            m: a for m, a in happened.items() if 1 <= months_between(as_of_month, m) <= horizon
        }
        assert actual == sum(months.values())
