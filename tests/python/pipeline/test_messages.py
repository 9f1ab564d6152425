"""
The messages of failures. Each case provokes one failure through the command line and compares what is printed with its
row in docs/messages.md. `WRITE_DOCS=1 pytest -m "" tests/python/pipeline/test_messages.py` writes the file.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

import duckdb
import pytest
import run_pipeline
import small_project
from pipeline.core import console, lock
from pipeline.records import history, notify
from small_project import SALES, Pipeline
from support import ROOT, write_csv

DOCS = ROOT / "docs" / "messages.md"
IS_WRITING = bool(os.environ.get("WRITE_DOCS"))
RUN = "run --raw-location {raw} --as-of 2025-12-31"
LINES = "generic/revenue_lines.csv"
Damage = Callable[[Pipeline], None]


@dataclass(frozen=True)
class Case:
    """One failure: what happened, how to provoke it, and what its message must name."""

    happened: str
    names: tuple[str, ...]
    damage: Damage = lambda _: None
    command: str = RUN
    exit_code: int = 2
    # Whether the warnings before the failure are part of the message.
    with_warnings: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    # What goes on while the command runs.
    during: Callable[[Pipeline], AbstractContextManager[object]] = lambda _: nullcontext()


# -- what is broken --------------------------------------------------------------------------------


def rewritten(change: Callable[[str], str], encoding: str = "utf-8") -> Damage:
    """Changes the text of the revenue lines."""

    def damage(pipeline: Pipeline) -> None:
        path = pipeline.raw / LINES
        path.write_text(change(path.read_text()), encoding=encoding)

    return damage


def added(path: str, text: str) -> Damage:
    """Writes a file into the raw location."""

    def damage(pipeline: Pipeline) -> None:
        (pipeline.raw / path).parent.mkdir(parents=True, exist_ok=True)
        (pipeline.raw / path).write_text(text)

    return damage


def with_vars(text: str) -> Damage:
    """Writes the file of --vars."""
    return lambda pipeline: (pipeline.root / "own.yml").write_text(text) and None


def in_warehouse(name: str, content: bytes) -> Damage:
    """Writes a file into the warehouse."""

    def damage(pipeline: Pipeline) -> None:
        pipeline.warehouse.mkdir(exist_ok=True)
        (pipeline.warehouse / name).write_bytes(content)

    return damage


def nothing_delivered(pipeline: Pipeline) -> None:
    (pipeline.raw / LINES).unlink()


def rows_broken(pipeline: Pipeline) -> None:
    with (pipeline.raw / LINES).open("ab") as file:
        file.write(b"61,caf\xe9,1.00,USD,2025-01-05\r\n62,c1\r\n")


def line_endings_mixed(pipeline: Pipeline) -> None:
    with (pipeline.raw / LINES).open("ab") as file:
        file.write(b"61,c1,1.00,USD,2025-01-05\n62,c1,1.00,USD,2025-01-05\n")


def parquet_cut_off(pipeline: Pipeline) -> None:
    path = pipeline.raw / "generic" / "revenue_lines.parquet"
    duckdb.connect().execute(f"copy (from '{pipeline.raw / LINES}') to '{path}'")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    nothing_delivered(pipeline)


def in_two_formats(pipeline: Pipeline) -> None:
    path = pipeline.raw / "generic" / "revenue_lines.parquet"
    duckdb.connect().execute(f"copy (from '{pipeline.raw / LINES}') to '{path}'")


def no_folder(pipeline: Pipeline) -> None:
    shutil.rmtree(pipeline.raw)


def warehouse_in_a_file(pipeline: Pipeline) -> None:
    pipeline.warehouse.write_text("a file")


def current_is_a_folder(pipeline: Pipeline) -> None:
    (pipeline.warehouse / "current").mkdir(parents=True)


def one_row_set_aside(pipeline: Pipeline) -> None:
    """One amount with a separator of thousands and one repeated key; a required column is missing, too."""
    lines = [*SALES, {**SALES[0], "line_id": "61", "amount": "1,200.50"}, SALES[1]]
    write_csv(
        pipeline.raw / LINES, [{k: v for k, v in x.items() if k != "currency"} for x in lines]
    )


def another_clock(pipeline: Pipeline) -> None:
    settings = pipeline.settings()
    pipeline.warehouse.mkdir(exist_ok=True)
    history.start_run(settings)
    history.finish_run(settings, "published")
    with duckdb.connect(str(pipeline.warehouse / "history.duckdb")) as connection:
        connection.execute(
            "update pipeline_runs set run_id = '20990101T000000Z-ffffff',"
            " started_at = timestamp '2099-01-01'"
        )


def half_of_the_rows(pipeline: Pipeline) -> None:
    write_csv(pipeline.raw / LINES, SALES[:30])


def a_column_less(pipeline: Pipeline) -> None:
    rows = [{k: v for k, v in line.items() if k != "customer_id"} for line in SALES]
    write_csv(pipeline.raw / LINES, rows)


def another_table(pipeline: Pipeline) -> None:
    nothing_delivered(pipeline)
    write_csv(pipeline.raw / "generic" / "accounts.csv", [{"account_id": "a1"}])


def an_old_version(pipeline: Pipeline) -> None:
    (pipeline.warehouse / "versions" / "20240101T000000Z-abcdef").mkdir()


def a_currency_without_rate(pipeline: Pipeline) -> None:
    write_csv(pipeline.raw / LINES, [*SALES, {**SALES[0], "line_id": "61", "currency": "XTS"}])


@contextmanager
def another_run(pipeline: Pipeline) -> Iterator[None]:
    """Holds the lock, as a run does."""
    pipeline.warehouse.mkdir()
    with lock.only_run(pipeline.settings()):
        yield


@contextmanager
def another_program(pipeline: Pipeline) -> Iterator[None]:
    """Holds the build database open, as dbt or a SQL client does."""
    pipeline.warehouse.mkdir()
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, pipeline.warehouse / "build.duckdb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        yield
        process.communicate(b"\n")


# -- the failures ----------------------------------------------------------------------------------

SECTIONS: dict[str, list[Case]] = {
    "Command line and settings": [
        Case("an option is misspelled", ("--raw-locaton",), command="run --raw-locaton /srv/raw"),
        Case("a command is misspelled", ("publish",), command="publish"),
        Case(
            "the mart of `--select` is misspelled",
            ("fct_revenue_by_mont", "fct_revenue_by_month"),
            command=f"{RUN} --select fct_revenue_by_mont",
        ),
        Case("the engine is unknown", ("--target", "sparc"), command=f"{RUN} --target sparc"),
        Case(
            "`--as-of` is not an ISO date",
            ("--as-of", "31/12/2025", "2025-12-31"),
            command="run --raw-location {raw} --as-of 31/12/2025",
        ),
        Case(
            "`--as-of` is in the future",
            ("--as-of", "2999-01-01"),
            command="run --raw-location {raw} --as-of 2999-01-01 --dry-run",
        ),
        Case(
            "the days of a backfill are in the wrong order",
            ("--from", "--until"),
            command=f"{RUN} --from 2025-08-31 --until 2025-08-01",
        ),
        Case("the file of `--vars` does not exist", ("own.yml",), command=f"{RUN} --vars own.yml"),
        Case(
            "the file of `--vars` is not YAML",
            ("own.yml", "line 2"),
            with_vars("reporting_currency: EUR\ncrm_sources: [salesforce\n"),
            command=f"{RUN} --vars own.yml",
        ),
        Case(
            "a var is misspelled",
            ("own.yml", "atribution_lookback_days", "attribution_lookback_days"),
            with_vars("atribution_lookback_days: 90"),
            command=f"{RUN} --vars own.yml --dry-run",
        ),
        Case(
            "a var is a word in place of a number",
            ("own.yml", "attribution_lookback_days", "ninety"),
            with_vars("attribution_lookback_days: ninety"),
            command=f"{RUN} --vars own.yml --dry-run",
        ),
        Case(
            "the time zone is misspelled",
            ("own.yml", "reporting_timezone", "Europe/Berlim", "Europe/Berlin"),
            with_vars("reporting_timezone: Europe/Berlim"),
            command=f"{RUN} --vars own.yml --dry-run",
        ),
        Case(
            "a vendor in the vars is misspelled",
            ("salesfroce", "salesforce"),
            with_vars("crm_sources: [salesfroce]"),
            command=f"{RUN} --vars own.yml --dry-run",
        ),
        Case(
            "an environment variable is not a number",
            ("KEEP_VERSIONS", "three"),
            environment={"KEEP_VERSIONS": "three"},
        ),
        Case(
            "an environment variable has an unknown value",
            ("PIPELINE_NOTIFY_ON", "success", "failures"),
            environment={"PIPELINE_NOTIFY_ON": "success"},
        ),
    ],
    "Files": [
        Case("the raw location does not exist", ("/srv/raw",), no_folder),
        Case("the raw location has no table", ("/srv/raw",), nothing_delivered),
        Case(
            "the folder of a vendor is misspelled",
            ("salesfroce", "salesforce"),
            added("salesfroce/account.csv", "id\n1\n"),
        ),
        Case(
            "the name of a table is misspelled",
            ("generic", "revenue_line.", "revenue_lines"),
            added("generic/revenue_line.csv", "line_id\n1\n"),
        ),
        Case(
            "a required table is missing",
            ("salesforce.contact", "salesforce.opportunity", "salesforce/contact.csv"),
            added("salesforce/account.csv", "id\n1\n"),
        ),
        Case(
            "a file is empty",
            ("generic.accounts", "accounts.csv"),
            added("generic/accounts.csv", ""),
        ),
        Case("a table is there in two formats", ("generic.revenue_lines",), in_two_formats),
        Case(
            "values are separated by semicolons",
            (LINES, "semicolons"),
            rewritten(lambda text: text.replace(",", ";")),
        ),
        Case(
            "values are separated by tabs",
            (LINES, "tabs"),
            rewritten(lambda text: text.replace(",", "\t")),
        ),
        Case("a file is UTF-16", (LINES, "UTF-16"), rewritten(lambda text: text, "utf-16")),
        Case(
            "a file is Latin-1",
            (LINES, "not UTF-8", "Latin-1", "row 2"),
            rewritten(lambda text: text.replace("c1,", "Müller,"), "latin-1"),
        ),
        Case("rows are broken", (LINES, "row 61", "row 62"), rows_broken),
        Case("the last row is cut off", (LINES, "row 61"), rewritten(lambda t: t + '61,"c1,1.00')),
        Case("rows end in different ways", (LINES,), line_endings_mixed),
        Case("a Parquet file is cut off", ("revenue_lines.parquet",), parquet_cut_off),
    ],
    "Columns and values": [
        Case(
            "a required column is missing",
            ("generic.revenue_lines", "currency"),
            rewritten(lambda text: text.replace("currency", "curency", 1)),
            exit_code=1,
        ),
        Case(
            "numbers have a separator of thousands",
            ("generic.revenue_lines", "amount", "59 of 59 rows", "1200.50"),
            rewritten(lambda text: re.sub(r",(\d+)\.25,", r',"1,2\1.25",', text)),
            exit_code=1,
            with_warnings=True,
        ),
        Case(
            "dates are not ISO dates",
            ("generic.revenue_lines", "revenue_at", "59 of 59 rows", "2025-12-31"),
            rewritten(lambda text: re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", text)),
            exit_code=1,
            with_warnings=True,
        ),
        Case(
            "some rows are set aside, and a column is missing",
            ("amount", "line_id", "2 of 61 rows", "currency"),
            one_row_set_aside,
            exit_code=1,
            with_warnings=True,
        ),
        Case(
            "values are not in the list of a column",
            ("generic.people", "record_type", "customer", "lead, contact", "people.csv"),
            added("generic/people.csv", "person_id,record_type\np1,customer\np2,lead\n"),
            exit_code=1,
        ),
    ],
    "Rules": [
        Case(
            "the name of a rule is misspelled",
            ("fx_rate", "fx_rates"),
            added("rules/fx_rate.csv", "rate\n1\n"),
            command=f"{RUN} --dry-run",
        ),
        Case(
            "a rule lacks a column",
            ("fx_rates.csv", "base_currency"),
            added("rules/fx_rates.csv", "rate_date,currency,rate\n2025-01-05,GBP,1.2\n"),
            command=f"{RUN} --dry-run",
        ),
        Case(
            "a value of a rule cannot be used",
            ("delivery_terms.csv", "row 2", "sla_hours", "two days"),
            added(
                "rules/delivery_terms.csv",
                "source_system,raw_table,sla_hours,stale_severity,short_severity,last_day_severity,"
                "most_lost_share,most_emptied_share\n"
                "generic,revenue_lines,two days,warning,warning,warning,0.05,0.1\n",
            ),
        ),
    ],
    "Machine": [
        Case(
            "the warehouse cannot be written to",
            ("/srv/warehouse", "WAREHOUSE_DIR"),
            warehouse_in_a_file,
        ),
        Case(
            "the disk has not enough space",
            ("/srv/warehouse", "MIN_FREE_GB"),
            environment={"MIN_FREE_GB": "1000000"},
        ),
        Case("`current` is not a symbolic link", ("/srv/warehouse/current",), current_is_a_folder),
        Case(
            "the build database is damaged",
            ("build.duckdb",),
            in_warehouse("build.duckdb", b"cut"),
            exit_code=4,
        ),
        Case(
            "the run history is damaged",
            ("history.duckdb",),
            in_warehouse("history.duckdb", b"cut"),
            exit_code=4,
        ),
        Case("another run is active", ("process 4711",), during=another_run, exit_code=3),
        Case(
            "another program has the build database open",
            ("build.duckdb",),
            during=another_program,
            exit_code=3,
        ),
        Case(
            "the clock is behind the last run",
            ("2099-01-01", "--as-of"),
            another_clock,
            command="run --raw-location {raw}",
        ),
        Case(
            "`doctor`: the profile has no such target",
            ("/nowhere/profiles.yml", "DBT_PROFILES_DIR"),
            command="doctor --raw-location {raw}",
            environment={"DBT_PROFILES_DIR": "/nowhere"},
        ),
        Case(
            "`doctor`: the webhook is not a URL",
            ("PIPELINE_WEBHOOK_URL",),
            command="doctor --raw-location {raw}",
            environment={"PIPELINE_WEBHOOK_URL": "hooks.example/x"},
        ),
        Case(
            "a run has failed, and the webhook does not answer",
            ("the webhook could not be reached", "PIPELINE_WEBHOOK_URL"),
            no_folder,
            with_warnings=True,
            environment={"PIPELINE_WEBHOOK_URL": "http://127.0.0.1:9/hooks/secret"},
        ),
        Case(
            "there is no version to roll back to",
            ("/srv/warehouse/versions", "KEEP_VERSIONS"),
            command="rollback",
        ),
    ],
}

# These need a published version, or a build that fails.
SLOW_SECTIONS: dict[str, list[Case]] = {
    "Compared with the published version": [
        Case(
            "a table has lost rows",
            ("generic.revenue_lines", "30 rows", "59", "accepted_changes"),
            half_of_the_rows,
            exit_code=1,
        ),
        Case(
            "a table has lost a column",
            ("generic.revenue_lines", "customer_id", "accepted_changes"),
            a_column_less,
            exit_code=1,
        ),
        Case(
            "a table was not delivered again",
            ("generic.revenue_lines", "59 rows", "accepted_changes"),
            another_table,
            exit_code=1,
        ),
        Case(
            "the run reads another source than the published version",
            ("/srv/raw", "the demo company", "--replace-source"),
            command="run",
        ),
        Case(
            "the version to roll back to does not exist",
            ("20250101T000000Z-abcdef", "Kept: 20240101T000000Z-abcdef"),
            an_old_version,
            command="rollback 20250101T000000Z-abcdef",
        ),
    ],
    "Build": [
        Case(
            "an exchange rate is missing",
            ("XTS", "USD", "revenue_lines", "1 row", "fx_rates.csv"),
            a_currency_without_rate,
            exit_code=1,
        ),
        Case(
            "the weights of an attribution model are wrong",
            ("attribution_models.csv", "linear", "90"),
            added("rules/attribution_models.csv", "model,anchor,weight\nlinear,ALL,90\n"),
        ),
        Case(
            "a target cannot be used",
            ("targets.csv", "won_amount 2025-01-01 of team Slaes", "no such team"),
            added(
                "rules/targets.csv",
                "metric,period_month,team,segment,source,target,unit,owner,depends_on\n"
                "won_amount,2025-01-01,Slaes,mid,(all),29000.00,currency,,\n",
            ),
            exit_code=1,
        ),
    ],
}
TEST_OF_TARGETS = "tests/dbt/forecast/targets_that_cannot_be_used_lead_to_wrong_attainment.sql"


# -- how a message is provoked, and its row in the docs ----------------------------------------------


@pytest.fixture
def pipeline(tmp_path, monkeypatch) -> Iterator[Pipeline]:
    """The project, with small raw data in which nothing is wrong yet."""
    made = Pipeline(ROOT, tmp_path, DBT_PROFILES_DIR=str(ROOT))
    made.environment["DBT_TARGET_PATH"] = str(tmp_path / "target")
    write_csv(made.raw / LINES, SALES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notify, "SECONDS_BEFORE_RETRY", 0.01)
    umask = os.umask(0o022)
    yield made
    os.umask(umask)
    console.configure(console.TEXT)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Pipeline:
    """A small project with one published version; every case gets a copy of its warehouse."""
    root = tmp_path_factory.mktemp("published")
    marts = (*small_project.MARTS, "targets", "int_opportunities", "int_owner_teams")
    pipeline = Pipeline(small_project.make(root / "project", marts), root)
    small_project.copy(ROOT / TEST_OF_TARGETS, pipeline.project)
    write_csv(pipeline.raw / LINES, SALES)
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return pipeline


def message_of(case: Case, exit_code: int, printed: str, pipeline: Pipeline) -> tuple[str, str]:
    """What was printed and what to do, with the places, processes and times of the docs."""
    assert exit_code == case.exit_code, printed
    lines = [json.loads(line) for line in printed.splitlines()]
    said = [line for line in lines if line["level"] == "error"]
    assert said, printed
    warnings = [
        line
        for line in lines
        if case.with_warnings and line["level"] == "warning"
        if "email_hash_salt" not in line["message"]
    ]
    message = "\n".join(line["message"] for line in [*warnings, *said])
    advice = " ".join(line["advice"] for line in said)
    for name in case.names:
        assert name in plain(message + advice, pipeline), message
    assert advice, message
    return plain(message, pipeline), plain(advice, pipeline)


def plain(text: str, pipeline: Pipeline) -> str:
    """Replaces what differs from run to run."""
    for path, name in (
        (pipeline.raw, "/srv/raw"),
        (pipeline.warehouse, "/srv/warehouse"),
        (pipeline.root, "/srv"),
        (pipeline.project, "/srv/project"),
    ):
        text = text.replace(str(path), name)
    for pattern, replacement in (
        (r"process \d+", "process 4711"),
        (r"PID \d+", "PID 4711"),
        (r"\b20(?!99)\d{6}T\d{6}Z-(?!abcdef)[0-9a-f]{6}", "20251231T030004Z-1a2b3c"),
        (r"(since|says) 20\d\d-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", r"\1 2025-12-31\2"),
        (r"2025-12-31 \d\d:\d\d(:\d\d)? UTC", "2025-12-31 03:00 UTC"),
        (r"[\d.]+ GB are free", "12.3 GB are free"),
    ):
        text = re.sub(pattern, replacement, text)
    return text


def row(case: Case, message: str, advice: str) -> str:
    """The row of a message in the docs."""
    cells = [case.happened, message, advice]
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", "<br>") for c in cells) + " |"


@dataclass
class Rows:
    """The rows of the messages that were provoked, by what happened."""

    provoked: dict[str, str] = field(default_factory=dict)

    def check(self, case: Case, message: str, advice: str) -> None:
        """Compares a message with its row in the docs, or keeps it to be written."""
        self.provoked[case.happened] = line = row(case, message, advice)
        assert IS_WRITING or line in DOCS.read_text().splitlines()


ROWS = Rows()


def cases(sections: dict[str, list[Case]]) -> list[Case]:
    return [case for section in sections.values() for case in section]


@pytest.mark.parametrize("case", cases(SECTIONS), ids=lambda case: case.happened)
def test_a_failure_prints_its_message(case, pipeline, monkeypatch, capsys):
    case.damage(pipeline)
    for name, value in {**pipeline.environment, **case.environment, "PIPELINE_LOG": "json"}.items():
        monkeypatch.setenv(name, value)
    with case.during(pipeline):
        exit_code = run_pipeline.main(shlex.split(case.command.format(raw=pipeline.raw)))
    ROWS.check(case, *message_of(case, exit_code, capsys.readouterr().out, pipeline))


@pytest.mark.nightly
@pytest.mark.parametrize("case", cases(SLOW_SECTIONS), ids=lambda case: case.happened)
def test_a_failure_after_a_publication_prints_its_message(case, published, tmp_path):
    """The raw data are damaged in place, because another path would be another source."""
    pipeline = Pipeline(published.project, tmp_path)
    shutil.copytree(published.warehouse, pipeline.warehouse, symlinks=True)
    pipeline.raw = published.raw
    shutil.copytree(pipeline.raw, tmp_path / "undamaged")
    case.damage(pipeline)
    arguments = shlex.split(case.command.format(raw=pipeline.raw))
    outcome = pipeline.call(*arguments, PIPELINE_LOG="json")
    shutil.rmtree(pipeline.raw)
    shutil.copytree(tmp_path / "undamaged", pipeline.raw)
    ROWS.check(case, *message_of(case, outcome.returncode, outcome.stdout, pipeline))


HEAD = """# Messages

