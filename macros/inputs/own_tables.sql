{# Raw tables of the user's own data that are read: those of the kinds of data for which generic is switched on. #}
{% macro own_tables() %}
    {%- set tables = [] -%}
    {%- if 'generic' in var('crm_sources') -%}
        {%- do tables.extend(['accounts', 'people', 'person_status_changes', 'opportunities', 'opportunity_changes', 'opportunity_contacts', 'campaigns', 'campaign_responses', 'owners', 'record_merges']) -%}
    {%- endif -%}
    {%- if 'generic' in var('crm_sources') or 'generic' in var('meeting_sources') -%}
        {%- do tables.extend(['sales_activities']) -%}
    {%- endif -%}
    {%- if 'generic' in var('web_sources') -%}
        {%- do tables.extend(['web_events']) -%}
    {%- endif -%}
    {%- if 'generic' in var('email_sources') -%}
        {%- do tables.extend(['email_events']) -%}
    {%- endif -%}
    {%- if 'generic' in var('ad_sources') -%}
        {%- do tables.extend(['ad_spend']) -%}
    {%- endif -%}
    {%- if 'generic' in var('billing_sources') -%}
        {%- do tables.extend(['subscriptions', 'revenue_lines']) -%}
    {%- endif -%}
    {%- if 'generic' in var('company_visit_sources') -%}
        {%- do tables.extend(['company_visits']) -%}
    {%- endif -%}
    {%- if 'generic' in var('privacy_sources') -%}
        {%- do tables.extend(['privacy_requests']) -%}
    {%- endif -%}
    {%- if 'generic' in var('content_sources') -%}
        {%- do tables.extend(['content_items']) -%}
    {%- endif -%}
    {{ return(tables) }}
{% endmacro %}
