"""The same models give the same canonical models and marts on local Spark as on DuckDB: `make test-spark`.

Raw data: the edge-case company; a table of times, numbers and quotes in all their written forms, read through the vendor
`generic`; and one with other separators (var csv_formats), of Facebook Ads.
"""

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import edge_company
import parity
import pytest
import yaml
from support import JAVA_OPTIONS, ROOT, dbt

pytestmark = pytest.mark.spark

WRITTEN_FORMS = Path(__file__).parent / "fixtures" / "written_forms"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with a folder of each engine, in which it has built everything from the same files."""
    place = tmp_path_factory.mktemp("parity")
    raw_location = place / "raw"
    edge_company.generate(raw_location)
    # The demo's rules: those that the generator writes have no targets.
    shutil.copytree(ROOT / "seeds" / "demo" / "rules", raw_location / "rules", dirs_exist_ok=True)
    shutil.copytree(WRITTEN_FORMS, raw_location, dirs_exist_ok=True)
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    own_data = {
        "raw_data": "source",
        "raw_location": str(raw_location),
        "as_of_date": project["vars"]["demo_as_of_date"],
        "billing_sources": [*project["vars"]["billing_sources"], "generic"],
        "ad_sources": [*project["vars"]["ad_sources"], "facebook_ads"],
        "csv_formats": {"facebook_ads": {"delimiter": ";", "numbers": "1.200,50"}},
        "company_visit_sources": [*project["vars"]["company_visit_sources"], "generic"],
    }
    os.environ.setdefault("JAVA_TOOL_OPTIONS", JAVA_OPTIONS)

    def build(engine: str) -> None:
        started = time.monotonic()
        (place / engine).mkdir()
        dbt(
            place / engine,
            f"build --quiet --target {engine} --exclude-resource-type test unit_test",
            own_data,
        )
        print(f"{engine}: built in {time.monotonic() - started:.0f} s")

    # One session builds everything and the tables are read from their folders: a lasting catalog would only slow it down.
    # Side by side: neither keeps two cores busy.
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor() as engines:
        patch.setenv("SPARK_CATALOG", "in-memory")
        list(engines.map(build, ("duckdb", "spark")))
    return place


def warehouses(built: Path) -> tuple[Path, Path]:
    """DuckDB's database and the folder of Spark's tables."""
    return (
        built / "duckdb" / "warehouse" / "build.duckdb",
        built / "spark" / "warehouse" / "spark",
    )


def test_every_canonical_model_and_mart_is_the_same_on_both_engines(built, capsys):
    manifest = json.loads((built / "duckdb" / "target" / "manifest.json").read_text())
    models = parity.compared_models(manifest)
    differences, rows_count = parity.compare(*warehouses(built), models)
    with capsys.disabled():
        print(f"\n{len(models)} models, {rows_count} rows compared")
    assert models
    assert not differences, "\n" + parity.report(differences)


def test_the_written_forms_are_read_alike_row_by_row(built):
    """Rows that were set aside are no canonical model: their reasons and their raw text must be the same too."""
    rejected = parity.Model(
        schema="staging",
        name="stg_generic__raw_ledger",
        key=("raw_table", "entry", "raw_id", "raw_row"),
        columns=dict.fromkeys(
            ("raw_table", "entry", "raw_id", "rejection_reason", "raw_row"), "varchar"
        ),
    )
    differences, rows_count = parity.compare(*warehouses(built), [rejected])
    assert rows_count > 0
    assert not differences, "\n" + parity.report(differences)
