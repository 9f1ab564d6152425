"""CSV files of spreadsheets: other separators, as var csv_formats says, to the cent; and what is said where it is wrong."""

import gzip
from decimal import Decimal

import duckdb
import pytest
import small_project
import yaml
from small_project import Pipeline

pytestmark = pytest.mark.slow

# Written as 1.200,50; the last one only as the build reads by default.
AMOUNTS = {
    "1.200,50": "1200.50",
    "12,5": "12.50",
    "-3": "-3",
    "1.000.000": "1000000",
    "7.25": "7.25",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return small_project.make(tmp_path_factory.mktemp("project"))


def deliver(pipeline, formats):
    """A delivery with semicolons, Windows line ends, a byte order mark, quoted line breaks, compressed; its run."""
    rows = [
        f'l{number};"c;{number}\r\n";{amount};USD;2025-0{number}-01T10:00:00+02:00'
        for number, amount in enumerate(AMOUNTS, 1)
    ]
    text = "\r\n".join(["line_id;customer_id;amount;currency;revenue_at", *rows, ""])
    folder = pipeline.raw / "generic"
    folder.mkdir(parents=True, exist_ok=True)
    # The format is that of the table, however the file spells its name.
    (folder / "RevenueLines.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))
    vars_file = pipeline.raw.parent / "own.yml"
    vars_file.write_text(yaml.safe_dump({"csv_formats": formats} if formats else {}))
    return pipeline.run("--vars", str(vars_file))


def test_amounts_with_other_separators_add_up_to_the_cent(project, tmp_path):
    """The format of a table counts before that of its vendor."""
    pipeline = Pipeline(project, tmp_path)
    formats = {
        "generic": {"delimiter": "\t"},
        "generic.revenue_lines": {"delimiter": ";", "numbers": "1.200,50"},
    }
    outcome = deliver(pipeline, formats)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    with duckdb.connect(str(pipeline.warehouse / "build.duckdb"), read_only=True) as database:
        found = dict(
            database.execute("select line_id, amount from canonical.revenue_lines").fetchall()
        )
    expected = [Decimal(amount) for amount in AMOUNTS.values()]
    assert [
        found[f"generic:l{n}"] if f"generic:l{n}" in found else found[f"l{n}"] for n in range(1, 6)
    ] == expected


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        ({}, ["semicolons between the values, not commas", "csv_formats"]),
        ({"generic": {"delimiter": "\t"}}, ["semicolons between the values, not tabs"]),
        (
            {"generic": {"numbers": "1 200,50"}},
            ["generic: numbers: '1 200,50' cannot be used", "'1.200,50'"],
        ),
        ({"salesfroce": {"delimiter": ";"}}, ["there is no vendor salesfroce", "salesforce"]),
        ({"generic.revenue_line": {"delimiter": ";"}}, ["there is no table generic.revenue_line"]),
    ],
)
def test_a_format_that_is_missing_or_wrong_is_named_before_the_build(
    project, tmp_path, formats, words
):
    outcome = deliver(Pipeline(project, tmp_path), formats)
    assert outcome.returncode == 2
    for word in words:
        assert word in outcome.stdout + outcome.stderr
