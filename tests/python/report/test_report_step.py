"""The step `report` of a run: a page that cannot be made stops the run before its version is published."""

import pytest
import small_project
from support import write_csv


@pytest.mark.nightly
def test_a_failure_of_the_report_stops_the_run_before_publication(tmp_path):
    project = small_project.make(tmp_path / "project")
    pipeline = small_project.Pipeline(project, tmp_path)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES)
    query = project / "scripts" / "report_page" / "sql" / "freshness.sql"
    query.write_text("select no_such_column from operations.source_freshness")
    outcome = pipeline.run()
    assert outcome.returncode == 4
    assert "FAILED in step 'report'" in outcome.stderr
    assert "Freshness of sources (freshness)" in outcome.stderr
    assert "no_such_column" in outcome.stderr
    assert "scripts/report_page/sql" in outcome.stderr
    assert not (pipeline.warehouse / "current").exists()
    assert list((pipeline.warehouse / "versions").glob("*")) == []
