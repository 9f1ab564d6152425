{%- set margin = 'coalesce(gross_margins.gross_margin, cast('
    ~ var('gross_margin_default') ~ ' as decimal(8, 6)))' -%}
{%- set exact_margin = 'sum(' ~ wide_amount('newest.mrr') ~ ' * ' ~ margin ~ ')' -%}

with versions as (select * from {{ ref('int_subscription_versions') }}),

recurring_lines as (select * from {{ ref('int_recurring_lines') }}),

gross_margins as (select * from {{ ref('gross_margins') }}),

as_of as (select * from {{ ref('as_of') }}),

contracted_customers as (
    select distinct customer_id from versions
),

-- Revenue lines only count for customers without any subscription.
actives as (
    select
        customer_id,
        account_id,
        'subscription' as mrr_basis,
        product_line,
        cast(null as string) as billed_item,
        cast(null as string) as invoice_id,
        mrr,
        valid_from as active_from,
        valid_until as active_until,
        cast(null as timestamp) as revenue_at
    from versions
    union all
    select
        invoiced.customer_id,
        invoiced.account_id,
        'line' as mrr_basis,
        invoiced.product_line,
        invoiced.billed_item,
        invoiced.invoice_id,
        invoiced.mrr,
        invoiced.active_from,
        invoiced.active_until,
        invoiced.revenue_at
    from recurring_lines as invoiced
    left outer join contracted_customers on invoiced.customer_id = contracted_customers.customer_id
    where contracted_customers.customer_id is null
),

until_as_of as (
    select
        actives.*,
        as_of.as_of_date,
        least(
            as_of.as_of_date, cast({{ dbt.dateadd('day', -1, 'actives.active_until') }} as date)
        ) as last_active_date
    from actives
    cross join as_of
    where actives.customer_id <> '(unknown)'
),

by_month as (
    select
        *,
        {{ month_series_of('active_from', 'last_active_date') }} as period_month
    from until_as_of
),

-- Measure MRR on the last day of the month; in the month of as_of, on as_of.
at_month_end as (
    select
        *,
        least(
            as_of_date,
            cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'period_month')) }} as date)
        ) as measured_date
    from by_month
),

-- If several lines bill the same item, keep the newest invoice with all its lines of that day.
newest as (
    select *
    from at_month_end
    where active_from <= measured_date and measured_date <= last_active_date
    qualify mrr_basis = 'subscription' or rank() over (
        partition by customer_id, mrr_basis, billed_item, period_month
        order by active_from desc nulls last, revenue_at desc nulls last, invoice_id desc nulls last
    ) = 1
),

summed as (
    select
        newest.customer_id,
        max(newest.account_id) as account_id,
        max(newest.mrr_basis) as mrr_basis,
        newest.period_month,
        cast(sum(newest.mrr) as decimal(18, 2)) as mrr,
        {{ round_to_cents(exact_margin) }} as mrr_margin
    from newest
    left outer join gross_margins on newest.product_line = gross_margins.product_line
    group by newest.customer_id, newest.period_month
    having sum(newest.mrr) > 0
)

select * from summed
