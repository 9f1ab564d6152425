"""The option --docs of a run: the version has a page of dbt docs, and the next run without it has none."""

import pytest
import small_project
from support import write_csv


@pytest.mark.nightly
def test_a_run_with_docs_publishes_a_page_on_the_models(tmp_path):
    project = small_project.make(tmp_path / "project")
    pipeline = small_project.Pipeline(project, tmp_path)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES)
    outcome = pipeline.run("--docs")
    assert outcome.returncode == 0, outcome.stderr
    page = (pipeline.warehouse / "current" / "docs" / "index.html").read_text(encoding="utf-8")
    for name in small_project.MARTS:
        assert f"model.revenue_funnel.{name}" in page
    assert "One row per calendar day" in page
    assert pipeline.history("select status from pipeline_steps where step = 'docs'") == [("ok",)]

    outcome = pipeline.run("--force")
    assert outcome.returncode == 0, outcome.stderr
    assert not (pipeline.warehouse / "current" / "docs").exists()


def test_docs_without_a_publication_are_refused(tmp_path):
    pipeline = small_project.Pipeline(small_project.make(tmp_path / "project"), tmp_path)
    outcome = pipeline.run("--docs", "--select", "dim_dates")
    assert outcome.returncode == 2
    assert "--select publishes nothing" in outcome.stderr
