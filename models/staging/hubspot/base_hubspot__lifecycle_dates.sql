{{ config(enabled='hubspot' in var('crm_sources')) }}

{%- set stages = [
    'subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity',
    'customer', 'evangelist', 'other'
] -%}

with raw_contacts as (
    select * from {{ raw('hubspot', 'contact', with_later=true) }}
),

raw_history as (
    select * from {{ raw('hubspot', 'contact_property_history', with_later=true) }}
),

people_with_history as (
    select distinct contact_id from raw_history
    where name = 'lifecyclestage'
),

contacts as (
    select raw_contacts.*
    from raw_contacts
    left join people_with_history on raw_contacts.id = people_with_history.contact_id
    where people_with_history.contact_id is null
),

-- The contact itself has the date on which it entered each stage.
lifecycle_dates as (
    {% for stage in stages -%}
    select
        id as contact_id,
        '{{ stage }}' as lifecycle_stage,
        property_hs_lifecyclestage_{{ stage }}_date as changed_at
    from contacts
    where property_hs_lifecyclestage_{{ stage }}_date is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from lifecycle_dates
