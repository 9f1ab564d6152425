"""Step audit raw: Great Expectations on the raw tables as delivered, before anything is loaded."""

import shutil
from contextlib import closing
from dataclasses import asdict

from pipeline.core.console import OnProgress
from pipeline.core.settings import Settings
from pipeline.core.sql import limits
from pipeline.inputs.find import Inputs
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.baseline import add_changes
from pipeline.quality.raw_facts import ROW, RawFacts, relation_of
from pipeline.records import history
from pipeline.records.history import QualityResult

# A CSV file up to this size is read into memory once. Larger ones are read anew by every query.
SMALL_CSV_BYTES = 64 * 1024**2


def setup_statements(
    settings: Settings, tables: tuple[RawTable, ...], numbers_rows: bool = False
) -> list[str]:
    """Makes the raw tables readable as raw_<vendor>.<table>, if asked for with a column of row numbers."""
    numbered = f"select *, row_number() over () + 1 as {ROW} from ({{}})"
    rows = numbered if numbers_rows else "{}"
    attach = (
        [f"attach '{settings.build_database}' as build (read_only)"]
        if any(table.relation for table in tables)
        else []
    )
    schemas = sorted({f"raw_{table.declaration.vendor}" for table in tables})
    return [
        *limits(settings, settings.spill_dir),
        *attach,
        *(f'create schema "{name}"' for name in schemas),
        *(
            f"create {_kind(table)} {relation_of(table)} as {rows.format(table.query)}"
            for table in tables
        ),
    ]


def _kind(table: RawTable) -> str:
    file = table.file
    is_small_csv = file and file.file_format == "csv" and file.size <= SMALL_CSV_BYTES
    return "table" if is_small_csv else "view"


def audit_raw(
    settings: Settings, found: Inputs, as_of: str, on_progress: OnProgress
) -> list[QualityResult]:
    """The results on every raw table that was delivered; records what the deliveries brought."""
    shutil.rmtree(settings.data_docs_dir, ignore_errors=True)  # the pages of the last run
    if not found.tables:
        return []
    from pipeline.quality import data_docs, raw_suites
    from pipeline.quality.expectations import Auditor

    with closing(Auditor("raw", settings.run_id)) as auditor:
        for statement in setup_statements(settings, found.tables):
            auditor.database.execute(statement)
        facts = RawFacts(auditor.database, settings, as_of, found.vars)
        delivered = {}
        for number, table in enumerate(found.tables):
            on_progress(number, len(found.tables), table.declaration.label)
            delivered[table.declaration.label] = table, facts.add(table)
        history.add(
            settings, "source_freshness", (asdict(delivery) for _, delivery in delivered.values())
        )
        accepted = {str(change) for change in found.vars.get("accepted_changes") or ()}
        add_changes(facts, settings, delivered, accepted)
        results = [
            result
            for name, (table, suite) in raw_suites.SUITES.items()
            for result in auditor.run(table, suite(), name)
        ]
        data_docs.write(settings, auditor.context, auditor.border, auditor.found)
        return results
