with campaigns as (
    select
        campaign_id,
        channel,
        actual_cost,
        upper(trim(currency)) as currency,
        coalesce(start_date, end_date) as first_date,
        greatest(coalesce(start_date, end_date), coalesce(end_date, start_date)) as end_date
    from {{ ref('int_campaigns') }}
    where actual_cost <> 0
),

advertised_campaigns as (
    select distinct campaign_id
    from {{ ref('int_ad_spend') }}
    where spend <> 0 and campaign_id is not null
),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

as_of as (select * from {{ ref('as_of') }}),

-- The actual cost was paid by as_of, so a running campaign spreads it over the days so far.
spans as (
    select
        campaigns.campaign_id,
        campaigns.channel,
        campaigns.currency,
        cast(abs(cast(campaigns.actual_cost as decimal(38, 2)) * 100) as decimal(38, 0)) as cents,
        campaigns.actual_cost < 0 as is_negative,
        campaigns.first_date,
        least(campaigns.end_date, as_of.as_of_date) as last_date
    from campaigns
    cross join as_of
    left outer join advertised_campaigns on campaigns.campaign_id = advertised_campaigns.campaign_id
    where
        advertised_campaigns.campaign_id is null
        and (campaigns.first_date is null or campaigns.first_date <= as_of.as_of_date)
),

counted as (
    select
        *,
        cast({{ dbt.datediff('first_date', 'last_date', 'day') }} + 1 as decimal(38, 0))
            as days_count
    from spans
),

floors as (
    select
        *,
        {{ whole_quotient('cents', 'days_count') }} as floor_cents
    from counted
),

days as (
    select date_day
    from {{ date_series(
        "(select min(first_date) from spans)", "(select max(last_date) from spans)"
    ) }} as series
),

-- All days have the same remainder, so the remaining cents go to the first days.
daily as (
    select
        floors.campaign_id,
        floors.channel,
        floors.currency,
        days.date_day as cost_date,
        floors.is_negative,
        coalesce(
            floors.floor_cents + case
                when
                    {{ dbt.datediff('floors.first_date', 'days.date_day', 'day') }}
                    < floors.cents - floors.floor_cents * floors.days_count
                    then 1
                else 0
            end,
            floors.cents
        ) as day_cents
    from floors
    left outer join days on days.date_day between floors.first_date and floors.last_date
),

priced as (
    select
        *,
        cast(day_cents as decimal(20, 0)) * cast(0.01 as decimal(3, 2))
        * case when is_negative then -1 else 1 end as source_cost
    from daily
),

converted as (
    select
        priced.campaign_id,
        priced.channel,
        priced.currency,
        cast(priced.source_cost as decimal(18, 2)) as source_cost,
        {{ to_reporting_currency(
            'priced.source_cost', 'priced.currency', 'exchange_rates.rate', 'priced.cost_date'
        ) }} as programme_cost,
        priced.cost_date
    from priced
    left outer join exchange_rates
        on priced.currency = exchange_rates.currency and priced.cost_date = exchange_rates.rate_date
)

select * from converted
