"""
What the funnel must bring for the targets, and which lever pays: the rates, delays and amounts are counted here again from
journeys and opportunities.
"""

from collections import defaultdict
from datetime import date
from statistics import fmean, median

import pytest

YEAR = 365.25
MONTH = YEAR / 12


def rows(database, query):
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def in_window(moment, first_year):
    return moment is not None and date(first_year, 1, 1) <= moment.date() <= date(2025, 12, 31)


def days(first, last):
    return (last - first).total_seconds() / 86400


@pytest.fixture(scope="module")
def counted(built_company):
    """Counts, rates, amounts and median delays of 2024 and 2025."""
    journeys = rows(built_company, "select * from marts.fct_journeys")
    opportunities = rows(built_company, "select * from marts.fct_opportunities")
    from_sql = {j["opportunity_id"] for j in journeys if j["sql_at"]}

    def reached(stage, first_year=2024):
        return sum(in_window(journey[stage], first_year) for journey in journeys)

    def origin(is_from_sql, first_year, moment, **is_so):
        return [
            opportunity
            for opportunity in opportunities
            if in_window(opportunity[moment], first_year)
            and (opportunity["opportunity_id"] in from_sql) == is_from_sql
            and all(opportunity[name] == value for name, value in is_so.items())
        ]

    bookings = {}
    wins = {}
    created = {}
    for is_from_sql in (True, False):
        created[is_from_sql] = len(origin(is_from_sql, 2025, "created_at"))
        won = origin(is_from_sql, 2024, "closed_at", is_won=True)
        closed = origin(is_from_sql, 2024, "closed_at", is_closed=True)
        assert len(won) >= 5
        wins[is_from_sql] = created[is_from_sql] * len(won) / len(closed)
        bookings[is_from_sql] = wins[is_from_sql] * fmean(float(o["amount"] or 0) for o in won)
    cycles = [
        (o["closed_at"].date() - o["created_at"].date()).days
        for is_from_sql in (True, False)
        for o in origin(is_from_sql, 2024, "closed_at", is_won=True)
        if o["created_at"] is not None
    ]

    def delay(first, last):
        found = [days(j[first], j[last]) for j in journeys if j[first] and j[last]]
        return median(each for each in found if each >= 0)

    return {
        "leads": reached("lead_at", 2025),
        "mqls_per_lead": reached("mql_at") / reached("lead_at"),
        "sqls_per_mql": reached("sql_at") / reached("mql_at"),
        "opportunities_per_sql": len(origin(True, 2024, "created_at")) / reached("sql_at"),
        "win_rate": sum(wins.values()) / sum(created.values()),
        "mean_won_amount": sum(bookings.values()) / sum(wins.values()),
        "bookings": sum(bookings.values()),
        "bookings_from_sqls": bookings[True],
        "cycle": median(each for each in cycles if each >= 0),
        "lead_to_mql": delay("lead_at", "mql_at"),
        "mql_to_sql": delay("mql_at", "sql_at"),
        "sql_to_opportunity": delay("sql_at", "opportunity_at"),
    }


def test_levers_are_those_of_the_formula(built_company, counted):
    to_win = counted["cycle"]
    from_sql = to_win + counted["sql_to_opportunity"]
    from_mql = from_sql + counted["mql_to_sql"]
    from_lead = from_mql + counted["lead_to_mql"]
    everything, from_sqls = counted["bookings"], counted["bookings_from_sqls"]
    expected = {
        "lead_volume": (counted["leads"], from_sqls * (1 - from_lead / YEAR)),
        "mqls_per_lead": (counted["mqls_per_lead"], from_sqls * (1 - from_mql / YEAR)),
        "sqls_per_mql": (counted["sqls_per_mql"], from_sqls * (1 - from_sql / YEAR)),
        "opportunities_per_sql": (
            counted["opportunities_per_sql"],
            from_sqls * (1 - to_win / YEAR),
        ),
        "win_rate": (counted["win_rate"], everything),
        "mean_won_amount": (counted["mean_won_amount"], everything * (1 - to_win / YEAR)),
        "cycle_days": (counted["cycle"], -everything * to_win / YEAR),
    }
    reported = rows(built_company, "select * from marts.rpt_funnel_sensitivity")
    assert len(reported) == 2 * len(expected)
    for row in reported:
        value, moved = expected[row["lever"]]
        assert row["current_value"] == pytest.approx(value), row["lever"]
        assert row["changed_value"] == pytest.approx(value * (1 + row["change_rate"]))
        assert float(row["baseline_bookings_12m"]) == pytest.approx(everything, abs=0.01)
        change = row["change_rate"] * moved
        assert float(row["bookings_change_12m"]) == pytest.approx(change, abs=0.01), row["lever"]
    for change_rate in (-0.1, 0.1):
        ranked = sorted(
            (row for row in reported if row["change_rate"] == change_rate),
            key=lambda row: row["effect_rank"],
        )
        effects = [abs(row["bookings_change_12m"]) for row in ranked]
        assert effects == sorted(effects, reverse=True)


