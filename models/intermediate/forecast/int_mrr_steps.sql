with mrr_by_month as (
    select
        customer_id,
        account_id,
        period_month,
        cast(mrr as double) as mrr
    from {{ ref('int_mrr_by_month') }}
),

accounts as (select * from {{ ref('int_accounts') }}),

first_months as (select min(period_month) as first_month from mrr_by_month),

as_of as (select * from {{ ref('as_of') }}),

steps as (
    select
        starts.account_id,
        starts.mrr as start_mrr,
        coalesce(ends.mrr, 0) as end_mrr,
        cast({{ dbt.dateadd('month', 1, 'starts.period_month') }} as date) as period_month
    from mrr_by_month as starts
    left join mrr_by_month as ends
        on
            starts.customer_id = ends.customer_id
            and ends.period_month
            = cast({{ dbt.dateadd('month', 1, 'starts.period_month') }} as date)
    union all
    select
        ends.account_id,
        cast(0 as double) as start_mrr,
        ends.mrr as end_mrr,
        ends.period_month
    from mrr_by_month as ends
    left join mrr_by_month as starts
        on
            ends.customer_id = starts.customer_id
            and starts.period_month
            = cast({{ dbt.dateadd('month', -1, 'ends.period_month') }} as date)
    where starts.customer_id is null
),

-- Without a month before it, all MRR of the first month would be new.
summed as (
    select
        coalesce(accounts.segment, 'unknown') as segment,
        sum(steps.start_mrr) as start_mrr,
        sum(
            case
                when steps.start_mrr > 0 then greatest(steps.start_mrr - steps.end_mrr, 0) else 0
            end
        )
            as lost_mrr,
        sum(
            case
                when steps.start_mrr > 0 then greatest(steps.end_mrr - steps.start_mrr, 0) else 0
            end
        )
            as gained_mrr,
        sum(case when steps.start_mrr = 0 then steps.end_mrr else 0 end) as new_mrr,
        sum(case when steps.start_mrr = 0 then steps.end_mrr * steps.end_mrr else 0 end)
            as new_mrr_squares,
        sum(steps.end_mrr) as end_mrr,
        sum(steps.end_mrr * steps.end_mrr) as end_mrr_squares,
        steps.period_month
    from steps
    cross join first_months
    cross join as_of
    left join accounts on steps.account_id = accounts.account_id
    where
        steps.period_month > first_months.first_month
        and steps.period_month <= as_of.as_of_date
    group by coalesce(accounts.segment, 'unknown'), steps.period_month
)

select * from summed
