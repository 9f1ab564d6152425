{{ config(enabled='leadfeeder' in var('company_visit_sources')) }}

with raw_ledger as (
    {{ raw_ledger('leadfeeder', 'visits') }}
)

select * from raw_ledger
