"""
The visits of opportunities to the stages of the CRM, replayed from the raw history of the demo company and of the edge-case
company in plain Python.
"""

from collections import defaultdict
from datetime import datetime
from itertools import pairwise

import pytest
from demo_exports import Exports, read


@pytest.fixture(scope="module")
def history(either_company) -> list[dict]:
    return Exports(either_company.raw).rows("salesforce", "opportunity_history")


def replayed(history: list[dict]) -> dict[str, list[tuple]]:
    """(stage, entered at) of each visit, from the changes in order of time."""
    stage_order = {
        row["stage"]: int(row["stage_order"]) for row in read("demo/rules/opportunity_stages")
    }
    histories = defaultdict(list)
    for row in history:
        histories[row["opportunity_id"]].append(row)
    visits = {}
    for opportunity, changes in histories.items():
        changes.sort(key=lambda row: (row["created_date"], stage_order[row["stage_name"]]))
        visits[opportunity] = []
        for change in changes:
            if not visits[opportunity] or visits[opportunity][-1][0] != change["stage_name"]:
                entered = datetime.fromisoformat(change["created_date"])
                visits[opportunity].append((change["stage_name"], entered))
    return visits


def flags(history: list[dict], stages: list[str]) -> list[tuple[bool, bool]]:
    """(is_skip, is_regression) of each visit, by the positions in use."""
    rules = {row["stage"]: row for row in read("demo/rules/opportunity_stages")}
    used = {row["stage_name"] for row in history}
    steps = sorted(
        (stage for stage in used if rules[stage]["outcome"] != "lost"),
        key=lambda stage: int(rules[stage]["stage_order"]),
    )
    found = [(False, False)]
    for before, stage in pairwise(stages):
        left_out = (
            stage in steps and before in steps and steps.index(stage) > steps.index(before) + 1
        )
        is_back = int(rules[stage]["stage_order"]) < int(rules[before]["stage_order"])
        found.append((left_out, is_back and rules[stage]["outcome"] == "open"))
    return found


def test_the_visits_are_those_of_the_replayed_history(built_company, history):
    found = defaultdict(list)
    for opportunity, *visit in built_company.execute(
        "select opportunity_id, source_stage, entered_at, is_skip, is_regression"
        " from marts.fct_opportunity_stages order by opportunity_id, sequence_number"
    ).fetchall():
        found[opportunity].append(tuple(visit))
    deleted = {
        opportunity
        for (opportunity,) in built_company.execute(
            "select opportunity_id from marts.fct_opportunities where is_deleted"
        ).fetchall()
    }
    compared = 0
    for opportunity, visits in replayed(history).items():
        if opportunity in found and opportunity not in deleted:
            stages = [stage for stage, _ in visits]
            expected = [
                (*visit, *flag) for visit, flag in zip(visits, flags(history, stages), strict=True)
            ]
            assert found[opportunity] == expected, opportunity
            compared += 1
    assert compared > 80


def test_the_report_is_that_of_the_replayed_history(built_company, history):
    """Per stage: how many entered it, went further on, and were won."""
    rules = {row["stage"]: row for row in read("demo/rules/opportunity_stages")}
    position = {stage: int(row["stage_order"]) for stage, row in rules.items()}
    won = dict(
        built_company.execute(
            "select opportunity_id, is_won from marts.fct_opportunities"
        ).fetchall()
    )
    expected = defaultdict(lambda: (0, 0, 0))
    for opportunity, visits in replayed(history).items():
        if opportunity not in won:
            continue
        stages = [stage for stage, _ in visits if rules[stage]["outcome"] != "lost"]
        for place, stage in enumerate(stages):
            if rules[stage]["outcome"] == "open" and stage not in stages[:place]:
                is_won = won[opportunity]
                goes_on = any(position[later] > position[stage] for later in stages[place:])
                entered, advanced, wins = expected[stage]
                expected[stage] = (entered + 1, advanced + (goes_on or is_won), wins + is_won)
    found = {
        stage: tuple(counts)
        for stage, *counts in built_company.execute(
            "select source_stage, sum(entered_count), sum(advanced_count), sum(won_count)"
            " from marts.rpt_opportunity_stages group by source_stage"
        ).fetchall()
    }
    assert found == dict(expected)
    assert len(found) == 6
