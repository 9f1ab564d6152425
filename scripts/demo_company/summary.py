"""Headline figures of a company, and the ranges in which it looks like a real one."""

import duckdb

from demo_company.web import EVENTS_COUNT

# Figure: lowest and highest value that is plausible.
RANGES = {
    "win_rate": (0.15, 0.30),
    "median_days_to_won": (60, 90),
    "largest_buying_group": (5, 8),
    "touches_per_won_opportunity": (4, 25),
    "monthly_customer_churn": (0.01, 0.02),
    "expanding_subscriptions_share": (0.10, 0.75),
    "weekend_share_of_sessions": (0.03, 0.20),
    "december_to_march_sessions": (0.35, 0.95),
}

DEALS = "select * from all_deals where type = 'New Business'"

QUERIES = {
    "web_sessions": "select count(*) from sessions",
    "web_events": f"select {EVENTS_COUNT} from sessions",
    "leads": "select count(*) from salesforce.lead",
    "mqls_per_month": """
        select count(*) / 24.0 from salesforce.lead_history
        where field = 'Status' and new_value = 'Marketing Qualified'""",
    "new_business_opportunities": f"select count(*) from ({DEALS})",
    "won_opportunities": f"select count(*) from ({DEALS}) where is_closed and is_won",
    "win_rate": f"select count(*) filter (where is_won) / count(*) from ({DEALS}) where is_closed",
    "median_days_to_won": f"""
        select median(date_diff('day', opportunity_at, close_at)) from ({DEALS})
        where is_closed and is_won""",
    "largest_buying_group": """
        select max(people_count)
        from (select count(*) as people_count from crm_members group by opportunity_id)""",
    "touches_per_won_opportunity": """
        select count(*) / count(distinct company)
        from happened
        inner join (
            select company, close_at from deals where is_won and close_at <= as_of_end()
        ) using (company)
        where touched_at <= close_at""",
    "customers": "select count(*) from stripe.customer",
    "monthly_customer_churn": """
        select count(*) filter (where ends_at <= as_of_end())
            / (select count(*) from contract_months)
        from contracts""",
    "expanding_subscriptions_share": """
        select
            count(distinct contract) filter (where seats_after > seats_before and seats_before > 0)
            / count(distinct contract)
        from contract_months""",
    "won_revenue_usd": "select max(revenue_with) from truth.channel_effects",
    "ad_spend_usd": """
        select (select sum(cost_micros) / 1e6 from google_ads.campaign_stats)
            + (select sum(cost_in_usd) from linkedin_ads.ad_analytics_by_campaign)""",
    "weekend_share_of_sessions": """
        select count(*) filter (where isodow(started_at) > 5) / count(*) from sessions""",
    "december_to_march_sessions": """
        select count(*) filter (where month(started_at) = 12)
            / count(*) filter (where month(started_at) = 3)
        from sessions
        where year(started_at) = 2025""",
}


def figures(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    return {name: float(con.execute(query).fetchone()[0]) for name, query in QUERIES.items()}


def text(values: dict[str, float]) -> str:
    return "\n".join(
        f"  {name.replace('_', ' '):32} {value:>14,.{0 if value > 200 else 3}f}"
        for name, value in values.items()
    )
