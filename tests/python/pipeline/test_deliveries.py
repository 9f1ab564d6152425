"""
Half a day of events that did not arrive must stop a run; a weekend, a season, or a small company's
quiet morning must not.
"""

import datetime
from pathlib import Path

import duckdb
import pytest
from pipeline.core.errors import InputError
from pipeline.core.settings import make_settings
from pipeline.inputs.declarations import declarations
from pipeline.inputs.raw_files import RawTable, find_files
from pipeline.quality import deliveries
from pipeline.quality import raw_suite as raw
from pipeline.quality.audit_raw import usable
from pipeline.quality.checks import has_rows, never_null, unique
from pipeline.records.history import ERROR, WARNING, QualityResult
from support import ROOT

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
        FIRST + datetime.timedelta(days=number)
        for number in range(34, (LAST - FIRST).days + 1, deliveries.DAYS_JUDGED)
    ]


def short(connection, relation: str, when: str, ends) -> list[tuple]:
    """Quarters and last days nearly without rows."""
    return [
        row
        for end in ends
        for row in connection.execute(deliveries.short_quarters(relation, when, end)).fetchall()
    ]


def gaps(connection, relation: str, when: str, ends) -> list[tuple]:
    """Quarters only."""
    return [
        row for row in short(connection, relation, when, ends) if row[1] != deliveries.WHOLE_DAY
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
    when = deliveries.time_expression(table)
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
    found = gaps(company, "with_hole", "happened_at", [datetime.date.fromisoformat(day)])
    assert {str(row[0]) for row in found} == {day}
    assert all(rows_count < usual / 10 for _, _, rows_count, usual in found)


def test_a_day_that_nobody_loaded_is_found_for_a_week(company):
    company.execute(
        "create or replace view without_day as"
        " select * from events where cast(happened_at as date) <> date '2025-03-05'"
    )
    for days_later in (0, 6):
        end = datetime.date(2025, 3, 5) + datetime.timedelta(days=days_later)
        assert len(gaps(company, "without_day", "happened_at", [end])) == 4
    week_after = datetime.date(2025, 3, 12)
    assert gaps(company, "without_day", "happened_at", [week_after]) == []


# -- what a run makes of it ------------------------------------------------------------------------


def looked_at(tmp_path: Path, rows: str, terms: str = "", as_of="2025-03-31", accepted=()):
    """What look() says of generic.web_events with these rows (a query), under these terms."""
    raw = tmp_path / "raw"
    (raw / "generic").mkdir(parents=True)
    duckdb.connect().execute(f"copy ({rows}) to '{raw}/generic/web_events.parquet'")
    if terms:
        (raw / "rules").mkdir()
        header = "source_system,raw_table,sla_hours,stale_severity,short_severity,"
        header += "last_day_severity,most_lost_share,most_emptied_share\n"
        (raw / "rules" / "delivery_terms.csv").write_text(header + terms)
    settings = make_settings(raw_location=str(raw), environ={"WAREHOUSE_DIR": str(tmp_path)})
    key = ("generic", "web_events")
    table = RawTable(
        declarations(ROOT)[key],
        file=find_files(raw)[key],
        columns={"occurred_at": "TIMESTAMP"},
    )
    connection = duckdb.connect()
    connection.execute("create schema raw_generic")
    connection.execute(f"create view raw_generic.web_events as {table.query}")
    rows = {"generic.web_events": len(connection.execute(table.query).fetchall())}
    return deliveries.look(
        settings, [table], as_of, lambda query: connection.execute(query).fetchall(), rows, accepted
    )


HOURLY = "select range as occurred_at from range(timestamp '2025-01-01', timestamp '{}', interval 5 minute)"


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        ("generic,web_events,two days,warning,error,error,0,0\n", "'two days'"),
        ("generic,web_events,48,warning,fatal,error,0,0\n", "severity 'fatal'"),
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
    assert [result.is_met for result in seen.results] == [True, True, True]
    (state,) = seen.tables
    assert (state.source_system, state.raw_table, state.is_fresh) == ("generic", "web_events", True)
    assert state.latest_at == datetime.datetime(2025, 3, 31, 23, 55)
    assert state.age_hours == pytest.approx(1 / 12)


def test_a_delivery_a_week_late_is_told_and_stops_a_run_where_that_was_agreed(tmp_path):
    late = looked_at(tmp_path / "default", HOURLY.format("2025-03-25"))
    fresh = next(result for result in late.results if result.expectation == deliveries.FRESH)
    assert (fresh.is_met, fresh.severity) == (False, WARNING)
    assert fresh.observed_value == "168 hours old, agreed are 48"
    agreed = looked_at(
        tmp_path / "agreed",
        HOURLY.format("2025-03-25"),
        "generic,(all),24,error,error,warning,0,0\n",
    )
    assert [r.severity for r in agreed.results if not r.is_met] == [ERROR, ERROR, WARNING]


def test_rows_dated_in_the_future_make_nothing_fresh(tmp_path):
    rows = HOURLY.format("2025-03-25") + " union all select timestamp '2038-01-01'"
    (state,) = looked_at(tmp_path, rows).tables
    assert state.is_fresh is False


def test_a_gap_is_an_error_that_names_the_hours_unless_the_day_was_accepted(tmp_path):
    rows = HOURLY.format("2025-04-01")
    hole = f"select * from ({rows}) where not (occurred_at >= '2025-03-28 12:00' and occurred_at < '2025-03-29')"
    seen = looked_at(tmp_path / "a", hole)
    (gap,) = [result for result in seen.results if not result.is_met]
    assert (gap.table_name, gap.severity) == ("generic.web_events", ERROR)
    assert gap.observed_value == (
        "2025-03-28 from 12:00 to 18:00 UTC 0 rows, usually 72;"
        " 2025-03-28 from 18:00 to 24:00 UTC 0 rows, usually 72"
    )
    accepted = looked_at(tmp_path / "b", hole, accepted=[datetime.date(2025, 3, 28)])
    assert all(result.is_met for result in accepted.results)
    warned = looked_at(tmp_path / "c", hole, "generic,web_events,,warning,warning,error,0,0\n")
    assert [(r.severity, r.is_met) for r in warned.results] == [(WARNING, False), (ERROR, True)]


NEARLY_EMPTY_DAY = f"""
    select occurred_at from ({HOURLY.format("2025-04-01")})
    where occurred_at < '2025-03-31' or minute(occurred_at) = 0 and hour(occurred_at) < 20
"""


def test_a_last_day_with_far_fewer_rows_than_usual_is_an_error_unless_accepted(tmp_path):
    """Of 288 events a day, 20 arrived, spread so that no quarter is nearly without rows."""
    seen = looked_at(tmp_path / "a", NEARLY_EMPTY_DAY)
    gap = next(result for result in seen.results if result.expectation == deliveries.LAST_DAY)
    assert (gap.is_met, gap.severity) == (False, ERROR)
    assert gap.observed_value == "2025-03-31 20 rows, usually 288"
    accepted = looked_at(tmp_path / "b", NEARLY_EMPTY_DAY, accepted=[datetime.date(2025, 3, 31)])
    assert all(result.is_met for result in accepted.results)
    day_after = looked_at(tmp_path / "c", NEARLY_EMPTY_DAY, as_of="2025-03-30")
    assert all(result.is_met for result in day_after.results)


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
    assert [row[2:] for row in first if row[1] == deliveries.WHOLE_DAY] == [(4, 96.0)]
    assert [row for row in second if row[1] == deliveries.WHOLE_DAY] == []


def test_a_quiet_christmas_of_sales_or_a_monthly_invoice_run_stops_nobody():
    """Of a generated company of ten million events, these are the tables without a false alarm in two years."""
    terms = deliveries.read_terms(make_settings(environ={}))
    errors = {key for key, agreed in terms.items() if agreed.short_severity == ERROR}
    assert errors == {("segment", "pages"), ("segment", "tracks"), ("generic", "web_events")}
    assert terms[deliveries.ALL, deliveries.ALL].short_severity == WARNING


@pytest.mark.parametrize(
    ("rows", "unreadable", "is_met"),
    [(100, 0, True), (100, 10, True), (100, 11, False), (50, 9, True), (8, 8, False), (0, 0, True)],
)
def test_marts_without_a_tenth_of_the_rows_are_not_made(rows, unreadable, is_met):
    checks = [
        has_rows(),
        never_null("revenue_at", WARNING, raw.SET_ASIDE),
        unique(["line_id"], WARNING, raw.SET_ASIDE),
    ]
    observed = [str(rows), f"{unreadable} of {rows} rows", f"{rows} of {rows} rows"]
    results = [
        QualityResult("raw", "generic.revenue_lines", check.name, check.severity, False, said)
        for check, said in zip(checks, observed, strict=True)
    ]
    verdict = usable(checks, results, 0.1)
    assert (verdict.is_met, verdict.severity) == (is_met, ERROR)
    assert is_met or verdict.observed_value.startswith(f"{unreadable} of {rows} rows cannot")


def test_the_day_that_has_not_ended_is_not_judged(tmp_path):
    settings = make_settings(raw_location=str(tmp_path), environ={})
    today = settings.started_at.date()
    yesterday = today - datetime.timedelta(days=1)
    assert deliveries.last_whole_day(settings, today.isoformat()) == yesterday
    assert deliveries.last_whole_day(settings, "2025-03-31") == datetime.date(2025, 3, 31)
    assert deliveries.reference(settings, today.isoformat()) == settings.started_at
