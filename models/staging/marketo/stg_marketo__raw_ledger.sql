{%- set tables = [] -%}
{%- if 'marketo' in var('email_sources') + var('marketing_sources') + var('web_sources') -%}
    {%- do tables.append('lead') -%}
{%- endif -%}
{%- if 'marketo' in var('email_sources') -%}
    {%- do tables.extend([
        'activity_send_email', 'activity_email_delivered', 'activity_open_email',
        'activity_click_email', 'activity_email_bounced', 'activity_unsubscribe_email'
    ]) -%}
{%- endif -%}
{%- if 'marketo' in var('marketing_sources') -%}
    {%- do tables.extend([
        'activity_change_data_value', 'activity_merge_leads', 'activity_delete_lead',
        'activity_change_status_in_progression', 'program', 'program_cost'
    ]) -%}
{%- endif -%}
{%- if 'marketo' in var('web_sources') -%}
    {%- do tables.extend(['activity_visit_webpage', 'activity_fill_out_form']) -%}
{%- endif -%}
{{ config(enabled=tables != []) }}

with raw_ledger as (
    {#- Never without a table: the model is parsed while it is disabled, too. -#}
    {% for table in tables or ['lead'] -%}
    {{ raw_ledger('marketo', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
