"""
Who may read what. The build holds every email in clear: other users of the machine must not read it. What is published
must be readable by those that it is for, whatever umask the run was started with. A file or folder that this user may
not read or write is a setting to be mended, and the message says which.
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import small_project
from small_project import Pipeline
from support import write_csv

GROUP = 4242
# Two users, by (uid, gid): one is in the group of the warehouse folder.
COLLEAGUE, STRANGER = (65533, GROUP), (65534, 65534)
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24
PRIVATE_FILES = ("build.duckdb", "history.duckdb")
PRIVATE_FOLDERS = ("build_marts",)


def bound_by_modes() -> None:
    """In a child process: root keeps to the modes of files, as every other user does."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def call(pipeline: Pipeline, *arguments: object, umask: int = 0o022, **environment: str):
    """A verb by a user who is bound by modes, with a umask."""
    return subprocess.run(
        pipeline.command(*arguments),
        env={**pipeline.environment, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=pipeline.project,
        umask=umask,
        preexec_fn=bound_by_modes,
    )


def run(pipeline: Pipeline, *arguments: object, **options):
    given = ["run", "--raw-location", pipeline.raw, "--as-of", "2025-12-31", *arguments]
    return call(pipeline, *given, **options)


def can_read(user: tuple[int, int], path: Path) -> bool:
    """Whether a user can open a file, or list a folder: tried, in a child process."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(user[1])
            os.setuid(user[0])
            list(path.iterdir()) if path.is_dir() else os.close(os.open(path, os.O_RDONLY))
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.fixture(scope="module")
def place():
    """A folder that every user can pass: pytest's own are private."""
    folder = Path(tempfile.mkdtemp(prefix="access"))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def published(place):
    """A version published with umask 077: the pipeline, and what the run said."""
    project = small_project.make(place / "project", ("fct_revenue_by_month", "dim_dates"))
    pipeline = Pipeline(project, place)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES)
    outcome = run(pipeline, umask=0o077)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return pipeline, outcome


def modes(pipeline: Pipeline) -> dict[str, str]:
    """The modes of what is published and of what is private, as `ls` would list them."""
    current = (pipeline.warehouse / "current").resolve()
    names = [pipeline.warehouse / name for name in (*PRIVATE_FILES, *PRIVATE_FOLDERS)]
    shown = [*names, current, current / "revenue.duckdb", current / "parquet"]
    return {path.name: oct(path.stat().st_mode & 0o777) for path in shown}


def test_builds_are_private_and_versions_public_whatever_the_umask(published):
    pipeline, _ = published
    version = pipeline.version
    assert modes(pipeline) == {
        "build.duckdb": "0o600",
        "history.duckdb": "0o600",
        "build_marts": "0o700",
        version: "0o755",
        "revenue.duckdb": "0o644",
        "parquet": "0o755",
    }
    files = list((pipeline.warehouse / "current" / "parquet").iterdir())
    assert files
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o644"}


def test_the_next_run_closes_what_a_plain_dbt_command_left_open(published):
    pipeline, _ = published
    for name in PRIVATE_FILES:
        (pipeline.warehouse / name).chmod(0o644)
    (pipeline.warehouse / "build_marts").chmod(0o755)
    doctor = call(pipeline, "doctor", "--raw-location", pipeline.raw)
    assert "build.duckdb contains personal data and can be read by other users" in doctor.stdout
    assert run(pipeline, umask=0o022).returncode == 0
    found = modes(pipeline)
    assert [found[name] for name in PRIVATE_FILES] == ["0o600", "0o600"]
    assert found["build_marts"] == "0o700"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try what other users may read")
@pytest.mark.parametrize(
    ("readers", "expected"),
    [("all", (True, True)), ("group", (True, False)), ("owner", (False, False))],
)
def test_two_other_users_read_what_the_setting_says_and_no_build(published, readers, expected):
    pipeline, _ = published
    os.chown(pipeline.warehouse, -1, GROUP)
    outcome = run(pipeline, PUBLISHED_READERS=readers, umask=0o077)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    current = pipeline.warehouse / "current"
    for path in (current, current / "revenue.duckdb", current / "parquet" / "dim_dates.parquet"):
        assert (can_read(COLLEAGUE, path), can_read(STRANGER, path)) == expected, path
    for name in (*PRIVATE_FILES, *PRIVATE_FOLDERS):
        assert not can_read(COLLEAGUE, pipeline.warehouse / name)
        assert not can_read(STRANGER, pipeline.warehouse / name)


