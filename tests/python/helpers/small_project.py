"""
A copy of the project with a few marts and what they are made of: real models and scripts, built in
seconds, for tests of how a run behaves rather than of what the marts say.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import yaml
from pipeline.core.settings import Settings, make_settings
from support import ROOT

HELPERS = Path(__file__).parent
MARTS = ("fct_revenue_by_month", "dim_dates")
WHOLE = (
    "dbt_project.yml",
    "profiles.yml",
    "requirements.lock",
    "requirements-spark.lock",
    "macros",
    "scripts",
)
# Rules that the run's own checks read, whatever is built.
RULES = {"attribution_models", "delivery_terms", "drift_terms"}
SALES = [
    {"line_id": f"{n}", "customer_id": f"c{n % 4}", "amount": f"{n}.25", "currency": "USD"}
    | {"revenue_at": f"2025-{1 + n % 12:02d}-{1 + n % 28:02d} 10:00:00"}
    for n in range(1, 60)
]


def make(folder: Path, marts: tuple[str, ...] = MARTS) -> Path:
    """Writes the copy; what a model of it refers to is found in the SQL."""
    for name in WHOLE:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder)
    models = {
        path.stem: path for path in (ROOT / "models").rglob("*.*") if path.suffix in (".sql", ".py")
    }
    wanted, found = [*marts, "as_of"], set()
    while wanted:
        name = wanted.pop()
        if name not in found and name in models:
            sql = models[name].read_text()
            wanted += re.findall(r"""ref\(['"](\w+)['"]\)""", sql)
            if "identifiers=" in sql:
                wanted.append("erased_identifiers")  # what union_sources() replaces identifiers by
        if name == "raw_ledger":
            wanted.append("stg_generic__raw_ledger")  # what union_sources() looks for
        found.add(name)
    for name in found & set(models):
        for path in (models[name], models[name].with_suffix(".yml")):
            copy(path, folder)
    for path in [*(ROOT / "models").rglob("_*.yml"), *(ROOT / "models").rglob("*.md")]:
        copy(path, folder)
    seeds = {path.stem for path in (ROOT / "seeds" / "rules").glob("*.csv")}
    for name in (found & seeds) | RULES:
        for ending in (".csv", ".yml"):
            copy(ROOT / "seeds" / "rules" / f"{name}{ending}", folder)
    return folder


def without_tests(folder: Path) -> Path:
    """Takes dbt's tests out of a copy: on Spark each costs as much as a model."""
    for path in [*(folder / "models").rglob("*.yml"), *(folder / "seeds").rglob("*.yml")]:
        stated = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(_without_tests(stated), sort_keys=False))
    return folder


def _without_tests(stated: Any) -> Any:
    if isinstance(stated, dict):
        kept = {name: value for name, value in stated.items() if not name.endswith("_tests")}
        return {name: _without_tests(value) for name, value in kept.items()}
    return [_without_tests(value) for value in stated] if isinstance(stated, list) else stated


def copy(path: Path, folder: Path) -> None:
    """Copies a file of the project to the same place of the copy."""
    if path.exists():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def digest(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes; follows the symlink `current`."""
    folder = folder.resolve()
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Pipeline:
    """The command line of a project, with a warehouse and raw data of its own."""

    def __init__(self, project: Path, root: Path, **environment: str) -> None:
        self.project, self.root = project, root
        self.warehouse, self.raw = root / "warehouse", root / "raw"
        root.mkdir(parents=True, exist_ok=True)
        given = {k: v for k, v in os.environ.items() if not k.startswith(("PIPELINE_", "DBT_"))}
        self.environment = {
            **given,
            "WAREHOUSE_DIR": str(self.warehouse),
            "DBT_TARGET_PATH": str(project / "target"),
            "DBT_LOG_PATH": str(root / "logs"),
            "MIN_FREE_GB": "0.01",
            "PYTHONPATH": os.pathsep.join([str(project / "scripts"), str(HELPERS)]),
            **environment,
        }

    def settings(self) -> Settings:
        """The settings of run(), for tests that call one step."""
        return make_settings(
            raw_location=str(self.raw),
            as_of="2025-12-31",
            environ=self.environment,
            project_dir=self.project,
        )

    def command(self, *arguments: object) -> list[str]:
        """The command line of a verb."""
        return [sys.executable, str(self.project / "scripts" / "run_pipeline.py")] + [
            str(argument) for argument in arguments
        ]

    def call(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a verb to its end."""
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
            cwd=self.root,
        )

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """A run on the raw data, up to the end of 2025."""
        given = [] if "--as-of" in arguments else ["--as-of", "2025-12-31"]
        return self.call("run", "--raw-location", self.raw, *given, *arguments, **environment)

    def start(
        self, *arguments: object, strike: str = "", **environment: str
    ) -> subprocess.Popen[str]:
        """The same without waiting for its end; `strike` is the point at which it is signalled (strike.py)."""
        run = ("run", "--raw-location", self.raw, "--as-of", "2025-12-31", *arguments)
        python, _, *options = self.command(*run)
        return subprocess.Popen(
            [python, str(HELPERS / "strike.py"), *options],
            env={**self.environment, **environment, **({"STRIKE": strike} if strike else {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.root,
            start_new_session=True,
        )

    @property
    def version(self) -> str:
        """What readers see."""
        return (self.warehouse / "current").resolve().name

    def published(self, query: str) -> list[tuple]:
        """Rows of a query on the published file."""
        path = self.warehouse / "current" / "revenue.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def history(self, query: str) -> list[tuple]:
        """Rows of a query on the private history."""
        path = self.warehouse / "history.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def net_amount(self) -> float:
        """The figure that readers look at."""
        return float(self.published("select sum(net_amount) from marts.fct_revenue_by_month")[0][0])


def kill(process: subprocess.Popen[str]) -> str:
    """kill -9 of a run and all it has started; returns what it had said."""
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    output, _ = process.communicate()
    return output


def wait_for(process: subprocess.Popen[str], words: str) -> str:
    """Reads what a run says until a line holds the words; fails if it ends without them."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"'{words}' was never said:\n{said}")


def json_lines(output: str) -> list[dict]:
    """The lines of PIPELINE_LOG=json."""
    return [json.loads(line) for line in output.splitlines()]
