{%- set tables = [] -%}
{%- if 'hubspot' in var('crm_sources') -%}
    {%- do tables.extend([
        'contact', 'contact_property_history', 'contact_merge_audit', 'company', 'deal',
        'deal_property_history', 'deal_stage', 'deal_pipeline', 'deal_pipeline_stage',
        'deal_contact', 'deal_company', 'merged_deal', 'owner', 'owner_team', 'team', 'engagement',
        'engagement_call', 'engagement_meeting', 'engagement_email', 'engagement_task',
        'engagement_contact', 'engagement_company', 'engagement_deal'
    ]) -%}
{%- endif -%}
{%- if 'hubspot' in var('email_sources') -%}
    {%- do tables.extend(['email_event', 'email_event_click', 'email_event_status_change']) -%}
{%- endif -%}
{%- if 'hubspot' in var('web_sources') -%}
    {%- do tables.append('contact_form_submission') -%}
{%- endif -%}
{{ config(enabled=tables != []) }}

with raw_ledger as (
    {#- Never without a table: the model is parsed while it is disabled, too. -#}
    {% for table in tables or ['contact'] -%}
    {{ raw_ledger('hubspot', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