What the commands of `scripts/run_pipeline.py` print when something fails, and what to do. The table is written by
`tests/python/pipeline/test_messages.py`, which provokes every failure; times, processes and places are examples. A
message of several lines names every problem that was found. [runbook.md](runbook.md) explains the exit codes.
"""


def rows_of(text: str) -> dict[str, str]:
    """The rows of the docs, by what happened."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


def write(sections: dict[str, list[Case]]) -> None:
    """Writes the docs; messages that were not provoked this time keep their row."""
    rows = {**(rows_of(DOCS.read_text()) if DOCS.exists() else {}), **ROWS.provoked}
    tables = [
        f"## {title}\n\n| what happened | message | what to do |\n| --- | --- | --- |\n"
        + "".join(f"{rows.get(case.happened, '| TODO |')}\n" for case in section)
        for title, section in sections.items()
    ]
    DOCS.write_text("\n".join([HEAD, *tables]))


def test_the_docs_list_every_message():
    sections = {**SECTIONS, **SLOW_SECTIONS}
    if IS_WRITING:
        write(sections)
    text = DOCS.read_text()
    assert text.startswith(HEAD)
    titles = [case.happened for case in cases(sections)]
    assert [name for name in rows_of(text) if name in titles] == titles
    assert len(titles) >= 30
