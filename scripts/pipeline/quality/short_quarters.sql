-- Quarters of days with hardly any rows (deliveries.py fills in the names in braces).
with happened as (
    select {when} as happened_at from {relation}
),

by_quarter as (
    select cast(happened_at as date) as day, hour(happened_at) // 6 as quarter,
        count(*) as rows_count
    from happened
    where (
            happened_at >= timestamp '{earliest}'
            and happened_at < timestamp '{last_day}' + interval 1 day
        )
        or cast(happened_at as date) in ({years})
    group by all
),

counted as (
    from by_quarter
    union all
    select day, {whole_day}, sum(rows_count) from by_quarter group by day
),

-- Days before the first row are no quiet days; quarters without a row after it are.
quarters as (
    select cast(days.range as date) as day, numbers.range as quarter
    from range(
        (select min(day) from counted), timestamp '{last_day}' + interval 1 day, interval 1 day
    ) as days
    cross join range({whole_day} + 1) as numbers
),

filled as (
    select quarters.day, quarters.quarter, coalesce(counted.rows_count, 0) as rows_count
    from quarters left join counted using (day, quarter)
),

compared as (
    select judged.day, judged.quarter, any_value(judged.rows_count) as rows_count,
        median(before.rows_count) as usual_count, min(before.rows_count) as least_count
    from filled as judged
    inner join filled as before
        on before.quarter = judged.quarter and before.day in ({weeks})
    where judged.day > date '{last_day}' - {days_judged}
        and (judged.quarter < {whole_day} or judged.day = date '{last_day}')
    group by judged.day, judged.quarter
    having count(*) >= {least_weeks}
),

year_before as (
    select min(rows_count) as rows_count from filled
    where quarter = {whole_day} and day in ({years})
)

select compared.* exclude (least_count) from compared cross join year_before
where usual_count >= {least_expected}
    and compared.rows_count < {share_of_usual} * usual_count
    and compared.rows_count <= {share_of_least} * least_count
    and (
        quarter < {whole_day}
        or coalesce(year_before.rows_count >= {share_of_quiet_season} * usual_count, true)
    )
order by day, quarter
