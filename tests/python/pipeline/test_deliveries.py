"""
Half a day of events that did not arrive must stop a run; a weekend, a season, or a small company's
quiet morning must not.
"""

import datetime
import re
from pathlib import Path

import duckdb
import pytest
import yaml
from pipeline.core.errors import InputError
from pipeline.core.settings import make_settings
from pipeline.inputs.declarations import declarations
from pipeline.inputs.find import find_inputs
from pipeline.inputs.raw_files import RawTable, find_files
from pipeline.quality import raw_checks
from pipeline.quality.audit_raw import audit_raw
from pipeline.quality.raw_facts import RawFacts
from pipeline.quality.terms import ALL, DeliveryTerms, delivery_terms
from pipeline.records import history
from pipeline.records.history import ERROR, WARNING
from support import ROOT

pytestmark = pytest.mark.slow

SHORT_QUARTERS = (
    ROOT / "scripts" / "pipeline" / "quality" / "sql" / "short_quarters.sql"
).read_text()
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2025, 12, 31)
DEMO_TABLES = [
    ("segment", "pages"),
    ("segment", "tracks"),
    ("segment", "identifies"),
    ("marketo", "activity_send_email"),
    ("salesforce", "task"),
    ("leadfeeder", "visits"),
]


@pytest.fixture(scope="module")
def company():
    """A site with some 1,400 page views on a working day, a fifth of that at weekends, half of it at night, growing and with weak Decembers."""
    connection = duckdb.connect()
    connection.execute("select setseed(0.5)")
    connection.execute(
        """create table events as
        with hours as (
            select range as hour_start from range(
                timestamp '2024-01-01', timestamp '2026-01-01', interval 1 hour
            )
        ),
        expected as (
            select hour_start, 60
                * case when isodow(hour_start) >= 6 then 0.2 else 1 end
                * case when hour(hour_start) between 7 and 19 then 1.3 else 0.6 end
                * case when month(hour_start) = 12 and day(hour_start) >= 20 then 0.5 else 1 end
                * (1 + date_diff('day', timestamp '2024-01-01', hour_start) / 730) as rows_expected
            from hours
        ),
        -- A sum of twelve uniforms, less six, is normal enough.
        drawn as (
            select hour_start, rows_expected + sqrt(rows_expected) * 1.3 * (
                random() + random() + random() + random() + random() + random() + random()
                + random() + random() + random() + random() + random() - 6
            ) as rows_count
            from expected
        )
        select hour_start + to_minutes(cast(60 * random() as bigint)) as happened_at
        from drawn, range(cast(greatest(round(rows_count), 0) as bigint))"""
    )
    return connection


def last_days():
    """Ends of weeks over the two years, so that each day from the second month on is judged once."""
    return [
        FIRST + datetime.timedelta(days=number) for number in range(34, (LAST - FIRST).days + 1, 7)
    ]


def facts_on(connection, as_of) -> RawFacts:
    """Empty tables of facts for a run on this day."""
    connection.execute("drop schema if exists audit cascade")
    settings = make_settings(environ={})
    return RawFacts(connection, settings, str(as_of), {"set_aside_max_share": 0.1})


def short(connection, relation: str, when: str, ends) -> list[tuple[bool, str]]:
    """Gaps, and last days nearly without rows (true), in words."""
    found = []
    for end in ends:
        facts_on(connection, end).add_quarters("t", relation, when, DeliveryTerms())
        rows = connection.execute(SHORT_QUARTERS.format(batch="audit.raw_quarters")).fetchall()
        found += [(is_last_day, finding) for _, is_last_day, _, finding in rows]
    return found


def gaps(connection, relation: str, when: str, ends) -> list[str]:
    """Gaps only."""
    return [
        finding
        for is_last_day, finding in short(connection, relation, when, ends)
        if not is_last_day
    ]


