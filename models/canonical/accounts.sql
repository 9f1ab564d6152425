with accounts as (
    {{ union_sources(
        ['crm_sources'], 'accounts',
        crm_ids=['account_id', 'owner_id', 'parent_account_id']
    ) }}
)

select * from accounts