def test_an_unknown_kind_of_readers_is_a_wrong_setting(published):
    pipeline, _ = published
    outcome = run(pipeline, PUBLISHED_READERS="everyone")
    assert outcome.returncode == 2
    assert "should be 'all', 'group' or 'owner'" in outcome.stderr


def close(path: Path) -> None:
    """Makes a file or folder unreadable to this user."""
    path.chmod(0o000)
    if os.geteuid() == 0:
        os.chown(path, *STRANGER)


@pytest.mark.parametrize("name", ["generic/revenue_lines.csv", "generic", "rules/fx_rates.csv"])
def test_raw_data_that_cannot_be_read_are_named_and_no_fault_of_the_pipeline(published, name):
    pipeline, _ = published
    before = pipeline.version
    rates = [{"rate_date": "2025-01-01", "currency": "EUR", "base_currency": "USD", "rate": "1"}]
    write_csv(pipeline.raw / "rules" / "fx_rates.csv", rates)
    closed = pipeline.raw / name
    close(closed)
    try:
        outcome = run(pipeline)
    finally:
        closed.chmod(0o755)
        shutil.rmtree(pipeline.raw / "rules")
    assert outcome.returncode == 2, outcome.stdout + outcome.stderr
    assert "FAILED in step 'preflight' (exit code 2)" in outcome.stderr
    assert str(closed) in outcome.stderr
    assert "permission denied" in outcome.stderr
    assert "What to do: " in outcome.stderr
    assert "fault of the pipeline" not in outcome.stderr
    assert pipeline.version == before


def test_a_warehouse_of_another_user_is_named(published):
    """Status is asked by the wrong user: it says so, and not that the history is broken."""
    pipeline, _ = published
    history = pipeline.warehouse / "history.duckdb"
    owner = history.stat()
    close(history)
    try:
        outcome = call(pipeline, "status")
    finally:
        os.chown(history, owner.st_uid, owner.st_gid)
        history.chmod(0o600)
    assert outcome.returncode == 2, outcome.stdout + outcome.stderr
    assert f"{history}: permission denied to this user" in outcome.stderr


@pytest.mark.slow
@pytest.mark.nightly
def test_a_checkout_of_another_user_says_which_folders_to_set_and_then_works(published):
    """As under systemd, where a service user runs a project that an administrator has installed."""
    pipeline, _ = published
    before = pipeline.version
    project = pipeline.project
    shutil.rmtree(project / "target")
    paths = [project, *project.rglob("*")]
    for path in paths:
        if os.geteuid() == 0:
            os.chown(path, *STRANGER)
        path.chmod(path.stat().st_mode & ~0o222)
    plain = {"DBT_TARGET_PATH": "", "DBT_LOG_PATH": ""}
    own = {
        "DBT_TARGET_PATH": str(pipeline.warehouse / "dbt" / "target"),
        "DBT_LOG_PATH": str(pipeline.warehouse / "dbt" / "logs"),
    }
    try:
        stopped = run(pipeline, "--force", **plain)
        assert stopped.returncode == 2, stopped.stdout + stopped.stderr
        assert f"dbt writes to {project / 'target'}" in stopped.stderr
        assert (
            f"Set DBT_TARGET_PATH to a folder of this user, for example {own['DBT_TARGET_PATH']}"
            in (stopped.stderr)
        )
        assert pipeline.version == before
        doctor = call(pipeline, "doctor", "--raw-location", pipeline.raw, **plain)
        assert doctor.returncode == 2
        assert "Set DBT_TARGET_PATH" in doctor.stdout
        published_anew = run(pipeline, "--force", **own)
        assert published_anew.returncode == 0, published_anew.stdout + published_anew.stderr
        assert pipeline.version > before
    finally:
        for path in paths:
            if os.geteuid() == 0:
                os.chown(path, 0, 0)
            path.chmod(path.stat().st_mode | 0o200)


def test_the_public_salt_on_own_data_is_a_warning_with_what_to_do(published, tmp_path):
    pipeline, outcome = published
    assert "warning: email_hash_salt is the project's own" in outcome.stdout
    (tmp_path / "vars.yml").write_text("email_hash_salt: a secret\n")
    outcome = call(
        pipeline, "doctor", "--raw-location", pipeline.raw, "--vars", tmp_path / "vars.yml"
    )
    assert "email_hash_salt" not in outcome.stdout


def test_the_demo_has_no_salt_to_hide():
    from pipeline.core.settings import make_settings
    from pipeline.verbs.preflight import has_public_salt

    assert not has_public_salt(make_settings(environ={}))
