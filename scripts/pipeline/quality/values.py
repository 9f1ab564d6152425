"""
What `doctor` says about the values of the raw tables: the checks of the raw audit, and what is read differently than
people may expect. Findings have examples; unlike those of a run, they are only printed.
"""

import datetime
from collections.abc import Iterator

import duckdb

from pipeline.core.settings import Settings
from pipeline.core.sql import quoted
from pipeline.inputs.declarations import Column
from pipeline.inputs.find import Inputs
from pipeline.inputs.macros import parse_text, sql_of
from pipeline.inputs.raw_files import NUMBER_STYLES, RawTable
from pipeline.inputs.rules import mapped_values, rows_of_rule
from pipeline.quality.audit_raw import setup_statements
from pipeline.quality.raw_checks import SET_ASIDE, Check, as_text, time_expression
from pipeline.quality.raw_facts import RawFacts, relation_of
from pipeline.records.history import WARNING, QualityResult

# Worth knowing, and nothing to correct.
NOTE = "note"
CURRENCIES = ("currency", "currency_iso_code", "currency_code")
WITHOUT_OFFSET = r"^ *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9]{1,2}:[0-9.:]+ *$"
# 1.200 is 1.2, unless numbers are written as 1.200,50.
LIKE_THOUSANDS = r"^ *[+-]?[1-9][0-9]{0,2}([.][0-9]{3})+ *$"
# Ids of tables of `generic`, and what lacks the records if only their ids are delivered.
RECORDS = {
    "account_id": ("accounts", "names, industries and domains of accounts"),
    "person_id": ("people", "people: no leads, no funnel"),
    "owner_id": ("owners", "names and teams of owners"),
    "opportunity_id": ("opportunities", "opportunities"),
}
# A row of a rule that maps a value.
MAPPING_ROWS = {
    "stage_mapping": "{},person,<status>,<stage>",
    "opportunity_stages": "{},(all),<stage>,<position>,<open, won or lost>,,",
}


def value_findings(settings: Settings, found: Inputs) -> Iterator[QualityResult]:
    """What the rows of every raw table will not be read as, or only set aside."""
    reader = Reader(settings, found)
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        for statement in setup_statements(settings, found.tables, numbers_rows=True):
            database.execute(statement)
        facts = RawFacts(
            database, settings, found.as_of, found.vars, reader.checks, reader.advice_for
        )
        for table in found.tables:
            facts.add_rows(table)
        for name, holds, severity, finding, advice in database.execute(
            "select table_name, expectation, severity, finding, advice from audit.raw_checks"
            " where failed_count > 0"
        ).fetchall():
            # Nothing is published yet that could list the rows.
            advice = advice.replace(SET_ASIDE, "these rows are set aside")
            yield QualityResult("raw", name, holds, severity, False, finding, advice)
    yield from missing_records(found)


def missing_records(found: Inputs) -> Iterator[QualityResult]:
    """Tables of `generic` whose ids other tables name, if it is the only CRM: the build's tests only count the ids."""
    crm = [table for table in found.tables if "crm_sources" in table.declaration.kinds]
    delivered = {table.declaration.table for table in crm}
    if {table.declaration.vendor for table in crm} - {"generic"}:
        return
    for column, (entity, lacking) in RECORDS.items():
        naming = [table.declaration.table for table in found.tables if column in table.columns]
        if naming and entity not in delivered:
            text = f"not delivered, though {', '.join(naming)} name its {column}"
            advice = f"deliver it as generic/{entity}.csv; the marts lack {lacking}"
            yield QualityResult(
                "raw", f"generic.{entity}", "is delivered", WARNING, False, text, advice
            )


