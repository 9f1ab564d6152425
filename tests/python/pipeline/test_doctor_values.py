"""`doctor` on a messy export: what will not be read, or differently than expected, with the values and what to do."""

import gzip
import json

import pytest
from small_project import Pipeline
from support import ROOT

PEOPLE = [
    "person_id,record_type,email,status,is_email_opted_out,created_at",
    *(f"p{n},lead,p{n}@acme.example,MQL,Yes,2025-01-{n:02d} 10:00" for n in range(1, 29)),
    "p3,lead,x@acme.example,Marketing Ready,No,2025-02-01 10:00",
    "p30,lead,x@acme.example,Marketing Ready,vielleicht,31/12/2025",
    ",lead,,Hot,N,2025-02-01T10:00:00Z",
]
OPPORTUNITIES = [
    "opportunity_id,opportunity_name,stage,amount,currency,close_date,created_at",
    *(
        f'o{n},"a\n{n}",sql,{n}.50,USD,2025-12-{n:02d},2025-01-05T10:00:00+02:00'
        for n in range(1, 29)
    ),
    'o40,x,Verbal,"1,200.50",GBP,12.01.2026,2025-01-05T10:00:00+02:00',
    'o41,x,Verbal,"12,200.50",ZZZ,2025-12-01,2026-03-05T10:00:00+02:00',
]
LINES = [
    "line_id;customer_id;account_id;amount;currency;revenue_at",
    *(f"l{n};c;a1;{n}.500;usd;2025-03-01 10:00:00" for n in range(1, 5)),
]
RATES = "rate_date,currency,base_currency,rate\n2025-01-01,GBP,EUR,1.2\n2025-01-01,GBP,USD,1.3\n"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    pipeline = Pipeline(ROOT, tmp_path_factory.mktemp("messy"))
    generic, rules = pipeline.raw / "generic", pipeline.raw / "rules"
    generic.mkdir(parents=True)
    rules.mkdir()
    (generic / "people.csv").write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*PEOPLE, ""]).encode())
    (generic / "opportunities.csv").write_text("\n".join(OPPORTUNITIES))
    (generic / "ad_spend.csv").write_text(
        'platform,currency,spend,spend_date\nx,USD,"1.234,50",2025-12-31\n'
    )
    (rules / "fx_rates.csv").write_text(RATES)
    (pipeline.raw.parent / "own.yml").write_text("email_hash_salt: x\n")
    given = ("--raw-location", pipeline.raw, "--vars", "own.yml", "--as-of", "2025-12-31")
    return pipeline, pipeline.call("doctor", *given, PIPELINE_LOG="json")


@pytest.mark.parametrize(
    ("table", "message", "advice"),
    [
        ("people", "person_id repeats in 2 of 31 rows: 'p3'", "these rows are set aside"),
        ("people", "person_id is empty in 1 of 31 rows: row 32", "these rows are set aside"),
        (
            "people",
            "created_at cannot be read as timestamp in 1 of 31 rows: '31/12/2025' (row 31)",
            "2025-12-31 13:45:00",
        ),
        (
            "people",
            "is_email_opted_out cannot be read as boolean in 1 of 31 rows: 'vielleicht' (1)",
            "yes or no",
        ),
        (
            "people",
            "status is not mapped by rule stage_mapping in 3 of 31 rows: 'Marketing Ready' (2), 'Hot' (1)",
            "rules/stage_mapping.csv: generic,person,<status>,<stage>",
        ),
        (
            "people",
            "created_at (times without an offset, read as UTC) in 29 of 31 rows:"
            " '2025-01-01 10:00' (row 2), '2025-01-02 10:00' (row 3), '2025-01-03 10:00' (row 4)",
            "",
        ),
        (
            "opportunities",
            "stage is not mapped by rule opportunity_stages in 2 of 30 rows: 'Verbal' (2)",
            "rules/opportunity_stages.csv: generic,(all),<stage>",
        ),
        (
            "opportunities",
            "currency has no rate to USD in 1 of 30 rows: 'ZZZ' (1)",
            "rules/fx_rates.csv",
        ),
        (
            "opportunities",
            "amount cannot be read as decimal(18, 2) in 2 of 30 rows: '1,200.50' (row 30), '12,200.50' (row 31)",
            'csv_formats: {generic: {numbers: "1,200.50"}}',
        ),
        (
            "opportunities",
            "close_date cannot be read as date in 1 of 30 rows: '12.01.2026' (row 30)",
            "2025-12-31",
        ),
        (
            "opportunities",
            "created_at is after 2025-12-31, the day up to which facts count in 1 of 30 rows:"
            " '2026-03-05T10:00:00+02:00' (row 31)",
            "--as-of",
        ),
        (
            "ad_spend",
            "1 of 1 rows cannot be used: spend cannot be read as decimal(18, 2) in 1 of 1 rows",
            "set_aside_max_share",
        ),
        (
            "ad_spend",
            "spend cannot be read as decimal(18, 2) in 1 of 1 rows: '1.234,50' (row 2)",
            'csv_formats: {generic: {numbers: "1.200,50"}}',
        ),
    ],
)
def test_doctor_names_values_rows_and_what_to_do(outcome, table, message, advice):
    _, ended = outcome
    said = [json.loads(line) for line in ended.stdout.splitlines()]
    found = [line for line in said if line.get("what") == f"generic.{table}"]
    (line,) = (line for line in found if line["message"].startswith(message))
    assert advice in line["advice"]
    assert line["level"] == (
        "error" if "cannot be used" in message else "info" if "UTC" in message else "warning"
    )


def test_doctor_reads_the_formats_that_exports_have(outcome):
    """No more is found than is wrong: BOM, line ends of Windows, quoted line breaks, offsets, Yes and No are read."""
    pipeline, ended = outcome
    assert ended.returncode == 2
    said = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len([line for line in said if line.get("what", "").startswith("generic.")]) == 13
    assert not pipeline.warehouse.exists()


def test_thousands_that_look_like_decimals_are_named_until_they_are_declared(tmp_path):
    pipeline = Pipeline(ROOT, tmp_path)
    folder = pipeline.raw / "generic"
    folder.mkdir(parents=True)
    (folder / "revenue_lines.csv.gz").write_bytes(gzip.compress("\n".join(LINES).encode()))
    for numbers, is_named in (("", True), (', numbers: "1.200,50"', False)):
        given = f"csv_formats: {{generic: {{delimiter: ';'{numbers}}}}}\n"
        (tmp_path / "own.yml").write_text(given)
        ended = pipeline.call("doctor", "--raw-location", pipeline.raw, "--vars", "own.yml")
        assert ended.returncode == 0, ended.stdout
        assert "not delivered, though revenue_lines name its account_id" in ended.stdout
        assert ("1.200 is 1.2) in 4 of 4 rows: '1.500' (row 2)" in ended.stdout) == is_named
