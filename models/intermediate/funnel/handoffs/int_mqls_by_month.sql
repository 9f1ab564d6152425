with mql_values as (
    select * from {{ ref('int_mql_values') }}
),

journeys as (
    select * from {{ ref('int_journeys') }}
    where mql_at is not null
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

mqls as (
    select
        coalesce(accounts.segment, 'unknown') as segment,
        mql_values.expected_value,
        cast({{ dbt.date_trunc('month', reporting_date('journeys.mql_at')) }} as date)
            as period_month
    from journeys
    inner join mql_values on journeys.journey_id = mql_values.journey_id
    left join accounts on journeys.account_id = accounts.account_id
),

-- A month without any MQL has missed its target too.
bounds as (
    select
        min(mqls.period_month) as first_month,
        max(as_of.as_of_date) as last_date
    from mqls
    cross join as_of
),

months as (
    select {{ month_series_of('first_month', 'last_date') }} as period_month
    from bounds
    where first_month is not null
),

segments as (
    select distinct segment
    from mqls
),

counted as (
    select
        segment,
        period_month,
        count(*) as mqls_count,
        sum(expected_value) as mqls_value
    from mqls
    group by segment, period_month
),

mqls_by_month as (
    select
        segments.segment,
        coalesce(counted.mqls_count, 0) as mqls_count,
        coalesce(counted.mqls_value, 0) as mqls_value,
        months.period_month
    from months
    cross join segments
    left join counted
        on months.period_month = counted.period_month and segments.segment = counted.segment
)

select * from mqls_by_month
