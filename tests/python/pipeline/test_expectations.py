"""
Every expectation can fail: data are broken once for each, and exactly that one is reported. An
expectation that nothing breaks would let a wrong number through while looking like a guard.
"""

import itertools
from dataclasses import replace

import pytest
import sqlalchemy
from pipeline.inputs.declarations import Column, Declaration, declarations
from pipeline.inputs.raw_files import RawTable, find_files
from pipeline.quality import mart_suites as marts
from pipeline.quality import raw_suite as raw
from pipeline.quality.checks import Check
from pipeline.records.history import WARNING
from support import ROOT

NUMBERS = itertools.count()
ENTITIES = {entity for suite in marts.SUITES.values() for entity in suite.fed_by}
# What a check by query on a mart finds wrong, by its name; {table} is the copy that is broken.
BY_QUERY = {
    marts.CREDITED_IS_CONVERTED.name: "update {table} set credited_value = credited_value + 1"
    " where credited_value <> 0 and conversion_id in (select conversion_id from marts.fct_conversions)",
    marts.RAW_ARRIVES.name: "update {table} set difference = 0.01",
    marts.NO_EVENT_TWICE.name: "update {table} set events_count = events_count + 1000000000",
}
FILES = find_files(ROOT / "seeds" / "raw")
RAW_TABLES = sorted(FILES)
# Rows without a value have no value that is given twice, none that is out of range.
ALSO_UNMET_WHEN_EMPTY = ("has as many rows as canonical",)


@pytest.fixture(scope="module")
def auditor(demo_place):
    """Great Expectations over the demo company's build, with room for broken copies of its tables."""
    from pipeline.quality.expectations import Auditor

    build = demo_place / "warehouse" / "build.duckdb"
    if not build.exists():
        build = next(demo_place.glob("*/build.duckdb"))
    names = [name.split(".") for name in marts.SUITES]
    statements = [
        f"attach '{build}' as build (read_only)",
        "create schema marts",
        "create schema operations",
        "create schema canonical",
        "create schema audit",
        "create schema broken",
        *(f"create view {schema}.{name} as from build.{schema}.{name}" for schema, name in names),
    ]
    made = Auditor("marts", statements)
    for entity in (
        "raw_ledger",
        "as_of",
        *(
            row[0]
            for row in made.query(
                "select table_name from duckdb_tables() where schema_name = 'canonical'"
            )
        ),
        *(
            row[0]
            for row in made.query(
                "select view_name from duckdb_views() where schema_name = 'canonical' and database_name = 'build'"
            )
        ),
    ):
        execute(
            made, f"create view if not exists canonical.{entity} as from build.canonical.{entity}"
        )
    execute(
        made,
        f"create table {marts.DELIVERED} as select source_system, raw_table, rows_count from canonical.raw_ledger"
        " where entry = 'delivered'",
    )
    yield made
    made.close()


def execute(auditor, statement: str) -> None:
    with auditor._engine.get_connection() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


def unmet(auditor, table: str, checks, label: str) -> set[str]:
    results = auditor.run("broken", table, checks, label)
    return {result.expectation for result in results if not result.is_met}


def copy_of(auditor, source: str) -> str:
    """A copy to be broken, with at least one row."""
    table = f"t{next(NUMBERS)}"
    execute(auditor, f"create table broken.{table} as from {source}")
    if auditor.query(f"select count(*) from broken.{table}") == [(0,)]:
        column = auditor.query(
            f"select column_name from duckdb_columns() where schema_name = 'broken' and table_name = '{table}' limit 1"
        )[0][0]
        execute(auditor, f'insert into broken.{table} ("{column}") values (null)')
    return table


def first_row(table: str) -> str:
    return f"rowid = (select min(rowid) from {table})"


