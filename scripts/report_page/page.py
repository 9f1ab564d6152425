"""Reads the marts, and writes the page: catalogue, definitions and numbers, styles, scripts and ECharts in one file."""

import base64
import datetime
import decimal
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

HERE = Path(__file__).parent
# Texts come from CRM users: longer ones would only weigh on the page.
TEXT_LENGTH = 300
COMMENTS = """
    select schema_name || '.' || table_name, null, comment from duckdb_tables()
    where not internal
    union all
    select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
    where not internal"""
NEWEST_RUN = """
    select run_id, as_of_date from operations.pipeline_runs
    where status = 'published' order by run_id desc limit 1"""
LAST_MONTH = "select max(period_month) from marts.rpt_revenue_scorecard where is_complete"
Data = dict[str, Any]


class ReportError(Exception):
    """The page cannot be made from this database; the message says why."""


def sections() -> list[Data]:
    """The catalogue of sections and charts."""
    text = (HERE / "charts.yml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["sections"])


def query_of(chart: Data) -> str:
    """The SQL of a chart."""
    name = chart.get("query", chart["id"])
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def plain(value: Any) -> Any:
    """A value as JSON has it: amounts as numbers, dates and times as text, no NaN."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str) and len(value) > TEXT_LENGTH:
        return value[:TEXT_LENGTH] + "…"
    return value


def numbers_of(connection: duckdb.DuckDBPyConnection, chart: Data) -> Data:
    """The columns and rows of a chart."""
    try:
        found = connection.execute(query_of(chart))
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0].split(" Error: ", 1)[-1]
        raise ReportError(
            f"The chart {chart['title']} ({chart['id']}) of the report page cannot be made: {reason}"
        ) from error
    columns = [column[0] for column in found.description]
    rows = [[plain(value) for value in row] for row in found.fetchall()]
    return {"columns": columns, "rows": rows}


def definitions(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str | None, str]]:
    """The comments of each table, under None, and of its columns."""
    found: dict[str, dict[str | None, str]] = {}
    for table, column, comment in connection.execute(COMMENTS).fetchall():
        if comment:
            found.setdefault(table, {})[column] = " ".join(comment.split())
    return found


def with_definition(chart: Data, columns: list[str], comments: dict[str, Any]) -> Data:
    """The chart with the description of its mart and of the columns it takes from there."""
    marts = [chart["mart"], *chart.get("also", [])]
    described = {}
    for mart in reversed(marts):
        described.update({c: text for c, text in comments.get(mart, {}).items() if c in columns})
    return {
        **chart,
        "definition": comments.get(chart["mart"], {}).get(None, ""),
        "column_definitions": [(c, described[c]) for c in columns if c in described],
    }


def content(connection: duckdb.DuckDBPyConnection, currency: str) -> tuple[Data, list[Data]]:
    """The data of the page, and its sections with definitions."""
    comments = definitions(connection)
    numbers: dict[str, Data] = {}
    described = []
    for section in sections():
        charts = []
        for chart in section["charts"]:
            key = chart.get("query", chart["id"])
            if key not in numbers:
                numbers[key] = numbers_of(connection, chart)
            charts.append(with_definition(chart, numbers[key]["columns"], comments))
        described.append({**section, "charts": charts})
    run = connection.execute(NEWEST_RUN).fetchone() or (None, None)
    month = connection.execute(LAST_MONTH).fetchone()
    data = {
        "currency": currency,
        "run_id": run[0],
        "as_of": plain(run[1]),
        "last_month": plain(month[0]) if month else None,
        "charts": [
            {k: v for k, v in chart.items() if k not in ("definition", "column_definitions")}
            for section in described
            for chart in section["charts"]
        ],
        "numbers": numbers,
    }
    return data, described


def embedded(data: Data) -> str:
    """The data as JSON for a script element: no text of the data can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def source_hash(text: str) -> str:
    """How the content-security policy names a script that may run."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def html(data: Data, described: list[Data]) -> str:
    """The page."""
    scripts = [
        (HERE / "vendor" / "echarts.min.js").read_text(encoding="utf-8"),
        (HERE / "charts.js").read_text(encoding="utf-8"),
        (HERE / "report.js").read_text(encoding="utf-8"),
    ]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.j2").render(
        sections=described,
        data=embedded(data),
        run_id=data["run_id"],
        as_of=data["as_of"],
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        scripts=scripts,
        script_sources=" ".join(source_hash(script) for script in scripts),
    )


def write_page(database: Path, out: Path, currency: str) -> int:
    """Writes the page of a published DuckDB file; returns its number of charts."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            data, described = content(connection, currency)
    except duckdb.Error as error:
        raise ReportError(
            f"The report page cannot be made from {database}: {str(error).splitlines()[0]}"
        ) from error
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html(data, described), encoding="utf-8")
    return len(data["charts"])
