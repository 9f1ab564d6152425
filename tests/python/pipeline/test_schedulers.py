"""The examples for schedulers load where their scheduler is installed, and start the command as it is."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from pipeline.verbs.command_line import pipeline
from support import ROOT

EXAMPLES = ROOT / "examples" / "schedulers"
MARTS = {
    ("operations" if path.parent.name == "operations" else "marts", path.stem)
    for path in (ROOT / "models" / "marts").glob("*/*.sql")
}


def commands(text: str) -> list[str]:
    """The arguments of run_pipeline.py in a file."""
    return re.findall(r"scripts/run_pipeline\.py ([^>|&\n]+)", text)


def parsed(arguments: list[str]) -> dict:
    """The options of a command, without running it; click raises where it knows none of that name."""
    verb, *options = arguments
    return pipeline.commands[verb].make_context(verb, options).params


@pytest.mark.parametrize("name", ["crontab", "revenue-funnel.service"])
def test_the_command_line_is_one_that_the_pipeline_knows(name):
    found = commands((EXAMPLES / name).read_text())
    assert found
    for arguments in found:
        parsed(shlex.split(arguments))


def test_the_lines_of_the_crontab_are_a_time_and_a_shell_command():
    lines = [
        line
        for line in (EXAMPLES / "crontab").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    jobs = [line for line in lines if not re.match(r"\w+=", line)]
    assert len(jobs) == 2
    for job in jobs:
        fields = job.split(None, 5)
        assert all(re.fullmatch(r"\*|\d+", field) for field in fields[:5]), job
        assert "%" not in fields[5], "cron ends a command at a percent sign"
        subprocess.run(["sh", "-n", "-c", fields[5]], check=True)


@pytest.mark.parametrize("secret", ["", "https://hooks.example/1"])
def test_cron_starts_the_night_with_a_webhook_and_without(tmp_path, secret):
    """A stand-in for Python writes down what it was given: the file of secrets is not needed, and is read where it is."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$PIPELINE_WEBHOOK_URL $*"\n')
    python.chmod(0o755)
    if secret:
        (tmp_path / "secrets.env").write_text(f"export PIPELINE_WEBHOOK_URL={secret}\n")
    text = (EXAMPLES / "crontab").read_text()
    (job,) = re.findall(r"^ +0  3 .*?(cd .*)$", text, re.M)
    job = job.replace("/opt/revenue-funnel", str(tmp_path)).replace("/srv/warehouse", str(tmp_path))
    subprocess.run(["sh", "-c", job], env={"PATH": os.environ["PATH"]}, check=True)
    said = (tmp_path / "pipeline.log").read_text()
    assert said == f"{secret} scripts/run_pipeline.py run --raw-location /srv/raw\n"


def test_systemd_takes_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for unit in ("revenue-funnel.service", "revenue-funnel.timer"):
        text = (EXAMPLES / unit).read_text()
        text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.M)
        (tmp_path / unit).write_text(text.replace("User=revenue-funnel", "User=root"))
    paths = [tmp_path / "revenue-funnel.service", tmp_path / "revenue-funnel.timer"]
    done = subprocess.run(
        ["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_unit_retries_what_another_attempt_may_mend():
    text = (EXAMPLES / "revenue-funnel.service").read_text()
    assert "RestartPreventExitStatus=1 2" in text
    assert "Restart=on-failure" in text


@pytest.fixture
def example():
    pytest.importorskip("dagster", reason="dagster is an extra: pip install -e '.[dagster]'")
    path = EXAMPLES / "dagster_definitions.py"
    spec = importlib.util.spec_from_file_location("dagster_definitions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stand_in(tmp_path, lines: list[str], exit_code: int) -> list[str]:
    """A command that says these lines and ends so."""
    path = tmp_path / "says.py"
    path.write_text(f"import sys\nprint({chr(10).join(lines)!r})\nsys.exit({exit_code})\n")
    return [sys.executable, str(path)]


def test_dagster_loads_the_assets_the_job_and_the_schedule(example):
    keys = {tuple(key.path) for key in example.published.keys}
    assert keys == MARTS
    assert example.defs.resolve_job_def("nightly")
    (schedule,) = example.defs.schedules
    assert schedule.cron_schedule == "0 3 * * *"
    _, script, *arguments = example.command()
    assert script == str(ROOT / "scripts" / "run_pipeline.py")
    assert parsed(arguments)["log_format"] == "json"


def test_dagster_materializes_every_mart_of_a_run_that_published(example, tmp_path, monkeypatch):
    dagster = pytest.importorskip("dagster")
    rows = {f"{schema}.{name}": 7 for schema, name in MARTS}
    line = {"level": "info", "step": "publish", "message": "published", "version": "v1"}
    last = json.dumps({**line, "event": "published", "rows_by_table": rows})
    command = stand_in(tmp_path, [last], 0)
    monkeypatch.setattr(example, "command", lambda: command)
    outcome = dagster.materialize([example.published])
    assert outcome.success
    done = outcome.asset_materializations_for_node("revenue_funnel")
    assert len(done) == len(MARTS)
    assert done[0].metadata["dagster/row_count"].value == 7


@pytest.mark.parametrize(("exit_code", "is_tried_again"), [(1, False), (3, True)])
def test_dagster_fails_as_the_run_did(example, tmp_path, monkeypatch, exit_code, is_tried_again):
    dagster = pytest.importorskip("dagster")
    line = {"level": "error", "step": "audit raw", "message": "no rows", "advice": "mend them"}
    command = stand_in(tmp_path, [json.dumps(line)], exit_code)
    monkeypatch.setattr(example, "command", lambda: command)
    context = dagster.build_asset_context()
    with pytest.raises(dagster.Failure, match="no rows") as caught:
        list(example.published(context))
    assert caught.value.allow_retries is is_tried_again
