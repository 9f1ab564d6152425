"""The raw tables that were delivered: files of a raw location, or tables of a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import InputError, check_known, suggestion
from pipeline.core.sql import quoted
from pipeline.inputs.declarations import Column, Declaration
from pipeline.inputs.macros import sql_of
from pipeline.inputs.names import given_columns

# Folders of a raw location that are not vendors: own rules, and the truth about generated data.
OTHER_FOLDERS = ("rules", "truth")
FORMATS = {".parquet": "parquet", ".csv": "csv", ".csv.gz": "csv"}
# Ways to write 1200.50 with a separator of thousands (macro number_of_style).
NUMBER_STYLES = ("1,200.50", "1.200,50")
LAYOUT = "<vendor>/<table>.csv, .csv.gz or .parquet"


@dataclass(frozen=True)
class RawFile:
    """The files of one raw table: one file, or a glob for the files of one folder."""

    path: str
    file_format: str
    # Of CSV: what is between the values, and how numbers are written, if not like 1200.50 (var csv_formats).
    delimiter: str = ","
    numbers: str | None = None

    @property
    def files(self) -> list[Path]:
        """The file, or the files of the folder."""
        pattern = Path(self.path)
        return sorted(pattern.parent.glob(pattern.name))

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(path.stat().st_size for path in self.files)

    @property
    def query(self) -> str:
        """DuckDB's query of all rows. CSV is read as text, so that no value is converted."""
        return f"select * from {sql_of('rows_of_files', quoted(self.path), self.file_format, self.delimiter)}"


@dataclass(frozen=True)
class RawTable:
    """A declared table that was delivered, as files or as a table of the build database."""

    declaration: Declaration
    file: RawFile | None = None
    relation: str | None = None
    # The type of each column, by its name in lower case.
    columns: Mapping[str, str] = field(default_factory=dict)
    # The columns that are read under another name than delivered, at least in lower case: (delivered, name).
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """The path or the relation, for messages."""
        return self.file.path if self.file else str(self.relation)

    @property
    def delivered(self) -> list[Column]:
        """The declared columns that were delivered."""
        return [column for column in self.declaration.columns if column.name in self.columns]

    @property
    def numbers(self) -> list[Column]:
        """The delivered columns of numbers, which hold the measures."""
        return [c for c in self.delivered if c.data_type.startswith(("decimal", "bigint"))]

    @property
    def lacks(self) -> list[str]:
        """The required columns that were not delivered."""
        required = [column.name for column in self.declaration.columns if column.is_required]
        return [name for name in required if name not in self.columns]

    @property
    def unread(self) -> list[str]:
        """The delivered columns that are not declared."""
        return sorted({*self.columns} - {column.name for column in self.delivered})

    @property
    def query(self) -> str:
        """DuckDB's query of all rows, with declared names in lower case: Great Expectations compares case."""
        query = self.file.query if self.file else f"select * from {self.relation}"
        style = self.file.numbers if self.file else None
        if names := ", ".join(f'"{given}" as "{name}"' for given, name in self.renamed):
            query = f"select * rename ({names}) from ({query})"
        if style and self.numbers:
            quoted_names = (f'"{column.name}"' for column in self.numbers)
            styled = (
                f"{sql_of('number_of_style', name, style)} as {name}" for name in quoted_names
            )
            query = f"select * replace ({', '.join(styled)}) from ({query})"
        return query


def table_of(
    declaration: Declaration, place: RawFile | str, columns: Mapping[str, str]
) -> RawTable:
    """A raw table at a file or relation, with the types of its columns as delivered."""
    file, relation = (place, None) if isinstance(place, RawFile) else (None, place)
    declared = {given: name for name, given in given_columns(declaration, columns).items()}
    types = {declared.get(name, name.lower()): data_type for name, data_type in columns.items()}
    renamed = ((name, declared.get(name, name.lower())) for name in columns)
    return RawTable(
        declaration, file, relation, types, tuple(pair for pair in renamed if pair[0] != pair[1])
    )


def format_of(name: str) -> str | None:
    """csv or parquet by the ending of a file's name; None for other files."""
    return next((kind for ending, kind in FORMATS.items() if name.endswith(ending)), None)


def folders_of(root: Path) -> list[Path]:
    """The folders of a raw location, without hidden ones."""
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")


def find_files(root: Path) -> dict[tuple[str, str], RawFile]:
    """The tables of a raw location by (folder, table). A table is a file or a folder of files."""
    found: dict[tuple[str, str], RawFile] = {}
    for folder in folders_of(root):
        for entry in sorted(folder.iterdir()):
            files = sorted(entry.iterdir()) if entry.is_dir() else [entry]
            files = [path for path in files if format_of(path.name)]
            if not files:
                continue
            key = folder.name, entry.name.split(".")[0].split("__")[-1]
            endings = {path.name.split(".", 1)[1] for path in files}
            if key in found or len(endings) > 1:
                first = found[key].path if key in found else files[0]
                raise InputError(
                    f"{folder.name}.{key[1]}: there are two files or formats: {first} and"
                    f" {files[-1]}.",
                    "Keep one file, or one folder with files of one format.",
                )
            path = f"{entry}/*.{endings.pop()}" if entry.is_dir() else str(entry)
            found[key] = RawFile(path, str(format_of(files[0].name)))
    return found


def unread_files(root: Path) -> list[Path]:
    """Files that no run reads because of their place or ending; not hidden files, nor `_SUCCESS`."""
    beside = [path for path in root.iterdir() if path.is_file() and format_of(path.name)]
    within = [
        path
        for folder in folders_of(root)
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if path.is_file() and not format_of(path.name)
    ]
    return sorted(path for path in beside + within if path.name[0] not in "._")


def check_names(
    found: Iterable[tuple[str, str]], declared: Iterable[tuple[str, str]], root: Path
) -> None:
    """Stops at a folder or table that the project does not know, such as a misspelled name."""
    tables: dict[str, list[str]] = {}
    for vendor, table in declared:
        tables.setdefault(vendor, []).append(table)
    known = [*tables, *OTHER_FOLDERS]
    for name in (path.name for path in folders_of(root)):
        check_known(f"{root / name}", "vendor", name, known, "Rename or remove the folder. {}")
    for vendor, table in sorted(found):
        if vendor in tables and table not in tables[vendor]:
            raise InputError(
                f"{root / vendor}: vendor {vendor} has no table {table}.",
                f"Rename or remove the file. {suggestion(table, tables[vendor])}",
            )
