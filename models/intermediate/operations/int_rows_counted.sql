{%- set amounts = {
    'accounts': 'null',
    'people': 'null',
    'opportunities': 'amount',
    'campaigns': 'null',
    'campaign_responses': 'null',
    'owners': 'null',
    'opportunity_contacts': 'null',
    'record_merges': 'null',
    'person_status_changes': 'null',
    'opportunity_changes': 'null',
    'sales_activities': 'null',
    'email_events': 'null',
    'web_events': 'null',
    'company_visits': 'null',
    'privacy_requests': 'null',
    'content_items': 'null',
    'qualification_answers': 'null',
    'social_engagement': 'null',
    'ad_spend': 'spend',
    'subscriptions': 'null',
    'revenue_lines': 'amount',
} -%}

with counted as (
    {%- for entity, amount in amounts.items() %}
    select
        source_system,
        '{{ entity }}' as entity,
        count(*) as rows_count,
        coalesce(cast(sum({{ amount }}) as decimal(18, 2)), 0) as amount
    from {{ ref(entity) }}
    group by source_system
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from counted
