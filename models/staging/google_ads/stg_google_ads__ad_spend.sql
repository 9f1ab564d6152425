{{ config(enabled='google_ads' in var('ad_sources')) }}

{%- set micro = "cast(0.000001 as decimal(7, 6))" -%}

with campaign_days as (select * from {{ ref('base_google_ads__campaign_days') }}),

-- Running cost of the account with and without the row, in cents.
accumulated as (
    select
        *,
        cast(cast(account_cost_micros as decimal(24, 0)) * {{ micro }} as decimal(18, 2)) as spent,
        cast(
            cast(account_cost_micros - cost_micros as decimal(24, 0)) * {{ micro }}
            as decimal(18, 2)
        ) as spent_before
    from campaign_days
),

-- The difference of rounded running costs carries a fraction of a cent to the account's next row,
-- so rounding errors do not add up.
renamed as (
    select
        'google_ads' as source_system,
        'google_ads' as platform,
        ad_account_id,
        campaign_id,
        campaign_name,
        cast(null as string) as utm_campaign,
        cast(null as string) as channel,
        network,
        coalesce(upper(currency_code), '{{ var("reporting_currency") }}') as currency,
        time_zone as account_timezone,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        cast(spent - spent_before as decimal(18, 2)) as spend,
        spend_date
    from accumulated
)

select * from renamed
