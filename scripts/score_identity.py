#!/usr/bin/env python3
"""
Who is who by the built models, against what the generator knows to be true: precision and recall of
session to person and of the merging of identifiers into persons. Exit code 1 below the thresholds.

    python scripts/score_identity.py --web-events 1000000 --seed 7
    python scripts/score_identity.py --raw-location raw --warehouse warehouse
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
from demo_company.settings import DEMO_SEED, DEMO_WEB_EVENTS
from pipeline.core.errors import InputError
from pipeline.core.settings import PROJECT_DIR, make_settings, project_file
from pipeline.core.sql import quoted
from pipeline.inputs.dbt_vars import make_dbt_vars
from pipeline.inputs.raw_files import find_files

SCRIPTS = Path(__file__).resolve().parent
TRUTH = ("devices", "people")

# Each session of the warehouse with who really used the device from its start to its end, and which
# human its person stands for: a person of two humans, or of none that the truth knows, is nobody's.
SESSIONS = """
    create temp table person_humans as
    select
        person_key,
        case when count(distinct human_id) = 1 then min(human_id) end as human_id,
        count(distinct human_id) as humans_count
    from identifiers
    where person_key is not null
    group by person_key;

    create temp table scored_sessions as
    with identified_devices as (
        select distinct coalesce(anonymous_id, 'user:' || user_id) as anonymous_id
        from build.canonical.web_events
        where coalesce(user_id, person_id, nullif(trim(email), '')) is not null
        union
        select anonymous_id from build.intermediate.int_sessions
        where identity_method = 'email_click'
    ),

    users as (
        select
            sessions.session_id,
            min(devices.human_id) as human_id,
            count(distinct devices.human_id) as humans_count
        from build.intermediate.int_sessions as sessions
        inner join devices
            on
                sessions.anonymous_id = devices.anonymous_id
                and devices.used_from <= sessions.ended_at
                and devices.used_to >= sessions.started_at
        group by sessions.session_id
    )

    select
        sessions.session_id,
        sessions.person_key,
        sessions.identity_method,
        users.human_id as true_human_id,
        person_humans.human_id,
        case
            when users.human_id is null then 'of planted cases, whose user the truth does not name'
            when identified_devices.anonymous_id is null then 'of devices that were never identified'
            when users.humans_count > 1 then 'in which the device changed hands'
            when sessions.identity_method = 'ambiguous' then 'left to nobody: between two people'
            when sessions.identity_method = 'too_far' then 'left to nobody: too long from any identification'
        end as excluded_because
    from build.intermediate.int_sessions as sessions
    left join users on sessions.session_id = users.session_id
    left join identified_devices on sessions.anonymous_id = identified_devices.anonymous_id
    left join person_humans on sessions.person_key = person_humans.person_key
"""

# The identifiers of each human with the person they became, and why some are not scored.
IDENTIFIERS = """
    create temp table identifiers as
    with true_people as (
        select
            human_id,
            case when identifier_type in ('lead', 'contact') then 'crm' else identifier_type end
                as identifier_type,
            case when identifier_type = 'email' then lower(trim(identifier)) else identifier end
                as identifier
        from people
    ),

    seen as (
        select 'crm' as identifier_type, person_id as identifier from build.canonical.people
        union
        select 'crm', unnest([merged_id, survivor_id]) from build.canonical.record_merges
        where record_type = 'person'
        union
        select 'email', lower(trim(email)) from build.canonical.people
        union
        select 'email', lower(trim(email)) from build.canonical.record_merges
        union
        select 'email', lower(trim(email)) from build.canonical.web_events
        union
        select 'user', user_id from build.canonical.web_events
    ),

    tied_users as (
        select user_id from build.canonical.web_events
        where coalesce(person_id, nullif(trim(email), '')) is not null
        union
        select person_id from build.canonical.people
    )

    select
        true_people.*,
        found.person_key,
        case
            when seen.identifier is null then 'that no raw row has'
            when identifier_type = 'user' and identifier not in (from tied_users where user_id is not null)
                then 'of users that no event and no record ties to anybody'
        end as excluded_because
    from true_people
    left join seen using (identifier_type, identifier)
    left join build.intermediate.int_person_identifiers as found using (identifier_type, identifier)
