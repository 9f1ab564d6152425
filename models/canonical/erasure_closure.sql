{{ config(materialized='fixpoint', meta={'max_iterations': var('identity_max_records') + 10}) }}

select
    identifier_key as request_key,
    identifier_key,
    true as is_exclusive
from {{ ref('erasure_links') }}
where is_requested

{{ then_repeat() }}

with links as (select * from {{ ref('erasure_links') }}),

found as (
    select
        *,
        count(*) over (partition by request_key) as identifiers_count
    from {{ previous() }}
),

-- A person with too many identifiers is split, so only exclusive links lead further.
followed as (
    select
        request_key,
        identifier_key,
        is_exclusive
    from found
    union all
    select
        found.request_key,
        links.other_identifier_key as identifier_key,
        found.is_exclusive and links.is_exclusive as is_exclusive
    from found
    inner join links on found.identifier_key = links.identifier_key
    where
        found.identifiers_count <= {{ var('identity_max_records') }}
        or (found.is_exclusive and links.is_exclusive)
),

merged as (
    select
        request_key,
        identifier_key,
        bool_or(is_exclusive) as is_exclusive
    from followed
    group by request_key, identifier_key
)

select * from merged