class Reader:
    """What is read differently than expected, and which declaration would read it."""

    def __init__(self, settings: Settings, found: Inputs) -> None:
        self._settings, self._as_of = settings, found.as_of
        base = str(found.vars["reporting_currency"]).upper()
        rates = rows_of_rule(settings, "fx_rates")
        to_base = [row["currency"] for row in rates if row["base_currency"].strip().upper() == base]
        self._currency = base
        self._convertible = {base, *(currency.strip().upper() for currency in to_base)}

    def checks(self, table: RawTable, column: Column, end: datetime.datetime) -> Iterator[Check]:
        """More checks of a delivered column than a run makes."""
        name, place = column.name, table.declaration
        if name == place.dated and (when := time_expression(table)):
            yield Check(
                "after as_of",
                name,
                f"{when} >= timestamp '{end}'",
                "is not after as_of",
                f"is after {self._as_of}, the day up to which facts count",
                "these rows count in runs of later days (--as-of); if they should not, check the dates",
            )
        if clocks := without_offset(table, column):
            names = ", ".join(clocks)
            yield Check(
                "no offset",
                names,
                " or ".join(clocks.values()),
                "has an offset",
                "(times without an offset, read as UTC)",
                "if the export writes local times, let it write UTC or an offset, such as +02:00",
                NOTE,
                value=f"coalesce({', '.join(f'case when {is_so} then {as_text(one)} end' for one, is_so in clocks.items())})",
            )
        if self._settings.is_demo:
            return  # its rules are seeds of its own
        is_csv_number = table.file and not table.file.numbers and table.columns[name] == "VARCHAR"
        if is_csv_number and column.data_type.startswith("decimal"):
            yield perhaps_thousands(table, name)
        yield from self._unknown_to_rules(place.vendor, column)

    def _unknown_to_rules(self, vendor: str, column: Column) -> Iterator[Check]:
        """Statuses, stages and currencies without a row in their rule."""
        name = column.name
        text = f"trim({as_text(name)})"
        if rule := column.mapped_by:
            listed = _list(mapped_values(self._settings, rule, vendor))
            yield Check(
                "unmapped",
                name,
                f"{text} <> '' and lower({text}) not in ({listed})",
                f"is mapped by rule {rule}",
                f"is not mapped by rule {rule}",
                f"for each, add a row to rules/{rule}.csv: {MAPPING_ROWS[rule].format(vendor)}",
                is_shown=True,
            )
        if name in CURRENCIES:
            yield Check(
                "no rate",
                name,
                f"regexp_full_match({text}, '[A-Za-z]{{3}}') and upper({text}) not in ({_list(self._convertible)})",
                "has a rate",
                f"has no rate to {self._currency}",
                f"a run stops at their amounts: add rules/fx_rates.csv with rates to {self._currency}, or set another"
                " reporting_currency in the file of --vars; correct codes that are no currency",
                is_shown=True,
            )

    def advice_for(self, table: RawTable, check: Check, examples: list[str]) -> str:
        """The advice of a check; for numbers that a declaration can read, that declaration."""
        types = {column.name: column.data_type for column in table.declaration.columns}
        data_type = types.get(check.column, "")
        if check.kind != "unreadable" or not data_type.startswith(("decimal", "bigint")):
            return check.advice
        listed = ", ".join(f"('{quoted(value)}')" for value in examples)
        with duckdb.connect() as database:
            style = style_of(database, f"(values {listed}) as t(value)", "value", data_type)
        return f"{declaration_of(table, style)}; otherwise {SET_ASIDE}" if style else check.advice


def style_of(
    database: duckdb.DuckDBPyConnection, rows: str, column: str, data_type: str
) -> str | None:
    """The style that reads most of the numbers that cannot be read otherwise; None if neither reads any."""
    text = f'cast("{column}" as varchar)'
    styled = (
        parse_text(sql_of("number_of_style", text, style), data_type) for style in NUMBER_STYLES
    )
    counts = database.execute(
        f"select {', '.join(f'count({number})' for number in styled)} from {rows}"
        f" where {parse_text(text, data_type)} is null"
    ).fetchall()[0]
    return NUMBER_STYLES[counts.index(max(counts))] if any(counts) else None


def perhaps_thousands(table: RawTable, name: str) -> Check:
    """Numbers like 1.200 in a column in which no number has one or two decimals."""
    return Check(
        "perhaps thousands",
        name,
        f"regexp_matches(\"{name}\", '{LIKE_THOUSANDS}')"
        f" and not (select coalesce(bool_or(regexp_matches(\"{name}\", '[.][0-9]{{1,2}} *$')), false)"
        f" from {relation_of(table)})",
        "has no separator of thousands",
        "has a dot before three digits, which is read as a decimal point (1.200 is 1.2)",
        f"if it separates thousands, {declaration_of(table, '1.200,50')}",
    )


def declaration_of(table: RawTable, style: str) -> str:
    """How to declare that numbers are written in a style."""
    return f'set csv_formats: {{{table.declaration.vendor}: {{numbers: "{style}"}}}} in the file of --vars'


def without_offset(table: RawTable, column: Column) -> dict[str, str]:
    """SQL that is true where a timestamp has no offset, by column; only for the first of a table."""
    names = [one.name for one in table.delivered if one.data_type == "timestamp"]
    if column.name not in names[:1]:
        return {}
    found = {}
    for name in names:
        if table.columns[name] == "VARCHAR":
            found[name] = f"regexp_matches(\"{name}\", '{WITHOUT_OFFSET}')"
        elif table.columns[name].startswith("TIMESTAMP") and "ZONE" not in table.columns[name]:
            found[name] = f'"{name}" is not null'
    return found


def _list(values: set[str]) -> str:
    return ", ".join(f"'{quoted(value)}'" for value in sorted(values))
