"""Targets, what was achieved of them and where it is heading: recomputed from opportunities, forecasts and revenue."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from math import erf, sqrt

import pytest

AS_OF = date(2025, 12, 31)
Z80 = 1.2815515655446004


def months_of(grain: str, start: date) -> list[date]:
    count = {"month": 1, "quarter": 3, "year": 12}[grain]
    return [
        date(start.year + (start.month - 1 + k) // 12, (start.month - 1 + k) % 12 + 1, 1)
        for k in range(count)
    ]


@pytest.fixture(scope="module")
def goals(demo):
    columns = "period_grain, period_start, metric, team, segment, source"
    values = (
        "months_count, target, actual, pace_forecast, low, high, probability_of_attainment, is_over"
    )
    rows = demo.execute(f"select {columns}, {values} from marts.rpt_goal_attainment").fetchall()
    assert rows
    return {row[:6]: row[6:] for row in rows}


@pytest.fixture(scope="module")
def won(demo):
    found = Counter()
    for month, segment, amount in demo.execute(
        """select date_trunc('month', closed_at)::date, segment, sum(amount)
        from marts.fct_opportunities where is_won group by all"""
    ).fetchall():
        found[month, segment] += amount
        found[month, "(all)"] += amount
    return found


@pytest.fixture(scope="module")
def forecast(demo):
    return {
        (measure, month, segment): (amount, low, high)
        for measure, month, segment, amount, low, high in demo.execute(
            """select measure, target_month, segment, forecast_amount, low_amount, high_amount
            from marts.rpt_revenue_forecast where is_current and component = '(all)'"""
        ).fetchall()
    }


@pytest.fixture(scope="module")
def targeted(demo):
    """Months with a target of bookings, by segment."""
    months = defaultdict(set)
    for month, segment in demo.execute(
        "select period_month, segment from rules.targets where metric = 'won_amount'"
    ).fetchall():
        months[segment].add(month)
        months["(all)"].add(month)
    return months


def test_pace_is_what_was_won_plus_the_forecast_of_the_rest_to_the_cent(
    goals, won, forecast, targeted
):
    checked = set()
    for (grain, start, metric, team, segment, _), row in goals.items():
        if metric != "won_amount" or team != "(all)":
            continue
        months = [m for m in months_of(grain, start) if m in targeted[segment]]
        over = [m for m in months if m < AS_OF]
        to_come = [m for m in months if m > AS_OF]
        achieved = sum((won[m, segment] for m in over), Decimal(0))
        rest = sum((forecast["bookings", m, segment][0] for m in to_come), Decimal(0))
        count, _, actual, pace, *_, is_over = row
        assert (count, is_over) == (len(months), not to_come)
        assert (actual or 0, pace) == (achieved, achieved + rest)
        checked.add((grain, is_over))
    assert len(checked) == 6


def test_teams_add_up_to_all_teams(goals):
    parts, totals = defaultdict(Counter), {}
    for (grain, start, metric, team, segment, _), row in goals.items():
        key = (grain, start, segment)
        figures = {"target": row[1], "actual": row[2] or 0, "pace": row[3]}
        if metric == "won_amount" and team == "(all)":
            totals[key] = figures
        elif metric == "won_amount":
            parts[key].update(figures)
    assert totals
    assert {key: dict(figures) for key, figures in parts.items()} == totals


def test_the_interval_of_a_month_is_that_of_the_published_forecast(goals, forecast):
    checked = 0
    for (grain, start, metric, team, segment, _), row in goals.items():
        measure = {"won_amount": "bookings", "revenue": "revenue"}.get(metric)
        if grain == "month" and measure and team in ("(all)", "shared") and not row[-1]:
            _, low, high = forecast[measure, start, segment]
            assert float(row[5]) == pytest.approx(float(high), abs=0.02)
            if measure == "bookings" or low <= row[4]:
                assert float(row[4]) == pytest.approx(float(low), abs=0.02)
            checked += 1
    assert checked > 6


def test_probabilities_are_those_of_the_normal_distribution(goals):
    checked = 0
    for row in goals.values():
        _, target, actual, pace, _, high, probability, is_over = row
        if is_over or high is None:
            assert probability in (None, 0, 1)
        elif high > pace and (actual or 0) < target:
            deviation = float(high - pace) / Z80
            z = float(pace - target) / deviation
            assert probability == pytest.approx((1 + erf(z / sqrt(2))) / 2, abs=1e-4)
            checked += 1
    assert checked > 20


def test_marketing_is_measured_as_in_the_other_reports(goals, demo):
    sourced = dict(
        demo.execute(
            "select period_month, sourced_amount from marts.rpt_marketing_contribution"
        ).fetchall()
    )
    created = dict(
        demo.execute(
            """select period_month, sum(created_amount) from marts.rpt_pipeline_generation
            where source = 'marketing' group by all"""
        ).fetchall()
    )
    mqls = dict(
        demo.execute(
            "select date_trunc('month', mql_at)::date, count(*) from marts.fct_journeys"
            " where mql_at is not null group by all"
        ).fetchall()
    )
    reported = {"sourced_won_amount": sourced, "sourced_pipeline": created, "mqls": mqls}
    checked = Counter()
    for (grain, start, metric, *_), row in goals.items():
        if grain == "month" and row[-1] and metric in reported:
            assert row[2] == reported[metric].get(start, 0), (metric, start)
            checked[metric] += 1
    assert set(checked.values()) == {24}


def test_marketing_sources_no_more_than_new_business_brings(goals):
    """Renewals must not count as a success of marketing."""
    for (*period, metric, _, segment, source), row in goals.items():
        if metric == "sourced_won_amount" and row[3] is not None:
            assert row[3] <= goals[*period, "won_amount", "Sales", segment, source][3]


def test_without_targets_there_are_no_goals(edge):
    assert edge.execute("select count(*) from marts.rpt_goal_attainment").fetchall() == [(0,)]
