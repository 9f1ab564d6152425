with owners as (
    {{ union_sources(['crm_sources'], 'owners', crm_ids=['owner_id', 'manager_id']) }}
)

select * from owners
