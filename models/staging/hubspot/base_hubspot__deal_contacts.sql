{{ config(enabled='hubspot' in var('crm_sources')) }}

{% set primary_types = "'" ~ var('hubspot_primary_contact_types') | join("', '") ~ "'" -%}
with raw_deal_contacts as (
    select * from {{ raw('hubspot', 'deal_contact') }}
),

raw_contacts as (
    select * from {{ raw('hubspot', 'contact') }}
),

-- One row per label of the association: a person with several labels counts once.
deal_contacts as (
    select
        deal_id,
        contact_id,
        max(case when type_id in ({{ primary_types }}) then 1 else 0 end) = 1 as is_primary
    from raw_deal_contacts
    group by deal_id, contact_id
),

with_roles as (
    select
        deal_contacts.*,
        raw_contacts.property_hs_buying_role as buying_role
    from deal_contacts
    left join raw_contacts on deal_contacts.contact_id = raw_contacts.id
)

select * from with_roles
