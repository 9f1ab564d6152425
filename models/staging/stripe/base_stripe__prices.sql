{{ config(enabled='stripe' in var('billing_sources')) }}

with prices as (
    select * from {{ raw('stripe', 'price') }}
),

currency_decimals as (select * from {{ ref('currency_decimals') }}),

in_currency as (
    select
        prices.id as price_id,
        coalesce(nullif(prices.nickname, ''), prices.id) as plan_name,
        -- 'Analytics month' and 'Analytics (yearly)' are one product line, Analytics.
        coalesce(
            nullif(regexp_replace(
                prices.nickname,
                '(?i)[ ,(-]+(month|quarter|year|annual)(ly)?[)]?$', ''
            ), ''),
            prices.product_id
        ) as product_line,
        prices.type = 'recurring' as is_recurring,
        {{ from_minor_units(
            'coalesce(prices.unit_amount_decimal, cast(prices.unit_amount as decimal(24, 6)))',
            'currency_decimals.decimals', 'decimal(18, 6)'
        ) }} as unit_amount,
        -- A week is 12/52 of a month, a day 12/365.
        cast(coalesce(prices.recurring_interval_count, 1) * case prices.recurring_interval
            when 'month' then cast(1 as decimal(10, 8))
            when 'year' then cast(12 as decimal(10, 8))
            when 'week' then cast(0.23076923 as decimal(10, 8))
            when 'day' then cast(0.03287671 as decimal(10, 8))
        end as decimal(18, 8)) as interval_months
    from prices
    left join currency_decimals
        on upper(prices.currency) = currency_decimals.currency
)

select * from in_currency
