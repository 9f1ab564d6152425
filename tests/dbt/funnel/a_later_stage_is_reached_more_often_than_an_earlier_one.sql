-- A cohort can only shrink along the funnel: a journey that reached a later stage has also passed
-- the earlier ones.
with conversion as (
    select
        conversion.*,
        funnel_stages.stage_order
    from {{ ref('rpt_funnel_conversion') }} as conversion
    inner join {{ ref('funnel_stages') }} as funnel_stages
        on conversion.to_stage = funnel_stages.stage
    where conversion.basis = 'cohort'
)

select
    earlier.period_month,
    earlier.from_stage,
    earlier.to_stage as earlier_stage,
    later.to_stage as later_stage,
    earlier.converted_count as earlier_count,
    later.converted_count as later_count
from conversion as earlier
inner join conversion as later
    on
        earlier.period_month = later.period_month
        and earlier.from_stage = later.from_stage
        and earlier.channel = later.channel
        and earlier.segment = later.segment
        and coalesce(earlier.window_days, -1) = coalesce(later.window_days, -1)
        and earlier.stage_order < later.stage_order
where earlier.converted_count < later.converted_count