@pytest.fixture(scope="module")
def required(demo):
    return {
        (row["segment"], row["period_month"]): row
        for row in rows(demo, "select * from marts.rpt_funnel_requirements")
    }


def months_back(month, count):
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def test_what_is_required_leads_back_to_the_target(demo, required):
    """Reverse, then forward: leads by rates by mean won amount, and what does not come from leads."""
    rates = {row["segment"]: row for row in rows(demo, "from intermediate.int_funnel_rates")}
    origins = defaultdict(dict)
    for row in rows(demo, "from intermediate.int_origin_rates"):
        origins[row["segment"]][row["is_from_sql"]] = row
    checked = 0
    for (segment, month), row in required.items():
        if segment == "(all)" or row["target_amount"] is None:
            continue
        rate, by_sql, other = rates[segment], origins[segment][True], origins[segment][False]
        delays = ("lead_to_mql_days", "mql_to_sql_days", "sql_to_opportunity_days", "cycle_days")
        back = {
            name: required[segment, months_back(month, round(sum(rate[d] for d in passed) / MONTH))]
            for name, passed in (
                ("leads", delays),
                ("mqls", delays[1:]),
                ("sqls", delays[2:]),
                ("opportunities", delays[3:]),
            )
        }
        mqls = back["leads"]["required_leads"] * rate["mqls_per_lead"]
        assert mqls == pytest.approx(back["mqls"]["required_mqls"])
        sqls = mqls * rate["sqls_per_mql"]
        assert sqls == pytest.approx(back["sqls"]["required_sqls"])
        from_sqls = sqls * rate["opportunities_per_sql"]
        others = back["opportunities"]["required_opportunities"] - from_sqls
        brought = (
            from_sqls * by_sql["win_rate"] * by_sql["mean_won_amount"]
            + others * other["win_rate"] * other["mean_won_amount"]
        )
        assert brought == pytest.approx(float(row["target_amount"]))
        checked += 1
    assert checked == 81


def test_segments_require_together_what_the_company_requires(required):
    together = defaultdict(lambda: defaultdict(float))
    figures = ("required_opportunities", "required_pipeline_amount", "target_amount")
    for (segment, month), row in required.items():
        if segment != "(all)":
            for figure in figures:
                together[month][figure] += float(row[figure] or 0)
    for month, sums in together.items():
        for figure in figures:
            total = float(required["(all)", month][figure] or 0)
            assert total == pytest.approx(sums[figure], abs=0.02)


def test_what_the_month_brought_is_counted_up_to_as_of(required, demo):
    leads = dict(
        demo.execute(
            "select date_trunc('month', lead_at)::date, count(*) from marts.fct_journeys group by 1"
        ).fetchall()
    )
    created = dict(
        demo.execute(
            "select date_trunc('month', created_at)::date, count(*) from marts.fct_opportunities group by 1"
        ).fetchall()
    )
    sourced = dict(
        demo.execute(
            "select period_month, sum(created_amount) from marts.rpt_pipeline_generation"
            " where source = 'marketing' and period_month <= '2025-12-31' group by 1"
        ).fetchall()
    )
    for (segment, month), row in required.items():
        if segment != "(all)":
            continue
        if date(2024, 1, 1) <= month <= date(2025, 12, 31):
            assert row["actual_leads"] == leads.get(month, 0)
            assert row["actual_opportunities"] == created.get(month, 0)
            assert row["actual_sourced_pipeline_amount"] == sourced.get(month, 0)
        else:
            assert row["actual_leads"] is row["leads_gap"] is row["pipeline_gap"] is None


def test_without_targets_nothing_is_required(edge):
    assert edge.execute("select count(*) from marts.rpt_funnel_requirements").fetchall() == [(0,)]
