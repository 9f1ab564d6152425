"""
Values of lists: how they are written does not matter, one that no list knows stops the run or is named
with what to do. Unnoticed, it would empty a figure: emails that nobody opened, meetings that were never held.
"""

import datetime

import duckdb
import pytest
import small_project
import yaml
from pipeline.core.settings import make_settings
from pipeline.inputs.declarations import accepted_values, declarations
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.raw_checks import checks_of
from pipeline.quality.raw_facts import RawFacts
from pipeline.records.history import WARNING
from small_project import Pipeline
from support import ROOT, connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow

# By table: a row, and the column of a list with one of its values as people write it and as it is read.
WRITTEN = {
    "people": ({"person_id": "p1"}, {"record_type": (" Contact", "contact")}),
    "opportunities": (
        {"opportunity_id": "o1"},
        {"opportunity_type": ("New Business", "new_business"), "is_won": (" YES", True)},
    ),
    "sales_activities": (
        {"activity_id": "a1"},
        {
            "activity_type": ("Meeting ", "meeting"),
            "activity_status": ("No Show", "no_show"),
            "is_connected": ("F", False),
        },
    ),
    "record_merges": (
        {"merged_id": "1", "survivor_id": "2"},
        {"record_type": ("PERSON", "person")},
    ),
    "email_events": (
        {"event_id": "e1", "occurred_at": "2025-03-01"},
        {"event_type": ("Sent ", "sent")},
    ),
    "web_events": (
        {"event_id": "w1", "anonymous_id": "d1", "occurred_at": "2025-03-01"},
        {"event_type": ("Page View", "page_view")},
    ),
    "subscriptions": (
        {"subscription_id": "s1", "valid_from": "2025-03-01"},
        {"billing_interval": ("Month", "month")},
    ),
    "revenue_lines": (
        {"line_id": "l1", "amount": "-1", "currency": "USD", "revenue_at": "2025-03-01"},
        {"line_type": ("Credit Note", "credit_note")},
    ),
    "privacy_requests": (
        {"subject_id": "x", "effective_at": "2025-03-01"},
        {
            "subject_type": ("Email", "email"),
            "request_type": ("Withdraw_Consent", "withdraw_consent"),
        },
    ),
    "campaigns": ({"campaign_id": "k1"}, {"launched_by": ("Sales", "sales")}),
    "content_items": ({"content_id": "c1"}, {"journey_stage": ("Decision", "decision")}),
}


def test_case_and_blanks_of_a_value_of_a_list_do_not_matter(tmp_path):
    for table, (row, listed) in WRITTEN.items():
        values = {column: written for column, (written, _) in listed.items()}
        write_csv(tmp_path / "raw" / "generic" / f"{table}.csv", [row | values])
    models = " ".join(f"+{table}" for table in [*WRITTEN, "raw_ledger"])
    dbt(
        tmp_path,
        f"build -s {models} --exclude-resource-type test unit_test",
        own_data(tmp_path / "raw", "2025-12-31"),
    )
    with connect(tmp_path) as built:
        assert built.execute("from canonical.raw_ledger where entry = 'set aside'").fetchall() == []
        for table, (_, listed) in WRITTEN.items():
            found = built.execute(f"select {', '.join(listed)} from canonical.{table}").fetchall()
            assert found == [tuple(read for _, read in listed.values())], table


def test_every_list_of_the_canonical_contract_is_read_and_audited_as_one():
    """Else a new list would be compared as it stands, and a value outside it found after the build."""
    declared = declarations(ROOT)
    for path in sorted((ROOT / "models" / "canonical").glob("*.yml")):
        if ("generic", path.stem) not in declared:
            continue
        accepted = accepted_values(ROOT, path.stem)
        columns = {c.name: c.accepted for c in declared["generic", path.stem].columns if c.accepted}
        assert columns == {column: values for column, (values, _) in accepted.items()}, path.stem
    (web_events,) = (
        table
        for source in yaml.safe_load(
            (ROOT / "models/staging/generic/_generic__sources.yml").read_text()
        )["sources"]
        for table in source["tables"]
        if table["name"] == "web_events"
    )
    (event_type,) = (c for c in web_events["columns"] if c["name"] == "event_type")
    assert event_type["config"]["meta"]["values"] == "any"


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        (
            ["pageview", "pageview", "order"],
            "no event_type is page_view: 'pageview' (2), 'order' (1)",
        ),
        (["Page View", "order"], None),
    ],
)
def test_page_views_under_another_name_are_missed(values, finding):
    """The list of event types is open, so `pageview` is no error; sessions without a page are worth a warning."""
    database = duckdb.connect()
    rows = ", ".join(f"('{value}')" for value in values)
    database.execute("create schema raw_generic")
    database.execute(
        f"create table raw_generic.web_events as from (values {rows}) as t(event_type)"
    )
    facts = RawFacts(
        database, make_settings(environ={}), "2025-12-31", {"set_aside_max_share": 0.1}
    )
    table = declarations(ROOT)["generic", "web_events"]
    facts.add(RawTable(table, columns={"event_type": "VARCHAR"}))
    found = database.execute(
        "select finding, severity from audit.raw_checks where kind = 'no page views' and failed_count > 0"
    ).fetchall()
    assert found == ([(finding, WARNING)] if finding else [])


