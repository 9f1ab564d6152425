with mrr_by_month as (select * from {{ ref('int_mrr_by_month') }}),

contract_customers as (select * from {{ ref('int_contract_customers') }}),

accounts as (
    select
        account_id,
        segment
    from {{ ref('int_accounts') }}
),

-- The month of as_of is complete only if as_of is its last day.
as_of as (
    select
        cast(date_trunc('month', as_of_date) as date) as as_of_month,
        cast({{ dbt.dateadd('month', -1, "cast(date_trunc('month', "
            ~ dbt.dateadd('day', 1, 'as_of_date') ~ ') as date)') }} as date) as last_whole_month
    from {{ ref('as_of') }}
),

-- Within a run of consecutive months, month number and row number grow together.
numbered as (
    select
        customer_id,
        account_id,
        period_month,
        {{ dbt.datediff("cast('2000-01-01' as date)", 'period_month', 'month') }}
        - row_number() over (
            partition by customer_id order by period_month asc nulls last
        ) as run_number
    from mrr_by_month
),

runs as (
    select
        customer_id,
        max(account_id) as account_id,
        row_number() over (
            partition by customer_id order by min(period_month) asc nulls last
        ) as spell_number,
        min(period_month) as first_month,
        max(period_month) as last_month
    from numbered
    group by customer_id, run_number
),

-- The first spell starts with the contract, which may be older than the first known month.
dated as (
    select
        runs.*,
        as_of.as_of_month,
        as_of.last_whole_month,
        coalesce(accounts.segment, 'unknown') as segment,
        case
            when runs.spell_number = 1
                then least(
                    cast(date_trunc('month', contract_customers.started_date) as date),
                    runs.first_month
                )
            else runs.first_month
        end as started_month,
        cast({{ dbt.dateadd('month', 1, 'runs.last_month') }} as date) as month_after
    from runs
    cross join as_of
    left join contract_customers on runs.customer_id = contract_customers.customer_id
    left join accounts on runs.account_id = accounts.account_id
),

spells as (
    select
        customer_id,
        segment,
        spell_number,
        {{ dbt.datediff('started_month', 'first_month', 'month') }} as entry_tenure,
        {{ dbt.datediff('started_month', 'least(month_after, last_whole_month)', 'month') }}
            as exit_tenure,
        {{ dbt.datediff('started_month', 'as_of_month', 'month') }} as as_of_tenure,
        last_month = as_of_month as is_running,
        last_month < last_whole_month as has_churned,
        first_month,
        last_month
    from dated
)

select * from spells
