"""
Each metric is described, owned, listed in docs/metrics.md and compared with a mart, and the columns it reads exist. None of
this needs MetricFlow; test_metric_values.py compares the values.
"""

import json
import os
import re
from pathlib import Path

import pytest
import yaml
from support import ROOT

FOLDER = ROOT / "models" / "semantic"
FIGURES = Path(__file__).with_name("figures.yml")
PAGE = ROOT / "docs" / "metrics.md"
LISTS = re.compile(r"(?<=<!-- lists -->\n).*", re.DOTALL)
UNITS = {"count", "currency", "share", "ratio", "days", "hours"}


def declared(kind: str) -> dict[str, list[dict]]:
    """What the files of models/semantic declare of a kind, by file."""
    files = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))}
    return {stem: content[kind] for stem, content in files.items() if kind in content}


METRICS = {metric["name"]: metric for metrics in declared("metrics").values() for metric in metrics}


@pytest.fixture(scope="module")
def manifest(demo_target) -> dict:
    return json.loads((demo_target / "semantic_manifest.json").read_text())


@pytest.fixture(scope="module")
def groups(demo_target) -> set[str]:
    found = json.loads((demo_target / "manifest.json").read_text())["groups"]
    return {group["name"] for group in found.values()}


def test_dbt_reads_every_metric(manifest):
    """dbt 1.11 skips what it does not know, without a word."""
    assert {metric["name"] for metric in manifest["metrics"]} == set(METRICS)
    saved = {query["name"] for query in manifest["saved_queries"]}
    assert saved == {query["name"] for query in declared("saved_queries")["saved_queries"]}


def test_every_metric_has_what_people_need(manifest, groups):
    for metric in manifest["metrics"]:
        meta = metric["config"]["meta"]
        assert metric["label"], metric["name"]
        assert metric["description"].strip().endswith("."), metric["name"]
        assert meta["unit"] in UNITS, metric["name"]
        assert meta["owner"] in groups, metric["name"]


def test_the_marts_have_every_column_that_a_metric_reads(manifest, demo):
    for model in manifest["semantic_models"]:
        relation = model["node_relation"]
        parts = [*model["entities"], *model["dimensions"], *model["measures"]]
        columns = ", ".join(f"({part['expr'] or part['name']})" for part in parts)
        demo.execute(f"select {columns} from {relation['schema_name']}.{relation['alias']} limit 0")


def test_every_metric_is_compared_with_a_mart(demo):
    compared = []
    for figure in yaml.safe_load(FIGURES.read_text()):
        found = demo.execute(figure["sql"])
        names = [column[0] for column in found.description]
        compared += names[len(figure["group_by"]) :]
        assert found.fetchone(), figure["sql"]
    assert sorted(compared) == sorted(METRICS)


def listed() -> str:
    """The lists of docs/metrics.md."""
    lines = []
    for stem, metrics in declared("metrics").items():
        lines += ["", f"### {stem.capitalize()}", "", "| metric | unit | owner | what it is |"]
        lines += ["| --- | --- | --- | --- |"]
        for metric in metrics:
            meta = metric["config"]["meta"]
            text = " ".join(metric["description"].split())
            lines += [f"| {metric['name']} | {meta['unit']} | {meta['owner']} | {text} |"]
    lines += ["", "### Saved queries", "", "| saved query | question | metrics |"]
    lines += ["| --- | --- | --- |"]
    for query in declared("saved_queries")["saved_queries"]:
        question = f"{query['config']['meta']['question']}. {query['description']}"
        metrics = ", ".join(query["query_params"]["metrics"])
        lines += [f"| {query['name']} | {question} | {metrics} |"]
    return "\n".join(lines) + "\n"


def test_the_page_lists_every_metric():
    page = PAGE.read_text(encoding="utf-8")
    written = LISTS.sub(lambda _: listed(), page)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written
