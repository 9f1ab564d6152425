"""
Every expectation can fail: data are broken once for each, and exactly that one is reported. An
expectation that nothing breaks would let a wrong number through while looking like a guard.
"""

import datetime
import itertools
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from pipeline.core.settings import make_settings
from pipeline.inputs.declarations import Column, Declaration, declarations
from pipeline.inputs.raw_files import RawTable, find_files
from pipeline.quality import baseline, raw_checks
from pipeline.quality.raw_facts import RawFacts, relation_of
from pipeline.records.history import ERROR, WARNING
from support import ROOT

NUMBERS = itertools.count()
FILES = find_files(ROOT / "seeds" / "raw")
RAW_TABLES = sorted(FILES)
DECLARED = declarations(ROOT)
VARS = {"set_aside_max_share": 0.1}
# Reports that may be empty whatever was delivered: alerts, dead ends, histories too short to judge.
MAY_BE_EMPTY = {
    "marts.rpt_advance_moments",
    "marts.rpt_budget_effects",
    "marts.rpt_clv_backtest",
    "marts.rpt_forecast_backtest",
    "marts.rpt_funnel_alerts",
    "marts.rpt_funnel_requirements",
    "marts.rpt_goal_attainment",
    "marts.rpt_incremental_effects",
    "marts.rpt_maturity_scorecard",
    "marts.rpt_nurture_yield",
    "marts.rpt_recycle_yield",
    "marts.rpt_repeat_purchase",
    "marts.rpt_self_reported_channels",
    "marts.rpt_stalled_journeys",
    "marts.rpt_status_changes_without_effect",
    "marts.rpt_weekly_review",
    "operations.rpt_rejected_rows",
}


@pytest.fixture(scope="module")
def marts():
    """The suites on the marts; importing them takes seconds."""
    from pipeline.quality import mart_suites

    return mart_suites


def entities(marts) -> set[str]:
    return {*marts.FEEDS, *marts.OFTEN_FEEDS}


def names_of_marts() -> list[str]:
    return sorted(
        f"{'operations' if path.parent.name == 'operations' else 'marts'}.{path.stem}"
        for path in (ROOT / "models" / "marts").glob("*/*.sql")
    )


@pytest.fixture(scope="module")
def auditor(demo_place):
    """Great Expectations over the demo company's build, with room for broken copies of its tables."""
    from pipeline.quality.expectations import Auditor

    (build,) = {*demo_place.glob("warehouse/build.duckdb"), *demo_place.glob("*/build.duckdb")}
    made = Auditor("marts", "test")
    made.database.execute(f"attach '{build}' as build (read_only)")
    for schema in ("marts", "operations", "canonical"):
        made.database.execute(f"create schema {schema}")
    views = made.database.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_catalog = 'build' and table_schema in ('marts', 'operations', 'canonical')"
    ).fetchall()
    for (name,) in views:
        made.database.execute(f"create view {name} as from build.{name}")
    made.database.execute("create schema broken")
    made.database.execute("create schema audit")
    yield made
    made.close()


def unmet(auditor, table: str, expectations) -> set[str]:
    results = auditor.run(f"broken.{table}", expectations, f"{table} {next(NUMBERS)}")
    return {result.expectation for result in results if not result.is_met}


def copy_of(auditor, source: str) -> str:
    """A copy to be broken, with at least one row."""
    table = f"t{next(NUMBERS)}"
    auditor.database.execute(f"create table broken.{table} as from {source}")
    (rows,) = auditor.database.execute(f"select count(*) from broken.{table}").fetchone()
    if not rows:
        (column, *_) = auditor.database.execute(f"describe broken.{table}").fetchone()
        auditor.database.execute(f'insert into broken.{table} ("{column}") values (null)')
    return table


def first_row(table: str) -> str:
    return f"rowid = (select min(rowid) from {table})"


# What breaks an expectation on a mart; {table} is the copy that is broken.
BREAKS = {
    "has rows": "delete from {table}",
    "has as many rows as": "insert into {table} from {table} limit 1",
    "every model credits": "update {table} set credited_value = credited_value + 1 where credited_value <> 0"
    " and conversion_id in (select conversion_id from marts.fct_conversions)",
    "raw rows and amounts are": "update {table} set difference = 0.01",
    "holds no more events": "update {table} set events_count = events_count + 1000000000",
}


