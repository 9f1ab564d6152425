"""Reads the marts, and writes the page: catalogue, definitions and numbers, styles, scripts and ECharts in one file."""

import base64
import datetime
import decimal
import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

HERE = Path(__file__).parent
# Texts come from CRM users: longer ones would only weigh on the page.
TEXT_LENGTH = 300
COMMENTS = """
    select schema_name || '.' || table_name, '', comment from duckdb_tables()
    where not internal
    union all
    select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
    where not internal"""
THERE = "select schema_name || '.' || {0}_name from duckdb_{0}s() where not internal"
NEWEST_RUN = """
    select run_id, as_of_date from operations.pipeline_runs
    where status = 'published' order by run_id desc limit 1"""
LAST_MONTH = "select max(period_month) from marts.rpt_revenue_scorecard where is_complete"
Data = dict[str, Any]
Comments = dict[str, dict[str, str]]  # of a table, under an empty name, and of its columns
Page = tuple[Data, list[Data]]


@dataclass(frozen=True)
class Stamp:
    """What the page says of its numbers: their currency, the run they come from, and the day up to which facts count."""

    currency: str
    run_id: str
    as_of: str | None


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


def tables_read() -> set[str]:
    """All tables that the page reads, as schema.name."""
    queries = [LAST_MONTH] + [query_of(chart) for part in sections() for chart in part["charts"]]
    return set().union(*map(tables_of, queries))


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


def tables_of(query: str) -> set[str]:
    """The tables that a query reads, as schema.name."""
    return set(re.findall(r"\b(?:marts|operations)\.\w+", query))


def check_tables(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> None:
    """Stops if a table is not there."""
    there = set()
    for kind in ("table", "view"):
        there |= {name for (name,) in connection.execute(THERE.format(kind)).fetchall()}
    if missing := sorted(tables - there):
        raise ReportError(
            f"The report page needs {', '.join(missing)}, which the database does not have."
            " A published version of the whole project has them."
        )


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


def definitions(connection: duckdb.DuckDBPyConnection) -> Comments:
    """The comments on the tables of a database and on their columns."""
    found: Comments = {}
    for table, column, comment in connection.execute(COMMENTS).fetchall():
        if comment:
            found.setdefault(table, {})[column] = " ".join(comment.split())
    return found


def with_definition(chart: Data, columns: list[str], comments: Comments) -> Data:
    """The chart with the description of its mart and of the columns it takes from there."""
    described: dict[str, str] = {}
    for mart in reversed([chart["mart"], *chart.get("also", [])]):
        described.update(comments.get(mart, {}))
    return {
        **chart,
        "definition": comments.get(chart["mart"], {}).get("", ""),
        "column_definitions": [(c, described[c]) for c in columns if c in described],
    }


def content(
    connection: duckdb.DuckDBPyConnection,
    stamp: Stamp,
    comments: Comments,
    project: set[str] | None = None,
) -> Page:
    """
    The data of the page, and its sections with definitions. A chart of a mart that is not in `project` is left empty;
    without `project` every mart must be there.
    """
    numbers: dict[str, Data] = {}
    described = []
    tables = tables_read()
    left_out = set() if project is None else tables - project
    check_tables(connection, tables - left_out)
    for section in sections():
        charts = []
        for chart in section["charts"]:
            key = chart.get("query", chart["id"])
            if absent := sorted(tables_of(query_of(chart)) & left_out):
                numbers[key] = {"columns": [], "rows": []}
                chart["empty"] = f"This project does not build {', '.join(absent)}."
            elif key not in numbers:
                numbers[key] = numbers_of(connection, chart)
            charts.append(with_definition(chart, numbers[key]["columns"], comments))
        described.append({**section, "charts": charts})
    month = None if tables_of(LAST_MONTH) & left_out else connection.execute(LAST_MONTH).fetchone()
    texts = ("definition", "column_definitions")
    data = {
        **asdict(stamp),
        "last_month": plain(month[0]) if month else None,
        "charts": [
            {key: value for key, value in chart.items() if key not in texts}
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


def write_page(
    connection: duckdb.DuckDBPyConnection, out: Path, stamp: Stamp, comments: Comments | None = None
) -> int:
    """
    Writes the page of the schemas marts and operations of a connection; returns its number of charts. Definitions come
    from `comments`, which has every table of the project, or else from the comments on the tables.
    """
    described = definitions(connection) if comments is None else comments
    project = None if comments is None else set(comments)
    data, sections_of_page = content(connection, stamp, described, project)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html(data, sections_of_page), encoding="utf-8")
    return len(data["charts"])


def write_page_of(database: Path, out: Path, currency: str) -> int:
    """Writes the page of a published DuckDB file."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            run = connection.execute(NEWEST_RUN).fetchone() or ("", None)
            return write_page(connection, out, Stamp(currency, run[0], plain(run[1])))
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ReportError(f"The report page cannot be made from {database}: {reason}") from error
