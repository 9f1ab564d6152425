"""What the tests share: dbt run in a temporary place, its database, and the real data that is kept outside the repository."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("REAL_DATA_DIR", ROOT / ".." / "shared" / "data"))
KINDS = ("crm", "web", "email", "ad", "billing", "meeting", "company_visit", "privacy", "content")


def dbt(tmp_path: Path, command: str, vars: dict) -> subprocess.CompletedProcess:
    """Runs a dbt command, its database, target and logs under tmp_path; a failure raises with what dbt printed."""
    places = {
        "DBT_PROFILES_DIR": ROOT,
        "DBT_TARGET": "duckdb",
        "DBT_TARGET_PATH": tmp_path / "target",
        "DBT_LOG_PATH": tmp_path / "logs",
        "WAREHOUSE_DIR": tmp_path / "warehouse",
    }
    (tmp_path / "warehouse").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *shlex.split(command), "--vars", json.dumps(vars)],
        cwd=ROOT,
        env={**os.environ, **{name: str(place) for name, place in places.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"dbt {command} failed\n{done.stdout}\n{done.stderr}")
    return done


def connect(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """The database that dbt() built, read-only."""
    return duckdb.connect(str(tmp_path / "warehouse" / "build.duckdb"), read_only=True)


def own_data(raw_location: Path, as_of_date: str, **vendors: list[str]) -> dict:
    """Vars for a run on files, only the named vendors switched on: own_data(raw, '2024-06-30', crm=['salesforce'])."""
    switches = {f"{kind}_sources": vendors.get(kind, []) for kind in KINDS}
    return {
        "raw_data": "source",
        "raw_location": str(raw_location),
        "as_of_date": as_of_date,
        **switches,
    }


def real_data(folder: str) -> Path:
    """A folder of the real data; the test is skipped, saying so, where it is absent."""
    path = REAL_DATA / folder
    if not path.is_dir():
        pytest.skip(f"real data {path} is absent: set REAL_DATA_DIR to where it is")
    return path.resolve()
