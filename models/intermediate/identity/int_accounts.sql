-- Exclude accounts that were merged into another account.
with accounts as (
    select * from {{ ref('accounts') }}
    where
        account_id not in (
            select survivors.merged_id
            from {{ ref('int_record_survivors') }} as survivors
            where survivors.record_type = 'account' and survivors.is_merged
        )
),

segment_rules as (select * from {{ ref('segment_rules') }}),

segmented as (
    select
        accounts.account_id,
        accounts.parent_account_id,
        accounts.account_name,
        accounts.industry,
        accounts.country,
        accounts.owner_id,
        coalesce(segment_rules.segment, 'unknown') as segment,
        coalesce(segment_rules.size_band, 'unknown') as size_band,
        accounts.employee_count,
        accounts.annual_revenue,
        accounts.created_at
    from accounts
    left join segment_rules
        on
            accounts.employee_count >= segment_rules.minimum_employees
            and (
                segment_rules.maximum_employees is null
                or accounts.employee_count <= segment_rules.maximum_employees
            )
)

select * from segmented
