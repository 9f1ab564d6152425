"""
Writes a dashboard on the published marts into a running Superset over its REST API: the database (read-only), a dataset per
mart with the descriptions of its columns, the charts of dashboard.yml and the dashboard. A second call replaces the charts.

    python bootstrap.py --superset http://127.0.0.1:8088 --user admin --database /srv/warehouse/current/revenue.duckdb

The password is read from SUPERSET_PASSWORD. Needs requests and PyYAML, which Superset has.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import requests
import yaml

DATABASE_NAME = "Revenue marts"
CHARTS_PER_ROW = 2
WIDTH_OF_ROW = 12
HEIGHT = 50


class Superset:
    """The REST API of a Superset, logged in."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v1"
        self._session = requests.Session()
        login = {"username": user, "password": password, "provider": "db", "refresh": False}
        token = self.call("POST", "security/login", login)["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request; an error carries what Superset says about it."""
        answer = self._session.request(method, f"{self._url}/{path}", json=body, timeout=60)
        if not answer.ok:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def write(self, kind: str, key: dict[str, Any], content: dict[str, Any]) -> int:
        """Creates an object, or changes the one with this key; returns its id."""
        filters = [{"col": column, "opr": "eq", "value": value} for column, value in key.items()]
        found = self.call(
            "GET", f"{kind}/?q={requests.utils.quote(json.dumps({'filters': filters}))}"
        )
        if found["ids"]:
            self.call("PUT", f"{kind}/{found['ids'][0]}", content)
            return int(found["ids"][0])
        return int(self.call("POST", f"{kind}/", key | content)["id"])


def write_dataset(superset: Superset, database: int, mart: str) -> int:
    """The dataset of a mart; Superset reads its columns and their comments from the database."""
    query = json.dumps({"filters": [{"col": "table_name", "opr": "eq", "value": mart}]})
    found = superset.call("GET", f"dataset/?q={requests.utils.quote(query)}")["ids"]
    if not found:
        place = {"database": database, "schema": "marts", "table_name": mart}
        return int(superset.call("POST", "dataset/", place)["id"])
    superset.call("PUT", f"dataset/{found[0]}/refresh")
    return int(found[0])


def form_of(chart: dict[str, Any], dataset: int) -> dict[str, Any]:
    """The settings of a chart as Superset's forms name them."""
    metrics = [
        {"expressionType": "SQL", "sqlExpression": expression, "label": name}
        for name, expression in chart["metrics"].items()
    ]
    form = {
        "datasource": f"{dataset}__table",
        "viz_type": chart["type"],
        "groupby": chart.get("by", []),
        "row_limit": 1000,
        "adhoc_filters": [],
    }
    if chart["type"] == "pie":
        form["metric"] = metrics[0]
    else:
        form["metrics"] = metrics
    if chart["type"] == "table":
        form["query_mode"] = "aggregate"
    if "time" in chart:
        form |= {"x_axis": chart["time"], "time_grain_sqla": "P1M"}
    if "where" in chart:
        form["adhoc_filters"] = [
            {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": chart["where"]}
        ]
    return form


def layout_of(charts: list[tuple[int, str]]) -> dict[str, Any]:
    """The dashboard's grid: rows of two charts."""
    rows = [charts[at : at + CHARTS_PER_ROW] for at in range(0, len(charts), CHARTS_PER_ROW)]
    layout: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "children": [f"ROW-{number}" for number in range(len(rows))],
        },
    }
    for number, row in enumerate(rows):
        layout[f"ROW-{number}"] = {
            "type": "ROW",
            "id": f"ROW-{number}",
            "children": [f"CHART-{chart}" for chart, _ in row],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart, name in row:
            layout[f"CHART-{chart}"] = {
                "type": "CHART",
                "id": f"CHART-{chart}",
                "children": [],
                "meta": {
                    "chartId": chart,
                    "sliceName": name,
                    "width": WIDTH_OF_ROW // CHARTS_PER_ROW,
                    "height": HEIGHT,
                },
            }
    return layout


def write_dashboard(superset: Superset, path: Path, description: dict[str, Any]) -> int:
    """Writes everything; returns the id of the dashboard."""
    database = superset.write(
        "database",
        {"database_name": DATABASE_NAME},
        {
            # Four slashes: an absolute path. Superset opens the file for each query (NullPool), so it sees each new version.
            "sqlalchemy_uri": f"duckdb:///{path.absolute()}",
            "extra": json.dumps({"engine_params": {"connect_args": {"read_only": True}}}),
            "expose_in_sqllab": True,
        },
    )
    dashboard = superset.write(
        "dashboard", {"dashboard_title": description["title"]}, {"published": True}
    )
    charts = []
    for chart in description["charts"]:
        dataset = write_dataset(superset, database, chart["mart"])
        content = {
            "viz_type": chart["type"],
            "datasource_id": dataset,
            "datasource_type": "table",
            "params": json.dumps(form_of(chart, dataset)),
            "dashboards": [dashboard],
        }
        charts.append(
            (superset.write("chart", {"slice_name": chart["name"]}, content), chart["name"])
        )
    layout = {"position_json": json.dumps(layout_of(charts))}
    superset.call("PUT", f"dashboard/{dashboard}", layout)
    return dashboard


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--superset", default="http://127.0.0.1:8088", help="address of Superset")
    parser.add_argument("--user", default="admin", help="a user who may write databases")
    parser.add_argument(
        "--database", type=Path, required=True, help="the published file revenue.duckdb"
    )
    given = parser.parse_args()
    description = yaml.safe_load(Path(__file__).with_name("dashboard.yml").read_text())
    superset = Superset(given.superset, given.user, os.environ["SUPERSET_PASSWORD"])
    dashboard = write_dashboard(superset, given.database, description)
    print(f"{given.superset}/superset/dashboard/{dashboard}/")


if __name__ == "__main__":
    main()
