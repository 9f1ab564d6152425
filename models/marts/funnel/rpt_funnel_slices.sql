with pairs as (
    select * from {{ ref('int_journey_pairs') }}
    where from_at is not null and from_stage <> 'visitor'
),

journeys as (select * from {{ ref('fct_journeys') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

people as (select * from {{ ref('dim_people') }}),

opportunities as (select * from {{ ref('fct_opportunities') }}),

as_of as (select * from {{ ref('as_of') }}),

-- A journey that passed the second stage before it entered the first has moved, after an unknown
-- time.
described as (
    select
        pairs.journey_id,
        pairs.buyer_id,
        pairs.from_stage,
        pairs.to_stage,
        accounts.industry,
        coalesce(accounts.country, people.country) as country,
        people.job_title,
        opportunities.product_line,
        pairs.passed_at is not null
        and {{ seconds_between('pairs.from_at', 'pairs.passed_at') }}
        <= {{ var('conversion_window_days') }} * 86400 as is_converted,
        cast({{ dbt.date_trunc('month', reporting_date('pairs.from_at')) }} as date) as period_month
    from pairs
    inner join journeys on pairs.journey_id = journeys.journey_id
    left join accounts on journeys.account_id = accounts.account_id
    left join people on journeys.person_key = people.person_key
    left join opportunities on journeys.opportunity_id = opportunities.opportunity_id
),

sliced as (
    select
        described.*,
        dimensions.dimension,
        coalesce(case dimensions.dimension
            when 'industry' then described.industry
            when 'country' then described.country
            when 'job_title' then described.job_title
            when 'product_line' then described.product_line
        end, '(none)') as value
    from described
    cross join
        (values ('industry'), ('country'), ('job_title'), ('product_line'))
            as dimensions (dimension)
),

counted as (
    select
        from_stage,
        to_stage,
        dimension,
        value,
        cast(count(*) as bigint) as entered_count,
        cast(count(case when is_converted then 1 end) as bigint) as converted_count,
        cast(count(distinct buyer_id) as bigint) as entered_accounts_count,
        cast(count(distinct case when is_converted then buyer_id end) as bigint)
            as converted_accounts_count,
        period_month
    from sliced
    group by from_stage, to_stage, dimension, value, period_month
),

final as (
    select
        counted.from_stage,
        counted.to_stage,
        counted.dimension,
        counted.value,
        counted.entered_count,
        counted.converted_count,
        counted.entered_accounts_count,
        counted.converted_accounts_count,
        {{ rate('counted.converted_count', 'counted.entered_count') }} as conversion_rate,
        cast(
            {{ dbt.dateadd(
                'day',
                var('conversion_window_days'),
                dbt.dateadd('month', 1, 'counted.period_month')
            ) }}
            as date
        ) <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_mature,
        counted.period_month
    from counted
    cross join as_of
)

select * from final
