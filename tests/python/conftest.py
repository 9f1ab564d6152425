"""Fixtures that several modules share."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import edge_company as edge_cases
import pytest
import support

# Modules that take a minute or more come first: no process is left alone with one of them at the end.
LONGEST = (
    "test_as_of",
    "test_identity",
    "test_replay",
    "test_faults",
    "test_pipeline",
    "test_hostile_web_events",
    "test_readme",
    "test_erasure",
    "test_online_retail_value",
    "test_expectations",
    "test_deliveries",
    "test_pipeline_commands",
)


def pytest_configure():
    """
    pyspark takes a process whose __main__ has no file, as those of pytest-xdist have none, for its own doctests,
    and ends it as soon as Great Expectations looks for Spark.
    """
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        main.__file__ = __file__


def pytest_collection_modifyitems(items):
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Gives all tests that lack the real data one place, so that the summary lists them in one line."""
    report = yield
    if report.skipped and support.NO_REAL_DATA in str(report.longrepr):
        line = support.real_data.__code__.co_firstlineno
        report.longrepr = (support.__file__, line, f"Skipped: {support.NO_REAL_DATA}")
    return report


@pytest.fixture(scope="session", autouse=True)
def shared_manifests(tmp_path_factory):
    """One folder of dbt's parses for all processes of this run of the tests."""
    base = tmp_path_factory.getbasetemp()
    support.manifests = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "manifests"
    support.manifests.mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def demo_place(tmp_path_factory) -> Path:
    """The folder over a warehouse of the demo company, not to be written to: DEMO_WAREHOUSE or, without it, built here."""
    built = os.environ.get("DEMO_WAREHOUSE")
    if built:
        return Path(built).parent
    place = tmp_path_factory.mktemp("demo")
    support.dbt(place, "build --quiet --exclude-resource-type test unit_test", {})
    return place


@pytest.fixture(scope="session")
def demo(demo_place):
    """A read-only connection to the demo company as built."""
    with support.connect(demo_place) as database:
        yield database


@pytest.fixture(scope="session")
def edge_company(tmp_path_factory) -> Path:
    """The folder of the edge-case company (raw/ and warehouse/), read-only: EDGE_COMPANY or, without it, built here."""
    built = os.environ.get("EDGE_COMPANY")
    if built:
        return Path(built)
    place = tmp_path_factory.mktemp("edge_company")
    edge_cases.make(place)
    return place


@pytest.fixture(scope="session")
def edge(edge_company):
    """A read-only connection to the edge-case company as built."""
    with support.connect(edge_company) as database:
        yield database


@dataclass(frozen=True)
class Company:
    """A company of the generator: the folder over its warehouse, and the folder of its raw tables."""

    name: str
    place: Path
    raw: Path


@pytest.fixture(scope="session", params=["demo company", "edge-case company"])
def either_company(request) -> Company:
    """For tests that run on both companies."""
    if request.param == "demo company":
        place, raw = request.getfixturevalue("demo_place"), support.ROOT / "seeds" / "raw"
    else:
        place = request.getfixturevalue("edge_company")
        raw = place / "raw"
    return Company(request.param, place, raw)


@pytest.fixture(scope="session")
def built_company(either_company):
    """A read-only connection to each of both companies as built."""
    with support.connect(either_company.place) as database:
        yield database


@pytest.fixture(scope="session")
def demo_target(demo_place, tmp_path_factory) -> Path:
    """dbt's target folder of the demo company, with manifest.json and semantic_manifest.json: beside the build or, without it, parsed here."""
    built = demo_place / "target"
    if (built / "semantic_manifest.json").exists():
        return built
    place = tmp_path_factory.mktemp("parsed")
    support.dbt(place, "parse --quiet", {})
    return place / "target"
