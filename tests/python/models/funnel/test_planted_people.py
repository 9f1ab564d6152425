"""The leads and contacts that scripts/demo_company/README.md lists as edge cases, in the marts of the edge-case company."""

import pytest

# Record, case, query on the marts with {person} for the key of the record, expected rows.
CASES = [
    (
        "00QXSKIP",
        "a lead that skips MQL",
        "select mql_at is null, sal_at is not null from marts.fct_journeys where person_key = '{person}'",
        [(True, True)],
    ),
    (
        "00QXSKIP",
        "its skip in the history",
        "select stage, is_skip from marts.fct_stage_transitions join marts.fct_journeys using (journey_id)"
        " where person_key = '{person}' order by sequence_number",
        [("lead", False), ("sal", True)],
    ),
    (
        "003XREOPEN",
        "an opportunity reopened after lost",
        "select current_stage, exit_type, opportunity_id from marts.fct_journeys where person_key = '{person}'",
        [("customer", None, "006XREOPEN")],
    ),
    (
        None,
        "an opportunity without contacts",
        "select visitor_key, is_opportunity_primary, won_amount > 0 from marts.fct_journeys where opportunity_id = '006XLONELY'",
        [(None, True, True)],
    ),
    (
        "00QXEARLY",
        "a lead created after its opportunity was won opens no journey",
        "select current_stage, opportunity_id, customer_at < '2024-07-01', lead_at < '2024-07-01' from marts.fct_journeys"
        " where person_key = '{person}'",
        [("customer", "006XEARLY", True, True)],
    ),
    (
        "00QXTWIN2",
        "two leads of one human",
        "select count(*), min(journeys_count), max(records_count >= 2) from marts.dim_people where person_key = '{person}'",
        [(1, 1, True)],
    ),
    (
        "00QXBACK",
        "recycled and back",
        "select journey_number, exit_type, mql_at::varchar from marts.fct_journeys where person_key = '{person}' order by 1",
        [(1, "recycled", "2024-03-06 10:00:00"), (2, None, "2024-07-01 10:00:00")],
    ),
    (
        None,
        "its return in the yield",
        "select sum(recycled_count) >= 1, sum(reentered_count) >= 1 from marts.rpt_recycle_yield where period_month = '2024-03-01'",
        [(True, True)],
    ),
    (
        "00QXWEEKEND",
        "an SLA met on a weekend",
        "select is_sla_met, round(hours_to_follow_up, 2), business_hours_to_follow_up, handed_off_at::varchar"
        " from marts.fct_handoffs where person_key = '{person}'",
        [(True, 22.92, 0.0, "2024-05-04 10:05:00")],
    ),
    (
        "00QXLEFT",
        "an owner who left",
        "select owner_id, team, is_owner_active, breach_reason from marts.fct_handoffs where person_key = '{person}'",
        [("005XLEFT", "SDR", False, "no_follow_up")],
    ),
    (
        "00QXLEFT",
        "what to do about it",
        "select stage, situation from marts.rpt_stalled_journeys where person_key = '{person}'",
        [("mql", "owner_left")],
    ),
]


@pytest.mark.parametrize(
    ("record", "query", "expected"),
    [pytest.param(record, query, expected, id=case) for record, case, query, expected in CASES],
)
def test_an_edge_case_gives_the_expected_rows(edge, record, query, expected):
    person = ""
    if record:
        (person,) = edge.execute(
            "select person_key from intermediate.int_person_identifiers"
            " where identifier_type = 'crm' and identifier = ?",
            [record],
        ).fetchone()
    assert edge.execute(query.format(person=person)).fetchall() == expected
