{{ config(enabled='leadfeeder' in var('company_visit_sources')) }}

with raw_totals as (
    {{ raw_total('leadfeeder', 'visits') }}
)

select * from raw_totals