@pytest.mark.parametrize(("vendor", "name"), DEMO_TABLES)
def test_two_years_of_the_demo_company_raise_no_false_alarm(vendor, name):
    file = find_files(ROOT / "seeds" / "raw")[vendor, name]
    declared = declarations(ROOT)[vendor, name]
    columns = {column.name: "VARCHAR" for column in declared.columns}
    table = RawTable(declared, file=file, columns=columns)
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"create table raw_rows as {table.query}")
    when = raw_checks.time_expression(table)
    assert short(connection, "raw_rows", when, last_days()) == []


def test_weekends_seasons_and_growth_of_a_larger_company_raise_no_false_alarm(company):
    assert short(company, "events", "happened_at", last_days()) == []


@pytest.mark.parametrize("starts_at", [0, 3, 6, 9, 12])
@pytest.mark.parametrize("day", ["2024-06-12", "2025-01-04", "2025-12-29"])
def test_half_a_day_that_is_missing_is_found_whenever_it_began(company, day, starts_at):
    hole = f"timestamp '{day}' + interval {starts_at} hour"
    company.execute(
        "create or replace view with_hole as select * from events where not"
        f" (happened_at >= {hole} and happened_at < {hole} + interval 12 hour)"
    )
    (found,) = gaps(company, "with_hole", "happened_at", [datetime.date.fromisoformat(day)])
    told = re.findall(r"(\S+) from \d+ to \d+ h UTC (\d+) rows, usually (\d+)", found)
    assert {day for day, _, _ in told} == {day}
    assert all(int(rows) < int(usual) / 10 for _, rows, usual in told)


def test_a_day_that_nobody_loaded_is_found_for_a_week(company):
    company.execute(
        "create or replace view without_day as"
        " select * from events where cast(happened_at as date) <> date '2025-03-05'"
    )
    for days_later in (0, 6):
        end = datetime.date(2025, 3, 5) + datetime.timedelta(days=days_later)
        (found,) = gaps(company, "without_day", "happened_at", [end])
        assert found.count("2025-03-05 from") == 3
        assert found.endswith(" and 1 more")
    week_after = datetime.date(2025, 3, 12)
    assert gaps(company, "without_day", "happened_at", [week_after]) == []


# -- what a run makes of it ------------------------------------------------------------------------


class Seen:
    """What an audit of generic.web_events has found: its results on gaps and age, and its record."""

    def __init__(self, results, delivery) -> None:
        self.results, self.delivery = results, delivery
        self.unmet = [result for result in results if not result.is_met]


def looked_at(tmp_path: Path, rows: str, terms: str = "", as_of="2025-03-31", accepted=()) -> Seen:
    """The audit of generic.web_events with rows at these times (a query), under these terms."""
    raw = tmp_path / "raw"
    (raw / "generic").mkdir(parents=True)
    query = f"""select 'e' || row_number() over () as event_id, 'd' as anonymous_id,
        'page_view' as event_type, occurred_at from ({rows})"""
    duckdb.connect().execute(f"copy ({query}) to '{raw}/generic/web_events.parquet'")
    if terms:
        (raw / "rules").mkdir()
        header = "source_system,raw_table,sla_hours,stale_severity,short_severity,"
        header += "last_day_severity,most_lost_share,most_emptied_share\n"
        (raw / "rules" / "delivery_terms.csv").write_text(header + terms)
    vars_file = tmp_path / "own.yml"
    vars_file.write_text(yaml.safe_dump({"accepted_quiet_days": [str(day) for day in accepted]}))
    settings = make_settings(
        raw_location=str(raw), vars_file=str(vars_file), environ={"WAREHOUSE_DIR": str(tmp_path)}
    )
    results = audit_raw(settings, find_inputs(settings), as_of, lambda *_: None)
    (row,) = history.read(
        settings,
        "select source_system, raw_table, is_fresh, latest_at, age_hours from source_freshness",
    )
    unrelated = "rows are dated between 1990 and now", "is between 1990 and now"
    return Seen([r for r in results if not r.expectation.endswith(unrelated)], tuple(row.values()))


