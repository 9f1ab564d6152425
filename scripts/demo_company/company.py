"""Builds the tables of the company in DuckDB, topic by topic.

Each step is a file sql/<topic>/<step>.sql and creates the table of its name, in the schema of its
vendor if it is a raw table.
"""

import duckdb

from demo_company import rates, statements, web
from demo_company.settings import DEMO_WEB_EVENTS, FIRST_DAY, LAST_DAY, Settings
from demo_company.shapes import OFFLINE, SHAPES, Shape

SCHEMAS = (
    "salesforce",
    "hubspot",
    "segment",
    "marketo",
    "google_ads",
    "linkedin_ads",
    "stripe",
    "calendly",
    "leadfeeder",
    "generic",
    "truth",
)
BASIS = ("vocabulary", "macros", "days", "day_slots", "staff_of", "exchange_currency", "staff")
MARKET = (
    "effects",
    "mix_slots",
    "scenarios",
    "companies",
    "people",
    "touches",
    "first_phase",
    "touches of phase 1",
    "last_touches_of_leads",
    "lead_touches",
    "lead_scores",
    "leads",
    "mql_candidates",
    "touches of phase 2",
    "person_scenarios",
    "mqls",
    "pursuits",
    "group_members",
    "touches of phase 3",
    "mql_scenarios",
    "opportunity_scenarios",
    "open_deals",
    "touches of phase 4",
    "won_scenarios",
    "deals",
    "touches of phase 5",
    "happened",
)
BILLING = (
    "price_list",
    "stripe_price",
    "offers",
    "shop_orders",
    "contracts",
    "contract_months",
    "invoice_lines",
    "invoices",
    "stripe_invoice",
    "stripe_invoice_line_item",
    "stripe_charge",
    "stripe_refund",
    "stripe_credit_note",
    "contract_states",
    "stripe_subscription",
    "stripe_subscription_item",
    "stripe_customer",
)
CRM = (
    "salesforce_user",
    "programmes",
    "salesforce_campaign",
    "crm_deals",
    "crm_members",
    "crm_contacts",
    "crm_leads",
    "crm_companies",
    "salesforce_account",
    "salesforce_contact",
    "lead_facts",
    "lead_steps",
    "lead_owners",
    "salesforce_lead_history",
    "salesforce_lead",
    "generic_qualification_answers",
    "campaign_touches",
    "salesforce_campaign_member",
    "stages",
    "all_deals",
    "deal_changes",
    "salesforce_opportunity_history",
    "salesforce_opportunity_field_history",
    "salesforce_opportunity",
    "salesforce_opportunity_contact_role",
    "sales_touches",
    "salesforce_task",
    "salesforce_event",
    "bookings",
    "calendly_event",
    "calendly_invitee",
)
WEB = (
    "macros",
    "variants",
    "channel_variants",
    "crowd_slots",
    "content",
    "conversion_paths",
    "generic_content_items",
    "generic_social_engagement",
    "sessions",
    "shop_sessions",
    "crowd",
    "leadfeeder_visits",
)
EMAIL = ("marketo_lead", "mailings", "activities")
ADS = (
    "ad_campaigns",
    "ad_facts",
    "google_ads_campaign_stats",
    "google_ads_campaign_history",
    "google_ads_account_history",
    "linkedin_ads_ad_analytics_by_campaign",
    "linkedin_ads_campaign_history",
    "linkedin_ads_account_history",
)
UPKEEP = (
    "merged_contacts",
    "merged_accounts",
    "deleted_opportunities",
    "generic_privacy_requests",
)
# The same company with HubSpot in place of Salesforce and Marketo.
HUBSPOT = (
    "contact_ids",
    "hubspot_owner",
    "hubspot_team",
    "hubspot_company",
    "contact_changes",
    "hubspot_contact_property_history",
    "hubspot_contact",
    "hubspot_deal_pipeline",
    "hubspot_deal",
    "hubspot_deal_property_history",
    "hubspot_engagement",
    "hubspot_email_event",
)
TRUTH = ("truth_devices", "truth_people", "won_values", "truth_channel_effects")
TOPICS = {
    "basis": BASIS,
    "market": MARKET,
    "billing": BILLING,
    "crm": CRM,
    "web": WEB,
    "email": EMAIL,
    "ads": ADS,
    "upkeep": UPKEEP,
    "truth": TRUTH,
}

