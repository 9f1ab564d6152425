{{ config(materialized='fixpoint') }}
{%- set rollup = var('account_rollup') -%}
{%- if rollup not in ['none', 'parent'] -%}
    {%- do exceptions.raise_compiler_error(
        "var account_rollup is '" ~ rollup ~ "'; it must be none or parent"
    ) -%}
{%- endif -%}

with merged_records as (
    select
        record_type,
        merged_id,
        min(survivor_id) as survivor_id
    from {{ ref('record_merges') }}
    where merged_id <> survivor_id
    group by record_type, merged_id
    {%- if var('crm_sources') | length > 1 %}
    union all
    select
        'account' as record_type,
        merged_id,
        survivor_id
    from {{ ref('int_accounts_matched') }}
    {%- endif %}
),

child_accounts as (
    select
        'account' as record_type,
        accounts.account_id as merged_id,
        accounts.parent_account_id as survivor_id
    from {{ ref('accounts') }} as accounts
    left join merged_records
        on
            merged_records.record_type = 'account'
            and accounts.account_id = merged_records.merged_id
    where
        '{{ rollup }}' = 'parent'
        and accounts.parent_account_id <> accounts.account_id
        and merged_records.merged_id is null
),

direct_survivors as (
    select
        record_type,
        merged_id,
        survivor_id,
        survivor_id as smallest_survivor_id,
        true as is_merged
    from merged_records
    union all
    select
        record_type,
        merged_id,
        survivor_id,
        survivor_id as smallest_survivor_id,
        false as is_merged
    from child_accounts
)

select * from direct_survivors

{{ then_repeat() }}

with survivors as (
    select * from {{ previous() }}
),

-- Each round replaces a survivor by its own survivor and so doubles the length of the merge chains
-- followed. A record among its own survivors is in a circle; the smallest id of the circle
-- survives.
followed as (
    select
        survivors.record_type,
        survivors.merged_id,
        coalesce(circles.merged_id, further.survivor_id, survivors.survivor_id) as survivor_id,
        least(survivors.smallest_survivor_id, further.smallest_survivor_id) as smallest_survivor_id,
        survivors.is_merged
    from survivors
    left join survivors as further
        on
            survivors.record_type = further.record_type
            and survivors.survivor_id = further.merged_id
    left join survivors as circles
        on
            survivors.record_type = circles.record_type
            and survivors.smallest_survivor_id = circles.merged_id
            and circles.smallest_survivor_id = circles.merged_id
    where survivors.merged_id <> survivors.smallest_survivor_id
)

select * from followed
