"""Answers to qualification criteria (generic table qualification_answers), from files to marts."""

import csv

import pytest
from support import connect, dbt, own_data

AS_OF = "2025-12-31"
PEOPLE = ["verified", "incomplete", "confirmed"]
# (person, opportunity, criterion, is met, day); the last has neither a person nor an opportunity.
ANSWERS = [
    *[("verified", "", criterion, "yes", 5) for criterion in ("Budget", "authority", "need ")],
    ("verified", "", "timing", "no", 6),
    ("incomplete", "", "budget", "yes", 5),
    ("", "won", "budget", "true", 7),
    ("", "", "budget", "true", 7),
]


def tables() -> dict[str, list[dict]]:
    def on(day: int) -> str:
        return f"2025-03-{day:02d} 10:00:00"

    statuses = [
        {"person_id": person, "status": status, "owner_id": owner, "changed_at": on(day)}
        for person in PEOPLE
        for status, owner, day in [("mql", "", 2), ("", "rep", 3)]
    ]
    statuses.append({**statuses[-1], "status": "sql", "owner_id": "", "changed_at": on(8)})
    return {
        "people": [
            {"person_id": person, "account_id": person, "created_at": on(1)} for person in PEOPLE
        ],
        "accounts": [{"account_id": person} for person in PEOPLE],
        "owners": [{"owner_id": "rep", "team": "Sales"}],
        "person_status_changes": statuses,
        "opportunities": [
            {"opportunity_id": opportunity, "account_id": account, "stage": stage, "amount": "100"}
            | {"created_at": on(20), "closed_at": closed, "currency": "USD"}
            for opportunity, account, stage, closed in [
                ("won", "verified", "customer", "2025-04-01 10:00:00"),
                ("lost", "incomplete", "lost", "2025-04-01 10:00:00"),
                ("open", "confirmed", "opportunity", ""),
            ]
        ],
        "qualification_answers": [
            {"person_id": person, "opportunity_id": opportunity, "criterion": criterion}
            | {"is_met": is_met, "answered_by": "rep", "answered_at": on(day)}
            for person, opportunity, criterion, is_met, day in ANSWERS
        ],
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("qualification")
    folder = place / "raw" / "generic"
    folder.mkdir(parents=True)
    for table, rows in tables().items():
        with (folder / f"{table}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    dbt(
        place,
        "build --select +rpt_qualification +rpt_lead_quality +rpt_rejected_rows"
        " --exclude-resource-type test unit_test",
        own_data(place / "raw", AS_OF),
    )
    with connect(place) as database:
        yield database


def test_a_lead_is_verified_by_its_status_or_by_all_criteria(built):
    found = built.execute(
        "select people.identifier, feedback.changed_by, feedback.given_date"
        " from marts.fct_lead_feedback as feedback"
        " join intermediate.int_person_identifiers as people using (person_key)"
        " where feedback.verdict = 'verified' and people.identifier_type = 'crm' order by 1"
    ).fetchall()
    assert [(name, by, str(day)) for name, by, day in found] == [
        ("confirmed", None, "2025-03-08"),
        ("verified", "rep", "2025-03-06"),
    ]
    ((handed_over, verified),) = built.execute(
        "select sum(handed_over_count), sum(verified_count) from marts.rpt_lead_quality"
    ).fetchall()
    assert (handed_over, verified) == (3, 2)


def test_wins_are_counted_by_the_number_of_criteria_met(built):
    """Answers about a person and about the opportunity count together, and a criterion once."""
    found = built.execute(
        "select criteria_met, won_count, lost_count, open_count from marts.rpt_qualification"
    ).fetchall()
    assert sorted(found) == [("(none)", 0, 0, 1), ("1", 0, 1, 0), ("3", 1, 0, 0)]


def test_an_answer_about_nothing_is_set_aside_and_counted(built):
    found = built.execute(
        "select rejection_reason, rows_count from operations.rpt_rejected_rows"
        " where raw_table = 'qualification_answers'"
    ).fetchall()
    assert found == [("person_id and opportunity_id are missing", 1)]
