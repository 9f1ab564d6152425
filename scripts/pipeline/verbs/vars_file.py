"""The vars file that the command `init` writes: the settings that own data nearly always need, with what the data suggest."""

import re
import secrets

import duckdb
import yaml

from pipeline.core.settings import Settings
from pipeline.inputs.raw_files import RawTable
from pipeline.inputs.rules import mapped_values
from pipeline.quality.raw_checks import time_expression
from pipeline.quality.values import CURRENCIES, style_of

# What the words of a status or stage usually stand for; the first match counts.
STAGE_WORDS = {
    r"disqualif|unqualif|junk|spam|not converted": "disqualified",
    r"recycl|nurtur": "recycled",
    r"mql|marketing.qualif": "mql",
    r"sal\b|accept|working|contacted|attempt|progress": "sal",
    r"sql\b|qualif|converted": "sql",
    r"customer|won": "customer",
    r"lost": "lost",
}


def vars_file(
    settings: Settings, connection: duckdb.DuckDBPyConnection, tables: list[RawTable]
) -> str:
    """The vars that own data nearly always need, with what the data suggest."""
    currency, newest = commonest_currency(connection, tables), newest_day(connection, tables)
    lines = [
        "# Settings of a run on own data; dbt_project.yml describes all of them.",
        "",
        "# Amounts in other currencies are converted to this one, with rule fx_rates."
        + ("" if currency else " No currency was found in the data."),
        f"reporting_currency: {currency or 'USD'}",
        "",
        "# An IANA name, such as Europe/Berlin: where days and months begin.",
        "reporting_timezone: UTC",
        "",
        "# Keeps hashed email addresses from being guessed. Keep it: with another one, people's ids change.",
        f"email_hash_salt: {secrets.token_hex(16)}",
        "",
        "# The last day that counts. Without it, the day of the run; right for exports of every night.",
        f"# as_of_date: {newest or '2025-12-31'}"
        + ("    # the newest day in the data" if newest else ""),
    ]
    if formats := written_formats(connection, tables):
        lines += ["", "# How these vendors write their CSV files."]
        lines += yaml.safe_dump({"csv_formats": formats}).splitlines()
    for rule, proposals in proposed_rows(settings, connection, tables).items():
        lines += [
            "",
            f"# Values that rule {rule} does not map. Put the rule's rows and these, corrected, into rules/{rule}.csv of the",
            "# raw location (docs/rules.md has the columns):",
            *(f"#   {row}" for row in proposals),
        ]
    return "\n".join(lines) + "\n"


def written_formats(
    connection: duckdb.DuckDBPyConnection, tables: list[RawTable]
) -> dict[str, dict[str, str]]:
    """What is between the values and how numbers are written, if not by default: by vendor, or by table if they differ."""
    delimiters: dict[str, set[str]] = {}
    for table in tables:
        if table.file and table.file.file_format == "csv":
            delimiters.setdefault(table.declaration.vendor, set()).add(table.file.delimiter)
    formats: dict[str, dict[str, str]] = {}
    for table in tables:
        declared = table.declaration
        is_mixed = len(delimiters.get(declared.vendor, ())) > 1
        given = formats.setdefault(declared.label if is_mixed else declared.vendor, {})
        if table.file and table.file.delimiter != ",":
            given["delimiter"] = table.file.delimiter
        for column in table.numbers:
            style = style_of(connection, f"({table.query})", column.name, column.data_type)
            given |= {"numbers": style} if style else {}
    return {name: given for name, given in formats.items() if given}


def commonest_currency(connection: duckdb.DuckDBPyConnection, tables: list[RawTable]) -> str | None:
    """The currency of most rows."""
    columns = [(table, name) for table in tables for name in table.columns if name in CURRENCIES]
    if not columns:
        return None
    values = " union all ".join(
        f'select upper(trim("{name}")) as currency from ({table.query})' for table, name in columns
    )
    row = connection.execute(
        f"select currency from ({values}) where regexp_full_match(currency, '[A-Z]{{3}}')"
        " group by 1 order by count(*) desc, 1 limit 1"
    ).fetchone()
    return str(row[0]) if row else None


def newest_day(connection: duckdb.DuckDBPyConnection, tables: list[RawTable]) -> str | None:
    """The newest day in the columns that date the rows; days to come are planned or wrong."""
    days = []
    for table in tables:
        if when := time_expression(table):
            row = connection.execute(
                f"select max(day) from (select cast({when} as date) as day from ({table.query}))"
                " where day <= current_date"
            ).fetchone()
            days += [str(row[0])] if row and row[0] else []
    return max(days, default=None)


def proposed_rows(
    settings: Settings, connection: duckdb.DuckDBPyConnection, tables: list[RawTable]
) -> dict[str, list[str]]:
    """By rule, a row for each status and stage that the rule does not map."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for column in table.delivered:
            rule = column.mapped_by
            if rule is None:
                continue
            known = mapped_values(settings, rule, table.declaration.vendor)
            values = connection.execute(
                f'select trim("{column.name}"), count(*) from ({table.query}) where trim("{column.name}") <> \'\''
                " group by 1 order by 2 desc, 1"
            ).fetchall()
            new = [value for value, _ in values if value.lower() not in known]
            rows = found.setdefault(rule, [])
            rows += [
                proposal(rule, table.declaration.vendor, value, len(rows) + n)
                for n, value in enumerate(new, 1)
            ]
    return {rule: list(dict.fromkeys(rows)) for rule, rows in found.items() if rows}


def proposal(rule: str, vendor: str, value: str, position: int) -> str:
    """A row for a value, guessed from its words."""
    stage = next(
        (stage for words, stage in STAGE_WORDS.items() if re.search(words, value.lower())), "lead"
    )
    written = f'"{value}"' if "," in value else value
    if rule == "stage_mapping":
        return f"{vendor},person,{written},{stage}"
    outcome = {"customer": "won", "lost": "lost"}.get(stage, "open")
    category = {"won": "Closed", "lost": "Omitted"}.get(outcome, "Pipeline")
    return f"{vendor},(all),{written},{position},{outcome},,{category}"
