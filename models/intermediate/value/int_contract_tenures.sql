with spells as (
    select * from {{ ref('int_mrr_spells') }}
),

contract_customers as (
    select * from {{ ref('int_contract_customers') }}
),

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

-- The first spell starts with the contract, which may be older than the first known month.
dated as (
    select
        spells.customer_id,
        coalesce(accounts.segment, 'unknown') as segment,
        spells.spell_number,
        case
            when spells.spell_number = 1
                then least(
                    cast(date_trunc('month', contract_customers.started_date) as date),
                    spells.first_month
                )
            else spells.first_month
        end as started_month,
        spells.first_month,
        spells.last_month = as_of.as_of_month as is_running,
        spells.last_month < as_of.last_whole_month as has_churned,
        case
            when spells.last_month < as_of.last_whole_month
                then cast({{ dbt.dateadd('month', 1, 'spells.last_month') }} as date)
            else as_of.last_whole_month
        end as watched_until_month
    from spells
    cross join as_of
    left outer join contract_customers on spells.customer_id = contract_customers.customer_id
    left outer join accounts on spells.account_id = accounts.account_id
),

tenures as (
    select
        dated.customer_id,
        dated.segment,
        dated.spell_number,
        {{ dbt.datediff('dated.started_month', 'dated.first_month', 'month') }} as entry_tenure,
        {{ dbt.datediff('dated.started_month', 'dated.watched_until_month', 'month') }}
            as exit_tenure,
        {{ dbt.datediff('dated.started_month', 'as_of.as_of_month', 'month') }} as as_of_tenure,
        dated.is_running,
        dated.has_churned,
        dated.started_month
    from dated
    cross join as_of
)

select * from tenures
