with mrr_by_month as (select * from {{ ref('int_mrr_by_month') }}),

known_customers as (select * from {{ ref('int_customers') }}),

as_of as (select * from {{ ref('as_of') }}),

customers as (
    select
        mrr_by_month.customer_id,
        coalesce(bool_or(known_customers.is_opening_base), false) as is_opening_base,
        as_of.as_of_date,
        max(mrr_by_month.account_id) as account_id,
        max(mrr_by_month.mrr_basis) as mrr_basis,
        min(mrr_by_month.period_month) as first_mrr_month
    from mrr_by_month
    cross join as_of
    left outer join known_customers on mrr_by_month.customer_id = known_customers.customer_id
    group by mrr_by_month.customer_id, as_of.as_of_date
),

-- Every month from the first MRR to as_of, including months without MRR.
spine as (
    select
        customer_id,
        account_id,
        mrr_basis,
        is_opening_base,
        first_mrr_month,
        {{ month_series_of('first_mrr_month', 'as_of_date') }} as period_month
    from customers
),

with_mrr as (
    select
        spine.customer_id,
        spine.account_id,
        spine.mrr_basis,
        spine.is_opening_base,
        spine.first_mrr_month,
        spine.period_month,
        coalesce(mrr_by_month.mrr, 0) as end_mrr,
        coalesce(lag(mrr_by_month.mrr) over (
            partition by spine.customer_id order by spine.period_month asc nulls last
        ), 0) as start_mrr,
        -- Every customer has a row for each month up to as_of, so 12 rows back are 12 months back.
        lag(coalesce(mrr_by_month.mrr, 0), 12) over (
            partition by spine.customer_id order by spine.period_month asc nulls last
        ) as year_ago_mrr
    from spine
    left outer join mrr_by_month
        on
            spine.customer_id = mrr_by_month.customer_id
            and spine.period_month = mrr_by_month.period_month
),

movements as (
    select
        customer_id,
        account_id,
        mrr_basis,
        cast(start_mrr as decimal(18, 2)) as start_mrr,
        cast(case
            when period_month = first_mrr_month and is_opening_base then end_mrr
            else 0
        end as decimal(18, 2)) as opening_mrr,
        cast(case
            when period_month = first_mrr_month and not is_opening_base then end_mrr
            else 0
        end as decimal(18, 2)) as new_mrr,
        cast(case
            when start_mrr = 0 and period_month > first_mrr_month then end_mrr
            else 0
        end as decimal(18, 2)) as reactivation_mrr,
        cast(case
            when start_mrr > 0 and end_mrr > start_mrr then end_mrr - start_mrr
            else 0
        end as decimal(18, 2)) as expansion_mrr,
        cast(case
            when end_mrr > 0 and end_mrr < start_mrr then start_mrr - end_mrr
            else 0
        end as decimal(18, 2)) as contraction_mrr,
        cast(case when end_mrr = 0 then start_mrr else 0 end as decimal(18, 2)) as churn_mrr,
        cast(end_mrr as decimal(18, 2)) as end_mrr,
        cast(year_ago_mrr as decimal(18, 2)) as year_ago_mrr,
        period_month
    from with_mrr
),

named as (
    select
        movements.*,
        accounts.account_name
    from movements
    left outer join {{ ref('int_accounts') }} as accounts
        on movements.account_id = accounts.account_id
)

select * from named
