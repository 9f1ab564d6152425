"""CSV files that cannot be read as they are: which rows, and why."""

import codecs
from pathlib import Path

import duckdb

from pipeline.core.sql import quoted
from pipeline.inputs.raw_files import RawFile

SAVE_AS_UTF_8 = "Save the file as CSV in UTF-8."
SAVE_WITH_COMMAS = "Save the file with commas between the values, or as Parquet."
SAVE_WITH_ONE_ENDING = "Save the file again as CSV, with the same line ending in every row."
CORRECT_ROWS = (
    "Give each row as many values as the header has columns, in UTF-8, and put a value that holds"
    " commas, quotes or line breaks in double quotes, with quotes inside it doubled. If only the last"
    " row is named, the file was cut off: deliver it again."
)
NAMED_ROWS = 3
# What a header without a comma is taken apart by, where it is not a single column.
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
# DuckDB's reader gives up on the file, without a row, where its rows end now in CR LF and now in LF.
NO_ROWS = "its rows do not all end alike (some in CR LF, some in LF), or it is no CSV"


def broken_rows(connection: duckdb.DuckDBPyConnection, file: RawFile) -> list[tuple[str, str]]:
    """
    What is wrong with the files of a CSV table, and what to do: rows that are not UTF-8, have other
    columns than the header or hold a quote that does not close would shift their values or swallow
    the rows after them. Contents are not shown: they may be personal.
    """
    if file.file_format != "csv":
        return []
    found = [problem_of(connection, path) for path in file.files]
    return [problem for problem in found if problem]


def problem_of(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, str] | None:
    """What is wrong with a CSV file, and what to do; None if all of it can be read."""
    if is_utf_16(path):
        return f'{path} is UTF-16 (a spreadsheet\'s "Unicode text"), not UTF-8', SAVE_AS_UTF_8
    try:
        rows = _rejects(connection, path)
    except duckdb.InvalidInputException:
        return f"{path} cannot be read: {NO_ROWS}", SAVE_WITH_ONE_ENDING
    separator = other_separator(connection, path)
    if separator:
        return f"{path} separates its values by {separator}, not by commas", SAVE_WITH_COMMAS
    if not rows:
        return None
    named = ", ".join(f"row {line} ({why})" for line, why in rows[:NAMED_ROWS])
    more = " and more" if len(rows) > NAMED_ROWS else ""
    return f"{path} cannot be read: {named}{more}, the header being row 1", CORRECT_ROWS


def is_utf_16(path: Path) -> bool:
    """Whether the file says of itself that its characters take two bytes."""
    with path.open("rb") as file:
        return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def other_separator(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    """What separates the values of a file whose header has no comma, as spreadsheets save it."""
    header = _header(connection, path) or ""
    found = [words for mark, words in OTHER_SEPARATORS.items() if mark in header]
    return found[0] if found and "," not in header else None


def _header(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    place = quoted(path)
    row = connection.execute(
        f"select line from read_csv('{place}', auto_detect = false, header = false,"
        " delim = chr(1), quote = '', escape = '', columns = {'line': 'varchar'},"
        " strict_mode = false, ignore_errors = true) limit 1"
    ).fetchone()
    return row[0] if row else None


def _rejects(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[int, str]]:
    """(row, reason) of the first rows that DuckDB's reader will not take."""
    place = quoted(path)
    header = _header(connection, path)
    if header is None:
        return []
    outside_quotes = "".join(header.split('"')[::2])
    columns = {f"c{number}": "varchar" for number in range(outside_quotes.count(",") + 1)}
    connection.execute("drop table if exists broken_rows; drop table if exists broken_files")
    connection.execute(
        f"select count(columns(*)) from read_csv('{place}', columns = {columns},"
        " auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
        " rejects_limit = 100, rejects_table = 'broken_rows', rejects_scan = 'broken_files')"
    ).fetchall()
    return connection.execute(
        "select distinct line, lower(error_type) from broken_rows order by line"
    ).fetchall()
