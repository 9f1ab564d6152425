{{ config(materialized=view_until_published()) }}
{%- set margin = wide_amount('summed.net_amount') ~ ' * coalesce(gross_margins.gross_margin, cast('
    ~ var('gross_margin_default') ~ ' as decimal(8, 6)))' %}

with summed as (select * from {{ ref('int_revenue_by_month') }}),

gross_margins as (select * from {{ ref('gross_margins') }}),

accounts as (select * from {{ ref('int_accounts') }}),

as_of as (select * from {{ ref('as_of') }}),

with_margin as (
    select
        summed.customer_id,
        case when summed.has_account then summed.customer_id end as account_id,
        case when summed.has_person and not summed.has_account then summed.customer_id end
            as person_id,
        accounts.account_name,
        summed.product_line,
        summed.period_month > as_of.as_of_date as is_deferred,
        cast(summed.recurring_amount as decimal(18, 2)) as recurring_amount,
        cast(summed.one_off_amount as decimal(18, 2)) as one_off_amount,
        cast(summed.refunded_amount as decimal(18, 2)) as refunded_amount,
        cast(summed.net_amount as decimal(18, 2)) as net_amount,
        {{ round_to_cents(margin) }} as gross_margin_amount,
        summed.period_month
    from summed
    left outer join gross_margins on summed.product_line = gross_margins.product_line
    left outer join accounts
        on summed.has_account and summed.customer_id = accounts.account_id
    cross join as_of
)

select * from with_margin
