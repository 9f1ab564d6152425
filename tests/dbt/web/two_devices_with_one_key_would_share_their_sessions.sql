{{ config(meta={'advice': "Two devices share a 64-bit key. Replace the four characters '####' in"
    ~ " macros/engine/hash64.sql with four others: all devices get new keys, and all sessions are"
    ~ " rebuilt."}) }}

select
    device_key,
    min(anonymous_id) as anonymous_id,
    max(anonymous_id) as other_anonymous_id
from {{ ref('int_web_deliveries') }}
group by device_key
having min(anonymous_id) <> max(anonymous_id)
