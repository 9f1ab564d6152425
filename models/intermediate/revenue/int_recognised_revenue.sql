with lines as (select * from {{ ref('int_revenue_lines') }}),

shares as (select * from {{ ref('int_service_shares') }}),

-- Lines without a service period are earned on their own day.
classified as (
    select
        line_id,
        customer_id,
        account_id,
        case when account_id is null then person_id end as person_id,
        product_line,
        amount,
        revenue_date,
        case
            when line_type <> 'sale' then 'refunded'
            when is_recurring then 'recurring'
            else 'one_off'
        end as revenue_type,
        case
            when line_type = 'sale' and is_recurring and service_start_date < service_end_date
                then service_start_date
        end as earned_from_date,
        service_end_date
    from lines
),

-- Fans out on purpose: one row for each month of the line's service.
recognised as (
    select
        classified.line_id,
        classified.customer_id,
        classified.account_id,
        classified.person_id,
        classified.product_line,
        classified.revenue_type,
        coalesce(
            shares.period_month,
            cast(date_trunc(
                'month', coalesce(classified.earned_from_date, classified.revenue_date)
            ) as date)
        ) as period_month,
        case
            when shares.period_month is null then classified.amount
            else
                cast(sign(classified.amount) * shares.share_cents * 0.01 as decimal(18, 2))
        end as amount
    from classified
    left outer join shares
        on
            cast(abs(classified.amount) * 100 as bigint) = shares.line_cents
            and classified.earned_from_date = shares.service_start_date
            and classified.service_end_date = shares.service_end_date
)

select * from recognised