def break_mart(name: str, table: str) -> str:
    """The statement that makes a copy of a mart fail this expectation."""
    if name.endswith("is not after the run's day"):
        column = name.split()[0]
        return f"update {table} set {column} = date '2999-01-01' where {first_row(table)}"
    (statement,) = (text for start, text in BREAKS.items() if name.startswith(start))
    return statement.format(table=table)


def test_only_reports_that_may_be_empty_have_no_expectations(marts):
    suites = {name: marts.suite(name, entities(marts)) for name in names_of_marts()}
    assert {name for name, suite in suites.items() if not suite} == MAY_BE_EMPTY
    known = {name.split(".")[1] for name in suites}
    feeds = [*marts.FEEDS.values(), *marts.OFTEN_FEEDS.values()]
    named = {name for names in feeds for name in names.split()}
    assert named | {*marts.NEVER_EMPTY, *marts.DATED, *marts.OWN} <= known


def test_each_expectation_on_a_mart_can_fail_alone(auditor, marts):
    for mart in names_of_marts():
        suite = marts.suite(mart, entities(marts))
        before = unmet(auditor, copy_of(auditor, mart), suite)
        for name in [one.description for one in suite]:
            table = copy_of(auditor, mart)
            auditor.database.execute(break_mart(name, f"broken.{table}"))
            now = unmet(auditor, table, marts.suite(mart, entities(marts)))
            if name == "has rows":  # an empty copy of the opportunities has too few rows, too
                now = {one for one in now if not one.startswith("has as many rows as")}
                before = before - now
            assert now - before == {name}, f"{mart}, broken for '{name}'"


def test_expectations_on_all_marts_can_fail(auditor, marts):
    auditor.database.execute(
        "create table broken.as_of as from canonical.as_of;"
        "create table broken.marts as from (values"
        " ('marts.a', 10, 1, 'name', 10), ('marts.b', 4, 0, '', 10), ('marts.c', 4, 0, '', null))"
        " as t(table_name, rows_count, emails_count, text_columns, published_count);"
        "create table broken.delivered as select source_system, raw_table, rows_count + 1 as rows_count"
        " from canonical.raw_ledger where entry = 'delivered' limit 1"
    )
    (day,) = auditor.run("broken.as_of", [marts.of_the_day("2025-12-30")], "day")
    assert day.observed_value == "the marts are those of 2025-12-31; the run is for 2025-12-30"
    (counted,) = auditor.run("broken.delivered", [marts.raw_is_counted()], "delivered")
    assert "the build has counted" in counted.observed_value
    found = auditor.run("broken.marts", marts.all_marts(), "marts")
    assert {(one.table_name, one.severity, one.observed_value) for one in found} == {
        ("marts.a", ERROR, "1 rows hold an email address in name"),
        ("marts.b", WARNING, "has 4 rows, 10 in the published version"),
    }


def test_a_company_too_small_for_monthly_figures_is_published(marts):
    """Figures of fewer than alert_minimum_count journeys are none, however many opportunities there are."""
    (has_rows,) = marts.suite("marts.rpt_funnel_figures", {"opportunities"})
    assert has_rows.severity == "warning"


# -- raw tables ------------------------------------------------------------------------------------


