-- Days and quarters of days with hardly any rows, compared with the same weekday of the eight weeks before. Quarters are
-- compared because half a missing day empties at least one of them, while a weekend or a season weakens all four.
-- Quarter 4 is the whole day; only the last day is judged as a whole.
with tables as (
    select
        table_name, short_severity, last_day_severity, last_day,
        min(day) as first_day
    from {batch}
    group by all
),

days as (
    select tables.table_name, tables.last_day, tables.last_day - offsets.days_ago as day
    from tables
    cross join (select cast(range as integer) as days_ago from range(367)) as offsets
    where
        (offsets.days_ago < 63 or offsets.days_ago >= 364)
        and tables.last_day - offsets.days_ago >= tables.first_day
),

counted as (
    select table_name, day, quarter, rows_count from {batch}
    union all
    select table_name, day, 4, sum(rows_count)
    from {batch}
    group by table_name, day
),

-- Quarters without a row after the first day of a table count as zero.
filled as (
    select
        days.table_name, days.day, days.last_day, quarters.quarter,
        coalesce(counted.rows_count, 0) as rows_count
    from days
    cross join range(5) as quarters (quarter)
    left join counted using (table_name, day, quarter)
),

compared as (
    select
        judged.table_name, judged.day, judged.last_day, judged.quarter,
        any_value(judged.rows_count) as rows_count,
        median(earlier.rows_count) as usual_count,
        min(earlier.rows_count) as least_count
    from filled as judged
    inner join filled as earlier
        on
            earlier.table_name = judged.table_name
            and earlier.quarter = judged.quarter
            and earlier.day between judged.day - 56 and judged.day - 7
            and (judged.day - earlier.day) % 7 = 0
    where
        judged.day > judged.last_day - 7
        and (judged.quarter < 4 or judged.day = judged.last_day)
        and judged.day not in (select day from audit.accepted_quiet_days)
    group by all
    having count(*) >= 4
),

-- A last day as quiet as the same weekday or date a year before is a season, such as Christmas.
year_before as (
    select table_name, min(rows_count) as rows_count
    from filled
    where quarter = 4 and day <= last_day - 364
    group by table_name
),

short as (
    select compared.*
    from compared
    left join year_before using (table_name)
    where
        -- With fewer rows a quarter may be empty by chance.
        compared.usual_count >= 40
        and compared.rows_count < 0.1 * compared.usual_count
        and compared.rows_count <= 0.5 * compared.least_count
        and (
            compared.quarter < 4
            or coalesce(year_before.rows_count >= 0.25 * compared.usual_count, true)
        )
),

gaps as (
    select
        table_name,
        list(
            day || ' from ' || 6 * quarter || ' to ' || 6 * quarter + 6 || ' h UTC ' || rows_count
            || ' rows, usually ' || round(usual_count)::int
            order by day, quarter
        ) as gaps
    from short
    where quarter < 4
    group by table_name
)

select
    table_name,
    false as is_last_day,
    tables.short_severity as severity,
    array_to_string(gaps[1:3], '; ')
    || if(len(gaps) > 3, ' and ' || len(gaps) - 3 || ' more', '') as finding
from gaps
inner join tables using (table_name)
union all
select
    table_name,
    true as is_last_day,
    tables.last_day_severity as severity,
    'its last day ' || short.day || ' has ' || short.rows_count || ' rows, usually '
    || round(short.usual_count)::int as finding
from short
inner join tables using (table_name)
where short.quarter = 4
