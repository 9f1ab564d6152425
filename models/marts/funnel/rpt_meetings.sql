with meetings as (
    select
        *,
        coalesce(scheduled_at, held_at, booked_at) as dated_at
    from {{ ref('fct_meetings') }}
),

counted as (
    select
        coalesce(owner_id, '(none)') as owner_id,
        coalesce(owner_name, '(none)') as owner_name,
        channel,
        cast(count(*) as bigint) as booked_count,
        cast(count(case when meeting_status = 'held' then 1 end) as bigint) as held_count,
        cast(count(case when meeting_status = 'cancelled' then 1 end) as bigint) as cancelled_count,
        cast(count(case when meeting_status = 'no_show' then 1 end) as bigint) as no_show_count,
        cast(count(case when meeting_status = 'booked' then 1 end) as bigint) as open_count,
        cast(sum(reschedules_count) as bigint) as reschedules_count,
        cast(count(case when is_opportunity_behind then 1 end) as bigint)
            as opportunity_behind_count,
        cast({{ dbt.date_trunc('month', reporting_date('dated_at')) }} as date) as period_month
    from meetings
    where dated_at is not null
    group by all
),

final as (
    select
        owner_id,
        owner_name,
        channel,
        booked_count,
        held_count,
        cancelled_count,
        no_show_count,
        open_count,
        reschedules_count,
        opportunity_behind_count,
        cast(held_count as double) / nullif(booked_count - open_count, 0) as held_rate,
        cast(no_show_count as double) / nullif(held_count + no_show_count, 0) as no_show_rate,
        period_month
    from counted
)

select * from final
