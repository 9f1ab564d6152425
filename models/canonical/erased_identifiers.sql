with counted as (
    select
        *,
        count(*) over (partition by request_key) as identifiers_count
    from {{ ref('erasure_closure') }}
),

-- Of a person that identity resolution splits, only what stays with the requested identifier.
erased as (
    select distinct identifier_key
    from counted
    where is_exclusive or identifiers_count <= {{ var('identity_max_records') }}
),

identifiers as (
    select distinct
        identifier_key,
        identifier_hash,
        email_domain
    from {{ ref('erasure_links') }}
),

-- A number says nothing about the person; hashes only decide the order, alike on every engine.
numbered as (
    select
        identifiers.identifier_key,
        identifiers.email_domain,
        row_number() over (order by identifiers.identifier_hash) as identifier_number
    from identifiers
    inner join erased on identifiers.identifier_key = erased.identifier_key
),

replacements as (
    select
        identifier_key,
        'erased-'
        || cast(identifier_number as string)
        || coalesce('@' || email_domain, '') as replacement
    from numbered
)

select * from replacements
