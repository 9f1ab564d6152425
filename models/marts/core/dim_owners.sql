with owners as (select * from {{ ref('owners') }}),

final as (
    select
        owners.owner_id,
        owners.manager_id,
        owners.owner_name,
        managers.owner_name as manager_name,
        coalesce(owners.team, '(none)') as team,
        coalesce(owners.is_active, true) as is_active
    from owners
    left join owners as managers on owners.manager_id = managers.owner_id
    union all
    select
        '(none)' as owner_id,
        cast(null as string) as manager_id,
        '(none)' as owner_name,
        cast(null as string) as manager_name,
        '(none)' as team,
        false as is_active
)

select * from final
