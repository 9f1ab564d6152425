"""What the README says holds: its worked example gives what it prints, its tables and paths are the project's."""

import os
import re
import shlex
import subprocess
import sys

import duckdb
import pytest
from pipeline.records.history_tables import REPORTS, TABLES
from support import ROOT

README = (ROOT / "README.md").read_text()
EXAMPLE = README.split("<!-- example: generic -->")[1].split("<!-- end of example -->")[0]


def block(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", EXAMPLE, re.DOTALL)[1]


def test_the_worked_example_prints_what_the_readme_shows(tmp_path):
    files = re.findall(r"`(my_data/\S+\.csv)`\s+```csv\n(.*?)```", EXAMPLE, re.DOTALL)
    assert len(files) == EXAMPLE.count("```csv")
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    program, script, *arguments = shlex.split(block("sh"))
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
        rows = published.execute(block("sql")).fetchall()
    assert "\n".join(" | ".join(map(str, row)) for row in rows) == block("text").strip()


@pytest.mark.parametrize(
    "mart", re.findall(r"`(\w+)`", README.split("| question | mart |")[1].split("\n\n")[0])
)
def test_a_mart_named_in_the_readme_exists(mart):
    written_by_the_pipeline = {*TABLES, *REPORTS}
    if mart not in written_by_the_pipeline:
        assert list((ROOT / "models" / "marts").rglob(f"{mart}.sql")), (
            f"README names {mart}, which no model is"
        )


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
        f"README's tree names {path}, which is not there"
    )


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)?)\b(?=`|\s+#)", README)) <= targets
