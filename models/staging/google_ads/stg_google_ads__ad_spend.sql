{{ config(enabled='google_ads' in var('ad_sources')) }}

{%- set micro = "cast(0.000001 as decimal(7, 6))" -%}
{%- set cost_so_far = "cast(cast(account_cost_micros as decimal(24, 0)) * " ~ micro ~ " as decimal(18, 2))" -%}
{%- set cost_before = "cast(cast(account_cost_micros - cost_micros as decimal(24, 0)) * " ~ micro ~ " as decimal(18, 2))" -%}

with campaign_days as (
    select * from {{ ref('base_google_ads__campaign_days') }}
),

-- A fraction of a cent is carried to the account's next row: what an account has spent up to any row equals its raw
-- cost rounded once, so fractions never add up.
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
        cast({{ cost_so_far }} - {{ cost_before }} as decimal(18, 2)) as spend,
        spend_date
    from campaign_days
)

select * from renamed
