"""
The edge-case company: the smallest company that the generator writes, with all edge cases of scripts/demo_company/planted.py.
dbt builds it once per test run, with its data tests, so that keys and totals are checked on the edge cases too.

    python tests/python/helpers/edge_company.py DIR    # writes DIR/raw and builds DIR/warehouse
"""

import subprocess
import sys
from pathlib import Path

import duckdb
import support

WEB_EVENTS = 5_000


def generate(raw: Path, *options: str) -> None:
    """Write the raw tables, the company's rules and the truth into a folder."""
    script = support.ROOT / "scripts" / "generate_data.py"
    size = ["--edge-cases", "--web-events", str(WEB_EVENTS), "--quiet"]
    subprocess.run([sys.executable, script, *size, *options, "--out", raw], check=True)


def dbt_vars(place: Path) -> dict[str, str]:
    """The dbt vars that read the company under `place`."""
    return {
        "raw_data": "source",
        "raw_location": str(place / "raw"),
        "as_of_date": "2025-12-31",
    }


def make(place: Path) -> None:
    """Generate the company and build it; raises the output of dbt if a model or a data test fails."""
    generate(place / "raw")
    command = "build --quiet --exclude-resource-type unit_test"
    support.dbt(place, command, dbt_vars(place))
    # The process of dbt leaves the tables in the database's log, which every reader would replay.
    with duckdb.connect(str(place / "warehouse" / "build.duckdb")) as database:
        database.execute("checkpoint")


def main() -> None:
    place = Path(sys.argv[1]).absolute()
    place.mkdir(parents=True, exist_ok=True)
    support.manifests = place
    make(place)


if __name__ == "__main__":
    main()
