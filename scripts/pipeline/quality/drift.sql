-- One row, in words, if a column has drifted too far (drift.py fills in the names in braces).
with by_day as (
    select {value} as value, cast({when} as date) as day, count(*) as rows_count from {batch}
    where {when} >= timestamp '{first}' and {when} < timestamp '{end}'
    group by all
),

span as (
    select case {spans} end as days
    from by_day
),

counted as (
    select by_day.value,
        sum(by_day.rows_count) filter (where by_day.day >= span.judged_from) as rows_now,
        sum(by_day.rows_count) filter (where by_day.day < span.judged_from) as rows_before
    from by_day
    inner join (
        select date '{end}' - days as judged_from,
            date '{end}' - {times_compared} * days as compared_from
        from span
    ) as span on by_day.day >= span.compared_from
    group by by_day.value
),

shares as (
    select value, coalesce(rows_now, 0) / sum(rows_now) over () as share_now,
        coalesce(rows_before, 0) / sum(rows_before) over () as share_before,
        sum(rows_now) over () as all_now, sum(rows_before) over () as all_before
    from counted
),

named as (
    select case
            when share_before >= {named_share} or value in ('(empty)', '(filled in)')
                then value
            else '(others)'
        end as value,
        sum(share_now) as share_now, sum(share_before) as share_before
    from shares
    where all_now >= {least_rows} and all_before >= {least_rows}
    group by 1
),

moved as (
    select sum(abs(share_now - share_before)) / 2 as moved_share,
        string_agg(
            value || ' ' || round(100 * share_now)::int || ' % of the rows, before '
            || round(100 * share_before)::int || ' %', '; '
            order by round(abs(share_now - share_before), 6) desc, value
        ) filter (where abs(share_now - share_before) >= 0.05) as in_words
    from named
)

select in_words from moved where moved_share > {most_moved_share}
