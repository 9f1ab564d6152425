#!/usr/bin/env python3
"""
Makes the report page, one HTML file that opens from disk without network, from a published DuckDB file.

    python scripts/make_report_page.py --database warehouse/current/revenue.duckdb --out report.html

The pipeline writes the same page into each version it publishes, as current/report/index.html.
"""

import argparse
import sys
from pathlib import Path

import yaml
from report_page.page import ReportError, write_page_of

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project.yml"


def project_currency() -> str:
    """The reporting currency of the project, if no other is given."""
    project = yaml.safe_load(PROJECT.read_text(encoding="utf-8"))
    return str(project["vars"]["reporting_currency"])


def main() -> int:
    """Parses the command line and writes the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", type=Path, required=True, help="published DuckDB file")
    parser.add_argument("--out", type=Path, required=True, help="HTML file to write")
    parser.add_argument("--currency", help="currency of the amounts (default: reporting_currency)")
    options = parser.parse_args()
    try:
        charts = write_page_of(
            options.database, options.out, options.currency or project_currency()
        )
    except (ReportError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {charts} charts, {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
