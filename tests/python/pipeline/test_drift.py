"""
Rows that are all valid but differ from the rows before them: exactly the column that drifted is reported, and nothing of two
years of the demo company.
"""

import datetime

import duckdb
import pytest
from pipeline.core.errors import InputError
from pipeline.core.settings import make_settings
from pipeline.inputs.declarations import declarations
from pipeline.inputs.find import find_inputs
from pipeline.inputs.raw_files import RawTable, find_files
from pipeline.quality import raw_checks
from pipeline.quality.audit_raw import audit_raw
from pipeline.quality.judge import sentence
from pipeline.quality.raw_facts import RawFacts
from pipeline.quality.terms import drift_terms
from pipeline.records.history import ERROR, WARNING
from support import ROOT

pytestmark = pytest.mark.slow

HEADER = "source_system,raw_table,column_name,compared,most_moved_share,severity,valid_from\n"
# An edge case: a program opened 130 pages within a minute, without a referrer.
BOT = ("segment", "pages", "referrer")
WATCHED = {
    (vendor, table, agreed.column_name): agreed
    for (vendor, table), terms in drift_terms(make_settings(environ={})).items()
    for agreed in terms
}
DECLARED = declarations(ROOT)
DRIFT = (ROOT / "scripts" / "pipeline" / "quality" / "sql" / "drift.sql").read_text()


def test_every_watched_column_is_one_of_a_raw_table_that_is_dated():
    for (vendor, name, column), agreed in WATCHED.items():
        declared = DECLARED[vendor, name]
        assert column in {one.name for one in declared.columns}, (vendor, name, column)
        table = RawTable(declared, columns={declared.dated: "TIMESTAMP"})
        assert raw_checks.time_expression(table), f"{vendor}.{name} does not say when"
        assert agreed.compared in ("values", "filled")


@pytest.fixture(scope="module")
def alarms(either_company):
    """Per watched column of a company: every other week of two years, and what is reported of it."""
    files = find_files(either_company.raw)
    ends = [
        datetime.date(2024, 1, 8) + datetime.timedelta(days=7 * week) for week in range(0, 103, 2)
    ]
    found = {}
    for vendor, name in {key[:2] for key in WATCHED if key[:2] in files}:
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            source = RawTable(DECLARED[vendor, name], file=files[vendor, name])
            declared = DECLARED[vendor, name]
            connection.execute(f"create table raw_rows as {source.query}")
            names = [row[0] for row in connection.execute("describe raw_rows").fetchall()]
            text = RawTable(declared, columns=dict.fromkeys(names, "VARCHAR"))
            connection.execute(
                f"create table parsed as select * replace"
                f' ({raw_checks.time_expression(text)} as "{declared.dated}") from raw_rows'
            )
            columns = {**text.columns, declared.dated: "TIMESTAMP"}
            when = raw_checks.time_expression(RawTable(declared, columns=columns))
            watched = [
                agreed
                for key, agreed in WATCHED.items()
                if key[:2] == (vendor, name) and agreed.column_name in columns
            ]
            for agreed in watched:
                found[vendor, name, agreed.column_name] = []
            for end in ends:
                connection.execute("drop schema if exists audit cascade")
                facts = RawFacts(
                    connection, make_settings(environ={}), str(end), {"set_aside_max_share": 0.1}
                )
                for agreed in watched:
                    facts.add_values(f"{vendor}.{name}", "parsed", when, agreed)
                moved = connection.execute(DRIFT.format(batch="audit.raw_values")).fetchall()
                for agreed in watched:
                    rows = [row for row in moved if row[2].startswith(f"{agreed.column_name} ")]
                    found[vendor, name, agreed.column_name].append((end, rows))
    return found


def test_two_years_raise_no_false_alarm(alarms, either_company):
    reported = {key: [(end, rows) for end, rows in weeks if rows] for key, weeks in alarms.items()}
    has_bot = either_company.name == "edge-case company"
    assert {key for key, weeks in reported.items() if weeks} == ({BOT} if has_bot else set())
    assert len(alarms) > 12
    if has_bot:
        # A month of the program's page views.
        assert [str(end) for end, _ in reported[BOT]] == ["2024-04-15", "2024-04-29"]
        assert reported[BOT][0][1][0][3].startswith(
            "referrer changed: (empty) 83 % of the rows, before 22 %"
        )


