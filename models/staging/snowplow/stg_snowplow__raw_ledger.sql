{{ config(enabled='snowplow' in var('web_sources')) }}

with raw_ledger as ({{ raw_ledger('snowplow', 'events') }})

select * from raw_ledger
