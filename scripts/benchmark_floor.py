#!/usr/bin/env python3
"""
The floor of the benchmark: what a hand-written DuckDB script takes to read the raw Segment events,
remove duplicates and sessionise them, with landing page, source, medium and campaign. It knows no
rule that a user could change.

What makes it fast: 64-bit hashes as keys, real ids looked at only where a hash repeats; one sort of
narrow rows and windows that stream over it; text read and parsed only for the event that opens a
session.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import duckdb
from pipeline.core.settings import PROJECT_DIR
from pipeline.inputs.declarations import declarations
from pipeline.inputs.raw_files import RawFile, RawTable, find_files

SESSION_TIMEOUT_MICROSECONDS = 30 * 60 * 1_000_000
# Column of the floor: its expression in pages, tracks, identifies (absent: null).
TEXTS = {
    "url": ("url", "context_page_url", "context_page_url"),
    "referrer": ("referrer", "context_page_referrer", "context_page_referrer"),
    "utm_source": ("context_campaign_source", "context_campaign_source", None),
    "utm_medium": ("context_campaign_medium", "context_campaign_medium", None),
    "utm_campaign": ("context_campaign_name", "context_campaign_name", None),
}
TABLES = ("pages", "tracks", "identifies")

STEPS = {
    "repeated ids": """
        create temp table repeated as
        select hash(id) as id_hash from events group by id_hash having count(*) > 1""",
    # A repeated hash is a duplicate only where the id itself repeats: the earliest received of each
    # stays.
    "duplicates": """
        create temp table duplicates as
        select id_hash, received_at, occurred_at, copy_number
        from (
            select
                hash(id) as id_hash, received_at, occurred_at,
                row_number() over (
                    partition by id order by received_at, occurred_at
                ) as copy_number,
                count(*) over (partition by id) as copies_count
            from events semi join repeated on hash(events.id) = repeated.id_hash
        ) where copies_count > 1""",
    "sort": """
        create temp table ordered as
        select
            hash(device) as device_hash, epoch_us(occurred_at) as happened_at, hash(id) as id_hash
        from events anti join duplicates on hash(events.id) = duplicates.id_hash
        where device is not null and occurred_at is not null
        union all
        select hash(device), epoch_us(occurred_at), hash(id)
        from (
            select * from events semi join duplicates on hash(events.id) = duplicates.id_hash
            qualify row_number() over (partition by id order by received_at, occurred_at) = 1
        )
        where device is not null and occurred_at is not null
        order by device_hash, happened_at, id_hash""",
    "sessions": f"""
        create temp table opened as
        with flagged as (
            select
                *,
                coalesce(
                    device_hash = lag(device_hash) over ()
                    and happened_at - lag(happened_at) over () <= {SESSION_TIMEOUT_MICROSECONDS},
                    false
                ) as is_continued
            from ordered
        ),
        numbered as (
            select
                *,
                count(*) filter (where not is_continued) over (rows unbounded preceding) as session
            from flagged
        )
        select
            min(id_hash) filter (where not is_continued) as id_hash,
            min(happened_at) as started, max(happened_at) as ended, count(*) as events_count
        from numbered group by session""",
    "landing": r"""
        create table sessions as
        with candidates as (
            select
                events.device, opened.*, events.received_at, events.url,
                contains(events.url, 'utm_source=') as has_utm,
                coalesce(events.referrer, '') as referrer,
                events.utm_source, events.utm_medium, events.utm_campaign,
                opened.id_hash in (select id_hash from duplicates) as is_repeated
            from events
            inner join opened
                on hash(events.id) = opened.id_hash
                and epoch_us(events.occurred_at) = opened.started
        ),
        landed as (
            select * from candidates where not is_repeated
            union all
            select * from candidates where is_repeated
            qualify row_number() over (partition by id_hash order by received_at) = 1
        ),
        referrers as (
            select
                referrer,
                regexp_extract(lower(referrer), '^https?://(?:www\.)?([^/:?#]+)', 1) as host
            from (select distinct referrer from landed)
        ),
        sourced as (
            select
                landed.*, host,
                coalesce(utm_source, case
                    when has_utm then url_decode(regexp_extract(url, '[?&]utm_source=([^&#]*)', 1))
                end) as own_source,
                coalesce(utm_medium, case
                    when has_utm then url_decode(regexp_extract(url, '[?&]utm_medium=([^&#]*)', 1))
                end) as own_medium,
                coalesce(utm_campaign, case
                    when has_utm
                        then url_decode(regexp_extract(url, '[?&]utm_campaign=([^&#]*)', 1))
                end) as campaign
            from landed inner join referrers using (referrer)
        )
        select
            device as anonymous_id,
            make_timestamp(started) as started_at,
            make_timestamp(ended) as ended_at,
            events_count,
            split_part(split_part(
                substr(url, 8 + instr(substr(url, 9), '/')), '?', 1
            ), '#', 1) as landing_path,
            case
                when own_source <> '' then lower(own_source)
                when contains(url, 'gclid=') then 'google'
                when host = '' then '(direct)'
                else host
            end as source,
            case
                when own_source <> '' then lower(coalesce(nullif(own_medium, ''), '(not set)'))
                when contains(url, 'gclid=') then 'cpc'
                when host = '' then '(none)'
                when regexp_matches(host, '(^|\.)(google|bing|duckduckgo|yahoo)\.') then 'organic'
                else 'referral'
            end as medium,
            nullif(campaign, '') as campaign
        from sourced""",
    "checkpoint": "checkpoint",
}


def events_view(files: dict[tuple[str, str], RawFile]) -> str:
    """A view over the three raw tables as one, reading no column that a step does not ask for."""
    declared = declarations(PROJECT_DIR)
    parts = []
    with duckdb.connect() as connection:
        for number, name in enumerate(TABLES):
            file = files.get(("segment", name))
            if file is None:
                continue
            query = RawTable(declared["segment", name], file=file).query
            there = {row[0].lower() for row in connection.execute(f"describe {query}").fetchall()}
            texts = [
                f"{columns[number]} as {text}"
                if columns[number] in there
                else f"cast(null as varchar) as {text}"
                for text, columns in TEXTS.items()
            ]
            received = "received_at" if "received_at" in there else "timestamp"
            parts.append(
                f"select id, anonymous_id as device, {', '.join(texts)},"
                f" try_cast(timestamp as timestamp) as occurred_at,"
                f" try_cast({received} as timestamp) as received_at from ({query})"
            )
    if not parts:
        raise SystemExit("There is no segment table in this raw location.")
    return "create temp view events as " + " union all ".join(parts)


def run_floor(raw_location: Path, database: Path) -> dict[str, object]:
    """Runs the steps into a new database; returns seconds, and counts to compare with."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"set memory_limit = '{os.environ.get('DUCKDB_MEMORY_LIMIT', '8GB')}'")
        connection.execute(f"set threads = {int(os.environ.get('DUCKDB_THREADS', '2'))}")
        start = time.perf_counter()
        connection.execute(events_view(find_files(raw_location)))
        seconds = {}
        for name, statement in STEPS.items():
            step_start = time.perf_counter()
            connection.execute(statement)
            seconds[name] = round(time.perf_counter() - step_start, 3)
        total = time.perf_counter() - start
        counts = connection.execute(
            "select count(*), sum(events_count)::bigint, count(distinct anonymous_id) from sessions"
        ).fetchone()
    assert counts is not None
    return {
        "seconds": round(total, 3),
        "steps": seconds,
        "sessions": counts[0],
        "events": counts[1],
        "devices": counts[2],
    }


def main() -> int:
    """Runs the floor once and prints one line of JSON."""
    parser = argparse.ArgumentParser(description="The floor of the benchmark; see benchmark.py.")
    parser.add_argument(
        "raw_location", type=Path, help="folder with segment/pages, tracks, identifies"
    )
    parser.add_argument(
        "database", type=Path, help="where to write the sessions; a file there is replaced"
    )
    given = parser.parse_args()
    print(json.dumps(run_floor(given.raw_location.absolute(), given.database)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