# -- what a run makes of it --------------------------------------------------------------------------

# 40 events a day for half a year, one in four a demo request; all columns filled in.
EVENTS = """
    select 'e' || number as event_id, 'd' || number % 97 as anonymous_id,
        {event_type} as event_type, 'https://x.example/' as page_url, {referrer} as referrer,
        case when number % 3 = 0 then 'cpc' else 'email' end as utm_medium,
        timestamp '2025-01-01' + to_minutes((36 * number)::int) as occurred_at
    from range(7200) as t(number)
"""
AS_BEFORE = {
    "event_type": "case when number % 4 = 0 then 'demo_request' else 'page_view' end",
    "referrer": "'https://news.example/'",
}
LAST_DAY = "2025-06-29"


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    """What the audit of raw tables reports of drift for such events, under these terms."""

    def found(terms: str = "", **columns: str):
        root = tmp_path_factory.mktemp("drift")
        (root / "raw" / "generic").mkdir(parents=True)
        query = EVENTS.format(**{**AS_BEFORE, **columns})
        duckdb.connect().execute(f"copy ({query}) to '{root}/raw/generic/web_events.parquet'")
        if terms:
            (root / "raw" / "rules").mkdir()
            (root / "raw" / "rules" / "drift_terms.csv").write_text(HEADER + terms)
        settings = make_settings(
            raw_location=str(root / "raw"), as_of=LAST_DAY, environ={"WAREHOUSE_DIR": str(root)}
        )
        inputs_found = find_inputs(settings)
        results = audit_raw(settings, inputs_found, LAST_DAY, lambda *_: None)
        assert all("weeks before" in r.expectation for r in results if not r.is_met)
        return {r.expectation: (r.severity, sentence(r)) for r in results if not r.is_met}

    return found


NEW_DAYS = "number >= 6920"  # the last week
FLIPPED = f"case when {NEW_DAYS} or number % 4 > 0 then 'page_view' else 'demo_request' end"
MOVED = f"case when {NEW_DAYS} then 'x' || number || '@secret.example' else 'page_view' end"
HALF_EMPTY = f"case when {NEW_DAYS} and number % 2 = 0 then null else 'https://news.example/' end"
TERMS = "generic,web_events,event_type,values,{},{},{}\n"


def test_rows_that_go_on_as_before_are_not_reported(look):
    assert look() == {}


def test_exactly_the_column_that_drifted_is_reported(look):
    ((name, (severity, said)),) = look(referrer=HALF_EMPTY).items()
    assert (name, severity) == (
        "referrer is filled in as often as in the weeks before",
        WARNING,
    )
    assert "(empty) 50 % of the rows, before 0 %; (filled in) 50 %" in said
    assert "valid_from in rule drift_terms" in said


def test_values_that_are_new_are_counted_and_not_told(look):
    ((name, (_, said)),) = look(event_type=MOVED).items()
    assert name == "event_type values are those of the weeks before"
    assert "(others) 100 % of the rows, before 0 %; page_view 0 % of the rows, before 100 %" in said
    assert "secret" not in said


def test_how_far_is_too_far_and_how_bad_that_is_stands_in_the_rule(look):
    assert look(event_type=FLIPPED) == {}
    ((_, (severity, said)),) = look(TERMS.format(0.2, "error", ""), event_type=FLIPPED).items()
    assert severity == ERROR
    assert "demo_request 0 % of the rows, before 25 %; page_view 100 %" in said


def test_a_rule_that_makes_no_sense_is_named(look):
    with pytest.raises(
        InputError, match=r"drift_terms.csv, row 2: most_moved_share = much cannot be used"
    ):
        look(TERMS.format("much", "error", ""))


def test_a_change_that_was_meant_is_taken_from_its_day_on(look):
    assert look(TERMS.format(0.2, "error", "2025-06-23"), event_type=FLIPPED) == {}
