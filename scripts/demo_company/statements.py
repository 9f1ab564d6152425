"""The generator's SQL: files under sql/, with Jinja for the few parameters."""

from pathlib import Path

import duckdb
import jinja2

FILES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("sql")),
    undefined=jinja2.StrictUndefined,
)


def render(name: str, **parameters: object) -> str:
    return FILES.get_template(f"{name}.sql").render(parameters)


def run(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> None:
    con.execute(render(name, **parameters))


def literal(value: str | int | None) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
