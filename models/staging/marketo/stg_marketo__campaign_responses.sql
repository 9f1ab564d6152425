{{ config(enabled='marketo' in var('marketing_sources')) }}

with memberships as (select * from {{ ref('base_marketo__memberships') }}),

renamed as (
    select
        'marketo' as source_system,
        'marketo:' || program_id || ':' || lead_id as response_id,
        'marketo:' || program_id as campaign_id,
        person_id,
        new_status as response_status,
        first_success_at is not null as is_responded,
        first_success_at as responded_at
    from memberships
)

select * from renamed
