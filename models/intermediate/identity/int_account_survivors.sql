{%- set rollup = var('account_rollup') -%}
{%- if rollup not in ['none', 'parent'] -%}
    {%- do exceptions.raise_compiler_error(
        "var account_rollup is '" ~ rollup ~ "'; it must be none or parent"
    ) -%}
{%- endif -%}

with merged_accounts as (
    select
        merged_id,
        min(survivor_id) as survivor_id
    from {{ ref('record_merges') }}
    where record_type = 'account' and merged_id <> survivor_id
    group by merged_id
),

-- An account that belongs to another is counted as part of it, where that is wanted.
parents as (
    select
        accounts.account_id as merged_id,
        accounts.parent_account_id as survivor_id
    from {{ ref('accounts') }} as accounts
    left outer join merged_accounts on accounts.account_id = merged_accounts.merged_id
    where
        '{{ rollup }}' = 'parent'
        and accounts.parent_account_id <> accounts.account_id
        and merged_accounts.merged_id is null
),

steps as (
    select * from merged_accounts
    union all
    select * from parents
),

-- Steps in a row: A into B, B into C. Each join follows twice as many; two joins follow four.
two_followed as (
    select
        steps.merged_id,
        coalesce(further.survivor_id, steps.survivor_id) as survivor_id
    from steps
    left outer join steps as further on steps.survivor_id = further.merged_id
),

four_followed as (
    select
        two_followed.merged_id,
        coalesce(further.survivor_id, two_followed.survivor_id) as survivor_id
    from two_followed
    left outer join two_followed as further on two_followed.survivor_id = further.merged_id
)

select * from four_followed
