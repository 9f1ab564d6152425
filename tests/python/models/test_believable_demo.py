"""
The demo company looks like a real one: figures of its marts lie in ranges that are usual in B2B software.
Ranges without a source are editorial judgement. scripts/demo_company/README.md lists them.
"""

import pytest

NEW_BUSINESS = "select * from marts.fct_opportunities where opportunity_type = 'new_business'"
COHORT = """
    select sum(converted_count) / sum(entered_count)
    from marts.rpt_funnel_conversion
    where basis = 'cohort' and window_days is null and channel = '(all)' and segment = '(all)'
        and from_stage = '{}' and to_stage = '{}'
"""
FOLLOW_UP = """
    select sum(met_count) / sum(met_count + breached_count)
    from marts.rpt_sla_compliance
    where metric = 'follow_up' and team = '(all)' and segment = '(all)'
"""
PAID = "'Paid Search', 'Paid Social', 'Display', 'Cross-network'"
RETURN = f"""
    select channel, sum(credited_value) / sum(spend) as roas, sum(credited_value) as value, sum(spend) as spend
    from marts.rpt_channel_performance
    where model = 'linear' and conversion_type = 'won' and basis = 'conversion_month' and channel in ({PAID})
    group by channel
"""
# Figure, query, lowest, highest.
RANGES = [
    ("visitors who become leads", COHORT.format("visitor", "lead"), 0.02, 0.12),
    ("leads that become MQLs", COHORT.format("lead", "mql"), 0.20, 0.45),
    ("MQLs that become SQLs", COHORT.format("mql", "sql"), 0.20, 0.50),
    (
        "new opportunities that are won",
        f"select count(*) filter (where is_won) / count(*) from ({NEW_BUSINESS}) where is_closed",
        0.15,
        0.35,
    ),
    (
        "delivered emails that are clicked",
        "select sum(emails_clicked_count) / sum(emails_delivered_count) from marts.rpt_engagement",
        0.01,
        0.06,
    ),
    (
        "tracked share of Google",
        "select sum(sessions_count) / sum(clicks) from marts.rpt_ad_performance where platform = 'google_ads'",
        0.70,
        0.95,
    ),
    (
        "tracked share of LinkedIn, poor on purpose",
        "select sum(sessions_count) / sum(clicks) from marts.rpt_ad_performance where platform = 'linkedin_ads'",
        0.30,
        0.60,
    ),
    ("return on all paid channels", f"select sum(value) / sum(spend) from ({RETURN})", 1, 5),
    (
        "return on the paid channel that loses money",
        f"select min(roas) from ({RETURN})",
        0.2,
        0.9,
    ),
    ("hand-offs followed up in time", FOLLOW_UP, 0.60, 0.90),
    (
        "recycled leads that come back",
        "select sum(reentered_count) / sum(recycled_count) from marts.rpt_recycle_yield",
        0.05,
        0.40,
    ),
    (
        "recycled leads that win",
        "select sum(won_count) from marts.rpt_recycle_yield",
        1,
        10,
    ),
    (
        "MQLs ready by score alone",
        "select sum(people_count) from marts.rpt_lead_qualification_matrix where readiness = 'ready'",
        3,
        100,
    ),
    (
        "customers who buy one by one",
        "select sum(customers_count) from marts.rpt_repeat_purchase",
        300,
        1000,
    ),
    (
        "of whom buy again",
        "select sum(repeat_customers_count) / sum(customers_count) from marts.rpt_repeat_purchase",
        0.4,
        0.9,
    ),
    (
        "orders with a path",
        "select count(*) from marts.fct_conversions where conversion_type = 'order' and touches_count > 0",
        100,
        5000,
    ),
    (
        "won expansions and renewals with a path",
        """
        select avg((conversions.touches_count > 0)::int)
        from marts.fct_conversions as conversions
        inner join marts.fct_opportunities as opportunities using (opportunity_id)
        where conversions.conversion_type = 'won' and opportunities.opportunity_type <> 'new_business'
        """,
        0.6,
        1,
    ),
]


@pytest.mark.parametrize(
    ("query", "low", "high"), [row[1:] for row in RANGES], ids=[row[0] for row in RANGES]
)
def test_a_figure_of_the_demo_is_believable(demo, query, low, high):
    (value,) = demo.execute(query).fetchone()
    assert low <= value <= high


@pytest.mark.parametrize(("score_type", "bounds"), [("fit", (55, 70)), ("engagement", (10, 30))])
def test_a_higher_score_wins_more_often(demo, score_type, bounds):
    """Bands are joined to three, so that each has enough people to tell."""
    low, high = bounds
    rates = demo.execute(
        """
        with banded as (
            select *, case when minimum_score < ? then 1 when minimum_score < ? then 2 else 3 end as band
            from marts.rpt_score_calibration
            where score_type = ?
        )
        select sum(won_count) / sum(people_count), sum(people_count) from banded group by band order by band
        """,
        [low, high, score_type],
    ).fetchall()
    assert all(people >= 30 for _, people in rates)
    assert rates[0][0] < rates[1][0] < rates[2][0]


def test_reasons_differ_by_competitor_and_segment(demo):
    most_frequent = """
        select {0}, mode(reason order by reason)
        from marts.rpt_win_loss, range(opportunities_count)
        where outcome = 'lost' and {0} not in ('(none)', 'unknown')
        group by {0}
    """
    by_competitor = dict(demo.execute(most_frequent.format("competitor")).fetchall())
    assert by_competitor["Insightly"] == "Price"
    assert by_competitor["FlowWorks"] == "Lost to a competitor"
    by_segment = dict(demo.execute(most_frequent.format("segment")).fetchall())
    assert len(set(by_segment.values())) > 1


def test_every_team_that_sells_has_targets(demo):
    teams = {team for (team,) in demo.execute("select distinct team from rules.targets").fetchall()}
    crm, functions = {"Sales", "Customer Success"}, {"marketing", "customer_success", "shared"}
    assert teams == crm | functions
