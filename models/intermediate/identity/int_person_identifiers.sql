with components as (
    select * from {{ ref('int_identity_components') }}
),

sizes as (
    select
        component,
        count(*) as records_count
    from components
    group by component
),

-- Too many records for one human: something shared links them, so each record stands alone.
split_up as (
    select
        components.identifier,
        components.identifier_type,
        sizes.records_count > {{ var('identity_max_records') }} as is_split,
        case
            when sizes.records_count > {{ var('identity_max_records') }} then components.identifier
            else components.component
        end as component,
        components.first_seen_at
    from components
    inner join sizes on components.component = sizes.component
),

named as (
    select
        identifier,
        identifier_type,
        is_split,
        first_value(identifier) over (
            partition by component
            order by first_seen_at nulls last, identifier
        ) as key_identifier,
        first_seen_at
    from split_up
),

person_identifiers as (
    select
        identifier_type,
        substr(identifier, position(':' in identifier) + 1) as identifier,
        md5(key_identifier) as person_key,
        md5(identifier) as identifier_key,
        is_split,
        first_seen_at
    from named
)

select * from person_identifiers
