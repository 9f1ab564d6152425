with states as (
    select * from {{ ref('int_opportunity_states') }}
    where is_open
),

opportunities as (select * from {{ ref('int_opportunities') }}),

as_of as (select * from {{ ref('as_of') }}),

spans as (
    select
        states.*,
        as_of.as_of_date,
        {{ reporting_date('states.valid_from') }} as first_date,
        least(
            {{ reporting_date('coalesce(states.valid_to, as_of.as_of_end_at)') }},
            as_of.as_of_date
        ) as last_date
    from states
    cross join as_of
),

-- Months whose end lies within the validity of the state; for the month of as_of, the day of
-- as_of.
months as (
    select
        spans.*,
        {{ month_series_of('first_date', 'last_date') }} as period_month
    from spans
),

days as (
    select
        *,
        least(
            cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'period_month')) }} as date),
            as_of_date
        ) as snapshot_date
    from months
),

snapshots as (
    select
        days.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.opportunity_type,
        opportunities.product_line,
        opportunities.segment,
        opportunities.team,
        days.stage,
        days.source_stage,
        cast({{ dbt.datediff(
            reporting_date('opportunities.created_at'), 'days.snapshot_date', 'day'
        ) }} as bigint) as age_days,
        days.amount,
        days.close_date,
        {{ fiscal_quarter_start('days.close_date') }} as due_quarter,
        days.period_month,
        days.snapshot_date
    from days
    inner join opportunities on days.opportunity_id = opportunities.opportunity_id
    where {{ was_open_on('days', 'days.snapshot_date') }}
)

select * from snapshots
