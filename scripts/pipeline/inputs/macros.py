"""
SQL of the project's own macros for DuckDB, so that the audits read files and values exactly as the build
does.
"""

from functools import cache
from typing import Any

import jinja2

from pipeline.core.settings import PROJECT_DIR

# The files of the macros that are called, and of those that they call.
FILES = (
    "engine/broken_csv_rows",
    "engine/matches",
    "engine/parse_text",
    "engine/raw_file",
    "inputs/typed_column",
    "normalised_text",
)


class Adapter:
    """dbt's `adapter` object as far as these macros use it: `dispatch` returns DuckDB's macro."""

    def __init__(self, macros: dict[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str) -> Any:
        """The macro of DuckDB."""
        return self._macros[f"duckdb__{name}"]


@cache
def macros() -> dict[str, Any]:
    """The macros, by name."""
    files = [PROJECT_DIR / "macros" / f"{name}.sql" for name in FILES]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found: dict[str, Any] = {}
    # In these macros `return` is always last, so printing its value has the same effect.
    known = {"adapter": Adapter(found), "return": lambda value: value}
    environment = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])
    module = environment.from_string(source, globals=known).module
    found.update({name: macro for name, macro in vars(module).items() if callable(macro)})
    return found


def sql_of(macro: str, *arguments: str) -> str:
    """What a macro renders to, on one line."""
    return " ".join(str(macros()[macro](*arguments)).split())


def parse_text(expression: str, data_type: str) -> str:
    """SQL that reads text as a type; null if it cannot be read."""
    return sql_of("parse_text", expression, data_type)