"""

# Pairs of identifiers: n of one person or human are n * (n - 1) / 2. One that became nobody is alone.
# The last figure counts the users that nothing ties to anybody too.
PAIRS = """
    with placed as (
        select human_id, coalesce(person_key, identifier_type || ':' || identifier) as person_key
        from identifiers
        where excluded_because is null
    ),

    together as (select count(*) as n from placed group by human_id, person_key),
    found as (select count(*) as n from placed group by person_key),
    real as (select count(*) as n from placed group by human_id)

    select
        (select coalesce(sum(n * (n - 1) // 2), 0)::bigint from together),
        (select coalesce(sum(n * (n - 1) // 2), 0)::bigint from found),
        (select coalesce(sum(n * (n - 1) // 2), 0)::bigint from real),
        (
            select coalesce(sum(n * (n - 1) // 2), 0)::bigint from (
                select count(*) as n from identifiers
                where excluded_because is distinct from 'that no raw row has'
                group by human_id
            )
        )
"""


@dataclass(frozen=True)
class ScoreSettings:
    """What to score, and what is good enough."""

    raw_location: Path | None
    warehouse: Path | None
    work: Path
    web_events: int
    seed: int
    min_precision: float
    min_recall: float
    max_wrongly_merged: int
    examples: int


@dataclass(frozen=True)
class Score:
    """How many were found, how many there are to find, and how many of the found ones are right."""

    right: int
    found: int
    real: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.real if self.real else 0.0


@dataclass(frozen=True)
class Result:
    """All that is printed of a warehouse."""

    sessions: Score
    sessions_of_identified_devices: int
    sessions_excluded: dict[str, int]
    pairs: Score
    pairs_of_untied_users_too: int
    identifiers: int
    identifiers_excluded: dict[str, int]
    humans: int
    humans_in_pieces: int
    wrongly_merged: int
    examples: list[str]


def run(command: list[str], environment: dict[str, str]) -> None:
    """Runs a command to its end; one that fails ends the scoring with its words."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = (done.stdout + done.stderr)[-4000:]
        raise InputError(
            f"{' '.join(command[1:4])} … failed with exit code {done.returncode}:\n{words}",
            "Mend what it names, then start again.",
        )


def generate(settings: ScoreSettings) -> Path:
    """The raw data of a company of this size and seed, the truth beside it."""
    out = settings.work / "raw"
    size = ["--web-events", str(settings.web_events), "--seed", str(settings.seed)]
    script = str(SCRIPTS / "generate_data.py")
    run([sys.executable, script, *size, "--out", str(out), "--quiet"], {})
    return out


def build(settings: ScoreSettings, raw_location: Path) -> Path:
    """The models that are scored and all before them, without tests, in a warehouse of its own."""
    warehouse = settings.work / "warehouse"
    warehouse.mkdir(parents=True, exist_ok=True)
    run_settings = make_settings(
        target="duckdb",
        full_refresh=True,
        raw_location=str(raw_location),
        as_of=str(project_file(PROJECT_DIR)["vars"]["demo_as_of_date"]),
        vars_file=None,
    )
    dbt_vars = make_dbt_vars(run_settings, find_files(raw_location))
    run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--quiet", "build"),
            *("--select", "+int_sessions", "--exclude-resource-types", "test", "unit_test"),
            *("--target", "duckdb", "--vars", json.dumps(dbt_vars)),
        ],
        {
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
            "DBT_TARGET_PATH": str(settings.work / "target"),
            "DBT_LOG_PATH": str(settings.work / "logs"),
            "WAREHOUSE_DIR": str(warehouse),
        },
    )
    return warehouse


def connect(raw_location: Path, warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, read-only, under the name that its views use, and the truth as views."""
    database = warehouse / "build.duckdb"
    if not database.is_file():
        raise InputError(
            f"{database} is not there.", "Name the folder of a warehouse that was built."
        )
    con = duckdb.connect()
    for table in TRUTH:
        files = sorted((raw_location / "truth").glob(f"{table}.*"))
        if not files:
            raise InputError(
                f"{raw_location} has no truth/{table}.",
                "Score data that scripts/generate_data.py wrote with --out.",
            )
        con.execute(f"create view {table} as select * from '{quoted(files[0])}'")
    con.execute(f"attach '{quoted(database)}' as build (read_only)")
    return con


def one_row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = con.execute(query).fetchone()
    assert row is not None
    return row


def score(con: duckdb.DuckDBPyConnection, examples: int) -> Result:
    """Compares; con has the truth and the warehouse."""
    con.execute(IDENTIFIERS)
    con.execute(SESSIONS)
    right, found, real = one_row(
        con,
        """
        select
            count(*) filter (where human_id = true_human_id),
            count(person_key),
            count(*)
        from scored_sessions where excluded_because is null
        """,
    )
    excluded = con.execute("""
        select excluded_because, count(*) from scored_sessions
        where excluded_because is not null group by all order by all
    """).fetchall()
    (bots,) = one_row(
        con,
        """
        select (select count(*) from build.intermediate.int_web_session_bounds)
            - (select count(*) from build.intermediate.int_sessions)
        """,
    )
    (of_identified,) = one_row(
        con,
        """
        select count(*) from scored_sessions
        where excluded_because is null or excluded_because like 'left to nobody%'
        """,
    )
    identifiers, humans = one_row(
        con,
        "select count(*), count(distinct human_id) from identifiers where excluded_because is null",
    )
    identifiers_excluded = con.execute("""
        select excluded_because, count(*) from identifiers
        where excluded_because is not null group by all order by all
    """).fetchall()
    (in_pieces,) = one_row(
        con,
        """
        select count(*) from (
            select human_id from identifiers where excluded_because is null group by human_id
            having count(distinct coalesce(person_key, identifier_type || identifier)) > 1
        )
        """,
    )
    (wrongly_merged,) = one_row(con, "select count(*) from person_humans where humans_count > 1")
    *pairs, pairs_of_untied_users_too = one_row(con, PAIRS)
    return Result(
        sessions=Score(right, found, real),
        sessions_of_identified_devices=of_identified,
        sessions_excluded={**dict(excluded), "of bots, set aside": bots},
        pairs=Score(*pairs),
        pairs_of_untied_users_too=pairs_of_untied_users_too,
        identifiers=identifiers,
        identifiers_excluded=dict(identifiers_excluded),
        humans=humans,
        humans_in_pieces=in_pieces,
        wrongly_merged=wrongly_merged,
        examples=wrong_cases(con, examples),
    )


def wrong_cases(con: duckdb.DuckDBPyConnection, examples: int) -> list[str]:
    """Some sessions, humans and persons that are wrong, in words."""
    sessions = con.execute(
        """
        select 'session ' || session_id || ' of ' || true_human_id || ': ' || identity_method
            || ', person ' || coalesce(person_key, '(nobody)') || ' is '
            || coalesce(human_id, '(no one human)')
        from scored_sessions
        where excluded_because is null and human_id is distinct from true_human_id
        order by session_id limit ?
        """,
        [examples],
    ).fetchall()
    people = con.execute(
        """
        select human_id || ' is in pieces: '
            || string_agg(identifier_type || ':' || identifier || ' ' || coalesce(person_key, '-'),
                ', ' order by identifier_type, identifier)
        from identifiers where excluded_because is null group by human_id
        having count(distinct coalesce(person_key, identifier_type || identifier)) > 1
        order by human_id limit ?
        """,
        [examples],
    ).fetchall()
    merged = con.execute(
        """
        select 'person ' || person_key || ' is several: '
            || string_agg(human_id || ' ' || identifier_type || ':' || identifier, ', '
                order by human_id, identifier)
        from identifiers where person_key in (
            select person_key from person_humans where humans_count > 1
        )
        group by person_key order by person_key limit ?
        """,
        [examples],
    ).fetchall()
    return [text for (text,) in [*sessions, *people, *merged]]


def shortfalls(result: Result, settings: ScoreSettings) -> list[str]:
    """What is below a threshold, a sentence each."""
    short = []
    for name, measured in (
        ("session to person", result.sessions),
        ("identifiers of a person", result.pairs),
    ):
        for what, value, least in (
            ("precision", measured.precision, settings.min_precision),
            ("recall", measured.recall, settings.min_recall),
        ):
            if value < least:
                short.append(f"{what} of {name} is {value:.4f}, less than {least}")
    if result.wrongly_merged > settings.max_wrongly_merged:
        short.append(
            f"{result.wrongly_merged} persons are several humans, more than"
            f" {settings.max_wrongly_merged}"
        )
    return short


def table(result: Result) -> str:
    """The result for people."""
    lines = [f"{'':<26}{'precision':>10}{'recall':>10}{'right':>12}{'found':>12}{'real':>12}"]
    for name, measured in (
        ("session to person", result.sessions),
        ("pairs of identifiers", result.pairs),
    ):
        lines.append(
            f"{name:<26}{measured.precision:>10.4f}{measured.recall:>10.4f}"
            f"{measured.right:>12,}{measured.found:>12,}{measured.real:>12,}"
        )
    all_sessions = Score(
        result.sessions.right, result.sessions.found, result.sessions_of_identified_devices
    )
    all_pairs = Score(result.pairs.right, result.pairs.found, result.pairs_of_untied_users_too)
    lines += [
        "",
        f"{result.wrongly_merged:>12,}  persons wrongly merged out of several humans",
        f"{result.humans_in_pieces:>12,}  humans in pieces, of {result.humans:,} with"
        f" {result.identifiers:,} identifiers",
        f"{all_sessions.recall:>12.4f}  recall of sessions if those left to nobody counted as missed",
        f"{all_pairs.recall:>12.4f}  recall of pairs if users that nothing ties to anybody counted"
        " as missed",
        "",
        "not scored:",
    ]
    lines += [
        f"{count:>12,}  sessions {reason}" for reason, count in result.sessions_excluded.items()
    ]
    lines += [
        f"{count:>12,}  identifiers {reason}"
        for reason, count in result.identifiers_excluded.items()
    ]
    return "\n".join([*lines, *([""] if result.examples else []), *result.examples])


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="score_identity.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--raw-location",
        type=Path,
        metavar="DIR",
        help="raw data with the truth beside it, as the generator writes it (default: generated)",
    )
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help="a warehouse built from --raw-location (default: the models are built)",
    )
    parser.add_argument(
        "--web-events",
        type=int,
        default=DEMO_WEB_EVENTS,
        metavar="N",
        help="without --raw-location: how many web events to generate (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=DEMO_SEED,
        metavar="S",
        help="without --raw-location: seed of the generator (default: %(default)s)",
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="where to generate and build, and leave it (default: a temporary folder, removed)",
    )
    parser.add_argument("--min-precision", type=float, default=0.99, metavar="SHARE")
    parser.add_argument("--min-recall", type=float, default=0.97, metavar="SHARE")
    parser.add_argument("--max-wrongly-merged", type=int, default=0, metavar="N")
    parser.add_argument(
        "--examples",
        type=int,
        default=0,
        metavar="N",
        help="show up to N wrong cases of each sort (default: %(default)s)",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line, generates and builds what is not there, scores, prints."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    if given.warehouse and not given.raw_location:
        parser.error("--warehouse needs --raw-location, the raw data that it was built from")
    with tempfile.TemporaryDirectory(prefix="score-identity-") as temporary:
        settings = ScoreSettings(
            **vars(given) | {"work": (given.work or Path(temporary)).absolute()}
        )
        try:
            raw_location = (settings.raw_location or generate(settings)).absolute()
            warehouse = settings.warehouse or build(settings, raw_location)
            with connect(raw_location, warehouse) as con:
                result = score(con, settings.examples)
        except InputError as error:
            print(error.message, error.advice, file=sys.stderr)
            return 2
    print(table(result))
    short = shortfalls(result, settings)
    for sentence in short:
        print(f"Below the threshold: {sentence}.", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
