"""Tables and columns under other names than declared: found, or an error that names what may be meant."""

import ast

import duckdb
import jinja2
import pytest
from pipeline.core.errors import InputError
from pipeline.core.settings import make_settings
from pipeline.inputs.declarations import Column, Declaration
from pipeline.inputs.find import find_inputs
from pipeline.inputs.names import given_columns, given_names, given_table, with_own_names
from pipeline.verbs.init import init
from support import ROOT, write_csv

ACCOUNT = Declaration(
    "salesforce",
    "account",
    (
        Column("id", "string", is_required=True, also_named=("account_key",)),
        Column("owner_id", "string"),
        Column("status_c", "string"),
    ),
    also_named=("accounts",),
)


@pytest.mark.parametrize(
    ("delivered", "found"),
    [
        (["id", "owner_id"], {"id": "id", "owner_id": "owner_id"}),
        (
            ["ID", "OwnerId", "Status__c"],
            {"id": "ID", "owner_id": "OwnerId", "status_c": "Status__c"},
        ),
        (["owner.id"], {"owner_id": "owner.id"}),
        (["AccountKey", "name"], {"id": "AccountKey"}),
        # The declared name itself is it, whatever looks like it.
        (["owner_id", "ownerid"], {"owner_id": "owner_id"}),
    ],
)
def test_a_column_is_found_by_its_name_its_spelling_or_another_name(delivered, found):
    assert given_columns(ACCOUNT, delivered) == found


@pytest.mark.parametrize("delivered", [["id", "account_key"], ["OwnerId", "owner id"]])
def test_two_columns_that_may_be_one_are_an_error_that_names_both(delivered):
    with pytest.raises(InputError, match=" and ".join(delivered)):
        given_columns(ACCOUNT, delivered)


def test_an_own_name_comes_first():
    declared = with_own_names(
        {("salesforce", "account"): ACCOUNT}, {"salesforce": {"account": {"id": "Key"}}}
    )
    table = declared["salesforce", "account"]
    assert given_columns(table, ["id", "account_key", "KEY"]) == {"id": "KEY"}


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"salesforce": {"acount": {"id": "Key"}}}, "no table salesforce.acount"),
        ({"salesforce": {"account": {"ident": "Key"}}}, "salesforce.account has no column ident"),
    ],
)
def test_an_own_name_of_something_unknown_is_an_error(own, message):
    with pytest.raises(InputError, match=message):
        with_own_names({("salesforce", "account"): ACCOUNT}, own)


def test_two_files_that_may_be_one_table_are_an_error_that_names_both():
    assert given_table(ACCOUNT, ["Accounts", "contact"]) == "Accounts"
    with pytest.raises(InputError, match="account and accounts may both"):
        given_table(ACCOUNT, ["account", "accounts"])


@pytest.mark.parametrize(
    "delivered",
    [["id"], ["ID", "id_"], ["I.D.", "other"], ["AccountKey"], ["id", "account key"], ["name"], []],
)
def test_the_build_finds_the_same_names(delivered):
    source = (ROOT / "macros" / "inputs" / "given_names.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])
    macros = environment.from_string(source, globals={"return": lambda value: value}).module
    found = ast.literal_eval(str(macros.given_names("id", ["account_key"], delivered)).strip())
    assert found == given_names("id", ["account_key"], delivered)


NATIVE = {
    "Account": [{"Id": "1", "Website": "acme.example", "NumberOfEmployees": "7", "Extra": "x"}],
    "Contact": [{"Id": "1", "AccountId": "1", "Email": "ann@acme.example", "Status__c": "New"}],
    "Opportunity": [
        {"Id": "1", "AccountId": "1", "StageName": "Open", "Amount": "5", "IsClosed": "false"}
        | {"IsWon": "false", "CloseDate": "2025-03-01"}
    ],
}


def test_the_checks_read_files_by_their_declared_names(tmp_path):
    for table, rows in NATIVE.items():
        write_csv(tmp_path / "salesforce" / f"{table}.csv", rows)
    found = find_inputs(make_settings(raw_location=str(tmp_path)))
    assert found.vars["crm_sources"] == ["salesforce"]
    account, *_ = found.tables
    assert (account.declaration.table, set(account.columns)) == (
        "account",
        {"id", "website", "number_of_employees", "extra"},
    )
    with duckdb.connect() as connection:
        rows = connection.execute(f"select number_of_employees, id from ({account.query})")
        assert rows.fetchall() == [("7", "1")]


def test_init_recognises_them(tmp_path, capsys):
    for table, rows in NATIVE.items():
        write_csv(tmp_path / "exports" / f"{table}.csv", rows)
    assert init(make_settings(raw_location=str(tmp_path / "exports")), tmp_path / "own.yml") == 0
    printed = capsys.readouterr().out
    for table in NATIVE:
        assert f" salesforce.{table.lower()} " in printed
    assert "lacks the required" not in printed
    assert "does not read extra" in printed
