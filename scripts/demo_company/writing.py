"""Tables to files: a raw location (DIR/<vendor>/<table>), or the layout of the project's seeds."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import yaml

from demo_company import company, planted, rates, statements, web
from demo_company.settings import PARQUET_FROM, Settings

ROOT = Path(__file__).resolve().parents[2]
STAGING = ROOT / "models" / "staging"
# Macro is_demo(), which a yml file cannot call.
IS_DEMO = "{{ project_name == 'revenue_funnel' and var('raw_data') == 'demo' }}"
# The company's own rules. Its targets are sized for the committed demo, so a raw location gets none.
RULES = ROOT / "seeds" / "demo" / "rules"
NOT_IN_LOCATION = ("targets.csv",)
FX_RATES = "fx_rates.csv"
VENDORS = (
    "salesforce",
    "segment",
    "marketo",
    "google_ads",
    "linkedin_ads",
    "stripe",
    "calendly",
    "leadfeeder",
    "generic",
)
# HubSpot is CRM and sends the emails.
WITH_HUBSPOT = ("hubspot", *(v for v in VENDORS if v not in ("salesforce", "marketo")))
# Of the generic vendor the demo uses these; the rest is the way in for other data.
GENERIC_TABLES = (
    "privacy_requests",
    "content_items",
    "qualification_answers",
    "social_engagement",
)
TRUTH = ("devices", "people", "channel_effects")
TRUTH_OF_EDGE_CASES = ("planted_cases",)
TRUTH_AHEAD = ("future_bookings", "future_revenue")


def declarations(vendors: Sequence[str] = VENDORS) -> dict[tuple[str, str], dict]:
    """(vendor, table): its entry in models/staging/<vendor>/_<vendor>__sources.yml."""
    found = {}
    for vendor in vendors:
        declared = yaml.safe_load(
            (STAGING / vendor / f"_{vendor}__sources.yml").read_text(encoding="utf-8")
        )
        for table in declared["sources"][0]["tables"]:
            is_of_emails = vendor != "marketo" or "kinds" not in table["config"]["meta"]
            if is_of_emails and (vendor != "generic" or table["name"] in GENERIC_TABLES):
                found[vendor, table["name"]] = table
    return found


def select_in_order(
    con: duckdb.DuckDBPyConnection, settings: Settings, vendor: str, table: str
) -> str:
    """Sorted by all columns; with all columns as text if an edge case does not fit their types."""
    quoted = f'{vendor}."{table}"'
    broken = planted.UNREADABLE.get(f"{vendor}.{table}", []) if settings.edge_cases else []
    columns = [
        row[0] for row in con.execute(f"select column_name from (describe {quoted})").fetchall()
    ]
    if not broken:
        return f"select * from {quoted} order by all"
    parts = [
        f"select {', '.join(f'{column}::varchar as {column}' for column in columns)} from {quoted}"
    ]
    for row in broken:
        parts.append(
            "select "
            + ", ".join(f"{statements.literal(row.get(column))} as {column}" for column in columns)
        )
    return f"select * from ({' union all '.join(parts)}) order by all"


def copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = "format csv, header" if path.suffix == ".csv" else "format parquet, compression snappy"
    con.execute(f"copy ({select}) to '{path}' ({kind})")


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_events_whole(
    con: duckdb.DuckDBPyConnection, settings: Settings, table: str, path: Path
) -> None:
    select = web.builders(settings.web)[table]("true")
    if settings.edge_cases:
        select += f" union all by name select * from segment.{table}"
    copy(con, f"select * from ({select}) order by all", path)


def write_events_by_month(con: duckdb.DuckDBPyConnection, folder: Path, settings: Settings) -> None:
    for table, month, select in web.event_parts(settings):
        copy(
            con,
            f"select * from ({select}) order by {web.TRACKERS[settings.web][1]}",
            folder / table / f"{month}.parquet",
        )
    for table in web.BUILDERS if settings.edge_cases else ():
        copy(con, f"select * from segment.{table} order by all", folder / table / "planted.parquet")


def write_location(con: duckdb.DuckDBPyConnection, settings: Settings, out: Path) -> None:
    """DIR/<vendor>/<table>.csv, or Parquet from a size on; DIR/rules/ and DIR/truth/ beside it."""
    is_large = settings.web_events >= PARQUET_FROM
    suffix = ".parquet" if is_large else ".csv"
    for vendor, table in declarations(WITH_HUBSPOT if settings.crm == "hubspot" else VENDORS):
        if vendor == "segment":
            continue
        select = select_in_order(con, settings, vendor, table)
        copy(con, select, out / vendor / f"{table}{suffix}")
    if is_large:
        write_events_by_month(con, out / settings.web, settings)
    else:
        for table in web.builders(settings.web):
            write_events_whole(con, settings, table, out / settings.web / f"{table}.csv")
    for table in (*TRUTH, *(TRUTH_OF_EDGE_CASES if settings.edge_cases else ())):
        copy(con, f"select * from truth.{table} order by all", out / "truth" / f"{table}{suffix}")
    for table in TRUTH_AHEAD if settings.future_months else ():
        select = f"select * from {company.AHEAD}.truth.{table} order by all"
        copy(con, select, out / "truth" / f"{table}{suffix}")
    for rule in RULES.glob("*.csv"):
        # The standard statuses of HubSpot are in the default of this rule.
        is_default = rule.name == "stage_mapping.csv" and settings.crm == "hubspot"
        if rule.name not in (*NOT_IN_LOCATION, FX_RATES) and not is_default:
            write_text(out / "rules" / rule.name, rule_text(rule, settings.crm))
    write_text(out / "rules" / FX_RATES, rates.csv_text(settings.last_day))


def rule_text(rule: Path, crm: str) -> str:
    """A rule of the company; the stages of its opportunities have the same names in every CRM."""
    text = rule.read_text(encoding="utf-8")
    if rule.name in ("opportunity_stages.csv", "meeting_stages.csv"):
        text = text.replace("\nsalesforce,", f"\n{crm},")
    return text


def write_seeds(con: duckdb.DuckDBPyConnection, settings: Settings, seeds: Path) -> None:
    """The committed demo: raw/<vendor>/<vendor>__<table>.csv, its yml, and the exchange rates."""
    declared = declarations()
    for vendor, table in declared:
        path = seeds / "raw" / vendor / f"{vendor}__{table}.csv"
        if vendor == "segment":
            write_events_whole(con, settings, table, path)
        else:
            copy(con, select_in_order(con, settings, vendor, table), path)
    for vendor in VENDORS:
        tables = {
            table: entry for (of_vendor, table), entry in declared.items() if of_vendor == vendor
        }
        (seeds / "raw" / vendor / f"_{vendor}__seeds.yml").write_text(
            seed_yml(vendor, tables), encoding="utf-8"
        )
    write_text(seeds / "demo" / "rules" / FX_RATES, rates.csv_text())


def seed_yml(vendor: str, tables: dict[str, dict]) -> str:
    """Every column as text, as files of a vendor arrive: casting is the business of raw()."""
    lines = ["version: 2", "", "# Written by scripts/generate_data.py --seeds.", "seeds:"]
    for name, entry in tables.items():
        lines += [
            f"  - name: {vendor}__{name}",
            f'    description: "Demo company, {vendor} {name}: {entry["description"]}"',
            "    config:",
            f"      alias: {name}",
            f"      schema: demo_{vendor}",
            f'      enabled: "{IS_DEMO}"',
            "      column_types:",
        ]
        lines += [f"        {column['name']}: string" for column in entry["columns"]]
    return "\n".join(lines) + "\n"