class Raw:
    """A raw table in a database of its own, which can be broken and checked."""

    def __init__(self, table: RawTable, source: str) -> None:
        self.database = duckdb.connect()
        self.database.execute("set timezone = 'UTC'")
        self.relation = relation_of(table)
        self.database.execute(f'create schema "raw_{table.declaration.vendor}"')
        self.database.execute(f"create table {self.relation} as {source}")
        self.table = table

    def failed(self) -> dict[str, str]:
        """What is found wrong, by what should hold."""
        columns = {
            row[0]: row[1] for row in self.database.execute(f"describe {self.relation}").fetchall()
        }
        self.database.execute("drop schema if exists audit cascade")
        facts = RawFacts(self.database, make_settings(environ={}), "2025-12-31", VARS)
        facts.add(replace(self.table, columns=columns))
        rows = self.database.execute(
            "select expectation, finding from audit.raw_checks"
            " where failed_count > 0 and kind not in ('stale', 'unusable')"
        ).fetchall()
        return dict(rows)

    def checks(self) -> list[raw_checks.Check]:
        columns = {
            row[0]: row[1] for row in self.database.execute(f"describe {self.relation}").fetchall()
        }
        table = replace(self.table, columns=columns)
        return [
            check
            for column in table.declaration.columns
            if column.name in columns
            for check in raw_checks.checks_of(table, column, datetime.datetime(2026, 6, 1))
        ]


def break_column(check: raw_checks.Check, table: str) -> str:
    """The statement that makes a copy of a raw table fail a check of a column."""
    change = f'update {table} set "{check.column}" = {{}} where {first_row(table)}'
    if check.kind == "empty":
        return change.format("null")
    if check.kind == "negative":
        return change.format("'-1'")
    if check.kind == "outside":
        return change.format(f"'{int(check.holds.split()[-1]) + 1}'")
    if check.kind == "before start":
        return change.format("'1999-01-01'")
    if check.kind == "implausible":
        return change.format("'1980-01-01'")
    return change.format("'no such thing'")


def demo_table(vendor: str, name: str) -> Raw:
    table = RawTable(DECLARED[vendor, name], file=FILES[vendor, name])
    demo = Raw(table, f"from ({table.query}) limit 40")
    if (vendor, name) == ("generic", "privacy_requests"):  # the demo company has none
        demo.database.execute(
            f"insert into {demo.relation} by name select 'generic' as source_system, 'email' as subject_type,"
            " 'ann@acme.example' as subject_id, 'erase' as request_type, '2025-01-01 00:00:00' as effective_at"
        )
    return demo


@pytest.mark.parametrize(("vendor", "name"), RAW_TABLES)
def test_each_check_of_a_column_can_fail_alone(vendor, name):
    whole = demo_table(vendor, name)
    before = set(whole.failed())
    for check in whole.checks():
        broken = demo_table(vendor, name)
        broken.database.execute(break_column(check, broken.relation))
        found = broken.failed()
        holds = f"{check.column} {check.holds}"
        assert holds in found
        # A value may break two checks by its meaning: an amount below zero is outside its limits, too.
        others = {
            one for one in set(found) - before - {holds} if not one.startswith(f"{check.column} ")
        }
        assert not others, f"{vendor}.{name}, broken for '{holds}'"


@pytest.mark.parametrize(("vendor", "name"), RAW_TABLES)
def test_each_check_of_a_whole_table_can_fail(vendor, name):
    declared = DECLARED[vendor, name]
    empty = demo_table(vendor, name)
    empty.database.execute(f"delete from {empty.relation}")
    assert empty.failed() == {"has rows": "has no rows"}
    if declared.key and not declared.keeps_duplicates:
        doubled = demo_table(vendor, name)
        (column, *_) = declared.key
        where = f"{first_row(doubled.relation)}"
        doubled.database.execute(
            f"insert into {doubled.relation} from {doubled.relation} where {where}"
        )
        assert f"{', '.join(declared.key)} is given once" in doubled.failed()
    required = [column.name for column in declared.columns if column.is_required]
    for column in required:
        cut = demo_table(vendor, name)
        cut.database.execute(f"alter table {cut.relation} add column spare varchar")
        cut.database.execute(f'alter table {cut.relation} drop column "{column}"')
        found = cut.failed()
        assert found[f"column {column} is there"] == f"column {column} is missing"


