with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

states as (select * from {{ ref('int_opportunity_states') }}),

opportunities as (
    select * from {{ ref('int_opportunities') }}
    where created_at is not null
),

as_of as (select * from {{ ref('as_of') }}),

-- An opportunity takes its first step in the month of its creation and another one in each month
-- at whose start it is open.
starts as (
    select
        opportunity_id,
        cast(null as string) as source_stage,
        cast(null as bigint) as age_days,
        cast(null as decimal(18, 2)) as amount,
        cast({{ dbt.date_trunc('month', reporting_date('created_at')) }} as date) as step_month
    from opportunities
    union all
    select
        opportunity_id,
        coalesce(source_stage, stage) as source_stage,
        age_days,
        amount,
        cast({{ dbt.dateadd('month', 1, 'period_month') }} as date) as step_month
    from snapshots
),

-- Whole months only.
dated as (
    select
        starts.*,
        cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'starts.step_month')) }} as date)
            as step_end_date
    from starts
    cross join as_of
    where
        cast({{ dbt.dateadd('month', 1, 'starts.step_month') }} as date)
        <= {{ dbt.dateadd('day', 1, 'as_of.as_of_date') }}
),

steps as (
    select
        dated.opportunity_id,
        opportunities.opportunity_type,
        opportunities.segment,
        dated.source_stage,
        {{ forecast_age('dated.age_days / 30') }} as age_bucket,
        {{ forecast_age(dbt.datediff(
            dbt.date_trunc('month', reporting_date('opportunities.created_at')), 'dated.step_month', 'month'
        )) }} as months_since_creation,
        case
            when ended.stage = 'customer' then '(won)'
            when ended.stage = 'lost' then '(lost)'
            else coalesce(ended.source_stage, ended.stage)
        end as next_stage,
        dated.amount as start_amount,
        ended.amount as end_amount,
        dated.step_month
    from dated
    inner join opportunities on dated.opportunity_id = opportunities.opportunity_id
    inner join states as ended
        on
            dated.opportunity_id = ended.opportunity_id
            and {{ was_in_force_on('ended', 'dated.step_end_date') }}
)

select * from steps