def break_mart(check: Check, checks: list[Check], table: str) -> str:
    """The statement that makes a copy of a mart fail this check."""
    given = check.arguments
    if check.expectation == "expect_table_columns_to_match_set":
        # One that no other check of the mart reads.
        others = " ".join(str(other.arguments) for other in checks if other is not check)
        free = next(name for name in given["column_set"] if name not in others)
        return f'alter table {table} rename column "{free}" to renamed'
    if check.name == "has rows":
        return f"delete from {table}"
    if check.expectation == "expect_column_values_to_be_between":
        bad = given["min_value"] - 1 if given["min_value"] is not None else given["max_value"] + 1
        return f'update {table} set "{given["column"]}" = {bad} where {first_row(table)}'
    if check.name.endswith("is not after the run's day"):
        column = check.name.split()[0]
        return f"update {table} set {column} = date '2999-01-01' where {first_row(table)}"
    if check.name.startswith("has as many rows as"):
        return f"insert into {table} from {table} limit 1"
    if check.name == marts.RAW_IS_COUNTED.name:
        return f"update {marts.DELIVERED} set rows_count = rows_count + 1"
    return BY_QUERY[check.name].format(table=table)


def test_only_reports_that_may_be_empty_have_no_expectations():
    without = {name for name in marts.SUITES if not marts.suite(name, ENTITIES)}
    assert without == {"marts.rpt_funnel_alerts", "marts.rpt_status_changes_without_effect"}


@pytest.mark.parametrize(
    "name", [name for name in sorted(marts.SUITES) if marts.suite(name, ENTITIES)]
)
def test_each_expectation_on_a_mart_can_fail_alone(auditor, name):
    checks = marts.suite(name, ENTITIES)
    before = unmet(auditor, copy_of(auditor, name), checks, name)
    for check in checks:
        table = copy_of(auditor, name)
        if check.name == marts.CREDITED_IS_CONVERTED.name and nothing_credited(auditor):
            continue
        execute(auditor, break_mart(check, checks, f"broken.{table}"))
        now = unmet(auditor, table, checks, name)
        if check.name == marts.RAW_IS_COUNTED.name:
            execute(auditor, f"update {marts.DELIVERED} set rows_count = rows_count - 1")
        found = now - before
        if check.name == "has rows":
            found = {name for name in found if not name.startswith(ALSO_UNMET_WHEN_EMPTY)}
            found |= now & {check.name}
        assert found == {check.name}, f"{name}, broken for '{check.name}'"


def nothing_credited(auditor) -> bool:
    return auditor.query(
        "select count(*) from marts.fct_attribution_credits where credited_value <> 0"
    ) == [(0,)]


# -- raw tables ------------------------------------------------------------------------------------


def break_raw(check: Check, table: str, declared: Declaration) -> str:
    """The statement that makes a copy of a raw table fail this check."""
    name, given = check.name, check.arguments
    query = given.get("unexpected_rows_query", "")
    column = given.get("column") or (query.split('"')[1] if '"' in query else "")
    change = f'update {table} set "{column}" = {{}} where {first_row(table)}'
    if name.startswith("column ") and name.endswith(" is there"):
        return f'alter table {table} drop column "{column}"'
    if name == "has rows":
        return f"delete from {table}"
    if name == "has no unknown column":
        return f"alter table {table} add column strange varchar"
    if name.endswith(" is filled in"):
        return change.format("null")
    if name.endswith(" is given once"):
        return f"insert into {table} from {table} where {first_row(table)}"
    if " can be read as " in name:
        return change.format("'nothing of the kind'")
    if name.endswith(" is not negative"):
        return change.format("'-1'")
    if " is not before " in name:
        return change.format("'1999-01-01'")
    if " is at least " in name:
        highest = float(name.split()[-1])
        return change.format(f"'{highest + 1:.0f}'")
    return change.format("'no such thing'")


def reads(check: Check) -> set[str]:
    """The columns that a check looks at."""
    return raw.columns_of(check) | set(check.arguments.get("column_list", ()))


def groups_of(checks: list[Check]) -> list[list[Check]]:
    """The checks in as few groups as can be broken at once: no two of a group look at the same column."""
    groups: list[list[Check]] = []
    for check in checks:
        for group in groups:
            if not any(reads(check) & reads(other) for other in group):
                group.append(check)
                break
        else:
            groups.append([check])
    return groups


def test_a_company_too_small_for_monthly_figures_is_published():
    """Figures of fewer than alert_minimum_count journeys are none, however many deals there are."""
    checks = marts.suite("marts.rpt_funnel_figures", {"opportunities"})
    assert [check.severity for check in checks if check.name == "has rows"] == [WARNING]


