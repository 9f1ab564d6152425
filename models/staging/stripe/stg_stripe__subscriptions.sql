{{ config(enabled='stripe' in var('billing_sources')) }}

{%- set service_days = dbt.datediff('valid_from', 'paid_until', 'day') -%}

with versions as (select * from {{ ref('base_stripe__subscription_versions') }}),

-- A line of 0 that is no proration is a trial or a free period, whatever its price is.
priced as (
    select
        *,
        case
            when gross_amount = 0 and not is_proration then cast(0 as decimal(18, 6))
            when price_unit_amount is not null then price_unit_amount
            -- Without a price, derive the unit amount from a line that is no proration.
            when not is_proration then cast(gross_amount / nullif(quantity, 0) as decimal(18, 6))
        end as interval_unit_amount,
        coalesce(
            interval_months,
            case
                when {{ service_days }} <= 45 then 1
                when {{ service_days }} <= 200 then 3
                else 12
            end
        ) as months
    from versions
),

-- Restate the discount of a prorated line for the whole interval.
discounted as (
    select
        *,
        case
            when gross_amount = 0 or discount_amount = 0 then cast(0 as decimal(18, 2))
            when not is_proration then discount_amount
            else cast(
                {{ wide_amount('discount_amount') }}
                * cast(quantity * interval_unit_amount as decimal(18, 2))
                / nullif(gross_amount, 0) as decimal(18, 2)
            )
        end as interval_discount_amount
    from priced
),

-- Intervals other than a month, a quarter and a year are restated per month.
renamed as (
    select
        'stripe' as source_system,
        subscription_id,
        customer_id,
        account_id,
        plan_name,
        product_line,
        case months when 3 then 'quarter' when 12 then 'year' else 'month' end as billing_interval,
        currency,
        status,
        cast(quantity as decimal(18, 2)) as quantity,
        case
            when months in (1, 3, 12) then interval_unit_amount
            else cast(interval_unit_amount / nullif(months, 0) as decimal(18, 6))
        end as unit_amount,
        case
            when months in (1, 3, 12) then interval_discount_amount
            else cast(interval_discount_amount / nullif(months, 0) as decimal(18, 2))
        end as discount_amount,
        valid_from,
        valid_to,
        started_at,
        ended_at
    from discounted
)

select * from renamed
