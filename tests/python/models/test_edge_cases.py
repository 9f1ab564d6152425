"""
The edge cases that scripts/demo_company/README.md lists, in the marts of the edge-case company: for each case one or more
queries with their rows. In the queries, person('00Q…') is the key of the person with this record, and rejected('…') gives the
rejected rows with this example id.
"""

from datetime import date, datetime
from decimal import Decimal

import pytest
from demo_company import planted


def session(device: str, columns: str) -> str:
    return f"select {columns} from marts.fct_sessions where anonymous_id = '{device}' order by all"


def rejected(example: str) -> str:
    return f"select rejection_reason, rows_count from rejected('{example}')"


def moved_mrr(customer: str, columns: str) -> str:
    """The months in which the recurring revenue of a customer changes."""
    return f"""
        select period_month, {columns} from marts.fct_mrr_movements
        where customer_id = '{customer}' and start_mrr <> end_mrr order by all"""


CASES: dict[str, list[tuple[str, list[tuple]]]] = {
    # -- CRM ---------------------------------------------------------------------------------------
    "lead skips MQL": [
        (
            "select mql_at is null, sal_at is not null from marts.fct_journeys"
            " where person_key = person('00QXSKIP')",
            [(True, True)],
        ),
        (
            "select stage, is_skip from marts.fct_stage_transitions"
            " inner join marts.fct_journeys using (journey_id)"
            " where person_key = person('00QXSKIP') order by sequence_number",
            [("lead", False), ("sal", True)],
        ),
    ],
    "opportunity reopened after lost": [
        (
            "select current_stage, exit_type, opportunity_id from marts.fct_journeys"
            " where person_key = person('003XREOPEN')",
            [("customer", None, "006XREOPEN")],
        ),
        (
            "select snapshot_date from marts.fct_pipeline_snapshots where opportunity_id = '006XREOPEN'"
            " and snapshot_date between '2024-06-01' and '2024-12-31'",
            [(date(2024, 8, 31),)],
        ),
        (
            "select source_stage from marts.fct_pipeline_snapshots"
            " where opportunity_id = '006XREOPEN' and snapshot_date = '2024-08-31'",
            [("Qualification",)],
        ),
        (
            "select is_won, closed_at from marts.fct_opportunities where opportunity_id = '006XREOPEN'",
            [(True, datetime(2024, 9, 20, 10))],
        ),
    ],
    "opportunity without contacts": [
        (
            "select visitor_key, is_opportunity_primary, won_amount > 0 from marts.fct_journeys"
            " where opportunity_id = '006XLONELY'",
            [(None, True, True)],
        ),
        (
            "select people_count, is_won from marts.fct_opportunities where opportunity_id = '006XLONELY'",
            [(0, True)],
        ),
        (
            "select distinct channel, credited_value from marts.fct_attribution_credits"
            " inner join marts.fct_conversions using (conversion_id)"
            " where opportunity_id = '006XLONELY' and fct_conversions.conversion_type = 'won' order by all",
            [("(baseline)", Decimal("12000.00")), ("(unattributed)", Decimal("12000.00"))],
        ),
    ],
    "opportunity without an account": [
        (
            "select account_id, segment, won_amount from marts.fct_opportunities"
            " where opportunity_id = '006XHOMELESS'",
            [(None, "unknown", Decimal("12000.00"))],
        ),
    ],
    "opportunity won before its lead was created": [
        (
            "select current_stage, opportunity_id, customer_at < '2024-07-01', lead_at < '2024-07-01'"
            " from marts.fct_journeys where person_key = person('00QXEARLY')",
            [("customer", "006XEARLY", True, True)],
        ),
    ],
    "two leads of one human": [
        # Two leads and their email address.
        (
            "select count(*), min(journeys_count), max(records_count) from marts.dim_people"
            " where person_key in (person('00QXTWIN1'), person('00QXTWIN2'))",
            [(1, 1, 3)],
        ),
    ],
    "lead converted": [("select person('00QXCONV') = person('003XCONV')", [(True,)])],
    "contact merged": [
        ("select person('003XLOSER') = person('003XMERGE')", [(True,)]),
        (
            "select people_count from marts.fct_opportunities where opportunity_id = '006XMERGE'",
            [(1,)],
        ),
    ],
    "account merged": [
        (
            "select account_id from marts.fct_opportunities where opportunity_id = '006XOLDCO'",
            [("001XNEWCO",)],
        ),
        ("select account_id from marts.dim_accounts where account_id = '001XOLDCO'", []),
    ],
    "opportunity deleted": [
        (
            "select lost_reason, is_won, won_amount from marts.fct_opportunities"
            " where opportunity_id = '006XGONE'",
            [("deleted", False, Decimal("0.00"))],
        ),
        (
            "select count(*) from marts.fct_pipeline_snapshots where opportunity_id = '006XGONE'"
            " and snapshot_date in ('2024-04-30', '2024-05-31')",
            [(2,)],
        ),
        (
            "select conversion_type from marts.fct_conversions where opportunity_id = '006XGONE'",
            [("opportunity",)],
        ),
    ],
    "close date moved four times": [
        (
            "select count(distinct close_date) from marts.fct_pipeline_snapshots"
            " where opportunity_id = '006XSLIP'",
            [(5,)],
        ),
    ],
    "amount in JPY": [
        (
            "select source_amount, won_amount between 9000 and 11000 from marts.fct_opportunities"
            " where opportunity_id = '006XYEN'",
            [(Decimal("1500000.00"), True)],
        ),
        (
            "select net_amount between 9000 and 11000 from marts.fct_revenue_by_month"
            " where customer_id = '001XYEN'",
            [(True,)],
        ),
    ],
    "zero-value and unknown amounts": [
        (
            "select opportunity_id, conversion_value from marts.fct_conversions"
            " where opportunity_id in ('006XZERO', '006XNULL') and conversion_type = 'won' order by 1",
            [("006XNULL", Decimal("0.00")), ("006XZERO", Decimal("0.00"))],
        ),
        (
            "select opportunity_id, amount from marts.fct_opportunities"
            " where opportunity_id in ('006XZERO', '006XNULL') order by 1",
            [("006XNULL", None), ("006XZERO", Decimal("0.00"))],
        ),
    ],
    "two opportunities won in the same second": [
        (
            "select opportunity_id, converted_at from marts.fct_conversions"
            " where account_id = '001XSAMEA' and conversion_type = 'won' order by 1",
            [
                ("006XSAMEA", datetime(2024, 6, 10, 15)),
                ("006XSAMEB", datetime(2024, 6, 10, 15)),
            ],
        ),
    ],
    "open opportunity that never changed": [
        (
            "select count(*), count(*) filter (where is_overdue), min(snapshot_date)"
            " from marts.fct_pipeline_snapshots where opportunity_id = '006XSTILL'",
            [(21, 17, date(2024, 4, 30))],
        ),
    ],
    "meeting rescheduled three times": [
        (
            "select reschedules_count, held_at from marts.fct_meetings"
            " where meeting_id like '%EVX%'",
            [(3, datetime(2024, 5, 15, 14))],
        ),
    ],
    "SLA met at the weekend": [
        (
            "select is_sla_met, round(hours_to_follow_up, 2), business_hours_to_follow_up, handed_off_at"
            " from marts.fct_handoffs where person_key = person('00QXWEEKEND')",
            [(True, 22.92, 0.0, datetime(2024, 5, 4, 10, 5))],
        ),
    ],
    "owner who left": [
        ("select is_active from marts.dim_owners where owner_id = '005XLEFT'", [(False,)]),
        (
            "select owner_id, team, is_owner_active, breach_reason from marts.fct_handoffs"
            " where person_key = person('00QXLEFT')",
            [("005XLEFT", "SDR", False, "no_follow_up")],
        ),
        (
            "select stage, situation from marts.rpt_stalled_journeys"
            " where person_key = person('00QXLEFT')",
            [("mql", "owner_left")],
        ),
    ],
    "role address shared by two companies": [
        ("select person('00QXROLE') <> person('003XROLE')", [(True,)]),
    ],
    "lead without an email": [
        (
            "select email_hash, records_count from marts.dim_people"
            " where person_key = person('00QXNOMAIL')",
            [(None, 1)],
        ),
    ],
    "mail skipped, not sent": [
        (rejected("aXSKIPPED"), [("the email was skipped, not sent", 1)]),
        ("select event_id from canonical.email_events where event_id = 'aXSKIPPED'", []),
    ],
    "recycled and back": [
        (
            "select journey_number, exit_type, mql_at from marts.fct_journeys"
            " where person_key = person('00QXBACK') order by 1",
            [
                (1, "recycled", datetime(2024, 3, 6, 10)),
                (2, None, datetime(2024, 7, 1, 10)),
            ],
        ),
        (
            "select sum(recycled_count) >= 1, sum(reentered_count) >= 1 from marts.rpt_recycle_yield"
            " where period_month = '2024-03-01'",
            [(True, True)],
        ),
    ],
    "duplicate primary key": [
        (rejected("00QXTWICE"), [("duplicate of id", 1)]),
        (
            "select exit_type from marts.fct_journeys where person_key = person('00QXTWICE')",
            [("disqualified",)],
        ),
    ],
    "unreadable dates and amounts": [
        (rejected("006XBADDATE"), [("close_date is not a date", 1)]),
        (rejected("il_XBAD1|%"), [("amount is not a bigint", 1)]),
    ],
    "member of a campaign only": [
        (
            "select is_responded from canonical.campaign_responses where response_id = '00vXSENT'",
            [(False,)],
        ),
        ("select * from marts.fct_touchpoints where person_key = person('00QXSKIP')", []),
    ],
    # -- web ---------------------------------------------------------------------------------------
    "shared device changes hands": [
        (
            "select started_at, identity_method, identifier from marts.fct_sessions as sessions"
            " left join intermediate.int_person_identifiers as identifiers"
            " on sessions.person_key = identifiers.person_key and identifier_type = 'email'"
            " where anonymous_id = 'xSHARE' order by 1",
            [
                (datetime(2024, 4, 1, 9), "in_session", "first@share-planted.example"),
                (datetime(2024, 4, 3, 9), "ambiguous", None),
                (datetime(2024, 4, 5, 9), "in_session", "second@share-planted.example"),
            ],
        ),
    ],
    "two identities in one session": [
        (
            "select identifier from marts.fct_sessions"
            " inner join intermediate.int_person_identifiers using (person_key)"
            " where anonymous_id = 'xKIOSK' and identifier_type = 'email'",
            [("one@kiosk-planted.example",)],
        ),
    ],
    "self-referral and payment host": [
        (session("xSELF", "channel"), [("Direct",)]),
        (session("xPAY", "channel"), [("Direct",)]),
    ],
    "bot by speed": [
        (
            rejected("xSPEED%"),
            [("session with more events in a minute than bot_max_events_per_minute", 130)],
        ),
        (session("xSPEED", "*"), []),
    ],
    "bot by user agent": [(session("xROBOT", "*"), [])],
    "delivered twice": [
        (session("xTWICE", "started_at, events_count"), [(datetime(2024, 4, 13, 9), 1)]),
    ],
    "late event": [
        (
            session("xLATE", "started_at, ended_at, events_count"),
            [(datetime(2024, 4, 14, 9), datetime(2024, 4, 14, 9, 10), 2)],
        ),
    ],
    "event of 2038": [
        (rejected("xFUTURE1"), [("dated after as_of", 1)]),
        (session("xFUTURE", "*"), []),
    ],
    "event of 1970": [
        (rejected("xPAST1"), [("dated before earliest_event_date", 1)]),
        (session("xPAST", "*"), []),
    ],
    "user id without a device": [
        (session("user:u_nodevice", "identity_method, events_count"), [("in_session", 2)]),
    ],
    "two conversions in the same second": [
        (session("xSAMESEC", "events_count"), [(4,)]),
        (
            "select touchpoints.touch_type from marts.fct_touchpoints as touchpoints"
            " inner join marts.fct_sessions as sessions using (session_id)"
            " where anonymous_id = 'xSAMESEC'",
            [("demo_request",)],
        ),
    ],
    "campaign called Paid > Brand": [
        (session("xARROW", "channel, campaign"), [("Paid Search", "paid > brand")]),
    ],
    "almost paid, almost shopping": [
        (session("xPPC", "channel"), [("Organic Search",)]),
        (session("xWORK", "channel"), [("Organic Social",)]),
    ],
    "utm in mixed case": [(session("xMIXED", "channel"), [("Paid Search",)])],
    "gclid beside explicit utm": [(session("xCLICK", "channel"), [("Email",)])],
    "utm in the URL only": [
        (session("xURLONLY", "channel, campaign"), [("Paid Social", "linkedin-abm")]),
    ],
    "exactly thirty minutes": [
        (
            session("xEDGE", "started_at, events_count"),
            [(datetime(2024, 4, 20, 9), 2), (datetime(2024, 4, 20, 10, 0, 1), 1)],
        ),
    ],
    # -- money -------------------------------------------------------------------------------------
    "Performance Max without URLs": [
        ("select sum(spend) > 0 from marts.fct_spend where campaign_id = '5007'", [(True,)]),
        ("select * from marts.fct_touchpoints where campaign_id = '5007'", []),
    ],
    "spend row redelivered": [
        # The newer row costs one dollar more.
        (
            "select rejection_reason like 'duplicate of %', rows_count, spend - amount"
            " from rejected('%|5001|2024-05-06|%')"
            " cross join canonical.ad_spend where campaign_id = '5001' and spend_date = '2024-05-06'",
            [(True, 1, Decimal("1.00"))],
        ),
        (
            "select rejection_reason like 'duplicate of %', rows_count, spend - amount"
            " from rejected('7001|2024-05-06')"
            " cross join canonical.ad_spend where campaign_id = '7001' and spend_date = '2024-05-06'",
            [(True, 1, Decimal("0.00"))],
        ),
    ],
    "negative clicks": [
        (rejected("%|5001|2024-05-07|MIXED|%"), [("clicks is negative", 1)]),
    ],
    "refund in another month": [
        (
            "select period_month, net_amount from marts.fct_revenue_by_month"
            " where customer_id = '001XREFUND' order by 1",
            [
                (date(2024, 3, 1), Decimal("2500.00")),
                (date(2024, 4, 1), Decimal("-2500.00")),
            ],
        ),
    ],
    "credit note that documents a refund": [
        (
            "select sum(refunded_amount) from marts.fct_revenue_by_month"
            " where customer_id = '001XREFUND'",
            [(Decimal("-2500.00"),)],
        ),
        (
            "select rejection_reason from operations.rpt_rejected_rows where example_raw_id = 'cn_XREFUND'",
            [("its refund is counted instead",)],
        ),
    ],
    "annual subscription": [
        (
            moved_mrr("001XANNUAL", "new_mrr"),
            [(date(2024, 3, 1), Decimal("252.00"))],
        ),
    ],
    "subscription within one month": [
        (moved_mrr("001XSHORT", "end_mrr"), []),
        (
            "select period_month, net_amount from marts.fct_revenue_by_month"
            " where customer_id = '001XSHORT'",
            [(date(2024, 5, 1), Decimal("200.00"))],
        ),
        (
            "select cohort_month from marts.fct_customer_value where customer_id = '001XSHORT'",
            [(date(2024, 5, 1),)],
        ),
    ],
    "churn and reactivation": [
        (
            moved_mrr("001XBOOMER", "new_mrr, churn_mrr, reactivation_mrr"),
            [
                (date(2024, 3, 1), Decimal("300.00"), Decimal("0.00"), Decimal("0.00")),
                (date(2024, 7, 1), Decimal("0.00"), Decimal("300.00"), Decimal("0.00")),
                (date(2024, 11, 1), Decimal("0.00"), Decimal("0.00"), Decimal("300.00")),
            ],
        ),
    ],
    "paused subscription": [
        (
            moved_mrr("001XPAUSE", "end_mrr"),
            [
                (date(2024, 12, 1), Decimal("300.00")),
                (date(2025, 6, 1), Decimal("0.00")),
            ],
        ),
    ],
    "customer without an account": [
        (
            "select account_id, cohort_month from marts.fct_customer_value"
            " where customer_id = 'cus_XNOACC'",
            [(None, date(2024, 6, 1))],
        ),
    ],
    "invoice without a customer": [
        (
            "select net_amount from marts.fct_revenue_by_month where customer_id = '(unknown)'",
            [(Decimal("999.00"),)],
        ),
        ("select * from marts.fct_customer_value where customer_id = '(unknown)'", []),
    ],
    "upgrade in the middle of a year": [
        (
            moved_mrr("001XUPGRADE", "end_mrr, expansion_mrr"),
            [
                (date(2024, 3, 1), Decimal("252.00"), Decimal("0.00")),
                (date(2024, 9, 1), Decimal("378.00"), Decimal("126.00")),
            ],
        ),
    ],
    "void invoice": [
        ("select * from marts.fct_revenue_by_month where customer_id = 'cus_XVOID'", []),
    ],
    # -- privacy -----------------------------------------------------------------------------------
    "consent withdrawn": [
        (session("xWITHDRAWN", "started_at"), [(datetime(2024, 4, 21, 9),)]),
        (
            "select anonymous_id, visitor_key, person_key from marts.fct_sessions"
            " where started_at = '2024-06-20 09:00:00'",
            [(None, None, None)],
        ),
    ],
    "erased person": [
        (
            "select distinct channel, won_amount from marts.fct_attribution_credits"
            " inner join marts.fct_conversions using (conversion_id)"
            " inner join marts.fct_opportunities using (opportunity_id)"
            " where opportunity_id = '006XERASED' and model = 'linear'",
            [("(hidden by consent)", Decimal("12000.00"))],
        ),
        (session("xERASED", "*"), []),
    ],
    "suppressed device": [
        (
            "select anonymous_id, person_key, channel from marts.fct_sessions"
            " where started_at = '2024-04-22 09:00:00'",
            [(None, None, "Direct")],
        ),
    ],
    "session without consent": [
        (
            "select anonymous_id, person_key, channel from marts.fct_sessions"
            " where started_at = '2024-04-23 09:00:00'",
            [(None, None, "Direct")],
        ),
    ],
}


@pytest.fixture(scope="module")
def marts(edge):
    edge.execute("""
        create or replace temp macro person(record) as (
            select person_key from intermediate.int_person_identifiers
            where identifier_type = 'crm' and identifier = record
        );
        create or replace temp macro rejected(example) as table
            select * from operations.rpt_rejected_rows where example_raw_id like example
    """)
    return edge


def test_every_edge_case_has_its_queries():
    assert set(CASES) == {case.name for case in planted.cases()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(query, expected, id=f"{name} {number}")
        for name, queries in CASES.items()
        for number, (query, expected) in enumerate(queries, 1)
    ],
)
def test_an_edge_case_is_in_the_marts_as_documented(marts, query, expected):
    assert marts.execute(query).fetchall() == expected