# What a company sells after the last day of its exports, simulated in a database of its own.
AHEAD = "ahead"
TOPICS_AHEAD = {
    "basis": BASIS,
    "market": MARKET,
    "billing": BILLING,
    "crm": ("crm_deals", "all_deals"),
    "truth": ("future_bookings", "future_revenue"),
}

# What the channels cause, without the tables of any vendor.
TOPICS_OF_EFFECTS = {
    "basis": BASIS,
    "market": MARKET,
    "billing": BILLING,
    "crm": ("crm_deals", "all_deals"),
    "truth": ("won_values", "truth_channel_effects"),
}


def parameters_of(settings: Settings, shape: Shape, plans: str) -> dict[str, object]:
    """What the files may name, alike for all of them."""
    return {
        "seed": settings.seed,
        "history": settings.history,
        "first_day": FIRST_DAY,
        "last_day": settings.last_day,
        "market_ends_on": settings.market_ends_on,
        "plans": plans,
        "exported_upto": LAST_DAY,
        "prospects": settings.prospects,
        "shoppers": settings.shoppers,
        "launch_customers": settings.launch_customers,
        "teams": settings.teams,
        "traffic": f"{settings.web_events / DEMO_WEB_EVENTS:.9f}",
        "offline": OFFLINE,
        "bases": shape.bases,
        "intent": shape.intent,
        "cycle_days": shape.cycle_days,
        "trend": shape.trend,
        "month_weights": list(shape.month_weights),
        "quarter_end_share": shape.quarter_end_share,
        "prices_rise_on": shape.prices_rise_on,
        "price_rise_percent": shape.price_rise_percent,
        "team_leaves_on": shape.team_leaves_on,
        "first_slots_count": sum(shape.mix[0].values()),
        "lead_slots_count": sum(shape.mix[1].values()),
        "after_sale_slots_count": sum(shape.mix[5].values()),
        "exposure_curve": shape.exposure_curve,
        "remembered_days": shape.remembered_days,
        "demand": list(shape.demand),
        "effects": [
            (channel, *points, shape.needs.get(channel, ""))
            for channel, points in shape.effects.items()
        ],
        "mix_slots": [
            (phase, slot, channel)
            for phase, weights in shape.mix.items()
            for slot, channel in enumerate(
                channel for channel, weight in weights.items() for _ in range(weight)
            )
        ],
    }


def add_touches(con: duckdb.DuckDBPyConnection, shape: Shape, phase: int) -> None:
    # The touches before the one that makes a lead have a mix of their own.
    mix = 0 if phase == 1 else phase
    statements.run(con, f"market/bounds_of_phase_{phase}")
    statements.run(
        con,
        "market/touches_of_phase",
        phase=phase,
        mix=mix,
        slots_count=sum(shape.mix[mix].values()),
    )


def build_topics(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    topics: dict[str, tuple[str, ...]],
    plans: str,
) -> None:
    """`plans` names the schema of the contracts of which opportunities are known."""
    shape = SHAPES[settings.shape]
    parameters = parameters_of(settings, shape, plans)
    for schema in SCHEMAS:
        con.execute(f"create schema {schema}")
    for topic, steps in topics.items():
        for step in steps:
            if step.startswith("touches of phase "):
                add_touches(con, shape, int(step[-1]))
            elif step == "crowd":
                web.add_crowd(con, settings.web_events)
            else:
                statements.run(con, f"{topic}/{step}", **parameters)
        if topic == "basis":
            rates.build(con, settings.market_ends_on)


def build(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    topics = {**TOPICS, "hubspot": HUBSPOT} if settings.crm == "hubspot" else TOPICS
    if not settings.future_months:
        build_topics(con, settings, topics, plans="main")
        return
    # Opportunities that are open on the last day lead to contracts of later months, so those come
    # first.
    (here,) = con.execute("select current_database()").fetchone()
    con.execute(f"attach ':memory:' as {AHEAD}; use {AHEAD}")
    build_topics(con, settings.in_the_end, TOPICS_AHEAD, plans="main")
    con.execute(f"use {here}")
    build_topics(con, settings, topics, plans=f"{AHEAD}.main")


def build_effects(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The table truth.channel_effects alone, and what it needs."""
    build_topics(con, settings, TOPICS_OF_EFFECTS, plans="main")