HOURLY = "select range as occurred_at from range(timestamp '2025-01-01', timestamp '{}', interval 5 minute)"


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        (
            "generic,web_events,two days,warning,error,error,0,0\n",
            "sla_hours = two days cannot be used",
        ),
        (
            "generic,web_events,48,warning,fatal,error,0,0\n",
            "short_severity = fatal cannot be used",
        ),
    ],
)
def test_terms_that_cannot_be_used_name_file_and_row(tmp_path, terms, word):
    with pytest.raises(InputError) as raised:
        looked_at(
            tmp_path,
            HOURLY.format("2025-04-01"),
            "(all),(all),24,warning,warning,error,0,0\n" + terms,
        )
    assert "delivery_terms.csv, row 3: " in str(raised.value)
    assert word in str(raised.value)


def test_a_table_that_is_up_to_date_is_fresh_and_whole(tmp_path):
    seen = looked_at(tmp_path, HOURLY.format("2025-04-01"))
    assert seen.unmet == []
    assert seen.delivery[:4] == (
        "generic",
        "web_events",
        True,
        datetime.datetime(2025, 3, 31, 23, 55),
    )
    assert seen.delivery[4] == pytest.approx(1 / 12)


def test_a_delivery_a_week_late_is_reported_and_stops_a_run_if_that_is_agreed(tmp_path):
    late = looked_at(tmp_path / "default", HOURLY.format("2025-03-25"))
    (stale,) = (result for result in late.unmet if "hours old" in result.observed_value)
    assert (stale.table_name, stale.severity) == ("generic.web_events", WARNING)
    assert stale.expectation == "its newest row is as new as agreed"
    assert stale.observed_value == "its newest row is 168 hours old; 48 hours are agreed"
    agreed = looked_at(
        tmp_path / "agreed",
        HOURLY.format("2025-03-25"),
        "generic,(all),24,error,error,warning,0,0\n",
    )
    assert [r.severity for r in agreed.unmet] == [ERROR, ERROR, WARNING]


def test_rows_dated_in_the_future_make_nothing_fresh(tmp_path):
    rows = HOURLY.format("2025-03-25") + " union all select timestamp '2038-01-01'"
    assert looked_at(tmp_path, rows).delivery[2] is False


def test_a_gap_is_an_error_that_names_the_hours_unless_the_day_was_accepted(tmp_path):
    rows = HOURLY.format("2025-04-01")
    hole = f"select * from ({rows}) where not (occurred_at >= '2025-03-28 12:00' and occurred_at < '2025-03-29')"
    (gap,) = looked_at(tmp_path / "a", hole).unmet
    assert (gap.table_name, gap.severity) == ("generic.web_events", ERROR)
    assert gap.observed_value == (
        "2025-03-28 from 12 to 18 h UTC 0 rows, usually 72;"
        " 2025-03-28 from 18 to 24 h UTC 0 rows, usually 72"
    )
    accepted = looked_at(tmp_path / "b", hole, accepted=[datetime.date(2025, 3, 28)])
    assert accepted.unmet == []
    warned = looked_at(tmp_path / "c", hole, "generic,web_events,,warning,warning,error,0,0\n")
    assert [r.severity for r in warned.unmet] == [WARNING]


def test_a_whole_day_without_a_row_can_be_accepted(tmp_path):
    rows = HOURLY.format("2025-04-01")
    hole = f"select * from ({rows}) where cast(occurred_at as date) <> date '2025-03-28'"
    assert looked_at(tmp_path / "a", hole).unmet != []
    assert looked_at(tmp_path / "b", hole, accepted=[datetime.date(2025, 3, 28)]).unmet == []


NEARLY_EMPTY_DAY = f"""
    select occurred_at from ({HOURLY.format("2025-04-01")})
    where occurred_at < '2025-03-31' or minute(occurred_at) = 0 and hour(occurred_at) < 20
"""


