{#- A table: longer than the 32,700 characters of a view in the local catalog of Spark. -#}
{{ config(materialized='table', enabled='salesforce' in var('crm_sources')) }}

{%- set tables = [
    'account', 'contact', 'lead', 'opportunity', 'opportunity_history', 'opportunity_field_history',
    'lead_history', 'opportunity_contact_role', 'campaign', 'campaign_member', 'task', 'event',
    'user',
] -%}

with rejected_rows as (
    {% for table in tables -%}
    {{ rejected('salesforce', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from rejected_rows
