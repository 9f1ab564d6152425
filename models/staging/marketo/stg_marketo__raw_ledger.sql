{{ config(enabled='marketo' in var('email_sources')) }}

with raw_ledger as (
    {% for table in [
        'lead',
        'activity_send_email',
        'activity_email_delivered',
        'activity_open_email',
        'activity_click_email',
        'activity_email_bounced',
        'activity_unsubscribe_email'
    ] -%}
    {{ raw_ledger('marketo', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
