{{ config(meta={'advice': "Two identifiers share a 64-bit key. Replace the four characters '####' in"
    ~ " macros/engine/hash64.sql by four others: all identifiers get other keys."}) }}

-- Identifiers are connected by 64-bit keys. With ten million of them the chance that any two share
-- one is 1 in 400,000.
with identifiers as (
    select identifier from {{ ref('int_identity_records') }}
    union
    select identifier from {{ ref('int_identity_links') }}
),

numbered as (
    select
        identifier,
        {{ identifier_key('identifier') }} as identifier_key
    from identifiers
)

select
    identifier_key,
    min(identifier) as identifier,
    max(identifier) as other_identifier
from numbered
group by identifier_key
having count(*) > 1
