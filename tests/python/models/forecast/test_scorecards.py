"""
Figures of the scorecards are those of the facts, computed again without the reports in between: heads of three teams compare them in
one meeting and would stop at the first difference.
"""

from datetime import date
from decimal import Decimal

import pytest

# Metric, and the query that gives it by month from facts and dimensions only.
FROM_FACTS = {
    "sessions": "select date_trunc('month', started_at)::date, count(*) from marts.fct_sessions group by all",
    "mqls": "select date_trunc('month', mql_at)::date, count(*) from marts.fct_journeys where mql_at is not null group by all",
    # The amount at creation, not today's.
    "created_amount": """
        select date_trunc('month', created_date)::date, sum(first_amount)
        from marts.fct_opportunities
        inner join (
            select opportunity_id, min_by(entry_amount, entered_at) as first_amount
            from marts.fct_opportunity_stages group by all
        ) using (opportunity_id)
        group by all
    """,
    "won_amount": """
        select date_trunc('month', closed_date)::date, sum(won_amount) from marts.fct_opportunities where is_won group by all
    """,
    "average_won_amount": """
        select date_trunc('month', closed_date)::date, avg(won_amount) from marts.fct_opportunities where is_won group by all
    """,
    "marketing_spend": "select date_trunc('month', spend_date)::date, sum(spend) from marts.fct_spend group by all",
    "end_mrr": "select period_month, sum(end_mrr) from marts.fct_mrr_movements group by all",
    "expansion_mrr": "select period_month, sum(expansion_mrr) from marts.fct_mrr_movements group by all",
    "customers": "select period_month, count(*) filter (where end_mrr > 0) from marts.fct_mrr_movements group by all",
    "revenue": "select period_month, sum(net_amount) from marts.fct_revenue_by_month group by all",
    "meetings_held": """
        select date_trunc('month', scheduled_date)::date, count(*) filter (where meeting_status = 'held')
        from marts.fct_meetings group by all
    """,
}


@pytest.mark.parametrize("metric", FROM_FACTS)
def test_a_metric_of_the_scorecard_is_the_sum_of_the_facts(demo, metric):
    shown = dict(
        demo.execute(
            "select period_month, actual from marts.rpt_revenue_scorecard where metric = ? and actual is not null",
            [metric],
        ).fetchall()
    )
    facts = dict(demo.execute(FROM_FACTS[metric]).fetchall())
    months = {month for month in facts if month is not None and month <= date(2025, 12, 31)}
    assert months and months <= shown.keys()
    for month, value in shown.items():
        expected = Decimal(str(facts.get(month) or 0))
        assert abs(value - expected) <= Decimal("0.0001"), month


def test_targets_of_the_scorecard_are_those_of_the_attainment(demo):
    """Both are read by the same people; the scorecard sums what the attainment shows by team and segment."""
    different = demo.execute("""
        with attainment as (
            select metric, period_start as period_month, sum(target) as target
            from marts.rpt_goal_attainment
            where period_grain = 'month' and team <> '(all)'
                and (metric not in ('won_amount', 'created_amount') or segment <> '(all)' or metric = 'created_amount')
            group by all
        )
        select scorecard.metric, scorecard.period_month, scorecard.target, attainment.target
        from marts.rpt_revenue_scorecard as scorecard
        left join attainment using (metric, period_month)
        where scorecard.target is distinct from attainment.target
    """).fetchall()
    assert not different


def test_every_indicator_of_maturity_can_be_measured(demo):
    """A misspelled indicator would be unmeasured, and so unmet, for ever."""
    unmeasured = demo.execute("""
        select stage, indicator from marts.rpt_maturity_scorecard where measured_value is null
    """).fetchall()
    assert not unmeasured


def test_the_stage_reached_is_the_highest_whose_indicators_hold(demo):
    rows = demo.execute("""
        select stage_order, measured_value, threshold, is_higher_better, is_stage_reached, is_missing_for_next_stage
        from marts.rpt_maturity_scorecard
    """).fetchall()
    holds = {row[:2]: row[1] >= row[2] if row[3] else row[1] <= row[2] for row in rows}
    missed = [stage for (stage, _), met in holds.items() if not met]
    first_missed = min(missed, default=99)
    for stage, value, _, _, is_reached, is_missing in rows:
        assert is_reached == (stage < first_missed)
        assert is_missing == (stage == first_missed and not holds[stage, value])


def test_the_weekly_review_lists_every_overdue_opportunity_once(demo):
    listed = demo.execute("""
        select item_id from marts.rpt_weekly_review where item_type in ('overdue_close_date', 'past_usual_window') order by 1
    """).fetchall()
    expected = demo.execute("""
        select opportunity_id from marts.fct_open_pipeline
        where close_date < date '2025-12-31' or is_past_usual_window order by 1
    """).fetchall()
    assert listed == expected and listed
