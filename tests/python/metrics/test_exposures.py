"""The exposures name what is really read, and every model, exposure and group has an owner."""

import json

import pytest
from report_page import page
from support import ROOT


@pytest.fixture(scope="module")
def manifest(demo_target) -> dict:
    return json.loads((demo_target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def exposures(manifest) -> dict[str, dict]:
    return {exposure["name"]: exposure for exposure in manifest["exposures"].values()}


def read_by(exposure: dict) -> set[str]:
    """The names of what an exposure depends on."""
    return {unique_id.split(".")[-1] for unique_id in exposure["depends_on"]["nodes"]}


MARTS = {path.stem for path in (ROOT / "models" / "marts").rglob("*.sql")}


@pytest.mark.parametrize("section", page.sections(), ids=lambda section: section["id"])
def test_a_section_of_the_report_page_depends_on_the_marts_that_its_charts_read(section, exposures):
    """The tables of the run history, such as operations.source_freshness, are no models."""
    queries = [page.query_of(chart) for chart in section["charts"]]
    tables = {table.split(".")[1] for query in queries for table in page.tables_of(query)}
    assert read_by(exposures[f"report_{section['id']}"]) == tables & MARTS


def test_there_is_an_exposure_of_each_output_and_no_other(exposures):
    sections = {f"report_{section['id']}" for section in page.sections()}
    assert set(exposures) == {*sections, "metric_queries", "nightly_publication"}


def test_metric_queries_depend_on_every_metric(exposures, manifest):
    assert read_by(exposures["metric_queries"]) == {m["name"] for m in manifest["metrics"].values()}


def test_the_nightly_publication_is_all_marts(exposures):
    assert read_by(exposures["nightly_publication"]) == MARTS


def test_everything_has_an_owner(exposures, manifest):
    owners = {group["name"]: group["owner"]["name"] for group in manifest["groups"].values()}
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    assert {model["group"] for model in models} == set(owners)
    assert {exposure["owner"]["name"] for exposure in exposures.values()} <= set(owners.values())
