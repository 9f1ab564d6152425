"""`init`: what a newcomer with a folder of exports is told, and that following it leads to a run that starts."""

import re
import shutil
import subprocess

import pytest
import yaml
from pipeline.core.errors import InputError
from pipeline.core.settings import make_settings, read_vars
from pipeline.inputs.find import find_inputs
from pipeline.verbs.init import init
from support import ROOT


@pytest.fixture
def exports(tmp_path):
    """The demo company's files in one folder, under names that say nothing; only Marketo's activities are alike."""
    folder = tmp_path / "my exports"
    folder.mkdir()
    names = {}
    for number, path in enumerate(sorted((ROOT / "seeds" / "raw").glob("*/*.csv"))):
        if path.read_text().count("\n") > 1:
            is_alike = path.parent.name == "marketo"
            name = f"export {number}{path.stem if is_alike else ''}.csv"
            shutil.copy(path, folder / name)
            names[name] = path.parent.name, path.stem.split("__")[-1]
    return folder, names


def told(folder, out, capsys):
    """What `init` prints about a folder."""
    assert init(make_settings(raw_location=str(folder)), out) == 0
    return capsys.readouterr().out


def line_of(printed, name):
    """The line about a file."""
    return next(line for line in printed.splitlines() if line.startswith(name))


def test_every_table_of_the_demo_is_recognised_by_its_columns(exports, tmp_path, capsys):
    folder, names = exports
    printed = told(folder, tmp_path / "own.yml", capsys)
    for name, (vendor, table) in names.items():
        assert f" {vendor}.{table} " in line_of(printed, f"{name} "), line_of(printed, f"{name} ")
    assert "A run stops without" not in printed
    # The demo's requests for erasure have no rows.
    assert printed.split("No file has:\n")[1].split("\n\n")[0].count("\n") == 0


def test_its_commands_and_its_vars_make_a_run_that_starts(exports, tmp_path, capsys):
    folder, names = exports
    out = tmp_path / "own.yml"
    printed = told(folder, out, capsys)
    commands = [line for line in printed.splitlines() if line.strip().startswith("mkdir")]
    subprocess.run("\n".join(commands), shell=True, check=True)
    settings = make_settings(raw_location=str(folder), vars_file=str(out))
    tables = {
        (table.declaration.vendor, table.declaration.table)
        for table in find_inputs(settings).tables
    }
    assert tables == set(names.values())
    assert settings.vars["reporting_currency"] == "USD"
    assert (
        settings.vars["email_hash_salt"]
        != yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]["email_hash_salt"]
    )


def test_statuses_that_no_rule_maps_have_a_proposed_row(exports, tmp_path, capsys):
    out = tmp_path / "own.yml"
    told(exports[0], out, capsys)
    proposed = re.findall(r"^#   (\w+,person,.*)$", out.read_text(), re.MULTILINE)
    assert "salesforce,person,Marketing Qualified,mql" in proposed
    assert "salesforce,person,Sales Accepted,sal" in proposed
    # The seed of the project maps it.
    assert not any("Open - Not Contacted" in row for row in proposed)
    assert read_vars(out, ROOT)


def test_a_file_that_is_no_table_and_one_that_cannot_be_read_are_named(tmp_path, capsys):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "budget.csv").write_text("cost centre,owner\n1,Ann\n")
    (folder / "people.csv").write_text("person_id,email\np1,ann@a.example,surplus\n")
    (folder / "spend.csv").write_text(
        "platform,campaign_id,campaign_name,impressions,clicks,spend,currency\nx,1,a,9,2,1,USD\n"
    )
    printed = told(folder, tmp_path / "own.yml", capsys)
    assert "not recognised" in line_of(printed, "budget.csv")
    assert "row 2" in line_of(printed, "people.csv")
    lacking = line_of(printed, "spend.csv")
    assert (
        "generic.ad_spend" in lacking
        and "lacks the required" in lacking
        and "spend_date" in lacking
    )
    assert "mv" not in printed  # nothing of it can be used yet


def test_tables_of_the_same_columns_are_named_as_alternatives(tmp_path, capsys):
    folder = tmp_path / "exports"
    folder.mkdir()
    shutil.copy(ROOT / "seeds/raw/marketo/marketo__activity_email_bounced.csv", folder / "a.csv")
    line = line_of(told(folder, tmp_path / "own.yml", capsys), "a.csv")
    assert "activity_email_bounced" in line and "name the file after its table" in line


def test_other_separators_are_found_and_proposed(tmp_path, capsys):
    folder, out = tmp_path / "exports", tmp_path / "own.yml"
    (folder / "generic").mkdir(parents=True)
    (folder / "generic" / "revenue_lines.csv").write_text(
        "line_id;customer_id;amount;currency;revenue_at\nl1;c1;1.200,50;EUR;2025-02-01\n"
    )
    assert "generic.revenue_lines" in told(folder, out, capsys)
    given = read_vars(out, ROOT)
    assert given["csv_formats"] == {"generic": {"delimiter": ";", "numbers": "1.200,50"}}
    assert given["reporting_currency"] == "EUR"


def test_it_overwrites_nothing(tmp_path):
    folder, out = tmp_path / "exports", tmp_path / "own.yml"
    folder.mkdir()
    out.write_text("email_hash_salt: mine\n")
    with pytest.raises(InputError, match=r"own\.yml exists already"):
        init(make_settings(raw_location=str(folder)), out)
    assert out.read_text() == "email_hash_salt: mine\n"
    with pytest.raises(InputError, match="contains no CSV and no Parquet file"):
        init(make_settings(raw_location=str(folder)), tmp_path / "other.yml")
