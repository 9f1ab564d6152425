"""Snowplow's atomic events as `generic` web events, for the tests on public Snowplow data."""

import csv
from pathlib import Path

ABSENT = {"", "null", "placeholder"}
COLUMNS = {
    "event_id": "event_id",
    "domain_userid": "anonymous_id",
    "user_id": "user_id",
    "event_name": "event_type",
    "page_url": "page_url",
    "page_urlhost": "page_host",
    "page_urlpath": "page_path",
    "page_referrer": "referrer",
    "refr_urlhost": "referrer_host",
    "mkt_source": "utm_source",
    "mkt_medium": "utm_medium",
    "mkt_campaign": "utm_campaign",
    "mkt_content": "utm_content",
    "mkt_term": "utm_term",
    "useragent": "user_agent",
    "derived_tstamp": "occurred_at",
    "collector_tstamp": "received_at",
}


def rows(path: Path) -> list[dict]:
    """A CSV file's rows; null, in whichever spelling the file has for it, is None."""
    with path.open(newline="") as file:
        return [
            {name: None if text.lower() in ABSENT else text for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


def write_web_events(events: list[dict], path: Path) -> None:
    """Writes Snowplow events as canonical ones. An event with a total is itself and an order besides."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS.values(), "order_value"])
        writer.writeheader()
        for event in events:
            row = {ours: event.get(theirs) for theirs, ours in COLUMNS.items()}
            writer.writerow(row)
            if event.get("tr_total"):
                order = {"event_id": f"{row['event_id']}-order", "event_type": "order"}
                writer.writerow({**row, **order, "order_value": event["tr_total"]})
