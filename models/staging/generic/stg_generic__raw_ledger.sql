{%- set kinds = {
    'crm_sources': [
        'accounts', 'people', 'person_status_changes', 'opportunities', 'opportunity_changes',
        'opportunity_contacts', 'campaigns', 'campaign_responses', 'owners', 'record_merges',
        'sales_activities'
    ],
    'meeting_sources': ['sales_activities'],
    'web_sources': ['web_events'],
    'email_sources': ['email_events'],
    'ad_sources': ['ad_spend'],
    'billing_sources': ['subscriptions', 'revenue_lines'],
    'company_visit_sources': ['company_visits'],
    'privacy_sources': ['privacy_requests'],
    'content_sources': ['content_items'],
    'qualification_sources': ['qualification_answers'],
    'social_sources': ['social_engagement']
} -%}
{%- set tables = [] -%}
{%- for kind in kinds if 'generic' in var(kind) %}{% do tables.extend(kinds[kind]) %}{% endfor -%}
{{ config(enabled=tables != []) }}

with raw_ledger as (
    {% for table in tables | unique -%}
    {{ raw_ledger('generic', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
