"""Randomness, the calendar and the vocabulary: what every other module draws on.

Every draw is a hash of (key, salt, seed), so that it depends on nothing but its own key: not on the
order of rows, the number of threads, or what else is drawn. A sum of floats depends on the order of
its rows, so sums are of integers.
"""

import duckdb

from demo_company.settings import FIRST_DAY, LAST_DAY, Settings

COUNTRY_WEIGHTS = {
    "United States": 8,
    "United Kingdom": 3,
    "Germany": 2,
    "France": 2,
    "Netherlands": 1,
    "Japan": 2,
    "Canada": 1,
    "Ireland": 1,
}
COUNTRIES = [country for country, weight in COUNTRY_WEIGHTS.items() for _ in range(weight)]
FIRST_NAMES = [
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Elena",
    "Frank",
    "Grace",
    "Hiro",
    "Ines",
    "Jack",
    "Karen",
    "Liam",
    "Maria",
    "Noah",
    "Olivia",
    "Paul",
    "Quinn",
    "Rosa",
    "Sam",
    "Tina",
    "Umar",
    "Vera",
    "Will",
    "Xenia",
    "Yuki",
    "Zoe",
    "Aiko",
    "Bruno",
    "Claire",
    "Dmitri",
    "Emma",
]
LAST_NAMES = [
    "Adler",
    "Baker",
    "Costa",
    "Dubois",
    "Evans",
    "Fischer",
    "Garcia",
    "Huber",
    "Ito",
    "Jones",
    "Keller",
    "Lopez",
    "Moreau",
    "Nakamura",
    "Olsen",
    "Parker",
    "Quist",
    "Rossi",
    "Sato",
    "Tanaka",
    "Ueda",
    "Visser",
    "Weber",
    "Young",
    "Ziegler",
    "Martin",
    "Schmidt",
    "Taylor",
]
# Web visits by hour of the day (UTC), most of them in the office hours of Europe and America.
HOURS = [
    6,
    7,
    8,
    8,
    9,
    9,
    9,
    10,
    10,
    10,
    11,
    11,
    12,
    12,
    13,
    13,
    13,
    14,
    14,
    14,
    15,
    15,
    15,
    16,
    16,
    17,
    17,
    18,
    19,
    20,
    21,
    23,
]


def define_macros(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    con.execute(f"""
    create macro u(key, salt) as (hash(key, salt,
        {settings.seed}::bigint) >> 11)::double / 9007199254740992.0;
    create macro code(key, salt) as lower(hex(hash(key, salt, {settings.seed}::bigint)));
    create macro pick(options, x) as options[1 + floor(x * len(options))::bigint];
    create macro whole(x, low, high) as low + floor(x * (high - low + 1))::bigint;
    -- Roughly normal, mean 0 and standard deviation 1.
    create macro normal(key, salt) as
        (u(key, salt) + u(key, salt || 'b') + u(key, salt || 'c') + u(key, salt
            || 'd') - 2) * 1.7320508;
    create macro seconds_of(days) as to_seconds(floor(days * 86400)::bigint);
    create macro to_second(moment) as date_trunc('second', moment);
    create macro on_workday(moment) as
        moment + to_days(case isodow(moment) when 6 then 2 when 7 then 1 else 0 end);
    -- Much of August waits for September, and what is due around New Year's Eve for January.
    create macro after_holidays(moment, x) as
        moment + to_days(case
            when month(moment) = 12 and day(moment) > 20 then 14
            when month(moment) = 8 and day(moment) between 3 and 25
                and x * 997 - floor(x * 997) < 0.45 then 28
            else 0 end);
    -- The same day, or the Monday after a weekend, between 8 and 18 o'clock.
    create macro in_office(moment, x) as
        date_trunc('day', on_workday(after_holidays(moment,
            x))) + to_seconds(28800 + floor(x * 36000)::bigint);
    create macro web_time(day, key) as day::timestamp
        + to_seconds(pick({HOURS}, u(key, 'hour')) * 3600 + floor(u(key, 'second') * 3600)::bigint);
    -- Logistic response: whether a draw falls under the probability of a score in thousandths.
    create macro happens(x, score) as x < 1 / (1 + exp(-score / 1000.0));
    -- The second and third exposure to a channel add less than the first.
    create macro saturated(exposures) as
        case exposures when 0 then 0 when 1 then 1000 when 2 then 1450 when 3 then 1750
            else 1900 end;
    create macro synced() as timestamp '2026-01-01 00:00:00';
    create macro as_of_end() as timestamp '{LAST_DAY} 23:59:59';
    """)


def build_calendar(con: duckdb.DuckDBPyConnection) -> None:
    """Days weighted by growth, season and weekday, as equally likely slots."""
    con.execute(f"""
    create table days as
    select
        day::date as day,
        cast(
            1000
            * (0.85 + 0.35 * date_diff('day', date '{FIRST_DAY}', day) / 730.0)
            * ([0.95, 1.05, 1.12, 1.04, 1.02, 0.98, 0.82, 0.78, 1.10, 1.14, 1.12, 0.72])[month(day)]
            * ([1.10, 1.16, 1.15, 1.10, 0.90, 0.34, 0.36])[isodow(day)]
            as bigint
        ) as weight
    from range(date '{FIRST_DAY}', date '{LAST_DAY}' + 1, interval 1 day) as calendar(day);

    create table day_slots as
    with spans as (
        select day, sum(weight) over (order by day) as upto, sum(weight) over () as total, weight
            from days
    )

    select
        day,
        unnest(range(((upto - weight) * 65536 // total)::bigint,
            (upto * 65536 // total)::bigint)) as slot
    from spans
    """)


def build_vocabulary(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    teams = ", ".join(f"('{team}', {number}, {size})" for team, number, size in settings.teams)
    members = " ".join(
        f"when '{team}' then {number * 1000} + whole(x, 1, {size})"
        for team, number, size in settings.teams
    )
    con.execute(f"""
    create macro staff_of(team, x) as '005' || lpad((case team {members} end)::varchar, 9, '0');

    create table exchange_currency as
    select * from (values
        ('United States', 'USD'), ('Canada', 'USD'), ('United Kingdom', 'GBP'), ('Germany', 'EUR'),
            ('France', 'EUR'),
        ('Netherlands', 'EUR'), ('Ireland', 'EUR'), ('Japan', 'JPY')
    ) as pairs(country, currency);

    -- Sales people, SDRs and marketers, the first of each team its manager.
    create table staff as
    with teams as (
        select * from (values {teams}) as teams(team, team_number, size)
    )
    select
        '005' || lpad((team_number * 1000 + member)::varchar, 9, '0') as user_id,
        team,
        member,
        '005' || lpad((team_number * 1000)::varchar, 9, '0') as manager_id
    from teams, range(size + 1) as members(member);
    """)


def build(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    define_macros(con, settings)
    build_calendar(con)
    build_vocabulary(con, settings)
