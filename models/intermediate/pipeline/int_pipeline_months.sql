with states as (select * from {{ ref('int_opportunity_states') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

as_of as (select * from {{ ref('as_of') }}),

span as (
    select
        as_of.as_of_date,
        min({{ reporting_date('states.valid_from') }}) as first_date
    from states
    cross join as_of
    group by as_of.as_of_date
),

months as (
    select {{ month_series_of('first_date', 'as_of_date') }} as period_month
    from span
),

segments as (
    select segment from opportunities
    union distinct
    select '(all)' as segment from opportunities
),

spine as (
    select
        segments.segment,
        months.period_month
    from months
    cross join segments
)

select * from spine
