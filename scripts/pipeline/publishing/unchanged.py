"""
Whether a run would build what is published already: the same project, settings and raw files.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.core import versions
from pipeline.core.settings import Settings
from pipeline.inputs.dbt_vars import RELOAD_VARS
from pipeline.inputs.find import Inputs
from pipeline.records import history
from pipeline.records.published import Publication, publication_of

# All that decides what a build makes of its raw data.
PROJECT_FILES = (
    "dbt_project.yml",
    "requirements.lock",
    "models/**/*",
    "macros/**/*",
    "seeds/**/*",
    "tests/dbt/**/*",
    "scripts/pipeline/**/*.py",
    "scripts/customer_value/**/*.py",
)


def fingerprint(settings: Settings, found: Inputs) -> str | None:
    """
    One hash of all that a build reads; None where the raw data are tables of a database, which do
    not tell when they change. Files of the project count by their content, raw files, which may be
    large, by path, size and time of change.
    """
    if any(table.relation for table in found.tables):
        return None
    parts = hashlib.sha256()
    dbt_vars = {name: value for name, value in found.dbt_vars.items() if name not in RELOAD_VARS}
    told = [settings.target, dbt_vars, str(settings.profiles_dir)]
    parts.update(json.dumps(told, default=str, sort_keys=True).encode())
    for pattern in PROJECT_FILES:
        for path in sorted(settings.project_dir.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                parts.update(f"{path.relative_to(settings.project_dir)}\0".encode())
                parts.update(hashlib.sha256(path.read_bytes()).digest())
    for path in raw_files(settings):
        state = path.stat()
        parts.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return parts.hexdigest()


def raw_files(settings: Settings) -> Iterator[Path]:
    """Every file below the raw location; the demo company's are files of the project."""
    if settings.raw_location:
        yield from sorted(path for path in settings.raw_location.rglob("*") if path.is_file())


def published_from(settings: Settings, built_from: str | None) -> Publication | None:
    """The current version, if exactly this fingerprint led to it and all of it is there."""
    if built_from is None or versions.built_from(settings.current) != built_from:
        return None
    try:
        publication = publication_of(settings)
    except duckdb.Error:
        return None
    parquet = {path.stem for path in (settings.current / "parquet").glob("*.parquet")}
    return publication if parquet >= {name.split(".")[1] for name in publication.rows} else None


def rolled_back_from(settings: Settings, built_from: str | None) -> str | None:
    """
    The version that somebody has rolled back from and that this run would build once more: kept,
    published once, newer than `current`, and built from the same fingerprint.
    """
    current = versions.current_version(settings)
    if built_from is None or current is None:
        return None
    newer = [name for name in versions.kept_versions(settings) if name > current]
    published = set(history.published(settings, newer))
    return next(
        (
            name
            for name in newer
            if name in published and versions.built_from(settings.versions_dir / name) == built_from
        ),
        None,
    )
