"""The opportunities, meetings and owners that scripts/demo_company/README.md lists, in the marts of the edge-case company."""

import pytest

CASES = [
    (
        "deleted: lost for the reason deleted, nothing won",
        "fct_opportunities where opportunity_id = '006XGONE' and lost_reason = 'deleted'"
        " and not is_won and won_amount = 0",
        1,
    ),
    (
        "deleted: in the pipeline while it was open",
        "fct_pipeline_snapshots where opportunity_id = '006XGONE'"
        " and snapshot_date in (date '2024-04-30', date '2024-05-31')",
        2,
    ),
    (
        "reopened after lost: not in the pipeline in June and July, in it in August",
        "fct_pipeline_snapshots where opportunity_id = '006XREOPEN'"
        " and snapshot_date between date '2024-06-01' and date '2024-12-31'"
        " and source_stage = 'Qualification'",
        1,
    ),
    (
        "reopened after lost: won once, in September",
        "fct_opportunities where opportunity_id = '006XREOPEN' and is_won"
        " and closed_at = timestamp '2024-09-20 10:00:00'",
        1,
    ),
    (
        "close date moved four times: five close dates",
        "(select distinct close_date from marts.fct_pipeline_snapshots"
        " where opportunity_id = '006XSLIP')",
        5,
    ),
    (
        "open and unchanged: overdue in every snapshot since August 2024",
        "fct_pipeline_snapshots where opportunity_id = '006XSTILL' and is_overdue",
        17,
    ),
    (
        "amount in JPY: about 10,000 USD",
        "fct_opportunities where opportunity_id = '006XYEN' and won_amount between 9000 and 11000",
        1,
    ),
    (
        "account merged: its opportunity belongs to the remaining account",
        "fct_opportunities where opportunity_id = '006XOLDCO' and account_id = '001XNEWCO'",
        1,
    ),
    (
        "opportunity without contacts: in the pipeline",
        "fct_opportunities where opportunity_id = '006XLONELY' and people_count = 0 and is_won",
        1,
    ),
    (
        "meeting rescheduled three times: one meeting, held",
        "fct_meetings where meeting_id like '%EVX0/invitees/IX0' and reschedules_count = 3"
        " and held_at is not null",
        1,
    ),
    (
        "owner who left: still an owner, not active",
        "dim_owners where owner_id = '005XLEFT' and not is_active",
        1,
    ),
]


@pytest.mark.parametrize(("rows", "count"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_planted_case_is_in_the_marts(edge, rows, count):
    relation = rows if rows.startswith("(") else f"marts.{rows}"
    assert edge.execute(f"select count(*) from {relation}").fetchone() == (count,)
