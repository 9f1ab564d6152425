"""Public Snowplow data as files of raw events."""

import csv
from pathlib import Path

ABSENT = {"", "null", "placeholder"}


def rows(path: Path) -> list[dict]:
    """A CSV file's rows; null, in whichever spelling the file has for it, is None."""
    with path.open(newline="") as file:
        return [
            {name: None if text.lower() in ABSENT else text for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


def with_transactions(events: list[dict]) -> list[dict]:
    """The events, and for a total the event that a tracker sends for it: these data have it on the page view."""
    orders = [
        event | {"event_id": f"{event['event_id']}-order", "event_name": "transaction"}
        for event in events
        if event["tr_total"]
    ]
    return [event | {"tr_total": None} for event in events] + orders
