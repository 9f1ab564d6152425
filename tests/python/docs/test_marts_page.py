"""docs/marts.md explains every column that has no or a single value in the demo company, so a reader can tell a fault from a gap in its data."""

import re

from support import ROOT

PAGE = ROOT / "docs" / "marts.md"
HEADING = "## Columns that are empty or the same everywhere in the demo company"
ROW = re.compile(r"^\| (\w+) \| (\w+) \| (.+?) \| .+ \|$", re.MULTILINE)


def single_values(demo) -> dict[tuple[str, str], str]:
    """The columns with one value in all rows, of the marts of more than one row."""
    columns = demo.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'marts' order by all"
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in columns:
        tables.setdefault(table, []).append(column)
    found = {}
    for table, names in tables.items():
        counts = ", ".join(
            f'count(distinct "{name}"), count("{name}"), any_value("{name}")::varchar'
            for name in names
        )
        rows_count, *values = demo.execute(
            f"select count(*), {counts} from marts.{table}"
        ).fetchone()
        for name, distinct, filled, value in zip(
            names, values[::3], values[1::3], values[2::3], strict=True
        ):
            if rows_count > 1 and distinct <= 1 and filled in (0, rows_count):
                found[table, name] = "null" if value is None else value
    return found


def test_columns_without_information_in_the_demo_are_explained(demo):
    _, listed = PAGE.read_text().split(HEADING)
    explained = {(table, column): value for table, column, value in ROW.findall(listed)}
    explained.pop(("mart", "column"))
    assert explained == single_values(demo)
