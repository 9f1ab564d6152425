-- The tables in which the raw audit collects what it judges (raw_facts.py fills them).
create schema audit;

-- One row per check of a raw table and what it found; kinds are judged one by one (raw_suites.py).
create table audit.raw_checks (
    table_name varchar, kind varchar, severity varchar, expectation varchar,
    failed_count bigint, finding varchar, advice varchar
);

-- Rows by quarter of the day (six hours), of the days that are judged or compared.
create table audit.raw_quarters (
    table_name varchar, day date, quarter bigint, rows_count bigint, last_day date,
    short_severity varchar, last_day_severity varchar
);

create table audit.accepted_quiet_days (day date);

-- Rows by day and value of the columns that rule drift_terms names.
create table audit.raw_values (
    table_name varchar, column_name varchar, compared varchar, most_moved_share double,
    severity varchar, last_day date, day date, value varchar, rows_count bigint
);