READ_OR_NOT = {
    "bigint": (["7", " -7 ", "+7", "7.0", "7e2"], ["1_000", "7.5", "5d", "0x10", "٣", "7,000"]),
    "decimal(18, 2)": (["7", "7.5", ".5", "7."], ["1_000", "NaN", "5d", "$7"]),
    "timestamp": (
        [
            "2025-01-05 10:00:00",
            "2025-01-05T10:00:00.5Z",
            "2025-01-05 10:00:00 +02:00",
            "2025-01-05",
        ],
        ["31/02/2024", "2025-02-30", "20250105", "infinity", "now", "2025-01-05 10:00 PM"],
    ),
    "date": (["2025-01-05", "2025-01-05 10:00:00"], ["2025-02-30", "05.01.2025", "infinity"]),
    "boolean": (["true", " False ", "1", "Yes", "N", "t"], ["maybe", "on"]),
}


@pytest.mark.parametrize("data_type", READ_OR_NOT)
def test_the_audit_reads_text_as_the_staging_models_do(data_type):
    """Text that is set aside by the macros is what the audit warns of, and nothing else."""
    read, not_read = READ_OR_NOT[data_type]
    values = ", ".join(f"('{value}')" for value in read + not_read)
    declared = Declaration("other", "t", (Column("value", data_type),))
    raw = Raw(RawTable(declared), f"from (values {values}) as texts(value)")
    finding = raw.failed()[f"value can be read as {data_type}"]
    all_of = len(read) + len(not_read)
    assert f"value cannot be read as {data_type} in {len(not_read)} of {all_of} rows" in finding


def test_values_that_fail_are_shown_only_where_they_are_of_a_list():
    columns = (
        Column("is_won", "boolean"),
        Column("amount", "decimal(18, 2)"),
        Column("kind", "string", accepted=("a", "b")),
    )
    raw = Raw(
        RawTable(Declaration("other", "t", columns)),
        "from (values ('maybe', 'ann@example.com', 'c'), ('maybe', '7', 'ann@example.com'))"
        " as t(is_won, amount, kind)",
    )
    found = raw.failed()
    assert found["is_won can be read as boolean"].endswith("in 2 of 2 rows: 'maybe' (2)")
    assert found["amount can be read as decimal(18, 2)"].endswith("in 1 of 2 rows")
    assert found["kind is one of a, b"] == (
        "kind is not one of a, b in 2 of 2 rows: '(an email address)' (1), 'c' (1)"
    )


def test_every_kind_of_check_is_judged_by_one_expectation():
    from pipeline.quality import raw_suites
    from pipeline.quality.expectations import Auditor

    sources = [raw_checks.__file__, RawFacts.__init__.__code__.co_filename]
    texts = [Path(path).read_text() for path in sources]
    used = {
        kind
        for text in texts
        for kind in re.findall(
            r'(?:Check\(|self\.check\(\s*label,|table\.declaration\.label,)\s*"([a-z ]+)"', text
        )
    }
    assert used | {*baseline.HOLDS} == {*raw_suites.KINDS}
    made = Auditor("raw", "test")
    try:
        settings = make_settings(environ={})
        facts = RawFacts(made.database, settings, "2025-12-31", VARS)
        for kind, (_, severities) in raw_suites.KINDS.items():
            for severity in severities:
                facts.check(f"a.{severity}", kind, kind, 1, f"{kind} found", "do", severity)
        facts.check("b", "empty", "no fault", 0, "not shown")
        found = made.run("audit.raw_checks", raw_suites.checks(), "all raw tables")
    finally:
        made.close()
    assert len(found) == len(raw_suites.checks())
    assert all(
        (one.observed_value, one.advice) == (f"{one.expectation} found", "do") for one in found
    )
    assert all(one.table_name == f"a.{one.severity}" and not one.is_met for one in found)


def test_a_raw_table_is_read_once_for_all_its_columns():
    """With a query per expectation, the audit of ten million events took a quarter of their build."""
    raw = demo_table("salesforce", "opportunity")
    asked: list[str] = []

    class Spy:
        def execute(self, statement, *given):
            asked.append(statement)
            return raw.database.execute(statement, *given)

    columns = {
        row[0]: row[1] for row in raw.database.execute(f"describe {raw.relation}").fetchall()
    }
    facts = RawFacts(Spy(), make_settings(environ={}), "2025-12-31", VARS)
    facts.add(replace(raw.table, columns=columns))
    # All counts, the key, and the rows by day.
    assert len([one for one in asked if raw.relation in one]) == 3
