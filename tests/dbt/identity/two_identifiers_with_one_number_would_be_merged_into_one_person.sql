{{ config(meta={'advice': "Give var identity_hash_seed any other text: all identifiers get"
    ~ " other numbers, of which two are hardly the same again."}) }}

-- Identifiers are connected by 64-bit numbers: of ten million, two share one with a chance of 1 in
-- 400,000. Should it happen, nothing is published of it.
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
