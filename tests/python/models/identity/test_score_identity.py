"""The score of identity: good on the demo company and the edge-case company, bad on a damaged warehouse."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import score_identity
from support import ROOT

pytestmark = pytest.mark.nightly

SCRIPT = ROOT / "scripts" / "score_identity.py"


def score(company: Path, warehouse: Path, *arguments: str) -> int:
    places = ["--raw-location", str(company / "raw"), "--warehouse", str(warehouse)]
    return score_identity.main([*places, *arguments])


def spoiled(company: Path, folder: Path, *statements: str) -> Path:
    """A copy of the company's warehouse after some statements."""
    shutil.copy(company / "warehouse" / "build.duckdb", folder)
    with duckdb.connect(str(folder / "build.duckdb")) as con:
        for statement in statements:
            assert con.execute(statement).fetchone()[0] > 0
    return folder


def test_the_demo_company_is_above_the_thresholds(tmp_path):
    """Generated, built and scored by the command line."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "--work", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert float(lines[1].split()[3]) >= 0.99
    assert float(lines[2].split()[3]) >= 0.99
    assert "           0  persons wrongly merged out of several humans" in lines
    assert any("sessions left to nobody" in line for line in lines)


def test_the_edge_case_company_is_above_the_thresholds(edge_company):
    assert score(edge_company, edge_company / "warehouse") == 0


def test_a_threshold_above_the_score_fails_and_says_so(edge_company, capsys):
    assert score(edge_company, edge_company / "warehouse", "--min-precision", "0.9999") == 1
    assert "precision of session to person is 0.99" in capsys.readouterr().err


def test_two_humans_merged_by_a_role_address_are_found(edge_company, tmp_path, capsys):
    warehouse = spoiled(
        edge_company,
        tmp_path,
        """
        update intermediate.int_person_identifiers set person_key = (
            select person_key from intermediate.int_person_identifiers where identifier = '00QXROLE'
        )
        where identifier = '003XROLE'
        """,
    )
    assert score(edge_company, warehouse, "--examples", "3") == 1
    told = capsys.readouterr()
    assert "1 persons are several humans" in told.err
    assert "is several: planted_role_1 crm:00QXROLE, planted_role_2 crm:003XROLE" in told.out


def test_sessions_that_lost_their_person_and_pieces_of_persons_cost_recall(
    edge_company, tmp_path, capsys
):
    warehouse = spoiled(
        edge_company,
        tmp_path,
        """
        update intermediate.int_counted_sessions set person_key = null, identity_method = null
        where identity_method in ('before', 'after')
        """,
        """
        update intermediate.int_person_identifiers set person_key = identifier_key
        where identifier_type = 'email'
        """,
    )
    assert score(edge_company, warehouse) == 1
    told = capsys.readouterr().err
    assert "recall of session to person is 0." in told
    assert "recall of identifiers of a person is 0." in told
    assert "several humans" not in told


def test_a_folder_without_the_truth_is_refused(edge_company, tmp_path, capsys):
    warehouse = ["--warehouse", str(edge_company / "warehouse")]
    assert score_identity.main(["--raw-location", str(tmp_path), *warehouse]) == 2
    assert "has no truth/devices" in capsys.readouterr().err
