"""The tables of the private history. Publications copy them into schema operations, with descriptions."""

from pathlib import Path

TABLES = {
    "pipeline_runs": """
        run_id varchar primary key,
        status varchar not null,
        engine varchar not null,
        raw_data varchar not null,
        as_of_date date,
        is_full_refresh boolean not null,
        failed_step varchar,
        message varchar,
        rows bigint,
        seconds double,
        started_at timestamp not null,
        finished_at timestamp,
        version varchar,
        source varchar""",
    "pipeline_steps": """
        run_id varchar not null,
        step_number bigint not null,
        step varchar not null,
        status varchar not null,
        message varchar,
        rows bigint,
        seconds double not null,
        started_at timestamp not null,
        primary key (run_id, step_number)""",
    "data_quality_results": """
        run_id varchar not null,
        border varchar not null,
        table_name varchar not null,
        expectation varchar not null,
        severity varchar not null,
        is_met boolean not null,
        observed_value varchar,
        primary key (run_id, border, table_name, expectation)""",
    "source_freshness": """
        run_id varchar not null,
        source_system varchar not null,
        raw_table varchar not null,
        age_hours double,
        sla_hours double,
        is_fresh boolean,
        latest_at timestamp,
        rows_count bigint,
        column_names varchar,
        empty_counts varchar,
        primary key (run_id, source_system, raw_table)""",
    "pipeline_models": """
        run_id varchar not null,
        model varchar not null,
        schema_name varchar not null,
        status varchar not null,
        rows bigint,
        seconds double not null,
        tests_count bigint not null,
        tests_seconds double not null,
        primary key (run_id, model)""",
}
# Columns that histories of earlier releases do not have.
ADDED_COLUMNS = (
    ("pipeline_runs", "version varchar"),
    ("pipeline_runs", "source varchar"),
    ("source_freshness", "rows_count bigint"),
    ("source_freshness", "column_names varchar"),
    ("source_freshness", "empty_counts varchar"),
)
COLUMN_DESCRIPTIONS = {
    "pipeline_runs": {
        "run_id": "Id of the run, made of the time it started.",
        "status": "published, unchanged, held, built, rolled back, failed, running or interrupted.",
        "engine": "The dbt target, duckdb or spark.",
        "raw_data": "demo for the demo company, source for own data.",
        "as_of_date": "The last day that counted; empty if the run failed before it was known.",
        "is_full_refresh": "Whether the run rebuilt the incremental tables.",
        "failed_step": "The step that failed; empty if none did.",
        "message": "What went wrong, and what to do.",
        "rows": "Rows of all published tables.",
        "seconds": "Duration of the run.",
        "started_at": "When the run started, UTC.",
        "finished_at": "When the run ended, UTC; empty while it is running.",
        "version": "The version that readers saw after the run.",
        "source": "The raw data that the run read: the demo company, the folder of the raw files, or"
        " the database and schemas. Empty for a rollback, and for runs before this was recorded.",
    },
    "pipeline_steps": {
        "run_id": "Run, see pipeline_runs.",
        "step_number": "Position of the step in the run, from 1.",
        "step": "Name of the step, such as build or publish.",
        "status": "Whether the step succeeded, warned or failed.",
        "message": "What the step reported.",
        "rows": "Rows that the step wrote.",
        "seconds": "Duration of the step.",
        "started_at": "When the step started, UTC.",
    },
    "data_quality_results": {
        "run_id": "Run, see pipeline_runs.",
        "border": "raw for delivered tables, marts for published ones, build for dbt tests.",
        "table_name": "Table that was checked.",
        "expectation": "What was expected.",
        "severity": "error, which stops the run, or warning.",
        "is_met": "Whether the expectation was met.",
        "observed_value": "What was found.",
    },
    "source_freshness": {
        "run_id": "Run, see pipeline_runs.",
        "source_system": "Vendor of the raw table.",
        "raw_table": "Name of the raw table.",
        "age_hours": "Hours between the newest row and the end of the run's day.",
        "sla_hours": "Hours agreed in rule delivery_terms; empty if nothing is agreed.",
        "is_fresh": "Whether age_hours is within sla_hours.",
        "latest_at": "Time of the newest row, UTC.",
        "rows_count": "Rows of the raw table as delivered.",
        "column_names": "The declared columns that were delivered, separated by commas.",
        "empty_counts": "For each delivered column of numbers, the rows in which it is empty (JSON).",
    },
    "pipeline_models": {
        "run_id": "Run, see pipeline_runs.",
        "model": "Name of the model or seed.",
        "schema_name": "Schema in which it was built.",
        "status": "dbt's status: success, error or skipped.",
        "rows": "Rows of the table; empty for views.",
        "seconds": "Seconds to build it.",
        "tests_count": "Tests on it that ran.",
        "tests_seconds": "Seconds of these tests.",
    },
    "rpt_slowest_models": {
        "model": "Name of the model or seed.",
        "schema_name": "Schema in which it was built.",
        "rows": "Rows in the newest build.",
        "usual_rows": "Median of rows in up to ten builds before.",
        "seconds": "Seconds to build it.",
        "tests_seconds": "Seconds of its tests.",
        "usual_seconds": "Median of seconds with tests in up to ten builds before.",
        "seconds_ratio": "Seconds with tests ÷ usual_seconds.",
        "seconds_share": "Share of the seconds with tests of all models.",
        "builds_count": "Builds before that the medians are taken from.",
    },
    "relationships": {
        "from_table": "Table with the foreign key, as schema.table.",
        "from_column": "Column that holds the foreign key.",
        "to_table": "Table that the key refers to, as schema.table.",
        "to_column": "Key column of that table.",
    },
}
DESCRIPTIONS = {
    "pipeline_runs": "One row per run of the pipeline. status is published, unchanged, held (nothing"
    " has changed since a rollback), built (selected marts, not published), rolled back, failed,"
    " running or interrupted. The newest published row is the version in this file.",
    "pipeline_steps": "One row per step of a run, with its seconds, the rows it wrote and its"
    " message.",
    "data_quality_results": "One row per run and expectation of the two audits (border raw or marts):"
    " whether it was met, and what was observed; and one per dbt test that warned (border build). A"
    " warning does not stop a run, an error does.",
    "source_freshness": "One row per run and raw table: its rows and columns, with which the next run"
    " is compared; the age of the newest row at the end of the run's day (or at the start of the run,"
    " if that day had not ended; null if the table has no timestamp); and whether that is within the"
    " hours of rule delivery_terms (null: none agreed).",
    "pipeline_models": "One row per run and model or seed that dbt built: its rows and seconds, and the"
    " number and seconds of its tests.",
    "rpt_slowest_models": "One row per model or seed of the newest build, slowest first: its seconds"
    " with those of its tests, its share of the total, and its rows, compared with the medians of up"
    " to ten builds before (null before the second).",
    "relationships": "One row per foreign key between published tables, for BI tools: the"
    " relationships tests of the dbt project.",
}
# Tables that a publication computes from its copy of the history.
REPORTS = {
    "rpt_slowest_models": Path(__file__).with_name("rpt_slowest_models.sql").read_text("utf-8")
}