def test_checks_that_share_a_column_are_broken_apart():
    """Else one that fails for the other's reason would pass for one that can fail alone."""
    amount, range_of_amount = raw.never_null("amount"), raw.number_between("amount", 0, 1)
    dates = raw.not_before("ended_at", "started_at")
    started = raw.never_null("started_at")
    assert groups_of([amount, range_of_amount, dates, started]) == [
        [amount, dates],
        [range_of_amount, started],
    ]


@pytest.mark.parametrize(("vendor", "name"), RAW_TABLES)
def test_each_expectation_on_a_raw_table_can_fail_alone(auditor, vendor, name):
    """A check looks at nothing but its columns, so those of a group are broken at once: exactly they are reported."""
    declared = declarations(ROOT)[vendor, name]
    table = RawTable(declared, file=FILES[vendor, name])
    source = f"({table.query} limit 40)"
    whole = copy_of(auditor, source)
    columns = columns_of(auditor, whole)
    checks = raw.suite(replace(table, columns=columns))
    before = unmet(auditor, whole, checks, declared.label)
    of_table = [check for check in checks if check.name == "has rows"]
    of_columns = [check for check in checks if check.name.endswith(" is there")]
    of_values = [check for check in checks if check not in of_table + of_columns]
    for group in [of_table, of_columns, *groups_of(of_values)]:
        broken = copy_of(auditor, source)
        if group == of_columns:  # a table cannot lose its last column
            execute(auditor, f"alter table broken.{broken} add column spare varchar")
        for check in group:
            execute(auditor, break_raw(check, f"broken.{broken}", declared))
        there = columns_of(auditor, broken)
        asked = [c for c in checks if c in group or reads(c) <= set(there)]
        asked = [c for c in asked if c in group or not any(says_the_same(b, c) for b in group)]
        found = unmet(auditor, broken, asked, declared.label)
        names = {check.name for check in group}
        assert names <= found, f"{declared.label}: broken, and not reported"
        assert found - before <= names, f"{declared.label}: reported, and not broken"
    assert not before, "what is reported of the whole table says nothing of the broken one"


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
def test_the_audit_reads_text_as_the_staging_models_do(auditor, data_type):
    """Text that is set aside by the macros is what the audit warns of, and nothing else."""
    read, not_read = READ_OR_NOT[data_type]
    declared = Declaration("generic", "t", (Column("value", data_type),))
    checks = raw.suite(RawTable(declared, columns={"value": "VARCHAR"}))
    values = ", ".join(f"('{value}')" for value in read + not_read)
    table = copy_of(auditor, f"(values {values}) as texts(value)")
    results = auditor.run("broken", table, checks, declared.label)
    (found,) = (r for r in results if r.expectation.startswith(f"value can be read as {data_type}"))
    assert found.observed_value.split()[0] == str(len(not_read))


def test_a_table_is_read_once_however_much_is_expected_of_it(auditor):
    """With a query per expectation, the audit of ten million events took a quarter of their build."""
    checks = [
        *(raw.never_null(name) for name in ("channel_id", "channel")),
        raw.unique(["channel"]),
        raw.matches("channel", "^[A-Z]", "a name"),
        marts.between("channel_id", 0, None),
        *(marts.no_rows(f"{n}", f"select * from {{batch}} where {n} = 9") for n in range(3)),
    ]
    table = copy_of(auditor, "(select 1 as channel_id, 'Direct' as channel)")
    asked: list[str] = []

    def remember(_connection, _cursor, statement, *_):
        asked.append(statement)

    sqlalchemy.event.listen(auditor._engine.engine, "before_cursor_execute", remember)
    results = auditor.run("broken", table, checks, "marts.t")
    sqlalchemy.event.remove(auditor._engine.engine, "before_cursor_execute", remember)
    assert all(result.is_met for result in results)
    assert len([one for one in asked if "count(" in one.lower() and table in one]) == 1


def says_the_same(check: Check, other: Check) -> bool:
    """Whether what breaks one breaks the other by its meaning: a range from 0, a column that is gone."""
    if check.name.endswith(" is not negative"):
        return other.name.startswith(f"{check.name.split()[0]} is at least 0")
    return check.name.endswith(" is there") and other.name == "has no unknown column"


def columns_of(auditor, table: str) -> dict[str, str]:
    return dict(
        auditor.query(
            f"select column_name, data_type from duckdb_columns() where schema_name = 'broken' and table_name = '{table}'"
        )
    )
