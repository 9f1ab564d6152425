"""README and docs are true: their examples give what they print, and the tables, paths and formats they name exist."""

import os
import re
import shlex
import subprocess
import sys

import duckdb
import pytest
from pipeline.inputs.declarations import declarations
from pipeline.inputs.macros import parse_text
from pipeline.records.history import TABLES
from support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MARTS = (ROOT / "docs" / "marts.md").read_text(encoding="utf-8")
OWN_DATA = (ROOT / "docs" / "own_data.md").read_text(encoding="utf-8")
EXAMPLE = OWN_DATA.split("<!-- example: generic -->")[1].split("<!-- end of example -->")[0]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def block(text: str, language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1]


def table_after(text: str, header: str) -> list[list[str]]:
    """The cells of the Markdown table under a header line."""
    rows = text.split(header + "\n", 1)[1].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.slow
@pytest.mark.nightly
def test_the_worked_example_prints_what_the_page_shows(tmp_path):
    files = re.findall(r"`(my_data/\S+\.csv)`\s+```csv\n(.*?)```", EXAMPLE, re.DOTALL)
    assert len(files) == EXAMPLE.count("```csv")
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    program, script, *arguments = shlex.split(block(EXAMPLE, "sh"))
    assert program == ".venv/bin/python"
    done = subprocess.run(
        [sys.executable, ROOT / script, *arguments],
        cwd=tmp_path,
        env={
            **os.environ,
            "DBT_PROFILES_DIR": str(ROOT),
            "WAREHOUSE_DIR": str(tmp_path / "warehouse"),
            "DBT_TARGET_PATH": str(tmp_path / "target"),  # not those of the demo company
            "DBT_LOG_PATH": str(tmp_path / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(
        str(tmp_path / "warehouse" / "current" / "revenue.duckdb"), read_only=True
    ) as published:
        rows = published.execute(block(EXAMPLE, "sql")).fetchall()
    assert "\n".join(" | ".join(map(str, row)) for row in rows) == block(EXAMPLE, "text").strip()


def test_the_first_query_gives_the_table_below_it(demo):
    section = README.split("<!-- first query -->")[1]
    rows = demo.execute(block(section, "sql")).fetchall()
    shown = table_after(section, "| channel | spend | won_amount |")
    assert [[str(value) for value in row] for row in rows] == shown


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 200


def test_the_list_of_marts_is_complete():
    named = set(names(MARTS.split("| question | mart |")[1].split("\n\n")[0]))
    models = {path.stem for path in (ROOT / "models" / "marts").rglob("*.sql")}
    assert named - {*TABLES} == models


@pytest.mark.parametrize(
    "path",
    re.findall(
        r"^ *([\w.]+/[\w/]*|[\w.]+\.yml)(?=[ <])",
        README.split("## Where things are")[1].split("```")[1],
        re.M,
    ),
)
def test_a_path_in_the_tree_exists(path):
    nested = ROOT / "models" / path
    assert (ROOT / path).exists() or nested.exists(), (
        f"README's tree names {path}, which is missing"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_project_named_exists(page):
    folders = "tests|scripts|macros|models|seeds|examples"
    named = re.findall(rf"\b(?:{folders})/[\w/]+\.(?:py|sql|yml|md|csv)", page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_index_lists_every_page():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"]({page})" not in index} == set()


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)?)\b(?=`|\s+#)", text)) <= targets, page


def test_the_table_of_required_columns_is_that_of_the_sources():
    shown = table_after(OWN_DATA, "| table | required columns | columns with a list of values |")
    generic = [table for (vendor, _), table in declarations(ROOT).items() if vendor == "generic"]
    assert [(names(name), names(required)) for name, required, _ in shown] == [
        ([table.table], [column.name for column in table.columns if column.is_required])
        for table in generic
    ]
    assert all(table.is_optional for table in generic)


def test_the_lists_of_values_are_those_of_the_sources():
    shown = {
        names(column)[0]: names(values)
        for column, values in table_after(OWN_DATA, "| column | values |")
        if not values.startswith("any")
    }
    declared = {
        f"{table}.{column.name}": list(column.accepted)
        for (vendor, table), declaration in declarations(ROOT).items()
        if vendor == "generic"
        for column in declaration.columns
        if column.accepted
    }
    assert shown == declared


TYPES = {
    "number": "decimal(18, 2)",
    "whole number": "bigint",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"), table_after(OWN_DATA, "| type | accepted | not accepted |")
)
def test_a_format_is_read_as_the_page_says(kind, accepted, refused):
    expression = parse_text('"given"', TYPES[kind])

    def read(text: str) -> object:
        return duckdb.execute(
            f"select {expression} from (select cast(? as varchar) as given)", [text]
        ).fetchone()[0]

    assert names(accepted)
    assert [text for text in names(accepted) if read(text) is None] == []
    assert names(refused)
    assert [text for text in names(refused) if read(text) is not None] == []
