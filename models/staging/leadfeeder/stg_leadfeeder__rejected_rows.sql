{{ config(enabled='leadfeeder' in var('company_visit_sources')) }}

with rejected_rows as (
    {{ rejected('leadfeeder', 'visits') }}
)

select * from rejected_rows