def test_the_lists_of_a_vendor_are_warned_of():
    """What Stripe adds to its statuses must not stop a company's night; it is named."""
    declared = declarations(ROOT)["stripe", "invoice"]
    table = RawTable(declared, columns={c.name: "VARCHAR" for c in declared.columns})
    (column,) = (column for column in declared.columns if column.name == "status")
    checks = {check.kind: check for check in checks_of(table, column, datetime.datetime.now())}
    assert checks["unlisted"].holds.startswith("is one of draft")
    assert checks["unlisted"].severity == WARNING


# -- a run -------------------------------------------------------------------------------------------

DEALS = [
    {"opportunity_id": f"o{n}", "amount": "10", "currency": "USD"}
    | {"stage": stage, "created_at": "2025-03-01 10:00:00", "close_date": "2025-12-31"}
    for n, stage in enumerate(["opportunity", "Legal, final", "Legal, final", "Demo"])
]
LINE = "Add to rules/opportunity_stages.csv: generic,(all),{},<position>,<open, won or lost>,,"
# A test that warns and says nothing: its rows may be personal.
SILENT = "{{ config(severity='warn') }} select 'ann@example.com' as email from {{ ref('as_of') }}"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A version with two stages that nothing maps: the pipeline, and what the run said."""
    root = tmp_path_factory.mktemp("values")
    project = small_project.make(root / "project", ("fct_pipeline_snapshots", "email_events"))
    (test,) = (ROOT / "tests" / "dbt").rglob("unmapped_statuses*.sql")
    small_project.copy(test, project)
    (project / "tests" / "dbt" / "silent.sql").write_text(SILENT)
    pipeline = Pipeline(project, root)
    write_csv(pipeline.raw / "generic" / "opportunities.csv", DEALS)
    return pipeline, pipeline.run()


def test_stages_that_nothing_maps_are_named_with_the_line_to_add(published):
    pipeline, outcome = published
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    for text in (
        "stage 'Legal, final' is not mapped: 2 rows, for example opportunity o1, read as opportunity",
        LINE.format('"Legal, final"'),
        LINE.format("Demo"),
    ):
        assert text in outcome.stdout
    summary = outcome.stdout[outcome.stdout.index("PUBLISHED") :]
    for text in (summary, pipeline.call("doctor").stdout):
        assert "stage 'Legal, final' is not mapped: 2 rows, for example opportunity o1" in text
        assert LINE.format('"Legal, final"') in text
    ((table, observed, severity, is_met),) = pipeline.published(
        "select table_name, observed_value, severity, is_met from operations.data_quality_results"
        " where border = 'build' and expectation like 'unmapped%'"
    )
    assert (table, severity, is_met) == ("int_status_stages", "warning", False)
    assert observed.startswith("2 rows\n")
    assert LINE.format('"Legal, final"') in observed


def test_a_test_that_warns_is_recorded_without_its_rows(published):
    pipeline, outcome = published
    rows = pipeline.published(
        "select table_name, observed_value from operations.data_quality_results"
        " where border = 'build' and expectation = 'silent'"
    )
    assert rows == [("as_of", "1 rows")]
    assert "ann@example.com" not in outcome.stdout


def test_a_value_outside_a_list_stops_before_the_build_and_is_named(published):
    pipeline, _ = published
    before = pipeline.version
    deals = [
        deal | {"opportunity_type": "Upsell" if n else "Renewal"} for n, deal in enumerate(DEALS)
    ]
    write_csv(pipeline.raw / "generic" / "opportunities.csv", deals)
    types = ["Open", "Open", "Click", "Bounce", "Spam", "Sent"]
    emails = [
        {"event_id": f"e{n}", "event_type": name, "occurred_at": "2025-03-01 10:00:00"}
        for n, name in enumerate(types)
    ]
    write_csv(pipeline.raw / "generic" / "email_events.csv", emails)
    outcome = pipeline.run()
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "FAILED in step 'audit raw' (exit code 1)" in outcome.stderr
    for text in (
        "generic.opportunities: opportunity_type is not one of new_business, expansion, renewal"
        " in 3 of 4 rows: 'Upsell' (3);",
        "generic.email_events: event_type is not one of sent, delivered, opened, clicked, bounced,"
        " unsubscribed in 5 of 6 rows: 'Open' (2), 'Bounce' (1), 'Click' (1) and others;",
        str(pipeline.raw / "generic" / "email_events.csv"),
    ):
        assert text in outcome.stderr
    assert pipeline.version == before
