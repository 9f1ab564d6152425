with customers as (select * from {{ ref('int_customers') }}),

conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('won', 'order')
),

conversion_orders as (select * from {{ ref('int_orders') }}),

credits as (
    select * from {{ ref('int_attribution_credits') }}
    where model = '{{ var("cac_attribution_model") }}' and channel <> '(unattributed)'
),

touchpoints as (select * from {{ ref('int_followed_touchpoints') }}),

-- The customer of an order is that of its lines; the customer of a won opportunity is its account.
customer_conversions as (
    select
        conversions.conversion_id,
        case
            when conversions.conversion_type = 'order' then conversion_orders.customer_id
            else conversions.account_id
        end as customer_id,
        conversions.converted_at
    from conversions
    left join conversion_orders on conversions.conversion_id = conversion_orders.order_key
),

first_conversions as (
    select
        customer_id,
        conversion_id
    from customer_conversions
    where customer_id is not null
    qualify row_number() over (
        partition by customer_id order by converted_at asc nulls last, conversion_id asc nulls last
    ) = 1
),

channel_credits as (
    select
        first_conversions.customer_id,
        credits.channel,
        sum(credits.credit_share) as credit_share
    from first_conversions
    inner join credits on first_conversions.conversion_id = credits.conversion_id
    group by first_conversions.customer_id, credits.channel
),

-- Round the shares so that both engines see the same ties.
acquisition_channels as (
    select
        customer_id,
        channel as acquisition_channel
    from channel_credits
    qualify row_number() over (
        partition by customer_id
        order by round(credit_share, 9) desc nulls last, channel asc nulls last
    ) = 1
),

-- Without credit, the first touch of the account's people up to its first revenue counts.
first_touches as (
    select
        customers.customer_id,
        touchpoints.channel
    from customers
    inner join touchpoints
        on
            customers.customer_id = touchpoints.account_id
            and {{ reporting_date('touchpoints.touched_at') }} <= customers.started_date
    qualify row_number() over (
        partition by customers.customer_id
        order by touchpoints.touched_at asc nulls last, touchpoints.touchpoint_id asc nulls last
    ) = 1
),

months as (
    select
        customer_id,
        case when not is_opening_base then cast(date_trunc('month', started_date) as date) end
            as cohort_month,
        history_month
    from customers
),

cohorts as (
    select
        months.customer_id,
        coalesce(substr(cast(months.cohort_month as string), 1, 7), '(opening base)') as cohort,
        coalesce(
            acquisition_channels.acquisition_channel, first_touches.channel, '(unknown)'
        ) as acquisition_channel,
        months.cohort_month,
        coalesce(months.cohort_month, months.history_month) as first_month
    from months
    left join acquisition_channels on months.customer_id = acquisition_channels.customer_id
    left join first_touches on months.customer_id = first_touches.customer_id
)

select * from cohorts
