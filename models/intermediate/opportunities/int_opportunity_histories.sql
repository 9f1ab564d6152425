{%- set until_as_of -%}
    partition by opportunity_id
    order by changed_at asc nulls last, is_closing asc nulls last, stage asc nulls last
    rows between unbounded preceding and unbounded following
{%- endset -%}
with status_stages as (
    select * from {{ ref('int_status_stages') }}
    where object = 'opportunity'
),

changes as (
    select
        opportunity_changes.*,
        coalesce(status_stages.stage = 'customer', false) as is_winning,
        coalesce(status_stages.stage in ('customer', 'lost'), false) as is_closing
    from {{ ref('opportunity_changes') }} as opportunity_changes
    left join status_stages
        on
            opportunity_changes.source_system = status_stages.source_system
            and opportunity_changes.stage = status_stages.source_status
),

-- Changes with the same timestamp are ordered open before closed, then by stage name. A change
-- without a stage, owner or forecast category keeps the previous one.
last_changes as (
    select
        opportunity_id,
        {{ last_known('stage', until_as_of) }} as last_stage,
        {{ last_known('owner_id', until_as_of) }} as last_owner_id,
        {{ last_known('forecast_category', until_as_of) }} as last_forecast_category,
        amount,
        close_date
    from changes
    qualify row_number() over (
        partition by opportunity_id
        order by
            changed_at desc nulls last,
            is_closing desc nulls last,
            stage desc nulls last,
            amount desc nulls last,
            close_date desc nulls last
    ) = 1
),

all_changes as (
    select
        opportunity_id,
        stage,
        owner_id,
        forecast_category,
        amount,
        close_date,
        is_winning,
        is_closing,
        false as is_later
    from changes
    union all
    select
        opportunity_id,
        stage,
        owner_id,
        forecast_category,
        amount,
        close_date,
        false as is_winning,
        false as is_closing,
        true as is_later
    from {{ ref('later_opportunity_changes') }}
),

tracked as (
    select
        opportunity_id,
        count(case when is_later then stage end) > 0 as has_later_stage,
        count(case when is_later then owner_id end) > 0 as has_later_owner,
        count(forecast_category) > 0 as has_forecast_category,
        count(amount) > 0 as has_amount,
        count(close_date) > 0 as has_close_date,
        bool_or(is_winning) as has_won,
        bool_or(is_closing and not is_winning) as has_lost,
        bool_or(is_later) as has_later_change
    from all_changes
    group by opportunity_id
),

histories as (
    select
        tracked.*,
        last_changes.last_stage as stage,
        last_changes.last_owner_id as owner_id,
        last_changes.last_forecast_category as forecast_category,
        last_changes.amount,
        last_changes.close_date
    from tracked
    left join last_changes on tracked.opportunity_id = last_changes.opportunity_id
)

select * from histories