def test_a_last_day_with_far_fewer_rows_than_usual_is_an_error_unless_accepted(tmp_path):
    """Of 288 events a day, 20 arrived, spread so that no quarter is nearly without rows."""
    unmet = {
        result.expectation: result for result in looked_at(tmp_path / "a", NEARLY_EMPTY_DAY).unmet
    }
    gap = unmet["its last day has about as many rows as usual"]
    assert gap.severity == ERROR
    assert gap.observed_value == "its last day 2025-03-31 has 20 rows, usually 288"
    accepted = looked_at(tmp_path / "b", NEARLY_EMPTY_DAY, accepted=[datetime.date(2025, 3, 31)])
    assert accepted.unmet == []
    day_after = looked_at(tmp_path / "c", NEARLY_EMPTY_DAY, as_of="2025-03-30")
    assert day_after.unmet == []


def test_a_day_as_quiet_as_a_year_before_is_a_season():
    connection = duckdb.connect()
    days = "select range as happened_at from range(timestamp '2024-11-01', timestamp '2026-01-01', interval 15 minute)"
    connection.execute(
        f"create table events as from ({days})"
        " where not (month(happened_at) = 12 and day(happened_at) = 24 and hour(happened_at) > 0)"
    )
    first, second = (
        short(connection, "events", "happened_at", [datetime.date(year, 12, 24)])
        for year in (2024, 2025)
    )
    assert [told for is_last_day, told in first if is_last_day] == [
        "its last day 2024-12-24 has 4 rows, usually 96"
    ]
    assert [told for is_last_day, told in second if is_last_day] == []


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_terms_are_read_from_every_kind_of_file_that_a_rule_may_be(tmp_path, ending):
    (tmp_path / "rules").mkdir()
    row = "'generic' as source_system, 'people' as raw_table, 7.5 as sla_hours, null as most_lost_share"
    duckdb.connect().execute(f"copy (select {row}) to '{tmp_path}/rules/delivery_terms.{ending}'")
    terms = delivery_terms(make_settings(raw_location=str(tmp_path), environ={}))
    assert terms == {("generic", "people"): DeliveryTerms(sla_hours=7.5)}


def test_a_quiet_christmas_of_sales_or_a_monthly_invoice_run_stops_nobody():
    """Of a generated company of ten million events, these are the tables without a false alarm in two years."""
    terms = delivery_terms(make_settings(environ={}))
    errors = {key for key, agreed in terms.items() if agreed.short_severity == ERROR}
    assert errors == {("segment", "pages"), ("segment", "tracks"), ("generic", "web_events")}
    assert terms[ALL, ALL].short_severity == WARNING


@pytest.mark.parametrize(
    ("rows", "unreadable", "is_met"),
    [(100, 0, True), (100, 10, True), (100, 11, False), (50, 9, True), (8, 8, False), (0, 0, True)],
)
def test_marts_without_a_tenth_of_the_rows_are_not_made(rows, unreadable, is_met):
    declared = declarations(ROOT)["generic", "revenue_lines"]
    names = ("line_id", "amount", "currency", "revenue_at")
    connection = duckdb.connect()
    connection.execute("create schema raw_generic")
    connection.execute(
        "create table raw_generic.revenue_lines as select 'x' as line_id, '1' as amount, 'USD' as currency,"
        f" if(number < {unreadable}, 'soon', '2025-01-01') as revenue_at from range({rows}) as t(number)"
    )
    facts_on(connection, "2025-12-31").add(
        RawTable(declared, columns=dict.fromkeys(names, "VARCHAR"))
    )
    ((failed, severity, finding),) = connection.execute(
        "select failed_count, severity, finding from audit.raw_checks where kind = 'unusable'"
    ).fetchall()
    assert (failed == 0, severity) == (is_met, ERROR)
    assert is_met or finding == (
        f"{unreadable} of {rows} rows cannot be used:"
        f" revenue_at cannot be read as timestamp in {unreadable} of {rows} rows"
    )


def test_the_day_that_has_not_ended_is_not_judged():
    today = make_settings(environ={}).started_at.date()
    facts = facts_on(duckdb.connect(), today)
    assert facts.last_day == today - datetime.timedelta(days=1)
    assert facts.now == facts.started_at
    assert facts_on(duckdb.connect(), "2025-03-31").last_day == datetime.date(2025, 3, 31)
