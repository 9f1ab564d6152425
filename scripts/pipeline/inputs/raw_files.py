"""The raw tables that were delivered: files at a raw location, or tables of a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.sql import quoted
from pipeline.inputs.declarations import Declaration

# Folders of a raw location that hold no vendor: the user's rules, and what a generator knows to be
# true.
OTHER_FOLDERS = ("rules", "truth")


FORMATS = {".parquet": "parquet", ".csv": "csv", ".csv.gz": "csv"}


@dataclass(frozen=True)
class RawFile:
    """One raw table as it lies: a file, or several files of one folder."""

    path: str
    file_format: str
    size: int
    is_empty: bool

    @property
    def files(self) -> list[Path]:
        """The file, or the files of the folder."""
        pattern = Path(self.path)
        return sorted(pattern.parent.glob(pattern.name))


@dataclass(frozen=True)
class RawTable:
    """A declared table that was delivered: as files, or as a table of the build database."""

    declaration: Declaration
    file: RawFile | None = None
    relation: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return self.file.path if self.file else str(self.relation)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The declared columns of numbers, which carry the measures."""
        declared = self.declaration.columns
        return tuple(c.name for c in declared if c.data_type.startswith(("decimal", "bigint")))

    @property
    def query(self) -> str:
        """DuckDB's query of its rows as they lie; CSV as text, so that nothing is coerced."""
        if self.file is None:
            return f"select * from {self.relation}"
        path = quoted(self.file.path)
        if self.file.file_format == "parquet":
            return f"select * from read_parquet('{path}', union_by_name = true)"
        return (
            f"select * from read_csv('{path}', all_varchar = true, header = true, skip = 0,"
            " comment = '', delim = ',', quote = '\"', escape = '\"', union_by_name = true)"
        )


def _format_of(name: str) -> str | None:
    return next((kind for ending, kind in FORMATS.items() if name.endswith(ending)), None)


def folders_of(root: Path) -> list[Path]:
    """The folders of a raw location; hidden ones are none of it."""
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")


def find_files(root: Path) -> dict[tuple[str, str], RawFile]:
    """
    The tables below a folder, by (folder, table): <folder>/<table>.csv|csv.gz|parquet, or a folder
    of such files.
    """
    found: dict[tuple[str, str], RawFile] = {}
    for folder in folders_of(root):
        for entry in sorted(folder.iterdir()):
            files = sorted(entry.iterdir()) if entry.is_dir() else [entry]
            files = [path for path in files if _format_of(path.name)]
            if not files:
                continue
            key = folder.name, entry.name.split(".")[0].split("__")[-1]
            endings = {path.name.split(".", 1)[1] for path in files}
            if key in found or len(endings) > 1:
                raise InputError(
                    f"{folder.name}.{key[1]} is given twice or in two formats: {entry}.",
                    "Leave one file, or one folder of files of one format.",
                )
            sizes = [path.stat().st_size for path in files]
            found[key] = RawFile(
                path=f"{entry}/*.{endings.pop()}" if entry.is_dir() else str(entry),
                file_format=str(_format_of(files[0].name)),
                size=sum(sizes),
                is_empty=0 in sizes,
            )
    return found


def unread_files(root: Path) -> list[Path]:
    """
    Files of a raw location that no run reads, because of their place or their ending: tables that
    someone takes for delivered. Hidden ones, and those of a writer such as _SUCCESS, are none.
    """
    beside = [path for path in root.iterdir() if path.is_file() and _format_of(path.name)]
    within = [
        path
        for folder in folders_of(root)
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if path.is_file() and not _format_of(path.name)
    ]
    return sorted(path for path in beside + within if path.name[0] not in "._")


def check_names(
    found: Iterable[tuple[str, str]],
    folders: Iterable[str],
    declared: Mapping[tuple[str, str], Declaration],
    root: Path,
) -> None:
    """Stops at a folder or a table that is not read: a typo must not be ignored silently."""
    vendors = sorted({vendor for vendor, _ in declared})
    strange = sorted(set(folders) - set(vendors) - set(OTHER_FOLDERS))
    if strange:
        raise InputError(
            f"{root}: no vendor is called {', '.join(strange)}.",
            f"Rename or remove the folder. Known: {', '.join(vendors)}; beside them"
            f" {', '.join(OTHER_FOLDERS)}.",
        )
    for vendor, table in sorted(found):
        if vendor in vendors and (vendor, table) not in declared:
            known = ", ".join(sorted(name for owner, name in declared if owner == vendor))
            raise InputError(
                f"{root / vendor}: {vendor} has no table {table}.",
                f"Rename or remove the file. Known tables of {vendor}: {known}.",
            )
