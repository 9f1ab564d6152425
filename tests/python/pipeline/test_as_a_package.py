"""examples/as_a_package: a company's own dbt project that has installed this one, built by `dbt deps` and `dbt build`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from support import ROOT

pytestmark = pytest.mark.nightly

EXAMPLE = ROOT / "examples" / "as_a_package"
# What the package leaves in a database, below the target's schema; uninstalling it means dropping these (docs/as_a_package.md).
SCHEMAS = {"staging", "canonical", "intermediate", "revenue", "rules", "raw_generic", "raw_rules"}


def dbt(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A dbt command as the company runs it, in its project and with its profile."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DBT_", "PIPELINE_"))}
    return subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *command.split()],
        cwd=project,
        env=environment | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the example, built into its database dev.duckdb."""
    folder = tmp_path_factory.mktemp("package") / "my_company"
    shutil.copytree(
        EXAMPLE, folder, ignore=shutil.ignore_patterns("dbt_packages", "target", "logs", "dev.*")
    )
    packages = (folder / "packages.yml").read_text()
    (folder / "packages.yml").write_text(packages.replace("../..", str(ROOT)))
    for command in ("deps", "build"):
        done = dbt(folder, command)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def built(project):
    with duckdb.connect(str(project / "dev.duckdb"), read_only=True) as database:
        database.execute(f"attach '{project}/raw/crm.duckdb' as crm (read_only)")
        yield database


def schemas(database: duckdb.DuckDBPyConnection) -> set[str]:
    """The schemas with a table or view in the database, attached ones left out."""
    query = """
        select schema_name from duckdb_tables() where database_name = current_database()
        union
        select schema_name from duckdb_views() where database_name = current_database() and not internal
    """
    return {name for (name,) in database.execute(query).fetchall()}


def test_the_raw_database_is_what_its_sql_says(built):
    told = duckdb.connect()
    told.execute((EXAMPLE / "raw" / "crm.sql").read_text())
    tables = [name for (name,) in told.execute("select table_name from duckdb_tables()").fetchall()]
    assert len(tables) == 7
    for table in tables:
        query = f"from {{}}sales.{table} order by all"
        there = built.execute(query.format("crm.")).fetchall()
        assert there == told.execute(query.format("")).fetchall(), table


def test_the_companys_own_mart_says_what_its_raw_data_say(built):
    """The status `Qualified by sales` is a stage by the company's own rule stage_mapping only."""
    of_raw_data = """
        with won as (
            select account_id, count(*) as won_count, sum(amount) as won_amount
            from crm.sales.opportunities where is_won group by account_id
        ),
        qualified as (
            select account_id, count(*) as people_count
            from crm.sales.people where status = 'Qualified by sales' group by account_id
        )
        select
            owners.owner_name, sum(coalesce(people_count, 0)), sum(coalesce(won_count, 0)),
            sum(coalesce(won_amount, 0))
        from crm.sales.accounts
        inner join crm.sales.owners using (owner_id)
        left join won using (account_id)
        left join qualified using (account_id)
        group by owner_name order by owner_name
    """
    found = built.execute("from dbt_ann_sales_reporting.account_managers order by 1").fetchall()
    assert found == built.execute(of_raw_data).fetchall()
    assert len(found) == 2


def test_credit_and_spend_of_a_channel_are_those_of_the_raw_data(built):
    """Both won opportunities begin with google / cpc; one of them has an earlier visit from a search engine."""
    query = """
        select channel, sum(spend), sum(credited_value)
        from dbt_ann_revenue.rpt_channel_performance
        where model = 'last_touch' and conversion_type = 'won' and basis = 'conversion_month' and channel = 'Paid Search'
        group by channel
    """
    won = built.execute("select sum(amount) from crm.sales.opportunities where is_won").fetchone()
    spent = built.execute("select sum(spend) from crm.sales.ad_spend").fetchone()
    assert built.execute(query).fetchall() == [("Paid Search", *spent, *won)]


def test_nothing_lands_outside_the_targets_schemas_and_nothing_of_the_demo(project, built):
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    wanted = {
        (node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    views = {
        (source["schema"], source["identifier"])
        for source in manifest["sources"].values()
        if source["source_name"] == "generic"
    } | {("dbt_ann_raw_rules", "attribution_models_to_check")}
    query = """
        select schema_name, table_name from duckdb_tables() where database_name = current_database()
        union all
        select schema_name, view_name from duckdb_views() where database_name = current_database() and not internal
    """
    assert sorted(built.execute(query).fetchall()) == sorted(wanted | views)
    own = {"dbt_ann", "dbt_ann_sales_reporting"}
    assert schemas(built) == own | {f"dbt_ann_{name}" for name in SCHEMAS}


def test_tests_that_judge_the_companys_data_run_and_those_of_the_projects_sql_do_not(project):
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    folders = {
        node["fqn"][1]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["package_name"] == "revenue_funnel"
    }
    assert folders == {"canonical", "marts", "operations", "rules"}
    assert manifest["unit_tests"] == {}


def test_another_schema_and_database_and_no_trace_after_dropping_the_schemas(project):
    # A command about the company's own models only checks and creates nothing for the package.
    done = dbt(project, "run --target prod --select my_company.accounts")
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(project / "warehouse.duckdb"), read_only=True) as database:
        assert schemas(database) == {"analytics_sales_reporting"}

    done = dbt(
        project, "build --target prod --select +account_managers --exclude-resource-type test"
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(project / "dev.duckdb"), read_only=True) as database:
        mart = "sales_reporting.account_managers order by 1"
        first = database.execute(f"from dbt_ann_{mart}").fetchall()
    with duckdb.connect(str(project / "warehouse.duckdb")) as database:
        assert database.execute(f"from analytics_{mart}").fetchall() == first
        for name in SCHEMAS:
            database.execute(f"drop schema analytics_{name} cascade")
        assert schemas(database) == {"analytics", "analytics_sales_reporting"}
        of_ours = database.execute("select table_name from duckdb_tables()").fetchall()
        assert {name for (name,) in of_ours} == {"stage_mapping", "accounts", "account_managers"}


def test_a_profile_in_another_time_zone_stops_before_anything_is_built(project):
    profiles = project / "profiles.yml"
    given = profiles.read_text()
    # Into another file: tests above keep theirs open.
    elsewhere = given.replace("TimeZone: UTC", "TimeZone: Europe/Berlin")
    profiles.write_text(elsewhere.replace("dev.duckdb", "berlin.duckdb"))
    done = dbt(project, "run --select as_of")
    profiles.write_text(given)
    assert done.returncode != 0
    said = " ".join(done.stdout.split())
    assert "The database session's time zone is Europe/Berlin" in said
    assert "output dev of profile my_company in profiles.yml: settings: {TimeZone: UTC}" in said
