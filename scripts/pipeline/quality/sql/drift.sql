-- The columns that rule drift_terms names whose newest rows have other values than the rows before: half the sum of the
-- differences of the shares is above what the rule allows. An empty value is a value of its own.
with spans as (
    -- The shortest span with enough rows is judged, against four times that before.
    select
        table_name, column_name, compared,
        any_value(last_day) as last_day,
        case
            when sum(rows_count) filter (where day > last_day - 7) >= 100 then 7
            when sum(rows_count) filter (where day > last_day - 28) >= 100 then 28
            when sum(rows_count) filter (where day > last_day - 91) >= 100 then 91
        end as days
    from {batch}
    group by table_name, column_name, compared
),

counted as (
    select
        counts.table_name, counts.column_name, counts.compared, counts.value, counts.severity,
        counts.most_moved_share,
        coalesce(sum(counts.rows_count) filter (
            where counts.day > spans.last_day - spans.days), 0) as rows_now,
        coalesce(sum(counts.rows_count) filter (
            where counts.day <= spans.last_day - spans.days), 0) as rows_before
    from {batch} as counts
    inner join spans using (table_name, column_name, compared)
    where counts.day > spans.last_day - 5 * spans.days
    group by all
),

shares as (
    select
        *,
        rows_now / sum(rows_now) over of_column as share_now,
        rows_before / sum(rows_before) over of_column as share_before,
        sum(rows_now) over of_column as all_now,
        sum(rows_before) over of_column as all_before
    from counted
    window of_column as (partition by table_name, column_name, compared)
),

-- Only values that were common before are named; new ones may be personal.
named as (
    select
        table_name, column_name, compared, severity, most_moved_share,
        case
            when share_before >= 0.01 or value in ('(empty)', '(filled in)') then value
            else '(others)'
        end as named_value,
        sum(share_now) as share_now,
        sum(share_before) as share_before
    from shares
    where all_now >= 100 and all_before >= 100
    group by all
)

select
    table_name,
    severity,
    column_name || case compared
        when 'values' then ' values are those of the weeks before'
        else ' is filled in as often as in the weeks before'
    end as expectation,
    column_name || ' changed: ' || string_agg(
        named_value || ' ' || round(100 * share_now)::int || ' % of the rows, before '
        || round(100 * share_before)::int || ' %', '; '
        order by round(abs(share_now - share_before), 6) desc, named_value
    ) filter (where abs(share_now - share_before) >= 0.05) as finding
from named
group by table_name, severity, column_name, compared, most_moved_share
having sum(abs(share_now - share_before)) / 2 > most_moved_share
