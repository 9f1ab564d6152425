"""Files that cannot be read: which rows, and why. Values are never shown, because they may be personal."""

import codecs
import json
import os
from pathlib import Path

import duckdb

from pipeline.core.errors import first_line
from pipeline.core.sql import quoted
from pipeline.inputs.macros import macros
from pipeline.inputs.raw_files import RawFile

# What is wrong with a file, and what to do.
Problem = tuple[str, str]

CORRECT_ROWS = (
    "Give each row as many values as the header has columns, in UTF-8. Put a value that contains"
    " commas, quotes or line breaks into double quotes, and double the quotes inside it. If only the"
    " last row is named, the file was cut off: deliver it again."
)
DELIVER_AGAIN = "Deliver the file again, as CSV with a header line or as Parquet."
LISTED_ROWS = 3
# What may be between the values of a CSV file.
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def broken_files(connection: duckdb.DuckDBPyConnection, file: RawFile) -> list[Problem]:
    """What is wrong with the files of a table."""
    found = [problem_of(connection, path, file) for path in file.files]
    return [problem for problem in found if problem]


def problem_of(connection: duckdb.DuckDBPyConnection, path: Path, table: RawFile) -> Problem | None:
    """What is wrong with one of the files of a table; None if all of it can be read."""
    if not os.access(path, os.R_OK):
        return (
            f"{path} cannot be read: permission denied",
            f"Let the user of this run (uid {os.geteuid()}) read the file: change its mode, or the"
            " umask of the program that delivers it.",
        )
    if path.stat().st_size == 0:
        return f"{path} is empty, without even a header line", DELIVER_AGAIN
    try:
        if table.file_format == "csv":
            return _csv_problem(connection, path, table.delimiter)
        connection.execute(f"describe from read_parquet('{quoted(path)}')")
    except duckdb.Error as error:
        return f"{path} cannot be read: {first_line(error)}", DELIVER_AGAIN
    return None


def _csv_problem(
    connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str
) -> Problem | None:
    """
    Rows that are not UTF-8, do not match the header or leave a quote open would shift values or
    swallow the rows after them.
    """
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            text = f'{path} is UTF-16 (a spreadsheet\'s "Unicode text"), not UTF-8'
            return text, "Save the file as CSV in UTF-8."
    line = connection.execute(macros()["csv_header"](quoted(path))).fetchone()
    header = str(line[0]) if line else ""
    if delimiter not in header:
        for mark, name in DELIMITERS.items():
            if mark in header:
                text = f"{path} has {name} between the values, not {DELIMITERS[delimiter]}"
                return text, (
                    f"Save the file with {DELIMITERS[delimiter]} between the values, or set csv_formats:"
                    f" {{<vendor>: {{delimiter: {json.dumps(mark)}}}}} in the file of --vars, or"
                    " <vendor>.<table> if only its files are written so."
                )
    try:
        query = macros()["rejected_csv_rows"](quoted(path), header, delimiter)
        rows = connection.execute(query).fetchall()
    except duckdb.InvalidInputException:
        # DuckDB's reader names no row if line endings are mixed.
        return (
            f"{path} cannot be read: its rows have different line endings (CR LF and LF), or it is"
            " not a CSV file",
            "Save the file again as CSV, with the same line ending in every row.",
        )
    if not rows:
        return None
    more = " and more" if len(rows) > LISTED_ROWS else ""
    if {why for _, why in rows} == {"invalid encoding"}:
        listed = ", ".join(f"row {number}" for number, _ in rows[:LISTED_ROWS])
        text = f"{path} is not UTF-8, but perhaps Latin-1 (Windows-1252): {listed}{more}"
        return text, "Save the file as CSV in UTF-8."
    listed = ", ".join(f"row {number} ({why})" for number, why in rows[:LISTED_ROWS])
    return f"{path} cannot be read: {listed}{more}; the header is row 1", CORRECT_ROWS
