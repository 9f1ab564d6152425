-- (all) rows are the sums of their slices, so that dashboards do not contradict each other.
with conversion as (select * from {{ ref('rpt_funnel_conversion') }}),

totals as (
    select
        basis,
        period_month,
        from_stage,
        to_stage,
        window_days,
        sum(case when channel <> '(all)' and segment <> '(all)' then entered_count else 0 end)
            as by_both,
        sum(case when channel = '(all)' and segment <> '(all)' then entered_count else 0 end)
            as by_segment,
        sum(case when channel <> '(all)' and segment = '(all)' then entered_count else 0 end)
            as by_channel,
        sum(case when channel = '(all)' and segment = '(all)' then entered_count else 0 end)
            as total,
        sum(case when channel <> '(all)' and segment <> '(all)' then converted_count else 0 end)
            as converted_by_both,
        sum(case when channel = '(all)' and segment = '(all)' then converted_count else 0 end)
            as converted_total
    from conversion
    group by basis, period_month, from_stage, to_stage, window_days
)

select *
from totals
where
    total <> by_both
    or total <> by_segment
    or total <> by_channel
    or converted_total <> converted_by_both
