#!/usr/bin/env python3
"""Write the raw data of the demo company, and the truth beside it.

    python scripts/generate_data.py --web-events 1000000 --seed 7 --out raw

writes raw/<vendor>/<table>.csv (Parquet from 200,000 web events on), the company's rules in
raw/rules/, and raw/truth/, the same content for the same seed, whatever the number of threads.
`--seeds seeds` writes the layout of the committed demo instead. `--edge-cases` adds rare and broken
records, which the tests read. The company and the edge cases: scripts/demo_company/README.md.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from demo_company import company, planted, summary, writing
from demo_company.settings import DEMO_SEED, DEMO_WEB_EVENTS, Settings
from demo_company.shapes import SHAPES
from demo_company.web import TRACKERS


def build_company(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """All tables of the company, in schemas named after their vendors."""
    company.build(con, settings)
    if settings.edge_cases:
        planted.build(con)


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--web-events",
        type=int,
        default=DEMO_WEB_EVENTS,
        help="about how many web events (at least 5,000; default %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=DEMO_SEED,
        help="another number is another company (default %(default)s)",
    )
    parser.add_argument(
        "--shape",
        choices=sorted(SHAPES),
        default="demo",
        help="what the market is like, see demo_company/shapes.py (default %(default)s)",
    )
    parser.add_argument(
        "--crm",
        choices=["salesforce", "hubspot"],
        default="salesforce",
        help="whose tables the CRM is written in; HubSpot sends the emails, too (default %(default)s)",
    )
    parser.add_argument(
        "--web",
        choices=sorted(TRACKERS),
        default="segment",
        help="whose tables the web events are written in (default %(default)s)",
    )
    parser.add_argument(
        "--future-months",
        type=int,
        default=0,
        metavar="N",
        help="let the market go on for N months, which only truth/future_* tells (with --out only)",
    )
    parser.add_argument(
        "--edge-cases",
        action="store_true",
        help="add the edge cases of demo_company/planted.py, for tests (with --out only)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to write <vendor>/<table> and truth/ into"
    )
    parser.add_argument(
        "--seeds",
        type=Path,
        metavar="DIR",
        help="folder of dbt seeds to write raw/<vendor>/ and demo/rules/fx_rates.csv into",
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=2,
        help="threads of DuckDB (default %(default)s); the result is the same",
    )
    parser.add_argument(
        "--memory",
        default="4GB",
        help="memory limit of DuckDB (default %(default)s); beyond it, disk is used",
    )
    parser.add_argument("--quiet", action="store_true", help="no summary")
    given = parser.parse_args(arguments)
    if given.web_events < 5_000:
        parser.error("--web-events: at least 5,000, so that every path of the funnel is walked")
    if not given.out and not given.seeds:
        parser.error(
            "say where to write: --out DIR (a raw location) or --seeds DIR (the project's seeds)"
        )
    if given.edge_cases and given.seeds:
        parser.error("--edge-cases: the committed demo has none, so write them with --out DIR")
    if given.crm != "salesforce" and (given.seeds or given.edge_cases):
        parser.error("--crm: with --out DIR and without --edge-cases")
    if given.web != "segment" and (given.seeds or given.edge_cases):
        parser.error("--web: with --out DIR and without --edge-cases")
    if not 0 <= given.future_months <= 12:
        parser.error("--future-months: 0 to 12")
    if given.future_months and (given.seeds or given.edge_cases):
        parser.error("--future-months: with --out DIR and without --edge-cases")
    return given


def main(arguments: list[str] | None = None) -> int:
    given = parse_arguments(arguments)
    settings = Settings(
        web_events=given.web_events,
        seed=given.seed,
        shape=given.shape,
        crm=given.crm,
        web=given.web,
        edge_cases=given.edge_cases,
        future_months=given.future_months,
    )
    target = given.out or given.seeds
    target.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    # What does not fit in memory is laid beside the result, where there must be space anyway.
    with tempfile.TemporaryDirectory(prefix=".generating-", dir=target) as folder:
        limits = {"threads": given.threads, "memory_limit": given.memory, "temp_directory": folder}
        con = duckdb.connect(config=limits)
        try:
            build_company(con, settings)
            if given.out:
                writing.write_location(con, settings, given.out)
            if given.seeds:
                writing.write_seeds(con, settings, given.seeds)
            if not given.quiet:
                print(summary.text(summary.figures(con)))
        finally:
            con.close()
    if not given.quiet:
        print(f"Written to {target} in {time.monotonic() - started:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
