with exported as (
    {{ union_sources(
        ['crm_sources'], 'opportunities',
        crm_ids=['opportunity_id', 'account_id', 'owner_id', 'campaign_id'],
        with_later=true,
        added=['is_exported_later']
    ) }}
),

compared as (
    select
        *,
        coalesce(
            max(created_at) over (partition by source_system) >= {{ as_of_end() }}, false
        ) as is_exported_later
    from exported
),

opportunities as (
    select * from compared
    where created_at is null or created_at < {{ as_of_end() }}
)

select * from opportunities
