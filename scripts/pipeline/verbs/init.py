"""
The command `init`: looks at a folder of exports, says which raw tables its files are and what the marts will lack, and
writes a vars file to start from.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import duckdb

from pipeline.core import console
from pipeline.core.errors import SUCCESS, InputError
from pipeline.core.settings import Settings
from pipeline.core.sql import count
from pipeline.inputs.csv_files import DELIMITERS, problem_of
from pipeline.inputs.dbt_vars import kinds_for_table
from pipeline.inputs.declarations import Declaration, declarations
from pipeline.inputs.names import candidates, given_table
from pipeline.inputs.raw_files import LAYOUT, OTHER_FOLDERS, RawFile, RawTable, format_of, table_of
from pipeline.verbs.vars_file import vars_file

# Below this likeness of the columns, a file is not taken for a table.
LEAST_LIKENESS = 0.25
SHOWN_COLUMNS = 5
# What readers of the marts miss without the vendors of a kind.
WITHOUT = {
    "crm_sources": "people, accounts and opportunities: no funnel, no pipeline, no won amount to attribute",
    "web_sources": "web visits: no sessions, and no channel of a touch but those of campaigns and emails",
    "email_sources": "emails: no email touches and no rpt_email_performance",
    "ad_sources": "spend: no cost per lead, no return on spend, no CAC of marketing",
    "billing_sources": "revenue: no MRR, retention, customer value or forecast of revenue",
    "meeting_sources": "booked meetings: rpt_meetings has the CRM's only",
    "company_visit_sources": "visits of companies by IP address: less interest in rpt_account_engagement",
    "privacy_sources": "requests for erasure and withdrawals of consent",
    "content_sources": "a list of contents: rpt_content_performance knows pages by their address only",
    "qualification_sources": "answers to qualification questions: rpt_qualification is empty",
    "social_sources": "reach and reactions on social networks: rpt_engagement lacks these rows",
}


@dataclass(frozen=True)
class Export:
    """A file, and the raw table that it is taken for."""

    path: Path
    file: RawFile
    columns: Mapping[str, str]
    problem: str = ""
    table: RawTable | None = None
    # Other tables that it could be as well.
    others: tuple[Declaration, ...] = ()
    is_in_place: bool = False


def init(settings: Settings, out: Path) -> int:
    """Prints what was found and writes the vars file; changes no other file."""
    root = settings.raw_location
    if root is None or not root.is_dir():
        raise InputError(
            f"{root or '--raw-location'} is not a folder.", "Pass the folder with your exports."
        )
    if out.exists():
        raise InputError(f"{out} exists already.", "Pass another file with --out, or remove it.")
    declared = declarations(settings.project_dir)
    with duckdb.connect() as connection:
        exports = [read_export(connection, path, root, declared) for path in files_under(root)]
        if not exports:
            raise InputError(
                f"{root} contains no CSV and no Parquet file.", f"Put exports there as {LAYOUT}."
            )
        console.table(
            [("file", "raw table", "rows", "")]
            + [line_of(connection, one, root) for one in exports]
        )
        usable = [
            (one, one.table)
            for one in exports
            if one.table and not one.others and not one.table.lacks
        ]
        tables = [table for _, table in usable]
        elsewhere = {one.path: table for one, table in usable if not one.is_in_place}
        for line in [*moves(elsewhere, root), *missing(tables, declared)]:
            print(line)
        text = vars_file(settings, connection, tables)
        out.write_text(text, encoding="utf-8")
    print(f"\n{out} has the settings to look at first. Then:")
    command = f"--raw-location {root} --vars {out}"
    print(f"  python scripts/run_pipeline.py doctor {command}")
    print(f"  python scripts/run_pipeline.py run {command}")
    return SUCCESS


def files_under(root: Path) -> list[Path]:
    """The exports in a folder, up to two levels below it, without those of rules and of other programs."""
    paths = [path for pattern in ("*", "*/*", "*/*/*") for path in root.glob(pattern)]
    return sorted(
        path
        for path in paths
        if path.is_file()
        and format_of(path.name)
        and path.relative_to(root).parts[0] not in OTHER_FOLDERS
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def read_export(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    root: Path,
    declared: Mapping[tuple[str, str], Declaration],
) -> Export:
    """The columns of a file and the table that it is; its place decides, then its columns."""
    problems = []
    for delimiter in DELIMITERS:
        file = RawFile(str(path), str(format_of(path.name)), delimiter)
        problem = problem_of(connection, path, file)
        if problem is None:
            break
        problems.append(problem)
    else:
        text, advice = problems[0]
        return Export(path, file, {}, f"{text.removeprefix(str(path)).strip()}. {advice}")
    rows = connection.execute(f"describe {file.query}").fetchall()
    columns = {name: data_type for name, data_type, *_ in rows}
    parts = path.relative_to(root).parts
    name = parts[1].split(".")[0].split("__")[-1] if len(parts) > 1 else ""
    place = next(
        (
            table
            for (vendor, _), table in declared.items()
            if vendor == parts[0] and given_table(table, [name])
        ),
        None,
    )
    found = [place] if place else likeliest(path, columns, declared.values())
    table = table_of(found[0], file, columns) if found else None
    return Export(path, file, columns, "", table, tuple(found[1:]), bool(place))


def likeliest(
    path: Path, columns: Collection[str], declared: Collection[Declaration]
) -> list[Declaration]:
    """
    The tables whose columns are most like those of a file; several if they are equally like. What share of the file's
    columns a table knows counts more than what share of the table's the file has, and a lacking key column counts
    against a table. A file that is named after one of them is that one.
    """

    def likeness(table: Declaration) -> float:
        found = candidates(table, columns)
        shared = len(found) - len({*table.key} - found.keys())
        return float(round(shared / (len(columns) ** 0.7 * len(table.columns) ** 0.3), 2))

    most = max(likeness(table) for table in declared)
    best = [table for table in declared if likeness(table) == most]
    named = [table for table in best if table.table.rstrip("s") in path.name.lower()]
    return (named or best) if most >= LEAST_LIKENESS else []


def line_of(connection: duckdb.DuckDBPyConnection, export: Export, root: Path) -> tuple[str, ...]:
    """What to print about a file."""
    name = str(export.path.relative_to(root))
    if export.problem:
        return name, "cannot be read", "", export.problem
    rows = f"{count(connection, f'({export.file.query})'):,}"
    table = export.table
    if table is None:
        listed = ", ".join(list(export.columns)[:SHOWN_COLUMNS])
        return name, "not recognised", rows, f"no table has columns like {listed}"
    notes = [] if export.is_in_place else ["by its columns"]
    if others := [other.label for other in export.others]:
        notes = [f"or {', '.join(others)}: name the file after its table"]
    if table.lacks:
        listed = ", ".join(table.lacks)
        notes.append(f"lacks the required {listed}: rename or add them in the export")
    if unread := table.unread:
        more = f" and {len(unread) - SHOWN_COLUMNS} more" if len(unread) > SHOWN_COLUMNS else ""
        notes.append(f"does not read {', '.join(unread[:SHOWN_COLUMNS])}{more}")
    return name, table.declaration.label, rows, "; ".join(notes)


def moves(elsewhere: Mapping[Path, RawTable], root: Path) -> Iterator[str]:
    """The commands that put the files where a run looks for them."""
    if elsewhere:
        yield f"\nA run reads files in {LAYOUT}. Move these there:"
    for path, table in elsewhere.items():
        folder = root / table.declaration.vendor
        target = folder / f"{table.declaration.table}.{path.name.split('.', 1)[1]}"
        yield f"  mkdir -p {quote(str(folder))} && mv {quote(str(path))} {quote(str(target))}"


def missing(
    tables: Iterable[RawTable], declared: Mapping[tuple[str, str], Declaration]
) -> Iterator[str]:
    """The required tables of the vendors that were found, and what no vendor delivers."""
    found = {(table.declaration.vendor, table.declaration.table) for table in tables}
    vendors = {vendor for vendor, _ in found}
    required = [
        table.label
        for key, table in declared.items()
        if table.vendor in vendors and not table.is_optional and key not in found
    ]
    if required:
        yield f"\nA run stops without these tables: {', '.join(sorted(required))}"
    on = {kind for vendor, table in found for kind in kinds_for_table(vendor, table, declared)}
    off = [text for kind, text in WITHOUT.items() if kind not in on]
    if off:
        yield "\nNo file has:"
    yield from (f"  {text}" for text in off)
