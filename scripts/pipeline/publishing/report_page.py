"""Step report: the page of charts, made from the audited marts before they are published."""

import duckdb
from report_page.page import ReportError, Stamp, tables_read, write_page

from pipeline.core.errors import InternalError, first_line
from pipeline.core.settings import Settings
from pipeline.core.sql import quoted
from pipeline.engines.marts import models, reader_of
from pipeline.inputs.find import Inputs
from pipeline.records.history import IN_HISTORY


def make_report_page(settings: Settings, found: Inputs) -> str:
    """Writes the page that the publication takes into the version; returns what to report."""
    page = settings.report_dir / "index.html"
    comments: dict[str, dict[str, str]] = {
        mart.place: {"": mart.description, **{name: text for name, _, text in mart.columns}}
        for mart in models(settings)
    }
    for name, table in IN_HISTORY.items():
        texts = {column: text for column, (_, text) in table.columns.items()}
        comments[f"operations.{name}"] = {"": table.description, **texts}
    stamp = Stamp(str(found.vars["reporting_currency"]), settings.run_id, found.as_of)
    try:
        with duckdb.connect() as connection:
            reader = reader_of(settings, connection)
            reader.bring(sorted(tables_read() & reader.marts.keys()))
            for statement in (
                f"attach '{quoted(settings.history_database)}' as history (read_only)",
                *(f"create view operations.{name} as from history.{name}" for name in IN_HISTORY),
            ):
                connection.execute(statement)
            charts = write_page(connection, page, stamp, comments)
    except (ReportError, OSError, duckdb.Error) as error:
        raise InternalError(
            f"The report page could not be made: {first_line(error)}",
            "Nothing is published. The query of each chart is in scripts/report_page/sql.",
        ) from error
    return f"{charts} charts, {page.stat().st_size / 1e6:.1f} MB"
