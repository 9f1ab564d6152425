{{ config(enabled='calendly' in var('meeting_sources')) }}

with raw_ledger as (
    {% for table in ['event', 'invitee'] -%}
    {{ raw_ledger('calendly', table) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from raw_ledger
