"""
Border 1, columns: whether a table still brings the columns that it brought before. A column that need not
be there, and is renamed by an export, leaves nothing but nulls: every row is valid, and what is made of
it is empty.
"""

from collections.abc import Mapping

from pipeline import history
from pipeline.checks import WARNING
from pipeline.history import QualityResult
from pipeline.inputs import RawTable
from pipeline.settings import Settings

SAME = "has the columns that it had before"
# After so many days a column that was given up on purpose is missed no more.
DAYS_MISSED = 30
ADVICE = (
    "what is made of it is empty now: was it renamed? Then rename it in the export. Meant: this is"
    f" said until {DAYS_MISSED} days after it was last published"
)


def columns_before(settings: Settings) -> dict[str, set[str]]:
    """The declared columns that each table had in the publications of the last days."""
    rows = history.read(
        settings,
        f"""select results.table_name, results.observed_value
        from data_quality_results as results
        inner join pipeline_runs as runs using (run_id)
        where results.expectation = '{SAME}' and results.is_met and runs.status = 'published'
            and runs.raw_data = '{history.raw_data_of(settings)}'
            and runs.started_at >= timestamp '{settings.started_at}' - interval {DAYS_MISSED} day""",
    )
    found: dict[str, set[str]] = {}
    for table, columns in rows:
        found.setdefault(table, set()).update(columns.split(", "))
    return found


def has_them(table: RawTable, before: Mapping[str, set[str]]) -> QualityResult:
    """The verdict on a table: which columns it has, or which it has lost, and which it has instead."""
    declared = [column.name for column in table.declaration.columns]
    label = table.declaration.label
    gone = [name for name in declared if name in before.get(label, set()) - set(table.columns)]
    observed = ", ".join(name for name in declared if name in table.columns)
    if gone:
        unread = ", ".join(sorted({*table.columns} - {*declared})) or "none"
        observed = f"gone: {', '.join(gone)}; columns that nothing reads: {unread}"
    return QualityResult("raw", label, SAME, WARNING, not gone, observed)
