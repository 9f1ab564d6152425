"""What holds of the pipeline whatever happened: random and contradictory histories, in a fiscal year that starts in February
and a time zone far from UTC, through the vendor generic and the tests of tests/dbt/pipeline."""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support import connect, dbt, own_data

FIRST_DAY, AS_OF = datetime(2024, 1, 1), "2025-12-31"
STAGES = ["opportunity", "sql", "customer", "lost", "lost", "Something else", None]
# Stages without a row: "Something else", which is unmapped, and "lost", which needs none.
SALES_PROCESS = [
    {"source_system": "generic", "pipeline": "(all)", "stage": stage, "stage_order": order}
    | {"outcome": outcome, "sla_days": days, "forecast_category": None}
    for stage, order, outcome, days in [
        ("SQL", 1, "open", 30),
        ("opportunity", 2, "open", 0),
        ("customer", 3, "won", None),
    ]
]
LAWS = [
    "pipeline_movements_do_not_close_to_the_cent",
    "the_movement_report_differs_from_the_opportunity_movements",
    "the_pipeline_of_any_day_differs_from_the_movements_until_then",
    "crm_stages_with_gaps_or_overlaps_misstate_the_time_in_them",
    "the_report_of_crm_stages_counts_other_opportunities_than_were_in_them",
]


def random_deals(seed: int, count: int) -> dict[str, list[dict]]:
    """Deals and their changes: ties, changes before the creation, ends that contradict the history, deletions."""
    draw = random.Random(seed)

    def moment() -> datetime:
        return FIRST_DAY + timedelta(
            days=draw.randrange(730), hours=draw.choice([0, 0, 12]), seconds=draw.choice([0, 1])
        )

    deals, changes = [], {}
    for number in range(count):
        deal, created = f"o{number}", draw.choice([None, moment(), moment(), moment()])
        newest = {"stage": draw.choice(STAGES), "amount": "77.00", "close_date": moment().date()}
        for _ in range(draw.choice([0, 0, 1, 2, 4, 7])):
            at = (created or moment()) + timedelta(days=draw.choice([-5, 0, 0, 3, 30, 90, 200]))
            change = {
                "opportunity_id": deal,
                "stage": draw.choice(STAGES),
                "amount": draw.choice([None, "0.00", "10.01", "333.33", "99999.99", "-5.00"]),
                "close_date": draw.choice(
                    [None, (at + timedelta(days=draw.choice([-40, 0, 20, 100]))).date()]
                ),
                "changed_at": at,
            }
            changes[tuple(change.values())] = change
            if draw.random() < 0.7:
                newest = {name: change[name] for name in newest}
        won = draw.choice([None, None, True, False])
        deals.append(
            {
                "opportunity_id": deal,
                **newest,
                "account_id": draw.choice([None, "a1", "a2"]),
                "is_closed": draw.choice([None, None, won, True]),
                "is_won": won,
                "is_deleted": draw.choice([None, None, None, True]),
                "created_at": created,
                "closed_at": draw.choice([None, None, moment()]),
            }
        )
    return {
        "opportunities": deals,
        "opportunity_changes": list(changes.values()),
        "accounts": [
            {"account_id": "a1", "employee_count": 10},
            {"account_id": "a2", "employee_count": None},
        ],
    }


def write(tables: dict[str, list[dict]], folder: Path) -> None:
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The database; the laws are tests of dbt, and a broken one stops the build with its name."""
    place = tmp_path_factory.mktemp("pipeline_properties")
    write(random_deals(seed=5, count=500), place / "raw" / "generic")
    write({"opportunity_stages": SALES_PROCESS}, place / "raw" / "rules")
    dbt(
        place,
        "build --indirect-selection cautious --select +rpt_pipeline_movements +rpt_opportunity_stages"
        f" {' '.join(LAWS)}"
        " --exclude-resource-type unit_test",
        {
            **own_data(place / "raw", AS_OF),
            "fiscal_year_start_month": 2,
            "reporting_timezone": "America/New_York",
        },
    )
    with connect(place) as database:
        yield database


def test_the_laws_were_asked_of_deals_that_could_break_them(built):
    cases = {
        "reopened": "reopened_amount > 0 and pipeline_scope = 'all_open'",
        "another end at once": "reopened_amount > 0 and won_amount + lost_amount > 0",
        "created and closed at once": "created_amount > 0 and won_amount + lost_amount > 0",
        "pulled in": "pulled_in_amount > 0",
        "pushed out": "pushed_out_amount > 0",
        "pulled in and worth another amount": "pulled_in_amount > 0 and increased_amount + decreased_amount > 0",
        "grown and closed in one change": "increased_amount > 0 and won_amount + lost_amount > 0",
        "shrunk": "decreased_amount > 0",
        "a negative amount": "created_amount < 0",
    }
    missing = [
        case
        for case, condition in cases.items()
        if not built.execute(
            f"select count(*) from intermediate.int_pipeline_movements where {condition}"
        ).fetchone()[0]
    ]
    assert not missing


def test_states_of_a_deal_follow_each_other_without_gap_or_overlap(built):
    broken = built.execute(
        """
        select opportunity_id, valid_from, valid_to
        from intermediate.int_opportunity_states
        qualify valid_to is distinct from lead(valid_from) over (partition by opportunity_id order by valid_from)
            or valid_to <= valid_from
        """
    ).fetchall()
    assert not broken


def test_the_stages_of_the_sales_process_are_asked_of_cases_that_could_break_them(built):
    cases = {
        "a return": "visit_number > 1 and outcome = 'open'",
        "reopened": "previous_source_stage in ('customer', 'lost') and outcome = 'open'",
        "a regression": "is_regression",
        "an unmapped stage": "source_stage = 'Something else' and stage_order is null",
        "only the closing is recorded": "source_stage = '(unknown)' and next_source_stage is not null",
        "beyond its SLA": "is_current and is_over_sla",
        "lost in an open stage": "source_stage = 'opportunity' and outcome = 'lost'",
    }
    missing = [
        case
        for case, condition in cases.items()
        if not built.execute(
            f"select count(*) from marts.fct_opportunity_stages where {condition}"
        ).fetchone()[0]
    ]
    assert not missing


def test_a_fiscal_quarter_starts_in_february(built):
    months = built.execute(
        "select distinct extract(month from due_quarter) from intermediate.int_pipeline_snapshots"
        " where due_quarter is not null order by 1"
    ).fetchall()
    assert months == [(2,), (5,), (8,), (11,)]
