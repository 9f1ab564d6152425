"""What the tests share: dbt run in a temporary place, its database, and the real data that is kept outside the repository."""

import csv
import os
from pathlib import Path

import dbt_process
import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[3]
REAL_DATA = Path(os.environ.get("REAL_DATA_DIR", ROOT / ".." / "shared" / "data"))
NO_REAL_DATA = "the real data are not here: set REAL_DATA_DIR to their folder"
# For local Spark, which runs hundreds of small queries here: the optimising compiler costs more than it gains. Compiled
# code needs far more than the 48 MB of cache that this level starts with; a full cache ends the process.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m -XX:+UseSerialGC"
# Where dbt's parses are shared; a fixture of conftest.py sets it.
manifests = Path()
KINDS = (
    "crm",
    "web",
    "email",
    "ad",
    "billing",
    "meeting",
    "company_visit",
    "privacy",
    "content",
    "qualification",
    "social",
)


def dbt(tmp_path: Path, command: str, vars: dict) -> str:
    """Runs a dbt command, its database, target and logs under tmp_path; returns what it printed, raises that where it failed."""
    exit_code, printed = dbt_process.call(
        command, vars, dbt_environment(tmp_path), tmp_path / "dbt_output.txt", manifests
    )
    if exit_code != 0:
        raise RuntimeError(f"dbt {command} failed\n{printed}")
    return printed


def dbt_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a dbt command that writes under tmp_path only."""
    places = {
        "DBT_PROFILES_DIR": ROOT,
        "DBT_PROJECT_DIR": ROOT,
        "DBT_TARGET": "duckdb",
        "DBT_TARGET_PATH": tmp_path / "target",
        "DBT_LOG_PATH": tmp_path / "logs",
        "WAREHOUSE_DIR": tmp_path / "warehouse",
    }
    (tmp_path / "warehouse").mkdir(exist_ok=True)
    return {**os.environ, **{name: str(place) for name, place in places.items()}}


def connect(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """The database that dbt() built, read-only."""
    return duckdb.connect(str(tmp_path / "warehouse" / "build.duckdb"), read_only=True)


def own_data(raw_location: Path, as_of_date: str, **vendors: list[str]) -> dict:
    """Vars for a run on files; what the named vendors do not deliver, `generic` may: own_data(raw, '2024-06-30', crm=['salesforce'])."""
    switches = {f"{kind}_sources": vendors.get(kind, ["generic"]) for kind in KINDS}
    return {
        "raw_data": "source",
        "raw_location": str(raw_location),
        "as_of_date": as_of_date,
        **switches,
    }


def real_data(folder: str) -> Path:
    """A folder of the real data; without it the test is skipped."""
    path = REAL_DATA / folder
    if not path.is_dir():
        pytest.skip(NO_REAL_DATA)
    return path.resolve()


def write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    """A CSV file with a header of every column that a row has; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
